"""The forms of codes: dots, padding, typed and pasted spellings, and what a text looks like."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.shapes import (
    code_spellings,
    covered,
    dotted,
    finished,
    may_be_procedure,
    of_another_set,
    pasted_code,
    plain,
    shape_of,
    without_hidden_signs,
    written,
)
from app.codes.systems import System


def test_sections_cover_up_to_the_highest_end() -> None:
    assert covered(["A00-A09", "A15-A19"]) == "A00-A19"
    assert covered(["C00-C96", "C00-C14"]) == "C00-C96"


def test_code_of_a_set_that_is_not_searched_is_placed() -> None:
    assert of_another_set("E11.40", System.ICD10CM) == "E11.40 is in ICD-10-CM, which is not searched."


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("E11.40", "E1140"),
        ("e11.40 ", "E1140"),
        ("e 11 40", "E1140"),
        ("S72.0-", "S720"),
        ("C7A.-", "C7A"),
        ("0dtj4zz", "0DTJ4ZZ"),
        ("E08-E13", "E08-E13"),
        ("", ""),
    ],
)
def test_plain_is_bare_and_upper_case(typed: str, bare: str) -> None:
    assert plain(typed) == bare


@pytest.mark.parametrize(("bare", "with_dot"), [("E11", "E11"), ("E114", "E11.4"), ("S72301A", "S72.301A")])
def test_dot_stands_after_the_category(bare: str, with_dot: str) -> None:
    assert dotted(bare) == with_dot
    assert plain(with_dot) == bare


def test_dot_belongs_to_icd10cm_codes_only() -> None:
    assert written(System.ICD10CM, "E1140") == "E11.40"
    assert written(System.ICD10CM, "E08-E13") == "E08-E13"
    assert written(System.ICD10PCS, "0DTJ4ZZ") == "0DTJ4ZZ"


@pytest.mark.parametrize(
    ("stem", "char", "code"),
    [("T07", "A", "T07XXXA"), ("O311", "1", "O311XX1"), ("S7230", "D", "S7230XD"), ("S72301", "A", "S72301A")],
)
def test_seventh_character_stands_seventh(stem: str, char: str, code: str) -> None:
    assert finished(stem, char) == code


@pytest.mark.parametrize(
    ("typed", "likeliest"),
    [
        ("e11.40", ["E1140"]),
        ("ODTJ4ZZ", ["ODTJ4ZZ", "0DTJ4ZZ"]),
        ("E1I.9", ["E1I9", "E119"]),
        ("O24.4I9", ["O24419"]),
        ("S72.0-", ["S720"]),
        ("El1.9", ["E119"]),
        ("El1.l0", ["E1110"]),
    ],
)
def test_letters_typed_for_digits_are_forgiven(typed: str, likeliest: list[str]) -> None:
    found = code_spellings(typed)
    assert found[0] == plain(typed)
    assert set(likeliest) <= set(found)


def test_an_l_that_no_1_looks_like_is_kept() -> None:
    assert code_spellings("EL1.9") == ("EL19",)
    assert code_spellings("l89.0") == ("L890",)
    assert code_spellings("0dl64cz") == ("0DL64CZ",)


def test_an_obstetric_code_keeps_its_first_letter() -> None:
    assert "O24419" in code_spellings("O24.419")


@pytest.mark.parametrize(
    "text", ["", " ", "-", "é11", "E11/9", "E11.9 (see)", "1234567890", "\u0661\u0661\u0661", "E11\0"]
)
def test_what_cannot_be_a_code_has_no_spelling(text: str) -> None:
    assert code_spellings(text) == ()


@given(st.text(alphabet=string.ascii_letters + string.digits + ". -", max_size=12))
def test_spellings_are_plain_and_distinct(text: str) -> None:
    found = code_spellings(text)
    assert len(set(found)) == len(found)
    assert all(spelling == plain(spelling) and len(spelling) == len(plain(text)) for spelling in found)


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("E11.9 - Type 2 diabetes mellitus", "E11.9"),
        ("E11.9: Type 2 diabetes", "E11.9"),
        ("• E11.9 – Type 2 diabetes", "E11.9"),
        ("O24.419\tGestational diabetes", "O24.419"),
        ("T07.XXXA, Unspecified multiple injuries", "T07.XXXA"),
        ("S72.0- - Fracture of head and neck of femur", "S72.0"),
        ("0DTJ4ZZ - Resection of Appendix", "0DTJ4ZZ"),
        ("99213 - office visit", "99213"),
        ("E11.9", ""),
        ("diabetes - type 2", ""),
        ("well-being: counselling", ""),
        ("", ""),
    ],
)
def test_code_opens_a_pasted_line(pasted: str, code: str) -> None:
    assert pasted_code(pasted) == code


@pytest.mark.parametrize(
    ("typed", "name", "said"),
    [
        (
            "99213",
            "cpt",
            "99213 has the form of a CPT code (Category I, Evaluation and Management); add your licensed file",
        ),
        ("00790", "cpt", "00790 has the form of a CPT code (Category I, Anesthesia);"),
        ("12002", "cpt", "12002 has the form of a CPT code (Category I, Surgery);"),
        ("69990", "cpt", "69990 has the form of a CPT code (Category I, Surgery);"),
        ("70010", "cpt", "70010 has the form of a CPT code (Category I, Radiology);"),
        ("87635", "cpt", "87635 has the form of a CPT code (Category I, Pathology and Laboratory);"),
        ("90658", "cpt", "90658 has the form of a CPT code (Category I, Medicine);"),
        ("98005", "cpt", "98005 has the form of a CPT code (Category I, Evaluation and Management);"),
        ("99607", "cpt", "99607 has the form of a CPT code (Category I, Medicine);"),
        ("05000", "cpt", "05000 has the form of a CPT code, but no section of CPT has that number"),
        ("99201", "cpt", "99201 has the form of a CPT code, but no section of CPT has that number"),
        ("99608", "cpt", "no section of CPT has that number"),
        ("0016f", "cpt", "0016F has the form of a CPT code (Category II, performance measurement);"),
        ("9008F", "cpt", "no section of CPT has that number"),
        (
            "0042T",
            "cpt",
            "0042T has the form of a CPT code (Category III, emerging technology with a temporary",
        ),
        ("0041T", "cpt", "no section of CPT has that number"),
        ("0001U", "cpt", "0001U has the form of a CPT code (PLA, a proprietary laboratory test);"),
        ("0002M", "cpt", "0002M has the form of a CPT code (MAAA, a laboratory test with an algorithm);"),
        ("0001A", "cpt", "0001A has the form of a CPT code (COVID-19 vaccine administration, ended in 2023);"),
        ("D0120", "cdt", "D0120 has the form of a dental code (CDT); dental codes are licensed"),
        ("D0120", "cdt", "American Dental Association"),
        ("J1100", "hcpcs", "J1100 has the form of a HCPCS code but is not among the loaded codes"),
        ("250.00", "icd9", "250.00 has the form of an ICD-9-CM code"),
        ("v10.5", "icd9", "V10.5 has the form of an ICD-9-CM code"),
        ("E885.9", "icd9", "E885.9 has the form of an ICD-9-CM code"),
        ("38.93", "icd9", "38.93 has the form of an ICD-9-CM procedure code"),
        ("2W3HX1Z", "icd10pcs", "an ICD-10-PCS code (Placement) but is not among the loaded codes"),
        ("0DTJ4ZY", "icd10pcs", "an ICD-10-PCS code (Medical and Surgical) but is not among the loaded codes"),
        ("S72301X", "icd10cm", "S72.301X has the form of an ICD-10-CM code"),
        ("C50.911X", "icd10cm", "C50.911X has the form of an ICD-10-CM code"),
        ("E11.45", "icd10cm", "E11.45 has the form"),
        ("z99.999", "icd10cm", "Z99.999 has the form of an ICD-10-CM code"),
        ("C7A.9", "icd10cm", "C7A.9 has the form"),
    ],
)
def test_shape_is_named_in_a_sentence(typed: str, name: str, said: str) -> None:
    shape = shape_of(typed)
    assert shape is not None
    assert shape.name == name
    assert said in shape.sentence()


@pytest.mark.parametrize("word", ["", "heart", "abdomen", "walking", "dialysis", "25", "11", "A", "type 2", "  ", "-"])
def test_ordinary_words_have_no_shape(word: str) -> None:
    assert shape_of(word) is None


def test_shape_names_the_release_that_lacks_the_code() -> None:
    shape = shape_of("J1100")
    assert shape is not None
    assert shape.system is System.HCPCS
    assert (
        shape.sentence("October 2025") == "J1100 has the form of a HCPCS code but is not in the October 2025 release."
    )


@given(st.text(max_size=40))
def test_any_text_can_be_asked(text: str) -> None:
    code_spellings(text)
    shape_of(text)
    assert pasted_code(text) in text


@pytest.mark.parametrize(
    ("text", "statement"),
    [
        ("02/17/2023", "02/17/2023 is a date"),
        ("2023-02-17", "2023-02-17 is a date"),
        ("dob 7/4/1961", "dob 7/4/1961 is a date"),
        ("02/17/2023 - 02/19/2023", "02/17/2023 - 02/19/2023 is a date"),
        ("987-65-4320", "987-65-4320 is a number"),
        ("(212) 555-0100", "(212) 555-0100 is a number"),
        ("212.555.0100", "212.555.0100 is a number"),
        ("MRN: 0045678", "MRN: 0045678 is a number"),
        ("npi 1098765432", "npi 1098765432 is a number"),
        ("20/30", "20/30 is a number"),
        ("age 45", "age 45 is a number"),
        ("wt 180 lbs", "wt 180 lbs is a number"),
        ("visual acuity 20/200", "visual acuity 20/200 is a number"),
        ("March 9, 2023", "March 9, 2023 is a date"),
        ("9-Mar-2023", "9-Mar-2023 is a date"),
        ("8:15 pm", "8:15 pm is a number"),
    ],
)
def test_dates_and_numbers_of_persons_are_no_codes(text: str, statement: str) -> None:
    shape = shape_of(text)
    assert shape is not None
    assert shape.name == "number"
    assert shape.statement.startswith(statement)


@pytest.mark.parametrize("text", ["grade 88", "stage 21", "level 99", "augmentin 12 2023"])
def test_words_beside_a_number_have_no_form_of_a_code(text: str) -> None:
    assert shape_of(text) is None


@pytest.mark.parametrize(
    ("text", "is_procedure"), [("80053", True), ("E9600", True), ("07054", False), ("800.53", False)]
)
def test_texts_that_may_be_procedures(text: str, *, is_procedure: bool) -> None:
    assert may_be_procedure(text) is is_procedure


@pytest.mark.parametrize(
    ("text", "seen"),
    [("E78.5\u200b", "E78.5"), ("J45\u2011J47", "J45-J47"), ("E78.5\u00a0", "E78.5 "), ("E78.5", "E78.5")],
)
def test_hidden_signs_are_removed(text: str, seen: str) -> None:
    assert without_hidden_signs(text) == seen
