"""The kept copies of added files, and the library made of them: both agree, whatever happens."""

import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.codes.systems import System
from app.intake import user_library
from app.intake.add import add_files
from app.intake.apply import remake
from app.intake.remove import remove_files
from app.intake.user_library import UserLibrary
from app.releases.errors import ReleaseError
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program, contents_of, differing
from tests.intake.made_up_releases import CM, CPT_DESCRIPTORS
from tests.intake.test_add import LATER, RIDES
from tests.intake.test_consent import titles
from tests.releases import made_up

Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def unpacked(archive: Path, folder: Path, name: str) -> Path:
    """The only file of a zip, in a folder and under a name."""
    folder.mkdir(parents=True)
    with zipfile.ZipFile(archive) as opened:
        (folder / name).write_bytes(opened.read(opened.namelist()[0]))
    return folder / name


# After an update of the program, and with a library that does not open


def set_another_version(home: Path, _checkout: Path) -> None:
    with closing(sqlite3.connect(UserLibrary(home).libraries()[0])) as opened:
        opened.execute("PRAGMA user_version = 1")


def damage_library(home: Path, _checkout: Path) -> None:
    newest = UserLibrary(home).libraries()[0]
    newest.write_bytes(newest.read_bytes()[:5000])


def note_another_bundle(home: Path, _checkout: Path) -> None:
    made_from = home / "code sets" / "made-from.json"
    made_from.write_text(json.dumps({**json.loads(made_from.read_text()), "bundle": {}}))


def note_no_bundle(home: Path, _checkout: Path) -> None:
    (home / "code sets" / "made-from.json").write_text('{"size": 1, "modified": 2}')


@pytest.mark.slow
@pytest.mark.parametrize("spoil", [set_another_version, damage_library, note_another_bundle, note_no_bundle])
def test_earlier_files_stay_when_more_are_added(
    spoil: Callable[[Path, Path], None], home: Path, tmp_path: Path, bundled: Path
) -> None:
    paths = [files.hcpcs(tmp_path, 2030, RIDES), files.gems(tmp_path)]
    add_files(paths[:1], home, bundled)
    spoil(home, bundled)
    report = add_files(paths[1:], home, bundled)
    together = add_files(paths, tmp_path / "together", bundled)
    assert not differing(contents_of(report.library), contents_of(together.library))
    # Files that were only read again are not reported.
    assert all("map" in sentence for sentence in [*report.added, *report.unchanged])
    assert not UserLibrary(home).is_stale(bundled)


def test_bundles_are_compared_by_their_contents(home: Path, tmp_path: Path, bundled: Path) -> None:
    add_files([files.hcpcs(tmp_path, 2030, RIDES)], home, bundled)
    copy = tmp_path / "codes.db"
    copy.write_bytes(bundled.read_bytes())
    assert not UserLibrary(home).is_stale(copy)
    content = bytearray(copy.read_bytes())
    content[24:28] = b"\xff\xff\xff\xff"
    copy.write_bytes(content)
    os.utime(copy, ns=(bundled.stat().st_atime_ns, bundled.stat().st_mtime_ns))
    assert UserLibrary(home).is_stale(copy)


# The release of a file, and the choice between two of the same day


@pytest.mark.slow
@pytest.mark.parametrize("deep", [True, False])
def test_a_release_dated_only_by_its_folder_keeps_its_date(
    deep: bool, home: Path, tmp_path: Path, bundled: Path
) -> None:
    order_file = unpacked(files.cm_order(tmp_path, 2032, LATER), tmp_path / "given" / "FY2032", "order.txt")
    path = tmp_path / "given" if deep else order_file
    added = contents_of(add_files([path], home, bundled).library)
    other = files.hcpcs(tmp_path, 2030, RIDES)
    add_files([other], home, bundled)
    assert not differing(contents_of(remove_files(System.HCPCS, home, bundled).library), added)
    assert not differing(contents_of(remake(home, bundled).library), added)
    assert remove_files(System.ICD10CM, home, bundled).library == bundled
    assert not list(UserLibrary(home).files.iterdir())


