"""Details of a code besides its place and notes: dates, fields, links, equivalents, the Index, modifiers."""

from datetime import date

import pytest

from app.codes.detail import ChangeKind, Field, IndexLine, Link
from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.library.reading.statuses import StatusFacts, status_text
from tests.library.reading.made_up_codes import Altered, detail, diagnosis

# Dates, changes, statuses


def test_a_new_code_has_its_first_day_and_its_predecessor(made_up: Catalogue) -> None:
    code_detail = diagnosis(made_up, "A01.0")
    assert (code_detail.valid_from, code_detail.valid_to) == (date(2030, 10, 1), None)
    assert [change.kind for change in code_detail.changes] == [ChangeKind.NEW]
    (before,) = code_detail.links
    assert (before.label, before.code, before.title) == ("Used before 1 Oct 2030", "A01.9", "Red fever, unsure")


def test_revised_code_keeps_its_old_title(made_up: Catalogue) -> None:
    (change,) = diagnosis(made_up, "A01.8").changes
    assert (change.kind, change.text) == (ChangeKind.REVISED, "Scarlet fever")


def test_an_ended_code_has_its_last_day_and_its_replacement(made_up: Catalogue) -> None:
    code_detail = diagnosis(made_up, "A01.9")
    assert code_detail.status_text == "Ended on 30 Sep 2030, replaced by A01.0"
    assert code_detail.valid_to == date(2030, 9, 30)
    assert detail(made_up, System.HCPCS, "A0200").status_text == "Ended on 30 Sep 2030, replaced by A0101"
    assert detail(made_up, System.HCPCS, "A0102").status_text == "Ended on 30 Sep 2030"


def test_ended_codes_are_neighbors_only_after_the_last_valid_code(made_up: Catalogue) -> None:
    assert [diagnosis(made_up, "A01.9").previous, diagnosis(made_up, "A01.9").next] == [
        made_up.find(System.ICD10CM, "A01.8"),
        None,
    ]
    first = detail(made_up, System.HCPCS, "A0101")
    assert first.next == made_up.find(System.HCPCS, "J0001")
    assert diagnosis(made_up, "A01.8").next == made_up.find(System.ICD10CM, "A01.9")


def test_the_status_names_an_index_that_still_lists_an_ended_code(altered: Altered) -> None:
    code_detail = diagnosis(
        altered("UPDATE index_target SET node = (SELECT id FROM node WHERE plain = 'A019') WHERE code = 'A09.9'"),
        "A01.9",
    )
    assert code_detail.status_text.endswith("replaced by A01.0; still named in the Index of FY2031")


def test_heading_that_was_valid_before_says_so(altered: Altered) -> None:
    heading = altered(
        "INSERT INTO change SELECT id, 1, 'now_heading', '2030-10-01', '', NULL FROM node WHERE plain = 'A01'"
    )
    assert diagnosis(heading, "A01").status_text == (
        "A heading since 1 Oct 2030, valid before: choose one of 2 codes below"
    )


def test_heading_of_ended_codes_ended_with_the_last_of_them(altered: Altered) -> None:
    code_detail = diagnosis(altered("UPDATE node SET status = 'ended', valid_to = NULL WHERE plain = 'A01'"), "A01")
    assert code_detail.status_text == "Ended on 30 Sep 2030"


def node(system: System, code: str, level: Level, status: CodeStatus, variants: int) -> Node:
    return Node(1, system, code, "Made-up", level, status, None, variants, variants > 1)


@pytest.mark.parametrize(
    ("node_", "facts", "sentence"),
    [
        (
            node(System.HCPCS, "A0100-A0199", Level.GROUP, CodeStatus.HEADING, 12),
            StatusFacts(),
            "A heading with 12 codes",
        ),
        (
            node(System.HCPCS, "A0100-A0199", Level.GROUP, CodeStatus.HEADING, 0),
            StatusFacts(),
            "A range without codes in force",
        ),
        (
            node(System.HCPCS, "A0100-A0199", Level.GROUP, CodeStatus.HEADING, 0),
            StatusFacts(ours=True),
            "A range whose codes are not loaded",
        ),
        (
            node(System.CPT, "00001-00099", Level.GROUP, CodeStatus.HEADING, 1),
            StatusFacts(ours=True),
            "A range of CPT codes with 1 worked example; all of its codes come with your licensed file",
        ),
        (node(System.CPT, "00001-00099", Level.GROUP, CodeStatus.HEADING, 9), StatusFacts(), "A heading with 9 codes"),
        (
            node(System.HCPCS, "A0101", Level.ITEM, CodeStatus.VALID, 1),
            StatusFacts(valid_to=date(2031, 12, 31)),
            "Valid for submission until 31 Dec 2031",
        ),
        (
            node(System.ICD10CM, "A01.9", Level.CODE, CodeStatus.ENDED, 0),
            StatusFacts(
                valid_to=date(2030, 9, 30),
                links=[Link("Replaced by", System.ICD10CM, f"A02.{n}", "", None) for n in range(6)],
            ),
            "Ended on 30 Sep 2030, replaced by 6 codes",
        ),
        (
            node(System.ICD10CM, "A01.9", Level.CODE, CodeStatus.ENDED, 0),
            StatusFacts(),
            "Ended: no longer valid for submission",
        ),
        (node(System.POS, "11", Level.ITEM, CodeStatus.VALID, 1), StatusFacts(ours=True), "Active"),
    ],
)
def test_status_of_nodes_that_are_not_diagnoses(node_: Node, facts: StatusFacts, sentence: str) -> None:
    assert status_text(node_, facts) == sentence


