"""The small parts of the shell: visits, beginning, settings, search bar, status bar, style."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.codes.node import Node
from app.codes.systems import READING_ORDER, System
from app.library.reading.catalogue import Catalogue
from app.notebook.history import OpenedCode
from app.search.answer import Answer, Filters, Question
from app.ui.main_window.back_forward import BackForward
from app.ui.main_window.search_bar import SearchBar
from app.ui.main_window.status_bar import StatusBar, expiry_warning
from app.ui.results.results_model import RowKind
from app.ui.results.results_panel import advice_html, summary
from app.ui.results.start_rows import opened_text, start_rows
from app.ui.settings import Settings
from app.ui.widgets import fonts_and_palette as style
from app.ui.widgets.chips import count_text
from app.ui.widgets.color_scheme import DARK, LIGHT, Scheme
from app.ui.widgets.elided import SummaryLine

Find = Callable[[str], Node]
NOW = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)


# Visits


A, B, C, PASSED = ((System.ICD10CM, code) for code in ("A00", "B00", "C00", "D50"))


def test_back_and_forward_lead_through_the_visits() -> None:
    visits = BackForward()
    for place in (A, B, C):
        visits.visit(place)
    assert [visits.back(C), visits.back(B), visits.back(A)] == [B, A, None]
    assert [visits.forward(), visits.forward(), visits.forward()] == [B, C, None]


def test_a_visit_after_going_back_drops_what_lay_ahead() -> None:
    visits = BackForward()
    for place in (A, B):
        visits.visit(place)
    visits.back(B)
    visits.visit(C)
    assert not visits.can_go_forward()
    assert visits.back(C) == A


def test_what_was_only_passed_over_leads_back_to_the_last_visit() -> None:
    visits = BackForward()
    visits.visit(A)
    assert visits.back(PASSED) == A
    assert visits.back(A) is None
    assert visits.can_go_back(PASSED)
    assert not visits.can_go_back(A)


# Beginning


def test_without_a_history_there_are_only_things_to_try() -> None:
    rows = start_rows((), lambda _system, _code: None, NOW)
    assert {row.kind for row in rows} == {RowKind.CAPTION, RowKind.EXAMPLE}


def test_a_code_that_is_gone_keeps_the_title_that_it_had(node: Find) -> None:
    opened = [
        OpenedCode(System.ICD10CM, "E11.9", "An older title", NOW, 1),
        OpenedCode(System.ICD10CM, "E99.9", "A title of its time", NOW, 1),
    ]
    known = {"E11.9": node("E11.9")}
    rows = [row for row in start_rows(opened, lambda _s, code: known.get(code), NOW) if row.kind is RowKind.RECENT]
    assert [(row.title, row.node is None, bool(row.reason)) for row in rows] == [
        (node("E11.9").title, False, False),
        ("A title of its time", True, True),
    ]


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(0), "opened today at 15:30"),
        (timedelta(hours=16), "opened yesterday"),
        (timedelta(days=7), "opened on 3 Mar 2026"),
        (timedelta(seconds=-5), "opened today at 15:30"),
    ],
)
def test_when_a_code_was_opened(ago: timedelta, said: str) -> None:
    assert opened_text(NOW - ago, NOW) == said


# Settings


def test_choices_outlive_the_window(tmp_path: Path) -> None:
    first = Settings(tmp_path)
    first.zoom, first.scheme, first.system = 1.25, "dark", System.ICD10PCS
    first.within = first.last_code = (System.ICD10CM, "E08-E13")
    first.valid_only = first.tree_hidden = True
    first.geometry = first.splitter = QByteArray(b"\x00\x01 and so on")
    first.save()
    again = Settings(tmp_path)
    assert (again.zoom, again.scheme, again.system) == (1.25, "dark", System.ICD10PCS)
    assert again.within == again.last_code == (System.ICD10CM, "E08-E13")
    assert again.valid_only
    assert again.tree_hidden
    assert again.geometry == again.splitter == QByteArray(b"\x00\x01 and so on")
    assert again.is_persistent


def test_an_agreement_is_remembered_for_each_kind_of_files(tmp_path: Path) -> None:
    first = Settings(tmp_path)
    assert not first.has_accepted("ama")
    first.accept("ama")
    first.files_folder = "/some/where"
    again = Settings(tmp_path)
    assert again.has_accepted("ama")
    assert not again.has_accepted("cms")
    assert again.files_folder == "/some/where"


def test_without_a_folder_choices_last_as_long_as_the_window() -> None:
    settings = Settings(None)
    settings.zoom = 1.5
    settings.save()
    assert settings.zoom == 1.5
    assert not settings.is_persistent


def test_nonsense_in_the_file_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "codarium.ini").write_text(
        "[look]\nzoom=enormous\nscheme=mauve\n[filters]\nsystem=icd9\nwithin=nothing\n[last]\ncode=icd10cm:\n"
        "[window]\ngeometry=@ByteArray(rubbish)\nsplitter=7\n",
        encoding="utf-8",
    )
    settings = Settings(tmp_path)
    assert (settings.zoom, settings.scheme) == (1.0, "system")
    assert (settings.system, settings.within, settings.last_code) == (None, None, None)
    assert settings.splitter.isEmpty()
    (tmp_path / "codarium.ini").write_bytes(b"\xff\xfe\x00[[[zoom=9999")
    assert Settings(tmp_path).zoom == 1.0


# Search bar


@pytest.fixture
def bar(qtbot: QtBot, catalogue: Catalogue) -> SearchBar:
    made = SearchBar((System.ICD10CM, System.ICD10PCS), catalogue.roots)
    made.set_zoom(1.0)
    qtbot.addWidget(made)
    return made


def test_filters_say_what_is_chosen(bar: SearchBar, node: Find) -> None:
    assert bar.filters() == Filters()
    bar.chips[System.ICD10PCS].click()
    bar.valid_only.click()
    assert bar.filters() == Filters(frozenset({System.ICD10PCS}), None, True)
    bar.set_within(node("13"))
    assert bar.filters() == Filters(frozenset(), node("13").id, True), "a branch of another code set lets that go"
    bar.set_system(System.ICD10PCS)
    assert bar.within is None


def test_exactly_the_chosen_chip_is_on(bar: SearchBar) -> None:
    def on() -> list[bool]:
        return [chip.isChecked() for chip in (bar.all_chip, *bar.chips.values())]

    assert on() == [True, False, False]
    bar.chips[System.ICD10CM].click()
    assert on() == [False, True, False]
    bar.chips[System.ICD10CM].click()
    assert on() == [True, False, False]
    bar.all_chip.click()
    assert on() == [True, False, False]


@pytest.mark.parametrize(
    ("width", "zoom", "rows", "count_text"),
    [(1440, 1.0, 1, True), (1100, 1.0, 2, True), (600, 1.0, 2, False), (600, 1.5, 3, False), (2000, 1.5, 1, True)],
)
def test_all_filters_can_be_read_at_every_width(
    qtbot: QtBot, catalogue: Catalogue, width: int, zoom: float, rows: int, count_text: bool
) -> None:
    bar = SearchBar(READING_ORDER, catalogue.roots)
    qtbot.addWidget(bar)
    bar.set_zoom(zoom)
    bar.resize(width, bar.sizeHint().height())
    bar.show()
    parts = [bar.box, bar.all_chip, *bar.chips.values(), bar.branch_chip, bar.valid_only]
    qtbot.waitUntil(lambda: all(part.width() > 0 for part in parts))
    QApplication.processEvents()
    bar.resize(width, bar.sizeHint().height())
    QApplication.processEvents()
    for part in parts[1:]:
        assert part.width() >= part.sizeHint().width()
        assert part.mapTo(bar, part.rect().bottomRight()).x() < width
    assert len({part.mapTo(bar, part.rect().center()).y() // (20 * zoom) for part in parts}) == rows
    bar.chips[System.MODIFIER].set_count("12")
    assert bar.chips[System.MODIFIER].accessibleName() == "Modifiers 12"
    assert (bar.chips[System.CPT].sizeHint().width() > 60 * zoom) == count_text


def test_a_chip_keeps_its_width_whatever_it_counts(bar: SearchBar) -> None:
    chip = bar.chips[System.ICD10CM]
    widths = set[int]()
    for count in ("", "3", "214", "1,000+"):
        chip.set_count(count)
        widths.add(chip.sizeHint().width())
    assert len(widths) == 1
    assert chip.accessibleName() == "ICD-10-CM 1,000+"


@pytest.mark.parametrize(("number", "exact", "said"), [(7, True, "7"), (1000, True, "1,000"), (1000, False, "1,000+")])
def test_a_lower_bound_says_that_it_is_one(number: int, exact: bool, said: str) -> None:
    assert count_text(number, exact) == said


# Results header


@pytest.mark.parametrize(
    ("changes", "said"),
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
def test_the_header_is_honest(node: Find, changes: dict[str, object], said: str) -> None:
    from app.search.answer import Hit
    from app.search.parsing.query import MatchKind

    hits = (Hit(node("E11"), MatchKind.CODE), Hit(node("E10"), MatchKind.CODE)) if changes["total"] else ()
    answer = replace(Answer(Question("x"), hits), **changes)  # type: ignore[arg-type]
    assert summary(answer) == said


def test_a_heading_beside_what_was_found_is_not_counted_but_said(node: Find) -> None:
    from app.search.answer import Hit
    from app.search.parsing.query import MatchKind

    hits = (Hit(node("E11.9"), MatchKind.CODE), Hit(node("E11"), MatchKind.CODE, uncounted=True))
    assert summary(Answer(Question("x"), hits, total=1)) == "1 result + parent heading"
    assert summary(Answer(Question("x"), hits, total=70)) == "2 of 70"


def test_the_header_is_cut_where_it_says_what_was_read(qtbot: QtBot) -> None:
    words = "9 results · “mibc” read as <i>cancer &amp; neoplasm of urinary bladder</i>"
    line = SummaryLine()
    qtbot.addWidget(line)
    line.resize(2000, 30)
    line.set_html(words)
    assert (line.text(), line.toolTip()) == (words, "")
    line.resize(line.sizeHint().width() - 40, 30)
    line.show()
    assert line.text().startswith("9 results · “mibc” read as <i>cancer &amp; neo")
    assert line.text().endswith("…</i>")
    assert line.sizeHint().width() <= line.width()
    assert words in line.toolTip()
    line.resize(2000, 30)
    assert (line.text(), line.toolTip()) == (words, "")


def test_advice_is_escaped_and_its_suggestions_are_links() -> None:
    suggestions = (("without “<b>”", 'a "quoted" word'),)
    answer = Answer(Question("<b>"), advice=("Nothing holds “<b>”.",), suggestions=suggestions)
    html = advice_html(answer, LIGHT)
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "href='a &quot;quoted&quot; word'" in html


# Status bar


def test_a_release_that_has_ended_is_said_to_have(qtbot: QtBot, catalogue: Catalogue) -> None:
    code_set = catalogue.code_sets()[0]
    last = code_set.effective_to
    assert last is not None
    assert expiry_warning(code_set, last) == ""
    said = expiry_warning(code_set, last + timedelta(days=1))
    assert said == f"ended {last.day} {last:%b %Y}: add FY{last.year + 1}"


def test_the_status_bar_says_less_where_there_is_little_room(qtbot: QtBot, catalogue: Catalogue) -> None:
    bar = StatusBar(catalogue.code_sets(), date(2030, 1, 1))
    bar.set_zoom(1.0)
    qtbot.addWidget(bar)
    bar.resize(1400, 28)
    bar.show()
    long = bar.text()
    bar.resize(560, 28)
    assert len(bar.text()) < len(long)
    assert bar.text().count("ended") == long.count("ended")
    # Shortened, not clipped.
    row = bar.layout()
    assert row is not None
    assert row.minimumSize().width() <= bar.width()
    bar.resize(1400, 28)
    assert bar.text() == long


def test_a_warning_is_shortened_too_and_keeps_all_its_words_in_the_tip(qtbot: QtBot, catalogue: Catalogue) -> None:
    bar = StatusBar(catalogue.code_sets(), date(2030, 1, 1))
    qtbot.addWidget(bar)
    bar.resize(560, 28)
    bar.show()
    bar.show_warning("Your notebook was damaged. It was set aside as notebook-damaged.db and a new one begun.")
    assert "Your notebook was damaged" in bar.text()
    assert "set aside" not in bar.text()
    bar.resize(2000, 28)
    assert "set aside" in bar.text()


def test_code_sets_that_were_not_asked_for_are_counted_honestly(bar: SearchBar) -> None:
    """Beyond a thousand nobody counts them, although the one that was asked for is counted exactly."""
    bar.chips[System.ICD10PCS].click()
    found = {System.ICD10CM: 1000, System.ICD10PCS: 1}
    bar.show_counts(Answer(Question("fracture", bar.filters()), total=1, by_system=found))
    assert bar.all_chip.count == "1,001+"
    assert bar.chips[System.ICD10CM].count == "1,000+"
    assert bar.chips[System.ICD10PCS].count == "1"


def test_a_count_that_another_code_set_lacks_is_no_exact_one(bar: SearchBar) -> None:
    bar.chips[System.ICD10PCS].click()
    bar.show_counts(Answer(Question("knee", bar.filters()), total=40, by_system={System.ICD10PCS: 40}))
    assert [bar.all_chip.count, bar.chips[System.ICD10CM].count] == ["", ""]
    bar.show_counts(Answer(Question("knee", bar.filters()), total=40, by_system={System.ICD10PCS: 40, System.HCPCS: 3}))
    assert bar.all_chip.count == "43"


@pytest.mark.parametrize(
    ("found", "at_least", "chips"),
    [
        ({System.ICD10CM: 1000, System.ICD10PCS: 12}, True, ["1,000+", "1,000+", "12"]),
        # Quoted words: reading ended before everything was counted, wherever it did.
        ({System.ICD10CM: 400, System.ICD10PCS: 12}, True, ["412+", "400+", "12+"]),
        ({System.ICD10CM: 1000, System.ICD10PCS: 0}, False, ["1,000", "1,000", "0"]),
    ],
)
def test_lower_bounds_are_called_that(
    bar: SearchBar, found: dict[System, int], at_least: bool, chips: list[str]
) -> None:
    total = min(1000, sum(found.values()))
    bar.show_counts(Answer(Question("words"), total=total, at_least=at_least, by_system=found))
    assert [bar.all_chip.count, *(chip.count for chip in bar.chips.values())] == chips


# Style


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("zoom", [0.7, 1.0, 2.5])
def test_no_mark_is_left_in_the_style_sheet(scheme: Scheme, zoom: float) -> None:
    sheet = style.stylesheet(scheme, zoom)
    assert "@" not in sheet
    assert scheme.accent in sheet


def test_lengths_follow_the_zoom() -> None:
    assert "padding: 0 10px" in style.stylesheet(LIGHT, 1.0)
    assert "padding: 0 20px" in style.stylesheet(LIGHT, 2.0)


def test_codes_are_set_in_a_face_whose_figures_are_all_as_wide(qapp: QApplication) -> None:
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(style.mono_font())
    assert len({round(metrics.horizontalAdvance(letter), 2) for letter in "0123456789ABCXYZ."}) == 1
