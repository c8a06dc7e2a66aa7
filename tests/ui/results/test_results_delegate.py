"""The layout and painting of a row of results."""

from collections.abc import Callable
from math import ceil
from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.answer import Explanation, Hit
from app.search.parsing.query import MatchKind, Reading
from app.ui.results import results_delegate
from app.ui.results.results_delegate import (
    NARROW_LIST,
    RESULT_HEIGHT,
    ROW_MARGIN,
    TITLE_LEFT,
    ResultsDelegate,
    is_long_descriptor,
    lay_out,
)
from app.ui.results.results_model import (
    ResultsModel,
    Row,
    RowKind,
    branch_rows,
    hit_row,
    variant_rows,
    with_likeness,
)
from app.ui.results.row_style import RowFonts
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme
from app.ui.widgets.marked_line import break_lines

Find = Callable[[str], Node]
TITLE = "Type 2 diabetes mellitus with diabetic polyneuropathy"
MARKS = ((7, 15), (43, 53))
FOUND = (Reading(("diabete",), begins=False), Reading(("neuropathy",)))
"""What the title is found by that is marked so."""

WIDTH = 560


def painted(row: Row, scheme: Scheme = LIGHT, selected: bool = False, zoom: float = 1.0) -> QImage:
    """Return the picture of one row."""
    delegate = ResultsDelegate()
    delegate.set_scheme(scheme)
    delegate.set_zoom(zoom)
    model = ResultsModel(lambda _node: ())
    model.set_rows([row])
    option = QStyleOptionViewItem()
    size = QRect(0, 0, round(WIDTH * zoom), delegate.height_of(row))
    option.rect = size  # type: ignore[attr-defined]
    if selected:
        option.state = QStyle.StateFlag.State_Selected  # type: ignore[attr-defined]
    picture = QImage(size.size(), QImage.Format.Format_ARGB32)
    picture.fill(QColor(scheme.ground))
    painter = QPainter(picture)
    delegate.paint(painter, option, model.index(0))
    painter.end()
    return picture


def colors(picture: QImage, left: int = 0, right: int | None = None) -> set[str]:
    """Return every color between two columns of a picture."""
    columns = range(left, right if right is not None else picture.width())
    return {picture.pixelColor(x, y).name() for x in columns for y in range(picture.height())}


def strongest_role(picture: QImage, left: int, right: int) -> str:
    """Return the role of the light scheme nearest to the color that differs most from the ground, between two columns.

    Text is antialiased: whether any of its pixels has the exact color of its role depends on the fonts of the machine.
    """

    def distance(color: QColor, other: QColor) -> int:
        return abs(color.red() - other.red()) + abs(color.green() - other.green()) + abs(color.blue() - other.blue())

    ground = QColor(LIGHT.ground)
    strongest = max((QColor(name) for name in colors(picture, left, right)), key=lambda color: distance(color, ground))
    roles = [role for role in LIGHT._fields if role != "name"]
    return min(roles, key=lambda role: distance(QColor(getattr(LIGHT, role)), strongest))


@pytest.fixture
def hit(qapp: QApplication, node: Find) -> Row:
    place = "E11.4 › with neurological complications"
    return hit_row(Hit(node("E11.42"), Explanation(MatchKind.TITLE, location=place), FOUND))


@pytest.mark.usefixtures("qapp")
def test_a_title_with_room_is_shown_whole() -> None:
    line = lay_out(TITLE, MARKS, 1000, style.text_font())
    assert line.text == TITLE
    assert line.marks == MARKS


@pytest.mark.usefixtures("qapp")
def test_a_cut_mark_covers_the_ellipsis() -> None:
    uncut = lay_out(TITLE, MARKS, 1000, style.text_font())
    line = lay_out(TITLE, MARKS, uncut.width - 12, style.text_font())
    assert line.text.endswith("…")
    assert line.marks == ((7, 15), (43, len(line.text)))


@pytest.mark.usefixtures("qapp")
def test_marks_beyond_the_cut_are_dropped() -> None:
    uncut = lay_out(TITLE, MARKS, 1000, style.text_font())
    line = lay_out(TITLE, MARKS, uncut.extents[1][0] - 30, style.text_font())
    assert line.marks == ((7, 15),)


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("width", [0, 3, 20, 60, 100, 150, 200, 250, 300, 335])
def test_a_line_never_runs_over_its_width(width: int) -> None:
    line = lay_out(TITLE, MARKS, width, style.text_font())
    assert line.width <= max(width, lay_out("…", (), 1000, style.text_font()).width)
    assert all(end <= line.width + 1 for _, end in line.extents)


