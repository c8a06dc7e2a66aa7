"""From the text in the search box to the rows in the list of results."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.search.answer import Answer, Narrowing, Question
from app.search.parsing.pieces import Piece, append_word, remove_piece
from app.ui.main_window.search_bar import SearchBar
from app.ui.main_window.search_worker import SearchWorker
from app.ui.main_window.status_bar import StatusBar
from app.ui.results.results_model import Row
from app.ui.results.results_panel import ResultsPanel

NARROWING_DELAY_MS = 150
"""Someone who is typing goes on sooner than this; words to narrow with are for those who look at the results."""

NO_NARROWING = "No words narrow these results further"
NOTHING_REPLACED = "No results to go back to: they are shown, or nothing was searched"


class SearchController(QObject):
    """Searches at every change of the question, and shows each answer, or the start rows under an empty box."""

    answered = Signal(object)
    remedy_chosen = Signal(str)
    """Carries the name of a remedy that is chosen below the sentence on a failure."""

    def __init__(
        self,
        bar: SearchBar,
        worker: SearchWorker,
        results: ResultsPanel,
        status_bar: StatusBar,
        start_rows: Callable[[], Sequence[Row]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bar, self._worker, self._results, self._status_bar = bar, worker, results, status_bar
        self._start_rows = start_rows
        self._as_typed = False
        self._awaited: Question | None = None
        self._after_answer: list[Callable[[], object]] = []
        self._narrowing_timer = QTimer(self)
        self._narrowing_timer.setSingleShot(True)
        self._narrowing_timer.setInterval(NARROWING_DELAY_MS)
        self._narrowing_timer.timeout.connect(self._narrow)
        bar.box.textChanged.connect(self._text_changed)
        bar.filters_changed.connect(self.ask)
        worker.answered.connect(self._show_answer)
        worker.failed.connect(self._stop_waiting)
        worker.narrowed.connect(self._show_words)
        strip = results.narrowing_strip
        strip.word_added.connect(self._add_word)
        strip.piece_removed.connect(self._remove_piece)
        strip.words_requested.connect(self._narrow_at_once)
        strip.no_words_found.connect(lambda: status_bar.show_notice(NO_NARROWING, answers=0))
        results.header_link_clicked.connect(self._follow_header_link)
        results.search_requested.connect(self.search)
        results.remedy_chosen.connect(self.remedy_chosen)

    def ask(self) -> None:
        """Search for the text of the box with its filters."""
        text = self._bar.text()
        self._narrowing_timer.stop()
        self._stop_waiting()
        if text.strip():
            self._awaited = Question(text, self._bar.filters(), as_typed=self._as_typed)
            self._worker.ask(self._awaited)
        else:
            self._worker.cancel()
            self.show_start()

    @property
    def is_waiting(self) -> bool:
        """True while the answer to the text in the box is on its way."""
        return self._awaited is not None

    def when_answered(self, action: Callable[[], object]) -> None:
        """Do something with the rows of the text in the box: at once, or when the running search has its answer, in the
        order of the calls. The next change of the text calls it off."""
        if self._awaited is None:
            action()
        else:
            self._after_answer.append(action)

    def _stop_waiting(self) -> None:
        self._awaited, self._after_answer = None, []

    def search(self, text: str) -> None:
        """Put a text into the box, which starts the search."""
        self._bar.box.setText(text)
        self._bar.box.setFocus()

    def toggle_as_typed(self) -> None:
        """Search again for the exact words that were typed, or with all their meanings if they were searched last."""
        if self._bar.text().strip():
            self._as_typed = not self._as_typed
            self.ask()

    def back_to_results(self) -> None:
        """Show the results again that a branch of the tree has replaced."""
        if self._results.answer is None and self._bar.text().strip():
            self.ask()
        else:
            self._status_bar.show_notice(NOTHING_REPLACED, answers=0)

    def show_start(self) -> None:
        """Show the rows that belong under an empty box."""
        self._bar.show_counts(None)
        self._status_bar.show_answer(None)
        self._results.show_start(self._start_rows())

    def show_failure(self, problem: str, remedies: Sequence[tuple[str, str]]) -> None:
        """Show a sentence in place of all results, counts and the page; `remedies` are names, with their texts."""
        self._narrowing_timer.stop()
        self._stop_waiting()
        self._bar.show_counts(None)
        self._status_bar.show_answer(None)
        self._results.show_failure(problem, remedies)

    def _text_changed(self, text: str) -> None:
        self._as_typed = False
        self.ask()

    def _follow_header_link(self) -> None:
        # Without an answer the list shows a branch of the tree, and the link leads back to the results.
        if self._results.answer is None:
            self.ask()
        else:
            self.toggle_as_typed()

    def _show_answer(self, answer: Answer) -> None:
        self._bar.show_counts(answer)
        self._status_bar.show_answer(answer)
        self._results.show_answer(answer)
        self._narrowing_timer.start()
        self.answered.emit(answer)
        actions = self._after_answer
        self._stop_waiting()
        for action in actions:
            action()

    def _narrow(self) -> None:
        """Find words that narrow the answer on the screen; if it has no rows, only show the typed words in full."""
        answer = self._results.answer
        if answer is None:
            return
        if answer.hits:
            self._worker.narrow(answer.question)
        else:
            self._results.narrowing_strip.show_words(answer.question.text, ())

    def _narrow_at_once(self) -> None:
        if self._narrowing_timer.isActive():
            self._narrowing_timer.stop()
            self._narrow()

    def _show_words(self, narrowing: Narrowing) -> None:
        answer = self._results.answer
        # A branch of the tree may have replaced the answer; and words belong to their own question only.
        if answer is not None and answer.question is narrowing.question:
            self._results.narrowing_strip.show_words(answer.question.text, narrowing.words)

    def _add_word(self, word: str) -> None:
        self._replace_text(append_word(self._bar.text(), word))

    def _remove_piece(self, piece: Piece) -> None:
        self._replace_text(remove_piece(self._bar.text(), piece))

    def _replace_text(self, text: str) -> None:
        """Replace the text of the box so that Undo works there, with the caret at its end."""
        box = self._bar.box
        box.selectAll()
        box.insert(text)
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        self._results.narrowing_strip.show_text(text, finished=True)
