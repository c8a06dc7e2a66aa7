"""From what is in the box to what is in the list."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.search.answer import Answer, Narrowing, Question
from app.search.parsing.pieces import Piece, append_word, remove_piece
from app.ui.main_window.search_bar import SearchBar
from app.ui.main_window.search_worker import SearchWorker
from app.ui.main_window.status_bar import StatusBar
from app.ui.results.results_model import Row
from app.ui.results.results_panel import ResultsPanel

PAUSE_MS = 150
"""Whoever types goes on sooner; words to narrow with are for those who look at what was found."""


class SearchController(QObject):
    """Asks the runner at every change of the question, and shows each answer, or the beginning under an empty box."""

    answered = Signal(object)

    def __init__(
        self,
        bar: SearchBar,
        runner: SearchWorker,
        results: ResultsPanel,
        status: StatusBar,
        start_rows: Callable[[], Sequence[Row]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._bar, self._runner, self._results, self._status = bar, runner, results, status
        self._start_rows = start_rows
        self._as_typed = False
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._narrow)
        bar.box.textChanged.connect(self._text_changed)
        bar.filters_changed.connect(self.ask)
        runner.answered.connect(self._show)
        runner.narrowed.connect(self._show_words)
        results.narrowing_strip.word_added.connect(self._add_word)
        results.narrowing_strip.piece_removed.connect(self._drop_piece)
        results.narrowing_strip.words_requested.connect(self._narrow_at_once)
        results.narrowing_strip.no_words_found.connect(
            lambda: status.say("There are no words that narrow these results")
        )
        results.header_link_clicked.connect(self._take_offer)
        results.search_requested.connect(self.search)

    def ask(self) -> None:
        """Asks what the box and the filters say now."""
        text = self._bar.text()
        self._pause.stop()
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
        self._results.show_start(self._start_rows())

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
        self._pause.start()
        self.answered.emit(answer)

    def _narrow(self) -> None:
        """Asks for words to narrow the shown answer with; without rows only the typed words are shown in full."""
        answer = self._results.answer
        if answer is None:
            return
        if answer.hits:
            self._runner.narrow(answer.question)
        else:
            self._results.narrowing_strip.show_words(answer.question.text, ())

    def _narrow_at_once(self) -> None:
        if self._pause.isActive():
            self._pause.stop()
            self._narrow()

    def _show_words(self, narrowing: Narrowing) -> None:
        answer = self._results.answer
        # A branch of the tree may have taken the answer's place; a newer question's words are never an older one's.
        if answer is not None and answer.question is narrowing.question:
            self._results.narrowing_strip.show_words(answer.question.text, narrowing.words)

    def _add_word(self, typed: str) -> None:
        self._put(append_word(self._bar.text(), typed))

    def _drop_piece(self, piece: Piece) -> None:
        self._put(remove_piece(self._bar.text(), piece))

    def _put(self, text: str) -> None:
        """Puts a text into the box, so that it can be undone there, with the caret behind it."""
        box = self._bar.box
        box.selectAll()
        box.insert(text)
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        self._results.narrowing_strip.show_text(text, finished=True)
