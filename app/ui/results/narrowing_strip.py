"""The strip above the results: typed words that can be removed, and words that narrow the results."""

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QColor,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from app.search.answer import NarrowingWord
from app.search.parsing.pieces import Piece, removable_pieces, unquoted
from app.ui.results.results_delegate import ROW_MARGIN
from app.ui.results.word_chip import CHIP_HEIGHT, FONT_PIXELS, WordChip
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.chips import count_text
from app.ui.widgets.color_scheme import LIGHT, Scheme
from app.ui.widgets.menu_keys import choose_first_item
from app.ui.widgets.plain_text import menu_text

STRIP_HEIGHT = 37
"""At zoom 1.0, with the hairline below. The strip has it before its words come, so that rows stay in place."""
FOLDED_HEIGHT = 1
"""Only the hairline of a strip that has no use."""
CHIP_GAP = 6
MAX_WORDS, MAX_PIECES = 8, 6
MAX_WORD_LENGTH = 24
"""Characters of a typed word that are shown; a pasted one may be a page long."""

CAPTION = "narrow:"
MORE_TEXT = "more ▾"
WITHIN_ROWS_TOOLTIP = "Narrows the codes within each row"

FORWARD = (Qt.Key.Key_Right, Qt.Key.Key_Down)
BACKWARD = (Qt.Key.Key_Left, Qt.Key.Key_Up)


