"""The NCCI edits in the Code sets view: the files that are there, with their quarters."""

from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.codes.dates import day_in_words
from app.library.ncci.edits_of_code import SETTINGS, LoadedEdits
from app.ui.code_sets.panel_parts import TEXT_INDENT, panel_button, panel_label
from app.ui.widgets.color_scheme import Scheme

if TYPE_CHECKING:
    from app.library.ncci.database import EditsSource

NCCI_NAME = "NCCI edits"

ABSENT = "Not added. Add CMS's quarterly files of pairs (PTP) and unit limits (MUE) like any other file."


class NcciPanel(QWidget):
    """The NCCI edits that are there, a line for each file, with a button that removes them."""

    remove_requested = Signal()

    def __init__(
        self, edits: LoadedEdits, scheme: Scheme, zoom: float, *, can_change: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("ncci_panel")
        column = QVBoxLayout(self)
        # Aligned with the names of the code sets, which have a mark before them.
        column.setContentsMargins(round(TEXT_INDENT * zoom), round(14 * zoom), 0, round(10 * zoom))
        column.setSpacing(round(4 * zoom))
        versions = " and ".join(dict.fromkeys(_version(source) for source in edits.sources if source.release))
        title = f"<b>{escape(NCCI_NAME)}</b>"
        if versions:
            title += f"&nbsp;&nbsp;<span style='color:{scheme.muted}'>{escape(versions)}</span>"
        column.addWidget(panel_label(title, zoom, 1.12))
        lines = [source_line(source) for source in edits.sources] or [edits.problem or ABSENT]
        color = scheme.warning if edits.problem else scheme.ink if edits.sources else scheme.muted
        for number, line in enumerate(lines):
            row_html = f"<span style='color:{color}'>{escape(line)}</span>"
            if edits.sources:
                file = edits.sources[number].source.file
                row_html += f"<br><span style='color:{scheme.muted}'>{escape(file)}</span>"
            column.addWidget(panel_label(row_html, zoom))
        self.remove_button = panel_button("Remove…", f"Remove the {NCCI_NAME}", zoom)
        self.remove_button.setVisible(can_change and bool(edits.sources or edits.problem))
        self.remove_button.clicked.connect(lambda: self.remove_requested.emit())
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.remove_button)
        row.addStretch(1)
        column.addLayout(row)
        self.setAccessibleName(". ".join([NCCI_NAME, *lines]))


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
