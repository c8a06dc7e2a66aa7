"""Everything that is asked of the code database by key: nodes, branches, and all that is known about one code."""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from app.codes.records import (
    Axis,
    CodeSet,
    Detail,
    IndexLine,
    Level,
    LoadedPart,
    Node,
    Note,
    NoteKind,
    Reference,
    SeventhCharacter,
    Source,
    Standing,
    VisualRange,
)
from app.codes.shapes import CATEGORY_LENGTH, code_spellings, covered, finished, plain, written
from app.codes.systems import READING_ORDER, System
from app.library.contents import Part
from app.library.sides import counterpart_titles
from app.library.standings import BILLABLE

NODE = "SELECT n.id, n.system, n.code, n.title, n.level, n.standing, n.parent, n.variants, n.last > n.id FROM node n"

PCS_AXES = ("Section", "Body system", "Root operation", "Body part", "Approach", "Device", "Qualifier")
"""The axes of Medical and Surgical."""

NO_CODES = frozenset({Level.CHAPTER, Level.SECTION, Level.PCS_SECTION})
"""Levels that hold codes without being one or the beginning of one."""

# Looked up, which for the hundred nodes of an answer takes a tenth of what calling the enumerations does.
SYSTEMS = {system.value: system for system in System}
LEVELS = {level.value: level for level in Level}
STANDINGS = {standing.value: standing for standing in Standing}


def node_from_row(row: tuple[int, str, str, str, str, str, int | None, int, int]) -> Node:
    """A node from a row of the columns of NODE."""
    key, system, code, title, level, standing, parent, variants, below = row
    return Node(key, SYSTEMS[system], code, title, LEVELS[level], STANDINGS[standing], parent, variants, bool(below))


@dataclass(frozen=True, slots=True)
class _PartRow:
    """A row of the table of releases."""

    part: LoadedPart
    remark: str
    valid: int


