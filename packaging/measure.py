"""How long programs take from their start to their first painted pixel, as a virtual screen shows it."""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence

from virtual_screen import PATIENCE, Screen, virtual_screen


def start_times(programs: Sequence[Sequence[str]], rounds: int) -> list[list[float]]:
    """Seconds from start to first paint of each program, taken in turn so that a busy moment hits them all alike."""
    times: list[list[float]] = [[] for _ in programs]
    with virtual_screen() as screen, tempfile.TemporaryDirectory() as home:
        environment = {"DISPLAY": screen.display, "HOME": home, "PATH": os.defpath}
        # The first round reads the files into memory, and is not counted.
        for turn in range(rounds + 1):
            for program, taken in zip(programs, times, strict=True):
                seconds = start_time(screen, program, environment)
                if turn:
                    taken.append(seconds)
    return times


def start_time(screen: Screen, program: Sequence[str], environment: dict[str, str]) -> float:
    """Seconds from start to first paint; the program is ended then, and the screen black again."""
    begin = time.perf_counter()
    process = subprocess.Popen(program, env=environment, stdin=subprocess.DEVNULL)
    try:
        # A millisecond is fine enough for what takes a hundred, and leaves the processor to the program.
        while screen.is_black():
            if process.poll() is not None:
                raise RuntimeError(f"{program[0]} ended with status {process.returncode} before it painted anything")
            if time.perf_counter() - begin > PATIENCE:
                raise RuntimeError(f"{program[0]} painted nothing within {PATIENCE:.0f} s")
            time.sleep(0.001)
        return time.perf_counter() - begin
    finally:
        process.terminate()
        process.wait()
        gone = time.perf_counter() + PATIENCE
        while not screen.is_black() and time.perf_counter() < gone:
            time.sleep(0.01)
