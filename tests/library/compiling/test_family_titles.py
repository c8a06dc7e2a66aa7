"""What a family of ICD-10-PCS codes is called."""

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


def test_what_differs_in_the_middle_is_left_open() -> None:
    family = [
        code("0DH501Z", "Insertion of Radioactive Element into Esophagus, Open Approach", "Esophagus"),
        code("0DH502Z", "Insertion of Monitoring Device into Esophagus, Open Approach", "Esophagus"),
    ]
    assert family_title(family) == "Insertion of … into Esophagus"


def test_approach_is_left_out_whatever_it_is_called() -> None:
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


def test_family_whose_qualifier_names_another_part_goes_by_its_own() -> None:
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


def test_no_family_is_called_by_its_operation_and_side_alone(library: Library) -> None:
    connection: sqlite3.Connection = library.connect()
    rows = connection.execute("SELECT code, title FROM node WHERE level = 'family'").fetchall()
    assert len(rows) == 9859
    operations = {
        title.split(", ")[0] for (title,) in connection.execute("SELECT title FROM node WHERE level = 'operation'")
    }
    assert [row for row in rows if set(row[1].split()) <= operations | {"of", "Left", "Right", "…"}] == []
