"""ICD-10-CM planned as nodes: the list of codes alone decides which finished codes exist, whatever its year."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.detail import Change, ChangeKind
from app.codes.node import CodeStatus, Level
from app.codes.systems import System
from app.library.code_history import Snapshot, same_title
from app.library.compiling.icd10cm import plan, plan_tabular
from app.library.compiling.nodes import PlannedNode
from app.library.contents import Icd10cm
from app.releases.errors import ReleaseError
from app.releases.files.containers import members
from app.releases.icd.addenda import read_addenda
from app.releases.icd.order_file import read_order
from app.releases.icd.tabular_xml import read_tabular
from app.releases.records import AddendumKind, OrderCode, Release, Tabular, TabularNode
from tests.official import official

INITIAL, SUBSEQUENT = ("A", "initial encounter"), ("D", "subsequent encounter")


def nodes(*, stem_seventh: tuple[tuple[str, str], ...] = ()) -> list[TabularNode]:
    return [
        TabularNode("19", "Injuries", Level.CHAPTER, None),
        TabularNode("S00-S09", "Head", Level.SECTION, "19"),
        TabularNode("S06", "Head injury", Level.CATEGORY, "S00-S09", (), (INITIAL, SUBSEQUENT)),
        TabularNode("S061", "Edema", Level.CODE, "S06", (), stem_seventh),
        TabularNode("S062", "Finished in six", Level.CODE, "S06"),
    ]


def planned(existing: set[str], **options: tuple[tuple[str, str], ...]) -> dict[str, tuple[Level, CodeStatus, str]]:
    planned_nodes = plan_tabular(nodes(**options), existing)
    return {node.plain: (node.level, node.status, node.title) for node in planned_nodes}


def test_only_listed_codes_are_finished() -> None:
    nodes_by_plain = planned({"S06", "S061", "S061XXA", "S062"})
    assert nodes_by_plain["S061XXA"] == (Level.SEVENTH, CodeStatus.VALID, "Edema, initial encounter")
    assert "S061XXD" not in nodes_by_plain
    assert nodes_by_plain["S061"][1] is CodeStatus.HEADING


def test_a_stem_without_finished_codes_is_valid_itself() -> None:
    assert planned({"S06", "S061", "S061XXA", "S062"})["S062"][1] is CodeStatus.VALID


def test_only_the_nearest_seventh_characters_apply() -> None:
    own = (("1", "mild stage"),)
    nodes_by_plain = planned({"S06", "S061", "S061XX1", "S062", "S062XXA"}, stem_seventh=own)
    assert nodes_by_plain["S061XX1"][2] == "Edema, mild stage"
    with pytest.raises(ReleaseError, match="S061XXA"):
        planned({"S06", "S061", "S061XX1", "S061XXA", "S062"}, stem_seventh=own)


def test_each_finished_code_follows_its_stem() -> None:
    assert list(planned({"S06", "S061", "S061XXA", "S061XXD", "S062"})) == [
        "19",
        "S00-S09",
        "S06",
        "S061",
        "S061XXA",
        "S061XXD",
        "S062",
    ]


def test_a_tabular_code_missing_from_the_list_of_codes_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"S062.*not in the list of codes"):
        planned({"S06", "S061"})


def test_a_listed_code_missing_from_the_tabular_list_is_refused() -> None:
    with pytest.raises(ReleaseError, match=r"Z99.*not in the Tabular List"):
        planned({"S06", "S061", "S062", "Z99"})


# Codes of several years


def year(ending: int) -> Release:
    return Release(System.ICD10CM, f"FY{ending}", date(ending - 1, 10, 1), date(ending, 9, 30), ())


def order(ending: int, *codes: str) -> Snapshot:
    """The codes of a year in the order of the file: `A00 a heading`, and with an asterisk `*A000 a valid code`."""
    order_codes: dict[str, OrderCode] = {}
    for line in codes:
        plain, _, title = line.partition(" ")
        code = plain.removeprefix("*")
        order_codes[code] = OrderCode(code, plain != code, title or f"Title of {code}")
    return Snapshot(year(ending), order_codes)


BOOK = (
    TabularNode("1", "Infections", Level.CHAPTER, None),
    TabularNode("A00-A09", "Fevers", Level.SECTION, "1"),
    TabularNode("A00", "Title of A00", Level.CATEGORY, "A00-A09"),
    TabularNode("A000", "Title of A000", Level.CODE, "A00"),
    TabularNode("A001", "Title of A001", Level.CODE, "A00"),
    TabularNode("A10-A10", "One fever alone", Level.SECTION, "1"),
    TabularNode("A10", "Title of A10", Level.CODE, "A10-A10"),
    TabularNode("19", "Injuries", Level.CHAPTER, None),
    TabularNode("S00-S09", "Head", Level.SECTION, "19"),
    TabularNode("S00", "Title of S00", Level.CATEGORY, "S00-S09", (), (INITIAL, SUBSEQUENT)),
    TabularNode("S001", "Title of S001", Level.CODE, "S00"),
)
CODES_2031 = ("A00", "*A000", "*A001", "*A10", "S00", "S001", "*S001XXA Title of S001, initial encounter")


def years(*snapshots: Snapshot, tabular: int = 2031, book: tuple[TabularNode, ...] = BOOK) -> list[PlannedNode]:
    return plan(Icd10cm(year(tabular), Tabular(str(tabular), (), book), snapshots))


def by_code(nodes: list[PlannedNode]) -> dict[str, PlannedNode]:
    return {node.plain: node for node in nodes}


def test_codes_of_the_same_year_leave_the_tabular_list_unchanged() -> None:
    nodes = years(order(2031, *CODES_2031))
    assert [node.plain for node in nodes] == [
        *("1", "A00-A09", "A00", "A000", "A001", "A10-A10", "A10"),
        *("19", "S00-S09", "S00", "S001", "S001XXA"),
    ]
    assert all(node.valid_from is node.valid_to is None and not node.changes for node in nodes)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ((*CODES_2031, "*A002"), "A002 and 0 more: in the list of codes, but not in the Tabular List"),
        (CODES_2031[:-4], "A10: in the Tabular List, but not in the list of codes"),
        (("A00", "A000", *CODES_2031[2:]), "A000: a heading in the order file, but not in the Tabular List"),
        (("*A00", *CODES_2031[1:]), "A00: valid in the order file, but not in the Tabular List"),
    ],
)
def test_files_of_one_year_that_contradict_each_other_are_refused(codes: tuple[str, ...], message: str) -> None:
    with pytest.raises(ReleaseError, match=message):
        years(order(2031, *codes))


def test_new_codes_of_a_newer_order_file_are_sorted_into_the_tabular_list() -> None:
    newer = ("A00", "*A000", "A002 divided", "*A0021 first", "*A001", "A05 new category", "*A059", *CODES_2031[3:])
    nodes = years(order(2031, *CODES_2031), order(2032, *newer))
    assert [node.plain for node in nodes][:10] == [
        *("1", "A00-A09", "A00", "A000", "A002", "A0021", "A001", "A05", "A059", "A10-A10"),
    ]
    nodes_by_plain = by_code(nodes)
    assert (nodes_by_plain["A002"].level, nodes_by_plain["A002"].status, nodes_by_plain["A002"].parent) == (
        Level.SUBCATEGORY,
        CodeStatus.HEADING,
        "A00",
    )
    assert (nodes_by_plain["A05"].level, nodes_by_plain["A05"].parent) == (Level.CATEGORY, "A00-A09")
    assert (nodes_by_plain["A059"].level, nodes_by_plain["A059"].status) == (Level.CODE, CodeStatus.VALID)
    for plain in ("A002", "A0021", "A05", "A059"):
        assert nodes_by_plain[plain].changes == (Change(ChangeKind.NEW, date(2031, 10, 1)),)
        assert nodes_by_plain[plain].valid_from == date(2031, 10, 1)


def test_a_new_stem_takes_seventh_characters_like_those_of_the_tabular_list() -> None:
    newer = (
        *CODES_2031,
        "S002",
        "*S002XXA new, initial",
        "S003",
        "S00311",
        "*S003111 one digit more",
        "*S00312D by ear",
    )
    nodes_by_plain = by_code(years(order(2032, *newer)))
    assert (nodes_by_plain["S002"].level, nodes_by_plain["S002XXA"].level, nodes_by_plain["S002XXA"].parent) == (
        Level.CODE,
        Level.SEVENTH,
        "S002",
    )
    assert (nodes_by_plain["S00311"].level, nodes_by_plain["S003111"].level) == (Level.SUBCATEGORY, Level.CODE)
    assert nodes_by_plain["S00312D"].level is Level.CODE, "no code of six characters is there to be its stem"


def test_a_new_seventh_character_completes_a_stem_of_the_tabular_list() -> None:
    nodes_by_plain = by_code(years(order(2032, *CODES_2031, "*S001XXS Title of S001, sequela")))
    assert (nodes_by_plain["S001XXS"].level, nodes_by_plain["S001XXS"].status) == (Level.SEVENTH, CodeStatus.VALID)


def test_seventh_characters_that_no_year_lists_make_no_code() -> None:
    assert "S001XXD" not in by_code(years(order(2032, *CODES_2031)))


def test_a_category_outside_all_sections_belongs_to_the_chapter_before() -> None:
    """Examples: I1A, when the section before ended with I16, and QA0, whose section came with it."""
    nodes = years(order(2032, *CODES_2031, "A1A", "*A1A0"))
    assert by_code(nodes)["A1A"].parent == "1"
    assert [node.plain for node in nodes][5:9] == ["A10-A10", "A10", "A1A", "A1A0"]


def test_a_category_outside_all_chapters_needs_its_tabular_list() -> None:
    with pytest.raises(ReleaseError, match=r"U07: no chapter .* add the Tabular List of the same year"):
        years(order(2032, *CODES_2031, "*U07"))


def test_the_narrowest_section_holds_a_new_category() -> None:
    """Chapter 2 has sections within a section, flat and in the order of the book."""
    wide = (
        BOOK[0],
        TabularNode("A00-A20", "Fevers", Level.SECTION, "1"),
        TabularNode("A00-A09", "Light fevers", Level.SECTION, "A00-A20"),
        TabularNode("A00", "Title of A00", Level.CODE, "A00-A09"),
        TabularNode("A11-A20", "Heavy fevers", Level.SECTION, "A00-A20"),
        TabularNode("A11", "Title of A11", Level.CODE, "A11-A20"),
    )
    nodes_by_plain = by_code(years(order(2032, "*A00", "*A05", "*A10", "*A11", "*A15"), book=wide))
    assert [nodes_by_plain[plain].parent for plain in ("A05", "A10", "A15")] == ["A00-A09", "A00-A20", "A11-A20"]
    assert nodes_by_plain["A05"].level is Level.CODE, "a category that is a code itself"


def test_codes_that_only_an_older_year_has_have_ended() -> None:
    old = (*CODES_2031, "*A009 of old", "A10X", "*S001XXS Title of S001, sequela")
    nodes = years(order(2030, *old), order(2031, *CODES_2031))
    nodes_by_plain = by_code(nodes)
    for plain, level in (("A009", Level.CODE), ("S001XXS", Level.SEVENTH)):
        assert (nodes_by_plain[plain].level, nodes_by_plain[plain].status) == (level, CodeStatus.ENDED)
        assert nodes_by_plain[plain].valid_to == date(2030, 9, 30)
        assert nodes_by_plain[plain].changes == (Change(ChangeKind.ENDED, date(2030, 10, 1)),)
    assert nodes_by_plain["A10"].status is CodeStatus.VALID
    assert [node.plain for node in nodes if node.parent == "A00"] == ["A000", "A001", "A009"]


def test_codes_missing_from_a_newer_order_file_ended_the_day_before_it() -> None:
    nodes_by_plain = by_code(years(order(2032, "A00", "*A001 another title", *CODES_2031[4:])))
    assert (nodes_by_plain["A000"].status, nodes_by_plain["A000"].valid_to) == (CodeStatus.ENDED, date(2031, 9, 30))
    assert nodes_by_plain["A001"].title == "another title"
    assert nodes_by_plain["A10-A10"].status is CodeStatus.ENDED, "nothing is left in the section"
    assert nodes_by_plain["A00-A09"].status is nodes_by_plain["1"].status is CodeStatus.HEADING


def test_a_code_ends_before_the_first_year_that_lacks_it() -> None:
    without = [code for code in CODES_2031 if code != "*A000"]
    nodes = years(order(2030, *CODES_2031[:1], *without[1:]), order(2032, *without), order(2033, *without))
    assert by_code(nodes)["A000"].valid_to == date(2031, 9, 30)


def test_a_code_that_a_newer_year_divides_is_a_subcategory() -> None:
    newer = ("A00", "A000", "*A0001", "*A001", "A10", "*A101", *CODES_2031[4:])
    nodes_by_plain = by_code(years(order(2031, *CODES_2031), order(2032, *newer)))
    assert (nodes_by_plain["A000"].level, nodes_by_plain["A000"].status) == (Level.SUBCATEGORY, CodeStatus.HEADING)
    assert nodes_by_plain["A000"].changes == (Change(ChangeKind.NOW_HEADING, date(2031, 10, 1)),)
    assert (nodes_by_plain["A10"].level, nodes_by_plain["A10"].status) == (Level.CATEGORY, CodeStatus.HEADING)


def test_codes_of_a_newer_tabular_list_are_not_in_force_yet() -> None:
    nodes_by_plain = by_code(years(order(2030, "*A00", *CODES_2031[4:])))
    assert (nodes_by_plain["A00"].status, nodes_by_plain["A00"].title) == (CodeStatus.VALID, "Title of A00")
    for plain in ("A000", "A10"):
        assert (nodes_by_plain[plain].status, nodes_by_plain[plain].valid_from, nodes_by_plain[plain].valid_to) == (
            CodeStatus.ENDED,
            date(2030, 10, 1),
            None,
        )
    assert nodes_by_plain["A10-A10"].status is CodeStatus.ENDED


def test_an_update_within_the_year_may_bring_codes() -> None:
    april = replace(year(2031), effective_from=date(2031, 4, 1))
    updated = replace(order(2031, *CODES_2031, "*A002"), release=april)
    nodes_by_plain = by_code(years(order(2031, *CODES_2031), updated))
    assert (nodes_by_plain["A002"].status, nodes_by_plain["A002"].valid_from) == (CodeStatus.VALID, date(2031, 4, 1))


@given(st.lists(st.frozensets(st.sampled_from(["A001", "A002", "A00X1", "A05", "S001XXS", "S002", "A1A"])), max_size=4))
def test_with_any_years_every_code_appears_once_after_its_parent(more: list[frozenset[str]]) -> None:
    base = ("A00", "*A000", "S00", "S001", "*S001XXA")
    snapshots = [
        order(2031 + 2 * number, *base, *(f"*{code}" for code in sorted(codes))) for number, codes in enumerate(more)
    ]
    # Of an even year, so that no order file need agree with it.
    for tabular in (2030, 2034, 2040):
        nodes = years(order(2029, *base), *snapshots, tabular=tabular)
        places = {node.plain: place for place, node in enumerate(nodes)}
        assert len(places) == len(nodes)
        assert all(node.parent is None or places[node.parent] < places[node.plain] for node in nodes)
        newest = snapshots[-1].codes if snapshots else dict.fromkeys(code.strip("*") for code in base)
        codes = {node.plain for node in nodes if node.level not in (Level.CHAPTER, Level.SECTION)}
        in_force = {node.plain for node in nodes if node.plain in codes and node.status is not CodeStatus.ENDED}
        assert in_force == newest.keys()


# The real files


def real_order(ending: int) -> Snapshot:
    archive = official("icd10cm", f"{ending}-code-descriptions-tabular-order.zip")
    (member,) = (member for member in members(archive) if "_order_2" in member.inside)
    return Snapshot(year(ending), {code.code: code for code in read_order(member)})


@pytest.fixture(scope="module")
def real_tabular() -> Tabular:
    archive = official("icd10cm", "april-1-2026-tables-and-index.zip")
    (member,) = (member for member in members(archive) if "tabular" in member.inside)
    tabular = read_tabular(member)
    return replace(tabular, nodes=tuple(tabular.nodes))


@pytest.fixture(scope="module")
def fy2025() -> Snapshot:
    return real_order(2025)


@pytest.fixture(scope="module")
def fy2026() -> Snapshot:
    return real_order(2026)


APRIL_2026 = Release(System.ICD10CM, "FY2026 (April 2026)", date(2026, 4, 1), date(2026, 9, 30), ())


def in_force(nodes: list[PlannedNode]) -> tuple[int, int]:
    """Return the number of codes and headings in force, and the number of those that are valid for submission."""
    current = [node for node in nodes if node.level not in (Level.CHAPTER, Level.SECTION)]
    current = [node for node in current if node.status is not CodeStatus.ENDED]
    return len(current), sum(node.status.billable for node in current)


@pytest.mark.slow
def test_the_real_tabular_list_with_the_codes_of_two_years(
    real_tabular: Tabular, fy2025: Snapshot, fy2026: Snapshot
) -> None:
    nodes = plan(Icd10cm(APRIL_2026, real_tabular, (fy2025, fy2026)))
    assert in_force(nodes) == (98_186, 74_719)
    codes = [node.plain for node in nodes if node.plain in fy2026.codes]
    assert codes == list(fy2026.codes), "the order file has the order of the book"
    ended = [node for node in nodes if node.status is CodeStatus.ENDED]
    assert all(node.valid_to == date(2025, 9, 30) for node in ended)

    # The addenda delete a code that becomes a heading, and add it again as one: 16 of the 630 and of the 28 lines. One
    # of the 45 revisions only takes out a doubled blank (W44.G).
    archive = official("icd10cm", "2026-code-descriptions-tabular-order.zip")
    (member,) = (member for member in members(archive) if "order_addenda" in member.inside)
    lines = list(read_addenda(member))
    assert Counter(line.kind for line in lines) == {
        AddendumKind.ADD: 630,
        AddendumKind.DELETE: 28,
        AddendumKind.REVISE: 45,
    }
    changed: dict[ChangeKind, set[str]] = {}
    for node in nodes:
        for change in node.changes:
            assert change.on == date(2025, 10, 1)
            changed.setdefault(change.kind, set()).add(node.plain)
    added, deleted, revised = (
        {line.code for line in lines if line.kind is kind and not same_title(line.title, line.before)}
        for kind in AddendumKind
    )
    assert changed == {
        ChangeKind.NEW: added - deleted,
        ChangeKind.ENDED: deleted - added,
        ChangeKind.NOW_HEADING: added & deleted,
        ChangeKind.REVISED: revised,
    }
    assert {kind: len(codes) for kind, codes in changed.items()} == {
        ChangeKind.NEW: 614,
        ChangeKind.ENDED: 12,
        ChangeKind.NOW_HEADING: 16,
        ChangeKind.REVISED: 44,
    }


@pytest.mark.slow
def test_an_older_code_set_below_the_real_newer_tabular_list(real_tabular: Tabular, fy2025: Snapshot) -> None:
    nodes = plan(Icd10cm(APRIL_2026, real_tabular, (fy2025,)))
    assert in_force(nodes) == (97_584, 74_260)
    assert {node.plain for node in nodes if node.status.billable} == {
        plain for plain, code in fy2025.codes.items() if code.valid
    }
    section = by_code(nodes)["QA0-QA0"]
    assert section.status is CodeStatus.ENDED, "all that it holds came with FY2026"


@pytest.mark.slow
def test_a_newer_code_set_below_an_older_tabular_list_gives_the_plan_of_a_newer_one(
    real_tabular: Tabular, fy2025: Snapshot, fy2026: Snapshot
) -> None:
    """The Tabular List of April 2026 without the codes new in FY2026, which the order file has to bring by itself."""
    older_nodes = [
        node
        for node in real_tabular.nodes
        if node.code in fy2025.codes or (node.level in (Level.CHAPTER, Level.SECTION) and node.code != "QA0-QA0")
    ]
    parents = {node.parent for node in older_nodes}
    old = tuple(replace(node, level=Level.CODE) if node.code not in parents else node for node in older_nodes)
    nodes = plan(Icd10cm(year(2025), Tabular("2025", (), old), (fy2025, fy2026)))
    expected = by_code(plan(Icd10cm(APRIL_2026, real_tabular, (fy2025, fy2026))))
    assert in_force(nodes) == (98_186, 74_719)
    codes = [node for node in nodes if node.plain in fy2026.codes]
    assert [node.plain for node in codes] == list(fy2026.codes)
    assert [node.plain for node in codes if node.level is not expected[node.plain].level] == []
    assert [node.plain for node in codes if node.status is not expected[node.plain].status] == []
    assert [node.plain for node in codes if node.parent != expected[node.plain].parent] == ["QA0"]
