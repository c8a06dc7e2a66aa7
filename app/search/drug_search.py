"""Rows for drugs: a name alone is the supply, with other words its poisoning, adverse effect or long-term use."""

from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain, takewhile
from typing import NamedTuple

from app.codes.node import Node
from app.codes.systems import System
from app.library.drugs import Drug, DrugKind
from app.library.reading.catalogue import Catalogue
from app.search.answer import Filters
from app.search.code_search import RowFilter
from app.search.matching.index import SearchIndex
from app.search.parsing.lexicon import LONGEST_PHRASE, Lexicon
from app.search.parsing.query import Query, TypedWord
from app.search.parsing.vocabulary import Vocabulary

MOST_SUPPLIES = 5
"""Supplies of one drug before its poisoning; others follow with the rows that hold its name."""

SHORTEST_BEGINNING = 4
"""Letters of a name that is still being typed; fewer begin too many names."""

MOST_BEGUN = 3
"""Drugs that are offered while a name is being typed."""

OTHER_LONG_TERM = "Z79.899"
"""The code for long-term use of a drug that has none of its own, which is seldom what a bare name means."""

USED_AND_ABUSED = ("T40", "T42.3", "T42.4", "T43.6")
"""Substances whose `use` may be a disorder (opioid use, cocaine use): only words like `chronic` mean a therapy."""

ACCIDENT, SELF_HARM, ASSAULT, UNDETERMINED, ADVERSE_EFFECT, UNDERDOSING = "123456"
"""The last character of a code of the Table of Drugs."""

ALLERGY_CODES = (
    ("T36.0", "Z88.0"),
    ("T36", "Z88.1"),
    ("T37.0", "Z88.2"),
    ("T37", "Z88.3"),
    ("T39", "Z88.6"),
    ("T40.5", "Z88.4"),
    ("T40", "Z88.5"),
    ("T41", "Z88.4"),
    ("T50.8", "Z91.041"),
    ("T50.A", "Z88.7"),
    ("T50.B", "Z88.7"),
    ("T50.Z", "Z88.7"),
    ("T", "Z88.8"),
)
"""The code for having an allergy to a drug, by the beginning of its stem in the Table of Drugs; the first that fits."""

INTENTS = {
    SELF_HARM: "suicide suicidal intentional intentionally deliberate deliberately self harm inflicted",
    ASSAULT: "assault homicidal",
    UNDETERMINED: "undetermined",
    ACCIDENT: "accidental accidentally accident unintentional unintentionally",
}
POISONING_WORDS = "overdose overdosed overdosing od poisoning poisoned ingestion ingested attempt attempted"
TOXICITY_WORDS = "toxicity toxic intoxication"
ADVERSE_WORDS = "adverse effect side reaction event"
UNDERDOSING_WORDS = (
    "underdosing underdose underdosed undertreated noncompliance noncompliant nonadherence nonadherent non compliance"
    " compliant adherence adherent not missed missing skipped stopped ran run out"
)
LONG_TERM_WORDS = "on taking take long longterm term chronic chronically current currently daily maintenance"
ALLERGY_WORDS = "allergy allergie allergic"
USE_WORDS = "use using user usage"
SUPPLY_WORDS = (
    "injection injectable inject inj infusion iv im sc sq subq subcutaneou subcutaneous intravenou intravenous po oral"
    " orally tablet tab pill capsule cap pen kwikpen flexpen solostar autoinjector sureclick vial patch dose drug"
    " medication medicine med rx prescription brand generic mg mcg gm gram ml unit iu hcl hydrochloride sodium er xr sr"
    " xl cr la dr ir odt supply billing therapy treatment"
)
JOINING_WORDS = "of to the with for by due from a an and in patient pt is was has"


Row = tuple[System, str, str]
"""The code set and code of a row, and its reason."""


class Context(Enum):
    """The sense in which a text names a drug."""

    BARE = "bare"
    POISONING = "poisoning"
    TOXICITY = "toxicity"
    """A poisoning or an adverse effect: texts say toxicity of both."""
    ADVERSE = "adverse effect"
    UNDERDOSING = "underdosing"
    LONG_TERM = "long-term use"
    USE = "use"
    ALLERGY = "allergy"


