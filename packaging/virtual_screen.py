"""A virtual X11 screen, and a simulated user who types and reads window titles and the clipboard."""

import contextlib
import mmap
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path

TOOLS = {"Xvfb": "xvfb", "xdotool": "xdotool", "xclip": "xclip"}
# Seconds after which an awaited event counts as failed.
PATIENCE = 30.0


class Screen:
    """A virtual screen whose picture is a mapped file, read without asking the X server."""

    def __init__(self, display: str, width: int, height: int, picture: mmap.mmap) -> None:
        self.display = display
        self.width = width
        self.height = height
        self._picture = picture

    def picture(self) -> bytes:
        """Return the pixels of the screen: rows from the top, four bytes a pixel, blue first."""
        # The pixels end the file, after a header and a color table whose sizes depend on the X server.
        return self._picture[-self.height * self.width * 4 :]

    def is_black(self) -> bool:
        """Return whether no program has painted anything, judged by every 13th line: any window is higher than that."""
        size = self.width * 4
        lines = range(len(self._picture) - self.height * size, len(self._picture), 13 * size)
        return all(self._picture[start : start + size].count(0) == size for start in lines)


@contextlib.contextmanager
def virtual_screen(width: int = 1600, height: int = 1000) -> Generator[Screen]:
    """Run a black screen without a mouse pointer, and end it afterward."""
    read_end, write_end = os.pipe()
    with tempfile.TemporaryDirectory() as folder:
        size = f"{width}x{height}x24"
        command = ["Xvfb", "-displayfd", str(write_end), "-screen", "0", size, "-fbdir", folder, "-nolisten", "tcp"]
        # Without -noreset the server starts over, and repaints, whenever its last program ends.
        command += ["-nocursor", "-noreset"]
        server = subprocess.Popen(command, pass_fds=[write_end], stderr=subprocess.DEVNULL)
        os.close(write_end)
        try:
            with os.fdopen(read_end) as answer:
                number = answer.readline().strip()
            if not number:
                raise RuntimeError("Xvfb does not start")
            with Path(folder, "Xvfb_screen0").open("rb") as file:
                picture = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            yield Screen(f":{number}", width, height, picture)
        finally:
            server.terminate()
            server.wait()


class User:
    """A simulated user of the program's window, which the constructor waits for."""

    def __init__(self, screen: Screen, process: "subprocess.Popen[bytes]") -> None:
        self._environment = os.environ | {"DISPLAY": screen.display}
        self._process = process
        windows = self.until(lambda: self._run("xdotool", "search", "--onlyvisible", "--name", "Codarium"))
        self._window = windows.splitlines()[-1]
        self._run("xdotool", "windowmove", self._window, "0", "0")
        self._run("xdotool", "windowsize", "--sync", self._window, str(screen.width), str(screen.height))
        self._run("xdotool", "windowfocus", "--sync", self._window)

    def type(self, text: str) -> None:
        """Type text."""
        self._run("xdotool", "type", "--delay", "20", text)

    def press(self, *keys: str) -> None:
        """Press keys by their X11 names: `ctrl+c`, `Down`."""
        self._run("xdotool", "key", "--delay", "20", *keys)

    def title(self) -> str:
        """Return the title of the window."""
        return self._run("xdotool", "getwindowname", self._window)

    def clipboard(self) -> str:
        """Return the text of the clipboard."""
        return self._run("xclip", "-selection", "clipboard", "-out")

    def until(self, ask: Callable[[], str], *answers: str) -> str:
        """Repeat a question until the answer is one of `answers`, or, without them, is not empty; return it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = ask()
            if answer in answers or (answer and not answers):
                return answer
            if self._process.poll() is not None:
                raise RuntimeError(f"the program ended with status {self._process.returncode}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"still {answer!r} instead of {' or '.join(answers) or 'anything'}")
            time.sleep(0.05)

    def _run(self, *command: str) -> str:
        done = subprocess.run(command, env=self._environment, capture_output=True, encoding="utf-8", check=False)
        return done.stdout.rstrip("\n")


def missing_tools() -> str:
    """Return one sentence on the packages that a virtual screen lacks, empty where none is missing."""
    packages = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    return f"A virtual screen needs more programs (Debian: apt install {' '.join(packages)})." if packages else ""