@pytest.mark.usefixtures("qapp")
def test_no_space_stands_before_the_ellipsis() -> None:
    lines = [lay_out(TITLE, (), width, style.text_font()).text for width in range(40, 330, 7)]
    assert not [line for line in lines if " …" in line]


def test_a_row_is_54_pixels_and_its_hairline_at_every_zoom(hit: Row) -> None:
    delegate = ResultsDelegate()
    assert delegate.height_of(hit) == RESULT_HEIGHT == 55
    delegate.set_zoom(1.5)
    assert delegate.height_of(hit) == round(55 * 1.5)


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [280, 390, 560])
def test_a_title_that_does_not_fit_is_broken_into_lines(qtbot: QtBot, node: Find, width: int, zoom: float) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    view.resize(round(width * zoom), 400)
    delegate = ResultsDelegate()
    delegate.set_zoom(zoom)
    delegate.set_view(view)
    (row,) = variant_rows(node("S72.011"), [node("S72.011F")])
    breaks = delegate.title_breaks(row)
    lines = delegate.title_lines(row, breaks, view.width())
    assert len(lines) == len(breaks) + 1 > 1
    assert " ".join(line.text for line in lines) == row.title
    single = ResultsDelegate()
    single.set_zoom(zoom)
    assert delegate.height_of(row) == single.height_of(row) + len(breaks) * round(18 * zoom)


