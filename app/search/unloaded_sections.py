"""Where a code that is not loaded belongs: the section or range that would hold it."""

from app.codes.cpt_sections import cpt_section
from app.codes.node import Node
from app.codes.pcs_sections import SECTIONS
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.matching.index import SearchIndex

SHORTEST_NUMBER = 3
"""Of CPT; shorter numbers are modifiers, places of service, or anything."""

CPT_LETTERS = {"F": "II", "T": "III", "U": "PLA", "M": "MAAA", "A": "VACCINE"}
"""The groups of CPT whose codes end in a letter."""

PLACES = 5
"""Characters of a code of HCPCS or CPT."""


class Sections:
    """Finds the narrowest group that a code, or all codes that begin so, would stand in."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex) -> None:
        self._catalogue = catalogue
        self._index = index
        self._groups: dict[System, list[tuple[int, str, str]]] = {}

    def holding(self, code: str, systems: frozenset[System]) -> Node | None:
        """The group for a plain code without dot, of the code sets asked (none for all); None where no set has one."""
        alone = systems == frozenset({System.CPT})
        system = System.CPT if alone and code.isdigit() and len(code) <= PLACES else _system(code)
        if system is None or (systems and system not in systems):
            return None
        if system is System.ICD10PCS:
            return self._catalogue.find(system, code[0])
        if system is System.HCPCS:
            return self._narrowest(system, code) or self._catalogue.find(system, code[0])
        return self._of_cpt(code)

    def _of_cpt(self, code: str) -> Node | None:
        """The group of CPT; none for a number that lies between its sections.

        Sections interleave (visits by video have numbers of Medicine), so that the narrowest range counts only if it
        stands in the section that has the number.
        """
        named = cpt_section(code.ljust(PLACES, "0")) or cpt_section(code.ljust(PLACES, "9"))
        if not named:
            return None
        letter = CPT_LETTERS.get(code[-1])
        if letter:
            return self._narrowest(System.CPT, code) or self._catalogue.find(System.CPT, letter)
        section = named.removeprefix("Category I, ")
        found = self._narrowest(System.CPT, code, section)
        return found or self._catalogue.find(System.CPT, "I")

    def _narrowest(self, system: System, code: str, section: str = "") -> Node | None:
        low, high = code.ljust(PLACES, "0"), code.ljust(PLACES, "9")
        if system not in self._groups:
            ranges = [(key, plain.partition("-")) for key, plain in self._index.groups(system)]
            self._groups[system] = [(key, first, last) for key, (first, _, last) in ranges if last[-1:].isalnum()]
        around = [
            (key, first, last)
            for key, first, last in self._groups[system]
            if first <= low and high <= last and _letter(first) == _letter(low)
        ] or [
            (key, first, last)
            for key, first, last in self._groups[system]
            # A range that begins within what was typed: `250` holds 25000 to 25099.
            if len(code) < PLACES and first <= high and low <= last and first.isdigit()
        ]
        for key, _, _ in sorted(around, key=lambda group: (_width(group[1], group[2]), -group[0])):
            node = self._catalogue.node(key)
            if not section or section in {above.title for above in (node, *self._catalogue.ancestors(key))}:
                return node
        return None


def _system(code: str) -> System | None:
    """Which code set a text has the shape of; beginnings count for CPT, of at least three digits."""
    if not code.isascii() or not code.isalnum():
        return None
    if code.isdigit():
        return System.CPT if SHORTEST_NUMBER <= len(code) <= PLACES else None
    if len(code) == PLACES and code[:4].isdigit():
        return System.CPT if code[4] in CPT_LETTERS else None
    if len(code) == PLACES and code[1:].isdigit():
        return None if code[0] == "D" else System.HCPCS
    if len(code) == 7 and code[0] in SECTIONS and not set("IO") & set(code):
        return System.ICD10PCS
    return None


def _letter(code: str) -> str:
    """What tells the categories of CPT apart: the letter behind four digits, empty for five."""
    return code[-1] if code[-1].isalpha() else ""


def _width(first: str, last: str) -> int:
    return int("".join(filter(str.isdigit, last))) - int("".join(filter(str.isdigit, first)))