class NarrowingStrip(QWidget):
    """The words that can be added to a text and removed from it; the window changes the text.

    `word_added` carries the form of a word that the search box understands, `piece_removed` a Piece of the text;
    `words_requested` is emitted if `enter` was called before the words are known, `no_words_found` if there are none.
    """

    word_added = Signal(str)
    piece_removed = Signal(object)
    words_requested = Signal()
    no_words_found = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("narrowing_strip")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Narrow results")
        self._scheme = LIGHT
        self._factor = 1.0
        self._pieces: list[Piece] = []
        self._words: tuple[NarrowingWord, ...] = ()
        self._added_texts: list[str] = []
        self._folded = True
        self._finished_text = ""
        self._text_without_words = ""
        self._awaits_words = False
        """True if the strip is folded although the words of the text are not known yet."""
        self._has_all_words = self._focus_awaited = False
        self._caption_left: float | None = None
        self._removable_chips = [WordChip(self, is_removable=True) for _ in range(MAX_PIECES)]
        self._word_chips = [WordChip(self) for _ in range(MAX_WORDS)]
        self._more_chip = WordChip(self, is_quiet=True)
        self._more_chip.setObjectName("more_words")
        self._more_chip.show_word(MORE_TEXT, "", "All narrowing words")
        for place, chip in enumerate(self._removable_chips):
            chip.clicked.connect(lambda _=False, place=place: self._remove(self._shown_pieces()[place]))
        for place, chip in enumerate(self._word_chips):
            chip.clicked.connect(lambda _=False, place=place: self._add(self._words[place]))
        self._more_chip.clicked.connect(self._open_menu)
        for chip in self._chips():
            chip.installEventFilter(self)
        self.set_zoom(1.0)

    def make_accessible(self) -> QAccessibleInterface:
        from app.ui.widgets.accessible import RoleInterface

        return RoleInterface(self, QAccessible.Role.Grouping)

    @property
    def words(self) -> tuple[NarrowingWord, ...]:
        """The words that can be added now."""
        return self._words

    @property
    def removable(self) -> tuple[Piece, ...]:
        """The typed words that can be removed."""
        return tuple(self._pieces)

    def in_tab_order(self) -> tuple[QWidget, ...]:
        """Return the widgets that take the focus, in tab order."""
        return self._chips()

    def fold(self) -> None:
        """Fold the strip to its hairline, as long as no answer with words to narrow is shown."""
        self._awaits_words = False
        self._set_folded(True)

    def unfold(self, text: str) -> None:
        """Unfold the strip for a text, before its words are known: so rows stay in place when these come.

        If the same text had no words when there was less of its last word, the strip stays folded until it has some:
        rows would move down and up again with each letter.
        """
        begun = self._text_without_words
        self._awaits_words = bool(begun) and text.startswith(begun) and " " not in text[len(begun) :]
        self._set_folded(self._awaits_words)

    def show_text(self, text: str, finished: bool) -> None:
        """Show the words of a text after the first, and none to add. The last word is left out until it is `finished`:
        nothing moves while it is typed. A folded strip shows none."""
        if not text.strip():
            self._added_texts.clear()
        if finished:
            self._finished_text = text
        all_pieces = [] if self._folded else removable_pieces(text, self._added_texts)
        self._pieces = [piece for piece in all_pieces if piece.end < len(text) or text == self._finished_text]
        self._words = ()
        self._has_all_words = self._focus_awaited = False
        self._fill()

    def show_words(self, text: str, words: Sequence[NarrowingWord]) -> None:
        """Show all words of a text, and those that narrow its results; without any, fold the strip. One that was folded
        before stays so."""
        if self._folded and not self._awaits_words:
            return
        pieces, is_focus_awaited = removable_pieces(text, self._added_texts), self._focus_awaited
        self._text_without_words = "" if words or pieces else text
        self._awaits_words = False
        self._set_folded(not words and not pieces)
        if not self._folded:
            self._finished_text = text
            self._pieces = pieces
            self._words = tuple(words[:MAX_WORDS])
            self._has_all_words = True
            self._fill()
        if is_focus_awaited:
            self._focus_awaited = False
            self.enter()

    def enter(self) -> None:
        """Give the focus to the first word, now or as soon as there is one."""
        if self._words:
            # If no word fits beside the typed ones, all are in the menu.
            first = next(chip for chip in (*self._word_chips, self._more_chip) if chip.isVisible())
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self._has_all_words or (self._folded and not self._awaits_words):
            self.no_words_found.emit()
        else:
            self._focus_awaited = True
            self.words_requested.emit()

    def remove_last(self) -> None:
        """Remove the last word, if there is more than one."""
        if self._pieces:
            self._remove(self._pieces[-1])

    def set_scheme(self, scheme: Scheme) -> None:
        self._scheme = scheme
        for chip in self._chips():
            chip.set_scheme(scheme)
        self.update()

    def set_zoom(self, factor: float) -> None:
        self._factor = factor
        self.setFont(style.text_font(FONT_PIXELS / style.BASE_PIXELS * factor))
        self._fit_height()
        for chip in self._chips():
            chip.set_zoom(factor)
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._caption_left is not None:
            painter = QPainter(self)
            painter.setFont(self.font())
            painter.setPen(QColor(self._scheme.muted))
            area = QRectF(self._caption_left, self._more_chip.y(), self.width(), CHIP_HEIGHT * self._factor)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, CAPTION)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(watched, WordChip):
            return self._handle_key(watched, cast("QKeyEvent", event).key())
        return super().eventFilter(watched, event)

    def _set_folded(self, folded: bool) -> None:
        if folded != self._folded:
            self._folded = folded
            self._fit_height()
        if folded:
            self.show_text("", finished=True)

    def _fit_height(self) -> None:
        self.setFixedHeight(FOLDED_HEIGHT if self._folded else round(STRIP_HEIGHT * self._factor))

    def _handle_key(self, chip: WordChip, key: int) -> bool:
        """Handle a key; return False for a key that is not the strip's."""
        visible = [other for other in self._chips() if other.isVisible()]
        number = visible.index(chip) if chip in visible else 0
        if key in FORWARD or key in BACKWARD:
            target = number + (1 if key in FORWARD else -1)
            visible[max(0, min(len(visible) - 1, target))].setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            visible[0 if key == Qt.Key.Key_Home else -1].setFocus(Qt.FocusReason.OtherFocusReason)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            chip.click()
        elif key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            if chip in self._removable_chips:
                chip.click()
            else:
                self.remove_last()
        else:
            return False
        return True

    def _chips(self) -> tuple[WordChip, ...]:
        return (*self._removable_chips, *self._word_chips, self._more_chip)

    def _shown_pieces(self) -> list[Piece]:
        return self._pieces[-MAX_PIECES:]

    def _add(self, word: NarrowingWord) -> None:
        if " " in word.typed:
            self._added_texts.append(word.typed)
        self.word_added.emit(word.typed)

    def _remove(self, piece: Piece) -> None:
        self.piece_removed.emit(piece)

    def _fill(self) -> None:
        for chip, piece in zip(self._removable_chips, self._shown_pieces(), strict=False):
            words = shorten_word(unquoted(piece))
            chip.show_word(words, "", f"Remove {words}", f"Remove “{words}”")
        for chip, word in zip(self._word_chips, self._words, strict=False):
            chip.show_word(
                word.text,
                word_count_text(word),
                word_accessible_text(word),
                "" if word.rows is not None else WITHIN_ROWS_TOOLTIP,
            )
        self._place()

    def _place(self) -> None:
        """Place as many chips side by side as fit; the others are in the menu."""
        gap, left = round(CHIP_GAP * self._factor), round(ROW_MARGIN * self._factor)
        # Nearer to the line above, where it belongs, than to the rows.
        top = round(4 * self._factor)
        caption = round(QFontMetricsF(self.font()).horizontalAdvance(CAPTION)) + gap if self._words else 0
        removable, words, is_cut = self._fitting_chips(gap, self.width() - 2 * left, caption)
        for chip in removable:
            left = self._place_chip(chip, left, top) + gap
        self._caption_left = float(left) if words else None
        left += caption if words else 0
        for chip in words:
            left = self._place_chip(chip, left, top) + gap
        self._place_chip(self._more_chip, left, top)
        visible = [*removable, *words, self._more_chip] if is_cut else [*removable, *words]
        for chip in self._chips():
            chip.setVisible(chip in visible)
        self.update()

    def _fitting_chips(self, gap: int, room: int, caption: int) -> tuple[list[WordChip], list[WordChip], bool]:
        """Return the chips of typed words and of words to add that fit, and whether some do not.

        `room` is the width of the strip without its margins, `caption` that of the caption with its gap, in pixels.
        """

        def width(chips: Sequence[WordChip]) -> int:
            return sum(chip.sizeHint().width() + gap for chip in chips)

        removable = self._removable_chips[: len(self._shown_pieces())]
        words = self._word_chips[: len(self._words)]
        if width(removable) + caption + width(words) - gap <= room:
            return removable, words, False
        room -= self._more_chip.sizeHint().width() + gap
        # The last typed words are shown, and the words that split the rows best.
        needed = (caption + width(words[:1])) if words else 0
        while removable and width(removable) > room - needed:
            removable = removable[1:]
        remaining = room - width(removable) - caption + gap
        fitting: list[WordChip] = []
        for chip in words:
            if width([chip]) <= remaining:
                fitting.append(chip)
                remaining -= width([chip])
        return removable, fitting, True

    def _place_chip(self, chip: WordChip, left: int, top: int) -> int:
        """Place a chip; return its right edge."""
        size = chip.sizeHint()
        chip.setGeometry(left, top, size.width(), size.height())
        return left + size.width()

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("words_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        order = list(dict.fromkeys(word.aspect for word in self._words))
        for aspect in order:
            heading = menu.addAction(menu_text(aspect.value))
            heading.setEnabled(False)
            for word in (word for word in self._words if word.aspect is aspect):
                line = menu.addAction(menu_text(f"{word.text}\t{word_count_text(word)}".rstrip()))
                line.triggered.connect(lambda _=False, word=word: self._add(word))
        if self._pieces:
            menu.addSeparator()
            for piece in self._pieces:
                line = menu.addAction(menu_text(f"Remove “{shorten_word(unquoted(piece))}”"))
                line.triggered.connect(lambda _=False, piece=piece: self._remove(piece))
        if self._more_chip.hasFocus():
            choose_first_item(menu)
        menu.popup(self._more_chip.mapToGlobal(self._more_chip.rect().bottomLeft()))


def word_count_text(word: NarrowingWord) -> str:
    """Return the number of rows left by a word, as on its chip: `71`, `322+`; empty for one that acts within rows."""
    return "" if word.rows is None else count_text(word.rows, not word.at_least)


def word_accessible_text(word: NarrowingWord) -> str:
    """Return the accessible name of a word that narrows the results."""
    if word.rows is None:
        return f"Narrow with {word.text}"
    return f"Narrow with {word.text}, {'more than ' if word.at_least else ''}{word.rows:,} results"


def shorten_word(words: str) -> str:
    return words if len(words) <= MAX_WORD_LENGTH else f"{words[: MAX_WORD_LENGTH - 1].rstrip()}…"
