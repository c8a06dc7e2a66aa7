"""The summary over the results, advice where there are none, and the menus of rows."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.answer import Answer, CodeState, Explanation, Hit, Question, TypedCode
from app.search.parsing.query import MatchKind
from app.ui.results.answer_text import OTHER_SEARCHES, advice_html, summaries, summary
from app.ui.results.narrowing_strip import FOLDED_HEIGHT
from app.ui.results.results_delegate import RESULT_HEIGHT
from app.ui.results.results_model import RowKind
from app.ui.results.results_panel import ResultsPanel
from app.ui.widgets.color_scheme import DARK, LIGHT

Find = Callable[[str], Node]


@pytest.fixture
def panel(catalogue: Catalogue, qtbot: QtBot) -> ResultsPanel:
    panel = ResultsPanel(lambda _node: (), catalogue.counterparts)
    qtbot.addWidget(panel)
    return panel


def test_the_menu_of_a_row_acts_on_its_code(panel: ResultsPanel, node: Find) -> None:
    copied: list[str] = []
    opened: list[int] = []
    panel.copy_requested.connect(copied.append)
    panel.node_chosen.connect(opened.append)
    panel.show_answer(Answer(Question("x"), (Hit(node("M17.11"), Explanation(MatchKind.CODE)),), total=1))
    menu = panel.row_menu(0)
    assert menu is not None
    actions = {action.text(): action for action in menu.actions() if not action.isSeparator()}
    assert list(actions)[:3] == ["Copy M17.11", "Copy code and title", "Show in code tree"]
    actions["Copy M17.11"].trigger()
    actions["Other side: left M17.12"].trigger()
    assert copied == ["M17.11"]
    assert opened == [node("M17.12").id]


def test_a_code_without_sides_and_a_missing_row_have_no_other_side(panel: ResultsPanel, node: Find) -> None:
    panel.show_answer(Answer(Question("x"), (Hit(node("E11.40"), Explanation(MatchKind.CODE)),), total=1))
    menu = panel.row_menu(0)
    assert menu is not None
    assert not any("side" in action.text() for action in menu.actions())
    assert panel.row_menu(1) is None


SENTENCE = "99285 has the form of a CPT code; add your licensed file to see it."


def row_codes(panel: ResultsPanel) -> list[tuple[RowKind, str]]:
    rows = (panel.model.row(number) for number in range(panel.model.rowCount()))
    return [(row.kind, row.code) for row in rows if row is not None]


def test_offers_stand_below_a_statement_and_none_is_selected(panel: ResultsPanel, node: Find, qtbot: QtBot) -> None:
    near = (Hit(node("E11.4"), Explanation(MatchKind.CODE)), Hit(node("E11.40"), Explanation(MatchKind.CODE)))
    with qtbot.waitSignal(panel.nothing_shown):
        panel.show_answer(Answer(Question("99285"), advice=(SENTENCE,), near=near))
    assert row_codes(panel) == [
        (RowKind.STATEMENT, "99285"),
        (RowKind.CAPTION, ""),
        (RowKind.HIT, "E11.4"),
        (RowKind.HIT, "E11.40"),
    ]
    statement = panel.model.row(0)
    assert statement is not None
    assert (statement.title, statement.place) == ("Not a loaded code", SENTENCE.removeprefix("99285 "))
    assert panel.current_row() is None
    panel.step(1)
    current = panel.current_row()
    assert current is not None
    assert current.code == "E11.4"
    panel.step(-1)
    assert panel.current_row() == current


def test_words_without_a_match_have_a_statement_too(panel: ResultsPanel, node: Find) -> None:
    advice = ("No match for “glaive fever”.",)
    near = Hit(node("E11.4"), Explanation(MatchKind.SPELLING))
    panel.show_answer(Answer(Question("glaive fever"), advice=advice, near=(near,)))
    statement = panel.model.row(0)
    assert statement is not None
    assert (statement.code, statement.title, statement.place) == ("", "“glaive fever”", advice[0])


def test_several_codes_have_a_row_each(panel: ResultsPanel, node: Find, qtbot: QtBot) -> None:
    hit = Hit(node("E11.40"), Explanation(MatchKind.CODE, "valid"))
    typed = (
        TypedCode("e11.40", hit, CodeState.VALID, "valid"),
        TypedCode("99285", None, CodeState.NOT_LOADED, SENTENCE),
    )
    answer = Answer(Question("x"), (hit,), total=1, advice=("2 codes: 1 valid, 1 not loaded",), typed_codes=typed)
    panel.show_answer(answer)
    assert row_codes(panel) == [(RowKind.HIT, "E11.40"), (RowKind.STATEMENT, "99285")]
    assert summary(answer) == "2 codes: 1 valid, 1 not loaded"
    assert panel.current_row() == panel.model.row(0)
    with qtbot.waitSignal(panel.nothing_shown):
        panel.show_answer(replace(answer, typed_codes=typed[::-1]))
    assert panel.current_row() is None


@pytest.mark.parametrize(
    ("text", "near", "is_folded"),
    [("99285", True, True), ("zqxv", False, True), ("zqxv fever", False, False), ("no insurance", True, False)],
)
def test_the_strip_is_folded_where_one_word_has_no_match(
    panel: ResultsPanel, node: Find, text: str, near: bool, is_folded: bool
) -> None:
    offers = (Hit(node("E11.4"), Explanation(MatchKind.CODE)),) if near else ()
    panel.show_answer(Answer(Question(text), near=offers))
    assert (panel.narrowing_strip.height() == FOLDED_HEIGHT) == is_folded
    panel.narrowing_strip.show_words(text, ())
    assert bool(panel.narrowing_strip.removable) != is_folded


def test_the_sentence_above_offers_is_not_repeated_below_them(panel: ResultsPanel, node: Find) -> None:
    near = (Hit(node("E11.4"), Explanation(MatchKind.CODE)),)
    footer = panel.findChild(QLabel, "results_footer")
    assert footer is not None
    panel.show_answer(Answer(Question("99285"), advice=(SENTENCE,), near=near))
    assert footer.isHidden()
    panel.show_answer(Answer(Question("lozapine"), advice=(SENTENCE, "More."), near=near))
    assert "form of a CPT code" not in footer.text()
    assert "More." in footer.text()
    answer = Answer(Question("lozapine"), advice=(SENTENCE,), suggestions=(("loxapine", "loxapine"),), near=near)
    panel.show_answer(answer)
    assert not footer.isHidden()
    assert OTHER_SEARCHES in footer.text()


def test_a_screen_reader_says_that_an_offer_is_one(panel: ResultsPanel, node: Find) -> None:
    hit = Hit(node("E11.4"), Explanation(MatchKind.CODE))
    panel.show_answer(Answer(Question("99285"), advice=(SENTENCE,), near=(hit,)))
    texts = [panel.model.index(number).data(Qt.ItemDataRole.AccessibleTextRole) for number in range(3)]
    assert texts[1] == "Near, but not what was typed"
    assert texts[2].startswith("Offer, not what was typed, E11.4, ")
    panel.show_answer(Answer(Question("e114"), (hit,), total=1))
    assert panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("E11.4, ")


def test_a_long_statement_wraps_in_a_narrow_list(panel: ResultsPanel, node: Find) -> None:
    hit = Hit(node("E11.4"), Explanation(MatchKind.CODE))
    panel.resize(900, 600)
    panel.show()
    panel.show_answer(Answer(Question("99285"), advice=(SENTENCE,), near=(hit,)))
    heights = list[int]()
    for width in (900, 300, 900):
        panel.resize(width, 600)
        QApplication.processEvents()
        heights.append(panel.list.visualRect(panel.model.index(0)).height())
    assert heights[0] == heights[2] == RESULT_HEIGHT < heights[1]
    assert panel.list.visualRect(panel.model.index(2)).height() == RESULT_HEIGHT


def test_an_answer_without_rows_and_advice_keeps_its_text_in_another_scheme(panel: ResultsPanel) -> None:
    panel.show_answer(Answer(Question("x"), ()))
    panel.set_scheme(DARK)
    label = panel.findChild(QLabel, "no_results")
    assert label is not None
    assert label.text() == "No match"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"total": 0}, "no match"),
        ({"total": 214}, "2 of 214"),
        ({"total": 2}, "2 results"),
        ({"total": 1000, "at_least": True}, "2 of more than 1,000"),
        (
            {"total": 214, "read_as": "“dm2” read as type 2 <diabetes>"},
            "2 of 214 · “dm2” read as <i>type 2 &lt;diabetes&gt;</i>",
        ),
    ],
)
def test_the_summary_counts_the_results(node: Find, changes: dict[str, object], text: str) -> None:
    hits = (
        (Hit(node("E11"), Explanation(MatchKind.CODE)), Hit(node("E10"), Explanation(MatchKind.CODE)))
        if changes["total"]
        else ()
    )
    answer = replace(Answer(Question("x"), hits), **changes)  # type: ignore[arg-type]
    assert summary(answer) == text


def test_the_summary_has_shorter_forms_for_a_narrow_list(node: Find) -> None:
    hit = Hit(node("E11.40"), Explanation(MatchKind.TITLE))
    answer = Answer(Question("dm2"), (hit,), total=1000, at_least=True, read_as="“dm2” read as type 2 diabetes")
    assert summaries(answer) == (
        "1 of more than 1,000 · “dm2” read as <i>type 2 diabetes</i>",
        "1 of more than 1,000 · read as <i>type 2 diabetes</i>",
        "1 of 1,000+ · read as <i>type 2 diabetes</i>",
        "1 of more than 1,000 · <i>type 2 diabetes</i>",
        "1 of 1,000+ · <i>type 2 diabetes</i>",
    )


def test_a_parent_heading_among_the_results_is_not_counted(node: Find) -> None:
    hits = (
        Hit(node("E11.9"), Explanation(MatchKind.CODE)),
        Hit(node("E11"), Explanation(MatchKind.CODE), uncounted=True),
    )
    assert summary(Answer(Question("x"), hits, total=1)) == "1 result + parent heading"
    assert summary(Answer(Question("x"), hits, total=70)) == "2 of 70"


def test_advice_is_escaped_and_its_suggestions_are_links() -> None:
    suggestions = (("without “<b>”", 'a "quoted" word'),)
    answer = Answer(Question("<b>"), advice=("Nothing holds “<b>”.",), suggestions=suggestions)
    html = advice_html(answer, LIGHT)
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "href='a &quot;quoted&quot; word'" in html


def test_a_branch_without_a_code_of_its_own_is_named_by_its_title(panel: ResultsPanel, catalogue: Catalogue) -> None:
    category = catalogue.find(System.CPT, "I")
    assert category is not None
    panel.show_branch(category, (), -1)
    label = panel.findChild(QLabel, "results_summary")
    assert label is not None
    panel.resize(900, 600)
    assert label.text() == "<i>Category I</i> · 6 codes"
    panel.show_branch(replace(category, code="CPT", title=""), (), -1)
    assert label.text() == "CPT"
