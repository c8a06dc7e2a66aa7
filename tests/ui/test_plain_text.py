"""Text is text: no title and no name of a file becomes markup in the window, and nothing that it names is opened."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.library.reading.lexicon_lines import LexiconLine, LineKind
from app.ui.dialogs.lexicon_model import LexiconModel
from app.ui.results.recent_panel import RecentModel
from app.ui.results.results_model import ResultsModel, Row, RowKind
from app.ui.results.word_chip import WordChip
from app.ui.widgets.chips import Chip
from app.ui.widgets.plain_text import PlainLabel, RichLabel, menu_text, message_box, set_tooltip, tooltip

ROOT = Path(__file__).parents[2]
WINDOW = ROOT / "app" / "ui"
HOME = WINDOW / "widgets" / "plain_text.py"
"""The module that the others use."""

HOSTILE = "<img src='file:///etc/hostname'> AT&T <b>B12</b> deficiency & more"

GUESSING_CLASSES = {"QLabel", "QMessageBox"}
"""Classes that take a text with a tag in it for HTML, unless they are told not to."""

UNUSED_CLASSES = {"QErrorMessage", "QInputDialog", "QProgressDialog", "QSplashScreen", "QSystemTrayIcon", "QWhatsThis"}
"""Classes that do so too, and that the window has no use for."""

TEXTS_WITH_SHORTCUT = {"QAction", "QGroupBox", "QMenu", "QPushButton", "QRadioButton", "QToolButton"}
"""Classes that take `&` in the text for the mark of a shortcut."""

METHODS_WITH_SHORTCUT = {"addAction", "addButton", "addMenu", "addTab", "insertTab", "setTabText", "setTitle"}

BUTTON_BASES = {"QAbstractButton", "QCheckBox", "QPushButton", "QRadioButton", "QToolButton"}

STYLES = {"color", "mono", "muted", "paragraph_style"}
"""Names of values of a style sheet."""

MADE_HTML = {"after", "before", "files", "lead", "links", "name", "rows"}
"""Names of texts that are HTML already."""

EXCEPTIONS = {
    ("actions.py", "QAction(text, self._window)"): "the texts of the menus are ours, with their letters",
    ("actions.py", "QMenu(f'&{name}', bar)"): "the names of the menus are ours, with their letters",
    ("actions.py", "menu.addAction(self._by_name[item.name])"): "an action",
    ("actions.py", "group.addAction(action)"): "an action",
    ("actions.py", "self._window.addAction(action)"): "an action",
    ("actions.py", "bar.addMenu(menu)"): "a menu",
}
"""What remains, by file and expression, with the reason."""


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(WINDOW.rglob("*.py")):
        if path != HOME:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def name_of(node: ast.expr) -> str:
    """The last name of an expression: `setText` of `self.button.setText`."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_call_of(node: ast.expr | None, function: str) -> bool:
    return isinstance(node, ast.Call) and name_of(node.func) == function


def is_ours(node: ast.expr) -> bool:
    """Return whether a text is written in the program, or marked for menus."""
    return isinstance(node, ast.Constant) or is_call_of(node, "menu_text")


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, name_of(node.func)


