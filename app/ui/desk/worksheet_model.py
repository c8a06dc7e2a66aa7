"""The rows of the worksheet as a table; what the user writes into its cells is reported, and saved elsewhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum

from PySide6.QtCore import QAbstractTableModel, QMimeData, QModelIndex, QObject, Qt, Signal

from app.checking.records import Finding
from app.codes.names import STATUS_WORDS, set_name
from app.codes.node import CodeStatus, Node
from app.codes.systems import System
from app.notebook.worksheets import LONGEST_REMARK, MOST_UNITS, Line
from app.ui.widgets.line_delegate import Index
from app.ui.widgets.plain_text import tooltip

WORKSHEET_ROW_ROLE = Qt.ItemDataRole.UserRole
ROWS_MIME_TYPE = "application/x-codarium-worksheet-rows"

FIRST_LISTED = "first-listed"

PROCEDURE_SYSTEMS = (System.CPT, System.HCPCS)
"""Code sets whose codes take modifiers and units."""

_MODIFIER = re.compile(r"[0-9A-Z]{2}")


class Column(IntEnum):
    """The columns, from the left."""

    NUMBER = 0
    MARK = 1
    CODE = 2
    TITLE = 3
    MODIFIERS = 4
    UNITS = 5
    REMARK = 6


HEADINGS = ("", "", "Code", "Title", "Modifiers", "Units", "Remark")
SPOKEN_HEADINGS = ("Number", "Validity", "Code", "Title", "Modifiers", "Units", "Remark")
EDITABLE = (Column.MODIFIERS, Column.UNITS, Column.REMARK)


@dataclass(frozen=True, slots=True)
class WorksheetRow:
    """A line of the worksheet with what the library says of its code; `node` is None if that is not loaded.

    `findings` are those that are shown below it.
    """

    line: Line
    node: Node | None
    title: str
    is_first_listed: bool = False
    findings: tuple[Finding, ...] = ()

    @property
    def status(self) -> CodeStatus | None:
        return self.node.status if self.node is not None else None


class CellError(ValueError):
    """A text that a cell does not take; the message is one sentence for the user."""


def edited(line: Line, column: Column, text: str) -> Line:
    """Return a line with the text of a cell written anew.

    Modifiers are pairs of letters and digits, with or without spaces, commas or hyphens between them; an empty text
    stands for none. Raises CellError for a text that is none of these.
    """
    match column:
        case Column.MODIFIERS:
            return replace(line, modifiers=_modifiers(text))
        case Column.UNITS:
            return replace(line, units=_units(text))
        case Column.REMARK:
            remark = " ".join(text.split())
            if len(remark) > LONGEST_REMARK:
                raise CellError(f"A remark may have {LONGEST_REMARK} characters; this one has {len(remark):,}")
            return replace(line, remark=remark)
        case _:
            return line


def _modifiers(text: str) -> tuple[str, ...]:
    pieces = [piece for piece in re.split(r"[\s,;-]+", text.upper()) if piece]
    if len(pieces) == 1 and len(pieces[0]) % 2 == 0:
        pieces = [pieces[0][at : at + 2] for at in range(0, len(pieces[0]), 2)]
    for piece in pieces:
        if not _MODIFIER.fullmatch(piece):
            raise CellError(f"A modifier has two letters or digits, such as 25 or LT; “{piece}” is none")
    return tuple(dict.fromkeys(pieces))


def _units(text: str) -> int:
    text = text.strip().removeprefix("x").removeprefix("X").replace(",", "").strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= MOST_UNITS:
        raise CellError(f"Units are a number from 1 to {MOST_UNITS:,}; “{text}” is none")
    return int(text)


class WorksheetModel(QAbstractTableModel):
    """The rows of the worksheet.

    `line_edited` carries a line that the user has written into, `refused` a sentence on a text that no cell takes.
    """

    line_edited = Signal(object)
    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[WorksheetRow, ...] = ()

    @property
    def rows(self) -> tuple[WorksheetRow, ...]:
        return self._rows

    def set_rows(self, rows: Sequence[WorksheetRow]) -> None:
        """Show other rows."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def row(self, number: int) -> WorksheetRow | None:
        """Return a row by its number from 0, None if there is none."""
        return self._rows[number] if 0 <= number < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  Qt's own default
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return HEADINGS[section]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return SPOKEN_HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled
        row = self.row(index.row())
        if row is None:
            return flags
        takes_text = index.column() == Column.REMARK or (
            index.column() in EDITABLE and row.line.system in PROCEDURE_SYSTEMS
        )
        return flags | Qt.ItemFlag.ItemIsEditable if takes_text else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index.row())
        if row is None or not index.isValid():
            return None
        column = Column(index.column())
        if role == WORKSHEET_ROW_ROLE:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._text(row, index.row(), column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, index.row(), column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._tip(row, column))
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row(index.row())
        if row is None or role != Qt.ItemDataRole.EditRole:
            return False
        try:
            line = edited(row.line, Column(index.column()), str(value))
        except CellError as error:
            self.refused.emit(str(error))
            return False
        if line != row.line:
            self.line_edited.emit(line)
        return True

    def mimeTypes(self) -> list[str]:
        return [ROWS_MIME_TYPE]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        rows = sorted({index.row() for index in indexes})
        data = QMimeData()
        data.setData(ROWS_MIME_TYPE, ",".join(map(str, rows)).encode("ascii"))
        data.setText("\n".join(self._rows[number].line.code for number in rows))
        return data

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def _text(self, row: WorksheetRow, number: int, column: Column) -> str:
        line = row.line
        match column:
            case Column.NUMBER:
                return str(number + 1)
            case Column.MARK:
                return ""
            case Column.CODE:
                return line.code
            case Column.TITLE:
                return row.title
            case Column.MODIFIERS:
                return " ".join(line.modifiers)
            case Column.UNITS:
                return str(line.units) if line.units else ""
            case Column.REMARK:
                return line.remark

    def _spoken(self, row: WorksheetRow, number: int, column: Column) -> str:
        if column is Column.MARK:
            return STATUS_WORDS[row.status] if row.status is not None else "not loaded"
        if column is Column.CODE:
            parts = [row.line.code, row.title, STATUS_WORDS[row.status] if row.status is not None else "not loaded"]
            parts += [FIRST_LISTED] if row.is_first_listed else []
            parts += [f"{finding.severity.value}: {finding.sentence}" for finding in row.findings]
            return ", ".join(filter(None, parts))
        return self._text(row, number, column)

    def _tip(self, row: WorksheetRow, column: Column) -> str:
        if column in EDITABLE:
            return self._text(row, 0, column)
        system = set_name(row.line.system) if row.line.system is not None else ""
        return " ".join(part for part in (system, row.line.code, row.title) if part)
