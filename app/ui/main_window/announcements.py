"""Says aloud what changes away from the keyboard focus: rows, the number of results, advice, notices, pages.

Qt speaks for the widget that has the focus. While the search box has it, that would be the typed letters and nothing
else. Nothing is done here unless a screen reader is running.
"""

from PySide6.QtCore import QModelIndex, QObject, QTimer, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from app.codes.names import count_words
from app.codes.node import Node
from app.search.answer import Answer
from app.ui.browse.browse_panel import BrowsePanel
from app.ui.code_page.code_panel import CodePanel
from app.ui.main_window.window_parts import WindowParts
from app.ui.results.results_model import Row

PAUSE_MS = 600
"""Results are said when typing pauses for this long: each letter has other results, and is itself said by then."""


class Announcements(QObject):
    """`said` carries every text that is handed to the screen reader."""

    said = Signal(str)

    def __init__(self, parts: WindowParts, code_panel: CodePanel, browse: BrowsePanel, window: QWidget) -> None:
        super().__init__(window)
        self._search_bar, self._results = parts.search_bar, parts.results
        self._code_panel, self._window = code_panel, window
        self._tree = browse.tree
        self._answer: Answer | None = parts.results.answer
        self._failure = ""
        """The sentence that stands in place of all results."""
        self._said_node = -1
        """The id of the node whose row or page was said last, or is said after the pause."""
        self._pause_timer = QTimer(self)
        self._pause_timer.setSingleShot(True)
        self._pause_timer.setInterval(PAUSE_MS)
        self._pause_timer.timeout.connect(self._say_answer)
        self._results.row_shown.connect(self._say_row)
        self._results.model.rowsInserted.connect(self._say_opened)
        self._results.model.rowsRemoved.connect(self._say_closed)
        parts.search_controller.answered.connect(self._wait_for_pause)
        self._results.failure_shown.connect(self._wait_to_say_failure)
        parts.status_bar.notice_shown.connect(self.say)

    def follow_tree(self, browse: BrowsePanel) -> None:
        """Leave to Qt what is chosen in this tree from now on."""
        self._tree = browse.tree

    def say_node(self, node: Node) -> None:
        """Say the node of a page to which no row has led: a link, the next code, the other side."""
        if not QAccessible.isActive() or node.id == self._said_node:
            return
        self._said_node = node.id
        if not self._tree.hasFocus():
            self.say(self._code_panel.spoken_text(), now=True)

    def _say_row(self, row: Row) -> None:
        if not QAccessible.isActive():
            return
        self._said_node = row.node.id if row.node is not None else -1
        # The first row of an answer is said with the number of results, and one with the focus by Qt.
        if self._answer is self._results.answer and not self._results.list.hasFocus():
            self._pause_timer.stop()
            self.say(self._results.model.accessible_text(row), now=True)

    def _wait_for_pause(self, answer: Answer) -> None:
        self._answer = answer
        if QAccessible.isActive():
            self._pause_timer.start()

    def _wait_to_say_failure(self, sentence: str) -> None:
        self._answer, self._failure = None, sentence
        self._said_node = -1
        if QAccessible.isActive():
            self._pause_timer.start()

    def _say_answer(self) -> None:
        if self._results.has_failed:
            # Wherever the focus is: the page is empty too.
            self.say(self._failure)
            return
        answer, row, focused = self._results.answer, self._results.current_row(), QApplication.focusWidget()
        # Whoever has gone on into the page, or into a dialog, hears of that.
        places = self._search_bar, self._results
        if answer is not None and focused is not None and any(place.isAncestorOf(focused) for place in places):
            parts = [*answer_sentences(answer), self._results.model.accessible_text(row) if row is not None else ""]
            self.say(". ".join(part.removesuffix(".") for part in parts if part))

    def _say_opened(self, _parent: QModelIndex, first: int, last: int) -> None:
        rows = [self._results.model.row(number) for number in range(first, last + 1)]
        # The headings among them are not counted, unless the row opens to headings alone.
        codes = sum(row is not None and row.node is not None and row.node.billable for row in rows)
        self.say(f"{count_words(codes or len(rows), 'code')} shown below", now=True)

    def _say_closed(self) -> None:
        self.say("Row closed", now=True)

    def say(self, text: str, *, now: bool = False) -> None:
        """Say a text once the screen reader has said what it is saying, or `now` in its place."""
        if QAccessible.isActive():
            # Imported here, since a start without a screen reader does not need it.
            from app.ui.widgets.accessible import say

            say(self._window, text, now=now)
            self.said.emit(text)


def answer_sentences(answer: Answer) -> list[str]:
    """Return what is said of an answer: the number of results, how the text was read, and the advice."""
    if answer.typed_codes:
        return list(answer.advice)
    if answer.near:
        count = f"No match, {len(answer.near)} near"
    elif not answer.hits:
        count = "No match"
    elif answer.at_least:
        count = f"More than {answer.total:,} results"
    else:
        count = count_words(answer.total, "result")
    return [count, answer.read_as, *answer.advice]
