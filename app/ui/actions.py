"""Every action of the window with its text, its key and its menu; the window connects the functions."""

from collections.abc import Callable
from typing import NamedTuple

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from app.codes.systems import System

MENUS = ("File", "Edit", "View", "Go", "Code", "Learn", "Help")
"""The names of the menus, which begin with different letters."""


class MenuItem(NamedTuple):
    """An item of a menu; the letter after `&` in its text chooses it while the menu is open, and is the only one there.

    `keys` are shortcuts of the window. `box_key` is a key that works while the search box has the focus, such as Down:
    it is only displayed, since trees and pages need it themselves. Of the items with the same `group`, one is checked.
    `separated` puts a line above the item.
    """

    name: str
    menu: str
    text: str
    keys: tuple[str, ...] = ()
    box_key: str = ""
    checkable: bool = False
    group: str = ""
    separated: bool = False


SYSTEM_ITEM_TEXTS = {
    System.ICD10CM: "ICD-10-C&M only",
    System.ICD10PCS: "ICD-10-&PCS only",
    System.HCPCS: "&HCPCS only",
    System.MODIFIER: "Mo&difiers only",
    System.POS: "P&OS only",
    System.CPT: "&CPT only",
}
"""The texts of the items that limit searches to a code set."""

MENU_ITEMS = (
    MenuItem("code_sets", "File", "&Code sets", ("Ctrl+D",)),
    MenuItem("add_files", "File", "Add &files…", ("Ctrl+O",)),
    MenuItem("add_folder", "File", "Add f&older…", ("Ctrl+Shift+O",)),
    MenuItem("fetch", "File", "&Download code sets from CMS…", ("Ctrl+Shift+F",)),
    MenuItem("close_window", "File", "Close &window", ("Ctrl+W",), separated=True),
    MenuItem("quit", "File", "&Quit", ("Ctrl+Q",)),
    MenuItem("copy_code", "Edit", "&Copy code or selected text", ("Ctrl+C",)),
    MenuItem("copy_code_and_title", "Edit", "Copy code and &title", ("Ctrl+Shift+C",)),
    MenuItem("focus_box", "Edit", "&Find", ("Ctrl+L", "Ctrl+F"), separated=True),
    MenuItem("clear_box", "Edit", "&Return to search box, then clear it", ("Esc",)),
    MenuItem("as_typed", "Edit", "&Search as typed", ("Ctrl+T",)),
    MenuItem("narrow", "Edit", "&Narrow results", ("Ctrl+N",)),
    MenuItem("drop_word", "Edit", "Remove &last word", ("Ctrl+Shift+N",)),
    MenuItem("clear_recent_codes", "Edit", "Clear r&ecent codes", ("Ctrl+Shift+Del",), separated=True),
    MenuItem("toggle_tree", "View", "&Code tree", ("Ctrl+B",), checkable=True),
    MenuItem("toggle_worksheet", "View", "&Worksheet", ("Ctrl+Shift+J",), checkable=True),
    MenuItem("cc_marks", "View", "CC and &MCC in results", ("Ctrl+Shift+9",), checkable=True),
    MenuItem("zoom_in", "View", "Zoom &in", ("Ctrl++", "Ctrl+="), separated=True),
    MenuItem("zoom_out", "View", "Zoom &out", ("Ctrl+-",)),
    MenuItem("zoom_reset", "View", "&Actual size", ("Ctrl+0",)),
    MenuItem("scheme_system", "View", "&Follow system", ("Ctrl+F9",), checkable=True, group="scheme", separated=True),
    MenuItem("scheme_light", "View", "&Light", ("Ctrl+F7",), checkable=True, group="scheme"),
    MenuItem("scheme_dark", "View", "&Dark", ("Ctrl+F8",), checkable=True, group="scheme"),
    MenuItem("back", "Go", "&Back", ("Alt+Left",)),
    MenuItem("forward", "Go", "&Forward", ("Alt+Right",)),
    MenuItem("previous_code", "Go", "&Previous code", ("Alt+Up",), separated=True),
    MenuItem("next_code", "Go", "&Next code", ("Alt+Down",)),
    MenuItem("next_result", "Go", "Next &result", box_key="Down", separated=True),
    MenuItem("previous_result", "Go", "Pre&vious result", box_key="Up"),
    MenuItem("page_down", "Go", "Results page &down", box_key="PgDown"),
    MenuItem("page_up", "Go", "Results page &up", box_key="PgUp"),
    MenuItem("enter_detail", "Go", "&Go to code page", box_key="Enter"),
    MenuItem("open_row", "Go", "E&xpand row", box_key="Right"),
    MenuItem("close_row", "Go", "&Collapse row", box_key="Left"),
    MenuItem("show_browse", "Go", "Br&owse", ("Ctrl+Shift+B",), separated=True),
    MenuItem("show_recent", "Go", "R&ecent codes", ("Ctrl+H",)),
    MenuItem("back_to_results", "Go", "Back &to results", ("Ctrl+Shift+R",)),
    MenuItem("next_finding", "Go", "Next finding in &list", ("F8",), separated=True),
    MenuItem("next_pane", "Go", "Next p&ane", ("F6",), separated=True),
    MenuItem("previous_pane", "Go", "Previou&s pane", ("Shift+F6",)),
    MenuItem("menu_bar", "Go", "&Menus", ("F10",)),
    MenuItem("add_to_list", "Code", "Add to &list", ("Ctrl+J",)),
    MenuItem("add_all_to_list", "Code", "Add all codes of the te&xt to list", ("Ctrl+Return",)),
    MenuItem("row_menu", "Code", "Men&u of the row", box_key="Shift+F10", separated=True),
    MenuItem("counterpart", "Code", "Other side (&right, left, unspecified)", ("Ctrl+R",)),
    MenuItem("reveal", "Code", "Show in code &tree", ("Ctrl+E",)),
    MenuItem("search_within", "Code", "Search &within this branch", ("Ctrl+I",)),
    MenuItem("search_everywhere", "Code", "Search &everywhere", ("Ctrl+Shift+I",)),
    MenuItem("choose_branch", "Code", "Choose chapter or &section…", ("F4",)),
    MenuItem(
        "valid_only", "Code", "Only codes &valid for submission", ("Ctrl+Shift+V",), checkable=True, separated=True
    ),
    MenuItem("cc_only", "Code", "O&nly CC or MCC", ("Ctrl+Shift+8",), checkable=True),
    MenuItem(
        "all_systems", "Code", "&All code sets", ("Ctrl+Shift+A",), checkable=True, group="system", separated=True
    ),
    MenuItem("conventions", "Learn", "&Conventions of the Tabular List", ("Ctrl+Shift+L",)),
    MenuItem("lexicon", "Learn", "&Abbreviations and synonyms", ("Ctrl+Shift+D",)),
    MenuItem("payment_terms", "Learn", "CC, &DRG and HCC", ("Ctrl+Shift+7",)),
    MenuItem("learn_cpt", "Learn", "&Structure of CPT", ("Ctrl+Shift+4",), separated=True),
    MenuItem("learn_modifiers", "Learn", "List of &modifiers", ("Ctrl+Shift+5",)),
    MenuItem("learn_places", "Learn", "&Places of service", ("Ctrl+Shift+6",)),
    MenuItem("learn_pcs", "Learn", "Sections of &ICD-10-PCS", ("Ctrl+Shift+2",)),
    MenuItem("learn_hcpcs", "Learn", "Sections of &HCPCS", ("Ctrl+Shift+3",)),
    MenuItem("keys", "Help", "&Keyboard shortcuts", ("F1",)),
    MenuItem("command_palette", "Help", "&Find action…", ("Ctrl+K",)),
    MenuItem("source_files", "Help", "&Source files of the code sets", ("Ctrl+Shift+H",)),
    MenuItem("about", "Help", "&About Codarium", ("Shift+F1",), separated=True),
)