# Fields, passages, links, notice


def test_fields_are_spelled_out_and_empty_ones_left_out(altered: Altered) -> None:
    catalogue = altered(
        "INSERT INTO field SELECT id, 8, 'ANEST_BU', '0', 'Anesthesia base units', '' FROM node WHERE plain = 'A0101'",
        "INSERT INTO field SELECT id, 9, 'ASC_DT', '20251001', 'Since', '' FROM node WHERE plain = 'A0101'",
        "INSERT INTO field SELECT id, 10, 'ASC_DT', '2025', 'Since', '' FROM node WHERE plain = 'A0101'",
        "INSERT INTO field SELECT id, 11, 'ACT EFF DT', '2016-01-01', 'Since', '' FROM node WHERE plain = 'A0101'",
    )
    fields = detail(catalogue, System.HCPCS, "A0101").fields
    assert fields[0] == Field("COV", "C", "Coverage", "As the carrier says")
    assert [(field.value, field.meaning) for field in fields if field.name == "ASC_DT"] == [
        ("20251001", "1 Oct 2025"),
        ("2025", ""),
    ]
    assert Field("ACT EFF DT", "2016-01-01", "Since", "1 Jan 2016") in fields
    assert "ANEST_BU" not in {field.name for field in fields}


def test_processing_notes_are_complete(made_up: Catalogue) -> None:
    passages = {passage.heading: passage for passage in detail(made_up, System.HCPCS, "A0101").passages}
    assert passages["Processing note 0007"].text == "Ask before you ride."
    assert not passages["Processing note 0007"].ours
    assert passages["In Codarium's words"].ours


def test_links_lead_into_other_code_sets(made_up: Catalogue) -> None:
    (link,) = detail(made_up, System.HCPCS, "J0001").links
    target = made_up.find(System.CPT, "00001")
    assert target is not None
    assert link == Link("Cross-reference", System.CPT, "00001", "Made-up procedure, first", target.id, True)


def test_a_link_to_a_code_that_is_not_loaded_has_no_target(altered: Altered) -> None:
    catalogue = altered("UPDATE link SET plain = 'B0001' WHERE plain = '00001'")
    (link,) = detail(catalogue, System.HCPCS, "J0001").links
    assert (link.code, link.title, link.target) == ("B0001", "", None)


def test_a_link_to_a_code_in_no_release_tells_that_its_set_is_loaded(altered: Altered) -> None:
    """A0021 refers to A0030, which no loaded release has: HCPCS itself is loaded."""
    catalogue = altered("UPDATE link SET plain = 'J0009' WHERE plain = 'J0001'")
    (link,) = detail(catalogue, System.HCPCS, "A0101").links
    assert (link.code, link.target, link.is_set_loaded) == ("J0009", None, True)


def test_a_link_into_a_set_that_is_not_loaded_tells_that(altered: Altered) -> None:
    catalogue = altered("DELETE FROM release WHERE system = 'cpt' AND part = 'codes'")
    (link,) = detail(catalogue, System.HCPCS, "J0001").links
    assert not link.is_set_loaded


def test_notice_is_shown_with_every_code_that_needs_it(made_up: Catalogue) -> None:
    assert detail(made_up, System.CPT, "00002").notice == "CPT is somebody's."
    assert detail(made_up, System.MODIFIER, "25").notice == "CPT is somebody's."
    assert detail(made_up, System.HCPCS, "A0101").notice == ""


# The Index


def test_lines_of_indexes_and_tables_name_their_book(made_up: Catalogue) -> None:
    assert diagnosis(made_up, "A00.0").index == (
        IndexLine(("Neoplasm, neoplastic", "arm", "Benign"), "", "Neoplasm Table"),
    )
    (line,) = detail(made_up, System.ICD10PCS, "0DTJ4ZZ").index
    assert (line.see, line.book) == ("see Resection, Appendix", "PCS Index")


def test_finished_code_takes_the_lines_of_its_stem_and_a_heading_only_its_own(made_up: Catalogue) -> None:
    assert diagnosis(made_up, "A00.0XXA").index == diagnosis(made_up, "A00.0").index
    assert diagnosis(made_up, "A00").index == (IndexLine(("Fever (high)", "blue"), "", "Index"),)
    assert diagnosis(made_up, "A00-A09").index == ()


def test_a_manifestation_is_named_as_the_second_code(altered: Altered) -> None:
    catalogue = altered("UPDATE index_entry SET manifestation = 'G63' WHERE path LIKE 'Fever%'")
    assert diagnosis(catalogue, "A00").index[0].see == "with G63 as the second code"


