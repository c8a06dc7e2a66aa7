"""Older files: history, whatever is loaded, also where that is Codarium's own or the registry's package."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.codes.code_sets import Source
from app.codes.systems import System
from app.intake.add import add_files
from app.intake.file_records import FileRecords
from app.intake.merge_orders import with_orders
from app.intake.release_report import ReleaseReporter, Sentences
from app.intake.user_library import UserLibrary
from app.library.code_history import Snapshot
from app.releases.records import OrderCode, Release
from tests.intake import made_up_releases as files
from tests.intake.made_up_releases import PCS
from tests.official import official

Ask = Callable[..., list[tuple[Any, ...]]]

VALID = "SELECT count(*) FROM node WHERE system = ? AND status = 'valid'"
RELEASES = "SELECT name, current FROM release WHERE system = ? AND part = 'codes' ORDER BY effective_from"
RIDES = {"A0101": "Ride in a made-up cab", "A0102": "Ride in a made-up sledge"}


def valid_codes(ask: Ask, library: Path, system: System) -> set[str]:
    rows = ask(library, "SELECT plain FROM node WHERE system = ? AND status = 'valid'", system.value)
    return {plain for (plain,) in rows}


@pytest.mark.slow
def test_older_files_take_nothing_from_the_bundle(tmp_path: Path, library_path: Path) -> None:
    """FY2022's procedures took 617 newer codes away; an old HCPCS file replaced the starter set."""
    procedures = official("icd10pcs", "2022-icd-10-pcs-order-file.zip")
    supplies = official("hcpcs", "2019-alpha-numeric-hcpcs-file.zip")
    report = add_files([procedures, supplies], tmp_path / "home", library_path)
    assert (report.added, report.library) == ([], library_path)
    waiting = [sentence for sentence in report.unchanged if "is kept and waits" in sentence]
    assert [sentence.partition(":")[0] for sentence in waiting] == ["ICD-10-PCS FY2022", "HCPCS January 2019"]
    assert len(UserLibrary(tmp_path / "home").kept_files()) == 2


@pytest.mark.slow
def test_older_procedures_wait_until_all_sections_are_loaded(tmp_path: Path, bundled: Path, query: Ask) -> None:
    """The bundle has one section of FY2029."""
    home = tmp_path / "home"
    gone = {**PCS, "0TT00ZZ": "Made-up work that has ended"}
    old = [files.pcs_order(tmp_path, 2028, gone), files.pcs_tables(tmp_path, 2028, gone)]
    report = add_files(old, home, bundled)
    assert any("ICD-10-PCS FY2028" in sentence and "waits" in sentence for sentence in report.unchanged)
    assert valid_codes(query, report.library, System.ICD10PCS) == {"0DTJ0ZZ"}
    new = [files.pcs_order(tmp_path, 2031), files.pcs_tables(tmp_path, 2031)]
    report = add_files(new, home, bundled)
    assert valid_codes(query, report.library, System.ICD10PCS) == PCS.keys()
    assert query(report.library, RELEASES, "icd10pcs") == [("FY2028", 0), ("FY2031", 1)]
    assert query(report.library, "SELECT status, valid_to FROM node WHERE plain = '0TT00ZZ'") == [
        ("ended", "2030-09-30")
    ]


def test_procedures_of_the_same_year_complete_the_newer_ones() -> None:
    """A package of one section in its April, and October's order file of all sections."""
    october = Release(System.ICD10PCS, "FY2030", date(2029, 10, 1), date(2030, 9, 30), (Source("o.zip", "0" * 64),))
    april = replace(october, name="FY2030 (April 2030)", effective_from=date(2030, 4, 1))
    new, old = (OrderCode(code, True, f"Work {code}") for code in ("0DTJ0ZZ", "0DTJ4ZZ"))
    everything = {code: OrderCode(code, True, title) for code, title in PCS.items()}
    result = with_orders(
        ReleaseReporter(Sentences(), "ICD-10-PCS", ()),
        [Snapshot(april, {new.code: new})],
        FileRecords(orders=[Snapshot(october, {**everything, old.code: old})]),
        System.ICD10PCS,
    )
    assert [snapshot.release.name for snapshot in result] == ["FY2030", "FY2030 (April 2030)"]
    others = {code for code in PCS if not code.startswith("0")}
    assert result[-1].codes.keys() == {new.code, *others}
    assert result[-1].release.remark == "Codes of section 0; those of the other sections are as in FY2030."


@pytest.mark.slow
def test_an_old_hcpcs_file_waits_for_a_newer_one(tmp_path: Path, bundled: Path, query: Ask) -> None:
    home = tmp_path / "home"
    starter = query(bundled, VALID, "hcpcs")
    old = files.hcpcs(tmp_path, 2018, {**RIDES, "A0103": "Ride on a made-up horse"}, month="january")
    report = add_files([old], home, bundled)
    assert (report.added, report.library) == ([], bundled)
    assert "HCPCS January 2018: " in report.unchanged[0]
    assert "the starter set is newer, as of October 2025" in report.unchanged[0]
    report = add_files([files.hcpcs(tmp_path, 2030, RIDES)], home, bundled)
    assert query(report.library, VALID, "hcpcs") == [(2,)] != starter
    assert query(report.library, RELEASES, "hcpcs") == [("January 2018", 0), ("October 2030", 1)]
    assert query(report.library, "SELECT status FROM node WHERE plain = 'A0103' AND system = 'hcpcs'") == [("ended",)]


@pytest.mark.parametrize(("year", "replaces"), [(2029, False), (2030, True), (2031, True)])
def test_a_package_is_replaced_by_files_of_its_year_and_later_ones(year: int, replaces: bool) -> None:
    present = Release(
        System.ICD10PCS, "Package", date(2030, 4, 1), date(2030, 9, 30), (Source("icd10pcs.db", "0" * 64),)
    )
    official_file = Release(
        System.ICD10PCS, f"FY{year}", date(year - 1, 10, 1), date(year, 9, 30), (Source("index.zip", "1" * 64),)
    )
    reporter = ReleaseReporter(Sentences(), "ICD-10-PCS", ())
    assert reporter.replaces(official_file, present, "PCS Index") is replaces