class Catalogue:
    """Questions by key, each answered in well under a millisecond (`detail` in about one)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._code_sets: tuple[CodeSet, ...] | None = None

    # Code sets

    def code_sets(self) -> tuple[CodeSet, ...]:
        """What is loaded, in the order in which one text reads as a code of several."""
        if self._code_sets is None:
            self._code_sets = tuple(self._code_set(system) for system in READING_ORDER if self._parts(system))
        return self._code_sets

    def _code_set(self, system: System) -> CodeSet:
        """A code set as its newest parts make it: its codes, under the name of whatever of their year came last."""
        parts = self._parts(system)
        remarks = {row.part.release: row.remark for row in parts}
        codes = next((row for row in parts if row.part.part == Part.CODES and row.part.current), None)
        if codes is None:
            ours = next(row for row in parts if row.part.part == Part.OURS)
            return CodeSet(
                system=system,
                release=ours.part.release,
                effective_from=None,
                effective_to=None,
                codes=ours.part.codes,
                valid=ours.valid,
                sources=(),
                remark=ours.remark,
                parts=tuple(row.part for row in parts),
                ours=True,
            )
        year = codes.part.effective_to
        newest = max(
            (row.part for row in parts if row.part.current and row.part.effective_to == year),
            key=lambda part: part.effective_from or date.min,
        )
        sources = dict.fromkeys(source for row in parts if row.part.current for source in row.part.sources)
        return CodeSet(
            system=system,
            release=newest.release,
            effective_from=newest.effective_from,
            effective_to=year,
            codes=codes.part.codes,
            valid=codes.valid,
            sources=tuple(sources),
            remark=remarks[codes.part.release],
            parts=tuple(row.part for row in parts),
        )

    def _parts(self, system: System) -> list["_PartRow"]:
        rows = self._db.execute(
            "SELECT id, part, name, effective_from, effective_to, remark, codes, valid, current FROM release"
            " WHERE system = ? ORDER BY id",
            (system.value,),
        ).fetchall()
        found: list[_PartRow] = []
        for release, part, name, start, end, remark, codes, valid, current in rows:
            sources = self._db.execute("SELECT file, sha256 FROM source WHERE release = ? ORDER BY id", (release,))
            loaded = LoadedPart(
                part=part,
                title=Part(part).label,
                release=name,
                effective_from=date.fromisoformat(start) if start else None,
                effective_to=date.fromisoformat(end) if end else None,
                codes=codes,
                current=bool(current),
                sources=tuple(Source(*source) for source in sources),
            )
            found.append(_PartRow(loaded, remark, valid))
        return found

    def conventions(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What the introduction of the Tabular List says, heading by heading."""
        rows = self._db.execute("SELECT title, text FROM convention ORDER BY id")
        return tuple((title, tuple(text.split("\n"))) for title, text in rows)

    # Nodes

    def node(self, key: int) -> Node:
        """The node of that id. Raises KeyError for an id that there is not."""
        row = self._db.execute(f"{NODE} WHERE n.id = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return node_from_row(row)

    def nodes(self, ids: Iterable[int]) -> dict[int, Node]:
        """Many nodes at once, by id."""
        wanted = tuple(ids)
        marks = ",".join("?" * len(wanted))
        rows = self._db.execute(f"{NODE} WHERE n.id IN ({marks})", wanted)
        return {row[0]: node_from_row(row) for row in rows}

    def roots(self, system: System) -> tuple[Node, ...]:
        """The top of a code set: the chapters of ICD-10-CM, the sections of ICD-10-PCS."""
        return self._nodes("WHERE n.parent IS NULL AND n.system = ? ORDER BY n.id", system.value)

    def children(self, key: int) -> tuple[Node, ...]:
        """What stands directly below a node, in the order of the book."""
        return self._nodes("WHERE n.parent = ? ORDER BY n.id", key)

    def variants(self, key: int) -> tuple[Node, ...]:
        """The valid codes at and below a node, in the order of the book."""
        return self._nodes(
            f"WHERE n.id BETWEEN ? AND (SELECT last FROM node WHERE id = ?) AND n.{BILLABLE} ORDER BY n.id",
            key,
            key,
        )

    def ancestors(self, key: int) -> tuple[Node, ...]:
        """The nodes above, root first, without the node itself."""
        rows = self._db.execute(
            "WITH RECURSIVE above (id) AS (SELECT parent FROM node WHERE id = ?"
            " UNION ALL SELECT node.parent FROM node JOIN above ON node.id = above.id WHERE above.id IS NOT NULL)"
            f" {NODE} JOIN above ON above.id = n.id ORDER BY n.id",
            (key,),
        )
        return tuple(node_from_row(row) for row in rows)

    def find(self, system: System, code: str) -> Node | None:
        """Exactly this code of this code set, with or without its dot; also a chapter's number or a section's range."""
        found = self._nodes("WHERE n.plain = ? AND n.system = ?", plain(code), system.value)
        return found[0] if found else None

    def find_range(self, text: str) -> Node | None:
        """The section of ICD-10-CM, or else the chapter, that covers exactly a range: `E08-E13`, `A00–B99`."""
        range_ = plain(text.replace("–", "-"))
        section = self.find(System.ICD10CM, range_)
        if section is not None or "-" not in range_:
            return section
        for chapter in self.roots(System.ICD10CM):
            sections = [node.code for node in self.children(chapter.id)]
            if sections and covered(sections) == range_:
                return chapter
        return None

    def readings(self, text: str) -> tuple[Node, ...]:
        """Every code that a text is exactly, spaces, case, dot and O for zero forgiven; ICD-10-CM first.

        The form in which it is written wins over forgiven spellings.
        """
        found: list[Node] = []
        for spelling in code_spellings(text):
            nodes = self._nodes("WHERE n.plain = ?", spelling)
            found += sorted((n for n in nodes if n not in found), key=lambda n: n.system.rank)
        return tuple(found)

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

    def _nodes(self, where: str, *values: object) -> tuple[Node, ...]:
        return tuple(node_from_row(row) for row in self._db.execute(f"{NODE} {where}", values))

    # One code

    def detail(self, key: int) -> Detail:
        """Everything that is known about one node. Raises KeyError for an id that there is not."""
        node = self.node(key)
        ancestors = self.ancestors(key)
        children = self.children(key)
        seventh = self._seventh(node, ancestors)
        return Detail(
            node=node,
            status=status(node, seventh),
            ancestors=ancestors,
            notes=self._notes(node, ancestors),
            seventh=seventh,
            children=children,
            axes=self._axes(node) if node.system is System.ICD10PCS else (),
            index=self._index(node),
            visual=self._visual(node, ancestors),
            previous=self._neighbour(node, -1),
            next=self._neighbour(node, +1),
            counterparts=self._counterparts(node, ancestors),
            release=self._release(node),
        )

    def _release(self, node: Node) -> str:
        return next((one.release for one in self.code_sets() if one.system is node.system), "")

    def _notes(self, node: Node, ancestors: tuple[Node, ...]) -> tuple[Note, ...]:
        """Nearest level first. Inclusion terms are a code's own, and a 7th-character code takes those of its stem."""
        own = {node.id}
        if node.level is Level.SEVENTH and node.parent is not None:
            own.add(node.parent)
        levels = [node, *reversed(ancestors)]
        marks = ",".join("?" * len(levels))
        rows = self._db.execute(
            f"SELECT id, node, kind, text FROM note WHERE node IN ({marks}) ORDER BY node DESC, id",
            [level.id for level in levels],
        ).fetchall()
        kept = [row for row in rows if row[1] in own or row[2] != NoteKind.INCLUSION]
        references = self._references([row[0] for row in kept])
        codes = {level.id: level.code for level in levels}
        return tuple(
            Note(codes[level], NoteKind(kind), text, tuple(references.get(key, ()))) for key, level, kind, text in kept
        )

    def _references(self, notes: list[int]) -> dict[int, list[Reference]]:
        marks = ",".join("?" * len(notes))
        found: dict[int, list[Reference]] = {}
        rows = self._db.execute(
            f"SELECT note, start, stop, printed, target FROM reference WHERE note IN ({marks}) ORDER BY note, start",
            notes,
        )
        for note, start, stop, printed, target in rows:
            found.setdefault(note, []).append(Reference(start, stop, printed, target))
        return found

    def _seventh(self, node: Node, ancestors: tuple[Node, ...]) -> tuple[SeventhCharacter, ...]:
        """The strip of a stem and of each of its finished codes; only the nearest definitions apply."""
        if node.level is Level.SEVENTH and node.parent is not None:
            stem = plain(ancestors[-1].code)
        elif node.level is Level.CODE and node.has_children:
            stem = plain(node.code)
        else:
            return ()
        for level in (node, *reversed(ancestors)):
            rows = self._db.execute("SELECT char, meaning FROM seventh WHERE node = ? ORDER BY position", (level.id,))
            found = rows.fetchall()
            if found:
                break
        else:
            return ()
        strip: list[SeventhCharacter] = []
        for char, meaning in found:
            code = finished(stem, char)
            row = self._db.execute(
                "SELECT id FROM node WHERE plain = ? AND system = ?", (code, node.system.value)
            ).fetchone()
            strip.append(SeventhCharacter(char, meaning, written(node.system, code), row[0] if row else None))
        return tuple(strip)

    def _axes(self, node: Node) -> tuple[Axis, ...]:
        """The characters that the node has, in order, each with what it means in its table."""
        axes: list[Axis] = []
        section = node.code[0]
        for position, value in enumerate(node.code, start=1):
            table = node.code[: min(position - 1, 3)]
            row = self._db.execute(
                'SELECT label FROM pcs_value WHERE "table" = ? AND position = ? AND value = ?', (table, position, value)
            ).fetchone()
            label: str = row[0] if row else ""
            texts: tuple[str, str, str] = self._db.execute(
                "SELECT definition, explanation, examples FROM pcs_definition"
                " WHERE section = ? AND position = ? AND label = ?",
                (section, position, label),
            ).fetchone() or ("", "", "")
            terms = self._terms(label, axes[1].label) if position in (4, 6) else ()
            axes.append(Axis(position, PCS_AXES[position - 1], value, label, *texts, terms))
        return tuple(axes)

    def _terms(self, label: str, body_system: str) -> tuple[str, ...]:
        """The Index terms that say to use a value: `Vermiform appendix` says `use Appendix`.

        What a term means in one body system only is told apart by it: `use Autologous Venous Tissue in Upper Veins`.
        """
        rows = self._db.execute(
            "SELECT DISTINCT path FROM index_entry WHERE kind = 'use' AND see IN (?, ?) ORDER BY path",
            (label, f"{label} in {body_system}"),
        )
        return tuple(path.replace("\n", ", ") for (path,) in rows)

    def _index(self, node: Node) -> tuple[IndexLine, ...]:
        """Index lines that lead here. For a finished PCS code those of its family count, and of its own beginnings."""
        if node.system is not System.ICD10PCS or node.level in (Level.PCS_SECTION, Level.BODY_SYSTEM):
            return ()
        rows = self._db.execute(
            "SELECT DISTINCT e.path, e.kind, e.see FROM index_target t JOIN index_entry e ON e.id = t.entry"
            " WHERE t.node IN (?, ?) AND substr(?, 1, length(t.code)) = t.code AND e.kind != 'use' ORDER BY e.id",
            (node.id, node.parent if node.level is Level.PCS_CODE else node.id, node.code.ljust(7)),
        )
        return tuple(
            IndexLine(tuple(path.split("\n")), f"{kind} {see}" if kind != "code" else "") for path, kind, see in rows
        )

    def _visual(self, node: Node, ancestors: tuple[Node, ...]) -> tuple[VisualRange, ...]:
        """The table of visual impairment, for all of its category: it hangs on the last subcategory of H54, whose
        notes call it the table below."""
        category = next((level for level in (node, *ancestors) if level.level is Level.CATEGORY), None)
        if category is None:
            return ()
        rows = self._db.execute(
            "SELECT category, less_than, at_least FROM visual_range"
            " WHERE node BETWEEN ? AND (SELECT last FROM node WHERE id = ?) ORDER BY node, position",
            (category.id, category.id),
        )
        return tuple(
            VisualRange(name, tuple(less.split("\n")), tuple(least.split("\n")) if least else ())
            for name, less, least in rows
        )

    def _neighbour(self, node: Node, step: int) -> Node | None:
        """The next or previous node of the same kind: a valid code's neighbours are valid codes."""
        if node.billable:
            same = f"n.{BILLABLE}"
        elif node.level in (Level.CODE, Level.SUBCATEGORY):
            same = "n.standing = 'heading' AND n.level IN ('subcategory', 'code')"
        else:
            same = f"n.level = '{node.level.value}'"
        # Bounded by the code set's first and last node, lest the search runs on through all the others.
        first, last = self._db.execute(
            "SELECT min(id), max(last) FROM node WHERE parent IS NULL AND system = ?", (node.system.value,)
        ).fetchone()
        low, high, order = (node.id + 1, last, "ASC") if step > 0 else (first, node.id - 1, "DESC")
        found = self._nodes(f"WHERE n.id BETWEEN ? AND ? AND {same} ORDER BY n.id {order} LIMIT 1", low, high)
        return found[0] if found else None

    def _counterparts(self, node: Node, ancestors: tuple[Node, ...]) -> tuple[tuple[str, Node], ...]:
        """The same code for another side, found by its title within the same category or operation."""
        titles = counterpart_titles(node.title)
        branch = next((n for n in ancestors if n.level in (Level.CATEGORY, Level.OPERATION)), None)
        if not titles or branch is None:
            return ()
        marks = ",".join("?" * len(titles))
        found = self._nodes(
            f"WHERE n.id BETWEEN ? AND (SELECT last FROM node WHERE id = ?) AND n.level = ? AND n.title IN ({marks})",
            branch.id,
            branch.id,
            node.level.value,
            *titles,
        )
        by_title = {other.title: other for other in found if other.id != node.id}
        return tuple((side, by_title[title]) for title, side in titles.items() if title in by_title)


def status(node: Node, seventh: tuple[SeventhCharacter, ...]) -> str:
    """The one sentence that says what a node is worth on a claim."""
    match node.standing:
        case Standing.VALID:
            return "Valid for submission"
        case Standing.MANIFESTATION:
            return "Valid for submission, but never first-listed: code the underlying disease first"
        case Standing.ENDED:
            return "Ended: no longer valid for submission"
        case Standing.HEADING:
            pass
    if seventh:
        return "Not valid: needs a 7th character"
    if node.level is Level.FAMILY:
        return f"Not valid: needs seven characters; {_choose(node.variants)}"
    if node.level in (Level.CHAPTER, Level.SECTION, Level.PCS_SECTION, Level.BODY_SYSTEM, Level.OPERATION):
        return f"A heading: it holds {counted(node.variants)}"
    return f"A heading: {_choose(node.variants)}"


def _choose(number: int) -> str:
    return "choose the one code below" if number == 1 else f"choose one of {counted(number)} below"


def counted(number: int) -> str:
    """So many codes, in words: `1 code`, `1,240 codes`."""
    return "1 code" if number == 1 else f"{number:,} codes"
