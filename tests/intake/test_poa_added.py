"""The POA exempt list added to a library: told at the codes of its year, replaced only by a newer one."""

from contextlib import closing
from pathlib import Path

import pytest

from app.cli.show_json import detail_json
from app.codes.parts import Part
from app.codes.payment import summary
from app.codes.systems import System
from app.intake.add import add_files
from app.library.open import open_library
from app.library.reading.catalogue import Catalogue
from app.releases.medicare.poa_exempt import FEWEST_CODES
from tests.library.reading.real_codes import detail
from tests.official import official
from tests.releases import made_up

pytestmark = pytest.mark.slow


def made_up_list(folder: Path, year: int) -> Path:
    """Write a list of a year that has A41.9, which no official one has."""
    rows = [f"{number:05}\tQ{number // 100:02}.{number % 100:02}\tMade-up" for number in range(10, FEWEST_CODES + 10)]
    lines = [f"Order{year % 100}\tPOAexemptCode\tDescription", "00001\tA41.9\tSepsis", *rows, "99999\tZ99.89\tDevices"]
    path = folder / f"POAexemptCodesFY{year % 100}.txt"
    path.write_bytes(made_up.text(lines))
    return path


def exempt(library: Path, *codes: str) -> list[bool | None]:
    with closing(open_library(library)) as opened:
        catalogue = Catalogue(opened.connect())
        payments = [detail_json(detail(catalogue, code), ())["payment"] for code in codes]
    return [payment and payment["poa_exempt"] for payment in payments]


def test_without_a_list_nothing_is_said(library_path: Path) -> None:
    assert exempt(library_path, "Z99.89", "A41.9") == [None, None]


def test_the_official_list_is_told_at_its_codes(tmp_path: Path, library_path: Path) -> None:
    path = official("icd10cm", "POAexemptCodesFY26.zip")
    report = add_files([path], tmp_path, library_path)
    assert report.added == ["POA exempt list FY2026: 38,349 codes"]
    assert not report.unchanged
    assert exempt(report.library, "Z99.89", "S72.001D", "A41.9") == [True, True, False]
    with closing(open_library(report.library)) as opened:
        code_sets = Catalogue(opened.connect()).code_sets()
    (part,) = (part for loaded in code_sets for part in loaded.parts if part.part == Part.POA)
    assert (part.release, part.codes, [source.file for source in part.sources]) == ("FY2026", 38_349, [path.name])
    assert len(part.sources[0].sha256) == 64
    again = add_files([path], tmp_path, library_path)
    assert (again.added, again.unchanged) == ([], ["POA exempt list FY2026: 38,349 codes, unchanged"])


def test_a_code_that_is_newer_than_the_list_is_not_judged_by_it(tmp_path: Path, library_path: Path) -> None:
    paths = [official("icd10cm", "icd10cm_order_addenda_2027.txt"), official("icd10cm", "POAexemptCodesFY26.zip")]
    library = add_files(paths, tmp_path, library_path).library
    assert exempt(library, "C78.31", "Z99.89") == [None, True]
    # The list of the year of a code tells it, though the other facts are of an earlier one.
    library = add_files([made_up_list(tmp_path, 2027)], tmp_path, library_path).library
    with closing(open_library(library)) as opened:
        payment = detail(Catalogue(opened.connect()), "C78.31").payment
    assert payment is not None
    assert (payment.release, payment.poa_exempt, summary(payment)) == ("", False, ("Not POA exempt",))


def test_a_newer_list_replaces_an_older_one_alone(tmp_path: Path, library_path: Path) -> None:
    newer = add_files([made_up_list(tmp_path, 2028)], tmp_path, library_path)
    assert exempt(newer.library, "A41.9") == [True]
    older = add_files([official("icd10cm", "POAexemptCodesFY26.zip")], tmp_path, library_path)
    assert (older.added, older.unchanged) == (
        [],
        ["POA exempt list FY2026: 38,349 codes, older than FY2028; not added"],
    )
    assert exempt(older.library, "A41.9", "S72.001D") == [True, False]


def test_a_list_of_a_year_before_the_loaded_codes_says_nothing_of_others(tmp_path: Path, library_path: Path) -> None:
    """A code without a first day may be newer than a list that is older than all loaded codes."""
    library = add_files([made_up_list(tmp_path, 2019)], tmp_path, library_path).library
    assert exempt(library, "A41.9", "I10") == [True, None]


def test_the_list_stays_when_codes_are_replaced(tmp_path: Path, library_path: Path) -> None:
    add_files([official("icd10cm", "POAexemptCodesFY26.zip")], tmp_path, library_path)
    library = add_files([official("icd10cm", "icd10cm_order_addenda_2027.txt")], tmp_path, library_path).library
    assert exempt(library, "Z99.89", "A41.9") == [True, False]
    with closing(open_library(library)) as opened:
        (loaded, *_) = (loaded for loaded in Catalogue(opened.connect()).code_sets() if loaded.system is System.ICD10CM)
    assert loaded.release == "FY2027"
