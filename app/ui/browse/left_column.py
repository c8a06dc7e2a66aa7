"""The left column: one page at a time, chosen by tabs."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.plain_text import menu_text

TAB_NAMES = ("Browse", "Recent")
BROWSE_TAB, RECENT_TAB = range(len(TAB_NAMES))


class LeftColumn(QWidget):
    """Pages under tabs. `page_shown` carries the number of the new page."""

    page_shown = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("left_column")
        self.tabs = QTabBar()
        self.tabs.setObjectName("left_tabs")
        self.tabs.setAccessibleName("Browse or recent codes")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self._pages = QStackedWidget()
        head = QHBoxLayout()
        head.setContentsMargins(14, 7, 14, 6)
        head.addWidget(self.tabs)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self._pages, 1)
        for name in TAB_NAMES:
            self.tabs.addTab(menu_text(name))
            self._pages.addWidget(QWidget())
        self.tabs.currentChanged.connect(self._show)
        self.set_zoom(1.0)

    def set_page(self, number: int, page: QWidget) -> None:
        """Put a page behind its tab, in place of an empty one."""
        empty = self._pages.widget(number)
        self._pages.insertWidget(number, page)
        if empty is not None:
            self._pages.removeWidget(empty)
            empty.deleteLater()
        self._pages.setCurrentIndex(self.tabs.currentIndex())

    def show_page(self, number: int, focus: bool = False) -> None:
        """Show a page, and give it the focus if asked."""
        self.tabs.setCurrentIndex(number)
        page = self._pages.widget(number)
        if focus and page is not None:
            page.setFocus()

    def page(self) -> QWidget:
        """Return the page that is shown."""
        return self._pages.currentWidget() or self._pages

    def set_zoom(self, factor: float) -> None:
        self.tabs.setFont(style.text_font(factor))

    def _show(self, number: int) -> None:
        self._pages.setCurrentIndex(number)
        self.page_shown.emit(number)
