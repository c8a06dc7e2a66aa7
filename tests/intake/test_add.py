"""Adding official files: each format in each wrapping, releases side by side in any order, nothing added twice."""

import errno
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.codes.systems import System
from app.intake.add import add_files
from app.intake.apply import Report, describe_failure, remake
from app.intake.remove import remove_files
from app.intake.user_library import UserLibrary
from app.releases.errors import ReleaseError
from tests.intake import made_up_releases as files
from tests.intake.conftest import contents_of, differing
from tests.intake.made_up_releases import CM, PCS

Ask = Callable[..., list[tuple[Any, ...]]]

LATER = {code: title for code, title in CM.items() if code != "A010"} | {"A018": "Scarlet fever", "A019": "Pink fever"}
"""The codes of the next year: one has ended, one has a new title, one is new."""

RIDES = {"A0101": "Ride in a made-up cab", "A0102": "Ride in a made-up sledge"}
POTIONS = {"A0101": "Ride in a made-up coach", "J0001": "Made-up potion"}


def kept_contents(user_folder: Path) -> dict[str, bytes]:
    """The content of each kept file by its name."""
    return {path.name: path.read_bytes() for path in UserLibrary(user_folder).files.glob("*")}


def nodes(ask: Ask, path: Path, system: System) -> dict[str, tuple[str, str, str | None, str | None]]:
    rows = ask(path, "SELECT plain, title, status, valid_from, valid_to FROM node WHERE system = ?", system.value)
    return {plain: (title, status, start, end) for plain, title, status, start, end in rows}


def changes(ask: Ask, path: Path, plain: str) -> list[tuple[str, str, str]]:
    return ask(
        path,
        'SELECT kind, "on", text FROM change JOIN node ON node.id = change.node WHERE plain = ? ORDER BY position',
        plain,
    )


# Every format, however it is wrapped


