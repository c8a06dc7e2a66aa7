"""Manifestation codes, from titles, notes and the Index; and what each of these says that the others do not."""

import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from app.codes.detail import NoteKind
from app.codes.node import CodeStatus, Level
from app.codes.parts import Book
from app.codes.systems import System
from app.library.compiling.icd10cm import plan
from app.library.compiling.manifestations import Signs, signs_of, with_manifestations
from app.library.compiling.nodes import PlannedNode
from app.library.compiling.read_back import LoadedContents
from app.library.contents import IndexBook
from app.releases.files.containers import members
from app.releases.icd.index_xml import read_index
from app.releases.records import IndexEntry, Release, TabularNode
from tests.official import official

ELSEWHERE = "Disorders of things in diseases classified elsewhere"
RELEASE = Release(System.ICD10CM, "FY2017", date(2016, 10, 1), date(2017, 9, 30), ())


def node(
    code: str, title: str = "Disorder", level: Level = Level.CODE, parent: str | None = None, first: str = ""
) -> PlannedNode:
    """A node with a `code first` note if there is a text for it; a valid code if it is one."""
    notes = ((NoteKind.CODE_FIRST, first), (NoteKind.CODE_FIRST, "anything else (A00)")) if first else ()
    status = CodeStatus.VALID if level in (Level.CODE, Level.SEVENTH) else CodeStatus.HEADING
    return PlannedNode(code, title, level, status, parent, TabularNode(code, title, level, parent, notes))


def brackets(*codes: str, book: Book = Book.INDEX) -> list[IndexBook]:
    lines = tuple(IndexEntry(("Disorder", "in"), "code", codes=("A00",), manifestation=code) for code in codes)
    return [IndexBook(RELEASE, book, lines)]


def manifestations(planned: list[PlannedNode], books: Iterable[IndexBook] = ()) -> list[str]:
    nodes = with_manifestations(planned, books)
    assert [n.plain for n in nodes] == [n.plain for n in planned]
    return [n.plain for n in nodes if n.status is CodeStatus.MANIFESTATION]


# The rules


def test_its_own_title_makes_a_manifestation() -> None:
    assert manifestations([node("G01", ELSEWHERE), node("G03")]) == ["G01"]


def test_a_heading_stays_a_heading() -> None:
    (heading,) = with_manifestations([node("F02", ELSEWHERE, Level.CATEGORY)], ())
    assert heading.status is CodeStatus.HEADING


def test_a_note_and_the_title_of_the_category_make_a_manifestation() -> None:
    category = node("D63", ELSEWHERE, Level.CATEGORY)
    codes = [node("D630", parent="D63", first="neoplasm (C00-D49)"), node("D631", parent="D63")]
    assert manifestations([category, *codes]) == ["D630"]


def test_the_note_of_the_category_holds_for_its_codes() -> None:
    category = node("H36", ELSEWHERE, Level.CATEGORY, first="underlying disease, such as:")
    below = [node("H368", "Other", Level.SUBCATEGORY, "H36"), node("H3681", parent="H368")]
    assert manifestations([category, *below, node("H3681A", "Finished", Level.SEVENTH, "H3681")]) == ["H3681", "H3681A"]


@pytest.mark.parametrize("condition", [", if applicable, sepsis (T81.44-)", "underlying condition, if known"])
def test_a_conditional_note_demands_nothing(condition: str) -> None:
    assert manifestations([node("D63", ELSEWHERE, Level.CATEGORY), node("D630", parent="D63", first=condition)]) == []


def test_a_section_says_nothing_about_its_codes() -> None:
    section = node("Y90-Y99", ELSEWHERE, Level.SECTION, first="condition resulting from it")
    assert manifestations([section, node("Y95", parent="Y90-Y99")], brackets("Y95")) == []


@pytest.mark.parametrize(("bracketed", "expected"), [("J84.03", ["J8403"]), ("J84.0-", ["J8403"]), ("J84.02", [])])
def test_brackets_of_the_index_count_with_a_note_of_the_code(bracketed: str, expected: list[str]) -> None:
    planned = [node("J84", level=Level.CATEGORY), node("J8403", parent="J84", first="underlying disease")]
    assert manifestations(planned, brackets(bracketed)) == expected
    assert manifestations(planned, brackets(bracketed, book=Book.EXTERNAL)) == []


def test_brackets_without_a_note_of_the_code_say_only_what_is_coded_second() -> None:
    assert manifestations([node("B963")], brackets("B96.3")) == []
    category = node("M02", level=Level.CATEGORY, first="underlying disease")
    assert manifestations([category, node("M029", parent="M02")], brackets("M02.9")) == []


