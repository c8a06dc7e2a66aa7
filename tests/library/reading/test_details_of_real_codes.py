"""Details of real codes: status, notes, 7th characters, axes, and neighbors."""

import pytest

from app.codes.detail import NoteKind
from app.codes.node import CodeStatus
from app.codes.systems import READING_ORDER
from app.library.reading.catalogue import Catalogue
from tests.library.reading.real_codes import detail, node

# Status


@pytest.mark.parametrize(
    ("code", "status", "sentence"),
    [
        ("E11.40", CodeStatus.VALID, "Valid for submission"),
        ("I10", CodeStatus.VALID, "Valid for submission"),
        ("S72.301A", CodeStatus.VALID, "Valid for submission"),
        ("0DTJ4ZZ", CodeStatus.VALID, "Valid for submission"),
        ("F02.80", CodeStatus.MANIFESTATION, "Valid for submission, but never first-listed"),
        ("S72.301", CodeStatus.HEADING, "Not valid: needs a 7th character"),
        ("T07", CodeStatus.HEADING, "Not valid: needs a 7th character"),
        ("E11.4", CodeStatus.HEADING, "A heading: choose one of 6 codes below"),
        ("E08-E13", CodeStatus.HEADING, "A heading with 432 codes"),
        ("0DTJ", CodeStatus.HEADING, "Not valid: needs seven characters; choose one of 5 codes below"),
        ("0DT", CodeStatus.HEADING, "A heading with 106 codes"),
        ("B20-B20", CodeStatus.HEADING, "A heading with 1 code"),
        ("I1A", CodeStatus.HEADING, "A heading: choose the one code below"),
        ("D84.81", CodeStatus.MANIFESTATION, "Valid for submission, but never first-listed"),
        ("F54", CodeStatus.MANIFESTATION, "Valid for submission, but never first-listed"),
        ("G47.27", CodeStatus.MANIFESTATION, "Valid for submission, but never first-listed"),
        ("J91.8", CodeStatus.MANIFESTATION, "Valid for submission, but never first-listed"),
        ("A0425", CodeStatus.VALID, "Valid for submission when last checked; description by Codarium"),
        ("99213", CodeStatus.VALID, "Valid for submission when last checked; worked example"),
        ("A0021-A0999", CodeStatus.HEADING, "A heading with 23 codes of the starter set"),
        (
            "99202-99215",
            CodeStatus.HEADING,
            "A range of CPT codes with 2 worked examples; all of its codes come with",
        ),
        ("99221-99239", CodeStatus.HEADING, "A range of CPT codes; its codes come with your licensed file"),
        ("PLA", CodeStatus.HEADING, "A part of CPT; its codes come with your licensed file"),
        ("P1-P6", CodeStatus.HEADING, "A heading with 6 modifiers"),
        ("B", CodeStatus.HEADING, "A heading with 2,978 codes"),
    ],
)
def test_status_is_one_sentence(catalogue: Catalogue, code: str, status: CodeStatus, sentence: str) -> None:
    code_detail = detail(catalogue, code)
    assert code_detail.node.status is status
    assert code_detail.status_text.startswith(sentence)
    assert code_detail.node.billable is code_detail.status_text.startswith("Valid")


# Notes


def test_inherited_notes_nearest_level_first(catalogue: Catalogue) -> None:
    notes = detail(catalogue, "E11.40").notes
    levels = list(dict.fromkeys(note.source for note in notes))
    assert levels == ["E11", "4"]
    own = [note.text for note in notes if note.source == "E11"]
    assert own[0] == "diabetes (mellitus) due to insulin secretory defect"
    assert own[-1] == "type 1 diabetes mellitus (E10.-)"


def test_chapter_and_section_notes_reach_a_finished_code(catalogue: Catalogue) -> None:
    levels = list(dict.fromkeys(note.source for note in detail(catalogue, "S72.301A").notes))
    assert levels == ["S72", "S70-S79", "19"]


def test_inclusion_terms_are_a_codes_own(catalogue: Catalogue) -> None:
    own = [note.text for note in detail(catalogue, "I50.9").notes if note.kind is NoteKind.INCLUSION]
    assert "Congestive heart failure NOS" in own
    above = node(catalogue, "J45.90")
    assert any(note.kind is NoteKind.INCLUSION for note in catalogue.detail(above.id).notes)
    below = catalogue.detail(node(catalogue, "J45.901").id)
    assert {note.source for note in below.notes if note.kind is NoteKind.INCLUSION} <= {"J45.901"}


def test_a_finished_code_takes_its_stems_inclusion_terms_and_no_others(catalogue: Catalogue) -> None:
    stem = detail(catalogue, "S06.0X0")
    finished = detail(catalogue, "S06.0X0A")
    assert finished.notes == stem.notes
    with_terms = detail(catalogue, "T36.0X1A")
    assert {n.source for n in with_terms.notes if n.kind is NoteKind.INCLUSION} == {"T36.0X1"}


