"""The packaged executable as a stranger's machine runs it: no Python, an empty environment, nowhere to write."""

import json
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from virtual_screen import PATIENCE, User, missing_tools, virtual_screen

from tests.packaging.conftest import DIST

LARGEST_ARCHIVE = 70_000_000
# Below a file there can be no folder, whoever runs this; a folder without write permission would not stop root.
NOWHERE = {"HOME": "/dev/null/home"}


def ask(codarium: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [codarium, *arguments]
    return subprocess.run(command, env=NOWHERE, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)


def test_archive_is_small_enough(archive: Path) -> None:
    assert archive.stat().st_size <= LARGEST_ARCHIVE


def test_looks_up(codarium: str) -> None:
    done = ask(codarium, "lookup", "--json", "appendicitis")
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert any(hit["system"] == "icd10cm" and hit["code"].startswith("K3") for hit in answer["hits"])


def test_streams_without_loading_qt(codarium: str) -> None:
    command = [codarium, "lookup", "--json", "-"]
    with subprocess.Popen(command, env=NOWHERE, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"e1140\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["hits"][0]["code"] == "E11.40"
        assert "libQt6" not in Path(f"/proc/{process.pid}/maps").read_text()
        process.stdin.close()
        assert process.wait(PATIENCE) == 0


def test_shows_a_code(codarium: str) -> None:
    done = ask(codarium, "show", "--json", "E11.40")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert (shown["code"], shown["billable"]) == ("E11.40", True)


def test_lists_the_code_sets(codarium: str) -> None:
    done = ask(codarium, "sets", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert {"icd10cm", "icd10pcs"} <= {code_set["system"] for code_set in json.loads(done.stdout)["sets"]}


@pytest.mark.parametrize(
    "arguments",
    [["lookup", "--system", "nonsense", "x"], ["lookup"], ["--db", "/dev/null/none.db", "lookup", "x"]],
    ids=["unknown code set", "nothing to look up", "no database"],
)
def test_says_in_one_line_what_is_wrong(codarium: str, arguments: list[str]) -> None:
    done = ask(codarium, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_nothing_found_is_status_1(codarium: str) -> None:
    assert ask(codarium, "show", "ZZZ99").returncode == 1


def test_without_a_display_says_so(codarium: str) -> None:
    done = ask(codarium)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "codarium lookup" in done.stderr


def test_lives_offscreen_until_it_is_ended(codarium: str) -> None:
    environment = NOWHERE | {"QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen([codarium, "E11.40"], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.communicate(timeout=3)
    process.terminate()
    said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, -signal.SIGTERM)
    assert said == b""


@pytest.fixture
def user(codarium: str) -> Iterator[User]:
    """Somebody at the window; what they see at the end is left in `dist/smoke.png`."""
    assert not missing_tools()
    with virtual_screen(1440, 900) as screen:
        environment = NOWHERE | {"DISPLAY": screen.display}
        process = subprocess.Popen([codarium], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        try:
            yield User(screen, process)
            picture = QImage(screen.picture(), screen.width, screen.height, QImage.Format.Format_RGB32)
            assert picture.save(str(DIST / "smoke.png"))
            assert process.poll() is None
        finally:
            process.terminate()
            said, _ = process.communicate(timeout=PATIENCE)
        assert said == b""


def test_finds_the_code_in_a_real_window(user: User) -> None:
    user.type("diabetic neuropathy")
    user.press("ctrl+a")
    user.type("e1140")
    user.until(lambda: user.title().partition(" ")[0], "E11.40")
    user.press("ctrl+c")
    user.until(user.clipboard, "E11.40")
