"""The rows of the results list: hits that open in place or, under an empty search box, the start rows."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from app.codes.names import (
    NEAR_CAPTION,
    NOUNS_OF_LIKE_CODES,
    count_words,
    printed_code,
    set_name,
    status_words,
    with_status,
)
from app.codes.node import Level, Node
from app.codes.short_titles import shortened_rows
from app.search.answer import Answer, CodeState, Hit, TypedCode
from app.search.parsing.query import PartKind
from app.ui.widgets.line_delegate import Index
from app.ui.widgets.plain_text import tooltip

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
"""The role of a row's record."""

ROW_FLAGS = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
"""Combined once: the list asks for them for every row that it paints, and Python's flags are slow to combine."""


SPOKEN_SIGNS = {" › ": ", ", " → ": " to ", "–": " to "}
"""What screen readers say of signs between words: by themselves they name them in full, or leave them out."""

NO_SUCH_CODE = "Not a loaded code"

OFFER = "Offer, not what was typed"
"""The first words on an offered row, for screen readers: the list shows it by the caption above."""

LONGEST_CODE = 9
"""Characters of a typed text that has room where other rows have their code."""

ALIKE_LENGTH = 60
"""Rows whose titles have so many first characters in common are alike. The rest of longer titles may be cut: what is
shown of them in the narrowest list is longer."""


class RowKind(Enum):
    """The kind of a row."""

    HIT = auto()
    VARIANT = auto()
    """A code in an opened row, indented below it."""
    RECENT = auto()
    EXAMPLE = auto()
    STATEMENT = auto()
    """What was typed, with the statement that it is no code, or that nothing matches it. It cannot be chosen."""
    CAPTION = auto()
    """A heading over the rows below it; it cannot be chosen."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `node` is None for captions, examples, and a recent code that is no longer loaded.

    `title` is the text of the row; that of a variant leaves out the words of its opened row. `hit` is set if a search
    has found the row, and then has its place and reason: they are made when the row is painted. `is_offer`: it is near
    to what was typed, and no match of it.
    """

    kind: RowKind
    node: Node | None = None
    code: str = ""
    title: str = ""
    own_place: str = ""
    own_reason: str = ""
    hit: Hit | None = None
    is_open: bool = False
    is_offer: bool = False
    is_nested: bool = False
    """A code below the heading that is shown between it and the opened row."""
    is_alike: bool = False
    """True if another row begins alike: such titles are shown whole, since they differ where others may be cut."""

    @property
    def place(self) -> str:
        """The place in the code set, or what a row without a hit says instead."""
        return self.own_place if self.hit is None else self.hit.location

    @property
    def reason(self) -> str:
        """The reason for the row; with the place it makes the second line."""
        return self.own_reason if self.hit is None else self.hit.reason

    @property
    def marks(self) -> tuple[tuple[int, int], ...]:
        """The characters of the title to mark, as (start, end): only painted rows ask for them."""
        return () if self.hit is None else merge_marks(self.hit.marks, self.title)

    @property
    def reason_marks(self) -> tuple[tuple[int, int], ...]:
        """The characters of the reason to mark, as (start, end)."""
        return () if self.hit is None else self.hit.reason_marks

    @property
    def code_kind(self) -> str:
        """A word after the code, for code sets whose codes look like those of another."""
        return (
            NOUNS_OF_LIKE_CODES.get(self.node.system, "")
            if self.node is not None and self.node.level is Level.ITEM
            else ""
        )

    @property
    def can_be_current(self) -> bool:
        """Return whether the row can be chosen."""
        return self.kind not in (RowKind.CAPTION, RowKind.STATEMENT)

    @property
    def can_open(self) -> bool:
        """Return whether the row has codes that can be shown below it."""
        return self.kind is RowKind.HIT and self.node is not None and self.node.has_children and self.node.variants > 0


