"""Full disks, kills, signals and simultaneous runs: the library is the old or the new one, without other files."""

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from app.intake.add import add_files
from app.intake.user_library import DOWNLOAD_ABANDONED_AFTER, UserLibrary
from app.library.compiling.verify import verify
from app.library.open import open_library
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program, contents_of, differing
from tests.intake.made_up_releases import CM

RIDES = {f"A{number:04}": f"Ride number {number} in a made-up cab" for number in range(100, 400)}


@pytest.fixture
def release_files(tmp_path: Path) -> list[Path]:
    return [files.hcpcs(tmp_path, 2030, RIDES), files.cm_order(tmp_path, 2032, {**CM, "A02": "Green fever"})]


@pytest.fixture
def program_with_library(program: Program, tmp_path: Path) -> Program:
    """The program with a user library."""
    assert program.run("add", files.hcpcs(tmp_path / "first", 2029, RIDES)).status == 0
    return program


def assert_nothing_unfinished(program: Program) -> None:
    unfinished = [path for path in program.folder.rglob("*") if path.name.startswith(".") and path.name != ".lock"]
    assert not unfinished


def cap_files(size: int) -> None:
    """Limit the size of files in the child process, as on a full disk (EFBIG once the signal is ignored)."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.slow
def test_files_that_cannot_grow_leave_everything_as_it_was(
    program_with_library: Program, release_files: list[Path]
) -> None:
    before = program_with_library.library_files()
    library = max(len(content) for content in before.values())
    for size in (0, 4096, 20_000, library // 2, library - 4096, library):
        outcome = program_with_library.run("add", *release_files, first=partial(cap_files, size))
        assert outcome.status == 2, size
        (sentence,) = outcome.of("error")
        assert sentence.startswith("The disk is full") or "disk I/O error" in sentence, (size, sentence)
        assert "Unexpected" not in sentence
        assert program_with_library.library_files() == before, size
        assert_nothing_unfinished(program_with_library)
    assert program_with_library.run("add", *release_files).status == 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, which only root can mount."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("needs root, who may mount a small disk")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk can be mounted here: {done.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


@pytest.mark.slow
def test_a_full_disk_leaves_everything_as_it_was(program: Program, small_disk: Path, release_files: list[Path]) -> None:
    on_disk = Program(program.checkout, small_disk / "home", {"TMPDIR": str(small_disk)})
    assert on_disk.run("add", release_files[0]).status == 0
    before = on_disk.library_files()
    size = sum(map(len, before.values()))
    filler = small_disk / "filler"
    for remaining in (0, size // 20, size // 4, size, size * 5 // 4):
        free = shutil.disk_usage(small_disk).free
        filler.write_bytes(bytes(max(free - remaining, 0)))
        outcome = on_disk.run("add", release_files[1])
        assert outcome.errors == ""
        if outcome.status == 0:
            break
        assert outcome.status == 2, remaining
        assert outcome.of("error")[0].startswith("The disk is full"), (remaining, outcome.of("error"))
        assert on_disk.library_files() == before, remaining
        assert_nothing_unfinished(on_disk)
        filler.unlink()
    else:
        assert on_disk.run("add", release_files[1]).status == 0


@pytest.mark.slow
def test_a_disk_that_may_not_be_written_to(program: Program, small_disk: Path, release_files: list[Path]) -> None:
    on_disk = Program(program.checkout, small_disk / "home")
    assert on_disk.run("add", release_files[0]).status == 0
    before = on_disk.library_files()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    outcome = on_disk.run("add", release_files[1])
    assert (outcome.status, outcome.errors) == (2, "")
    assert outcome.of("error") == ["Your Codarium folder cannot be written to, so nothing can be added."]
    assert on_disk.library_files() == before


def test_a_folder_that_cannot_be_made(program: Program, release_files: list[Path]) -> None:
    program.home.mkdir()
    program.folder.write_text("in the way")
    outcome = program.run("add", *release_files)
    assert (outcome.status, outcome.errors) == (2, "")
    assert outcome.of("error")[0].startswith(str(program.folder))
    assert program.folder.read_text() == "in the way"


# Kills, signals, and simultaneous runs


def started(program: Program, *release_files: Path) -> "subprocess.Popen[bytes]":
    """Start a run and wait for its first line of output."""
    process = program.start("add", "--json", *release_files)
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def sound_library(program: Program) -> Path:
    """Return the newest library; assert that it opens and is sound."""
    newest = max(program.folder.glob("library-*.db"), key=lambda path: int(path.stem.rpartition("-")[2]))
    open_library(newest).close()
    verify(newest)
    return newest


@pytest.mark.slow
@pytest.mark.parametrize("times", [8])
def test_a_kill_at_any_moment_leaves_the_old_library_or_the_new_one(
    times: int, program: Program, tmp_path: Path, release_files: list[Path]
) -> None:
    program.run("add", files.hcpcs(tmp_path / "first", 2029, RIDES))
    old = contents_of(sound_library(program))
    other = Program(program.checkout, tmp_path / "other")
    shutil.copytree(program.home, other.home)
    begin = time.perf_counter()
    other.run("add", *release_files)
    duration = time.perf_counter() - begin
    new = contents_of(sound_library(other))
    before = shutil.copytree(program.home, tmp_path / "before")
    generator = random.Random(times)
    for _ in range(times):
        with started(program, *release_files) as process:
            time.sleep(generator.random() * duration)
            process.kill()
        contents = contents_of(sound_library(program))
        assert not differing(contents, old) or not differing(contents, new)
        if differing(contents, old):
            shutil.rmtree(program.home)
            shutil.copytree(before, program.home)
    assert program.run("add", *release_files).status == 0
    assert not differing(contents_of(sound_library(program)), new)
    assert_nothing_unfinished(program)
    assert len(list(program.folder.glob("library-*.db"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_cleanly(
    number: signal.Signals, status: int, program_with_library: Program, release_files: list[Path]
) -> None:
    before = program_with_library.library_files()
    stopped = 0
    for delay in (0.0, 0.05, 0.2, 0.5, 0.8):
        with started(program_with_library, *release_files) as process:
            time.sleep(delay)
            process.send_signal(number)
            output, errors = process.communicate(timeout=60)
        assert len(errors.splitlines()) <= 1, errors
        assert_nothing_unfinished(program_with_library)
        if any("done" in json.loads(line) for line in output.splitlines()):
            # The signal came too late, perhaps while Python ended.
            break
        assert process.returncode == status
        assert program_with_library.library_files() == before, delay
        stopped += 1
    assert stopped


@pytest.mark.slow
def test_a_second_run_reports_that_the_first_is_running(
    program_with_library: Program, release_files: list[Path]
) -> None:
    with started(program_with_library, *release_files) as process:
        process.send_signal(signal.SIGSTOP)
        try:
            outcome = program_with_library.run("add", *release_files)
        finally:
            process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert outcome.status == 2
    assert "another window or command" in outcome.of("error")[0]
    assert not program_with_library.run("add", *release_files).of("done")[0]["added"]


@pytest.mark.slow
def test_a_broken_pipe_ends_the_run(program_with_library: Program, release_files: list[Path]) -> None:
    """The window was closed meanwhile: the pipe breaks, and the run ends as if it had been canceled."""
    before = program_with_library.library_files()
    with started(program_with_library, *release_files) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        process.wait(timeout=60)
    assert process.returncode == 2
    assert errors == b""
    assert program_with_library.library_files() == before
    assert_nothing_unfinished(program_with_library)


@pytest.mark.slow
def test_a_damaged_library_is_skipped_and_remade(program_with_library: Program, release_files: list[Path]) -> None:
    good = contents_of(sound_library(program_with_library))
    newest = sound_library(program_with_library)
    newest.write_bytes(newest.read_bytes()[:5000])
    outcome = program_with_library.run("remake")
    assert outcome.status == 0
    assert not differing(contents_of(Path(outcome.of("done")[0]["library"])), good)


def left_downloads(program: Program, added: Path) -> Path:
    """The downloads as a fetch leaves them that is killed: one file was added, one was not, and one is partial."""
    downloads = program.folder / "downloads"
    downloads.mkdir(exist_ok=True)
    shutil.copy(added, downloads / "added.txt")
    (downloads / "not-yet.zip").write_bytes(b"PK")
    (downloads / "partial.zip.part").write_bytes(b"PK")
    (downloads / "partial.zip.part.json").write_bytes(b"{}")
    return downloads


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {".lock"}


@pytest.mark.slow
def test_downloads_that_were_added_are_deleted_by_the_next_command(
    program_with_library: Program, release_files: list[Path]
) -> None:
    downloads = left_downloads(program_with_library, release_files[0])
    assert program_with_library.run("add", release_files[0]).status == 0
    assert names_in(downloads) == {"not-yet.zip", "partial.zip.part", "partial.zip.part.json"}


def test_downloads_that_were_added_are_deleted_at_the_next_start(
    bundled: Path, release_files: list[Path], tmp_path: Path
) -> None:
    program = Program(tmp_path, tmp_path / "home")
    add_files(release_files, program.home, bundled)
    library = UserLibrary(program.home)
    downloads = left_downloads(program, release_files[0])
    with library.downloads_lock():
        # A fetch is about to add it again.
        library.delete_leftovers()
        assert "added.txt" in names_in(downloads)
    library.delete_leftovers()
    assert names_in(downloads) == {"not-yet.zip", "partial.zip.part", "partial.zip.part.json"}
    day_ago = time.time() - DOWNLOAD_ABANDONED_AFTER - 60
    for path in downloads.iterdir():
        os.utime(path, (day_ago, day_ago))
    library.delete_leftovers()
    assert names_in(downloads) == {"partial.zip.part", "partial.zip.part.json"}