def releases_of_every_kind(folder: Path) -> list[Path]:
    """A release of every kind."""
    return [
        files.cm_order(folder, 2031),
        files.cm_tabular(folder, 2031),
        files.cm_index(folder, 2030, {"Fever, blue": "A00.0", "Old fever": "B99.9"}),
        files.pcs_order(folder, 2031),
        files.pcs_tables(folder, 2031),
        files.hcpcs(folder, 2030, RIDES),
        files.gems(folder),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("wrapping", ["zip", "unpacked", "single", "misnamed"])
def test_files_are_read_however_they_are_wrapped(wrapping: str, tmp_path: Path, bundled: Path) -> None:
    archives = releases_of_every_kind(tmp_path / "zips")
    paths: list[Path] = []
    for number, archive in enumerate(archives):
        folder = tmp_path / "unpacked" / archive.stem
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
        match wrapping:
            case "zip":
                paths.append(archive)
            case "unpacked":
                paths.append(folder)
            case "single":
                paths += sorted(folder.iterdir())
            case _:
                paths.append(archive.rename(archive.with_name(f"download ({number}).bin")))
    expected = add_files(releases_of_every_kind(tmp_path / "again"), tmp_path / "one", bundled)
    report = add_files(paths, tmp_path / "other", bundled)
    assert not report.unread
    assert sorted(report.added) == sorted(expected.added)
    assert not differing(
        contents_of(expected.library, ("source",)), contents_of(report.library, ("source",))
    ).keys() - {"source"}


@pytest.mark.slow
def test_the_same_release_twice_changes_nothing(tmp_path: Path, bundled: Path) -> None:
    paths = [*releases_of_every_kind(tmp_path), files.cpt_long(tmp_path), files.cpt_modifiers(tmp_path)]
    paths += [files.ptp(tmp_path, 2), files.mue(tmp_path)]
    first = add_files(paths, tmp_path / "home", bundled, accepted=True)
    kept_before = kept_contents(tmp_path / "home")
    before = {path: path.stat().st_mtime_ns for path in UserLibrary(tmp_path / "home").folder.rglob("*.db")}
    for again in (paths, list(reversed(paths)), *([path] for path in paths)):
        report = add_files(again, tmp_path / "home", bundled, accepted=True)
        assert not report.added, again
        assert report.unchanged
        assert report.library == first.library
    renamed = shutil.copyfile(paths[0], tmp_path / "renamed 2031.zip")
    assert not add_files([renamed], tmp_path / "home", bundled).added
    assert kept_contents(tmp_path / "home") == kept_before
    assert {path: path.stat().st_mtime_ns for path in UserLibrary(tmp_path / "home").folder.rglob("*.db")} == before


# Releases side by side


@pytest.mark.slow
def test_a_newer_release_becomes_current_and_the_older_one_stays(tmp_path: Path, bundled: Path, query: Ask) -> None:
    report = add_files([files.cm_order(tmp_path, 2032, LATER)], tmp_path / "home", bundled)
    node_rows = nodes(query, report.library, System.ICD10CM)
    assert node_rows["A010"] == ("Red fever, mild", "ended", None, "2031-09-30")
    assert node_rows["A018"] == ("Scarlet fever", "valid", None, None)
    assert node_rows["A019"] == ("Pink fever", "valid", "2031-10-01", None)
    assert changes(query, report.library, "A018") == [("revised", "2031-10-01", "Other red fever")]
    assert changes(query, report.library, "A019") == [("new", "2031-10-01", "")]
    assert changes(query, report.library, "A010") == [("ended", "2031-10-01", "")]


def test_an_older_release_is_history(tmp_path: Path, bundled: Path, query: Ask) -> None:
    before = {code: title for code, title in CM.items() if code != "A001"} | {"A010": "Red fever, weak", "A015": "Gone"}
    report = add_files([files.cm_order(tmp_path, 2030, before)], tmp_path / "home", bundled)
    assert report.added == ["ICD-10-CM FY2030: 6 codes, as history"]
    node_rows = nodes(query, report.library, System.ICD10CM)
    assert node_rows["A001"] == ("Blue fever, left arm", "valid", "2030-10-01", None)
    assert node_rows["A010"] == ("Red fever, mild", "valid", None, None)
    assert node_rows["A015"] == ("Gone", "ended", None, "2030-09-30")
    assert changes(query, report.library, "A010") == [("revised", "2030-10-01", "Red fever, weak")]
    current = query(report.library, "SELECT name FROM release WHERE system = 'icd10cm' AND part = 'codes' AND current")
    assert current == [("FY2031",)]


def test_addenda_alone_give_the_year_before(tmp_path: Path, bundled: Path, query: Ask) -> None:
    archive = files.cm_order(tmp_path, 2032, LATER, before=CM)
    home = tmp_path / "home"
    shutil.copyfile(bundled, tmp_path / "codes.db")
    report = add_files([archive], home, bundled)
    # The bundle has the year before itself.
    assert any("whose year before is loaded itself" in sentence for sentence in report.unchanged)
    other = files.cm_order(tmp_path / "later", 2033, {**LATER, "A02": "Green fever"}, before=LATER)
    report = add_files([other], tmp_path / "elsewhere", bundled)
    node_rows = nodes(query, report.library, System.ICD10CM)
    assert node_rows["A02"] == ("Green fever", "valid", "2032-10-01", None)
    assert node_rows["A019"] == ("Pink fever", "valid", "2031-10-01", None)
    names = query(report.library, "SELECT name, remark FROM release WHERE system = 'icd10cm' AND part = 'codes'")
    assert ("FY2032", "Taken back by the addenda of FY2033.") in names


def test_a_tabular_list_may_be_newer_than_the_order_file(tmp_path: Path, bundled: Path, query: Ask) -> None:
    report = add_files([files.cm_tabular(tmp_path, 2032, LATER)], tmp_path / "home", bundled)
    node_rows = nodes(query, report.library, System.ICD10CM)
    assert node_rows["A019"] == ("Pink fever", "valid", "2031-10-01", None)
    assert node_rows["A010"][1:] == ("ended", None, "2031-09-30")


def test_an_order_file_may_be_newer_than_the_tabular_list(tmp_path: Path, bundled: Path, query: Ask) -> None:
    far = {**LATER, "A02": "Green fever", "A020": "Green fever, mild"}
    paths = [files.cm_order(tmp_path, 2033, far), files.cm_tabular(tmp_path, 2032, LATER)]
    report = add_files(paths, tmp_path / "home", bundled)
    node_rows = nodes(query, report.library, System.ICD10CM)
    assert node_rows["A020"] == ("Green fever, mild", "valid", "2032-10-01", None)
    assert node_rows["A019"] == ("Pink fever", "valid", "2031-10-01", None)


@pytest.mark.slow
def test_procedures_need_their_tables(tmp_path: Path, bundled: Path, query: Ask) -> None:
    order, tables = files.pcs_order(tmp_path, 2031), files.pcs_tables(tmp_path, 2031)
    report = add_files([order], tmp_path / "home", bundled)
    assert (report.added, report.library) == ([], bundled)
    (sentence,) = report.unchanged
    assert sentence.startswith(f"ICD-10-PCS FY2031: {order.name} is kept and waits for the tables of FY2031")
    assert list(kept_contents(tmp_path / "home")) == [order.name]
    completed = add_files([tables], tmp_path / "home", bundled)
    node_rows = nodes(query, completed.library, System.ICD10PCS)
    assert {code for code in node_rows if len(code) == 7} == PCS.keys()
    other = add_files([tables], tmp_path / "other", bundled)
    assert nodes(query, other.library, System.ICD10PCS)["0DTJ0ZZ"][1] == "valid"
    other = add_files([order], tmp_path / "other", bundled)
    assert not differing(contents_of(other.library), contents_of(completed.library))


@pytest.mark.slow
def test_older_tables_explain_ended_codes(tmp_path: Path, bundled: Path, query: Ask) -> None:
    gone = {**PCS, "0TT00ZZ": "Made-up work that has ended"}
    new = [files.pcs_order(tmp_path, 2032), files.pcs_tables(tmp_path, 2032)]
    old = [files.pcs_order(tmp_path, 2031, gone), files.pcs_tables(tmp_path, 2031, gone)]
    for number, paths in enumerate(([*new, *old], [*old, *new])):
        for batch in (paths[:2], paths[2:]):
            report = add_files(batch, tmp_path / str(number), bundled)
        node_rows = nodes(query, report.library, System.ICD10PCS)
        assert node_rows["0TT00ZZ"] == ("Made-up work that has ended", "ended", None, "2031-09-30")
        assert node_rows["0TT"][0] == "Value T of 3, Value T of 2"
        assert not add_files(old, tmp_path / str(number), bundled).added


@pytest.mark.slow
def test_quarters_of_hcpcs_follow_each_other(tmp_path: Path, bundled: Path, query: Ask) -> None:
    first = files.hcpcs(tmp_path, 2028, {**RIDES, "A0103": "Ride on a made-up horse"})
    second = files.hcpcs(tmp_path, 2029, RIDES)
    third = files.hcpcs(tmp_path, 2030, POTIONS)
    for path in (third, first, second):
        report = add_files([path], tmp_path / "home", bundled)
    node_rows = nodes(query, report.library, System.HCPCS)
    # The first day is the file's own.
    assert node_rows["A0103"][1:] == ("ended", "2010-01-01", "2029-09-30")
    assert node_rows["A0102"][1:] == ("ended", "2010-01-01", "2030-09-30")
    assert changes(query, report.library, "A0101") == [("revised", "2030-10-01", "Ride in a made-up cab")]
    rows = query(
        report.library,
        "SELECT name, codes, current FROM release WHERE system = 'hcpcs' AND part = 'codes' ORDER BY effective_from",
    )
    assert rows == [("October 2028", 3, 0), ("October 2029", 2, 0), ("October 2030", 2, 1)]


def years(folder: Path) -> list[Path]:
    """Four releases of ICD-10-CM, of the years around the bundled one, as three kinds of file."""
    before = {code: title for code, title in CM.items() if code != "A001"} | {"A015": "Gone"}
    return [
        files.cm_order(folder, 2030, before),
        files.cm_order(folder, 2032, LATER, before=CM),
        files.cm_tabular(folder, 2033, {**LATER, "A02": "Green fever"}),
        files.cm_index(folder, 2032, {"Fever, blue": "A00.0"}),
    ]


def quarters(folder: Path) -> list[Path]:
    """Three quarters of HCPCS, and a map."""
    return [
        files.hcpcs(folder, 2028, {**RIDES, "A0103": "Ride on a made-up horse"}),
        files.hcpcs(folder, 2029, RIDES, {"LT": "Left", "RT": "Right"}),
        files.hcpcs(folder, 2030, POTIONS, {"LT": "Left side"}),
        files.gems(folder),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("releases", [years, quarters])
def test_the_order_of_adding_does_not_matter(
    releases: Callable[[Path], list[Path]], tmp_path: Path, bundled: Path
) -> None:
    paths = releases(tmp_path / "files")
    together = contents_of(add_files(paths, tmp_path / "together", bundled).library)
    # Each file is once the first and once the last, and of each two either one comes before the other.
    for number, order in enumerate([(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)]):
        library = bundled
        for place in order:
            library = add_files([paths[place]], tmp_path / str(number), bundled).library
        assert not differing(contents_of(library), together), order
    remade = remake(tmp_path / "0", bundled)
    assert not differing(contents_of(remade.library), together)


@pytest.mark.slow
def test_removed_files_are_gone_and_can_be_added_again(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    paths = [files.hcpcs(tmp_path, 2030, RIDES), files.cm_order(tmp_path, 2032, LATER)]
    both = contents_of(add_files(paths, home, bundled).library)
    report = remove_files(System.HCPCS, home, bundled)
    alone = add_files(paths[1:], tmp_path / "alone", bundled)
    assert not differing(contents_of(report.library), contents_of(alone.library))
    assert list(kept_contents(home)) == [paths[1].name]
    with pytest.raises(ReleaseError, match="nothing to remove"):
        remove_files(System.HCPCS, home, bundled)
    assert not differing(contents_of(add_files(paths[:1], home, bundled).library), both)
    for system in (System.HCPCS, System.ICD10CM):
        report = remove_files(system, home, bundled)
    assert report.library == bundled
    assert not UserLibrary(home).libraries()
    assert not kept_contents(home)


@pytest.mark.slow
def test_a_file_name_that_is_not_unicode_is_read(tmp_path: Path, bundled: Path) -> None:
    path = files.hcpcs(tmp_path, 2030, RIDES)
    path = path.rename(tmp_path / "hcpcs \udcff october 2030.zip")
    report: Report = add_files([path], tmp_path / "home", bundled)
    assert report.added
    with closing(sqlite3.connect(report.library)) as opened:
        assert "hcpcs \ufffd october 2030.zip" in {file for (file,) in opened.execute("SELECT file FROM source")}
    assert not add_files([path], tmp_path / "home", bundled).added


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full. Free about 300 MB and try again."),
        (PermissionError(errno.EACCES, "Permission denied", "a.zip"), "a.zip: Permission denied."),
        (sqlite3.OperationalError("disk I/O error"), "The library could not be made (disk I/O error)."),
    ],
)
def test_a_failure_is_described_by_its_reason_alone(error: Exception, sentence: str) -> None:
    """Window and command line say themselves that nothing was changed."""
    assert describe_failure(error) == sentence
