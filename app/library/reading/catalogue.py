"""Questions by key to the code database: nodes, branches, and the facts about one code."""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from app.codes.code_sets import CodeSet
from app.codes.detail import Detail, Icd9Reading, NoteKind
from app.codes.names import is_unloaded
from app.codes.node import Level, Node
from app.codes.shapes import CATEGORY_LENGTH, CodeShape, code_spellings, covered, plain, with_placeholders
from app.codes.systems import System
from app.library.reading.loaded_sets import read_code_sets
from app.library.reading.node_rows import NodeRows
from app.paths import resource

if TYPE_CHECKING:
    from app.library.own_words.modifier_rules import ModifierRules
    from app.library.reading.dated_codes import DatedCode
    from app.library.reading.lexicon_lines import LexiconLine
    from app.library.reading.notes_of_codes import CodeNote

LEVELS_WITHOUT_CODES = frozenset({Level.CHAPTER, Level.SECTION, Level.PCS_SECTION, Level.GROUP})
"""Levels whose nodes are above codes, but are neither codes nor beginnings of codes."""

SYSTEMS_WITH_DOTS = (System.ICD10CM, System.ICD10PCS)
"""Code sets whose codes may be typed with a dot; `E11.40` is not a HCPCS code."""


class Catalogue(NodeRows):
    """Questions by key, each answered in well under a millisecond (`detail` in one or two)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        # Filled when first asked for. Set here, not by cached_property: a catalogue that is switched to another library
        # is initialized again, and must forget all that it has read.
        self._code_sets: tuple[CodeSet, ...] | None = None
        self._chapter_by_range: dict[str, int] | None = None
        self._modifier_rules: ModifierRules | None = None
        self._cc_marks: Mapping[int, str] | None = None

    def code_sets(self) -> tuple[CodeSet, ...]:
        """Return the loaded code sets in the order of `System.rank`."""
        if self._code_sets is None:
            self._code_sets = read_code_sets(self._db)
        return self._code_sets

    def complete_release(self, system: System | None) -> str:
        """Return the release of a code set that is loaded completely, `FY2026 (April 2026)`; else an empty text.

        A remark tells that a code set is there in part only, as the packaged section of ICD-10-PCS is; of ICD-10-CM it
        tells where the codes, which are all of a release, come from. A release of ICD-10-PCS that lacks a section is
        incomplete too. Of CPT it is not known: each of its files may hold a part.
        """
        loaded = self._with_file(system)
        if loaded is None or (loaded.remark and system is not System.ICD10CM) or system is System.CPT:
            return ""
        has_gap = system is System.ICD10PCS and any(map(is_unloaded, self.roots(system)))
        return "" if has_gap else loaded.release

    def missing_code_sentence(self, shape: CodeShape) -> str:
        """Return the sentence on a text that has the form of a code which is not loaded."""
        return shape.sentence(self.complete_release(shape.system), has_file=self._with_file(shape.system) is not None)

    def _with_file(self, system: System | None) -> CodeSet | None:
        """Return a code set if an official file of it is loaded, not our own words alone; else None."""
        return next((loaded for loaded in self.code_sets() if loaded.system is system and not loaded.ours), None)

    def conventions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the conventions in the introduction of the Tabular List: headings, each with its paragraphs."""
        rows = self._db.execute("SELECT title, text FROM convention ORDER BY id")
        return tuple((title, tuple(text.split("\n"))) for title, text in rows)

    def lexicon(self) -> tuple["LexiconLine", ...]:
        """Return the lines of the lexicon, which takes about 10 ms."""
        from app.library.reading.lexicon_lines import lexicon_lines

        return lexicon_lines(self._db)

    def detail(self, key: int) -> Detail:
        """Return everything that is known about one node. Raises KeyError for an id that does not exist."""
        # Imported here: a window opens without a code on its page, and does not wait for the modules of the page.
        from app.library.reading.detail import read_detail

        return read_detail(self._db, self, key, self.code_sets(), self._read_modifier_rules)

    def cc_marks(self) -> Mapping[int, str]:
        """Return the mark of each row of ICD-10-CM that is a CC or an MCC, by its node."""
        if self._cc_marks is None:
            from app.library.reading.payment import cc_marks

            self._cc_marks = cc_marks(self._db)
        return self._cc_marks

    def dated(self, nodes: Iterable[Node]) -> "Mapping[int, DatedCode]":
        """Return what is known of the days of many codes, by node."""
        from app.library.reading.dated_codes import dated_codes

        return dated_codes(self._db, (node.id for node in nodes))

    def notes_of(self, nodes: Iterable[int], kinds: Iterable[NoteKind]) -> "Mapping[int, tuple[CodeNote, ...]]":
        """Return the notes of some kinds at many nodes, without those above them, by node."""
        from app.library.reading.notes_of_codes import notes_of_codes

        return notes_of_codes(self._db, nodes, kinds)

    def levels(self, nodes: Iterable[Node]) -> dict[int, tuple[Node, ...]]:
        """Return each of many nodes with those above it, nearest first, by node."""
        asked = tuple(nodes)
        known = {node.id: node for node in asked}
        wanted = {node.parent for node in asked if node.parent is not None} - known.keys()
        while wanted:
            above = self.nodes(wanted)
            known.update(above)
            wanted = {node.parent for node in above.values() if node.parent is not None} - known.keys()
        levels: dict[int, tuple[Node, ...]] = {}
        for node in asked:
            line = [node]
            while (parent := line[-1].parent) is not None:
                line.append(known[parent])
            levels[node.id] = tuple(line)
        return levels

    def _read_modifier_rules(self) -> "ModifierRules":
        if self._modifier_rules is None:
            from app.library.own_words.modifier_rules import read_modifier_rules

            self._modifier_rules = read_modifier_rules(resource("tables"))
        return self._modifier_rules

    def counterparts(self, node: Node) -> tuple[tuple[str, Node], ...]:
        """Return the same code for the other sides of the body, each with its side, without the rest of `detail`."""
        from app.library.reading.neighbors import counterparts
        from app.library.reading.sides import counterpart_titles

        # Most titles name no side; then nothing is read.
        return counterparts(self, node, self.ancestors(node.id)) if counterpart_titles(node.title) else ()

    # Texts that name codes

    def find_range(self, text: str) -> Node | None:
        """Return the section or range that a text names: `E08-E13`, `J0120-J3591`, `99202-99215`; of ICD-10-CM first.

        Otherwise it is the chapter of ICD-10-CM that covers exactly a range (`A00–B99`)."""
        range_ = plain(text.replace("–", "-"))
        if "-" not in range_:
            return self.find(System.ICD10CM, range_)
        nodes = self.select("WHERE n.plain = ?", range_)
        if nodes:
            return min(nodes, key=lambda node: node.system.rank)
        chapter = self._chapter_of(range_)
        return None if chapter is None else self.node(chapter)

    def _chapter_of(self, range_: str) -> int | None:
        """Return the id of the chapter of ICD-10-CM whose sections cover exactly a range (`A00-B99`)."""
        if self._chapter_by_range is None:
            self._chapter_by_range = self._read_chapter_ranges()
        return self._chapter_by_range.get(range_)

    def _read_chapter_ranges(self) -> dict[str, int]:
        sections: dict[int, list[str]] = {}
        # Read once, since many texts have a hyphen. With `last > id`, which holds for every chapter, the index by level
        # serves: without it every node of every code set is read.
        for chapter, section in self._db.execute(
            "SELECT parent, code FROM node WHERE level = 'section'"
            " AND parent IN (SELECT id FROM node WHERE level = 'chapter' AND last > id) ORDER BY id"
        ):
            sections.setdefault(chapter, []).append(section)
        return {covered(ranges): chapter for chapter, ranges in reversed(sections.items())}

    def readings(self, text: str) -> tuple[Node, ...]:
        """Return every code that a text is exactly, ICD-10-CM first; spaces, case, dot and O for zero do not matter.

        The spelling as typed comes before the others.
        """
        readings: list[Node] = []
        for spelling in code_spellings(text):
            nodes = self.select("WHERE n.plain = ?", spelling)
            readings += sorted((n for n in nodes if n not in readings), key=lambda n: n.system.rank)
        dotted = "." in text.strip(" .-")
        return tuple(node for node in readings if not dotted or node.system in SYSTEMS_WITH_DOTS)

    def longest_beginning(self, text: str, allowed: Callable[[Node], bool] = lambda _node: True) -> Node | None:
        """Return the longest beginning of a mistyped code that is a code: E11.4 for `E11.4X`.

        Never less than a category: a code that is shortened further is another code, not a mistyped one.
        """
        spellings = code_spellings(text)
        if not spellings or not any(c.isdigit() for c in spellings[0][:CATEGORY_LENGTH]):
            return None
        for length in range(len(spellings[0]) - 1, CATEGORY_LENGTH - 1, -1):
            for node in self.readings(spellings[0][:length]):
                if node.level not in LEVELS_WITHOUT_CODES and allowed(node):
                    return node
        return None

    def without_placeholders(self, text: str) -> Node | None:
        """Return the code of ICD-10-CM that a text is once its placeholders X are put right: `W21.89A` lacks them,
        `T07XXXXD` has too many. None where the 7th character is a digit, which may be meant as the
        next character of the code."""
        padded = with_placeholders(text)
        return self.find(System.ICD10CM, padded) if padded and padded[-1].isalpha() else None

    def icd9(self, text: str) -> tuple[Icd9Reading, ...]:
        """Return the codes of ICD-9-CM that a text is exactly: `250.00`, `E800.0`; `25000` if no loaded code set has a
        code of that name."""
        if "." not in text and self.readings(text):
            return ()
        # Imported here for the same reason as in `detail`.
        from app.library.reading.equivalents import icd9_readings

        return icd9_readings(self._db, text)
