"""Interrupts one scenario at calls that change a file, and checks each time what a start finds afterwards.

A process of its own, into which `interpose.c` was loaded: python -m tests.intake.torture.interrupt FOLDER NAME MOST.
"""

import ctypes
import errno
import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tests.intake.torture.scenarios import (
    ACKNOWLEDGED,
    BrokenHomeError,
    Scenario,
    State,
    check_command,
    expect,
    scenario_of,
    state,
)

RENAME, UNLINK, FSYNC, WRITE, CREATE = 1, 2, 4, 8, 16
"""The kinds of calls, as in interpose.c."""

Arm = Callable[[int, int, int, bool], None]

KILLED = 9


class Home:
    """A home that is made once and copied for every interruption; each process that works on it is a fork."""

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self._library = ctypes.CDLL(None)
        self._scenario = scenario
        self._first, self._home, self._output = folder / "first", folder / "home", folder / "output"
        os.environ["CODARIUM_HOME"] = str(self._home)
        os.environ[ACKNOWLEDGED] = str(folder / "acknowledged")

    def prepare(self) -> list[State]:
        """Make the home, and return the states in which an interruption may leave it."""
        self._home.mkdir()
        expect(self._fork(lambda: self._scenario.prepare() or 0) == 0, f"not prepared: {self.output()}")
        shutil.copytree(self._home, self._first)
        if self._scenario.check is not check_command:
            return []
        states = [state()]
        for act in (*self._scenario.others, self._scenario.act):
            self.renew()
            expect(self._fork(act) == 0, f"does not run undisturbed: {self.output()}")
            states.append(state())
        expect(states[0] != states[-1], "nothing is changed")
        return states

    def renew(self) -> None:
        Path(os.environ[ACKNOWLEDGED]).unlink(missing_ok=True)
        shutil.rmtree(self._home)
        shutil.copytree(self._first, self._home)

    def interrupt(self, kinds: int, number: int, error: int = 0, stays: bool = False) -> tuple[int | None, int]:
        """Act on a fresh home, interrupted at a call; return the exit status, None after a kill, and the calls made."""
        self.renew()
        counted, count_to = os.pipe()

        def act() -> int:
            self._library.torture_arm(os.fsencode(self._home), kinds, number, error, stays)
            status = self._scenario.act()
            os.write(count_to, str(self._library.torture_count()).encode())
            return status

        status = self._fork(act)
        os.close(count_to)
        calls = int(os.read(counted, 100) or b"0")
        os.close(counted)
        return (None if status == -KILLED else status), calls

    def check(self, status: int | None, allowed: list[State]) -> str:
        """Return what is wrong after a start; empty if all is well."""
        if status is not None:
            errors = [line for line in self.output().splitlines() if not line.startswith("{")]
            if len(errors) > 1 or "nexpected" in self.output():
                return f"it ended with: {self.output()}"

        said = self.output()

        def look() -> int:
            self._scenario.check(status, allowed, said)
            return 0

        return "" if self._fork(look) == 0 else f"{self.output()}\n(status {status}, it had said: {said})"

    def output(self) -> str:
        return self._output.read_text(errors="replace")

    def _fork(self, work: Callable[[], int]) -> int:
        """Do some work in a fork, whose output is kept; return its exit status, negative for a signal."""
        child = os.fork()
        if child == 0:
            status = 99
            try:
                file = os.open(self._output, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
                os.dup2(file, 1)
                os.dup2(file, 2)
                status = work()
            except BrokenHomeError as error:
                sys.stderr.write(f"{error}\n")
            except BaseException:
                traceback.print_exc()
            finally:
                sys.stdout.flush()
                sys.stderr.flush()
                os._exit(status)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def spread(calls: int, most: int) -> list[int]:
    """Numbers of calls from the first to the last, all of them or as many, at even distances."""
    if calls <= most:
        return list(range(1, calls + 1))
    return sorted({1 + round(place * (calls - 1) / max(most - 1, 1)) for place in range(most)})


def torture(home: Home, most: int) -> dict[str, object]:
    """Interrupt a scenario in every way, at each call or at `most` of them; return the figures, and what was wrong."""
    allowed = home.prepare()
    figures: dict[str, object] = {}
    wrong: list[str] = []
    names = RENAME | UNLINK | FSYNC
    for way, kinds, error, stays, times in (
        ("kills at renames, unlinks, fsyncs", names, 0, False, most),
        ("kills at writes", WRITE | CREATE, 0, False, most // 2),
        ("broken disk", names | WRITE | CREATE, errno.EIO, False, most // 2),
        ("full disk", WRITE | CREATE, errno.ENOSPC, True, most // 2),
    ):
        _, calls = home.interrupt(kinds, 0)
        numbers = spread(calls, times)
        ended = 0
        for number in numbers:
            status, _ = home.interrupt(kinds, number, error, stays)
            ended += status != 0
            if problem := home.check(status, allowed):
                wrong.append(f"{way}, call {number} of {calls}: {problem}")
        figures[way] = {"calls": calls, "interrupted": len(numbers), "ended": ended}
    return {"figures": figures, "wrong": wrong}


def main(folder: Path, name: str, most: int) -> None:
    for module in ("app.cli.change", "app.intake.fetch", "httpx", "python_calamine", "sqlite_utils"):
        # Else each fork would import it.
        import_module(module)
    home = Home(folder, scenario_of(name, folder / "files"))
    sys.stdout.write(f"{json.dumps(torture(home, most))}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
