"""The line that says how the adding of code sets goes on, and how it ended; else it is not there."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from app.ui.code_sets.library_jobs import Job, JobQueue, JobResult
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import LIGHT, Scheme

HEIGHT = 34
BAR_WIDTH = 160


class ProgressLine(QWidget):
    """A thin bar, filled as far as the work has come."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._scheme = LIGHT
        self._factor = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """Fills the bar from 0 to 1."""
        self._share = share
        self.setAccessibleName(f"{share:.0%} done")
        self.update()

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self.update()

    def set_zoom(self, factor: float) -> None:
        self._factor = factor
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(round(BAR_WIDTH * self._factor), round(4 * self._factor))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        whole, round_by = QRectF(self.rect()), self.height() / 2
        painter.setBrush(QColor(self._scheme.hairline))
        painter.drawRoundedRect(whole, round_by, round_by)
        painter.setBrush(QColor(self._scheme.accent))
        whole.setWidth(max(whole.height(), whole.width() * self._share))
        painter.drawRoundedRect(whole, round_by, round_by)


class JobBar(QWidget):
    """Progress with a way to cancel; afterwards the result in a sentence, with a way to its details."""

    details_asked = Signal()

    def __init__(self, jobs: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("adding_line")
        self.setAccessibleName("Adding code sets")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._jobs = jobs
        self._step = ""
        self._words = QLabel()
        self._words.setObjectName("adding_words")
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        # A long sentence is clipped rather than making the window wider; all of it is in the details.
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._share = ProgressLine()
        self.cancel_button = _button("Cancel", "cancel_adding")
        self.details_button = _button("Details", "adding_details")
        self.close_button = _button("Dismiss", "dismiss_adding")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.setSpacing(10)
        for widget in (self._share, self.cancel_button, self.details_button, self.close_button):
            self._row.addWidget(widget)
        self._row.insertWidget(0, self._words, 1)
        self.cancel_button.clicked.connect(self._cancel)
        self.details_button.clicked.connect(self.details_asked)
        self.close_button.clicked.connect(self.hide)
        jobs.changed.connect(self._follow)
        jobs.progressed.connect(self._show_progress)
        self.set_zoom(1.0)
        self.hide()
        self._follow()

    def words(self) -> str:
        """What the line says."""
        return self._words.text()

    def say(self, sentence: str, details: bool) -> None:
        """Shows how something ended, until it is dismissed or something else begins."""
        self._say(sentence)
        self.details_button.setVisible(details)
        if self._jobs.job is None:
            self._show_buttons(running=False)
        self.show()

    def set_scheme(self, scheme: Scheme) -> None:
        self._share.set_scheme(scheme)

    def set_zoom(self, factor: float) -> None:
        self.setFixedHeight(round(HEIGHT * factor))
        self._share.set_zoom(factor)
        for widget in (self._words, self.cancel_button, self.details_button, self.close_button):
            widget.setFont(style.text_font(12.5 / style.BASE_PIXELS * factor))

    def minimumSizeHint(self) -> QSize:
        # The words make way; the line must not keep the window from being made narrow.
        return QSize(0, super().minimumSizeHint().height())

    def _follow(self) -> None:
        job = self._jobs.job
        if job is None:
            if self.cancel_button.isVisibleTo(self):
                self.hide()
            return
        self._step = ""
        self._share.show_share(0.0)
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText("Cancel")
        self._show_buttons(running=True)
        self.details_button.hide()
        self._show_job(job)
        self.show()

    def _show_progress(self, job: Job, step: str, share: float) -> None:
        self._step = step
        self._share.show_share(share)
        self._show_job(job)

    def _show_job(self, job: Job) -> None:
        parts = [job.words, self._step]
        if self._jobs.waiting:
            parts.append(f"{self._jobs.waiting} more waiting")
        self._say(" · ".join(part for part in parts if part))

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self._words.setToolTip(words)
        self._words.setAccessibleName(words)

    def _show_buttons(self, *, running: bool) -> None:
        self._share.setVisible(running)
        self.cancel_button.setVisible(running)
        self.close_button.setVisible(not running)

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_button.setText("Ending …")
        self._jobs.cancel()


def _button(words: str, name: str) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setFlat(True)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def result_sentence(job: Job, outcome: JobResult) -> str:
    """How a job ended, in a sentence or two."""
    sentences: list[str] = []
    if job.command == "remake":
        sentences.append("Your code sets are up to the new version")
    elif job.command == "remove":
        name = job.words.removeprefix("Removing ")
        sentences.append(f"{name[0].upper()}{name[1:]}: the files that you had added are removed")
    elif outcome.added:
        more = len(outcome.added) - 2
        sentences.append("Added " + "; ".join(outcome.added[:2]) + (f" and {more} more" if more > 0 else ""))
    elif outcome.unchanged:
        sentences.append("Nothing is new: " + "; ".join(outcome.unchanged[:1]))
    else:
        sentences.append("Nothing was added")
    unread = len(outcome.unread)
    if unread:
        sentences.append(f"{unread} file{' was' if unread == 1 else 's were'} left unread")
    return ". ".join(sentences) + "."
