"""Lines of sibling rows: no two read alike, and as few words are left out as must be."""

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from app.ui.browse.distinct_lines import MOST_LINES, distinct_lines
from app.ui.widgets import fonts_and_palette as style

ENCOUNTERS = [
    f"{encounter} encounter for {fracture} fracture{kind}{healing}"
    for encounter, healings in (("initial", ("",)), ("subsequent", (" with routine healing", " with nonunion")))
    for healing in healings
    for fracture, kind in (("closed", ""), ("open", " type I or II"), ("open", " type IIIA, IIIB, or IIIC"))
]


@pytest.fixture
def metrics(qapp: QApplication) -> QFontMetricsF:
    return QFontMetricsF(style.text_font(1.0))


def lines(titles: list[str], width: float, metrics: QFontMetricsF) -> list[tuple[str, ...]]:
    return distinct_lines(titles, [width] * len(titles), metrics)


def test_titles_with_room_are_whole_and_have_one_line(metrics: QFontMetricsF) -> None:
    assert lines(ENCOUNTERS, 2000, metrics) == [(title,) for title in ENCOUNTERS]


def test_titles_that_differ_in_what_is_seen_are_cut(metrics: QFontMetricsF) -> None:
    titles = ["Adverse effect of penicillins", "Underdosing of penicillins"]
    width = metrics.horizontalAdvance("Adverse effect of pen…")
    (first,), (second,) = lines(titles, width, metrics)
    assert first.startswith("Adverse eff")
    assert first.endswith("…")
    assert second.startswith("Underdos")


def test_what_siblings_share_is_left_out_in_the_middle(metrics: QFontMetricsF) -> None:
    titles = [f"with diabetic peripheral angiopathy {end} gangrene" for end in ("without", "with")]
    width = metrics.horizontalAdvance("… without gangrene") + 1
    for title, (begin, end) in zip(titles, lines(titles, width, metrics), strict=True):
        assert begin.startswith("with diabetic")
        assert begin.endswith("…")
        assert end.startswith("…")
        assert title.endswith(end.removeprefix("…"))
        assert end.endswith((" without gangrene", " with gangrene"))


def test_two_lines_are_used_where_they_hold_the_whole_title(metrics: QFontMetricsF) -> None:
    titles = ["Poisoning by penicillins, assault", "Poisoning by penicillins, undetermined"]
    width = metrics.horizontalAdvance("Poisoning by penicillins,") + 1
    assert lines(titles, width, metrics) == [
        ("Poisoning by penicillins,", "assault"),
        ("Poisoning by penicillins,", "undetermined"),
    ]


@pytest.mark.parametrize("width", [80, 100, 120, 160, 200, 300, 400])
def test_no_two_rows_read_alike(metrics: QFontMetricsF, width: int) -> None:
    rows = lines(ENCOUNTERS, width, metrics)
    assert len(set(rows)) == len(ENCOUNTERS)
    assert max(len(row) for row in rows) <= MOST_LINES


def test_titles_that_differ_at_their_beginning_only_can_be_told_too(metrics: QFontMetricsF) -> None:
    titles = [
        f"Echinococcus {name} infection{place}"
        for name in ("granulosus", "multilocularis")
        for place in (" of liver", ", other and multiple sites", ", unspecified")
    ]
    for width in (80, 120, 160):
        assert len(set(lines(titles, width, metrics))) == len(titles)


def test_rows_of_the_same_title_stay_as_they_are(metrics: QFontMetricsF) -> None:
    assert lines(["the same words"] * 3, 40, metrics) == lines(["the same words"], 40, metrics) * 3


def test_no_word_is_lost_between_the_first_line_and_the_ellipsis(metrics: QFontMetricsF) -> None:
    titles = ["Percutaneous Endoscopic Approach, Hand-Assisted", "Percutaneous Endoscopic Approach"]
    width = metrics.horizontalAdvance("Percutaneous En")
    begin, end = lines(titles, width, metrics)[1]
    assert begin.startswith("Percutaneous")
    assert begin.endswith("…")
    # `… Approach` would say that it is not endoscopic.
    assert end.startswith("…")
    assert end.endswith("ic Approach")


@pytest.mark.parametrize("width", [112, 160, 200])
def test_procedures_take_two_lines_at_most(metrics: QFontMetricsF, width: int) -> None:
    titles = [
        *("Open Approach", "Percutaneous Endoscopic Approach, Hand-Assisted", "Percutaneous Endoscopic Approach"),
        *("Via Natural or Artificial Opening", "Via Natural or Artificial Opening Endoscopic"),
    ]
    rows = lines(titles, width, metrics)
    assert max(map(len, rows)) <= 2
    assert len(set(rows)) == len(titles)
