"""Every action of the window, with its words, its key and its menu; what each does is wired by the window."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.codes.systems import System

MENUS = ("File", "Edit", "View", "Go", "Code", "Learn", "Help")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a menu.

    `keys` are shortcuts of the window. `box_key` is a key that belongs to the search box while it has the focus, such
    as Down: it is shown, but not taken from the trees and pages that need it themselves. `group` makes a choice of one.
    """

    name: str
    menu: str
    words: str
    keys: tuple[str, ...] = ()
    box_key: str = ""
    checkable: bool = False
    group: str = ""
    separated: bool = False


ENTRIES = (
    Entry("code_sets", "File", "Code sets", ("Ctrl+D",)),
    Entry("add_files", "File", "Add files…", ("Ctrl+O",)),
    Entry("add_folder", "File", "Add a folder…", ("Ctrl+Shift+O",)),
    Entry("fetch", "File", "Get code sets from CMS…"),
    Entry("close_window", "File", "Close window", ("Ctrl+W",), separated=True),
    Entry("quit", "File", "Quit", ("Ctrl+Q",)),
    Entry("copy_code", "Edit", "Copy selected text, else the code", ("Ctrl+C",)),
    Entry("copy_code_and_title", "Edit", "Copy code and title", ("Ctrl+Shift+C",)),
    Entry("focus_box", "Edit", "Search box", ("Ctrl+L", "Ctrl+F"), separated=True),
    Entry("clear_box", "Edit", "Back to the box, then clear it", ("Esc",)),
    Entry("as_typed", "Edit", "Search as typed", ("Ctrl+T",)),
    Entry("narrow", "Edit", "Words to narrow with", ("Ctrl+N",)),
    Entry("drop_word", "Edit", "Take the last word away", ("Ctrl+Shift+N",)),
    Entry("forget_history", "Edit", "Forget opened codes", separated=True),
    Entry("toggle_tree", "View", "Browse tree", ("Ctrl+B",), checkable=True),
    Entry("zoom_in", "View", "Zoom in", ("Ctrl++", "Ctrl+="), separated=True),
    Entry("zoom_out", "View", "Zoom out", ("Ctrl+-",)),
    Entry("zoom_reset", "View", "Actual size", ("Ctrl+0",)),
    Entry("scheme_system", "View", "Light or dark as the system", checkable=True, group="scheme", separated=True),
    Entry("scheme_light", "View", "Light", checkable=True, group="scheme"),
    Entry("scheme_dark", "View", "Dark", checkable=True, group="scheme"),
    Entry("back", "Go", "Back", ("Alt+Left",)),
    Entry("forward", "Go", "Forward", ("Alt+Right",)),
    Entry("previous_code", "Go", "Previous code", ("Alt+Up",), separated=True),
    Entry("next_code", "Go", "Next code", ("Alt+Down",)),
    Entry("next_result", "Go", "Next result", box_key="Down", separated=True),
    Entry("previous_result", "Go", "Previous result", box_key="Up"),
    Entry("page_down", "Go", "Results one page down", box_key="PgDown"),
    Entry("page_up", "Go", "Results one page up", box_key="PgUp"),
    Entry("enter_detail", "Go", "Into the code's page", box_key="Enter"),
    Entry("open_row", "Go", "Open the row", box_key="Right"),
    Entry("close_row", "Go", "Close the row", box_key="Left"),
    Entry("show_browse", "Go", "Browse", ("Ctrl+Shift+B",), separated=True),
    Entry("show_recent", "Go", "Recent codes", ("Ctrl+H",)),
    Entry("counterpart", "Code", "Other side: right, left, unspecified", ("Ctrl+R",)),
    Entry("reveal", "Code", "Show in the browse tree", ("Ctrl+E",)),
    Entry("search_within", "Code", "Search within this branch", ("Ctrl+I",)),
    Entry("search_everywhere", "Code", "Search everywhere", ("Ctrl+Shift+I",)),
    Entry("valid_only", "Code", "Only codes valid for submission", ("Ctrl+Shift+V",), checkable=True, separated=True),
    Entry("all_systems", "Code", "All code sets", ("Ctrl+Shift+A",), checkable=True, group="system", separated=True),
    Entry("conventions", "Learn", "Conventions of the Tabular List", ("Ctrl+Shift+L",)),
    Entry("lexicon", "Learn", "Lexicon: what texts are read as", ("Ctrl+Shift+D",)),
    Entry("learn_cpt", "Learn", "How CPT is built", separated=True),
    Entry("learn_modifiers", "Learn", "Modifiers in plain words"),
    Entry("learn_places", "Learn", "Places of service"),
    Entry("learn_pcs", "Learn", "Sections of ICD-10-PCS"),
    Entry("learn_hcpcs", "Learn", "Sections of HCPCS"),
    Entry("keys", "Help", "Keys", ("F1",)),
    Entry("command_palette", "Help", "Every action with its key", ("Ctrl+K",)),
    Entry("about", "Help", "About Codarium", separated=True),
)


