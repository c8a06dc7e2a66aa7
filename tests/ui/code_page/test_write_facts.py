"""The facts on a code's page, from made-up records: dates, fields, links, modifiers, equivalents, notice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from app.codes.dates import day_in_words
from app.codes.detail import Change, ChangeKind, Detail, Equivalent, Field, IndexLine, Link, Passage
from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.ui.code_page.page_style import TextSize
from app.ui.code_page.write_code import MAX_LARGE_TITLE, write_code_page
from app.ui.code_page.write_facts import date_lines
from app.ui.widgets.fonts_and_palette import BASE_PIXELS
from app.ui.widgets.symbols import FacilityMark
from tests.ui.code_page.written import Written, written

SECTION = Node(1, System.HCPCS, "J", "Drugs", Level.GROUP, CodeStatus.HEADING, None, 2, True)
CODE = Node(2, System.HCPCS, "J0001", "Injection, made-up drug, 5 mg", Level.ITEM, CodeStatus.VALID, 1, 1, False)
DAY = date(2025, 10, 1)

Show = Callable[..., Written]


def detail(node: Node = CODE, status: str = "Valid for submission") -> Detail:
    """Return a code without any facts."""
    return Detail(node, status, (SECTION,), (), (), (), (), (), (), None, None, (), "October 2025")


@pytest.fixture
def show(qapp: object) -> Show:
    def page(detail: Detail, *expanded: str, is_narrow: bool = False, own_words: bool = False) -> Written:
        opened_names = frozenset(expanded)
        return written(
            lambda writer: write_code_page(writer, detail, opened_names, 50, own_words=own_words), is_narrow=is_narrow
        )

    return page


def over(last: date) -> Detail:
    """Return an ended code, with the day in its status."""
    return replace(detail(replace(CODE, status=CodeStatus.ENDED), f"Ended on {day_in_words(last)}"), valid_to=last)


def test_the_top_has_code_set_code_title_status_and_date(show: Show) -> None:
    page = show(replace(detail(), valid_from=date(2010, 1, 1)))
    assert page.lines == [
        "HCPCS Level II › J Drugs",
        "J0001",
        "Injection, made-up drug, 5 mg",
        "Valid for submission\N{NO-BREAK SPACE}· October 2025",
        "Effective 1 Jan 2010",
    ]


@pytest.mark.parametrize(("length", "is_large"), [(MAX_LARGE_TITLE, True), (MAX_LARGE_TITLE + 1, False)])
def test_a_title_that_is_a_paragraph_is_no_larger_than_the_text(show: Show, length: int, is_large: bool) -> None:
    page = show(detail(replace(CODE, title="t" * length)))
    assert page.size_of(2) == round((TextSize.TITLE if is_large else TextSize.BODY).value * BASE_PIXELS)


def test_descriptions_by_codarium_have_no_release(show: Show) -> None:
    page = show(detail(status="Valid for submission when last checked; description by Codarium"), own_words=True)
    assert page.lines[3] == "Valid for submission when last checked; description by Codarium"


@pytest.mark.parametrize(
    ("facts", "lines"),
    [
        (detail(), []),
        (replace(detail(), valid_from=DAY, changes=(Change(ChangeKind.NEW, DAY),)), ["New on 1 Oct 2025"]),
        (
            replace(detail(), changes=(Change(ChangeKind.REVISED, DAY, "Injection, drug"),)),
            ["Title revised on 1 Oct 2025, before: Injection, drug"],
        ),
        (
            replace(
                detail(),
                valid_from=date(2010, 1, 1),
                changes=(Change(ChangeKind.ENDED, DAY), Change(ChangeKind.RETURNED, date(2026, 1, 1))),
            ),
            ["Effective 1 Jan 2010", "Valid again since 1 Jan 2026"],
        ),
        # The status has the day already.
        (replace(over(date(2025, 9, 30)), changes=(Change(ChangeKind.ENDED, DAY),)), []),
        (replace(over(date(2025, 9, 30)), status_text="Ended", valid_from=date(2010, 1, 1)),
         ["Effective 1 Jan 2010\N{NO-BREAK SPACE}· Ended on 30 Sep 2025"]),
        (replace(detail(status="A heading since 1 Oct 2025, valid before: choose one"),
                 changes=(Change(ChangeKind.NOW_HEADING, DAY),)), []),
        (replace(detail(), changes=(Change(ChangeKind.NOW_VALID, DAY),)),
         ["Valid for submission since 1 Oct 2025; before, it was a heading"]),
    ],
)  # fmt: skip
def test_dates_and_changes_are_shown_once(facts: Detail, lines: list[str]) -> None:
    assert date_lines(facts) == lines


def test_what_replaced_a_code_is_a_link_below_its_status(show: Show) -> None:
    links = (
        Link("Replaced by", System.HCPCS, "J0002", "Injection, other drug", 7),
        Link("Replaced by", System.CPT, "00001", "", None),
    )
    page = show(replace(over(date(2025, 9, 30)), links=links))
    assert page.lines[4:6] == ["Replaced by\tJ0002  Injection, other drug", "\t00001  CPT, not loaded"]
    assert ("J0002", "node:7") in page.links
    assert not any(text.startswith("00001") for text, _ in page.links)


def test_other_links_stand_under_how_they_are_connected(show: Show) -> None:
    page = show(replace(detail(), links=(Link("Cross-reference", System.HCPCS, "A0001", "Another", 9),)))
    assert page.lines[-2:] == ["Cross-reference", "A0001\tAnother"]


def test_a_code_in_no_loaded_release_is_not_said_to_be_of_a_set_that_is_not_loaded(show: Show) -> None:
    """A0021 refers to A0030, which was deleted before the oldest release that CMS still offers."""
    page = show(replace(detail(), links=(Link("Cross-reference", System.HCPCS, "A0030", "", None, True),)))
    assert page.lines[-1] == "A0030\tin none of the HCPCS releases loaded"


def test_no_field_is_a_bare_letter(show: Show) -> None:
    fields = (
        Field("COV", "C", "Coverage", "The Medicare contractor decides"),
        Field("MCM1", "2049", "Carriers manual", ""),
        Field("ASC_DT", "20250101", "Ambulatory surgical center since", "1 Jan 2025"),
        Field("TOS1", "1", "Type of service", "Medical care"),
        Field("TOS2", "P", "Type of service", "Purchase"),
    )
    page = show(replace(detail(), fields=fields))
    assert page.lines[page.place("Official fields") + 1 :] == [
        "Coverage\tThe Medicare contractor decides  C",
        "Carriers manual\t2049",
        "Ambulatory surgical center since",
        "1 Jan 2025",
        "Type of service\tMedical care  1",
        "\tPurchase  P",
    ]
    is_narrow = show(replace(detail(), fields=fields[:1]), is_narrow=True)
    assert is_narrow.lines[-2:] == ["Coverage", "The Medicare contractor decides  C"]


def test_a_field_shown_elsewhere_on_the_page_is_not_listed(show: Show) -> None:
    repeated = replace(
        detail(),
        fields=(Field("XREF1", "A0001", "Cross-reference", ""), Field("PROCNOTE", "0013", "Processing note", "")),
        links=(Link("Cross-reference", System.HCPCS, "A0001", "Another", 9),),
        passages=(Passage("Processing note 0013", "SEE THE MANUAL.", ours=False),),
    )
    page = show(repeated)
    assert "Official fields" not in page.lines
    alone = show(replace(repeated, links=(), passages=()))
    assert alone.lines[-2:] == ["Cross-reference\tA0001", "Processing note\t0013"]


@pytest.mark.parametrize(
    ("value", "sign"),
    [
        ("facility", FacilityMark.FACILITY),
        ("nonfacility", FacilityMark.NONFACILITY),
        ("unstated", FacilityMark.UNSTATED),
    ],
)
def test_whether_a_place_is_a_facility_is_a_line_with_a_shape_of_its_own(
    show: Show, value: str, sign: FacilityMark
) -> None:
    place = Node(3, System.POS, "11", "Office", Level.ITEM, CodeStatus.VALID, None, 1, False)
    setting = Field("SETTING", value, "Payment setting", "What Medicare does here")
    page = show(replace(detail(place, "Active"), ancestors=(), fields=(setting,)))
    status = "Active\N{NO-BREAK SPACE}· October 2025"
    assert page.lines == ["Place of Service", "11", "Office", status, "What Medicare does here"]
    assert [mark.block for mark in page.writer.marks if mark.shape is sign] == [4]


def test_modifiers_are_links_and_a_long_list_opens_in_place(show: Show) -> None:
    modifiers = tuple(
        Node(100 + n, System.MODIFIER, f"X{n:X}", f"Made-up modifier {n}", Level.ITEM, CodeStatus.VALID, None, 1, False)
        for n in range(14)
    )
    page = show(replace(detail(), modifiers=modifiers))
    assert "XB\tMade-up modifier 11" in page.lines
    assert "XC\tMade-up modifier 12" not in page.lines
    assert ("show all 14 modifiers", "more:modifiers") in page.links
    expanded = show(replace(detail(), modifiers=modifiers), "modifiers")
    assert expanded.lines[-1] == "XD\tMade-up modifier 13"


def test_equivalents_have_their_remarks(show: Show) -> None:
    equivalents = (
        Equivalent("ICD-9-CM", "250.60", "Diabetes", "approximate", None),
        Equivalent("ICD-9-CM Volume 3", "", "", "no equivalent", None),
    )
    page = show(replace(detail(), equivalents=equivalents))
    assert page.lines[-4:] == [
        "ICD-9-CM equivalents",
        "250.60\tDiabetes  approximate",
        "ICD-9-CM Volume 3 equivalents",
        "No equivalent",
    ]


def test_index_entries_have_their_book_and_the_true_count(show: Show) -> None:
    lines = tuple(IndexLine(("Neoplasm", f"site {n}"), "", "Neoplasm Table") for n in range(20))
    indexed = replace(detail(), index=lines, index_total=530)
    page = show(indexed)
    assert "Neoplasm Table Neoplasm, site 0" in page.lines
    assert ("show 20 of 530 entries", "more:index") in page.links
    assert show(indexed, "index").lines[-1] == "First 20 of 530 entries"


def test_the_notice_stands_at_the_foot(show: Show) -> None:
    assert show(replace(detail(), notice="Made-up notice.")).lines[-1] == "Made-up notice."


def test_an_ended_code_in_a_list_is_marked_as_ended(show: Show) -> None:
    gone = replace(CODE, id=5, code="J0003", title="Gone", status=CodeStatus.ENDED, variants=0)
    page = show(replace(detail(SECTION, "A heading with 1 code"), ancestors=(), children=(CODE, gone)))
    assert page.lines[-2:] == ["J0001\tInjection, made-up drug, 5 mg", "J0003\tGone  ended"]
    assert [mark.shape for mark in page.writer.marks][-2:] == [CodeStatus.VALID, CodeStatus.ENDED]


def test_real_codes_of_every_set_are_written(show: Show, catalogue: Catalogue) -> None:
    for system, code in ((System.HCPCS, "J1885"), (System.MODIFIER, "LT"), (System.POS, "02"), (System.CPT, "99213")):
        node = catalogue.find(system, code)
        assert node is not None
        page = show(catalogue.detail(node.id), own_words=True)
        assert page.lines[1:3] == [code, node.title]
        assert page.lines.count("In Codarium's words") == 1
