"""Codes that are reference inside a note."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.references import printed_codes

Found = list[tuple[str, str, str]]


def found_in(text: str) -> Found:
    return [(reference.printed, reference.low, reference.high) for reference in printed_codes(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("insulin (Z79.4)", [("Z79.4", "Z79.4", "Z79.4")]),
        ("certain infectious and parasitic diseases (A00-B99)", [("A00-B99", "A00", "B99")]),
        ("essential hypertension (I10–I15)", [("I10–I15", "I10", "I15")]),
        ("burns of first degree (T20.0-T20.7)", [("T20.0-T20.7", "T20.0", "T20.7")]),
        ("malignant carcinoid tumors (C7A.-)", [("C7A.-", "C7A", "C7A")]),
        ("gestational diabetes (O24.4-)", [("O24.4-", "O24.4", "O24.4")]),
        ("weeks of gestation (Z3A.-)", [("Z3A.-", "Z3A", "Z3A")]),
        ("pregnancy (O00-O9A)", [("O00-O9A", "O00", "O9A")]),
        ("adverse effect (T40.2X5A)", [("T40.2X5A", "T40.2X5A", "T40.2X5A")]),
        ("hepatitis B (B16.-)", [("B16.-", "B16", "B16")]),
        ("acute pancreatitis (K85-K86.-)", [("K85-K86.-", "K85", "K86")]),
        ("drug abuse (F10.-F19.-)", [("F10.-F19.-", "F10", "F19")]),
        ("injury of neck (S12.0--S12.6.-)", [("S12.0--S12.6.-", "S12.0", "S12.6")]),
        ("pica and stereotypies (F98.2.-F98.3)", [("F98.2.-F98.3", "F98.2", "F98.3")]),
        ("fracture (S92.-with open wound)", [("S92.-", "S92", "S92")]),
        ("head injury (S06.8-code first)", [("S06.8-", "S06.8", "S06.8")]),
    ],
)
def test_codes_ranges_and_dashes(text: str, found: Found) -> None:
    assert found_in(text) == found


def test_range_with_a_condition_on_its_characters() -> None:
    text = "adverse effect, if applicable, to identify drug (T36-T50 with fifth or sixth character 5)"
    assert found_in(text) == [("T36-T50", "T36", "T50")]


def test_several_codes_in_order() -> None:
    text = "diabetes mellitus related eye conditions (E09.3-, E10.3-, E11.3-, E13.3-)"
    assert [printed for printed, _, _ in found_in(text)] == ["E09.3-", "E10.3-", "E11.3-", "E13.3-"]


@pytest.mark.parametrize(
    "text",
    [
        "vitamin B12 deficiency anemia",
        "deficiency of vitamins B6, B12",
        "vertebrae C1-C2",
        "level T4",
        "hepatitis A",
        "factor VIII",
        "D10W infusion",
        "XE11.9",
        "20/200",
        "",
    ],
)
def test_what_only_looks_like_a_code(text: str) -> None:
    assert found_in(text) == []


def test_code_after_a_vitamin_is_found() -> None:
    assert [printed for printed, _, _ in found_in("vitamin B12 deficiency anemia (D51.-)")] == ["D51.-"]


@given(st.text(alphabet="ABET0123459.-– ()vitamin", max_size=60))
def test_offsets_cut_out_what_is_printed(text: str) -> None:
    end = 0
    for reference in printed_codes(text):
        assert text[reference.start : reference.end] == reference.printed
        assert reference.start >= end
        end = reference.end