def test_notes_of_seventh_characters_are_a_kind_of_their_own(catalogue: Catalogue) -> None:
    (note,) = (n for n in detail(catalogue, "T07").notes if n.kind is NoteKind.SEVENTH_CHARACTER)
    assert note.text == "The appropriate 7th character is to be added to code T07"


def test_codes_in_notes_lead_to_the_code_that_they_print(catalogue: Catalogue) -> None:
    notes = {note.text: note.references for note in detail(catalogue, "E11.40").notes}
    (insulin,) = notes["insulin (Z79.4)"]
    assert insulin.target is not None
    assert catalogue.node(insulin.target).code == "Z79.4"
    (gestational,) = notes["gestational diabetes (O24.4-)"]
    assert gestational.printed == "O24.4-"
    assert gestational.target is not None
    assert catalogue.node(gestational.target).code == "O24.4"


@pytest.mark.parametrize(
    ("code", "printed"), [("E08", "K85-K86.-"), ("S91", "S92.-"), ("T40", "F10.-F19.-"), ("K85.3", "F11.-F17.-")]
)
def test_dashes_are_part_of_the_printed_code(catalogue: Catalogue, code: str, printed: str) -> None:
    named = [reference for note in detail(catalogue, code).notes for reference in note.references]
    assert printed in [reference.printed for reference in named]


def test_ranges_open_their_section_or_chapter(catalogue: Catalogue) -> None:
    printed = {
        reference.printed: catalogue.node(reference.target).code
        for note in detail(catalogue, "S72.301A").notes + detail(catalogue, "H54.11").notes
        for reference in note.references
        if reference.target is not None
    }
    assert printed["T20-T32"] == "T20-T32"
    assert printed["S00-T88"] == "19"
    assert printed["A00-B99"] == "1"
    assert printed["S78.-"] == "S78"


# 7th characters


def test_seventh_characters_lead_to_finished_codes_with_their_padding(catalogue: Catalogue) -> None:
    choices = detail(catalogue, "T07").seventh
    assert [(choice.char, choice.meaning, choice.code) for choice in choices] == [
        ("A", "initial encounter", "T07.XXXA"),
        ("D", "subsequent encounter", "T07.XXXD"),
        ("S", "sequela", "T07.XXXS"),
    ]
    assert [choice.node for choice in choices] == [node(catalogue, choice.code).id for choice in choices]


def test_seventh_characters_are_the_same_on_stem_and_finished_code(catalogue: Catalogue) -> None:
    assert detail(catalogue, "S72.301").seventh == detail(catalogue, "S72.301K").seventh
    assert len(detail(catalogue, "S72.301").seventh) == 16


def test_only_the_nearest_definitions_apply(catalogue: Catalogue) -> None:
    assert [choice.char for choice in detail(catalogue, "H40.1131").seventh] == ["0", "1", "2", "3", "4"]
    assert detail(catalogue, "M80.08XA").seventh[0].meaning == "initial encounter for fracture"


def test_a_seventh_character_without_a_listed_code_has_no_node(catalogue: Catalogue) -> None:
    choices = {choice.char: choice.node for choice in detail(catalogue, "S06.1X7").seventh}
    assert choices["A"] == node(catalogue, "S06.1X7A").id
    assert choices["D"] is None


@pytest.mark.parametrize("code", ["E11.40", "S72.30", "S72", "E08-E13", "19", "0DTJ4ZZ"])
def test_no_seventh_characters_where_none_belong(catalogue: Catalogue, code: str) -> None:
    assert detail(catalogue, code).seventh == ()


# ICD-10-PCS


def test_axes_of_a_code(catalogue: Catalogue) -> None:
    axes = detail(catalogue, "0DTJ4ZZ").axes
    assert [(axis.position, axis.axis, axis.value, axis.label) for axis in axes] == [
        (1, "Section", "0", "Medical and Surgical"),
        (2, "Body system", "D", "Gastrointestinal System"),
        (3, "Root operation", "T", "Resection"),
        (4, "Body part", "J", "Appendix"),
        (5, "Approach", "4", "Percutaneous Endoscopic"),
        (6, "Device", "Z", "No Device"),
        (7, "Qualifier", "Z", "No Qualifier"),
    ]
    assert axes[2].definition == "Cutting out or off, without replacement, all of a body part"
    assert "Total nephrectomy" in axes[2].examples
    assert axes[3].terms == ("Appendiceal orifice", "Vermiform appendix")
    assert axes[4].definition.startswith("Entry, by puncture or minor incision")


