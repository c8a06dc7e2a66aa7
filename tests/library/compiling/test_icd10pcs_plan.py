"""ICD-10-PCS as nodes: families of codes through the years, with the labels that the tables give."""

from dataclasses import replace
from datetime import date

import pytest

from app.codes.detail import Change, ChangeKind
from app.codes.node import CodeStatus, Level
from app.codes.systems import System
from app.library.code_history import Snapshot, histories
from app.library.compiling.icd10pcs import contents_of_release, labeled_codes, labels_of, plan, with_newer
from app.library.compiling.nodes import PlannedNode
from app.library.contents import Icd10pcs
from app.library.own_words.pcs import PcsSection, read_pcs_sections
from app.paths import resource
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members
from app.releases.icd.order_file import read_order
from app.releases.icd.pcs_tables import expand, read_tables
from app.releases.records import OrderCode, PcsCode, PcsRelease, Release
from tests.official import official

AXES = ("Section", "Body System", "Operation", "Body Part", "Approach", "Device", "Qualifier")
SECTIONS = (
    PcsSection("0", "Medical and Surgical", "Operations.", AXES, ("operation",)),
    PcsSection("8", "Other Procedures", "What is left.", AXES, ("yoga",)),
)


def code(plain: str, part: str, approach: str = "Open") -> PcsCode:
    title = f"Resection of {part}, {approach} Approach"
    labels = ("Medical and Surgical", f"System {plain[1]}", "Resection", part, approach, "No Device", "No Qualifier")
    return PcsCode(plain, title, labels)


APPENDIX, COLON = code("0DTJ0ZZ", "Appendix"), code("0DTK0ZZ", "Ascending Colon")
THROUGH_SKIN = code("0DTJ3ZZ", "Appendix", "Percutaneous")
GALLBLADDER = code("0FT40ZZ", "Gallbladder")


def year(ending: int) -> Release:
    return Release(System.ICD10PCS, f"FY{ending}", date(ending - 1, 10, 1), date(ending, 9, 30), ())


def snapshot(ending: int, *codes: PcsCode) -> Snapshot:
    """The codes of a year with their tables, as the order file has them."""
    order_codes = {pcs_code.code[:3]: OrderCode(pcs_code.code[:3], False, "A table") for pcs_code in codes}
    order_codes |= {pcs_code.code: OrderCode(pcs_code.code, True, pcs_code.title) for pcs_code in codes}
    return Snapshot(year(ending), order_codes)


def planned(*snapshots: Snapshot, labels: tuple[PcsCode, ...] = ()) -> list[PlannedNode]:
    explained = labels or (APPENDIX, COLON, THROUGH_SKIN, GALLBLADDER)
    return plan(
        Icd10pcs(
            snapshots, snapshots[-1].release, labels_of((pcs_code.code, pcs_code.labels) for pcs_code in explained)
        ),
        SECTIONS,
    )[1]


def test_the_plan_follows_the_order_of_the_book() -> None:
    nodes = planned(snapshot(2031, APPENDIX, COLON, GALLBLADDER))
    plain = ["0", "0D", "0DT", "0DTJ", "0DTJ0ZZ", "0DTK", "0DTK0ZZ", "0F", "0FT", "0FT4", "0FT40ZZ", "8"]
    assert [node.plain for node in nodes] == plain
    assert [node.parent for node in nodes][:5] == [None, "0", "0D", "0DT", "0DTJ"]
    assert nodes[2].title == "Resection, System D"
    assert {node.plain for node in nodes if node.status is CodeStatus.VALID} == {"0DTJ0ZZ", "0DTK0ZZ", "0FT40ZZ"}
    assert [node.level for node in nodes[:5]] == [
        Level.PCS_SECTION,
        Level.BODY_SYSTEM,
        Level.OPERATION,
        Level.FAMILY,
        Level.PCS_CODE,
    ]


def test_a_section_without_codes_is_still_a_node() -> None:
    section = planned(snapshot(2031, APPENDIX))[-1]
    assert (section.plain, section.title, section.level) == ("8", "Other Procedures", Level.PCS_SECTION)
    assert section.status is CodeStatus.HEADING


def test_codes_that_carry_their_labels_make_the_same_plan() -> None:
    contents = contents_of_release(year(2031), PcsRelease((APPENDIX, GALLBLADDER)))
    codes, nodes = plan(contents, SECTIONS)
    assert codes == [APPENDIX, GALLBLADDER]
    assert nodes == planned(snapshot(2031, APPENDIX, GALLBLADDER))


def test_a_family_goes_on_while_one_of_its_codes_does() -> None:
    nodes_by_plain = {
        node.plain: node for node in planned(snapshot(2030, APPENDIX, THROUGH_SKIN), snapshot(2031, THROUGH_SKIN))
    }
    ended = nodes_by_plain["0DTJ0ZZ"]
    assert (ended.status, ended.valid_to) == (CodeStatus.ENDED, date(2030, 9, 30))
    assert ended.changes == (Change(ChangeKind.ENDED, date(2030, 10, 1)),)
    assert nodes_by_plain["0DTJ"].status is CodeStatus.HEADING
    assert nodes_by_plain["0DTJ"].title == "Resection of Appendix"


def test_a_family_and_a_table_end_with_their_last_code() -> None:
    nodes_by_plain = {
        node.plain: node for node in planned(snapshot(2030, APPENDIX, GALLBLADDER), snapshot(2031, APPENDIX))
    }
    assert [nodes_by_plain[plain].status for plain in ("0F", "0FT", "0FT4", "0FT40ZZ")] == [CodeStatus.ENDED] * 4
    assert [nodes_by_plain[plain].status for plain in ("0", "0D", "0DT", "0DTJ")] == [CodeStatus.HEADING] * 4


