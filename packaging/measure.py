"""Measures programs from their start to their first painted pixel, on a virtual screen."""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence

from virtual_screen import PATIENCE, Screen, virtual_screen


def start_times(programs: Sequence[Sequence[str]], rounds: int) -> list[list[float]]:
    """Return the seconds from start to first paint of each program, taken in turn so that load affects all alike."""
    times: list[list[float]] = [[] for _ in programs]
    with virtual_screen() as screen, tempfile.TemporaryDirectory() as home:
        environment = {"DISPLAY": screen.display, "HOME": home, "PATH": os.defpath}
        # The first round reads the files into memory, and is not counted.
        for turn in range(rounds + 1):
            for program, program_times in zip(programs, times, strict=True):
                seconds = start_time(screen, program, environment)
                if turn:
                    program_times.append(seconds)
    return times


def start_time(screen: Screen, program: Sequence[str], environment: dict[str, str]) -> float:
    """Return the seconds from start to first paint; the program is ended then, and the screen black again."""
    begin = time.perf_counter()
    process = subprocess.Popen(program, env=environment, stdin=subprocess.DEVNULL)
    try:
        # A millisecond is precise enough for a hundred, and leaves the processor to the program.
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
        deadline = time.perf_counter() + PATIENCE
        while not screen.is_black() and time.perf_counter() < deadline:
            time.sleep(0.01)
