"""Everything that is asked of the code database by key: nodes, branches, and all that is known about one code."""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.codes.code_sets import CodeSet
from app.codes.detail import Detail, Icd9Reading
from app.codes.node import Level, Node
from app.codes.shapes import CATEGORY_LENGTH, code_spellings, covered, plain
from app.codes.systems import System
from app.library.reading.loaded_sets import read_code_sets
from app.library.reading.node_rows import NodeRows
from app.paths import resource

if TYPE_CHECKING:
    from app.library.own_words.modifier_rules import ModifierRules
    from app.library.reading.lexicon_lines import LexiconLine

NO_CODES = frozenset({Level.CHAPTER, Level.SECTION, Level.PCS_SECTION, Level.GROUP})
"""Levels that hold codes without being one or the beginning of one."""

WITH_DOTS = (System.ICD10CM, System.ICD10PCS)
"""Code sets of which a text with a dot inside may be a code; `E11.40` is no HCPCS code."""


class Catalogue(NodeRows):
    """Questions by key, each answered in well under a millisecond (`detail` in one or two)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        # Filled when first asked for. Set here, not by cached_property: a catalogue that is switched to another library
        # is initialized again, and must forget all that it has read.
        self._code_sets: tuple[CodeSet, ...] | None = None
        self._chapter_by_range: dict[str, int] | None = None
        self._modifier_rules: ModifierRules | None = None

    def code_sets(self) -> tuple[CodeSet, ...]:
        """What is loaded, in the order in which one text reads as a code of several."""
        if self._code_sets is None:
            self._code_sets = read_code_sets(self._db)
        return self._code_sets

    def release_of(self, system: System | None) -> str:
        """Return the release of a code set whose official file is loaded: `FY2026 (April 2026)`; empty if none is."""
        return next((loaded.release for loaded in self.code_sets() if loaded.system is system and not loaded.ours), "")

    def conventions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What the introduction of the Tabular List says, heading by heading."""
        rows = self._db.execute("SELECT title, text FROM convention ORDER BY id")
        return tuple((title, tuple(text.split("\n"))) for title, text in rows)

    def lexicon(self) -> tuple["LexiconLine", ...]:
        """What texts are read as, line by line, in about 10 ms."""
        from app.library.reading.lexicon_lines import lexicon_lines

        return lexicon_lines(self._db)

    def detail(self, key: int) -> Detail:
        """Everything that is known about one node. Raises KeyError for an id that there is not."""
        # Imported here: the first picture of a window shows no code, and does not wait for what only that needs.
        from app.library.reading.detail import read_detail

        return read_detail(self._db, self, key, self.code_sets(), self._read_modifier_rules)

    def _read_modifier_rules(self) -> "ModifierRules":
        if self._modifier_rules is None:
            from app.library.own_words.modifier_rules import read_modifier_rules

            self._modifier_rules = read_modifier_rules(resource("tables"))
        return self._modifier_rules

    def counterparts(self, node: Node) -> tuple[tuple[str, Node], ...]:
        """The same code for the other sides of the body, each with its side; without the rest of `detail`."""
        from app.library.reading.neighbors import counterparts
        from app.library.reading.sides import counterpart_titles

        # Most titles name no side, and the code that is opened is not read twice for them.
        return counterparts(self, node, self.ancestors(node.id)) if counterpart_titles(node.title) else ()

    # Texts that name codes

    def find_range(self, text: str) -> Node | None:
        """The section or range that a text names (`E08-E13`, `J0120-J3591`, `99202-99215`), of ICD-10-CM first; or else
        the chapter of ICD-10-CM that covers exactly a range (`A00–B99`)."""
        range_ = plain(text.replace("–", "-"))
        if "-" not in range_:
            return self.find(System.ICD10CM, range_)
        found = self.select("WHERE n.plain = ?", range_)
        if found:
            return min(found, key=lambda node: node.system.rank)
        chapter = self._chapter_of(range_)
        return None if chapter is None else self.node(chapter)

    def _chapter_of(self, range_: str) -> int | None:
        """Return the id of the chapter of ICD-10-CM whose sections cover exactly a range (`A00-B99`)."""
        if self._chapter_by_range is None:
            self._chapter_by_range = self._read_chapter_ranges()
        return self._chapter_by_range.get(range_)

    def _read_chapter_ranges(self) -> dict[str, int]:
        sections: dict[int, list[str]] = {}
        # Texts with a hyphen are many, and no index serves this.
        for chapter, section in self._db.execute(
            "SELECT parent, code FROM node WHERE level = 'section'"
            " AND parent IN (SELECT id FROM node WHERE level = 'chapter') ORDER BY id"
        ):
            sections.setdefault(chapter, []).append(section)
        return {covered(ranges): chapter for chapter, ranges in reversed(sections.items())}

    def readings(self, text: str) -> tuple[Node, ...]:
        """Every code that a text is exactly, spaces, case, dot and O for zero forgiven; ICD-10-CM first.

        The form in which it is written wins over forgiven spellings.
        """
        found: list[Node] = []
        for spelling in code_spellings(text):
            nodes = self.select("WHERE n.plain = ?", spelling)
            found += sorted((n for n in nodes if n not in found), key=lambda n: n.system.rank)
        dotted = "." in text.strip(" .-")
        return tuple(node for node in found if not dotted or node.system in WITH_DOTS)

    def longest_beginning(self, text: str, allowed: Callable[[Node], bool] = lambda _node: True) -> Node | None:
        """The code that is left of a mistyped one when characters are taken off its end: `E11.4X` leaves E11.4.

        Never less than a category: a code that is cut back further is another code, not a mistyped one.
        """
        spellings = code_spellings(text)
        if not spellings or not any(c.isdigit() for c in spellings[0][:CATEGORY_LENGTH]):
            return None
        for length in range(len(spellings[0]) - 1, CATEGORY_LENGTH - 1, -1):
            for node in self.readings(spellings[0][:length]):
                if node.level not in NO_CODES and allowed(node):
                    return node
        return None

    def icd9(self, text: str) -> tuple[Icd9Reading, ...]:
        """The codes of ICD-9-CM that a text is exactly: `250.00`, `E800.0`; `25000` where no code set that is loaded
        has a code of that name."""
        if "." not in text and self.readings(text):
            return ()
        # As with `detail`: the first picture does not wait for it.
        from app.library.reading.equivalents import icd9_readings

        return icd9_readings(self._db, text)