# The real code set


@pytest.fixture(scope="module")
def planned(library_path: Path) -> list[PlannedNode]:
    """ICD-10-CM as it ships, without an Index."""
    connection = sqlite3.connect(f"file:{library_path}?mode=ro", uri=True)
    try:
        return plan(LoadedContents(connection).icd10cm())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def index() -> list[IndexBook]:
    release = official("icd10cm", "ICD10CM_FY2017_Full_XML.zip")
    (member,) = [member for member in members(release) if member.name.endswith("_index_2017.xml")]
    return [IndexBook(RELEASE, Book.INDEX, tuple(read_index(member)))]


def valid_codes(planned: list[PlannedNode], books: Iterable[IndexBook]) -> dict[str, Signs]:
    return {node.plain: signs for node, signs in signs_of(planned, books) if node.status.billable}


NOT_BY_TITLE = (
    "D630 D631 G130 G131 G132 G731 H36811 H36812 H36813 H36819 H36821 H36822 H36823 H36829 I680 J8403 J910 K82A1 K82A2 "
    "M360 M361 M362 M363 M9060 M90611 M90612 M90619 M90621 M90622 M90629 M90631 M90632 M90639 M90641 M90642 M90649 "
    "M90651 M90652 M90659 M90661 M90662 M90669 M90671 M90672 M90679 M9068 M9069"
)
"""Manifestations whose own title does not say so."""

CONDITIONAL_NOTES = ["E20811", "P91811"]
"""Manifestations by their title, whose `code first` note has `if known`."""

SECOND_IN_BRACKETS = "B90 B96 H02 H16 H35 M02 M07 M12 N90"
"""Categories of codes that stand in brackets and are no manifestations: an agent, a sequela, a finding coded also."""

ALWAYS = "G130 G131 G132 I680 M360 M361 M362 M363 M9060 M90669 H36811 H36829 D631 G731 J910 F0280 K82A1 N521"
NEVER = "B950 B963 H3500 M0280 M029 M1460 E0800 F05 G463 K7110 L97909 N183 R6520 R6521 Y95 Y929 B908 T3696XA"


@pytest.mark.parametrize("code", ALWAYS.split())
def test_real_manifestations(planned: list[PlannedNode], code: str) -> None:
    assert {n.plain: n.status for n in planned}[code] is CodeStatus.MANIFESTATION


@pytest.mark.parametrize("code", NEVER.split())
def test_real_codes_that_may_be_listed_first_or_have_a_rule_of_their_own(planned: list[PlannedNode], code: str) -> None:
    assert {n.plain: n.status for n in planned}.get(code) is not CodeStatus.MANIFESTATION


@pytest.mark.slow
def test_what_the_rules_disagree_on(planned: list[PlannedNode], index: list[IndexBook]) -> None:
    """Each sign against the result, with all codes or their number. A new release may change these lists: read them."""
    codes = valid_codes(planned, index)
    result = {code for code, signs in codes.items() if signs.is_manifestation}
    assert (len(codes), len(result)) == (74_719, 317)

    def not_in_result(sign: str) -> list[str]:
        return [code for code, signs in codes.items() if getattr(signs, sign) and code not in result]

    def lacking(sign: str) -> list[str]:
        return [code for code in codes if code in result and not getattr(codes[code], sign)]

    assert not_in_result("own_title") == []
    # Charcot's joint: the category says it, and no note asks for another code first.
    assert {code[:4] for code in not_in_result("title_above")} == {"M146"}
    assert not_in_result("noted_in_brackets") == []
    assert sorted({code[:3] for code in not_in_result("in_brackets")}) == SECOND_IN_BRACKETS.split()
    assert len(not_in_result("in_brackets")) == 46
    # Poisonings, sequelae, ulcers, severe sepsis, diabetes due to a disease: sequenced by rules of their own.
    assert len(not_in_result("code_first")) == 4424
    # What the rule on titles alone, as it was, did not tell.
    assert lacking("own_title") == NOT_BY_TITLE.split()
    assert lacking("code_first") == CONDITIONAL_NOTES
    assert len(lacking("in_brackets")) == 109


@pytest.mark.slow
def test_without_the_index_one_code_is_missed(planned: list[PlannedNode], index: list[IndexBook]) -> None:
    without = {code for code, signs in valid_codes(planned, ()).items() if signs.is_manifestation}
    with_index = {code for code, signs in valid_codes(planned, index).items() if signs.is_manifestation}
    assert with_index - without == {"J8403"}
    assert without <= with_index