def reissues(folder: Path) -> list[Path]:
    """Releases, and reissues of the same days whose file names sort before those that they correct."""
    corrected = {**RIDES, "A0102": "Ride in a corrected sledge"}
    other = {**LATER, "A018": "Corrected fever"}
    return [
        files.hcpcs(folder / "a", 2030, RIDES),
        files.hcpcs(folder / "a", 2029, {"A0101": "Ride, as it was called"}),
        files.cm_order(folder / "a", 2032, LATER),
        files.cm_index(folder / "a", 2032, {"Fever": "A00.0"}),
        *(
            path.rename(path.with_name(f"a {path.name}"))
            for path in (
                files.hcpcs(folder / "b", 2030, corrected),
                files.hcpcs(folder / "b", 2029, {"A0101": "Ride, as it was rightly called"}),
                files.cm_order(folder / "b", 2032, other),
                files.cm_index(folder / "b", 2032, {"Fever": "A00.1"}),
            )
        ),
    ]


@pytest.mark.slow
def test_reissued_releases_still_count_after_a_remake(home: Path, tmp_path: Path, bundled: Path) -> None:
    paths = reissues(tmp_path)
    before = {}
    # And in reverse, when the first ones are added once more.
    for releases in (paths, paths[:4]):
        for path in releases:
            assert add_files([path], home, bundled).added, path
        added = contents_of(UserLibrary(home).libraries()[0])
        assert differing(added, before)
        assert not differing(contents_of(remake(home, bundled).library), added)
        before = added


@pytest.mark.slow
def test_a_corrected_edition_of_cpt_replaces_the_other(home: Path, tmp_path: Path, bundled: Path, query: Ask) -> None:
    old, new = (
        files.cpt_long(tmp_path / "one", 2030, "Quaint"),
        files.cpt_long(tmp_path / "two", 2030, CPT_DESCRIPTORS[0]),
    )
    new = new.rename(new.with_name("A corrected list.txt"))
    add_files([old], home, bundled, accepted=True)
    report = add_files([new], home, bundled, accepted=True)
    assert titles(query, report.library, System.CPT)["00001"] == CPT_DESCRIPTORS[0]
    assert titles(query, remake(home, bundled).library, System.CPT)["00001"] == CPT_DESCRIPTORS[0]


# Files and library change together


def fail_to_move(_path: Path, _into: Path) -> None:
    raise OSError(28, "No space left on device", "a file")