class Actions(QObject):
    """The window's actions by name. A code set has one too: `system_icd10cm`, on Ctrl+1 and so on in reading order."""

    def __init__(self, window: QWidget, systems: tuple[System, ...]) -> None:
        super().__init__(window)
        self._window = window
        self._by_name: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._entries: list[Entry] = []
        for entry in ENTRIES:
            self._add(entry)
            if entry.name == "all_systems":
                for place, system in enumerate(systems, start=1):
                    self._add(system_entry(system, place))

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def wire(self, name: str, does: Callable[[], object]) -> None:
        """Says what an action does; whether it is ticked is not told to it."""
        self._by_name[name].triggered.connect(lambda: does())

    def all(self) -> tuple[QAction, ...]:
        """Every action, in the order of the menus."""
        return tuple(action for _, actions in self.by_menu() for action in actions)

    def by_menu(self) -> list[tuple[str, list[QAction]]]:
        """The actions under the names of their menus, in the order of the menus."""
        return [(menu, [self._by_name[entry.name] for entry in self._entries if entry.menu == menu]) for menu in MENUS]

    def fill(self, bar: QMenuBar) -> None:
        """Puts every action into its menu."""
        for name in MENUS:
            menu = QMenu(name, bar)
            menu.setToolTipsVisible(True)
            for entry in self._entries:
                if entry.menu == name:
                    if entry.separated:
                        menu.addSeparator()
                    menu.addAction(self._by_name[entry.name])
            bar.addMenu(menu)

    def takes(self, keys: QKeySequence) -> bool:
        """Whether a key belongs to the window, whatever the widget in focus would make of it."""
        return any(keys in action.shortcuts() for action in self._by_name.values() if action.isEnabled())

    def _add(self, entry: Entry) -> None:
        words = f"{entry.words}\t{entry.box_key}" if entry.box_key else entry.words
        action = QAction(words, self._window)
        action.setObjectName(entry.name)
        action.setShortcuts([QKeySequence(key) for key in entry.keys])
        # macOS would move "About" and "Quit" by their words alone; the menus here are the same everywhere.
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.setCheckable(entry.checkable)
        if entry.group:
            group = self._groups.get(entry.group)
            if group is None:
                group = self._groups[entry.group] = QActionGroup(self)
            group.addAction(action)
        self._window.addAction(action)
        self._by_name[entry.name] = action
        self._entries.append(entry)


def system_entry(system: System, place: int) -> Entry:
    """The menu line that confines searches to a code set; it stands after the line for all of them."""
    return Entry(f"system_{system.value}", "Code", f"{system.label} only", (f"Ctrl+{place}",), "", True, "system")


def words_of(action: QAction) -> str:
    """What the action says, without its key."""
    return action.text().partition("\t")[0].replace("&", "")


def key_of(action: QAction) -> str:
    """The action's first key as the person's system writes it; empty where it has none."""
    shown = action.text().partition("\t")[2]
    return shown or action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
