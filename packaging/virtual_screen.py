"""A screen that nobody looks at, and a person who sits before it: types, and reads titles and the clipboard."""

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
# What has not happened after this many seconds never will.
PATIENCE = 30.0


class Screen:
    """A virtual screen whose picture is a file: what is painted shows there without asking the X server."""

    def __init__(self, display: str, width: int, height: int, picture: mmap.mmap) -> None:
        self.display = display
        self.width = width
        self.height = height
        self._picture = picture

    def picture(self) -> bytes:
        """What is on the screen: rows from the top, four bytes a pixel, blue first."""
        # The pixels end the file, after a header and a color table whose sizes are the X server's affair.
        return self._picture[-self.height * self.width * 4 :]

    def is_black(self) -> bool:
        """Whether no program has painted anything, going by every 13th line: any window is higher than that."""
        size = self.width * 4
        lines = range(len(self._picture) - self.height * size, len(self._picture), 13 * size)
        return all(self._picture[start : start + size].count(0) == size for start in lines)


@contextlib.contextmanager
def virtual_screen(width: int = 1600, height: int = 1000) -> Generator[Screen]:
    """A screen of its own, black, without a mouse pointer, gone at the end."""
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


class Person:
    """Sits at the program's window on a screen, as soon as there is one."""

    def __init__(self, screen: Screen, process: "subprocess.Popen[bytes]") -> None:
        self._environment = os.environ | {"DISPLAY": screen.display}
        self._process = process
        found = self.until(lambda: self._run("xdotool", "search", "--onlyvisible", "--name", "Codarium"))
        self._window = found.splitlines()[-1]
        self._run("xdotool", "windowmove", self._window, "0", "0")
        self._run("xdotool", "windowsize", "--sync", self._window, str(screen.width), str(screen.height))
        self._run("xdotool", "windowfocus", "--sync", self._window)

    def type(self, text: str) -> None:
        self._run("xdotool", "type", "--delay", "20", text)

    def press(self, *keys: str) -> None:
        """Keys by their X11 names: `ctrl+c`, `Down`."""
        self._run("xdotool", "key", "--delay", "20", *keys)

    def title(self) -> str:
        return self._run("xdotool", "getwindowname", self._window)

    def clipboard(self) -> str:
        return self._run("xclip", "-selection", "clipboard", "-out")

    def until(self, ask: Callable[[], str], *answers: str) -> str:
        """Asks again and again until the answer is one of those awaited, or, where none are, any at all."""
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
    """What to install before a virtual screen can be used, as one sentence; empty where nothing is missing."""
    packages = [package for tool, package in TOOLS.items() if not shutil.which(tool)]
    return f"A virtual screen needs more programs (Debian: apt install {' '.join(packages)})." if packages else ""
