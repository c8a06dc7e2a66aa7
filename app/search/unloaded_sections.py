"""The section or range in which a code that is not loaded would fall."""

from app.codes.cpt_sections import cpt_section
from app.codes.node import Node
from app.codes.pcs import PCS_SECTIONS
from app.codes.shapes import PCS_LENGTH
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.matching.index import SearchIndex

SHORTEST_CPT_NUMBER = 3
"""Digits; shorter numbers are modifiers, places of service, or anything."""

CPT_LETTERS = {"F": "II", "T": "III", "U": "PLA", "M": "MAAA", "A": "VACCINE"}
"""The groups of CPT whose codes end in a letter."""

CODE_LENGTH = 5
"""Characters of a code of HCPCS or CPT."""


class SectionFinder:
    """Finds the narrowest section or range in which a code, or all codes that begin so, would fall."""

    def __init__(self, catalogue: Catalogue, index: SearchIndex) -> None:
        self._catalogue = catalogue
        self._index = index
        self._groups: dict[System, list[tuple[int, str, str]]] = {}

    def find(self, code: str, systems: frozenset[System]) -> Node | None:
        """Return the section for a plain code without dot, of the given code sets (none means all); None if no set has
        one."""
        only_cpt = systems == frozenset({System.CPT})
        system = System.CPT if only_cpt and code.isdigit() and len(code) <= CODE_LENGTH else _system(code)
        if system is None or (systems and system not in systems):
            return None
        if system is System.ICD10PCS:
            return self._catalogue.find(system, code[0])
        if system is System.HCPCS:
            return self._narrowest(system, code) or self._catalogue.find(system, code[0])
        return self._find_in_cpt(code)

    def _find_in_cpt(self, code: str) -> Node | None:
        """Return the section or range of CPT; None for a number between its sections.

        Sections interleave (visits by video have numbers of Medicine), so that the narrowest range counts only if it
        is part of the section that has the number.
        """
        name = cpt_section(code.ljust(CODE_LENGTH, "0")) or cpt_section(code.ljust(CODE_LENGTH, "9"))
        if not name:
            return None
        letter = CPT_LETTERS.get(code[-1])
        if letter:
            return self._narrowest(System.CPT, code) or self._catalogue.find(System.CPT, letter)
        section = name.removeprefix("Category I, ")
        return self._narrowest(System.CPT, code, section) or self._catalogue.find(System.CPT, "I")

    def _narrowest(self, system: System, code: str, section: str = "") -> Node | None:
        low, high = code.ljust(CODE_LENGTH, "0"), code.ljust(CODE_LENGTH, "9")
        if system not in self._groups:
            ranges = [(key, plain.partition("-")) for key, plain in self._index.groups(system)]
            self._groups[system] = [(key, first, last) for key, (first, _, last) in ranges if last[-1:].isalnum()]
        candidates = [
            (key, first, last)
            for key, first, last in self._groups[system]
            if first <= low and high <= last and _letter(first) == _letter(low)
        ] or [
            (key, first, last)
            for key, first, last in self._groups[system]
            # A range that begins among the codes of the typed beginning: `250` is 25000 to 25099.
            if len(code) < CODE_LENGTH and first <= high and low <= last and first.isdigit()
        ]
        for key, _, _ in sorted(candidates, key=lambda group: (_width(group[1], group[2]), -group[0])):
            node = self._catalogue.node(key)
            if not section or section in {above.title for above in (node, *self._catalogue.ancestors(key))}:
                return node
        return None


def _system(code: str) -> System | None:
    """Return the code set that a text has the form of; of CPT a beginning of at least three digits is enough."""
    if not code.isascii() or not code.isalnum():
        return None
    if code.isdigit():
        return System.CPT if SHORTEST_CPT_NUMBER <= len(code) <= CODE_LENGTH else None
    if len(code) == CODE_LENGTH and code[:4].isdigit():
        return System.CPT if code[4] in CPT_LETTERS else None
    if len(code) == CODE_LENGTH and code[1:].isdigit():
        return None if code[0] == "D" else System.HCPCS
    if len(code) == PCS_LENGTH and code[0] in PCS_SECTIONS and not set("IO") & set(code):
        return System.ICD10PCS
    return None


def _letter(code: str) -> str:
    """Return the letter of a category of CPT, which follows four digits; empty for five digits."""
    return code[-1] if code[-1].isalpha() else ""


def _width(first: str, last: str) -> int:
    return int("".join(filter(str.isdigit, last))) - int("".join(filter(str.isdigit, first)))
