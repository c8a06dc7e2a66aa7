"""The table of abbreviations and synonyms, narrowed to the lines that contain the typed text."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from app.library.reading.lexicon_lines import LexiconLine, LineKind
from app.ui.widgets.line_delegate import Index
from app.ui.widgets.plain_text import tooltip

LINE_ROLE = int(Qt.ItemDataRole.UserRole)
"""The role that returns a row's line."""

KIND_LABELS = {
    LineKind.ABBREVIATION: "abbreviation",
    LineKind.EVERYDAY: "everyday",
    LineKind.SAME: "word form",
    LineKind.DRUG: "drug",
    LineKind.SPELLING: "spelling",
    LineKind.IGNORED: "ignored word",
}


class Column(IntEnum):
    """The columns, from the left."""

    TYPED = 0
    READ_AS = 1
    KIND = 2
    REMARK = 3


COLUMN_HEADINGS = {Column.TYPED: "Typed", Column.READ_AS: "Read as", Column.KIND: "Kind", Column.REMARK: "Remark"}


class LexiconModel(QAbstractTableModel):
    """Lines in the order of the lexicon, those first whose left column begins with the typed text."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[tuple[LexiconLine, str]] = []
        self._matches: list[LexiconLine] = []
        self._rows: list[LexiconLine] = []

    def set_lines(self, lines: Sequence[LexiconLine]) -> None:
        """Take the lines of another library; none is shown before the next call of `filter`."""
        self.beginResetModel()
        self._all = [(line, "\n".join((line.typed, line.read_as, line.remark)).casefold()) for line in lines]
        self._matches, self._rows = [], []
        self.endResetModel()

    def filter(self, typed: str, kind: LineKind | None) -> None:
        """Show the lines that contain all typed words, of one kind or, for None, of all kinds."""
        words = typed.casefold().split()
        start = " ".join(words)
        matches = [(line, text) for line, text in self._all if all(word in text for word in words)]
        # The ellipsis before a part of a word is not typed. Equal lines keep their order: Python's sort is stable.
        matches.sort(key=lambda pair: not pair[1].lstrip("…").startswith(start))
        self.beginResetModel()
        self._matches = [line for line, _ in matches]
        self._rows = [line for line in self._matches if kind is None or line.kind is kind]
        self.endResetModel()

    def counts(self) -> dict[LineKind, int]:
        """Return the number of lines of each kind that match the typed text."""
        counts = dict.fromkeys(LineKind, 0)
        for line in self._matches:
            counts[line.kind] += 1
        return counts

    def line(self, number: int) -> LexiconLine | None:
        """Return the line of a row, None beyond the last."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMN_HEADINGS[Column(section)]
        return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) if role == ALIGNMENT else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        if line is None or not index.isValid():
            return None
        if role == LINE_ROLE:
            return line
        if role == Qt.ItemDataRole.DisplayRole:
            return cells(line)[Column(index.column())]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(cells(line)[Column(index.column())])
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return accessible_text(line)
        return None


ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)


def cells(line: LexiconLine) -> dict[Column, str]:
    """Return the text of a line in each column."""
    return {
        Column.TYPED: line.typed,
        Column.READ_AS: line.read_as,
        Column.KIND: KIND_LABELS[line.kind],
        Column.REMARK: line.remark,
    }


def accessible_text(line: LexiconLine) -> str:
    """Return a line as screen readers say it."""
    text = f"{line.typed}, {line.read_as}, {KIND_LABELS[line.kind]}"
    return f"{text}, {line.remark}" if line.remark else text
