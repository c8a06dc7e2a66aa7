"""The real program on a real accessibility bus: the events that a screen reader gets, word by word."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from shutil import which
from threading import Thread

import pytest
from virtual_screen import PATIENCE, User, missing_tools, virtual_screen

ROOT = Path(__file__).resolve().parents[3]
SYSTEM_PYTHON = "/usr/bin/python3"


def missing_bus() -> str:
    """Return a sentence on what the accessibility bus lacks, empty where it is complete."""
    if missing_tools() or which("dbus-daemon") is None:
        return missing_tools() or "no dbus-daemon"
    try:
        done = subprocess.run([SYSTEM_PYTHON, "-c", "import pyatspi"], capture_output=True, check=False)
    except OSError:
        return f"no {SYSTEM_PYTHON}"
    return "no python3-pyatspi and at-spi2-core" if done.returncode else ""


class Reader:
    """What the accessibility bus tells, line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._lines: Queue[str] = Queue()
        self._process = process
        Thread(target=self._read, daemon=True).start()

    def wait_for(self, line: str) -> None:
        """Wait for a line; others may come before it."""
        lines: list[str] = []
        while not lines or lines[-1] != line:
            try:
                lines.append(self._lines.get(timeout=PATIENCE))
            except Empty:
                raise AssertionError(f"not told: {line!r}, but {lines}") from None

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line.rstrip("\n"))


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment with a session bus of its own, on which the accessibility bus starts by itself."""
    if missing := missing_bus():
        pytest.skip(missing)
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    environment = os.environ | {"XDG_RUNTIME_DIR": str(runtime), "CODARIUM_HOME": str(tmp_path / "home")}
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert daemon.stdout is not None
        yield environment | {"DBUS_SESSION_BUS_ADDRESS": daemon.stdout.readline().strip()}
    finally:
        daemon.terminate()
        daemon.communicate(timeout=PATIENCE)


@pytest.mark.slow
def test_the_words_that_reach_a_screen_reader(bus: dict[str, str]) -> None:
    with virtual_screen(1440, 900) as screen:
        environment = bus | {
            "DISPLAY": screen.display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        listener = subprocess.Popen(
            [SYSTEM_PYTHON, str(Path(__file__).with_name("bus_listener.py"))],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        reader = Reader(listener)
        try:
            reader.wait_for("ready")
            with subprocess.Popen(
                [sys.executable, "-m", "app"],
                env=environment,
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            ) as program:
                try:
                    walk(User(screen, program), reader, environment)
                    output, _ = program.communicate(timeout=PATIENCE)
                finally:
                    program.kill()
            assert (program.returncode, output) == (0, b"")
        finally:
            listener.terminate()
            listener.communicate(timeout=PATIENCE)


def press(environment: dict[str, str], role: str, name: str) -> None:
    """Press a part by its action, as a screen reader does."""
    script = str(Path(__file__).with_name("bus_press.py"))
    done = subprocess.run([SYSTEM_PYTHON, script, role, name], env=environment, check=False, timeout=PATIENCE)
    assert done.returncode == 0, f"no {role} {name}"


def walk(user: User, reader: Reader, environment: dict[str, str]) -> None:
    """Use the program as somebody who sees nothing."""
    box = "focus\ttext\tSearch\tType a code, words or an abbreviation; results update with every keystroke"
    reader.wait_for(box)
    user.type("gout")
    reader.wait_for(
        "said\t326 results. M10, Gout, ICD-10-CM, heading, 121 codes, closed, "
        "M05 to M14, Inflammatory polyarthropathies"
    )
    user.press("Down")
    reader.wait_for("said\tM10.9, Gout, unspecified, ICD-10-CM, valid for submission, M10, Gout")
    user.press("Down")
    reader.wait_for("said\tM10.0, Idiopathic gout, ICD-10-CM, heading, 24 codes, closed, M10, Gout")
    user.press("Return")
    reader.wait_for(
        "focus\tdocument frame\tCode page\tICD-10-CM M10.0 Idiopathic gout. A heading: choose one of 24 codes below"
    )
    user.press("Tab")
    reader.wait_for("focus\tpush button\tCopy code\tKey: Ctrl C")
    user.press("Tab")
    reader.wait_for("focus\tlink\t13 Diseases of the musculoskeletal system…\t")
    user.press("ctrl+c")
    reader.wait_for("said\tCopied M10.0")
    user.press("Escape")
    reader.wait_for(box)
    user.press("ctrl+a")
    user.type("e11.999")
    reader.wait_for(
        "said\tNo match, 1 near. E11.999 has the form of an ICD-10-CM code but is not in the FY2026 release"
    )
    user.press("ctrl+a")
    user.type("s72.001d")
    user.press("Return")
    reader.wait_for(
        "focus\tdocument frame\tCode page\tICD-10-CM S72.001D Fracture of unspecified part of neck of right femur, "
        "subsequent encounter for closed fracture with routine healing. Valid for submission"
    )
    user.press("Tab", "Tab")
    # The strip, and then the character in it.
    reader.wait_for("focus\tradio button\tD: subsequent encounter for closed fracture with routine healing, S72.001D\t")
    # Pressed by the reader, not by a key: a character of the strip, and a link of the page.
    press(environment, "radio button", "A: initial encounter for closed fracture, S72.001A")
    reader.wait_for(
        "said\tICD-10-CM S72.001A Fracture of unspecified part of neck of right femur, initial encounter for closed "
        "fracture. Valid for submission"
    )
    press(environment, "link", "S72.0")
    reader.wait_for(
        "said\tICD-10-CM S72.0 Fracture of head and neck of femur. A heading: choose one of 576 codes below"
    )
    # The palette keeps the focus in its box, too.
    user.press("ctrl+k")
    reader.wait_for("focus\ttext\tAction\tType the name of an action")
    user.type("dark")
    reader.wait_for("said\tDark Ctrl+F8")
    # Out of the palette, and out of the page.
    user.press("Escape", "Escape")
    reader.wait_for(box)
    user.press("ctrl+q")