@pytest.mark.parametrize(("code", "length"), [("0", 1), ("0D", 2), ("0DT", 3), ("0DTJ", 4)])
def test_headings_show_the_axes_that_they_have(catalogue: Catalogue, code: str, length: int) -> None:
    assert [axis.value for axis in detail(catalogue, code).axes] == list(code)[:length]


def test_every_value_of_every_table_has_a_name(catalogue: Catalogue) -> None:
    for family in catalogue.children(node(catalogue, "0SR").id):
        for code in catalogue.children(family.id)[:3]:
            assert all(axis.label for axis in catalogue.detail(code.id).axes), code.code


def test_diagnoses_have_no_axes(catalogue: Catalogue) -> None:
    assert detail(catalogue, "E11.40").axes == ()


def test_index_lines_that_lead_to_a_code(catalogue: Catalogue) -> None:
    lines = {(line.path, line.see) for line in detail(catalogue, "0DTJ4ZZ").index}
    assert (("Appendectomy",), "see Resection, Appendix") in lines
    assert (("Resection", "Appendix"), "") in lines
    assert detail(catalogue, "0DTJ").index == detail(catalogue, "0DTJ4ZZ").index


# Neighbors and counterparts


@pytest.mark.parametrize(
    ("code", "previous", "following"),
    [
        ("E11.40", "E11.39", "E11.41"),
        ("S72.301A", "S72.26XS", "S72.301B"),
        ("E11", "E10", "E13"),
        ("E08-E13", "E00-E07", "E15-E16"),
        ("13", "12", "14"),
        ("1", None, "2"),
        ("22", "21", None),
        ("A00.0", None, "A00.1"),
        ("U09.9", "U07.1", None),
        ("0DTJ4ZZ", "0DTJ4ZG", "0DTJ7ZZ"),
        ("0DTJ", "0DTH", "0DTK"),
        ("99213", "90658", "99214"),
        ("99202-99215", "99091-99474", "99221-99239"),
        ("00100-01999", None, "10004-69990"),
        ("P1", "8P", "P2"),
        ("99", "97", "1P"),
        ("22-99", None, "1P-8P"),
        ("Q", "P", "R"),
        ("B", "9", "C"),
    ],
)
def test_neighbors_are_of_the_same_kind(
    catalogue: Catalogue, code: str, previous: str | None, following: str | None
) -> None:
    code_detail = detail(catalogue, code)
    assert (code_detail.previous.code if code_detail.previous else None) == previous
    assert (code_detail.next.code if code_detail.next else None) == following


@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("S72.301A", {"left": "S72.302A", "unspecified": "S72.309A"}),
        ("S72.302", {"right": "S72.301", "unspecified": "S72.309"}),
        ("M17.11", {"left": "M17.12", "unspecified": "M17.10"}),
        ("C50.911", {"left": "C50.912", "unspecified": "C50.919"}),
        ("H40.1111", {"left": "H40.1121", "bilateral": "H40.1131", "unspecified": "H40.1191"}),
        ("0SRC0JZ", {"left": "0SRD0JZ"}),
        ("0QS9", {"right": "0QS8"}),
        ("LT", {"right": "RT"}),
        ("E11.40", {}),
        ("I10", {}),
    ],
)
def test_counterparts(catalogue: Catalogue, code: str, others: dict[str, str]) -> None:
    assert {side: other.code for side, other in detail(catalogue, code).counterparts} == others


# The table of visual impairment, code sets


@pytest.mark.parametrize("code", ["H54", "H54.11", "H54.1131", "H54.8"])
def test_every_code_of_its_category_has_the_table_of_visual_impairment(catalogue: Catalogue, code: str) -> None:
    rows = detail(catalogue, code).visual
    assert [row.category for row in rows[1:]] == ["1", "2", "3", "4", "5", "9"]
    assert rows[1].at_least[-1] == "20/200"


def test_other_codes_have_no_table_of_visual_impairment(catalogue: Catalogue) -> None:
    for code in ("H53.9", "7", "H53-H54", "E11.40", "0DTJ4ZZ"):
        assert detail(catalogue, code).visual == ()


def test_release_is_that_of_the_code(catalogue: Catalogue) -> None:
    assert detail(catalogue, "E11.40").release == "FY2026 (April 2026)"
    assert detail(catalogue, "0DTJ4ZZ").release == "FY2025 (April 2025)"
    assert [code_set.system for code_set in catalogue.code_sets()] == list(READING_ORDER)


def test_device_is_explained_in_its_body_system(catalogue: Catalogue) -> None:
    assert detail(catalogue, "0410090").axes[5].terms == ("Autologous vein graft",)


def test_agent_of_a_disease_is_no_manifestation(catalogue: Catalogue) -> None:
    assert detail(catalogue, "B95.0").status_text == "Valid for submission"
