"""The bar that shows the progress of a change to the code sets, and its result; hidden at other times."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.codes.names import count_words
from app.ui.code_sets.library_jobs import Job, JobQueue, JobResult
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.plain_text import PlainLabel, menu_text, set_tooltip

JOB_BAR_HEIGHT = 34
PROGRESS_WIDTH = 160


class ProgressLine(QWidget):
    """A thin bar, filled in proportion to the work that is done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share = 0.0
        self._scheme = LIGHT
        self._factor = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float) -> None:
        """Fill the bar from 0 to 1."""
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
        return QSize(round(PROGRESS_WIDTH * self._factor), round(4 * self._factor))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        area, radius = QRectF(self.rect()), self.height() / 2
        painter.setBrush(QColor(self._scheme.hairline))
        painter.drawRoundedRect(area, radius, radius)
        painter.setBrush(QColor(self._scheme.accent))
        area.setWidth(max(area.height(), area.width() * self._share))
        painter.drawRoundedRect(area, radius, radius)


class JobBar(QWidget):
    """Shows progress with a button to cancel; afterward the result in a sentence, with a button for its details."""

    details_requested = Signal()
    result_shown = Signal(str)

    def __init__(self, jobs: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("job_bar")
        self.setAccessibleName("Adding code sets")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._jobs = jobs
        self._step = ""
        self._text = PlainLabel()
        self._text.setObjectName("job_bar_text")
        # A long sentence is clipped rather than making the window wider; all of it is in the details.
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._progress = ProgressLine()
        self.cancel_button = _button("Cancel", "cancel_job")
        self.details_button = _button("Details", "job_details")
        self.close_button = _button("Dismiss", "dismiss_job")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(14, 0, 14, 0)
        self._row.setSpacing(10)
        for widget in (self._progress, self.cancel_button, self.details_button, self.close_button):
            self._row.addWidget(widget)
        self._row.insertWidget(0, self._text, 1)
        self.cancel_button.clicked.connect(self._cancel)
        self.details_button.clicked.connect(self.details_requested)
        self.close_button.clicked.connect(self.hide)
        jobs.changed.connect(self._show_current_job)
        jobs.progressed.connect(self._show_progress)
        self.set_zoom(1.0)
        self.hide()
        self._show_current_job()

    def text(self) -> str:
        """Return the text of the bar."""
        return self._text.text()

    def show_result(self, sentence: str, details: bool) -> None:
        """Show a result until it is dismissed or another job starts; `details`: offer its details."""
        self._set_text(sentence)
        self.result_shown.emit(sentence)
        self.details_button.setVisible(details)
        if self._jobs.job is None:
            self._show_buttons(running=False)
        self.show()

    def set_scheme(self, scheme: Scheme) -> None:
        self._progress.set_scheme(scheme)

    def set_zoom(self, factor: float) -> None:
        self.setFixedHeight(round(JOB_BAR_HEIGHT * factor))
        self._progress.set_zoom(factor)
        for widget in (self._text, self.cancel_button, self.details_button, self.close_button):
            widget.setFont(style.text_font(12.5 / style.BASE_PIXELS * factor))

    def minimumSizeHint(self) -> QSize:
        # The text gives way: the bar must not keep the window from being made narrow.
        return QSize(0, super().minimumSizeHint().height())

    def _show_current_job(self) -> None:
        job = self._jobs.job
        if job is None:
            if self.cancel_button.isVisibleTo(self):
                self.hide()
            return
        self._step = ""
        self._progress.show_share(0.0)
        self.cancel_button.setEnabled(True)
        self.cancel_button.setText("Cancel")
        self._show_buttons(running=True)
        self.details_button.hide()
        self._show_job(job)
        self.show()

    def _show_progress(self, job: Job, step: str, share: float) -> None:
        self._step = step
        self._progress.show_share(share)
        self._show_job(job)

    def _show_job(self, job: Job) -> None:
        parts = [job.description, self._step]
        if self._jobs.waiting:
            parts.append(f"{self._jobs.waiting} more waiting")
        self._set_text(" · ".join(part for part in parts if part))

    def _set_text(self, text: str) -> None:
        self._text.setText(text)
        set_tooltip(self._text, text)
        self._text.setAccessibleName(text)

    def _show_buttons(self, *, running: bool) -> None:
        self._progress.setVisible(running)
        self.cancel_button.setVisible(running)
        self.close_button.setVisible(not running)

    def _cancel(self) -> None:
        self.cancel_button.setEnabled(False)
        self.cancel_button.setText("Canceling…")
        self._jobs.cancel()


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(menu_text(text))
    button.setObjectName(name)
    button.setFlat(True)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


def result_sentence(job: Job, result: JobResult) -> str:
    """Return the result of a job in one or two sentences."""
    sentences: list[str] = []
    if job.command == "remake":
        sentences.append("Your code sets are up to the new version")
    elif job.command == "remove":
        name = job.description.removeprefix("Removing ")
        sentences.append(f"{name[0].upper()}{name[1:]}: the files that you had added are removed")
    elif result.added:
        others = len(result.added) - 2
        sentences.append("Added " + "; ".join(result.added[:2]) + (f" and {others} more" if others > 0 else ""))
    elif result.unchanged:
        sentences.append("Nothing is new: " + "; ".join(result.unchanged[:1]))
    else:
        sentences.append("Nothing was added")
    unread = len(result.unread)
    if unread:
        sentences.append(f"Skipped {count_words(unread, 'file')}")
    return ". ".join(sentences) + "."