class Actions(QObject):
    """The window's actions by name. Code sets have one each: `system_icd10cm` on Ctrl+1, and so on in reading order."""

    def __init__(self, window: QWidget, systems: tuple[System, ...]) -> None:
        super().__init__(window)
        self._window = window
        self._by_name: dict[str, QAction] = {}
        self._groups: dict[str, QActionGroup] = {}
        self._items: list[MenuItem] = []
        for item in MENU_ITEMS:
            self._add(item)
            if item.name == "all_systems":
                for number, system in enumerate(systems, start=1):
                    self._add(system_item(system, number))

    def __getitem__(self, name: str) -> QAction:
        return self._by_name[name]

    def connect_action(self, name: str, function: Callable[[], object]) -> None:
        """Call a function, without arguments, whenever an action is triggered."""
        self._by_name[name].triggered.connect(lambda: function())

    def all(self) -> tuple[QAction, ...]:
        """Return all actions in the order of the menus."""
        return tuple(action for _, actions in self.by_menu() for action in actions)

    def by_menu(self) -> list[tuple[str, list[QAction]]]:
        """Return the name of each menu with its actions."""
        return [(menu, [self._by_name[item.name] for item in self._items if item.menu == menu]) for menu in MENUS]

    def fill(self, bar: QMenuBar) -> None:
        """Add a menu bar's menus with all actions. Alt and the first letter of its name open a menu."""
        for name in MENUS:
            menu = QMenu(f"&{name}", bar)
            menu.setToolTipsVisible(True)
            for item in self._items:
                if item.menu == name:
                    if item.separated:
                        menu.addSeparator()
                    menu.addAction(self._by_name[item.name])
            bar.addMenu(menu)

    def has_key(self, keys: QKeySequence) -> bool:
        """Return whether a key is a shortcut of an enabled action."""
        return any(keys in action.shortcuts() for action in self._by_name.values() if action.isEnabled())

    def _add(self, item: MenuItem) -> None:
        text = f"{item.text}\t{item.box_key}" if item.box_key else item.text
        action = QAction(text, self._window)
        action.setObjectName(item.name)
        action.setShortcuts([QKeySequence(key) for key in item.keys])
        # macOS would move "About" and "Quit" because of their text; the menus are the same on every platform.
        action.setMenuRole(QAction.MenuRole.NoRole)
        action.setCheckable(item.checkable)
        if item.group:
            group = self._groups.get(item.group)
            if group is None:
                group = self._groups[item.group] = QActionGroup(self)
            group.addAction(action)
        self._window.addAction(action)
        self._by_name[item.name] = action
        self._items.append(item)


def system_item(system: System, number: int) -> MenuItem:
    """Return the menu item that limits searches to a code set; it follows the item for all code sets."""
    text = SYSTEM_ITEM_TEXTS[system]
    return MenuItem(f"system_{system.value}", "Code", text, (f"Ctrl+{number}",), "", True, "system")


def action_label(action: QAction) -> str:
    """Return the text of an action without its key and the `&` before its letter."""
    return action.text().partition("\t")[0].replace("&", "")


def action_key(action: QAction) -> str:
    """Return an action's first key in the notation of the user's system, empty if it has none."""
    box_key = action.text().partition("\t")[2]
    return box_key or action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
