"""The titles of families of ICD-10-PCS codes."""

import sqlite3

import pytest

from app.codes.systems import System
from app.library.compiling.icd10pcs import family_title
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.releases.records import PcsCode


def code(plain: str, title: str, part: str, approach: str = "Open") -> PcsCode:
    labels = ("Medical and Surgical", "System", title.split()[0], part, approach, "No Device", "No Qualifier")
    return PcsCode(plain, title, labels)


def test_words_that_differ_in_the_middle_become_an_ellipsis() -> None:
    family = [
        code("0DH501Z", "Insertion of Radioactive Element into Esophagus, Open Approach", "Esophagus"),
        code("0DH502Z", "Insertion of Monitoring Device into Esophagus, Open Approach", "Esophagus"),
    ]
    assert family_title(family) == "Insertion of … into Esophagus"


def test_the_approach_is_never_part_of_the_title() -> None:
    family = [
        code("0DTJ0ZZ", "Resection of Appendix, Open Approach", "Appendix"),
        code(
            "0DTJ7ZZ",
            "Resection of Appendix, Via Natural or Artificial Opening",
            "Appendix",
            "Via Natural or Artificial Opening",
        ),
    ]
    assert family_title(family) == "Resection of Appendix"


def test_a_family_keeps_its_own_body_part_where_a_title_names_another() -> None:
    family = [
        code("027R0T6", "Dilation of Ductus Arteriosus, Open Approach", "Pulmonary Artery, Left"),
        code("027R0ZZ", "Dilation of Left Pulmonary Artery, Open Approach", "Pulmonary Artery, Left"),
    ]
    assert family_title(family) == "Dilation, Pulmonary Artery, Left"
    family = [
        code("02570ZK", "Destruction of Left Atrial Appendage, Open Approach", "Atrium, Left"),
        code("02570ZZ", "Destruction of Left Atrium, Open Approach", "Atrium, Left"),
    ]
    assert family_title(family) == "Destruction, Atrium, Left"


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("0DTJ", "Resection of Appendix"),
        ("0FT4", "Resection of Gallbladder"),
        ("0QS9", "Reposition Left Femoral Shaft"),
        ("0DH5", "Insertion of … into Esophagus"),
        ("0SRC", "Replacement of Right Knee Joint"),
        ("0270", "Dilation of Coronary Artery, One Artery"),
    ],
)
def test_real_families(catalogue: Catalogue, stem: str, title: str) -> None:
    family = catalogue.find(System.ICD10PCS, stem)
    assert family is not None
    assert family.title.replace(",", "") == title.replace(",", "")


def test_no_title_is_only_an_operation_and_a_side(library: Library) -> None:
    connection: sqlite3.Connection = library.connect()
    rows = connection.execute("SELECT code, title FROM node WHERE level = 'family'").fetchall()
    assert len(rows) == 11882
    operations = {
        title.split(", ")[0] for (title,) in connection.execute("SELECT title FROM node WHERE level = 'operation'")
    }
    assert [row for row in rows if set(row[1].split()) <= operations | {"of", "Left", "Right", "…"}] == []