def test_the_first_index_lines_are_read_and_all_are_counted(altered: Altered) -> None:
    numbers = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 450)"
    code_detail = diagnosis(
        altered(
            f"INSERT INTO index_entry {numbers} SELECT 2000000 + x, 'Index', 'Term ' || x, 'code', '', '' FROM n",
            f"INSERT INTO index_target {numbers}"
            " SELECT 2000000 + x, 0, 'A01.8', (SELECT id FROM node WHERE plain = 'A018') FROM n",
        ),
        "A01.8",
    )
    assert len(code_detail.index) == 200
    assert code_detail.index_total == 450
    assert code_detail.index[-1].path == ("Term 200",)


# ICD-10-PCS


def test_axes_of_other_sections_are_named_as_in_their_tables(catalogue: Catalogue) -> None:
    assert detail(catalogue, System.ICD10PCS, "F").axes[0].label == "Physical Rehabilitation and Diagnostic Audiology"
    assert [axis.axis for axis in detail(catalogue, System.ICD10PCS, "0DT").axes] == [
        "Section",
        "Body system",
        "Root operation",
    ]


def test_definition_is_found_under_a_heading_that_says_more_than_the_label(altered: Altered) -> None:
    catalogue = altered(
        "INSERT INTO pcs_definition VALUES ('0', 6, 'No Device in Gastrointestinal System', 'in the gut', '', '')",
        "INSERT INTO pcs_definition VALUES ('0', 7, 'No Qualifier', 'anywhere', '', '')",
        "INSERT INTO pcs_definition VALUES"
        " ('0', 7, 'No Qualifier for Resection in Gastrointestinal System', 'cut', '', '')",
    )
    axes = detail(catalogue, System.ICD10PCS, "0DTJ4ZZ").axes
    assert [axis.definition for axis in axes[2:]] == ["Cutting out all of a body part", "", "", "in the gut", "cut"]


def test_a_value_with_another_meaning_in_one_code_is_kept_apart(altered: Altered) -> None:
    catalogue = altered("INSERT INTO pcs_value VALUES ('0DTJ4ZZ', 6, 'Z', 'Nothing at all', 0)")
    assert detail(catalogue, System.ICD10PCS, "0DTJ4ZZ").axes[5].label == "Nothing at all"
    assert detail(catalogue, System.ICD10PCS, "0DTJ0ZZ").axes[5].label == "No Device"


# Modifiers that go with a code


def test_general_modifiers_come_first(catalogue: Catalogue) -> None:
    codes = [modifier.code for modifier in detail(catalogue, System.CPT, "99213").modifiers]
    assert codes[:3] == ["24", "25", "32"]
    assert codes.index("57") < codes.index("95")
    assert "LT" not in codes
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("code", "fit", "unfit"),
    [
        ("A0428", "GA GY QM QN TP", "A1 A9 AW NU EM KX"),
        ("A4344", "EY GA GY GZ KX AU", "A1 A9 QM GM TK"),
        ("A6250", "A1 A9 AW EY GY", "QM"),
        ("E0601", "KX NU RR UE GA RT LT", "N1 QA BA KA"),
        ("E0431", "RR N1 QA", "BA"),
        ("K0001", "KX NU RR UE KA", "K1 QA"),
        ("L1833", "RT LT KX", "K3 F1 KM"),
        ("J9271", "JZ JW GA", "FP EA AX KO"),
        ("J1050", "FP", "EA"),
        ("J0885", "EA EB EC", "FP"),
        ("G0008", "GA GZ", "26 TC 25 RT GT GP"),
        ("G0402", "25", "26 GP"),
        ("V2020", "VP", "A1"),
    ],
)
def test_modifiers_that_go_with_a_code_fit_it(catalogue: Catalogue, code: str, fit: str, unfit: str) -> None:
    codes = {modifier.code for modifier in detail(catalogue, System.HCPCS, code).modifiers}
    assert set(fit.split()) <= codes
    assert codes.isdisjoint(unfit.split())


def test_everyday_modifiers_come_first_with_hcpcs(catalogue: Catalogue) -> None:
    codes = [modifier.code for modifier in detail(catalogue, System.HCPCS, "J9271").modifiers]
    assert codes[:2] == ["JZ", "JW"]


def test_sides_go_with_every_procedure(catalogue: Catalogue) -> None:
    assert {"LT", "RT", "50"} <= {modifier.code for modifier in detail(catalogue, System.CPT, "12002").modifiers}


def test_ended_modifiers_fit_no_code(altered: Altered) -> None:
    modifiers = detail(altered(), System.HCPCS, "J0001").modifiers
    assert [modifier.code for modifier in modifiers] == ["LT"]
    ended = altered("UPDATE node SET status = 'ended' WHERE plain = 'LT'")
    assert detail(ended, System.HCPCS, "J0001").modifiers == ()


@pytest.mark.parametrize(("system", "code"), [(System.ICD10CM, "A01.0"), (System.HCPCS, "A"), (System.MODIFIER, "25")])
def test_codes_without_modifiers(made_up: Catalogue, system: System, code: str) -> None:
    assert detail(made_up, system, code).modifiers == ()
