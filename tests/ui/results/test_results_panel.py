"""The summary over the results, and advice where there are none."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.codes.node import Node
from app.search.answer import Answer, Hit, Question
from app.search.parsing.query import MatchKind
from app.ui.results.results_panel import advice_html, summary
from app.ui.widgets.color_scheme import LIGHT

Find = Callable[[str], Node]


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
    hits = (Hit(node("E11"), MatchKind.CODE), Hit(node("E10"), MatchKind.CODE)) if changes["total"] else ()
    answer = replace(Answer(Question("x"), hits), **changes)  # type: ignore[arg-type]
    assert summary(answer) == text


def test_a_parent_heading_among_the_results_is_not_counted(node: Find) -> None:
    hits = (Hit(node("E11.9"), MatchKind.CODE), Hit(node("E11"), MatchKind.CODE, uncounted=True))
    assert summary(Answer(Question("x"), hits, total=1)) == "1 result + parent heading"
    assert summary(Answer(Question("x"), hits, total=70)) == "2 of 70"


def test_advice_is_escaped_and_its_suggestions_are_links() -> None:
    suggestions = (("without “<b>”", 'a "quoted" word'),)
    answer = Answer(Question("<b>"), advice=("Nothing holds “<b>”.",), suggestions=suggestions)
    html = advice_html(answer, LIGHT)
    assert "<b>" not in html
    assert "&lt;b&gt;" in html
    assert "href='a &quot;quoted&quot; word'" in html
