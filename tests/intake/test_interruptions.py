"""Full disks, kills, signals and two at once: the library is the old one or the new one, and nothing else is left."""

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

from app.library.compiling.verify import verify
from app.library.open import open_library
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program, contents_of, differing
from tests.intake.made_up_releases import CM

RIDES = {f"A{number:04}": f"Ride number {number} in a made-up cab" for number in range(100, 400)}


@pytest.fixture
def given(tmp_path: Path) -> list[Path]:
    return [files.hcpcs(tmp_path, 2030, RIDES), files.cm_order(tmp_path, 2032, {**CM, "A02": "Green fever"})]


@pytest.fixture
def used(program: Program, tmp_path: Path) -> Program:
    """The program with a user library."""
    assert program.run("add", files.hcpcs(tmp_path / "first", 2029, RIDES)).status == 0
    return program


def nothing_unfinished(program: Program) -> None:
    left = [path for path in program.folder.rglob("*") if path.name.startswith(".") and path.name != ".lock"]
    assert not left


def cap_files(size: int) -> None:
    """In the child: a file can get no larger than that, as on a full disk (EFBIG once the signal is ignored)."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.slow
def test_files_that_cannot_grow_leave_everything_as_it_was(used: Program, given: list[Path]) -> None:
    before = used.left()
    library = max(len(content) for content in before.values())
    for size in (0, 4096, 20_000, library // 2, library - 4096, library):
        outcome = used.run("add", *given, first=partial(cap_files, size))
        assert outcome.status == 2, size
        (sentence,) = outcome.of("error")
        assert sentence.startswith("The disk is full") or "disk I/O error" in sentence, (size, sentence)
        assert "Unexpected" not in sentence
        assert used.left() == before, size
        nothing_unfinished(used)
    assert used.run("add", *given).status == 0


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
def test_a_full_disk_leaves_everything_as_it_was(program: Program, small_disk: Path, given: list[Path]) -> None:
    on_disk = Program(program.checkout, small_disk / "home", {"TMPDIR": str(small_disk)})
    assert on_disk.run("add", given[0]).status == 0
    before = on_disk.left()
    size = sum(map(len, before.values()))
    filler = small_disk / "filler"
    for room in (0, size // 20, size // 4, size, size * 5 // 4):
        free = shutil.disk_usage(small_disk).free
        filler.write_bytes(bytes(max(free - room, 0)))
        outcome = on_disk.run("add", given[1])
        assert outcome.errors == ""
        if outcome.status == 0:
            break
        assert outcome.status == 2, room
        assert outcome.of("error")[0].startswith("The disk is full"), (room, outcome.of("error"))
        assert on_disk.left() == before, room
        nothing_unfinished(on_disk)
        filler.unlink()
    else:
        assert on_disk.run("add", given[1]).status == 0


@pytest.mark.slow
def test_a_disk_that_may_not_be_written_to(program: Program, small_disk: Path, given: list[Path]) -> None:
    on_disk = Program(program.checkout, small_disk / "home")
    assert on_disk.run("add", given[0]).status == 0
    before = on_disk.left()
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    outcome = on_disk.run("add", given[1])
    assert (outcome.status, outcome.errors) == (2, "")
    assert outcome.of("error") == ["Your Codarium folder cannot be written to, so nothing can be added."]
    assert on_disk.left() == before


def test_a_folder_that_cannot_be_made(program: Program, given: list[Path]) -> None:
    program.home.mkdir()
    program.folder.write_text("in the way")
    outcome = program.run("add", *given)
    assert (outcome.status, outcome.errors) == (2, "")
    assert outcome.of("error")[0].startswith(str(program.folder))
    assert program.folder.read_text() == "in the way"


# Killed, stopped, and two at once


def started(program: Program, *given: Path) -> "subprocess.Popen[bytes]":
    """A run that has said its first word."""
    process = program.start("add", "--json", *given)
    assert process.stdout is not None
    assert process.stdout.readline()
    return process


def is_whole(program: Program) -> Path:
    """The newest library opens, and is what it must be."""
    newest = max(program.folder.glob("library-*.db"), key=lambda path: int(path.stem.rpartition("-")[2]))
    open_library(newest).close()
    verify(newest)
    return newest


@pytest.mark.slow
@pytest.mark.parametrize("times", [8])
def test_a_kill_at_any_moment_leaves_the_old_library_or_the_new_one(
    times: int, program: Program, tmp_path: Path, given: list[Path]
) -> None:
    program.run("add", files.hcpcs(tmp_path / "first", 2029, RIDES))
    old = contents_of(is_whole(program))
    other = Program(program.checkout, tmp_path / "other")
    shutil.copytree(program.home, other.home)
    begin = time.perf_counter()
    other.run("add", *given)
    duration = time.perf_counter() - begin
    new = contents_of(is_whole(other))
    before = shutil.copytree(program.home, tmp_path / "before")
    dice = random.Random(times)
    for _ in range(times):
        with started(program, *given) as process:
            time.sleep(dice.random() * duration)
            process.kill()
        found = contents_of(is_whole(program))
        assert not differing(found, old) or not differing(found, new)
        if differing(found, old):
            shutil.rmtree(program.home)
            shutil.copytree(before, program.home)
    assert program.run("add", *given).status == 0
    assert not differing(contents_of(is_whole(program)), new)
    nothing_unfinished(program)
    assert len(list(program.folder.glob("library-*.db"))) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_it_cleanly(number: signal.Signals, status: int, used: Program, given: list[Path]) -> None:
    before = used.left()
    stopped = 0
    for delay in (0.0, 0.05, 0.2, 0.5, 0.8):
        with started(used, *given) as process:
            time.sleep(delay)
            process.send_signal(number)
            said, errors = process.communicate(timeout=60)
        assert len(errors.splitlines()) <= 1, errors
        nothing_unfinished(used)
        if any("done" in json.loads(line) for line in said.splitlines()):
            # The signal came too late, perhaps while Python ended.
            break
        assert process.returncode == status
        assert used.left() == before, delay
        stopped += 1
    assert stopped


@pytest.mark.slow
def test_of_two_at_once_the_second_says_that_the_first_is_running(used: Program, given: list[Path]) -> None:
    with started(used, *given) as process:
        process.send_signal(signal.SIGSTOP)
        try:
            outcome = used.run("add", *given)
        finally:
            process.send_signal(signal.SIGCONT)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert outcome.status == 2
    assert "another window or command" in outcome.of("error")[0]
    assert not used.run("add", *given).of("done")[0]["added"]


@pytest.mark.slow
def test_nobody_listens_any_more(used: Program, given: list[Path]) -> None:
    """A window that is closed meanwhile: the pipe breaks, and the run ends as if it had been canceled."""
    before = used.left()
    with started(used, *given) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        process.wait(timeout=60)
    assert process.returncode == 2
    assert errors == b""
    assert used.left() == before
    nothing_unfinished(used)


@pytest.mark.slow
def test_a_library_that_is_damaged_is_passed_over_and_made_again(used: Program, given: list[Path]) -> None:
    good = contents_of(is_whole(used))
    newest = is_whole(used)
    newest.write_bytes(newest.read_bytes()[:5000])
    outcome = used.run("remake")
    assert outcome.status == 0
    assert not differing(contents_of(Path(outcome.of("done")[0]["library"])), good)
