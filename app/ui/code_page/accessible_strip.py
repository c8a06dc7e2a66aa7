"""The strip of 7th characters as a group with its characters, for screen readers."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleInterface

from app.ui.widgets.accessible import PartInterface, PartsInterface

if TYPE_CHECKING:
    from app.ui.code_page.seventh_strip import SeventhStrip


class StripInterface(PartsInterface):
    """The group. A character is a radio button: that of the code on the page is checked."""

    def __init__(self, strip: "SeventhStrip") -> None:
        super().__init__(strip, QAccessible.Role.Grouping, self._parts_of_strip)
        self._strip = strip

    def tell_focus(self) -> None:
        """Tell screen readers which character the keyboard is at."""
        part = self.focusChild()
        if isinstance(part, PartInterface):
            part.take_focus()

    def _parts_of_strip(self) -> list[QAccessibleInterface]:
        return [self._part(number) for number in range(self._strip.count())]

    def _part(self, number: int) -> PartInterface:
        strip = self._strip
        part = PartInterface(strip, QAccessible.Role.RadioButton, strip.words_for(number))
        part.area = lambda: strip.chip_rect(number).toRect()
        part.mark = lambda state: strip.mark_state(state, number)
        if strip.can_choose(number):
            part.set_press(lambda: strip.choose(number))
        return part
