"""Rows for drugs: a name alone is the supply, with other words its poisoning, adverse effect or long-term use.

| typed                    | read as                                                                         |
|--------------------------|---------------------------------------------------------------------------------|
| `cefepime`               | the supply, its long-term use, its line in the Table of Drugs                   |
| `amoxicillin rash`       | an effect of its correct use: what it did, then its adverse effect              |
| `took too much insulin`  | a poisoning: only words such as these lead to one                               |
| `coumadin monitoring`    | an encounter to monitor it, and its long-term use                               |
| `glucometer`             | another supply by its everyday name                                             |
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from functools import cached_property
from itertools import chain, filterfalse, takewhile, zip_longest
from typing import NamedTuple

from app.codes.node import Level, Node
from app.codes.systems import System
from app.library.drugs import DRUGS_IN_TABLE, Drug, DrugEffects, DrugKind
from app.library.reading.catalogue import Catalogue
from app.library.sounds import vowels_heard
from app.search.answer import Filters
from app.search.matching.index import SearchIndex
from app.search.parsing.lexicon import LONGEST_PHRASE, Lexicon
from app.search.parsing.packed import packed_rows
from app.search.parsing.query import Offer, Query, TypedWord
from app.search.parsing.vocabulary import Vocabulary
from app.search.row_filter import RowFilter

MOST_SUPPLIES = 5
"""Supplies of one drug before its poisoning; others follow with the rows that hold its name."""

SHORTEST_BEGINNING = 4
"""Letters of a name that is still being typed; fewer begin too many names."""

MOST_BEGUN = 3
"""Drugs that are offered while a name is being typed."""

MOST_BEGUN_WORDS = 3
"""Words of the index that a beginning of a name may have and still be nothing else: `hydrocodon` has one."""

MONITORING_CODE, IMMUNIZATION = "Z51.81", "Z23"
"""The codes for encounters to monitor the level of a drug, and to give a vaccine."""

DEPENDED_ON = ("Z79.4", "Z79.51", "Z79.52")
"""Long-term use of what a disease depends on: insulin dependent. To be dependent on another drug is a disorder."""

LONG_TERM_CODES = "Z79."
"""The beginning of the codes for long-term use."""

ACCIDENT, SELF_HARM, ASSAULT, UNDETERMINED, ADVERSE_EFFECT, UNDERDOSING = "123456"
"""The last character of a code of the Table of Drugs."""

CAUSES_BEFORE = frozenset(["due", "caused", "secondary", "induced", "related", "associated"])
CAUSES_AFTER = frozenset(["induced", "caused", "related", "associated"])
"""Words before and after a drug by which the rest of the text is what it did: rash due to it, its induced rash."""


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
    EFFECT = "effect of its correct use"
    MONITORING = "monitoring"
    DEPENDENCE = "dependence"
    TAKEN = "taken"
    """A poisoning if it is no drug: swallowed bleach."""


INTENT_OF_CONTEXT = {"accident": ACCIDENT, "self-harm": SELF_HARM, "assault": ASSAULT, "undetermined": UNDETERMINED}
"""Intents among the contexts of drug_contexts.tsv, and the last characters of their codes."""

SAYS_NOTHING = ("supply", "joining")
"""Contexts of words that go with a name alone too."""

STRONGEST_FIRST = (
    Context.UNDERDOSING,
    Context.POISONING,
    Context.ADVERSE,
    Context.TOXICITY,
    Context.ALLERGY,
    Context.MONITORING,
    Context.LONG_TERM,
    Context.DEPENDENCE,
    Context.USE,
    Context.TAKEN,
)
"""The order in which contexts decide: `overdose on xanax` is an overdose."""

COLUMNS = {
    Context.POISONING: ACCIDENT + SELF_HARM + ASSAULT + UNDETERMINED,
    Context.TOXICITY: ACCIDENT + SELF_HARM + ASSAULT + UNDETERMINED + ADVERSE_EFFECT,
    Context.ADVERSE: ADVERSE_EFFECT,
    Context.EFFECT: ADVERSE_EFFECT,
    Context.UNDERDOSING: UNDERDOSING,
    Context.BARE: ACCIDENT + SELF_HARM + ASSAULT + UNDETERMINED + ADVERSE_EFFECT + UNDERDOSING,
}
"""The last characters of the codes of the Table of Drugs that a context may mean; none in any other."""

POISONED = (Context.POISONING, Context.TOXICITY, Context.ADVERSE, Context.UNDERDOSING)
"""Contexts in which a drug that is one word of many may yet be a poison."""

MAY_BE_EFFECTS = (Context.BARE, Context.ADVERSE, Context.LONG_TERM)
"""Contexts in which the rest of the text may be what a drug did."""

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
    the rows are the answer. `leads` says that the rows begin with what the drugs did, and stand first. `begun` says
    that the last word only begins names. `context` is the sense in which the text names them, `name` the name of the
    first. Without rows, the text names `drugs` as words among others, and as no poison.
    """

    rows: tuple[tuple[Node, str], ...] = ()
    others: str = ""
    begun: bool = False
    context: Context = Context.BARE
    name: str = ""
    leads: bool = False
    drugs: tuple[Drug, ...] = ()

    @property
    def position(self) -> int:
        """The number of rows found by words before these."""
        return POSITION_AMONG_OTHERS if self.others and not self.leads else 0

    def contradicts(self, node: Node) -> bool:
        """Return whether a code is for long-term use or in the Table of Drugs, for other drugs or another context: the
        class of a drug may lead to it, but the drug's own line decides, and only what is said to be one is a
        poisoning."""
        code = node.code
        if node.system is not System.ICD10CM:
            return False
        if self.others and node.level is Level.SECTION:
            # Beside a drug a disease is no range of codes: E08-E13 on insulin.
            return True
        if code.startswith(LONG_TERM_CODES):
            return bool(self.rows) and not any(drug.long_term.startswith(code) for drug in self.drugs)
        if not DRUGS_IN_TABLE[0] <= code[:3] <= DRUGS_IN_TABLE[1]:
            return False
        columns = COLUMNS.get(self.context, "") if self.rows else ""
        if any(drug.stem.startswith(code) for drug in self.drugs):
            return not columns
        return not code.startswith(tuple(drug.stem for drug in self.drugs)) or code[-1] not in columns


