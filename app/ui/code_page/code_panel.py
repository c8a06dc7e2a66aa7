"""The panel on the right, where a code is read; links and copies are reported by signals."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from app.codes.detail import Detail
from app.codes.names import full_name, set_name
from app.codes.node import Node
from app.codes.systems import System
from app.library.ncci.edits_of_code import CodeEdits, has_edits
from app.library.open import LibraryError
from app.library.reading.catalogue import Catalogue
from app.search.answer import Answer
from app.ui.code_page.copy_button import CopyButton
from app.ui.code_page.page_browser import PageBrowser
from app.ui.code_page.page_style import PageStyle
from app.ui.code_page.page_writer import PageWriter
from app.ui.code_page.seventh_strip import SeventhStrip
from app.ui.code_page.write_code import write_code_page
from app.ui.code_page.write_facts import date_lines
from app.ui.code_page.write_lists import PAYMENT_FOLD
from app.ui.code_page.write_ncci import max_pairs, write_edits
from app.ui.code_page.write_welcome import WELCOME_EXAMPLES, write_conventions, write_not_found, write_welcome
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.node_menu import add_copies, add_counterparts, add_open

AskEdits = Callable[[str, int], CodeEdits | None]
"""Return the NCCI edits of a code, with at most this many pairs. May raise LibraryError."""


class CodePanel(QWidget):
    """The page of one node, the welcome page, or the conventions. Links are not followed here: the window does that.

    `ask_edits` is called for every code of CPT and HCPCS that is shown. `edits_failed` carries its error message, once.
    """

    node_chosen = Signal(int)
    copy_requested = Signal(str)
    search_requested = Signal(str)
    action_asked = Signal(str)
    """A link to a command of the window was followed: `code_sets` opens the view in which files are added."""

    edits_failed = Signal(str)

    def __init__(self, catalogue: Catalogue, ask_edits: AskEdits | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("code_panel")
        self._catalogue = catalogue
        self._find_code_edits = ask_edits
        self._edits: CodeEdits | None = None
        self._edits_failure = ""
        self._style = PageStyle(LIGHT)
        self._detail: Detail | None = None
        self._expanded_lists: frozenset[str] = frozenset()
        self.menu_area = QRect()
        """The place on the screen of the context menu from which was copied, empty after the button was pressed."""
        self._write: Callable[[PageWriter], None] = write_welcome
        self.page = PageBrowser(self._style, self)
        self.page.tooltip_for = self._tooltip
        # Both are children of the page's viewport, so that they scroll with the text.
        copy_key = QKeySequence(QKeySequence.StandardKey.Copy).toString(QKeySequence.SequenceFormat.NativeText)
        self.copy_button = CopyButton(self._style, copy_key.replace("+", " "), self.page.viewport())
        self.seventh_strip = SeventhStrip(self._style, self.page.viewport())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.page)
        # The page is no focus proxy of the panel: Tab would lead from the tree back to it, never to the search box.
        self.page.embedded_widgets = (self.copy_button, self.seventh_strip)
        self.page.link_followed.connect(self._follow)
        self.page.menu_requested.connect(self._open_menu)
        self.page.letter_typed.connect(self.seventh_strip.go_to_letter)
        self.page.moved.connect(self._place_widgets)
        self.page.column_resized.connect(self._fit_strip)
        self.copy_button.clicked.connect(self._copy_code)
        self.seventh_strip.node_chosen.connect(self.node_chosen)
        self.seventh_strip.focused_by_key.connect(lambda: self.page.scroll_to(self.seventh_strip.geometry()))
        self.show_nothing()

    def show_node(self, node_id: int) -> None:
        """Show everything about a node, from the top; the same node again keeps its scroll position."""
        is_same = self._detail is not None and self._detail.node.id == node_id
        if not is_same:
            # Payment facts stay unfolded from code to code, a long list is shown in full only where it was asked for.
            self._expanded_lists &= {PAYMENT_FOLD}
            self.copy_button.end_copied()
        self._detail = self._catalogue.detail(node_id)
        self.seventh_strip.show_choices(self._detail.seventh, node_id, self._style)
        self._rewrite(self._write_code_page, keep_place=is_same)

    def show_nothing(self) -> None:
        """Show the welcome page: how to read the window, and the first keys."""
        self._detail = None
        self._rewrite(write_welcome)

    def show_blank(self) -> None:
        """Show an empty page, after a search that failed."""
        self._detail = None
        self._rewrite(lambda _writer: None)

    def show_not_found(self, answer: Answer) -> None:
        """Show the text and the scope of a search that has no results."""
        self._detail = None
        within_id = answer.question.filters.within
        within = self._catalogue.node(within_id) if within_id is not None else None
        systems = [code_set.system for code_set in self._catalogue.code_sets()]
        self._rewrite(lambda writer: write_not_found(writer, answer, systems, within))

    def show_conventions(self) -> None:
        """Show the conventions of the Tabular List, in its own words."""
        self._detail = None
        conventions = self._catalogue.conventions()
        self._rewrite(lambda writer: write_conventions(writer, conventions))

    def show_payment_terms(self) -> None:
        """Show what CC, MS-DRG, HCC and the like mean."""
        from app.ui.code_page.write_payment import write_payment_terms

        self._detail = None
        self._rewrite(write_payment_terms)

    def refresh_edits(self) -> None:
        """Show the NCCI edits of the current code anew if they have changed; the scroll position stays."""
        if self._detail is not None and self._find_edits(self._detail.node) != self._edits:
            self._rewrite(self._write, keep_place=True)

    def current(self) -> Node | None:
        """Return the node that is shown."""
        return self._detail.node if self._detail is not None else None

    def selected_text(self) -> str:
        """Return the text that the user has selected on the page; a link with the focus does not count."""
        return self.page.selected_text()

    def set_scheme(self, scheme: Scheme) -> None:
        """Paint the page in another scheme; the scroll position stays."""
        self._restyle(PageStyle(scheme, self._style.zoom))

    def set_zoom(self, factor: float) -> None:
        """Set the size of the page; 1.0 is 100 %."""
        self._restyle(PageStyle(self._style.scheme, factor))

    def sizeHint(self) -> QSize:
        return QSize(565, 700)

    def _restyle(self, style: PageStyle) -> None:
        self._style = style
        self.copy_button.set_style(style)
        if self._detail is not None:
            self.seventh_strip.show_choices(self._detail.seventh, self._detail.node.id, style)
        self._rewrite(self._write, keep_place=True)

    def _rewrite(self, write: Callable[[PageWriter], None], *, keep_place: bool = False) -> None:
        self._write = write
        self.page.show_page(write, self._style, keep_place=keep_place)
        self.page.setAccessibleDescription(self.spoken_text())

    def _write_code_page(self, writer: PageWriter) -> None:
        assert self._detail is not None
        system = self._detail.node.system
        own_words = any(code_set.ours for code_set in self._catalogue.code_sets() if code_set.system is system)
        self._edits = self._find_edits(self._detail.node)
        write_code_page(
            writer, self._detail, self._expanded_lists, self._strip_height(), self._write_edits, own_words=own_words
        )

    def _write_edits(self, writer: PageWriter) -> None:
        if self._detail is not None and self._edits is not None:
            write_edits(writer, self._detail.node.code, self._edits, self._find_code, self._expanded_lists)

    def _find_edits(self, node: Node) -> CodeEdits | None:
        if self._find_code_edits is None or not has_edits(node):
            return None
        try:
            edits = self._find_code_edits(node.code, max_pairs(self._expanded_lists))
        except LibraryError as error:
            if str(error) != self._edits_failure:
                self._edits_failure = str(error)
                self.edits_failed.emit(str(error))
            return None
        self._edits_failure = ""
        return edits

    def _find_code(self, code: str) -> Node | None:
        return self._catalogue.find(System.CPT, code) or self._catalogue.find(System.HCPCS, code)

    def spoken_text(self) -> str:
        """Return the code on the page with its title, status and dates; empty for a page without a code."""
        if self._detail is None:
            return ""
        node = self._detail.node
        parts = [f"{set_name(node.system)} {full_name(node, ' ')}", self._detail.status_text, *date_lines(self._detail)]
        return ". ".join(parts)

    # The embedded widgets

    def _strip_height(self) -> int:
        return self.seventh_strip.heightForWidth(int(self.page.column_width()))

    def _fit_strip(self) -> None:
        """Make room for the strip, which may have more rows in another width."""
        if self.page.strip_block >= 0:
            self.page.set_block_height(self.page.strip_block, self._strip_height())

    def _place_widgets(self) -> None:
        code_block, strip_block = self.page.code_block, self.page.strip_block
        has_code = code_block >= 0 and self._detail is not None
        if has_code:
            end = self.page.block_end(code_block)
            gap = self._style.px(12)
            self.copy_button.resize(self.copy_button.sizeHint())
            self.copy_button.move(round(end.x() + gap), round(end.y() - self.copy_button.height() / 2))
        self.copy_button.setVisible(has_code)
        if strip_block >= 0:
            rect = self.page.block_rect(strip_block)
            self.seventh_strip.move(round(rect.left()), round(rect.top()))
            self.seventh_strip.resize(int(self.page.column_width()), self._strip_height())
        self.seventh_strip.setVisible(strip_block >= 0)

    # Links, menus and copying

    def _follow(self, address: str) -> None:
        kind, _, target = address.partition(":")
        match kind:
            case "node":
                self.node_chosen.emit(int(target))
            case "search":
                self.search_requested.emit(WELCOME_EXAMPLES[int(target)][0])
            case "action":
                self.action_asked.emit(target)
            case "conventions":
                self.show_conventions()
            case "payment_terms":
                self.show_payment_terms()
            case "fold":
                self._expanded_lists ^= {target}
                position = self.page.focused_link_position()
                self._rewrite(self._write, keep_place=True)
                # The link that folds stands where the link that unfolded stood.
                if position >= 0:
                    self.page.focus_next_link(position - 1)
            case "more":
                self._expanded_lists |= {target}
                position = self.page.focused_link_position()
                self._rewrite(self._write, keep_place=True)
                # Tab continues with the first of the rows that replace the link.
                if position >= 0:
                    self.page.focus_next_link(position)
            case _:
                raise ValueError(f"the page has a link of an unknown kind: {address}")

    def _tooltip(self, address: str) -> str:
        node = self._node_of(address)
        return full_name(node) if node is not None else ""

    def _node_of(self, address: str) -> Node | None:
        kind, _, rest = address.partition(":")
        return self._catalogue.node(int(rest)) if kind == "node" else None

    def _copy_code(self) -> None:
        node = self.current()
        if node is not None:
            self.menu_area = QRect()
            self.copy_requested.emit(node.code)

    def link_menu(self, address: str) -> QMenu | None:
        """Return the context menu of a link; None if the link leads to no node."""
        node = self._node_of(address)
        if node is None:
            return None
        menu = QMenu(self)
        add_open(menu, node, self.node_chosen.emit)
        add_copies(menu, node, self.copy_requested.emit)
        add_counterparts(menu, self._catalogue.counterparts(node), self.node_chosen.emit)
        return menu

    def page_menu(self) -> QMenu:
        """Return the context menu of the page outside its links."""
        menu = QMenu(self)
        selected = self.selected_text()
        if selected:
            menu.addAction("Copy selected text", lambda: self.copy_requested.emit(selected))
        if self._detail is not None:
            add_copies(menu, self._detail.node, self.copy_requested.emit)
        menu.addAction("Select all", self.page.selectAll)
        if self._detail is not None:
            add_counterparts(menu, self._detail.counterparts, self.node_chosen.emit)
        return menu

    def _open_menu(self, address: str, position: QPoint) -> None:
        self.menu_area = QRect(position, QSize(1, 1))
        menu = self.link_menu(address) or self.page_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(position)
