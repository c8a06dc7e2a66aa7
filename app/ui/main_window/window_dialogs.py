"""The dialogs that the window opens: keyboard shortcuts, about, command palette, abbreviations and synonyms."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.library.reading.catalogue import Catalogue
from app.ui.actions import Actions
from app.ui.widgets.appearance import Appearance

if TYPE_CHECKING:
    from app.ui.dialogs.lexicon_view import LexiconView

NO_USER_FOLDER = "none: your data is not saved"


class AboutFacts(NamedTuple):
    """The program's version and the places of its files, for the About dialog."""

    version: str
    user_folder: Path | None
    library_path: Callable[[], Path]


class WindowDialogs(QObject):
    """Opens the dialogs over a window. `search_requested` carries a text that was chosen in the lexicon."""

    search_requested = Signal(str)

    def __init__(
        self, window: QWidget, actions: Actions, appearance: Appearance, catalogue: Catalogue, about: AboutFacts
    ) -> None:
        super().__init__(window)
        self._window, self._actions, self._appearance = window, actions, appearance
        self._catalogue, self._about = catalogue, about
        self._lexicon: LexiconView | None = None
        for name, function in (
            ("keys", self.show_keys),
            ("about", self.show_about),
            ("source_files", self.show_source_files),
            ("command_palette", self.show_palette),
            ("lexicon", self.show_lexicon),
        ):
            actions.connect_action(name, function)

    def show_keys(self) -> None:
        """Open the list of keyboard shortcuts."""
        from app.ui.dialogs.info_pages import keys_html
        from app.ui.widgets.page_dialog import page_dialog

        html = keys_html(self._actions.by_menu(), self._appearance.scheme)
        page_dialog("Keyboard shortcuts", html, "keys_dialog", self._window).open()

    def show_about(self) -> None:
        """Open the About dialog, with the releases of the library."""
        from app.ui.dialogs.info_pages import about_html
        from app.ui.widgets.page_dialog import page_dialog

        about = self._about
        user_folder = str(about.user_folder) if about.user_folder else NO_USER_FOLDER
        library_path = str(about.library_path())
        code_sets = self._catalogue.code_sets()
        html = about_html(code_sets, about.version, library_path, user_folder, self._appearance.scheme)
        page_dialog("About", html, "about_dialog", self._window).open()

    def show_source_files(self) -> None:
        """Open the list of the files that the library was made from."""
        from app.ui.dialogs.info_pages import source_files_html
        from app.ui.widgets.page_dialog import page_dialog

        html = source_files_html(self._catalogue.code_sets(), self._appearance.scheme)
        page_dialog("Source files of the code sets", html, "source_files_dialog", self._window).open()

    def show_palette(self) -> None:
        """Open the command palette."""
        from app.ui.dialogs.command_palette import CommandPalette

        CommandPalette(self._actions.all(), self._appearance.scheme, self._appearance.zoom, self._window).show()

    def show_lexicon(self) -> None:
        """Open the lexicon, or bring it to the front."""
        if self._lexicon is None:
            from app.ui.dialogs.lexicon_view import LexiconView

            self._lexicon = LexiconView(self._catalogue.lexicon, self._window)
            self._lexicon.search_requested.connect(self.search_requested)
            self._appearance.register((self._lexicon,), (self._lexicon,))
        self._lexicon.show()
        self._lexicon.raise_()
        self._lexicon.activateWindow()

    def reload(self) -> None:
        """Show the lexicon of the library that is in use now."""
        if self._lexicon is not None:
            self._lexicon.refresh()