def test_new_codes_have_their_first_day() -> None:
    nodes_by_plain = {node.plain: node for node in planned(snapshot(2030, APPENDIX), snapshot(2031, APPENDIX, COLON))}
    assert nodes_by_plain["0DTK0ZZ"].valid_from == date(2030, 10, 1)
    assert nodes_by_plain["0DTJ0ZZ"].valid_from is None


def test_codes_whose_values_no_table_explains_are_refused() -> None:
    with pytest.raises(ReleaseError, match=r"0FT40ZZ and 0 more .* the tables of FY2031 do not explain"):
        planned(snapshot(2031, APPENDIX, GALLBLADDER), labels=(APPENDIX,))


def test_ended_nodes_without_a_table_are_titled_by_their_characters() -> None:
    nodes = planned(snapshot(2030, APPENDIX, GALLBLADDER), snapshot(2031, APPENDIX), labels=(APPENDIX,))
    titles = {node.plain: node.title for node in nodes}
    assert (titles["0F"], titles["0FT"], titles["0FT40ZZ"]) == ("0F", "0FT", "Resection of Gallbladder, Open Approach")
    assert all(title.strip(" ,") for title in titles.values())


def test_a_value_with_another_meaning_in_another_row_is_kept_apart() -> None:
    odd = replace(GALLBLADDER, code="0DTL0ZZ", labels=(*COLON.labels[:3], "Colon", "Open", "Other Device", "None"))
    labels = labels_of((pcs_code.code, pcs_code.labels) for pcs_code in (APPENDIX, COLON, odd))
    contents = Icd10pcs((snapshot(2031, APPENDIX, COLON, odd),), year(2031), labels)
    assert [pcs_code.labels for pcs_code in labeled_codes(contents, histories(contents.snapshots))] == [
        APPENDIX.labels,
        COLON.labels,
        odd.labels,
    ]


def test_newer_tables_override_the_meaning_of_a_value() -> None:
    old = labels_of([(APPENDIX.code, APPENDIX.labels), (GALLBLADDER.code, GALLBLADDER.labels)])
    now = (*APPENDIX.labels[:4], "Open and wide", *APPENDIX.labels[5:])
    labels = with_newer(old, labels_of([(APPENDIX.code, now)]))
    assert labels["0DT", 5, "0"] == "Open and wide"
    assert labels["0FT", 5, "0"] == "Open"


# The real files

ORDER = "{}-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"
TABLES = {
    2025: "2025-icd-10-pcs-code-tables-and-index.zip",
    2026: "2026-icd-10-pcs-code-tables-and-definitions.zip",
}


def real(archive: str, part: str) -> Member:
    (member,) = (member for member in members(official("icd10pcs", archive)) if part in member.inside)
    return member


def real_labels(ending: int) -> dict[tuple[str, int, str], str]:
    rows = read_tables(real(TABLES[ending], "tables"))
    return labels_of(code for row in rows for code in expand(row))


@pytest.fixture(scope="module")
def both() -> Icd10pcs:
    """The codes of FY2026 with those of FY2025 behind them."""
    orders = {ending: read_order(real(ORDER.format(ending), "_order_")) for ending in (2025, 2026)}
    snapshots = tuple(Snapshot(year(ending), {row.code: row for row in rows}) for ending, rows in orders.items())
    return Icd10pcs(snapshots, year(2026), with_newer(real_labels(2025), real_labels(2026)))


@pytest.fixture(scope="module")
def sections() -> tuple[PcsSection, ...]:
    return read_pcs_sections(resource("tables", "pcs_sections.tsv"))


@pytest.mark.slow
def test_the_real_codes_of_two_years(both: Icd10pcs, sections: tuple[PcsSection, ...]) -> None:
    codes, nodes = plan(both, sections)
    assert all(all(pcs_code.labels) for pcs_code in codes)
    newest = both.snapshots[-1].codes
    assert {node.plain for node in nodes if node.status is CodeStatus.VALID} == {
        plain for plain, row in newest.items() if row.valid
    }
    assert sum(node.status is CodeStatus.VALID for node in nodes) == 79_115
    assert [node.plain for node in nodes if node.level is Level.OPERATION] == [
        plain for plain, row in newest.items() if not row.valid
    ], "the tables in their order"
    assert [node.title for node in nodes if node.parent is None] == [section.name for section in sections]
    changes = [change.kind for node in nodes for change in node.changes]
    assert {kind: changes.count(kind) for kind in set(changes)} == {
        ChangeKind.NEW: 206,
        ChangeKind.ENDED: 39,
        ChangeKind.REVISED: 2,
    }
    families = [node.plain for node in nodes if node.level is Level.FAMILY and node.status is CodeStatus.ENDED]
    assert families == ["0SG6", "X2A5", "X2A6", "XXEB"]
    assert all(node.title.strip(" ,") for node in nodes)


@pytest.mark.slow
def test_real_codes_with_the_tables_of_the_year_before_are_refused(
    both: Icd10pcs, sections: tuple[PcsSection, ...]
) -> None:
    older = replace(both, tables_release=year(2025), labels=real_labels(2025))
    with pytest.raises(ReleaseError, match=r"the tables of FY2025 do not explain; add the tables of FY2026"):
        plan(older, sections)
