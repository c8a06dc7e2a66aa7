"""The lists of the worksheet: making, opening, naming and deleting them, and templates."""

from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtWidgets import QMenu, QWidget

from app.notebook.worksheets import Worksheet, Worksheets
from app.ui.desk.name_dialog import NameDialog
from app.ui.desk.worksheet_strip import WorksheetStrip
from app.ui.widgets.plain_text import menu_text

MOST_IN_MENU = 15
"""Lists in the menu; the others are under More."""


class ShowsList(Protocol):
    """The desk, as far as its lists need it."""

    strip: WorksheetStrip

    @property
    def worksheet(self) -> Worksheet | None: ...

    def use(self, worksheet: Worksheet | None) -> None: ...

    def show(self) -> None: ...

    def refresh(self) -> None: ...

    def write(self, change: Callable[[], object]) -> bool: ...

    def read(self, read: Callable[[], object]) -> None: ...

    def remember(self, undo: Callable[[], object]) -> None: ...

    def forget_changes(self) -> None: ...


class WorksheetLists:
    """Chooses the list that the desk shows. `tell` shows a sentence to the user."""

    def __init__(self, desk: ShowsList, worksheets: Worksheets, tell: Callable[[str], object], window: QWidget) -> None:
        self._desk, self._worksheets, self._tell, self._window = desk, worksheets, tell, window

    def menu(self) -> QMenu:
        """Return the menu of lists."""
        parent = self._desk.strip
        menu = QMenu(parent)
        current, lists = self._desk.worksheet, self._worksheets.all()
        sheets = [sheet for sheet in lists if not sheet.is_template]
        templates = [sheet for sheet in lists if sheet.is_template]
        self._add_lists(menu, sheets[:MOST_IN_MENU])
        if len(sheets) > MOST_IN_MENU:
            self._add_lists(menu.addMenu("More"), sheets[MOST_IN_MENU:])
        menu.addSeparator()
        menu.addAction("New list", lambda: self.create(None))
        for template in templates:
            menu.addAction(menu_text(f"New from {template.name}"), lambda chosen=template: self.create(chosen))
        if current is not None:
            menu.addSeparator()
            menu.addAction("Rename…", lambda: self._rename(current))
            menu.addAction("Save as template…", lambda: self._save_template(current))
            menu.addAction("Delete list", lambda: self.delete(current))
        if templates:
            removal = menu.addMenu("Delete template")
            for template in templates:
                removal.addAction(menu_text(template.name), lambda chosen=template: self.delete(chosen))
        return menu

    def open_menu(self) -> None:
        """Open the menu of lists below the name of the list."""
        menu = self.menu()
        button = self._desk.strip.name_button
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    def create(self, template: Worksheet | None) -> None:
        """Make an empty list, or one with the lines of a template, and show it."""

        def make() -> None:
            worksheets = self._worksheets
            self._desk.use(worksheets.copy(template) if template is not None else worksheets.create())

        if self._desk.write(make):
            self._desk.forget_changes()
            self._desk.show()

    def open(self, worksheet: Worksheet) -> None:
        """Show another list."""
        if self._desk.write(lambda: self._worksheets.mark_opened(worksheet)):
            self._desk.forget_changes()
            self._desk.read(lambda: self._desk.use(self._worksheets.find(worksheet.id)))
            self._desk.show()

    def delete(self, worksheet: Worksheet) -> None:
        """Delete a list, which Ctrl+Z brings back, or a template."""
        desk, worksheets = self._desk, self._worksheets
        lines = worksheets.lines(worksheet)
        if not desk.write(lambda: worksheets.delete(worksheet)):
            return
        if worksheet.is_template:
            self._tell(f"{worksheet.name} deleted")
            return
        desk.forget_changes()
        desk.read(lambda: desk.use(worksheets.last_opened()))
        desk.remember(lambda: desk.use(worksheets.create(worksheet.name, lines)))
        self._tell(f"{worksheet.name} deleted; Ctrl+Z in the list brings it back")

    def _add_lists(self, menu: QMenu, sheets: Iterable[Worksheet]) -> None:
        for sheet in sheets:
            action = menu.addAction(menu_text(sheet.name), lambda chosen=sheet: self.open(chosen))
            action.setCheckable(True)
            action.setChecked(sheet == self._desk.worksheet)

    def _rename(self, worksheet: Worksheet) -> None:
        def rename(name: str) -> None:
            self._worksheets.rename(worksheet, name)
            self._desk.refresh()

        NameDialog("Name of the list", worksheet.name, rename, self._window).open()

    def _save_template(self, worksheet: Worksheet) -> None:
        def save(name: str) -> None:
            self._worksheets.copy(worksheet, name, is_template=True)
            self._tell(f"Template {name.strip()} saved")

        NameDialog("Name of the template", f"{worksheet.name} template", save, self._window).open()