class DrugSearch:
    """Finds the rows of the drugs that a text names, or of the supply that it is a name of."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        catalogue: Catalogue,
        index: SearchIndex,
        lexicon: Lexicon,
        vocabulary: Vocabulary,
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._index = index
        self._lexicon = lexicon
        self._vocabulary = vocabulary

    # Read when a text first names a drug, which no start waits for.
    @cached_property
    def _effects(self) -> DrugEffects:
        return DrugEffects(packed_rows(self._connection, "drug_effects"))

    @cached_property
    def _contexts(self) -> dict[str, Context]:
        """The contexts of words beside drugs."""
        return {word: _context(name) for word, name in packed_rows(self._connection, "drug_contexts")}

    @cached_property
    def _intents(self) -> dict[str, str]:
        """The last characters of codes by the words that tell the intent of a poisoning."""
        rows = packed_rows(self._connection, "drug_contexts")
        return {word: INTENT_OF_CONTEXT[name] for word, name in rows if name in INTENT_OF_CONTEXT}

    def rows(self, query: Query, systems: frozenset[System], filters: Filters) -> DrugRows:
        """Return the rows of the supply or the drugs of a text; none if it names none, or only as one word of many."""
        words = query.words
        if query.phrases or query.excluded:
            return DrugRows()
        row_filter = RowFilter(self._index, systems, filters)
        texts = tuple(word.text for word in words)
        # With its size or number: `foley 16fr`.
        supplies = self._lexicon.supplies(texts) or self._lexicon.supplies(tuple(filterfalse(_is_amount, texts)))
        if supplies:
            reason = f"supply: {' '.join(word.raw for word in words)}"
            return DrugRows(self._nodes(((System.HCPCS, code, reason) for code in supplies), row_filter))
        named = self._named(words)
        if not named:
            return DrugRows()
        taken = {place for name in named for place in range(name.start, name.stop)}
        around = [place for place in range(len(words)) if place not in taken]
        rest: list[int] = []
        if any(words[place].text not in self._contexts and not _is_amount(words[place].text) for place in around):
            # Only the words beside the drugs tell how they are meant.
            beside = {place for name in named for places in self._beside(words, name) for place in places}
            rest = [place for place in around if place not in beside]
            around = sorted(beside)
        said = [words[place].text for place in around]
        if "reaction" in said and "allergic" in said:
            # Allergic alone is a status: allergic to penicillin.
            said.remove("allergic")
        contexts = {self._contexts.get(word) for word in said}
        context = next((context for context in STRONGEST_FIRST if context in contexts), Context.BARE)
        drugs = [drug for name in named for drug in name.drug]
        effects: tuple[str, ...] | None = None
        if rest and context in MAY_BE_EFFECTS and not named[0].begun:
            effects = self._codes_of_effects(words, named, [words[place].text for place in rest])
        others = " ".join(words[place].raw for place in rest)
        if rest and effects is None and context in (Context.BARE, Context.USE, Context.TAKEN):
            is_poison = any(self._contexts.get(word.text) in POISONED for word in words)
            return DrugRows() if is_poison else DrugRows(others=others, drugs=tuple(drugs))
        read_as = [context] if effects is None else [Context.EFFECT]
        if effects is not None and context is Context.LONG_TERM:
            read_as.append(context)
        intent = next((self._intents[word] for word in said if word in self._intents), ACCIDENT)
        by_drug = ([_codes(name.drug, context, intent) for name in named] for context in read_as)
        effect_of = f"effect of {_name_and_meaning(drugs[0])}"
        of_effects = ((System.ICD10CM, code, effect_of) for code in effects or ())
        rows = self._nodes(chain(of_effects, chain.from_iterable(map(_in_turns, by_drug))), row_filter)
        return DrugRows(rows, others, named[0].begun, read_as[0], drugs[0].name, bool(effects), tuple(drugs))

    def offers(self, corrected: Query) -> tuple[Offer, ...]:
        """Return names of drugs that are no more than offers for a misspelled text: a name with a vowel more is another
        one (`topirol` is not Toprol)."""
        places = {place for name in self._named(corrected.words) for place in range(name.start, name.stop)}
        words = (corrected.words[place] for place in sorted(places))
        return tuple(
            Offer(word.uncorrected, (word.text,))
            for word in words
            if word.uncorrected and vowels_heard(word.uncorrected) > vowels_heard(word.text)
        )

    def _codes_of_effects(
        self, words: Sequence[TypedWord], named: Sequence[_Named], rest: Sequence[str]
    ) -> tuple[str, ...] | None:
        """Return the codes for what the rest of a text says that a drug did, none if the rest finds them; None if it
        says nothing of the kind."""
        drugs = [drug for name in named for drug in name.drug]
        if any(drug.is_poison or (drug.is_abused and not drug.long_term) for drug in drugs):
            return None
        caused = any(self._is_cause(words, name) for name in named)
        return self._effects.codes(rest, [drug.stem for drug in drugs], caused)

    def _beside(self, words: Sequence[TypedWord], name: _Named) -> tuple[list[int], list[int]]:
        """Return the places of the words right before and right after a drug that tell how it is meant. What was
        measured is a finding of its own: elevated inr on coumadin."""

        def tells(place: int) -> bool:
            return self._contexts.get(words[place].text, Context.MONITORING) is not Context.MONITORING

        before = takewhile(tells, range(name.start - 1, -1, -1))
        after = takewhile(tells, range(name.stop, len(words)))
        return list(before), list(after)

    def _is_cause(self, words: Sequence[TypedWord], name: _Named) -> bool:
        """Return whether words beside a drug say that the rest of the text is what it did."""
        before, after = ({words[place].text for place in places} for places in self._beside(words, name))
        is_adverse = any(self._contexts[word] is Context.ADVERSE for word in before | after)
        return is_adverse or bool(before & CAUSES_BEFORE or after & CAUSES_AFTER)

    def _nodes(self, rows: Iterable[Row], row_filter: RowFilter) -> tuple[tuple[Node, str], ...]:
        """Return the nodes of rows that are loaded and that the filter allows, each once, with its reason."""
        nodes: dict[int, tuple[Node, str]] = {}
        for system, code, reason in rows:
            node = self._catalogue.find(system, code)
            if node is not None and node.id not in nodes and row_filter.allows(node):
                nodes[node.id] = node, reason
        return tuple(nodes.values())

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
        """Return whether a word may be a name that is still being typed: it begins no word of the index that is not the
        name of a drug."""
        if not word.last or len(word.text) < SHORTEST_BEGINNING:
            return False
        begun = self._vocabulary.beginning(word.text)
        return len(begun) <= MOST_BEGUN_WORDS and all(self._lexicon.drugs.named((name,)) for name in begun)

    def _named_at(self, words: Sequence[TypedWord], position: int) -> tuple[tuple[Drug, ...], int]:
        """Return the drug whose name begins at a word, the longest name if there are several, and its length."""
        for length in range(min(LONGEST_PHRASE, len(words) - position), 0, -1):
            drug = self._lexicon.drugs.named(tuple(word.text for word in words[position : position + length]))
            if drug:
                return drug, length
        return (), 1


def _context(name: str) -> Context:
    if name in INTENT_OF_CONTEXT:
        return Context.POISONING
    return Context.BARE if name in SAYS_NOTHING else Context(name)


def _codes(name: Sequence[Drug], context: Context, intent: str) -> list[Row]:
    """Return the codes of a drug in a context, best first; the substances of a combination are poisons in turn."""
    by_substance = [_codes_of_substance(drug, context, intent) for drug in name]
    return list(chain.from_iterable(by_substance) if context is Context.BARE else _in_turns(by_substance))


def _codes_of_substance(drug: Drug, context: Context, intent: str) -> list[Row]:
    reason = f"drug: {_name_and_meaning(drug)}"
    supplies = [(System.HCPCS, code, reason) for code in drug.supplies[:MOST_SUPPLIES]]

    def diagnoses(*codes: str) -> list[Row]:
        return [(System.ICD10CM, code, reason) for code in codes if code]

    stem = drug.stem
    if context is Context.TAKEN:
        context = Context.POISONING if drug.is_poison else Context.BARE
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
        case Context.EFFECT:
            return diagnoses(stem + ADVERSE_EFFECT)
        case Context.MONITORING:
            return diagnoses(MONITORING_CODE, drug.long_term) if drug.long_term else []
        case Context.DEPENDENCE:
            return diagnoses(drug.long_term) if drug.long_term in DEPENDED_ON else []
        case Context.ALLERGY:
            return diagnoses(drug.allergy)
        case Context.LONG_TERM:
            return diagnoses(drug.long_term)
        case Context.USE:
            return [] if drug.is_abused else diagnoses(drug.long_term)
        case Context.BARE:
            is_class = drug.kind is DrugKind.CLASS
            is_taken = drug.long_term and not (is_class and drug.is_abused)
            if drug.kind is DrugKind.SHORT or (not (supplies or is_taken) and (is_class or drug.is_abused)):
                return []
            return [*supplies, *(diagnoses(IMMUNIZATION) if drug.is_vaccine else diagnoses(drug.long_term, stem))]


def _name_and_meaning(drug: Drug) -> str:
    return drug.meaning if drug.name == drug.substance else f"{drug.name} = {drug.meaning}"


def _in_turns(lists: Iterable[Sequence[Row]]) -> Iterator[Row]:
    """Yield the first item of each list, then the second of each."""
    for rows in zip_longest(*lists):
        yield from (row for row in rows if row is not None)


def _is_amount(word: str) -> bool:
    """Return whether a word is a number, with or without a unit: `250mg`, `16fr`."""
    return word.rstrip("mgcluniftr").isdigit()
