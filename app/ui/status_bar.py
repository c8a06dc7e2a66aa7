"""The line at the foot of the window: releases in use, warnings, what was just done, the count."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QSizePolicy, QWidget

from app.codes.records import CodeSet
from app.search.records import Answer
from app.ui import style
from app.ui.search_bar import counted

NOTICE_MS = 4000
STEPS = 3
"""In how many lengths the words of the line are kept."""


class StatusBar(QWidget):
    """Releases and warnings at the left, a passing notice and the count at the right."""

    def __init__(self, code_sets: Sequence[CodeSet], today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("status_bar")
        self.setAccessibleName("Status")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._labels: list[QLabel] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.setSpacing(6)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._shortened: list[tuple[QLabel, tuple[str, ...]]] = []
        for code_set in code_sets:
            words = f"{code_set.system.label} {code_set.release}"
            short = words.partition(" (")[0]
            self._add_shortened((words, short, short.removeprefix("ICD-10-")), False, sources_of(code_set))
            warning = ended(code_set, today)
            if warning:
                steps = warning, warning.partition(":")[0], warning.partition(" ")[0]
                self._add_shortened(steps, True, code_set.warning(today))
            self._row.addSpacing(10)
        self._room = self._row.count()
        self._row.addStretch(1)
        self._notice = self._add("")
        self._notice.setObjectName("notice")
        # A long notice is clipped rather than making the window wider.
        self._notice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._notice.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._row.setStretchFactor(self._notice, 1)
        self._row.addSpacing(10)
        self._count = self._add("")
        self._count.setObjectName("count")
        self._passing = QTimer(self)
        self._passing.setSingleShot(True)
        self._passing.setInterval(NOTICE_MS)
        self._passing.timeout.connect(lambda: self._notice.setText(""))
        self.set_zoom(1.0)

    def say(self, words: str) -> None:
        """Shows a notice for a few seconds."""
        self._notice.setText(words)
        self._passing.start()

    def warn(self, words: str, tip: str = "") -> None:
        """Shows a warning for as long as the window stands."""
        label = self._label(words, warning=True, tip=tip or words)
        self._row.insertWidget(self._room, label)
        self._room += 1
        # A layout leaves out what is not shown, and what comes into a shown window is shown only with the next event.
        label.show()
        self._shortened.append((label, (words, words, words.partition(". ")[0].partition(":")[0])))
        self._fit()

    def show_answer(self, answer: Answer | None) -> None:
        """Shows an answer's count and how long it took."""
        if answer is None:
            self._count.setText("")
            return
        total = counted(answer.total, not answer.at_least)
        self._count.setText(f"{len(answer.hits):,} of {total} · {answer.elapsed_ms:.1f} ms")

    def set_zoom(self, factor: float) -> None:
        self.setFixedHeight(round(28 * factor))
        for label in self._labels:
            label.setFont(style.text(12.5 / style.BASE_PIXELS * factor))
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

    def _fit(self) -> None:
        """Says less where there is not the room to say all."""
        for step in range(STEPS):
            for label, words in self._shortened:
                label.setText(words[step])
            if self._row.minimumSize().width() <= self.width():
                break

    def _add_shortened(self, words: tuple[str, ...], warning: bool, tip: str) -> None:
        """A label with its words at full length and shortened step by step."""
        self._shortened.append((self._add(words[0], warning, tip), words))

    def _add(self, words: str, warning: bool = False, tip: str = "") -> QLabel:
        label = self._label(words, warning, tip)
        self._row.addWidget(label)
        return label

    def _label(self, words: str, warning: bool = False, tip: str = "") -> QLabel:
        label = QLabel(words)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("warning", warning)
        label.setToolTip(tip)
        # As high as its words, not as the line, so that a warning stands in it as a pill.
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._labels.append(label)
        return label


def ended(code_set: CodeSet, today: date) -> str:
    """`ended 30 Sep 2026: add FY2027`, or nothing while the release is in force."""
    if not code_set.warning(today):
        return ""
    last = code_set.effective_to
    return f"ended {last.day} {last:%b %Y}: add FY{last.year + 1}"


def sources_of(code_set: CodeSet) -> str:
    """When a release is in force and which files it was read from, one a line."""
    dates = f"In force {code_set.effective_from.isoformat()} to {code_set.effective_to.isoformat()}"
    return "\n".join([dates, code_set.remark, *(source.file for source in code_set.sources)]).replace("\n\n", "\n")