CONTEXT_OF_WORD = {
    word: context
    for words, context in (
        (SUPPLY_WORDS, Context.BARE),
        (JOINING_WORDS, Context.BARE),
        (USE_WORDS, Context.USE),
        (ALLERGY_WORDS, Context.ALLERGY),
        (LONG_TERM_WORDS, Context.LONG_TERM),
        (ADVERSE_WORDS, Context.ADVERSE),
        (" ".join(INTENTS.values()), Context.POISONING),
        (POISONING_WORDS, Context.POISONING),
        (TOXICITY_WORDS, Context.TOXICITY),
        (UNDERDOSING_WORDS, Context.UNDERDOSING),
    )
    for word in words.split()
}
INTENT_OF_WORD = {word: intent for intent, words in INTENTS.items() for word in words.split()}

STRONGEST_FIRST = (
    Context.UNDERDOSING,
    Context.POISONING,
    Context.ADVERSE,
    Context.TOXICITY,
    Context.ALLERGY,
    Context.LONG_TERM,
    Context.USE,
)
"""The order in which contexts decide: `overdose on xanax` is an overdose."""

POSITION_AMONG_OTHERS = 2
"""The number of rows before those of a drug if the text says more than its name: `gi bleed on eliquis`."""


class _Named(NamedTuple):
    """A drug that a text names: its substances, and the words that it takes from `start` up to `stop`; `begun`
    if the word only begins its name."""

    drug: tuple[Drug, ...]
    start: int
    stop: int
    begun: bool = False


class DrugRows(NamedTuple):
    """The nodes of drugs that a text names, best first, each with its reason.

    `others` is the rest of the text if it says more than the drugs and what is with them (`gi bleed` on eliquis); else
    the rows are the answer. `begun` says that the last word only begins names, and no word of the index. `context` is
    the sense in which the text names them, `name` the name of the first.
    """

    rows: tuple[tuple[Node, str], ...] = ()
    others: str = ""
    begun: bool = False
    context: Context = Context.BARE
    name: str = ""


