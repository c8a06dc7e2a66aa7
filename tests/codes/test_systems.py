"""The code sets under the names that people use."""

import pytest

from app.codes.systems import ALIASES, READING_ORDER, SYSTEM_LABELS, System


def test_every_code_set_has_a_label_and_a_rank() -> None:
    assert set(SYSTEM_LABELS) == set(System) == set(READING_ORDER)
    assert [system.label for system in READING_ORDER][:2] == ["ICD-10-CM", "ICD-10-PCS"]


def test_diagnoses_are_read_first() -> None:
    assert min(System, key=lambda system: system.rank) is System.ICD10CM


@pytest.mark.parametrize(
    ("name", "system"),
    [
        ("icd10cm", System.ICD10CM),
        ("cm", System.ICD10CM),
        ("icd10pcs", System.ICD10PCS),
        ("pcs", System.ICD10PCS),
        ("hcpcs", System.HCPCS),
        ("modifier", System.MODIFIER),
        ("mod", System.MODIFIER),
        ("pos", System.POS),
        ("cpt", System.CPT),
    ],
)
def test_names_of_the_command_line(name: str, system: System) -> None:
    assert ALIASES[name] is system


def test_there_are_no_other_names() -> None:
    assert len(ALIASES) == 9
