"""Manifestations by their titles, under the conventions of ICD-10-CM."""

import pytest

from app.codes.node import is_manifestation


@pytest.mark.parametrize(
    ("title", "manifestation"),
    [
        ("Dementia in other diseases classified elsewhere, unspecified severity", True),  # F02.80
        ("Immunodeficiency due to conditions classified elsewhere", True),  # D84.81
        ("Psychological and behavioral factors associated with disorders or diseases classified elsewhere", True),
        ("Pleural effusion in other conditions classified elsewhere", True),  # J91.8
        ("Streptococcus, group A, as the cause of diseases classified elsewhere", False),  # B95.0
        ("Other specified diabetes mellitus, not elsewhere classified", False),
    ],
)
def test_what_is_never_first_listed(title: str, manifestation: bool) -> None:
    assert is_manifestation(title) is manifestation
