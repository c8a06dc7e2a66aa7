"""The standing of code sets' entries: procedures first where they are asked for, and last those that are of no use."""

from collections.abc import Container, Iterable
from functools import cached_property

from app.codes.systems import System
from app.library.entries import EntryKind
from app.library.ids import BLOCK_BITS, first_id
from app.library.tokens import word_list
from app.search.matching.candidates import FEW_ROWS, Candidate, Tier
from app.search.matching.index import IndexedEntry, SearchIndex
from app.search.parsing.query import Query

_WORDS_OF_LAST = """
    documented documentation measure eligible performance reason numerator mip
    unlisted unclassified miscellaneous noc classified
"""
WORDS_OF_LAST = frozenset(_WORDS_OF_LAST.split())
"""Words of a text that asks for such a code, or for an unlisted one."""

OWN_WORDS_VALUE = 0.8
"""The value of an entry if the text says the better half of it."""

WHOLE_VALUE = 0.9
"""The value of a heading that says a body part and hardly more: `… of Lung` of several treatments."""

OWN_NAME_VALUE = 0.72
"""The value of a name of our own for a section or range, if the text is hardly less than the name."""

LEAST_VALUE_SHARE = 0.75
"""The share of the best procedure's value that others of the first rows have. A replacement of the hip is first of all
one of its joint; that of a muscle of the hip stands with all that holds these words."""

_IMAGING_WORDS = """
    beta computerized fluoroscopy imaging magnetic mri nonimaging nuclear plain planar positron radiation radiography
    tomographic tomography ultrasonography ultrasound
"""
IMAGING_WORDS = frozenset(_IMAGING_WORDS.split())
"""Words of titles of ICD-10-PCS on pictures and radiation, whose body part may be an operation: `Ultrasonography of
Kidney Transplant`."""

TRANSPLANT = "transplant"

PCS_BLOCK = first_id(System.ICD10PCS) >> BLOCK_BITS
HCPCS_BLOCK = first_id(System.HCPCS) >> BLOCK_BITS


