"""The page of a search that shows no code."""

from collections.abc import Callable

import pytest

from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.search.answer import Answer, CodeState, Explanation, Hit, Question, TypedCode
from app.search.parsing.query import MatchKind
from app.search.texts import no_match
from app.ui.code_page.write_welcome import write_not_found
from tests.ui.code_page.written import Written, written

SYSTEMS = (System.ICD10CM, System.MODIFIER)
NODES = (
    Node(1, System.ICD10CM, "X11", "A heading", Level.CATEGORY, CodeStatus.HEADING, None, 2, True),
    Node(2, System.HCPCS, "X9998", "An ended code", Level.ITEM, CodeStatus.ENDED, None, 1, False),
    Node(3, System.HCPCS, "X1000-X1999", "A range", Level.GROUP, CodeStatus.HEADING, None, 3, True),
    Node(4, System.CPT, "I", "Category I", Level.GROUP, CodeStatus.HEADING, None, 0, True),
)
HITS = tuple(Hit(node, Explanation(MatchKind.CODE)) for node in NODES)

Show = Callable[[Answer], Written]


@pytest.fixture
def show(qapp: object) -> Show:
    return lambda answer: written(lambda page: write_not_found(page, answer, SYSTEMS, None))


def test_codes_near_the_text_are_listed_with_their_marks(show: Show) -> None:
    page = show(Answer(Question("x1"), advice=("x1 is no code.",), near=HITS))
    assert page.lines == [
        "x1",
        "x1 is no code.",
        "Near, but not what was typed",
        "X11\tA heading  2\N{NO-BREAK SPACE}codes",
        "X9998\tAn ended code  ended",
        "X1000–X1999\tA range  3\N{NO-BREAK SPACE}codes",
        "Category I",
    ]
    assert [mark.shape for mark in page.writer.marks] == [node.status for node in NODES]
    assert {address for _, address in page.links} == {f"node:{node.id}" for node in NODES}


def test_of_several_codes_one_that_is_none_has_neither_mark_nor_link(show: Show) -> None:
    codes = (
        TypedCode("x7", None, CodeState.UNKNOWN, "X7 is not among the loaded codes."),
        TypedCode("x11", HITS[0], CodeState.UNFINISHED, ""),
    )
    page = show(Answer(Question("x7 x11"), HITS[:1], advice=("2 codes",), typed_codes=codes))
    assert page.lines == [
        "2 codes",
        "X7\tX7 is not among the loaded codes.",
        "X11\tA heading  2\N{NO-BREAK SPACE}codes",
    ]
    assert len(page.writer.marks) == 1
    assert {address for _, address in page.links} == {"node:1"}


@pytest.mark.parametrize(
    ("text", "advice", "second"),
    [
        ("zqxv", no_match("zqxv"), "Abbreviations, everyday words and other spellings were tried too."),
        ("mod: zqxv", no_match("zqxv"), "Abbreviations, everyday words and other spellings were tried too."),
        ("D9999", "D9999 has the form of a dental code.", "D9999 has the form of a dental code."),
    ],
)
def test_only_words_were_tried_in_other_spellings(show: Show, text: str, advice: str, second: str) -> None:
    assert show(Answer(Question(text), advice=(advice,))).lines[:2] == [f"No match for “{text}”", second]


@pytest.mark.parametrize(("text", "searched"), [("zqxv", "ICD-10-CM, Modifiers"), ("mod: zqxv", "Modifiers")])
def test_a_scope_in_the_text_limits_what_was_searched(show: Show, text: str, searched: str) -> None:
    assert searched in show(Answer(Question(text), advice=(no_match("zqxv"),))).lines
