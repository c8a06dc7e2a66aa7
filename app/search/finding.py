"""The first two steps of a search: parse a question, and find codes and candidates for it."""

from dataclasses import dataclass, replace

from app.codes.node import Level
from app.codes.shapes import AROUND_CODES, has_form_of_code, may_be_procedure, shape_of
from app.codes.systems import System
from app.library.entries import EntryKind
from app.library.reading.catalogue import SYSTEMS_WITH_DOTS, Catalogue
from app.library.tokens import word_list
from app.search.answer import Filters, Question
from app.search.code_search import UNLOADED_READINGS, CodeReading, CodeRows, CodeSearch, Icd9Rows
from app.search.denied_titles import denied_as_well
from app.search.drug_search import Context, DrugRows, DrugSearch
from app.search.history_search import HistorySearch, names_history
from app.search.matching.candidates import Matches, Tier
from app.search.matching.tiers import TieredSearch
from app.search.parsing.denials import TITLE_WORDS, affirms, denied_words, denies
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.parser import Parser
from app.search.parsing.query import Query
from app.search.parsing.roles import PERSONAL
from app.search.parsing.scopes import ICD9_AND_WORDS, short_name
from app.search.spinal_levels import is_spinal_level
from app.search.word_match import naming_words

CODES_ONLY = (frozenset({System.POS}), frozenset({System.MODIFIER}))
"""Code sets alone in which a text of two characters with a digit can be nothing but a code."""

MOST_BEGUN_ROWS = 2
"""Rows of a drug whose name is being typed, before those of a word that is certainly meant by a misspelling."""