class Standing:
    """Puts entries into stricter or looser tiers by what they lead to. The nodes are read at the first search."""

    def __init__(self, index: SearchIndex) -> None:
        self._index = index

    @cached_property
    def special_nodes(self) -> frozenset[int]:
        """The nodes whose entries may be put into another tier than they were found in."""
        return self._last | self._without_codes | self._headings_of_procedures

    @cached_property
    def new_technology(self) -> frozenset[int]:
        """The families and codes of the section New Technology of ICD-10-PCS."""
        return self._index.node_group("new_technology")

    @cached_property
    def _without_codes(self) -> frozenset[int]:
        return self._index.node_group("without_codes")

    @cached_property
    def _last(self) -> frozenset[int]:
        return self._index.node_group("reporting_or_unlisted")

    @cached_property
    def _headings_of_procedures(self) -> frozenset[int]:
        return self._index.node_group("headings_of_procedures")

    @cached_property
    def _words_of_body_parts(self) -> frozenset[str]:
        return frozenset(word for label in self._index.body_parts() for word in word_list(label))

    @cached_property
    def _below_procedures(self) -> frozenset[int]:
        """Headings of procedures, and the state of having had one: `Colostomy status` says no more than colostomy."""
        return self._headings_of_procedures | self._index.node_group("after_operations")

    def tier(self, entry: IndexedEntry, tier: Tier, value: float, query: Query) -> Tier:
        """Return the tier of an entry that was found in a tier with a value."""
        says_all = tier is Tier.WHOLE or value >= WHOLE_VALUE
        if says_all and entry.node in self._headings_of_procedures and self._names_body_part(query):
            return Tier.UNLOADED
        if tier.is_loose or entry.node not in self._without_codes:
            if tier is not Tier.WHOLE and entry.node in self._last and not _asks_for_last(query):
                return tier if value >= OWN_WORDS_VALUE else Tier.REPORTING
            return tier
        if tier is Tier.WHOLE:
            # A service by its name (`radiology`) is meant; a part of the body is what diagnoses and procedures are of.
            return Tier.UNLOADED if self._names_body_part(query) else tier
        return tier if entry.kind is EntryKind.PLAIN and value >= OWN_NAME_VALUE else Tier.UNLOADED

    def _names_body_part(self, query: Query) -> bool:
        return all(word.text in self._words_of_body_parts for word in query.words)

    def with_procedures_first(self, candidates: Iterable[Candidate], found: Iterable[Candidate]) -> list[Candidate]:
        """Return candidates with the best procedures of ICD-10-PCS first; `found` are those that hold the text as read
        in the words of ICD-10-PCS.

        Headings above body parts come after them: they say no more than the operation.
        """
        given, read = list(candidates), list(found)
        if read and any(map(_is_image, given)) and not all(map(_is_image, read)):
            # The operation was typed, and not a picture of what it leaves behind.
            given = [c._replace(tier=max(c.tier, Tier.VARIANTS)) if _is_image(c) else c for c in given]
            firm = [candidate for candidate in given if not candidate.tier.is_loose and not _is_image(candidate)]
        else:
            firm = [candidate for candidate in given if not candidate.tier.is_loose]
        best = _best_nodes(candidate for candidate in (*firm, *read) if self._is_procedure(candidate))
        return [self._placed(candidate, best) for candidate in (*given, *read)] if best else [*given, *read]

    def _is_procedure(self, candidate: Candidate) -> bool:
        node = candidate.entry.node
        return node >> BLOCK_BITS == PCS_BLOCK and node not in self._headings_of_procedures

    def with_supplies_first(self, candidates: list[Candidate]) -> list[Candidate]:
        """Return candidates with the best codes of HCPCS first, for a text that names a supply."""
        best = _best_nodes(c for c in candidates if _is_supply(c) and c.entry.node not in self.special_nodes)
        return [
            candidate._replace(tier=Tier.PROCEDURE)
            if candidate.entry.node in best and Tier.PROCEDURE < candidate.tier < Tier.UNLOADED
            else candidate
            for candidate in candidates
        ]

    def has_procedure(self, candidates: Iterable[Candidate]) -> bool:
        """Return whether a procedure of ICD-10-PCS is among candidates."""
        return any(self._is_procedure(candidate) and candidate.tier < Tier.UNLOADED for candidate in candidates)

    def has_section_of_procedures(self, candidates: Iterable[Candidate]) -> bool:
        """Return whether a section of ICD-10-PCS without codes is among candidates that hold all words."""
        nodes = (candidate.entry.node for candidate in candidates if not candidate.tier.is_loose)
        return any(node >> BLOCK_BITS == PCS_BLOCK and node in self._without_codes for node in nodes)

    def with_sections_of_procedures_first(self, candidates: list[Candidate]) -> list[Candidate]:
        """Return candidates with the best section of CPT and of ICD-10-PCS first, for a text that asks for a procedure
        whose codes are not loaded."""
        sections = [c for c in candidates if c.entry.node in self._without_codes and not c.tier.is_loose]
        sections.sort(key=lambda candidate: candidate.order, reverse=True)
        best = {candidate.entry.node >> BLOCK_BITS: candidate.entry.node for candidate in sections}
        return [
            candidate._replace(tier=min(candidate.tier, Tier.PROCEDURE))
            if candidate.entry.node in best.values() and not candidate.tier.is_loose
            else candidate
            for candidate in candidates
        ]

    def _placed(self, candidate: Candidate, best: Container[int]) -> Candidate:
        if candidate.entry.node in best:
            return candidate if candidate.tier is Tier.WHOLE else candidate._replace(tier=Tier.PROCEDURE)
        if candidate.entry.node in self._without_codes:
            return candidate._replace(tier=max(candidate.tier, Tier.UNLOADED))
        if candidate.entry.node in self._last and not _asks_for_last(candidate.query):
            return candidate._replace(tier=Tier.REPORTING)
        if candidate.tier is Tier.WHOLE and candidate.entry.node in self._below_procedures:
            return candidate._replace(tier=Tier.WORDS)
        return candidate


def _is_image(candidate: Candidate) -> bool:
    """Return whether a candidate is a picture or radiation in ICD-10-PCS that the text does not ask for."""
    if candidate.entry.node >> BLOCK_BITS != PCS_BLOCK or TRANSPLANT not in candidate.entry.words:
        return False
    readings = (reading for reading in candidate.score.readings if reading is not None)
    return not IMAGING_WORDS.isdisjoint(candidate.entry.words) and IMAGING_WORDS.isdisjoint(
        word for reading in readings for word in reading.words
    )


def _best_nodes(candidates: Iterable[Candidate]) -> set[int]:
    """Return the nodes of candidates that are worth nearly as much as the best, at most as many as there are first
    rows."""
    ordered = sorted(candidates, key=lambda candidate: -candidate.value)
    nodes: set[int] = set()
    for candidate in ordered:
        if len(nodes) == FEW_ROWS or candidate.value < LEAST_VALUE_SHARE * ordered[0].value:
            break
        nodes.add(candidate.entry.node)
    return nodes


def _is_supply(candidate: Candidate) -> bool:
    return candidate.entry.node >> BLOCK_BITS == HCPCS_BLOCK and candidate.tier < Tier.UNLOADED


def _asks_for_last(query: Query) -> bool:
    words = {word.text for word in query.words}
    return not words.isdisjoint(WORDS_OF_LAST)
