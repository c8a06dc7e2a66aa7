"""The lines of the lexicon as a table, narrowed to those that hold what was typed."""

from collections.abc import Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from app.library.reading.lexicon_lines import LexiconLine, LineKind

Index = QModelIndex | QPersistentModelIndex

LINE = int(Qt.ItemDataRole.UserRole)
"""The role under which a row's line is served."""

KIND_WORDS = {
    LineKind.ABBREVIATION: "abbreviation",
    LineKind.EVERYDAY: "everyday",
    LineKind.SAME: "word family",
    LineKind.SPELLING: "spelling",
    LineKind.LITTLE: "means little",
}


class Column(IntEnum):
    """The columns, from the left."""

    TYPED = 0
    READ_AS = 1
    KIND = 2
    REMARK = 3


HEADS = {Column.TYPED: "Typed", Column.READ_AS: "Read as", Column.KIND: "Kind", Column.REMARK: "Remark"}


class LexiconModel(QAbstractTableModel):
    """Lines in the order of the lexicon; while something is typed, those first whose left column begins with it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[tuple[LexiconLine, str]] = []
        self._held: list[LexiconLine] = []
        self._shown: list[LexiconLine] = []

    def set_lines(self, lines: Sequence[LexiconLine]) -> None:
        """Takes another lexicon, and shows nothing of it until it is filtered."""
        self.beginResetModel()
        self._all = [(line, "\n".join((line.typed, line.read_as, line.remark)).casefold()) for line in lines]
        self._held, self._shown = [], []
        self.endResetModel()

    def filter(self, typed: str, kind: LineKind | None) -> None:
        """Shows the lines that hold all the words that were typed, of one kind or, for None, of all."""
        wanted = typed.casefold().split()
        start = " ".join(wanted)
        held = [(line, text) for line, text in self._all if all(word in text for word in wanted)]
        # The ellipsis before a part of a word is not typed. Python's sorting keeps the order of what is equal.
        held.sort(key=lambda pair: not pair[1].lstrip("…").startswith(start))
        self.beginResetModel()
        self._held = [line for line, _ in held]
        self._shown = [line for line in self._held if kind is None or line.kind is kind]
        self.endResetModel()

    def counts(self) -> dict[LineKind, int]:
        """How many lines of each kind hold what was typed."""
        counts = dict.fromkeys(LineKind, 0)
        for line in self._held:
            counts[line.kind] += 1
        return counts

    def line(self, number: int) -> LexiconLine | None:
        """The line in that row, None beyond the last."""
        return self._shown[number] if 0 <= number < len(self._shown) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADS[Column(section)]
        return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) if role == ALIGNMENT else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        if line is None or not index.isValid():
            return None
        if role == LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return cells(line)[Column(index.column())]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return spoken(line)
        return None


ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)


def cells(line: LexiconLine) -> dict[Column, str]:
    """What a line shows in each column."""
    return {
        Column.TYPED: line.typed,
        Column.READ_AS: line.read_as,
        Column.KIND: KIND_WORDS[line.kind],
        Column.REMARK: line.remark,
    }


def spoken(line: LexiconLine) -> str:
    """What a screen reader says of a line."""
    said = f"{line.typed}, {line.read_as}, {KIND_WORDS[line.kind]}"
    return f"{said}, {line.remark}" if line.remark else said
