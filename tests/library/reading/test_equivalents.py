"""Equivalents of codes in ICD-9-CM, and the codes of ICD-9-CM that a text names."""

import pytest

from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from tests.library.reading.made_up_codes import Altered, detail, diagnosis

INSERT_EQUIVALENCE = "INSERT INTO equivalence VALUES ('{}', '{}', '{}', '{}')"
INSERT_ICD9_TITLE = "INSERT INTO icd9 VALUES ({}, '{}', '{}')"


def test_equivalents_of_a_code_with_their_flags_in_words(altered: Altered) -> None:
    catalogue = altered(
        "DELETE FROM equivalence",
        INSERT_EQUIVALENCE.format("cm10to9", "A010", "00000", "25000"),
        INSERT_EQUIVALENCE.format("cm10to9", "A010", "10111", "E8000"),
        INSERT_EQUIVALENCE.format("cm10to9", "A010", "10112", "V101"),
        INSERT_EQUIVALENCE.format("cm9to10", "25000", "10000", "A010"),
        INSERT_EQUIVALENCE.format("cm9to10", "4869", "10111", "A010"),
        INSERT_ICD9_TITLE.format(0, "25000", "Sweet fever"),
    )
    equivalents = diagnosis(catalogue, "A01.0").equivalents
    assert [(equivalent.code, equivalent.title, equivalent.remark) for equivalent in equivalents] == [
        ("250.00", "Sweet fever", "exact"),
        ("E800.0", "", "approximate; needs 2 codes together: list 1 of 2"),
        ("V10.1", "", "approximate; needs 2 codes together: list 2 of 2"),
        ("486.9", "", "approximate, only when mapped from ICD-9-CM, with other codes"),
    ]
    assert {equivalent.system_label for equivalent in equivalents} == {"ICD-9-CM"}


def test_a_code_without_an_equivalent_has_that_remark(altered: Altered) -> None:
    (missing,) = diagnosis(altered(INSERT_EQUIVALENCE.format("cm10to9", "A010", "11000", "")), "A01.0").equivalents
    assert (missing.code, missing.remark) == ("", "no equivalent")


def test_procedures_have_their_own_maps_and_dots(altered: Altered) -> None:
    catalogue = altered(
        INSERT_EQUIVALENCE.format("pcs10to9", "0DTJ4ZZ", "10000", "4709"),
        INSERT_ICD9_TITLE.format(0, "4709", "A diagnosis of that number"),
        INSERT_ICD9_TITLE.format(1, "4709", "Other removal"),
    )
    (equivalent,) = detail(catalogue, System.ICD10PCS, "0DTJ4ZZ").equivalents
    assert (equivalent.system_label, equivalent.code, equivalent.title) == (
        "ICD-9-CM Volume 3",
        "47.09",
        "Other removal",
    )
    assert detail(catalogue, System.ICD10PCS, "0DTJ").equivalents == ()


def test_alternative_combinations_are_numbered(altered: Altered) -> None:
    catalogue = altered(
        "DELETE FROM equivalence",
        INSERT_EQUIVALENCE.format("cm9to10", "0010", "10111", "A010"),
        INSERT_EQUIVALENCE.format("cm9to10", "0010", "10112", "A018"),
        INSERT_EQUIVALENCE.format("cm9to10", "0010", "10121", "A000XXA"),
        INSERT_EQUIVALENCE.format("cm9to10", "0010", "10122", "A018"),
    )
    (reading,) = catalogue.icd9("001.0")
    assert reading.total == 3
    assert [equivalent.remark for equivalent in reading.equivalents][2:] == [
        "approximate; needs 2 codes together: list 1 of 2, combination 2 of 2",
        "approximate; needs 2 codes together: list 2 of 2, combination 2 of 2",
    ]


# ICD-9-CM


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("001.0", ["001.0"]),
        (" 001.0 ", ["001.0"]),
        ("0010", ["001.0", "00.10"]),
        ("00.10", ["00.10"]),
        ("001", ["001"]),
        ("002", []),
        ("0.010", []),
        ("e800.0", ["E800.0"]),
        ("E8000", ["E800.0"]),
        ("V10.1", ["V10.1"]),
        ("V10.", ["V10"]),
        ("A01.0", []),
        ("", []),
        (".", []),
        ("blue fever", []),
        ("\u0660\u0660\u0661.\u0660", []),
    ],
)
def test_texts_that_are_codes_of_icd9(altered: Altered, text: str, codes: list[str]) -> None:
    titles = ((0, "E8000"), (0, "V101"), (1, "0010"))
    catalogue = altered(*(INSERT_ICD9_TITLE.format(procedure, code, "Made-up") for procedure, code in titles))
    assert [reading.code for reading in catalogue.icd9(text)] == codes


def test_icd9_code_leads_to_codes_that_are_loaded(made_up: Catalogue) -> None:
    (reading,) = made_up.icd9("001.0")
    target = made_up.find(System.ICD10CM, "A00.0XXA")
    assert target is not None
    (equivalent,) = reading.equivalents
    assert (equivalent.system_label, equivalent.code, equivalent.title) == ("ICD-10-CM", "A00.0XXA", target.title)
    assert (equivalent.remark, equivalent.target, reading.total) == ("approximate", target.id, 1)


def test_number_that_is_a_loaded_code_is_not_taken_for_icd9(altered: Altered) -> None:
    catalogue = altered(INSERT_ICD9_TITLE.format(0, "00001", "Made-up"))
    assert catalogue.icd9("00001") == ()
    assert [reading.code for reading in catalogue.icd9("000.01")] == ["000.01"]