def guessing_widgets(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield what makes a widget that guesses: a call, a static method such as QMessageBox.question, a base class."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in GUESSING_CLASSES:
                yield node
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in GUESSING_CLASSES:
                yield node
            case ast.ClassDef(bases=bases) if GUESSING_CLASSES & {name_of(base) for base in bases}:
                yield node
            case ast.ImportFrom(names=names) if UNUSED_CLASSES & {alias.name for alias in names}:
                yield node
            case _:
                pass


def branches(tree: ast.Module) -> Iterator[tuple[ast.Module, ast.AST]]:
    """Yield the statements of every branch with its condition."""
    for node in ast.walk(tree):
        if isinstance(node, ast.match_case):
            yield ast.Module(node.body, []), node.pattern
        elif isinstance(node, ast.If):
            yield ast.Module(node.body, []), node.test


def bare_tooltips(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield tooltips, status tips and texts of What's This that are not made by `tooltip`."""
    for call, name in calls(tree):
        if name == "setToolTip" and not is_call_of(call.args[0], "tooltip"):
            yield call
        if name == "showText" and not is_call_of(call.args[1], "tooltip"):
            yield call
        if name in ("setStatusTip", "setWhatsThis", "insertHtml"):
            yield call
        if name == "setTextFormat" and name_of(call.args[0]) != "PlainText":
            yield call
    for branch, condition in branches(tree):
        if "ToolTipRole" in ast.unparse(condition):
            for node in ast.walk(branch):
                if isinstance(node, ast.Return) and not is_call_of(node.value, "tooltip"):
                    yield node


def eaten_ampersands(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield menu items, buttons and tabs whose text is neither written in the program nor made by `menu_text`."""
    for call, name in calls(tree):
        if call.args and name in TEXTS_WITH_SHORTCUT | METHODS_WITH_SHORTCUT:
            is_widget = name in TEXTS_WITH_SHORTCUT and name_of(call.args[0]) in ("self", "parent")
            is_enum = isinstance(call.args[0], ast.Attribute) and "StandardButton" in ast.unparse(call.args[0])
            if not is_ours(call.args[0]) and not is_widget and not is_enum:
                yield call
        if name == "setText" and isinstance(call.func, ast.Attribute):
            owner = name_of(call.func.value)
            if owner.endswith(("button", "chip", "link")) and not is_ours(call.args[0]):
                yield call
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and BUTTON_BASES & {name_of(base) for base in node.bases}:
            for call, name in calls(node):
                if name == "setText" and ast.unparse(call.func) == "self.setText" and not is_ours(call.args[0]):
                    yield call


def is_safe_in_html(value: ast.expr) -> bool:
    text = ast.unparse(value)
    is_style = "scheme." in text or text in STYLES
    is_html = text in MADE_HTML or text.endswith("_html")
    return is_call_of(value, "escape") or is_style or is_html


def bare_values_in_html(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield the values in f-strings of HTML that are not escaped."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.JoinedStr):
            continue
        constants = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        if "</" in constants or "<br" in constants or "<p" in constants:
            for part in node.values:
                if isinstance(part, ast.FormattedValue) and not is_safe_in_html(part.value):
                    yield part.value


RULES = (guessing_widgets, bare_tooltips, eaten_ampersands, bare_values_in_html)


@pytest.mark.parametrize("rule", RULES)
def test_the_window_shows_text_only_through_the_helper(rule: Callable[[ast.Module], Iterator[ast.AST]]) -> None:
    faults = [
        f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}: {ast.unparse(node).splitlines()[0]}"
        for path, tree in trees()
        for node in rule(tree)
        if (path.name, ast.unparse(node)) not in EXCEPTIONS
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (guessing_widgets, "label = QLabel(node.title)"),
        (guessing_widgets, "class Line(QLabel): ..."),
        (guessing_widgets, "QMessageBox.question(self, 'Codarium', name)"),
        (guessing_widgets, "from PySide6.QtWidgets import QErrorMessage"),
        (bare_tooltips, "chip.setToolTip(node.title)"),
        (bare_tooltips, "chip.setToolTip(f'<p>{node.title}</p>')"),
        (bare_tooltips, "QToolTip.showText(position, node.title, self)"),
        (bare_tooltips, "match role:\n    case Qt.ItemDataRole.ToolTipRole:\n        return node.title"),
        (bare_tooltips, "if role in (DisplayRole, Qt.ItemDataRole.ToolTipRole):\n    return node.title"),
        (bare_tooltips, "label.setTextFormat(Qt.TextFormat.AutoText)"),
        (eaten_ampersands, "menu.addAction(f'Open {node.title}')"),
        (eaten_ampersands, "menu.addAction(title)"),
        (eaten_ampersands, "QPushButton(title)"),
        (eaten_ampersands, "self.branch_chip.setText(title)"),
        (eaten_ampersands, "class Chip(QAbstractButton):\n    def show(self, title): self.setText(title)"),
        (bare_values_in_html, "f'<p>{node.title}</p>'"),
        (bare_values_in_html, "f'{escape(name)}<br>{file.name}'"),
    ],
)
def test_other_ways_are_found(rule: Callable[[ast.Module], Iterator[ast.AST]], source: str) -> None:
    assert list(rule(ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (guessing_widgets, "label = PlainLabel(node.title)"),
        (guessing_widgets, "box.addButton('Close', QMessageBox.ButtonRole.AcceptRole)"),
        (bare_tooltips, "link_format.setToolTip(tooltip(tip))"),
        (bare_tooltips, "if role == Qt.ItemDataRole.ToolTipRole:\n    return tooltip(node.title)"),
        (eaten_ampersands, "menu.addAction(menu_text(f'Open {node.title}'))"),
        (eaten_ampersands, "menu.addAction('Select all')"),
        (bare_values_in_html, "f'<p style=\"color:{scheme.muted}\">{escape(node.title)}</p>'"),
    ],
)
def test_the_way_of_the_helper_is_not(rule: Callable[[ast.Module], Iterator[ast.AST]], source: str) -> None:
    assert not list(rule(ast.parse(source)))


def test_every_exception_is_needed() -> None:
    expressions = {(path.name, ast.unparse(node)) for path, tree in trees() for rule in RULES for node in rule(tree)}
    assert set(EXCEPTIONS) <= expressions


def shown(html: str) -> str:
    """The text of a tooltip as it is painted."""
    return QTextDocumentFragment.fromHtml(html).toPlainText()


@pytest.mark.parametrize("text", [HOSTILE, "one\ntwo", "two  blanks", "<b>", "a < b & c > d", "&amp;", "plain"])
def test_tooltip_shows_the_text_as_it_is_written(qapp: object, text: str) -> None:
    # Qt decides by the text itself; one that is HTML in any case leaves it nothing to guess.
    assert QtGui.Qt.mightBeRichText(tooltip(text))
    assert shown(tooltip(text)) == text


def test_empty_tooltip_stays_empty() -> None:
    assert tooltip("") == ""


def test_description_is_the_text_and_not_the_html(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    set_tooltip(widget, HOSTILE)
    assert shown(widget.toolTip()) == widget.accessibleDescription() == HOSTILE


def test_label_shows_markup_as_text(qtbot: QtBot) -> None:
    label, guessing = PlainLabel(HOSTILE), QLabel(HOSTILE)
    for widget in (label, guessing):
        qtbot.addWidget(widget)
    assert label.textFormat() is Qt.TextFormat.PlainText
    # As Qt guesses by itself, the tags are not painted, and the label is narrower.
    assert label.sizeHint().width() > guessing.sizeHint().width()
    assert RichLabel("<b>B</b>").textFormat() is Qt.TextFormat.RichText


def test_message_box_shows_markup_as_text(qtbot: QtBot) -> None:
    box = message_box("Code sets", HOSTILE)
    qtbot.addWidget(box)
    assert (box.text(), box.textFormat()) == (HOSTILE, Qt.TextFormat.PlainText)
    labels = {label.text(): label.textFormat() for label in box.findChildren(QLabel) if label.text()}
    assert labels == {HOSTILE: Qt.TextFormat.PlainText}
    assert isinstance(box, QMessageBox)


def test_button_shows_an_ampersand_and_takes_no_key(qtbot: QtBot) -> None:
    button = QPushButton(menu_text("Ear & throat"))
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()


def recent_model(row: Row) -> RecentModel:
    model = RecentModel()
    model.set_rows([row])
    return model


def results_model(row: Row) -> ResultsModel:
    model = ResultsModel(lambda _node: ())
    model.set_rows([row])
    return model


def lexicon_model(row: Row) -> LexiconModel:
    model = LexiconModel()
    model.set_lines([LexiconLine(LineKind.ABBREVIATION, row.title, row.title, "", "")])
    model.filter("", None)
    return model


@pytest.mark.parametrize("make", [recent_model, results_model, lexicon_model])
def test_tooltip_of_a_row_shows_a_title_as_it_is_written(
    make: Callable[[Row], QAbstractItemModel], qapp: object
) -> None:
    node = Node(1, System.ICD10CM, "E11.9", HOSTILE, Level.CODE, CodeStatus.VALID, None, 1, False)
    model = make(Row(RowKind.HIT, node, node.code, HOSTILE))
    html = str(model.data(model.index(0, 0), Qt.ItemDataRole.ToolTipRole))
    assert HOSTILE in shown(html)
    assert "<img" not in html


def test_word_of_a_chip_keeps_its_ampersand_and_takes_no_key(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    for chip in (Chip("a&p", parent=parent), WordChip(parent)):
        if isinstance(chip, WordChip):
            chip.show_word("a&p", "", "Remove a&p", "Remove “a&p”")
            assert shown(chip.toolTip()) == "Remove “a&p”"
        assert chip.shortcut().isEmpty()
        assert "a&p" in chip.accessibleName()
