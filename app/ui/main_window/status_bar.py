"""The status bar: releases in use, warnings, a notice on the last action, and the count of results."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleInterface, QFont, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QSizePolicy, QWidget

from app.codes.code_sets import QUARTERS, CodeSet, release_due
from app.codes.dates import day_in_words, days_in_words
from app.codes.systems import System
from app.search.answer import Answer
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.chips import count_text
from app.ui.widgets.elided import ElidedLabel
from app.ui.widgets.plain_text import PlainLabel, set_tooltip

NOTICE_MS = 4000
MANY_ANSWERS = 1_000_000
"""More than are given while a notice is shown."""
TEXT_LENGTHS = 5
"""Number of lengths, from full to shortest, in which each text of the bar is kept."""

SHORT_MONTHS = {month: month[:3] for month in QUARTERS}

CPT_NOT_LOADED = "CPT not loaded"

WARNING_SPACING, CODE_SET_SPACING = 6, 16
"""Pixels between a release and its warning, and between code sets."""


class StatusLabel(PlainLabel):
    """A release or a warning; a click on it opens the view in which code sets are updated."""

    clicked = Signal()

    def mouseReleaseEvent(self, ev: QMouseEvent) -> None:
        super().mouseReleaseEvent(ev)
        if ev.button() is Qt.MouseButton.LeftButton and self.rect().contains(ev.position().toPoint()):
            self.clicked.emit()


class StatusBar(QWidget):
    """Releases and warnings at the left, a temporary notice and the count at the right."""

    code_sets_requested = Signal()
    """Sent when a release or the warning that it has ended is clicked."""

    notice_shown = Signal(str)

    def __init__(self, code_sets: Sequence[CodeSet], today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setAccessibleName("Status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._zoom = 1.0
        self._labels: list[PlainLabel] = []
        self._releases: list[StatusLabel] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.setSpacing(WARNING_SPACING)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._label_texts: list[tuple[PlainLabel, tuple[str, ...]]] = []
        self._label_count = 0
        self._count_texts = "", ""
        self._notice = self._add(ElidedLabel())
        self._notice.setObjectName("notice")
        # A long notice is shortened instead of making the window wider.
        self._notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row.setStretchFactor(self._notice, 1)
        self._row.addSpacing(10)
        self._count = self._add(PlainLabel())
        self._count.setObjectName("count")
        self._answers_left = MANY_ANSWERS
        self._notice_timer = QTimer(self)
        self._notice_timer.setSingleShot(True)
        self._notice_timer.setInterval(NOTICE_MS)
        self._notice_timer.timeout.connect(lambda: self._set_notice(""))
        self.show_code_sets(code_sets, today)
        self.set_zoom(1.0)

    def make_accessible(self) -> QAccessibleInterface:
        from app.ui.widgets.accessible import RoleInterface

        return RoleInterface(self, QAccessible.Role.StatusBar)

    def show_code_sets(self, code_sets: Sequence[CodeSet], today: date) -> None:
        """Show the releases of these code sets in place of those shown before; the rest of the bar stays."""
        for label in self._releases:
            self._row.removeWidget(label)
            self._labels.remove(label)
            self._label_texts = [pair for pair in self._label_texts if pair[0] is not label]
            label.deleteLater()
        self._label_count -= len(self._releases)
        self._releases.clear()
        position = 0
        shown_releases: set[tuple[str, date | None]] = set()
        for code_set in code_sets:
            # The modifiers come with HCPCS, whose release the bar shows already.
            if code_set.ours or (code_set.release, code_set.effective_to) in shown_releases:
                continue
            if code_set.system is System.HCPCS:
                shown_releases.add((code_set.release, code_set.effective_to))
            self._insert(position, release_texts(code_set), sources_text(code_set))
            warning = expiry_warning(code_set, today)
            if warning:
                short = warning.partition(":")[0]
                shortest = warning.partition(" ")[0]
                texts = warning, warning, short, shortest, shortest
                tip = f"{code_set.warning(today)}. Click to open Code sets."
                self._insert(position + 1, texts, tip, warning=True)
            position = len(self._releases)
        ours = [code_set for code_set in code_sets if code_set.ours]
        if ours:
            self._insert(position, own_texts(ours), "\n".join(sources_text(code_set) for code_set in ours))
        self._fit()

    def show_notice(self, text: str, answers: int = MANY_ANSWERS) -> None:
        """Show a notice for a few seconds, under at most so many further answers: none for one on the results."""
        self._set_notice(text)
        self._answers_left = answers
        self._notice_timer.start()
        self.notice_shown.emit(text)

    def show_warning(self, text: str, tip: str = "") -> None:
        """Show a warning until it is ended, or the window closes."""
        label = self._set_up(PlainLabel(text), warning=True, tip=tip or text)
        self._row.insertWidget(self._label_count, label)
        self._label_count += 1
        # A layout leaves out hidden widgets, and a widget added to a visible window is shown only with the next event.
        label.show()
        shortest = text.partition(". ")[0].partition(":")[0]
        self._label_texts.append((label, (text, text, shortest, shortest, shortest)))
        self._fit()

    def end_warning(self, text: str) -> None:
        """Show a warning no more."""
        for label, texts in self._label_texts:
            if texts[0] == text:
                self._row.removeWidget(label)
                self._labels.remove(label)
                self._label_texts.remove((label, texts))
                self._label_count -= 1
                label.deleteLater()
                break
        self._fit()

    def show_answer(self, answer: Answer | None) -> None:
        """Show the count of an answer and the time that the search took, and end a notice on the answer before."""
        if self._answers_left == 0 and self._notice_timer.isActive():
            self._notice_timer.stop()
            self._set_notice("")
        self._answers_left = max(0, self._answers_left - 1)
        self._count_texts = "", ""
        if answer is not None:
            count = f"{min(len(answer.hits), answer.total):,} of {count_text(answer.total, not answer.at_least)}"
            self._count_texts = f"{count} · {answer.elapsed_ms:.1f} ms", count
        self._count.setText(self._count_texts[0])
        # Only if needed: texts that changed their length with the milliseconds of every keystroke would flicker.
        if answer is None or self._is_too_narrow():
            self._fit()

    def set_zoom(self, factor: float) -> None:
        self._zoom = factor
        self.setFixedHeight(round(28 * factor))
        for label in self._labels:
            label.setFont(self._font())
        self._fit()

    def text(self) -> str:
        """Return all texts of the bar, for tests and screen readers."""
        return " | ".join(label.text() for label in self._labels if label.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # The texts are shortened to the width of the bar, which must not keep the window from being made narrow.
        return QSize(0, super().minimumSizeHint().height())

    def _set_notice(self, text: str) -> None:
        # The names of releases are shortened while it is shown; if it is too long even then, its beginning is shown.
        self._notice.setText(text)
        set_tooltip(self._notice, text)
        self._fit()
        side = Qt.AlignmentFlag.AlignLeft if self._is_too_narrow() else Qt.AlignmentFlag.AlignRight
        self._notice.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)

    def _is_too_narrow(self, *, with_notice: bool = True) -> bool:
        notice = self._notice.fontMetrics().horizontalAdvance(self._notice.text()) if with_notice else 0
        return self._row.minimumSize().width() + notice > self.width()

    def _fit(self) -> None:
        """Shorten the texts step by step until they fit; for a notice only the names of releases, never a warning."""
        step = 0
        for step in range(TEXT_LENGTHS + 1):
            self._set_lengths(step)
            # The time that the search took is removed last.
            self._count.setText(self._count_texts[step == TEXT_LENGTHS])
            if not self._is_too_narrow(with_notice=False):
                break
        for further in range(step + 1, TEXT_LENGTHS):
            if not self._is_too_narrow():
                break
            self._set_lengths(further, keep_warnings=True)

    def _set_lengths(self, step: int, *, keep_warnings: bool = False) -> None:
        for label, texts in self._label_texts:
            if not (keep_warnings and label.property("warning")):
                text = texts[min(step, TEXT_LENGTHS - 1)]
                label.setText(text)
                label.setVisible(bool(text))

    def _insert(self, position: int, texts: tuple[str, ...], tip: str, *, warning: bool = False) -> None:
        """Insert a label, with its texts from full to shortest, among the releases."""
        label = StatusLabel(texts[0])
        self._set_up(label, warning=warning, tip=tip)
        label.setCursor(Qt.CursorShape.PointingHandCursor)
        label.clicked.connect(self.code_sets_requested)
        if not warning and position:
            label.setContentsMargins(CODE_SET_SPACING - WARNING_SPACING, 0, 0, 0)
        self._row.insertWidget(position, label)
        self._releases.insert(position, label)
        # Screen readers read the texts in their order on the screen.
        self._labels.insert(position, self._labels.pop())
        self._label_texts.append((label, texts))
        self._label_count += 1

    def _add(self, label: PlainLabel) -> PlainLabel:
        self._set_up(label)
        self._row.addWidget(label)
        return label

    def _set_up(self, label: PlainLabel, *, warning: bool = False, tip: str = "") -> PlainLabel:
        label.setProperty("warning", warning)
        set_tooltip(label, tip)
        label.setFont(self._font())
        # As high as its text, not as the bar, so that the ground of a warning has the shape of a pill.
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._labels.append(label)
        return label

    def _font(self) -> QFont:
        return style.text_font(12.5 / style.BASE_PIXELS * self._zoom)


def release_texts(code_set: CodeSet) -> tuple[str, ...]:
    """Return a release at five lengths: `ICD-10-CM FY2026 (April 2026)`, `ICD-10-CM FY2026` twice, `CM FY2026`, `CM`.

    The name of the code set is not repeated in a release such as `CPT 2026`; `October` becomes `Oct`.
    """
    label = code_set.system.label
    text = code_set.release if code_set.release.startswith(label) else f"{label} {code_set.release}"
    short = " ".join(SHORT_MONTHS.get(word, word) for word in text.partition(" (")[0].split())
    return text, short, short, short.removeprefix("ICD-10-"), label.removeprefix("ICD-10-")


def own_texts(code_sets: Sequence[CodeSet]) -> tuple[str, ...]:
    """Return the text on code sets that are loaded only in our own words, at five lengths; the last are empty."""
    names = [code_set.system.label for code_set in code_sets if code_set.system is not System.CPT]
    descriptions = f"{', '.join(names)} in Codarium's words" if names else ""
    short = CPT_NOT_LOADED if len(names) < len(code_sets) else ""
    return " · ".join(text for text in (descriptions, short) if text), short, "", "", ""


def expiry_warning(code_set: CodeSet, today: date) -> str:
    """Return `ended 30 Sep 2026: add FY2027`, or the empty text while the release is in force."""
    last = code_set.effective_to
    if last is None or not code_set.warning(today):
        return ""
    return f"ended {day_in_words(last)}: add {release_due(code_set.system, today)}"


def sources_text(code_set: CodeSet) -> str:
    """Return the dates of a release and the files that it was read from, one per line."""
    lines = [f"{code_set.system.label} in Codarium's words"]
    if code_set.effective_from is not None and code_set.effective_to is not None:
        lines = [f"In force {days_in_words(code_set.effective_from, code_set.effective_to)}"]
    lines += [code_set.remark, *(source.file for source in code_set.sources)]
    return "\n".join(line for line in lines if line)