class DrugSearch:
    """Finds the rows of the drugs that a text names."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex, lexicon: Lexicon, vocabulary: Vocabulary) -> None:
        self._catalogue = catalogue
        self._index = index
        self._lexicon = lexicon
        self._vocabulary = vocabulary

    def rows(self, query: Query, systems: frozenset[System], filters: Filters) -> DrugRows:
        """Return the rows of the drugs of a text; none if it names no drug, or only as one word of many."""
        words = query.words
        named = self._named(words)
        if not named or query.phrases or query.without:
            return DrugRows()
        taken = {place for drug in named for place in range(drug.start, drug.stop)}
        around = [word.text for place, word in enumerate(words) if place not in taken]
        if "reaction" in around and "allergic" in around:
            # Allergic alone is a status: allergic to penicillin.
            around.remove("allergic")
        others = ""
        if any(word not in CONTEXT_OF_WORD and not _is_amount(word) for word in around):
            # Only the words beside the drugs tell how they are meant.
            beside = {place for drug in named for place in _beside(words, drug)}
            around = [words[place].text for place in sorted(beside)]
            others = " ".join(word.raw for place, word in enumerate(words) if place not in taken | beside)
        contexts = {CONTEXT_OF_WORD.get(word) for word in around}
        context = next((context for context in STRONGEST_FIRST if context in contexts), Context.BARE)
        if others and context in (Context.BARE, Context.USE):
            return DrugRows()
        intent = next((INTENT_OF_WORD[word] for word in around if word in INTENT_OF_WORD), ACCIDENT)
        row_filter = RowFilter(self._index, systems, filters)
        rows: dict[int, tuple[Node, str]] = {}
        for system, code, reason in _in_turns([_codes(name.drug, context, intent) for name in named]):
            node = self._catalogue.find(system, code)
            if node is not None and node.id not in rows and row_filter.allows(node):
                rows[node.id] = node, reason
        return DrugRows(tuple(rows.values()), others, named[0].begun, context, named[0].drug[0].name)

    def _named(self, words: Sequence[TypedWord]) -> list[_Named]:
        """Return the drugs that are named, those that a last word begins only if no other is."""
        named: list[_Named] = []
        position = 0
        while position < len(words):
            drug, length = self._named_at(words, position)
            if drug:
                named.append(_Named(drug, position, position + length))
            position += length
        if not named and words and self._may_begin_a_name(words[-1]):
            begun = self._lexicon.drugs.beginning(words[-1].text, MOST_BEGUN)
            named = [_Named((drug,), len(words) - 1, len(words), begun=True) for drug in begun]
        return named

    def _may_begin_a_name(self, word: TypedWord) -> bool:
        """Return whether a word may be a name that is still being typed: it begins no word of the index."""
        return word.last and len(word.text) >= SHORTEST_BEGINNING and not self._vocabulary.begins(word.text)

    def _named_at(self, words: Sequence[TypedWord], position: int) -> tuple[tuple[Drug, ...], int]:
        """Return the drug whose name begins at a word, the longest name if there are several, and its length."""
        for length in range(min(LONGEST_PHRASE, len(words) - position), 0, -1):
            drug = self._lexicon.drugs.named(tuple(word.text for word in words[position : position + length]))
            if drug:
                return drug, length
        return (), 1


def _beside(words: Sequence[TypedWord], name: _Named) -> Iterator[int]:
    """Yield the places of the words right before and after a drug that tell how it is meant."""
    before = range(name.start - 1, -1, -1)
    after = range(name.stop, len(words))
    for places in (before, after):
        yield from takewhile(lambda place: words[place].text in CONTEXT_OF_WORD, places)


def _codes(name: Sequence[Drug], context: Context, intent: str) -> list[Row]:
    """Return the codes of a drug in a context, best first; the substances of a combination are poisons in turn."""
    by_substance = [_codes_of_substance(drug, context, intent) for drug in name]
    return list(chain.from_iterable(by_substance) if context is Context.BARE else _in_turns(by_substance))


def _codes_of_substance(drug: Drug, context: Context, intent: str) -> list[Row]:
    reason = _reason(drug)
    supplies = [(System.HCPCS, code, reason) for code in drug.supplies[:MOST_SUPPLIES]]

    def diagnoses(*codes: str) -> list[Row]:
        return [(System.ICD10CM, code, reason) for code in codes if code]

    stem = drug.stem
    match context:
        case Context.POISONING:
            others = [stem + column for column in (ACCIDENT, UNDETERMINED, SELF_HARM, ASSAULT) if column != intent]
            return diagnoses(stem + intent, stem, *others)
        case Context.TOXICITY:
            return diagnoses(stem + intent, stem + ADVERSE_EFFECT, stem)
        case Context.ADVERSE:
            return diagnoses(stem + ADVERSE_EFFECT, stem)
        case Context.UNDERDOSING:
            return diagnoses(stem + UNDERDOSING, stem)
        case Context.ALLERGY:
            return diagnoses(next(code for beginning, code in ALLERGY_CODES if stem.startswith(beginning)))
        case Context.LONG_TERM:
            return diagnoses(drug.long_term)
        case Context.USE:
            return [] if stem.startswith(USED_AND_ABUSED) else diagnoses(drug.long_term)
        case Context.BARE:
            if drug.kind in (DrugKind.CLASS, DrugKind.SHORT) or not (supplies or drug.long_term):
                return []
            general = (
                [stem, drug.long_term] if supplies or drug.long_term == OTHER_LONG_TERM else [drug.long_term, stem]
            )
            return [*supplies, *diagnoses(*general)]


def _reason(drug: Drug) -> str:
    name = "" if drug.name == drug.substance else f"{drug.name} = "
    return f"drug: {name}{drug.meaning}"


def _in_turns(lists: Iterable[Sequence[Row]]) -> Iterator[Row]:
    """Yield the first item of each list, then the second of each."""
    sequences = list(lists)
    for place in range(max(map(len, sequences), default=0)):
        yield from (sequence[place] for sequence in sequences if place < len(sequence))


def _is_amount(word: str) -> bool:
    """Return whether a word is a number, with or without a unit: `250mg`."""
    return word.rstrip("mgcluni").isdigit()
