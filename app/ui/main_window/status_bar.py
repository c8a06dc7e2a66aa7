"""The line at the foot of the window: releases in use, warnings, what was just done, the count."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QSizePolicy, QWidget

from app.codes.code_sets import QUARTERS, CodeSet, release_due
from app.codes.systems import System
from app.search.answer import Answer
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.chips import count_text
from app.ui.widgets.elided import ElidedLabel

NOTICE_MS = 4000
STEPS = 5
"""In how many lengths the words of the line are kept."""

SHORT_MONTHS = {month: month[:3] for month in QUARTERS}

BESIDE, BETWEEN = 6, 16
"""Between a release and its warning, and between code sets."""


class StatusLabel(QLabel):
    """A release or a warning, which leads to where it can be mended."""

    clicked = Signal()

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        super().mouseReleaseEvent(ev)
        if ev.button() is Qt.MouseButton.LeftButton and self.rect().contains(ev.position().toPoint()):
            self.clicked.emit()


class StatusBar(QWidget):
    """Releases and warnings at the left, a passing notice and the count at the right."""

    code_sets_requested = Signal()
    """A release or the warning that it has ended was clicked: the person wants to see the code sets."""

    def __init__(self, code_sets: Sequence[CodeSet], today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setAccessibleName("Status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._zoom = 1.0
        self._labels: list[QLabel] = []
        self._releases: list[StatusLabel] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.setSpacing(BESIDE)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._shortened: list[tuple[QLabel, tuple[str, ...]]] = []
        self._room = 0
        self._row.addStretch(1)
        self._counted = "", ""
        self._notice = self._add("", ElidedLabel())
        self._notice.setObjectName("notice")
        # A long notice is shortened rather than making the window wider.
        self._notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row.setStretchFactor(self._notice, 1)
        self._row.addSpacing(10)
        self._count = self._add("")
        self._count.setObjectName("count")
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(NOTICE_MS)
        self._passing.timeout.connect(lambda: self._show_notice(""))
        self.show_code_sets(code_sets, today)
        self.set_zoom(1.0)

    def show_code_sets(self, code_sets: Sequence[CodeSet], today: date) -> None:
        """Shows other releases; what else stands in the line stays."""
        for label in self._releases:
            self._row.removeWidget(label)
            self._labels.remove(label)
            self._shortened = [pair for pair in self._shortened if pair[0] is not label]
            label.deleteLater()
        self._room -= len(self._releases)
        self._releases.clear()
        at = 0
        named: set[tuple[str, date | None]] = set()
        for code_set in code_sets:
            # The modifiers come with HCPCS, of which the line has said all by then.
            if code_set.ours or (code_set.release, code_set.effective_to) in named:
                continue
            if code_set.system is System.HCPCS:
                named.add((code_set.release, code_set.effective_to))
            self._insert(at, release_lengths(code_set), sources_of(code_set))
            warning = ended(code_set, today)
            if warning:
                short = warning.partition(":")[0]
                shortest = warning.partition(" ")[0]
                steps = warning, warning, short, shortest, shortest
                self._insert(at + 1, steps, f"{code_set.warning(today)}. Click for the code sets.", warning=True)
            at = len(self._releases)
        ours = [code_set for code_set in code_sets if code_set.ours]
        if ours:
            self._insert(at, own_lengths(ours), "\n".join(sources_of(code_set) for code_set in ours))
        self._fit()

    def say(self, words: str) -> None:
        """Shows a notice for a few seconds."""
        self._show_notice(words)
        self._passing.start()

    def warn(self, words: str, tip: str = "") -> None:
        """Shows a warning for as long as the window stands."""
        label = self._dressed(QLabel(words), warning=True, tip=tip or words)
        self._row.insertWidget(self._room, label)
        self._room += 1
        # A layout leaves out what is not shown, and what comes into a shown window is shown only with the next event.
        label.show()
        shortest = words.partition(". ")[0].partition(":")[0]
        self._shortened.append((label, (words, words, shortest, shortest, shortest)))
        self._fit()

    def show_answer(self, answer: Answer | None) -> None:
        """Shows an answer's count and how long it took."""
        self._counted = "", ""
        if answer is not None:
            count = f"{min(len(answer.hits), answer.total):,} of {count_text(answer.total, not answer.at_least)}"
            self._counted = f"{count} · {answer.elapsed_ms:.1f} ms", count
        self._count.setText(self._counted[0])
        # Only where it must: words that grew and shrank with every letter's milliseconds would be a flicker.
        if answer is None or self._lacks_room():
            self._fit()

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        self.setFixedHeight(round(28 * factor))
        for label in self._labels:
            label.setFont(self._face())
        self._fit()

    def words(self) -> str:
        """Everything that stands in the line, for tests and screen readers."""
        return " | ".join(label.text() for label in self._labels if label.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # The line is shortened to its room; it must not keep the window from being made narrow.
        return QSize(0, super().minimumSizeHint().height())

    def _show_notice(self, words: str) -> None:
        # Releases make way for as long as it stands; of one that is too long even so the beginning is seen.
        self._notice.setText(words)
        self._notice.setToolTip(words)
        self._fit()
        side = Qt.AlignmentFlag.AlignLeft if self._lacks_room() else Qt.AlignmentFlag.AlignRight
        self._notice.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def _lacks_room(self) -> bool:
        notice = self._notice.fontMetrics().horizontalAdvance(self._notice.text())
        return self._row.minimumSize().width() + notice > self.width()

    def _fit(self) -> None:
        """Says less where there is not the room to say all."""
        for step in range(STEPS + 1):
            for label, words in self._shortened:
                said = words[min(step, STEPS - 1)]
                label.setText(said)
                label.setVisible(bool(said))
            # How long it took is the last to go.
            self._count.setText(self._counted[step == STEPS])
            if not self._lacks_room():
                break

    def _insert(self, at: int, words: tuple[str, ...], tip: str, *, warning: bool = False) -> None:
        """A label with its words at full length and shortened step by step, in front of what is no release."""
        label = StatusLabel(words[0])
        self._dressed(label, warning=warning, tip=tip)
        label.setCursor(Qt.CursorShape.PointingHandCursor)
        label.clicked.connect(self.code_sets_requested)
        if not warning and at:
            label.setContentsMargins(BETWEEN - BESIDE, 0, 0, 0)
        self._row.insertWidget(at, label)
        self._releases.insert(at, label)
        # What is said aloud follows the order in which it stands.
        self._labels.insert(at, self._labels.pop())
        self._shortened.append((label, words))
        self._room += 1

    def _add(self, words: str, label: QLabel | None = None) -> QLabel:
        label = self._dressed(label or QLabel(words))
        self._row.addWidget(label)
        return label

    def _dressed(self, label: QLabel, *, warning: bool = False, tip: str = "") -> QLabel:
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("warning", warning)
        label.setToolTip(tip)
        label.setFont(self._face())
        # As high as its words, not as the line, so that a warning stands in it as a pill.
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._labels.append(label)
        return label

    def _face(self) -> QFont:
        return style.text_font(12.5 / style.BASE_PIXELS * self._zoom)


def release_lengths(code_set: CodeSet) -> tuple[str, ...]:
    """A release at five lengths: `ICD-10-CM FY2026 (April 2026)`, `ICD-10-CM FY2026` twice, `CM FY2026`, `CM`.

    What has the code set's name in it already, as `CPT 2026` has, does not say it twice; `October` becomes `Oct`.
    """
    label = code_set.system.label
    words = code_set.release if code_set.release.startswith(label) else f"{label} {code_set.release}"
    short = " ".join(SHORT_MONTHS.get(word, word) for word in words.partition(" (")[0].split())
    return words, short, short, short.removeprefix("ICD-10-"), label.removeprefix("ICD-10-")


def own_lengths(code_sets: Sequence[CodeSet]) -> tuple[str, ...]:
    """The code sets that are there in our own words alone, at five lengths, the last ones without a word."""
    names = [code_set.system.label for code_set in code_sets if code_set.system is not System.CPT]
    said = [f"{', '.join(names)} in our own words"] if names else []
    if len(names) < len(code_sets):
        said.append("CPT not loaded")
    short = "CPT not loaded" if len(names) < len(code_sets) else ""
    return " · ".join(said), short, "", "", ""


def ended(code_set: CodeSet, today: date) -> str:
    """`ended 30 Sep 2026: add FY2027`, or nothing while the release is in force."""
    last = code_set.effective_to
    if last is None or not code_set.warning(today):
        return ""
    return f"ended {last.day} {last:%b %Y}: add {release_due(code_set.system, today)}"


def sources_of(code_set: CodeSet) -> str:
    """When a release is in force and which files it was read from, one a line."""
    lines = [f"{code_set.system.label} in Codarium's own words"]
    if code_set.effective_from is not None and code_set.effective_to is not None:
        lines = [f"In force {code_set.effective_from.isoformat()} to {code_set.effective_to.isoformat()}"]
    lines += [code_set.remark, *(source.file for source in code_set.sources)]
    return "\n".join(line for line in lines if line)