@pytest.mark.parametrize("change", ["add", "remove"])
def test_files_that_cannot_be_moved_leave_everything_as_it_was(
    change: str, home: Path, tmp_path: Path, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_files([files.hcpcs(tmp_path, 2029, RIDES)], home, bundled)
    before = everything_in(home)
    monkeypatch.setattr(user_library, "replace_file", fail_to_move)
    path = files.cm_order(tmp_path, 2032, LATER)
    changing = {
        "add": lambda: add_files([path], home, bundled),
        "remove": lambda: remove_files(System.HCPCS, home, bundled),
    }
    with pytest.raises(OSError, match="No space"):
        changing[change]()
    assert everything_in(home) == before


def everything_in(home: Path) -> dict[str, bytes]:
    return {str(p.relative_to(home)): p.read_bytes() for p in home.rglob("*") if p.is_file() and p.name != ".lock"}


KILL_SCRIPT = """
import os, sys
import app.intake.{module} as module
real = module.{name}
def killed(*arguments, **named):
    if {when} == "after":
        real(*arguments, **named)
    os.kill(os.getpid(), 9)
module.{name} = killed
from app.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "when"),
    [("user_library", "replace_file", "after"), ("apply", "change_library", "after"), ("install", "verify", "after")],
)
@pytest.mark.parametrize("follows", ["add", "remake", "remove"])
def test_a_kill_between_files_and_library_is_repaired(
    module: str, name: str, when: str, follows: str, program: Program, tmp_path: Path, bundled: Path
) -> None:
    first, second, third = (
        files.hcpcs(tmp_path, 2030, RIDES),
        files.cm_order(tmp_path, 2032, LATER),
        files.gems(tmp_path),
    )
    assert program.run("add", first).status == 0
    code = KILL_SCRIPT.format(module=module, name=name, when=repr(when))
    killed = KilledProgram(program.checkout, program.home, {"KILLED": code})
    assert killed.run("add", second).status == -9
    second_was_kept = (program.folder / "files" / second.name).exists()
    if follows == "add":
        done = program.run("add", third)
        paths = [first, *([second] if second_was_kept else []), third]
    elif follows == "remake":
        done = program.run("remake")
        paths = [first, *([second] if second_was_kept else [])]
    else:
        done = program.run("remove", "hcpcs")
        paths = [second] if second_was_kept else []
    assert done.status == 0
    library = Path(done.of("done")[0]["library"])
    expected = add_files(paths, tmp_path / "expected", bundled).library if paths else library
    assert not differing(contents_of(library), contents_of(expected))
    if second_was_kept or follows == "add":
        assert program.run("remove", "icd10cm").status == 0
    assert program.run("remove", "icd10cm").status == 2


class KilledProgram(Program):
    """The program, started by a script that replaces one of its functions."""

    def command(self, *arguments: str | Path) -> list[str]:
        first, *rest = super().command(*arguments)
        return [first, "-c", self.environment["KILLED"], *rest[2:]]


def test_contents_without_their_kept_file_can_be_removed(home: Path, tmp_path: Path, bundled: Path) -> None:
    path = files.hcpcs(tmp_path, 2030, RIDES)
    add_files([path], home, bundled)
    (UserLibrary(home).files / path.name).unlink()
    report = remove_files(System.HCPCS, home, bundled)
    assert report.library == bundled
    assert path.name in report.added[0]
    with pytest.raises(ReleaseError, match="nothing to remove"):
        remove_files(System.HCPCS, home, bundled)


# Kept files that are damaged


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-300])


def wrong_inside(path: Path) -> None:
    """Write an intact zip with an order file that has a cut line."""
    files.zipped(path, icd10cm_order_2032__txt=files.order(LATER) + "00099 A02\r\n")


@pytest.mark.slow
@pytest.mark.parametrize("damage", [cut, wrong_inside])
def test_a_damaged_file_does_not_prevent_other_removals(
    damage: Callable[[Path], None], home: Path, tmp_path: Path, bundled: Path
) -> None:
    paths = [files.hcpcs(tmp_path, 2030, RIDES), files.cm_order(tmp_path, 2032, LATER)]
    before = contents_of(add_files(paths, home, bundled).library)
    damage(UserLibrary(home).files / paths[1].name)
    with pytest.raises(ReleaseError, match=f"{paths[1].name}, which was added before, can no longer be read"):
        remake(home, bundled)
    assert not differing(contents_of(UserLibrary(home).libraries()[0]), before)
    report = remove_files(System.HCPCS, home, bundled)
    assert [paths[1].name in sentence for sentence in report.unread] == [True]
    # Adding the file again repairs everything.
    add_files(paths[1:], home, bundled)
    alone = add_files(paths[1:], tmp_path / "alone", bundled)
    assert not differing(contents_of(remake(home, bundled).library), contents_of(alone.library))
    assert [kept_file.path.name for kept_file in UserLibrary(home).kept_files()] == [paths[1].name]


def test_a_damaged_file_can_be_removed_itself(home: Path, tmp_path: Path, bundled: Path) -> None:
    path = files.hcpcs(tmp_path, 2030, RIDES)
    add_files([path], home, bundled)
    cut(UserLibrary(home).files / path.name)
    assert remove_files(System.HCPCS, home, bundled).library == bundled
    assert not UserLibrary(home).kept_files()


# The AMA's edition and Medicare's fee schedule


def fee_schedule(folder: Path, year: int, month: str) -> Path:
    title, *rows = made_up.pprrvu()
    title = [cell.replace("2030", str(year)).replace("January", month) for cell in title]
    content = made_up.text(made_up.separated([title, *rows], ",", ()))
    return files.zipped(folder / f"rvu-{month}-{year}.zip", PPRRVU__csv=content)


@pytest.mark.slow
@pytest.mark.parametrize(("year", "month"), [(2030, "January"), (2030, "July"), (2031, "January")])
def test_the_edition_names_and_dates_cpt_with_any_fee_schedule(
    year: int, month: str, home: Path, tmp_path: Path, bundled: Path, query: Ask
) -> None:
    add_files([files.cpt_long(tmp_path)], home, bundled, accepted=True)
    fees = fee_schedule(tmp_path, year, month)
    for change in (lambda: add_files([fees], home, bundled, accepted=True), lambda: remake(home, bundled)):
        library = change().library
        assert titles(query, library, System.CPT)["00001"] == CPT_DESCRIPTORS[0]
        release = "SELECT name, effective_from FROM release WHERE system = 'cpt' AND part = 'codes'"
        assert query(library, release) == [("CPT 2030", "2030-01-01")]
        assert query(library, "SELECT count(*) FROM source WHERE file LIKE 'rvu%'") == [(1,)]


def test_an_older_fee_schedule_is_not_added(home: Path, tmp_path: Path, bundled: Path) -> None:
    add_files([files.cpt_long(tmp_path)], home, bundled, accepted=True)
    report = add_files([fee_schedule(tmp_path, 2029, "July")], home, bundled, accepted=True)
    assert not report.added
    assert "CPT July 2029: older than CPT 2030; not added" in report.unchanged


# Reports


@pytest.mark.slow
def test_companions_are_counted_and_not_listed(program: Program, tmp_path: Path) -> None:
    path = files.hcpcs(tmp_path / "given", 2030, RIDES)
    (path.parent / "guide.pdf").write_bytes(b"%PDF-1.7 made-up")
    (path.parent / "twin.zip").write_bytes(path.read_bytes())
    (path.parent / "poem.txt").write_text("Roses are red")
    done = program.run("add", path.parent).of("done")[0]
    assert (len(done["unread"]), done["companions"]) == (1, 2)
    status, output, _ = program.run_as_typed("add", path.parent)
    assert status == 0
    assert "Also skipped: 2 companion files without codes." in output


@pytest.mark.slow
def test_adding_hcpcs_reports_nothing_about_cpt(home: Path, tmp_path: Path, bundled: Path) -> None:
    add_files([files.cpt_long(tmp_path)], home, bundled, accepted=True)
    report = add_files([files.hcpcs(tmp_path, 2030, RIDES)], home, bundled)
    assert [sentence.split()[0] for sentence in [*report.added, *report.unchanged]] == ["HCPCS"]


# Windows


def test_the_last_file_can_be_removed_while_a_window_has_the_library_open(
    home: Path, tmp_path: Path, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows refuses to delete an open file."""
    open_library = add_files([files.cpt_long(tmp_path)], home, bundled, accepted=True).library
    real = Path.unlink

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path == open_library:
            raise PermissionError(13, "The process cannot access the file", str(path))
        real(path, missing_ok=missing_ok)

    with monkeypatch.context() as windows:
        windows.setattr(Path, "unlink", unlink)
        report = remove_files(System.CPT, home, bundled)
    assert report.library == UserLibrary(home).libraries()[0] != open_library
    assert report.library.read_bytes() == bundled.read_bytes()
    assert not UserLibrary(home).kept_files()
    assert UserLibrary(home).is_copy_of_bundle()
    # It is deleted with the next change, and so does the copy when the program has another bundle.
    added = add_files([files.cm_order(tmp_path, 2032, {**CM, "A02": "Green fever"})], home, bundled)
    assert UserLibrary(home).libraries() == [added.library]
