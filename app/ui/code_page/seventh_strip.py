"""The strip of 7th characters: each with its meaning, and the code that it completes."""

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QTextLayout,
)
from PySide6.QtWidgets import QWidget

from app.codes.detail import SeventhCharacter
from app.ui.code_page.page_style import PageStyle

if TYPE_CHECKING:
    from app.ui.code_page.accessible_strip import StripInterface

CHIP_SIZE, CHIP_GAP, TEXT_GAP, LINE_HEIGHT = 26, 4, 3, 20
"""Side of a character's field, space between two, space above the text below them, height of a line of text."""


class SeventhStrip(QWidget):
    """A field for each character, together one stop of the Tab order; arrow keys, Home, End and letters move in it."""

    node_chosen = Signal(int)
    focused_by_key = Signal()
    """The strip got the focus by Tab, so that it must be scrolled into view."""

    def __init__(self, style: PageStyle, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._style = style
        self._choices: tuple[SeventhCharacter, ...] = ()
        self._current = -1
        self._focused = 0
        self._hovered = -1
        self._accessible: StripInterface | None = None
        # Tab comes here through the page, where the strip comes before the links.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("7th character")

    def show_choices(self, choices: tuple[SeventhCharacter, ...], current: int, style: PageStyle) -> None:
        """Show the characters; `current` is the id of the node on the page, stem or complete code."""
        self._choices, self._style = choices, style
        if self._accessible is not None:
            self._accessible.forget_parts()
        self._current = next((number for number, choice in enumerate(choices) if choice.node == current), -1)
        first_valid = next((number for number, choice in enumerate(choices) if choice.node is not None), 0)
        self._focused = self._current if self._current >= 0 else first_valid
        self._hovered = -1
        self._update_accessible_text()
        self.update()

    def shown_choice(self) -> SeventhCharacter | None:
        """Return the choice whose meaning is shown: under the pointer, in focus, or on the page; or None."""
        number = self._hovered if self._hovered >= 0 else self._focused if self.hasFocus() else self._current
        return self._choices[number] if 0 <= number < len(self._choices) else None

    # For screen readers

    def make_accessible(self) -> QAccessibleInterface:
        from app.ui.code_page.accessible_strip import StripInterface

        self._accessible = StripInterface(self)
        return self._accessible

    def count(self) -> int:
        """Return the number of characters."""
        return len(self._choices)

    def words_for(self, number: int) -> str:
        """Return a character with its meaning and the code that it completes."""
        choice = self._choices[number]
        code, meaning, _ = self._text_for(choice)
        return f"{choice.char}: {meaning}, {code}"

    def mark_state(self, state: QAccessible.State, number: int) -> None:
        """Set whether a character is that of the page, has the focus, or makes no code."""
        state.checkable = state.focusable = 1
        state.checked = int(number == self._current)
        state.focused = int(self.hasFocus() and number == self._focused)
        state.disabled = int(not self.can_choose(number))

    def can_choose(self, number: int) -> bool:
        """Return whether a character makes a code."""
        return self._choices[number].node is not None

    def _tell_focus(self) -> None:
        if self._accessible is not None and QAccessible.isActive():
            self._accessible.tell_focus()

    # Geometry

    def heightForWidth(self, arg__1: int) -> int:
        px = self._style.px
        rows = -(-len(self._choices) // self._per_row(arg__1)) if self._choices else 0
        return int(
            rows * px(CHIP_SIZE)
            + max(0, rows - 1) * px(CHIP_GAP)
            + px(TEXT_GAP)
            + self._meaning_lines(arg__1) * px(LINE_HEIGHT)
        )

    def sizeHint(self) -> QSize:
        return QSize(400, self.heightForWidth(400))

    def chip_rect(self, number: int) -> QRectF:
        """Return the rectangle of a character's field in the widget."""
        row, column = divmod(number, self._per_row(self.width()))
        side, step = self._style.px(CHIP_SIZE), self._style.px(CHIP_SIZE) + self._style.px(CHIP_GAP)
        return QRectF(column * step, row * step, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        scheme, px = self._style.scheme, self._style.px
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._style.font(mono=True, bold=True))
        for number, choice in enumerate(self._choices):
            rect = self.chip_rect(number).adjusted(0.5, 0.5, -0.5, -0.5)
            is_current = number == self._current
            is_highlighted = number == self._hovered or (self.hasFocus() and number == self._focused)
            if choice.node is None:
                painter.setPen(QPen(QColor(scheme.hairline), 1, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            else:
                edge = scheme.accent if is_current or is_highlighted else scheme.hairline
                painter.setPen(QPen(QColor(edge), 2 if self.hasFocus() and number == self._focused else 1))
                painter.setBrush(QColor(scheme.accent_ground if is_current else scheme.panel))
            painter.drawRoundedRect(rect, px(5), px(5))
            color = scheme.muted if choice.node is None else scheme.accent if is_current else scheme.ink
            painter.setPen(QColor(color))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, choice.char)
        self._paint_meaning(painter)

    def _paint_meaning(self, painter: QPainter) -> None:
        choice = self.shown_choice()
        code, meaning, is_code = self._text_for(choice)
        px = self._style.px
        lines = self._meaning_lines(self.width())
        line = QRectF(0, self.height() - lines * px(LINE_HEIGHT), self.width(), px(LINE_HEIGHT))
        painter.setFont(self._style.font(mono=True, bold=is_code))
        painter.setPen(QColor(self._style.scheme.ink if is_code else self._style.scheme.muted))
        alignment = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(line, alignment, code)
        # A cut meaning could be read as another one ("... with routine", "... with delayed"): it wraps instead.
        layout = QTextLayout(meaning, self._style.font())
        layout.beginLayout()
        for number in range(lines):
            layout_line = layout.createLine()
            if not layout_line.isValid():
                break
            layout_line.setLineWidth(self.width() - self._meaning_left())
            layout_line.setPosition(QPointF(0, number * px(LINE_HEIGHT)))
        layout.endLayout()
        painter.setPen(QColor(self._style.scheme.muted))
        layout.draw(painter, QPointF(self._meaning_left(), line.top() + self._style.text_offset()))

    def _meaning_left(self) -> float:
        """Return the left edge of the meanings, after the widest code."""
        codes = [choice.code for choice in self._choices] or [""]
        face = QFontMetricsF(self._style.font(mono=True, bold=True))
        return face.horizontalAdvance(max(codes, key=len)) + self._style.px(10)

    def _meaning_lines(self, width: int) -> int:
        """Return the number of lines of the longest meaning, so that the page does not move with the pointer."""
        face = QFontMetricsF(self._style.font())
        longest = max((face.horizontalAdvance(choice.meaning) for choice in self._choices), default=0.0)
        # Lines break between words, so that they are not quite full.
        return max(1, math.ceil(longest * 1.1 / max(1.0, width - self._meaning_left())))

    def _text_for(self, choice: SeventhCharacter | None) -> tuple[str, str, bool]:
        """Return the code, its meaning, and whether the code exists."""
        if choice is None:
            stem = self._choices[0].code[:-1] if self._choices else ""
            return f"{stem}_", "choose the 7th character", False
        if choice.node is None:
            return choice.code, f"{choice.meaning}: not a valid code", False
        return choice.code, choice.meaning, True

    # Moving and choosing

    def go_to_letter(self, letter: str) -> bool:
        """Move to a 7th character, wherever it was typed; return False if there is none."""
        numbers = [number for number, choice in enumerate(self._choices) if choice.char == letter]
        if not numbers or not self.isVisible():
            return False
        if not self.hasFocus():
            self.setFocus(Qt.FocusReason.TabFocusReason)
        self._move(numbers[0])
        return True

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.focused_by_key.emit()
        # After Qt has told that the strip has it.
        QTimer.singleShot(0, self, self._tell_focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._choices) - 1
        match event.key():
            case Qt.Key.Key_Right | Qt.Key.Key_Down if event.modifiers() == Qt.KeyboardModifier.NoModifier:
                self._move(min(self._focused + 1, last))
            case Qt.Key.Key_Left | Qt.Key.Key_Up if event.modifiers() == Qt.KeyboardModifier.NoModifier:
                self._move(max(self._focused - 1, 0))
            case Qt.Key.Key_Home:
                self._move(0)
            case Qt.Key.Key_End:
                self._move(last)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter | Qt.Key.Key_Space:
                self.choose(self._focused)
            case _:
                if not self.go_to_letter(event.text().upper()):
                    super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hovered = self._chip_under(event)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor
            if hovered >= 0 and self._choices[hovered].node is not None
            else Qt.CursorShape.ArrowCursor
        )
        if hovered != self._hovered:
            self._hovered = hovered
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hovered = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.choose(self._chip_under(event))

    def _chip_under(self, event: QMouseEvent) -> int:
        rects = (self.chip_rect(number) for number in range(len(self._choices)))
        return next((number for number, rect in enumerate(rects) if rect.contains(event.position())), -1)

    def _per_row(self, width: int) -> int:
        step = self._style.px(CHIP_SIZE) + self._style.px(CHIP_GAP)
        return max(1, int((width + self._style.px(CHIP_GAP)) // step))

    def _move(self, number: int) -> None:
        self._focused, self._hovered = number, -1
        self._update_accessible_text()
        self._tell_focus()
        self.update()

    def choose(self, number: int) -> None:
        """Choose the code that a character completes, if there is one."""
        if 0 <= number < len(self._choices):
            node = self._choices[number].node
            if node is not None:
                self.node_chosen.emit(node)

    def _update_accessible_text(self) -> None:
        if self._choices:
            self.setAccessibleDescription(self.words_for(self._focused))
