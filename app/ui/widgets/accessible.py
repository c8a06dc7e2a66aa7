"""The roles and parts of our own widgets for screen readers, and what is said aloud.

Qt asks for them only while a screen reader, or another assistive program, is running.
"""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QRect, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleActionInterface,
    QAccessibleAnnouncementEvent,
    QAccessibleEvent,
    QAccessibleInterface,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import VoidPtr, isValid

NO_INTERFACE = VoidPtr(0)
"""A null pointer for Qt; PySide crashes on None here."""


def say(widget: QWidget, text: str, *, now: bool = False) -> None:
    """Have a screen reader say a text; `now` interrupts what it is saying, as the answer to a key does."""
    if not text or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(widget, text)
    politeness = QAccessible.AnnouncementPoliteness
    event.setPoliteness(politeness.Assertive if now else politeness.Polite)
    QAccessible.updateAccessibility(event)


class RoleInterface(QAccessibleWidget):
    """A widget under another role than Qt would give it. `press` is what its only action does."""

    def __init__(
        self,
        widget: QWidget,
        role: QAccessible.Role,
        press: Callable[[], object] | None = None,
        *,
        opens_menu: bool = False,
    ) -> None:
        super().__init__(widget, role)
        self._press, self._opens_menu = press, opens_menu

    def state(self) -> QAccessible.State:
        state = super().state()
        state.hasPopup = int(self._opens_menu)
        return state

    def actionNames(self) -> list[str]:
        return [self.pressAction()] if self._press is not None else []

    def doAction(self, actionName: str) -> None:
        if self._press is not None and actionName == self.pressAction():
            self._press()


class PressAction(QAccessibleActionInterface):
    """The only action of a part. An object of its own: Qt would take the address of a part for that of its action."""

    def __init__(self, widget: QWidget, press: Callable[[], object]) -> None:
        super().__init__()
        self._widget, self._press = widget, press

    def actionNames(self) -> list[str]:
        return [self.pressAction()]

    def doAction(self, actionName: str) -> None:
        if actionName == self.pressAction():
            # Later, since it may change the widget, and Qt forget the part whose action is being done.
            QTimer.singleShot(0, self._widget, self._press)

    def keyBindingsForAction(self, actionName: str) -> list[str]:
        return []


class PartInterface(QAccessibleInterface):
    """A part of a widget that is no widget itself: a heading, a link, a character.

    Qt keeps a part until it is told to forget it. `parent` is the part that it is in, None for the widget.
    """

    def __init__(
        self, widget: QWidget, role: QAccessible.Role, name: str, parent: "PartInterface | None" = None
    ) -> None:
        super().__init__()
        self._widget, self._role, self._name, self._parent = widget, role, name, parent
        self.parts: list[PartInterface] = []
        self.area: Callable[[], QRect] = QRect
        """Return the rectangle of the part in the coordinates of the widget."""
        self.mark: Callable[[QAccessible.State], None] = lambda _state: None
        """Set what is special about the state of the part."""
        self._action: PressAction | None = None
        self._id = QAccessible.registerAccessibleInterface(self)

    def add(self, role: QAccessible.Role, name: str) -> "PartInterface":
        """Add a part inside this one."""
        part = PartInterface(self._widget, role, name, self)
        self.parts.append(part)
        return part

    def set_press(self, press: Callable[[], object]) -> None:
        """Have assistive programs offer to press the part, which calls a function."""
        self._action = PressAction(self._widget, press)

    def forget(self) -> None:
        """Have Qt forget the part and all that is in it; it must not be used afterwards."""
        for part in self.parts:
            part.forget()
        self.parts.clear()
        QAccessible.deleteAccessibleInterface(self._id)

    def take_focus(self) -> None:
        """Tell screen readers that the keyboard is here now."""
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Focus))

    # Overrides of Qt: each must be there, since Qt calls them all. The stubs leave out that some results may be None.

    def interface_cast(self, arg__1: QAccessible.InterfaceType) -> Any:
        is_action = self._action is not None and arg__1 is QAccessible.InterfaceType.ActionInterface
        return self._action if is_action else NO_INTERFACE

    def isValid(self) -> bool:
        return isValid(self._widget)

    def object(self) -> Any:
        return None

    def window(self) -> Any:
        return self._widget.window().windowHandle()

    def parent(self) -> QAccessibleInterface:
        return self._parent or QAccessible.queryAccessibleInterface(self._widget)

    def child(self, index: int) -> Any:
        return self.parts[index] if 0 <= index < len(self.parts) else None

    def childCount(self) -> int:
        return len(self.parts)

    def indexOfChild(self, arg__1: QAccessibleInterface) -> int:
        return index_of(self.parts, arg__1)

    def childAt(self, x: int, y: int) -> Any:
        return part_at(self.parts, x, y)

    def focusChild(self) -> Any:
        return focused_part(self.parts)

    def text(self, t: QAccessible.Text) -> str:
        return self._name if t is QAccessible.Text.Name else ""

    def setText(self, t: QAccessible.Text, text: str) -> None:
        """Change nothing: the texts are those of the library."""

    def rect(self) -> QRect:
        area = self.area()
        return QRect(self._widget.mapToGlobal(area.topLeft()), area.size())

    def role(self) -> QAccessible.Role:
        return self._role

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self._widget.isVisible():
            state.invisible = 1
        elif not self.area().intersects(self._widget.rect()):
            state.offscreen = 1
        self.mark(state)
        return state


class PartsInterface(RoleInterface):
    """A widget with parts. They are made when something asks for them, and forgotten when the widget changes."""

    def __init__(
        self, widget: QWidget, role: QAccessible.Role, make_parts: Callable[[], list[QAccessibleInterface]]
    ) -> None:
        super().__init__(widget, role)
        self._make_parts = make_parts
        self._parts: list[QAccessibleInterface] | None = None

    @property
    def parts(self) -> list[QAccessibleInterface]:
        """The parts, and the widgets among them, in reading order."""
        if self._parts is None:
            self._parts = self._make_parts()
        return self._parts

    def forget_parts(self) -> None:
        """Forget the parts, which are no longer those of the widget."""
        parts, self._parts = self._parts, None
        for part in parts or ():
            if isinstance(part, PartInterface):
                part.forget()

    def childCount(self) -> int:
        return len(self.parts)

    def child(self, index: int) -> Any:
        return self.parts[index] if 0 <= index < len(self.parts) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return index_of(self.parts, child)

    def childAt(self, x: int, y: int) -> Any:
        return part_at(self.parts, x, y)

    def focusChild(self) -> Any:
        return focused_part(self.parts)


def index_of(parts: Sequence[QAccessibleInterface], searched: QAccessibleInterface) -> int:
    """Return the number of a part among its neighbors, -1 if it is none of them."""
    return next((number for number, part in enumerate(parts) if part is searched), -1)


def part_at(parts: Sequence[QAccessibleInterface], x: int, y: int) -> QAccessibleInterface | None:
    """Return the part at a point of the screen."""
    return next((part for part in parts if part.rect().contains(x, y)), None)


def focused_part(parts: Sequence[QAccessibleInterface]) -> QAccessibleInterface | None:
    """Return the part that has the focus, the innermost if parts are in one another."""
    for part in parts:
        if part.state().focused:
            return part
        inner = focused_part(part.parts) if isinstance(part, PartInterface) else None
        if inner is not None:
            return inner
    return None
