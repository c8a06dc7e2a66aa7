"""Items of context menus about one node: open it, copy it, and open the same code for another side of the body."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu

from app.codes.names import is_named
from app.codes.node import Node
from app.ui.widgets.plain_text import menu_text


def node_name(node: Node) -> str:
    """Return the code of a node or, for a group without one, its title."""
    return node.title if is_named(node) else node.code


def code_and_title(node: Node) -> str:
    """Return the code and the title of a node as they are copied."""
    return f"{node.code} {node.title}"


def texts_of_code(node: Node) -> tuple[str, ...]:
    """Return the texts that are copied of a node: its code, and its code with the title; of a group its title."""
    return (node.title,) if is_named(node) else (node.code, code_and_title(node))


def add_open(menu: QMenu, node: Node, open_node: Callable[[int], object]) -> None:
    """Add the item that opens a node; `open_node` gets its id."""
    menu.addAction(menu_text(f"Open {node_name(node)}"), lambda: open_node(node.id))


def add_copies(menu: QMenu, node: Node, copy: Callable[[str], object]) -> None:
    """Add the items that copy a node's code, alone and with its title; of a group without a code only the title."""
    if is_named(node):
        menu.addAction("Copy title", lambda: copy(node.title))
        return
    menu.addAction(menu_text(f"Copy {node.code}"), lambda: copy(node.code))
    menu.addAction("Copy code and title", lambda: copy(code_and_title(node)))


def add_counterparts(menu: QMenu, counterparts: Sequence[tuple[str, Node]], open_node: Callable[[int], object]) -> None:
    """Add an item for each other side that a code exists for: `Other side: left M17.12`."""
    if counterparts:
        menu.addSeparator()
    for side, node in counterparts:
        menu.addAction(menu_text(f"Other side: {side} {node.code}"), lambda node_id=node.id: open_node(node_id))
