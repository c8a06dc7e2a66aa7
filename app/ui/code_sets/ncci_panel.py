"""The NCCI edits in the Code sets view: the files that are there, with their quarters."""

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.codes.dates import day_in_words
from app.library.ncci.edits_of_code import SETTINGS, LoadedEdits
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import Scheme

if TYPE_CHECKING:
    from app.library.ncci.database import EditsSource

NAME = "NCCI edits"

ABSENT = "Not added. Add CMS's quarterly files of pairs (PTP) and unit limits (MUE) like any other file."


class NcciPanel(QWidget):
    """The NCCI edits that are there, a line for each file, with a button that removes them."""

    remove_requested = Signal()

    def __init__(
        self, edits: LoadedEdits, scheme: Scheme, zoom: float, *, can_change: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("ncci_panel")
        self._zoom = zoom
        column = QVBoxLayout(self)
        # Aligned with the names of the code sets, which have a mark before them.
        column.setContentsMargins(round(22 * zoom), round(14 * zoom), 0, round(10 * zoom))
        column.setSpacing(round(4 * zoom))
        versions = " and ".join(dict.fromkeys(_version(source) for source in edits.sources if source.release))
        title = f"<b>{NAME}</b>"
        if versions:
            title += f"&nbsp;&nbsp;<span style='color:{scheme.muted}'>{escape(versions)}</span>"
        column.addWidget(self._label(title, 1.12))
        lines = [source_line(source) for source in edits.sources] or [edits.problem or ABSENT]
        color = scheme.warning if edits.problem else scheme.ink if edits.sources else scheme.muted
        for number, line in enumerate(lines):
            row_html = f"<span style='color:{color}'>{escape(line)}</span>"
            if edits.sources:
                file = edits.sources[number].source.file
                row_html += f"<br><span style='color:{scheme.muted}'>{escape(file)}</span>"
            column.addWidget(self._label(row_html))
        self.remove_button = QPushButton("Remove…")
        self.remove_button.setObjectName("code_set_button")
        self.remove_button.setAccessibleName(f"Remove the {NAME}")
        self.remove_button.setFlat(True)
        self.remove_button.setAutoDefault(False)
        self.remove_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.remove_button.setFont(style.text_font(zoom))
        self.remove_button.setVisible(can_change and bool(edits.sources or edits.problem))
        self.remove_button.clicked.connect(lambda: self.remove_requested.emit())
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        column.addLayout(row)
        self.setAccessibleName(". ".join([NAME, *lines]))

    def _label(self, html: str, size: float = 1.0) -> QLabel:
        label = QLabel(html)
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        label.setFont(style.text_font(size * self._zoom))
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return label


def _version(source: "EditsSource") -> str:
    return f"version {source.release}"


def source_line(source: "EditsSource") -> str:
    """Return a file's line: `Pairs for practitioners · version 32.2 · since 1 Jul 2026 · 2,100,000 rows`."""
    kind = "Pairs" if source.kind == "ptp" else "Unit limits"
    facts = [f"{kind} for {SETTINGS[source.setting].lower()}"]
    if source.release:
        facts.append(_version(source))
    if source.effective:
        facts.append(f"since {day_in_words(source.effective)}")
    return " · ".join([*facts, f"{source.rows:,} rows"])
