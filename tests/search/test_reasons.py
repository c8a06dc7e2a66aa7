"""Why a row is there."""

from dataclasses import replace

import pytest

from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.reasons import book, said


@pytest.mark.parametrize(
    ("line", "code", "name"),
    [
        ("Neoplasm, breast, Malignant Primary", "C50", "Neoplasm Table"),
        ("Petrol, vapor, Poisoning Assault", "T52", "Table of Drugs"),
        ("Petrol → Gasoline, Underdosing", "T52", "Index"),
        ("Fall, falling, from, ladder", "W11", "External Cause Index"),
        ("Attack, heart → Infarct, myocardium", "I21", "Index"),
    ],
)
def test_the_book_is_told_from_the_line(catalogue: Catalogue, line: str, code: str, name: str) -> None:
    node = catalogue.find(System.ICD10CM, code)
    assert node is not None
    assert book(line, node) == name
    assert book(line, replace(node, system=System.ICD10PCS)) == "Index"


def test_what_a_line_refers_on_to_is_not_marked() -> None:
    assert said("Index: Attack, heart → Infarct, myocardium · everyday: x → y") == "Index: Attack, heart"
    assert said("includes: Stone in kidney · everyday: x → y") == "includes: Stone in kidney"
