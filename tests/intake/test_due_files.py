"""What a code set lacks on a day, and the official file that brings it."""

from datetime import date

import pytest

from app.codes.code_sets import CodeSet, LoadedPart, is_in_force
from app.codes.parts import Part
from app.codes.systems import System
from app.intake.due_files import due_on
from app.library.reading.catalogue import Catalogue

IN_2027 = date(2026, 12, 1)
PAGE = "https://www.cms.gov/medicare/coding-billing/icd-10-codes"


def part(kind: Part, year: int, *, current: bool = True) -> LoadedPart:
    days = date(year - 1, 10, 1), date(year, 9, 30)
    return LoadedPart(kind.value, kind.label, f"FY{year}", *days, 10, current, ())


def diagnoses(**years: int) -> CodeSet:
    """Return ICD-10-CM with parts by the names of their kinds, and all others of FY2027."""
    parts = dict.fromkeys(Part, 2027) | {Part[name]: year for name, year in years.items()}
    loaded = tuple(part(kind, year) for kind, year in parts.items() if year)
    days = date(2026, 10, 1), date(2027, 9, 30)
    return CodeSet(System.ICD10CM, "FY2027", *days, 10, 10, (), parts=loaded)


def lines_on(code_set: CodeSet, day: date) -> list[str]:
    return [file.line for file in due_on(code_set, None, day)]


def test_nothing_is_due_while_all_is_in_force() -> None:
    assert lines_on(diagnoses(), IN_2027) == []


def test_each_part_is_judged_by_itself() -> None:
    (line,) = lines_on(diagnoses(TABULAR=2026, INDEX=2017, DRUGS=0), IN_2027)
    assert line == (
        "Tabular List (FY2026, ended 30 Sep 2026); Index (FY2017, ended 30 Sep 2017); Table of Drugs (not loaded): "
        "ICD-10-CM Tabular List, Index, Neoplasm Table, Table of Drugs and External Cause Index (XML), FY2027, from "
        f"{PAGE}"
    )


def test_the_last_day_of_a_release_is_still_in_force() -> None:
    loaded = diagnoses(CODES=2026)
    assert is_in_force(part(Part.CODES, 2026), date(2026, 9, 30))
    assert not is_in_force(part(Part.CODES, 2026), date(2026, 10, 1))
    assert not any(line.startswith("Codes (") for line in lines_on(loaded, date(2026, 9, 30)))
    assert any(line.startswith("Codes (FY2026") for line in lines_on(loaded, date(2026, 10, 1)))


def test_each_file_has_its_line() -> None:
    lines = lines_on(diagnoses(CODES=2026, POA=0, CONVERSIONS=2026), IN_2027)
    assert [line.partition(" (")[0] for line in lines] == [
        "Codes",
        "Conversion table",
        "Codes exempt from POA reporting",
    ]
    assert all(line.endswith(f", FY2027, from {PAGE}") for line in lines)


def test_parts_published_for_the_last_time_are_never_due() -> None:
    assert lines_on(diagnoses(MAPS=2018, ICD9=2015), IN_2027) == []


def test_facts_of_the_program_come_with_the_program() -> None:
    (line,) = lines_on(diagnoses(CC=2026), IN_2027)
    assert line.endswith("comes with a newer version of Codarium")


def test_an_older_release_beside_the_newest_is_not_due() -> None:
    loaded = diagnoses()
    older = part(Part.CODES, 2025, current=False)
    assert lines_on(loaded._replace(parts=(older, *loaded.parts)), IN_2027) == []


@pytest.mark.parametrize("system", [System.HCPCS, System.CPT])
def test_what_is_in_our_words_has_one_official_file(catalogue: Catalogue, system: System) -> None:
    (loaded,) = (loaded for loaded in catalogue.code_sets() if loaded.system is system)
    (line,) = lines_on(loaded, IN_2027)
    assert line.startswith("Codes (not loaded): ")


def test_older_sections_of_procedures_are_due_with_the_others(catalogue: Catalogue) -> None:
    (loaded,) = (loaded for loaded in catalogue.code_sets() if loaded.system is System.ICD10PCS)
    (codes, *_) = lines_on(loaded, IN_2027)
    assert codes.startswith(
        "Codes (FY2025 (April 2025), ended 30 Sep 2025 and FY2024 (April 2024), ended 30 Sep 2024): ICD-10-PCS codes"
    )