@dataclass(frozen=True, slots=True)
class ParsedQuestion:
    """A question with its query. `systems` are the code sets that scope prefix and filter leave: none means all, None
    that they exclude each other."""

    question: Question
    query: Query
    systems: frozenset[System] | None


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found for a question, in no order. `query` has the words only, if they follow a code or
    stand beside a drug.

    `codes` and `icd9` were found by code, `matches` by words, `drugs` by the name of a drug. `only_near` says that
    nothing of it answers what was typed: its first rows are offered (`Answer.near`), and the answer has no hits.
    `only_denies` says that this is so because the text only denies (`no fever`). `is_history` says that the text is on
    a disease of the past whose history has no code of its own.
    """

    question: Question
    query: Query
    systems: frozenset[System]
    codes: CodeRows
    icd9: Icd9Rows
    matches: Matches
    drugs: DrugRows
    only_near: bool = False
    only_denies: bool = False
    is_history: bool = False


class Finder:
    """Parses questions, and finds codes and candidates for them."""

    def __init__(
        self,
        catalogue: Catalogue,
        codes: CodeSearch,
        drugs: DrugSearch,
        histories: HistorySearch,
        lexicon: Lexicon,
        parser: Parser,
        tiers: TieredSearch,
    ) -> None:
        self._catalogue = catalogue
        self._histories = histories
        self._lexicon = lexicon
        self._codes = codes
        self._drugs = drugs
        self._parser = parser
        self._tiers = tiers

    def parse(self, question: Question) -> ParsedQuestion:
        """Return a question with its query."""
        query = self._by_short_name(question) or self._parser.parse(question.text, as_typed=question.as_typed)
        return ParsedQuestion(question, query, _in_both(query.systems, question.filters.systems))

    def _by_short_name(self, question: Question) -> Query | None:
        """Return the query confined to the code set that the first word abbreviates, if the other words are a modifier
        or a place of service: `pos office`, but not `pos ana`, which is positive."""
        named = short_name(question.text)
        if named is None or question.as_typed or question.filters.systems:
            return None
        system, words = named
        query = self._parser.parse(f"{system}: {words}")
        matches = self._tiers.run(query, question, question.filters, query.systems)
        is_held = any(candidate.tier < Tier.NEARLY for candidate in matches.candidates)
        return query if is_held and not matches.only_offered else None

    def find(self, question: Question, query: Query, systems: frozenset[System]) -> Findings:
        """Return the codes and candidates for a question, of the given code sets (none means all)."""
        if query.denies and not query.slots:
            return self._find_denied(question, systems)
        described = self._described_icd9(query)
        if described:
            return self.find(question, self._parser.parse(described), systems)
        parsed = query
        # A level of the spine is a code only where a code set was chosen.
        is_level = not systems and is_spinal_level(query.text, self._catalogue, self._lexicon)
        codes = (
            CodeRows() if query.only_measured or is_level else self._codes.rows(query.text, systems, question.filters)
        )
        if codes.reading is CodeReading.CODE_AND_WORDS:
            query = self._parser.parse(codes.words, as_typed=question.as_typed)
        icd9 = self._find_icd9(query, codes, question.filters, systems)
        only_icd9 = icd9.rows and "." in query.text
        shape = shape_of(query.text)
        is_no_text = shape is not None and shape.name in ("amount", "number")
        if is_no_text and (not codes.rows or codes.reading in UNLOADED_READINGS):
            return Findings(question, query, systems, codes, Icd9Rows(), Matches(), DrugRows(), only_near=True)
        is_number = shape is not None and shape.name == "icd9" and is_only_a_code(query)
        matches = Matches() if only_icd9 or is_number else self._find_by_words(question, query, codes, systems)
        otherwise = self._find_otherwise(question, query, codes, matches, systems)
        if otherwise is not None:
            return otherwise
        if _nothing_below(codes, matches):
            # `DM2 neurop` is no table of procedures: the text is searched for as words, if they have matches.
            by_words = self._find_by_words(question, parsed, CodeRows(), systems)
            if any(candidate.tier < Tier.NEARLY for candidate in by_words.candidates):
                query, codes, matches = parsed, CodeRows(), by_words
        is_words = codes.reading is CodeReading.NONE and not icd9.rows and not question.as_typed
        drugs = self._find_drugs(question, query, matches, systems) if is_words else DrugRows()
        query, matches, drugs = self._with_drugs(question, query, codes, matches, drugs, systems)
        is_an_offer = query.only_measured or bool(query.nonspecific) or query.is_person
        only_near = is_an_offer or _is_unanswered(query, codes, icd9, matches, drugs)
        return Findings(question, query, systems, codes, icd9, matches, drugs, only_near)

    def _find_denied(self, question: Question, systems: frozenset[System]) -> Findings:
        """Return what a text that only denies may mean: titles that say the same (`no insurance` may be what there is
        to code), else what it denies. All of it is only offered."""
        query = self._parser.parse(question.text, reads_denials=False)
        findings = self.find(question, query, systems)
        denied = denied_words(query.words)
        disease = self._parser.parse(denied, reads_denials=False)
        words = {word.text for word in disease.words}
        matches = findings.matches
        matches.candidates = [c for c in matches.candidates if not c.tier.is_loose and denies(c.entry.words, words)]
        if not matches.candidates and disease.slots:
            findings = self.find(question, disease, systems)
        query = findings.query._replace(text=query.text, denies=True)
        return replace(findings, query=query, only_near=True, only_denies=True)

    def _find_otherwise(
        self, question: Question, query: Query, codes: CodeRows, matches: Matches, systems: frozenset[System]
    ) -> Findings | None:
        """Return what another reading of a text finds: the disease without its history, or what a text says beside
        what it denies. None if the text is read as it stands."""
        if query.is_history and codes.reading is CodeReading.NONE:
            drugs = self._drugs.rows(query._replace(is_history=False), systems, question.filters)
            if drugs.rows and drugs.others and drugs.context is Context.LONG_TERM:
                # `history of breast cancer on tamoxifen`: both are coded.
                disease = self._parser.parse(drugs.others)
                return replace(self.find(question, disease, systems), drugs=drugs)
        # The words after a code are read anew with each finding: what they affirm would be found without end.
        is_read_anew = codes.reading is CodeReading.CODE_AND_WORDS
        if (
            query.affirmed is not None
            and not is_read_anew
            and not self._is_denied_as_well(query, query.affirmed, matches)
        ):
            return self.find(question, query.affirmed._replace(denies=True), systems)
        if query.history is not None and not names_history(matches) and codes.reading is CodeReading.NONE:
            return self._find_history(question, query, query.history, systems)
        return None

    def _is_denied_as_well(self, query: Query, affirmed: Query, matches: Matches) -> bool:
        """Return whether a title denies what the text denies. Rows that say the opposite are removed from the matches:
        the official Index has a line `Migraine, not intractable` that leads to an intractable one."""
        denied = {word.text for word in query.words} - {word.text for word in affirmed.words} - TITLE_WORDS
        by_line = {c.entry.node for c in matches.candidates if c.entry.kind is EntryKind.INDEX}
        opposite = {
            node.id for node in self._catalogue.nodes(by_line).values() if affirms(word_list(node.title), denied)
        }
        matches.candidates = [
            c for c in matches.candidates if c.entry.node not in opposite and not affirms(c.entry.words, denied)
        ]
        return denied_as_well(query, affirmed, matches, denied, self._parser.weight)

    def _with_drugs(
        self,
        question: Question,
        query: Query,
        codes: CodeRows,
        matches: Matches,
        drugs: DrugRows,
        systems: frozenset[System],
    ) -> tuple[Query, Matches, DrugRows]:
        """Return the query, the matches of its words and the rows of its drugs, as they stand beside each other."""
        if drugs.begun and not drugs.others:
            # `asma` may be asthma or Asmanex: a certain correction stands right below the best rows of the drug.
            if matches.candidates and not matches.only_offered:
                drugs = drugs._replace(rows=drugs.rows[:MOST_BEGUN_ROWS])
            else:
                matches = Matches()
        elif drugs.drugs and not self._is_answered(matches, drugs):
            # No entry holds the disease and the drug, which is known.
            query = self._parser.parse(drugs.others) if drugs.others else query
            matches = self._find_by_words(question, query, codes, systems) if drugs.others else Matches()
        return query, matches, drugs

    def _find_history(
        self, question: Question, query: Query, disease: Query, systems: frozenset[System]
    ) -> Findings | None:
        """Return the code for the history of a disease that has none of its own, and the disease, which a text on a
        lasting one mostly means: both are then only offered. None if there is no such code."""
        if query.is_of_family:
            return self._find_family_history(question, query, disease, systems)
        found = self._histories.find(disease, question, systems)
        if found is None:
            return None
        matches, lasts = found
        is_over = any(word.text == PERSONAL for word in query.words)
        disease = disease._replace(uncertain=query.uncertain, measured=query.measured)
        return Findings(
            question,
            disease,
            systems,
            CodeRows(),
            Icd9Rows(),
            matches,
            DrugRows(),
            only_near=lasts and not is_over,
            is_history=True,
        )

    def _find_family_history(
        self, question: Question, query: Query, disease: Query, systems: frozenset[System]
    ) -> Findings | None:
        """Return the code for the family history of a disease that no title of one names; None if there is none."""
        candidate = self._histories.find_of_family(disease._replace(is_of_family=False), question, systems)
        if candidate is None:
            return None
        matches = self._tiers.run(query, question, question.filters, systems)
        matches.candidates.append(candidate)
        matches.add_nodes((candidate.entry.node,))
        return Findings(question, query, systems, CodeRows(), Icd9Rows(), matches, DrugRows())

    def _find_drugs(self, question: Question, query: Query, matches: Matches, systems: frozenset[System]) -> DrugRows:
        """Return the rows of the drugs that a text names, if need be with a spelling that is certainly wrong."""
        drugs = self._drugs.rows(query, systems, question.filters)
        if drugs.drugs or drugs.rows or matches.corrected is None:
            return drugs
        offers = self._drugs.offers(matches.corrected)
        if offers:
            matches.offers, matches.only_offered = offers, True
            return drugs
        return self._drugs.rows(matches.corrected, systems, question.filters)

    def _is_answered(self, matches: Matches, drugs: DrugRows) -> bool:
        """Return whether an entry holds all words of a text that names drugs, and says nothing else of them."""
        found = {candidate.entry.node for candidate in matches.candidates if candidate.tier < Tier.NEARLY}
        if not found:
            # Beside a drug without rows, most of the words may still say what is meant: insulin pump.
            return not drugs.rows
        if not drugs.others and drugs.context is Context.BARE:
            return True
        return not all(drugs.contradicts(node) for node in self._catalogue.nodes(found).values())

    def _find_by_words(self, question: Question, query: Query, codes: CodeRows, systems: frozenset[System]) -> Matches:
        """Return the matches of the words, unless the text is a code and nothing else."""
        if systems in CODES_ONLY and is_only_a_code(query) and not codes.rows and len(query.text.strip()) <= 2:
            return Matches()
        match codes.reading:
            case CodeReading.CODE_ONLY | CodeReading.PADDED:
                return Matches()
            case CodeReading.CODE_AND_WORDS if codes.node is not None:
                # A finished code, or a family of them, has no headings of its own to search.
                if not codes.node.has_children or codes.node.is_family:
                    return Matches()
                filters = question.filters._replace(within=codes.node.id)
                return self._tiers.run(query, question, filters, systems)
            case CodeReading.CODE if is_only_a_code(query):
                return Matches()
            case _:
                matches = self._tiers.run(query, question, question.filters, systems)
        # `E11.45` is meant as a code: an entry with a 45 somewhere does not answer it.
        meant_as_code = is_only_a_code(query) and (
            codes.reading in UNLOADED_READINGS or shape_of(query.text) is not None
        )
        if meant_as_code and all(candidate.tier.is_loose for candidate in matches.candidates):
            return Matches()
        return matches

    def _described_icd9(self, query: Query) -> str:
        """Return the code of ICD-9-CM that a text is, with words of its title beside it: `25000 diabetes`; empty for
        any other text."""
        match = ICD9_AND_WORDS.fullmatch(query.text) if any(c.isdigit() for c in query.text) else None
        if match is None:
            return ""
        described = naming_words(f"{match['before'] or ''} {match['after'] or ''}")
        if not described:
            return ""
        readings = self._catalogue.icd9(match["code"])
        return next((r.code for r in readings if not described.isdisjoint(naming_words(r.title))), "")

    def _find_icd9(self, query: Query, codes: CodeRows, filters: Filters, systems: frozenset[System]) -> Icd9Rows:
        """Return the ICD-10 codes that are equivalent to a code of ICD-9-CM; none if words follow the code.

        Without its dot a text is a code of ICD-9-CM only if it is not a code of a loaded set; in the form of a code of
        CPT or HCPCS it is one of these, and the equivalent codes are only an offer.
        """
        text = query.text.strip(AROUND_CODES)
        if codes.reading is CodeReading.CODE_AND_WORDS or not any(c.isdigit() for c in text):
            return Icd9Rows()
        if systems and systems.isdisjoint(SYSTEMS_WITH_DOTS):
            return Icd9Rows()
        row_filter = self._codes.row_filter(systems, filters)
        rows: dict[int, str] = {}
        readings = self._catalogue.icd9(text)
        for reading in readings:
            for equivalent in reading.equivalents:
                if equivalent.target is not None and row_filter.allows_id(equivalent.target):
                    reason = f"{reading.system_label} {reading.code} → {equivalent.remark}"
                    rows.setdefault(equivalent.target, reason)
        return Icd9Rows(readings, rows, is_offer=bool(rows) and may_be_procedure(text))


def _is_unanswered(query: Query, codes: CodeRows, icd9: Icd9Rows, matches: Matches, drugs: DrugRows) -> bool:
    """Return whether nothing that was found answers a text, so that its rows are only offers."""
    if drugs.rows or (icd9.rows and not icd9.is_offer):
        return False
    return is_no_code(query, codes, matches) or (matches.only_offered and not codes.rows)


def is_only_a_code(query: Query) -> bool:
    """Return whether the text is one word with a digit in it, which is likelier a code than a word."""
    return len(query.slots) <= 2 and any(c.isdigit() for c in query.text) and len(query.text.split()) == 1


def is_no_code(query: Query, codes: CodeRows, matches: Matches) -> bool:
    """Return whether the text is meant as a code that no loaded code set has, so that rows are only near it.

    A text in the full form of a code is meant as one although a title names it: HCPCS titles name codes of CPT. Any
    other text that a title or the lexicon has as a word is that word: `b12`.
    """
    if codes.reading not in UNLOADED_READINGS and codes.reading is not CodeReading.NONE:
        return False
    if is_only_a_code(query) and has_form_of_code(query.text):
        return True
    return codes.reading in UNLOADED_READINGS and not matches.candidates


def _in_both(scope: frozenset[System], chosen: frozenset[System]) -> frozenset[System] | None:
    """Return the code sets that a scope prefix and a filter leave, none for all; None if they exclude each other."""
    if scope and chosen:
        return scope & chosen or None
    return scope or chosen


def _nothing_below(codes: CodeRows, matches: Matches) -> bool:
    """Return whether words follow a category, or the beginning of a code of ICD-10-PCS, below which no entry holds them
    all: `n95 mask`."""
    node = codes.node
    if codes.reading is not CodeReading.CODE_AND_WORDS or node is None or node.billable:
        return False
    may_be_a_word = node.system is System.ICD10PCS or node.level is Level.CATEGORY
    return may_be_a_word and all(c.tier.is_loose for c in matches.candidates)
