"""Sentences with links in or below the results list: advice, and what to do after a search that failed."""

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy

from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.line_breaks import keep_numbers
from app.ui.widgets.plain_text import RichLabel


class MessageLabel(RichLabel):
    """A label for sentences with links in them."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWordWrap(True)
        # A label with a border adds part of a letter's width otherwise.
        self.setIndent(0)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)


class FailureLabel(MessageLabel):
    """The sentence on a search that failed, and links to what may help: remedies by their names."""

    def __init__(self) -> None:
        super().__init__("search_failure")
        self._problem = ""
        self._remedies: tuple[tuple[str, str], ...] = ()
        self._scheme = LIGHT

    def show_problem(self, problem: str, remedies: Sequence[tuple[str, str]]) -> None:
        """Show a sentence, and a link for each remedy: its name and its text."""
        self._problem, self._remedies = problem, tuple(remedies)
        self._write()

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        self._write()

    def _write(self) -> None:
        links = " &nbsp;·&nbsp; ".join(
            f"<a style='color:{self._scheme.accent};text-decoration:none' href='{escape(name)}'>{escape(text)}</a>"
            for name, text in self._remedies
        )
        sentence = f"<p style='margin:0 0 8px 0;line-height:130%'>{escape(keep_numbers(self._problem))}</p>"
        self.setText("".join((sentence, "<p style='margin:0'>", links, "</p>")))