class ResultsModel(QAbstractListModel):
    """A flat list of rows. `codes_in` returns the nodes that an opened row shows."""

    def __init__(self, codes_in: Callable[[Node], Sequence[Node]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._codes_in = codes_in
        self._rows: list[Row] = []
        self.cc_marks: Mapping[int, str] = {}
        """What diagnoses are as secondary ones (`CC`, `some MCC`) by their nodes; empty if rows do not say it."""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        number = index.row()
        if not 0 <= number < len(self._rows):
            return None
        row = self._rows[number]
        if role == ROW_ROLE:
            return row
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return f"{row.code} {row.title}".strip()
            case Qt.ItemDataRole.ToolTipRole:
                title = row.place if row.kind is RowKind.STATEMENT else row.title
                return tooltip(with_status(row.node, row.node.title) if row.node else title)
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.accessible_text(row)
            case _:
                return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid() or not self._rows[index.row()].can_be_current:
            return Qt.ItemFlag.NoItemFlags
        return ROW_FLAGS

    def row(self, number: int) -> Row | None:
        """Return the row with that number, None beyond the last."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def accessible_text(self, row: Row) -> str:
        """Return the accessible text of a row of this list, with CC or MCC if the rows say it."""
        return row_accessible_text(row, self.cc_marks.get(row.node.id, "") if row.node else "")

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = with_likeness(rows)
        self.endResetModel()

    def open(self, number: int) -> bool:
        """Show a row's codes below it; return False if there are none."""
        row = self.row(number)
        if row is None or not row.can_open or row.is_open or row.node is None:
            return False
        added = with_likeness(variant_rows(row.node, self._codes_in(row.node)))
        if not added:
            return False
        self._replace(number, replace(row, is_open=True))
        self.beginInsertRows(QModelIndex(), number + 1, number + len(added))
        self._rows[number + 1 : number + 1] = added
        self.endInsertRows()
        return True

    def close(self, number: int) -> bool:
        """Hide the codes of an open row; return False if it was not open."""
        row = self.row(number)
        if row is None or not row.is_open:
            return False
        end = number + 1
        while end < len(self._rows) and self._rows[end].kind is RowKind.VARIANT:
            end += 1
        self._replace(number, replace(row, is_open=False))
        self.beginRemoveRows(QModelIndex(), number + 1, end - 1)
        del self._rows[number + 1 : end]
        self.endRemoveRows()
        return True

    def open_row_above(self, number: int) -> int:
        """Return the number of the open row that a row belongs to: itself, or the one above a variant; -1 if none."""
        while 0 <= number < len(self._rows) and self._rows[number].kind is RowKind.VARIANT:
            number -= 1
        row = self.row(number)
        return number if row is not None and row.is_open else -1

    def find(self, node_id: int) -> int:
        """Return the number of the first row of a node, -1 if it has none."""
        return next((number for number, row in enumerate(self._rows) if row.node and row.node.id == node_id), -1)

    def _replace(self, number: int, row: Row) -> None:
        self._rows[number] = row
        index = self.index(number)
        self.dataChanged.emit(index, index)


def with_likeness(rows: Sequence[Row]) -> list[Row]:
    """Return rows that are shown together, those marked that begin as another one does."""
    counts = Counter(row.title[:ALIKE_LENGTH] for row in rows if len(row.title) > ALIKE_LENGTH)
    return [replace(row, is_alike=True) if counts.get(row.title[:ALIKE_LENGTH], 0) > 1 else row for row in rows]


def hit_row(hit: Hit) -> Row:
    """Return the row of a search's hit."""
    return Row(
        kind=RowKind.HIT,
        node=hit.node,
        code=printed_code(hit.node),
        title=hit.node.title,
        hit=hit,
    )


def answer_rows(answer: Answer) -> list[Row]:
    """Return the rows of an answer: its hits; the codes of a text with several, in the order typed; or a statement on
    what the text is not, a caption and the offers below it."""
    offers = [replace(hit_row(hit), is_offer=True) for hit in answer.near]
    near = [Row(RowKind.CAPTION, title=NEAR_CAPTION), *offers] if offers else []
    if answer.typed_codes:
        return [*map(_typed_row, answer.typed_codes), *near]
    return [_statement_row(answer), *near] if near else list(map(hit_row, answer.hits))


def _typed_row(typed: TypedCode) -> Row:
    """Return the row of one of several codes, or of what stands among them."""
    if typed.hit is not None:
        return hit_row(typed.hit)
    if typed.kind is PartKind.WORDS:
        return Row(RowKind.STATEMENT, title=f"“{typed.typed}”", own_place=typed.statement)
    if typed.state in (CodeState.VALID, CodeState.UNFINISHED):
        return Row(RowKind.STATEMENT, code=typed.typed.upper(), title=typed.statement)
    return _row_without_code(typed.typed, typed.statement)


def _statement_row(answer: Answer) -> Row:
    typed = answer.question.text.strip()
    sentence = answer.advice[0] if answer.advice else ""
    if any(map(str.isdigit, typed)) and len(typed) <= LONGEST_CODE and " " not in typed:
        return _row_without_code(typed, sentence)
    return Row(RowKind.STATEMENT, title=f"“{typed}”", own_place=sentence)


def _row_without_code(typed: str, statement: str) -> Row:
    # The code stands before the statement, which would name it again.
    place = statement.removeprefix(typed.upper()).strip()
    return Row(RowKind.STATEMENT, code=typed.upper(), title=NO_SUCH_CODE, own_place=place)


def merge_marks(marks: Sequence[tuple[int, int]], text: str) -> tuple[tuple[int, int], ...]:
    """Return the marks with those merged that only a space separates: `type 2 diabetes` is one match."""
    if len(marks) < 2:
        return tuple(marks)
    merged: list[tuple[int, int]] = []
    for start, end in sorted(marks):
        if merged and not text[merged[-1][1] : start].strip():
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def branch_rows(heading: Node, nodes: Sequence[Node]) -> list[Row]:
    """Return the rows of a chosen branch: titles without the words of its heading, and below each its status."""
    titles = _row_titles([node.title for node in nodes], heading)
    return [
        Row(kind=RowKind.HIT, node=node, code=printed_code(node), title=title, own_place=status_words(node))
        for node, title in zip(nodes, titles, strict=True)
    ]


def variant_rows(opened: Node, nodes: Sequence[Node]) -> list[Row]:
    """Return the rows of the codes in an opened row, and of the headings among them, each before its own codes.

    Titles leave out the words of the heading above them.
    """
    above = {opened.id: opened} | {node.id: node for node in nodes if not node.billable}
    groups: dict[int, list[Node]] = {}
    for node in nodes:
        groups.setdefault(_heading_of(node, above, opened).id, []).append(node)
    titles: dict[int, str] = {}
    for heading, group in groups.items():
        short_titles = _row_titles([node.title for node in group], above[heading])
        titles |= {node.id: title for node, title in zip(group, short_titles, strict=True)}
    return [
        Row(
            kind=RowKind.VARIANT,
            node=node,
            code=printed_code(node),
            title=titles[node.id],
            is_nested=_heading_of(node, above, opened) is not opened,
        )
        for node in nodes
    ]


def _heading_of(node: Node, above: dict[int, Node], opened: Node) -> Node:
    return above.get(node.parent, opened) if node.parent is not None else opened


def _row_titles(titles: Sequence[str], heading: Node) -> list[str]:
    """Return titles without the words of the heading above them, which an ellipsis stands for."""
    short_titles = shortened_rows(titles, [heading.title] if heading.title else [])
    return [
        title if title == short else f"… {short}" if title.endswith(short) else short
        for title, short in zip(titles, short_titles, strict=True)
    ]


def row_accessible_text(row: Row, cc_mark: str = "") -> str:
    """Return the accessible text of a row: code, title, status, CC or MCC, number of codes, reason and place; of an
    offer, that it is one comes first."""
    if row.kind is RowKind.CAPTION:
        return row.title
    if row.kind is RowKind.STATEMENT:
        return ", ".join(text for text in (row.code, row.title, row.place) if text)
    if row.kind is RowKind.EXAMPLE:
        return f"Try {row.code}: {row.title}"
    parts = [OFFER if row.is_offer else "", row.code, row.node.title if row.node else row.title]
    if row.node is not None:
        parts += [set_name(row.node.system), status_words(row.node), cc_mark]
        if row.can_open:
            parts.append(f"{count_of_codes(row.node)}, {'open' if row.is_open else 'closed'}")
    parts += [row.reason, row.place]
    text = ", ".join(part for part in parts if part)
    for sign, words in SPOKEN_SIGNS.items():
        text = text.replace(sign, words)
    return text


def count_of_codes(node: Node) -> str:
    """Return `6 codes`, `1 code`."""
    return count_words(node.variants, "code")