def test_the_lines_of_a_long_list_are_broken_once(
    qtbot: QtBot, catalogue: Catalogue, node: Find, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    view.resize(420, 400)
    rows = variant_rows(node("S82"), catalogue.variants(node("S82").id))
    assert len({row.title for row in rows}) > 600
    delegate = ResultsDelegate()
    delegate.set_view(view)
    broken: list[str] = []

    def break_and_count(text: str, *others: Any) -> tuple[int, ...]:
        broken.append(text)
        return break_lines(text, *others)

    monkeypatch.setattr(results_delegate, "break_lines", break_and_count)
    heights = [delegate.height_of(row) for row in rows]
    assert len(broken) > 600
    broken.clear()
    assert [delegate.height_of(row) for row in rows] == heights
    assert broken == []


def test_marks_follow_their_words_onto_the_next_line(qtbot: QtBot, hit: Row) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    view.resize(420, 400)
    delegate = ResultsDelegate()
    delegate.set_view(view)
    lines = delegate.title_lines(hit, delegate.title_breaks(hit), view.width())
    marked = [line.text[start:stop] for line in lines for start, stop in line.marks]
    assert [line.text for line in lines] == ["Type 2 diabetes mellitus with", "diabetic polyneuropathy"]
    assert marked == ["diabetes", "neuropathy"]


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_marked_words_stand_on_the_color_for_them(hit: Row, scheme: Scheme) -> None:
    assert scheme.matched in colors(painted(hit, scheme))
    plain = hit_row(Hit(hit.node, Explanation(MatchKind.TITLE))) if hit.node else hit
    assert scheme.matched not in colors(painted(plain, scheme))


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
def test_the_selected_row_has_its_ground_and_an_accent_bar(hit: Row, scheme: Scheme) -> None:
    picture = painted(hit, scheme, selected=True)
    assert colors(picture, 0, 3) == {scheme.accent, scheme.hairline}
    assert picture.pixelColor(5, 3).name() == scheme.selected
    assert scheme.accent not in colors(painted(hit, scheme), 0, 3)


def test_the_mark_is_a_shape_and_not_only_a_color(qapp: QApplication, node: Find) -> None:
    def middle_and_rim(code: str) -> tuple[bool, bool]:
        """Return whether the mark's center is filled, and its left rim."""
        picture = painted(hit_row(Hit(node(code), Explanation(MatchKind.CODE))))
        center = WIDTH - ROW_MARGIN - 6
        ground = LIGHT.ground
        return (
            picture.pixelColor(center, 18).name() != ground,
            any(picture.pixelColor(center - 5 + step, 18).name() != ground for step in range(3)),
        )

    assert middle_and_rim("E11.42") == (True, True)
    assert middle_and_rim("E11") == (False, True)


def test_a_half_mark_is_filled_on_one_side_only(qapp: QApplication, node: Find) -> None:
    picture = painted(hit_row(Hit(node("G63"), Explanation(MatchKind.CODE))))
    center = WIDTH - ROW_MARGIN - 6
    assert picture.pixelColor(center - 2, 18).name() == LIGHT.valid
    assert picture.pixelColor(center + 2, 18).name() == LIGHT.ground


def test_only_the_opener_opens_a_row(hit: Row, qapp: QApplication, node: Find) -> None:
    delegate = ResultsDelegate()
    assert delegate.opener_span(hit, WIDTH) == (0.0, 0.0)
    family = hit_row(Hit(node("S72.301"), Explanation(MatchKind.CODE)))
    start, end = delegate.opener_span(family, WIDTH)
    assert WIDTH / 2 < start < end < WIDTH - 80


def test_in_a_narrow_list_the_title_has_most_of_the_width(qapp: QApplication, node: Find) -> None:
    delegate = ResultsDelegate()
    family = hit_row(Hit(node("S72.301"), Explanation(MatchKind.CODE)))
    room = {width: delegate.opener_span(family, width)[0] - TITLE_LEFT for width in (NARROW_LIST - 1, NARROW_LIST)}
    assert room[NARROW_LIST - 1] > room[NARROW_LIST] + 60
    assert delegate.opener_span(family, 390)[0] - TITLE_LEFT > 390 * 0.4
    delegate.set_zoom(2.0)
    assert delegate.opener_span(family, 780)[0] - 2 * TITLE_LEFT > 780 * 0.4


def test_variants_are_indented_below_their_row(qapp: QApplication, node: Find) -> None:
    variant = painted(variant_rows(node("S72.301"), [node("S72.301A")])[0])
    family = painted(hit_row(Hit(node("S72.301"), Explanation(MatchKind.CODE))))

    def first_ink(picture: QImage) -> int:
        return next(x for x in range(WIDTH) if LIGHT.ink in colors(picture, x, x + 1))

    assert first_ink(variant) > first_ink(family) + 10


@pytest.mark.parametrize("zoom", [0.7, 1.0, 1.5, 2.5])
@pytest.mark.parametrize("kind", list(RowKind))
def test_every_kind_of_row_is_painted_at_every_zoom(qtbot: QtBot, kind: RowKind, zoom: float) -> None:
    picture = painted(
        Row(kind, code="E11", title="Title " * 40, own_place="place " * 60, own_reason="why " * 60), zoom=zoom
    )
    assert len(colors(picture)) > 2


@pytest.mark.usefixtures("qapp")
def test_the_longest_range_keeps_clear_of_its_title(catalogue: Catalogue) -> None:
    group = catalogue.find(System.CPT, "98000-99499")
    assert group is not None
    picture = painted(Row(RowKind.HIT, group, "98000–99499", ""))
    assert LIGHT.ink in colors(picture, ROW_MARGIN, TITLE_LEFT - 20)
    assert LIGHT.ink not in colors(picture, TITLE_LEFT - 8, TITLE_LEFT)


@pytest.mark.usefixtures("qapp")
def test_the_word_after_a_modifier_is_between_code_and_title(catalogue: Catalogue) -> None:
    modifier = catalogue.find(System.MODIFIER, "25")
    assert modifier is not None
    picture = painted(Row(RowKind.HIT, modifier, "25", ""))
    end_of_code = ROW_MARGIN + ceil(RowFonts.at(1.0).code_metrics.horizontalAdvance("25"))
    assert strongest_role(picture, end_of_code + 1, TITLE_LEFT) == "muted"
    assert colors(picture, TITLE_LEFT - 12, TITLE_LEFT) == {LIGHT.ground, LIGHT.hairline}


@pytest.mark.parametrize("zoom", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("width", [400, 512, 560])
@pytest.mark.parametrize(
    "heading",
    ["S72.01", "S72.011", "T38", "T39", "T40", "T50", "D49", "E11.5", "V32", "V39", "V62"],
)
def test_no_two_rows_of_a_branch_are_shown_alike(
    qtbot: QtBot, catalogue: Catalogue, node: Find, heading: str, width: int, zoom: float
) -> None:
    view = QWidget()
    qtbot.addWidget(view)
    view.resize(round(width * zoom), 400)
    delegate = ResultsDelegate()
    delegate.set_zoom(zoom)
    delegate.set_view(view)
    model = ResultsModel(lambda opened: catalogue.variants(opened.id))
    model.set_rows(branch_rows(node(heading), catalogue.children(node(heading).id)))
    first = model.row(0)
    assert first is not None
    model.open(0)
    title_of: dict[str, set[str]] = {}
    for number in range(model.rowCount()):
        row = model.row(number)
        assert row is not None
        assert row.node is not None
        lines = delegate.title_lines(row, delegate.title_breaks(row), view.width())
        title_of.setdefault(" ".join(line.text for line in lines), set()).add(row.node.title)
    assert [text for text, titles in title_of.items() if len(titles) > 1] == []
    if first.can_open and first.node is not None:
        assert model.rowCount() > len(catalogue.children(node(heading).id))


LONG_BEGINNING = (
    "For diabetics only, modification (including fitting) of off-the-shelf depth-inlay shoe or custom-molded"
)


def hcpcs_row(code: str, title: str) -> Row:
    item = Node(1, System.HCPCS, code, title, Level.ITEM, CodeStatus.VALID, None, 1, False)
    return Row(RowKind.HIT, node=item, code=code, title=title)


def narrow_delegate(qtbot: QtBot) -> tuple[ResultsDelegate, int]:
    view = QWidget()
    qtbot.addWidget(view)
    view.resize(400, 400)
    delegate = ResultsDelegate()
    delegate.set_view(view)
    return delegate, view.width()


def test_descriptors_that_begin_alike_are_whole_and_others_have_three_lines(qtbot: QtBot) -> None:
    delegate, width = narrow_delegate(qtbot)
    titles = [f"{LONG_BEGINNING} shoe with {part}, per shoe" for part in ("wedge(s)", "metatarsal bar")]
    both = with_likeness([hcpcs_row(code, title) for code, title in zip(("A5505", "A5506"), titles, strict=True)])
    shown = [
        " ".join(line.text for line in delegate.title_lines(row, delegate.title_breaks(row), width)) for row in both
    ]
    assert [text.replace("- ", "-") for text in shown] == titles
    (alone,) = with_likeness([hcpcs_row("A5505", titles[0])])
    lines = delegate.title_lines(alone, delegate.title_breaks(alone), width)
    assert len(lines) == 3
    assert lines[-1].text.endswith("…")


def test_a_number_stays_on_the_line_of_its_unit(qtbot: QtBot) -> None:
    delegate, width = narrow_delegate(qtbot)
    broken: list[str] = []
    for letters in range(1, 25):
        row = hcpcs_row("J2507", f"Injection, {'x' * letters} pegloticase, 1 mg per dose")
        lines = delegate.title_lines(row, delegate.title_breaks(row), width)
        broken += [line.text for line in lines[:-1] if line.text[-1].isdigit()]
    assert broken == []


def test_a_long_descriptor_is_lighter_from_its_second_line(qtbot: QtBot, node: Find) -> None:
    delegate, _width = narrow_delegate(qtbot)
    long = hcpcs_row("A5505", f"{LONG_BEGINNING} shoe")
    assert is_long_descriptor(long, delegate.title_breaks(long))
    short = hcpcs_row("A5505", "For diabetics only, and so on for two lines, not more")
    assert len(delegate.title_breaks(short)) == 1
    assert not is_long_descriptor(short, delegate.title_breaks(short))
    (fracture,) = variant_rows(node("S72.01"), [node("S72.011F")])
    assert len(delegate.title_breaks(fracture)) >= 2
    assert not is_long_descriptor(fracture, delegate.title_breaks(fracture))


def test_a_cc_has_a_badge_beside_its_code_set(node: Callable[[str], Node]) -> None:
    delegate, kidney = ResultsDelegate(), node("N17.9")
    row = Row(RowKind.HIT, kidney, kidney.code, kidney.title)
    without = delegate.title_lines(row, (), WIDTH)
    assert picture_with_marks(row, {}) != picture_with_marks(row, {kidney.id: "CC"})
    assert picture_with_marks(row, {node("I10").id: "CC"}) == picture_with_marks(row, {})
    delegate.cc_marks = {kidney.id: "CC"}
    assert len(without) == len(delegate.title_lines(row, (), WIDTH)) == 1


def picture_with_marks(row: Row, marks: dict[int, str]) -> QImage:
    delegate, model = ResultsDelegate(), ResultsModel(lambda _node: ())
    delegate.cc_marks = marks
    model.set_rows([row])
    option = QStyleOptionViewItem()
    option.rect = QRect(0, 0, WIDTH, delegate.height_of(row))  # type: ignore[attr-defined]
    picture = QImage(option.rect.size(), QImage.Format.Format_ARGB32)  # type: ignore[attr-defined]
    picture.fill(QColor(LIGHT.ground))
    painter = QPainter(picture)
    delegate.paint(painter, option, model.index(0))
    painter.end()
    return picture
