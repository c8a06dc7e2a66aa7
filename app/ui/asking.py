"""From what is in the box to what is in the list."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from app.search.records import Answer, Question
from app.ui.results_model import Row
from app.ui.results_panel import ResultsPanel
from app.ui.runner import SearchRunner
from app.ui.search_bar import SearchBar
from app.ui.status_bar import StatusBar


class Asking(QObject):
    """Asks the runner at every change of the question, and shows each answer, or the beginning under an empty box."""

    answered = Signal(object)

    def __init__(
        self,
        bar: SearchBar,
        runner: SearchRunner,
        results: ResultsPanel,
        status: StatusBar,
        beginning: Callable[[], Sequence[Row]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bar, self._runner, self._results, self._status = bar, runner, results, status
        self._beginning = beginning
        self._as_typed = False
        bar.box.textChanged.connect(self._text_changed)
        bar.filters_changed.connect(self.ask)
        runner.answered.connect(self._show)
        results.offer_taken.connect(self._take_offer)
        results.search_requested.connect(self.search)

    def ask(self) -> None:
        """Asks what the box and the filters say now."""
        text = self._bar.text()
        if text.strip():
            self._runner.ask(Question(text, self._bar.filters(), as_typed=self._as_typed))
        else:
            self._runner.forget()
            self.begin()

    def search(self, text: str) -> None:
        """Puts a text into the box, which asks it."""
        self._bar.box.setText(text)
        self._bar.box.setFocus()

    def as_typed(self) -> None:
        """Asks again with nothing read into the text, or, if that was the last question, with everything."""
        if self._bar.text().strip():
            self._as_typed = not self._as_typed
            self.ask()

    def begin(self) -> None:
        """Shows what there is under an empty box."""
        self._bar.show_counts(None)
        self._status.show_answer(None)
        self._results.show_beginning(self._beginning())

    def _text_changed(self, text: str) -> None:
        self._as_typed = False
        self.ask()

    def _take_offer(self) -> None:
        # Without an answer a branch of the tree stands in the list, and the offer is to go back to the results.
        if self._results.answer is None:
            self.ask()
        else:
            self.as_typed()

    def _show(self, answer: Answer) -> None:
        self._bar.show_counts(answer)
        self._status.show_answer(answer)
        self._results.show_answer(answer)
        self.answered.emit(answer)
