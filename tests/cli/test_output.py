"""Output of the command line: width of the terminal, encodings, closed streams and full disks."""

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from app.cli.main import main
from app.cli.output import wrap_text
from tests.cli.command_line import PATIENCE, ROOT, Captured, program


class Terminal(StringIO):
    """A standard output that people look at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("arguments", [["lookup", "dm2 neuropathy"], ["show", "E11.40"], ["sets"], ["show", "pos11"]])
def test_lines_are_wrapped_for_a_terminal_only(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    assert main(arguments) == 0
    whole = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(arguments) == 0
    lines = terminal.getvalue().splitlines()
    assert max(map(len, whole.splitlines())) > 60
    # A file name or checksum is never broken.
    assert all(len(line) <= 60 or " " not in line.strip() for line in lines)
    assert terminal.getvalue().split() == whole.split()


def test_wrapped_titles_are_aligned() -> None:
    assert wrap_text("E11.40    Type 2 diabetes mellitus", 24, 10) == [
        "E11.40    Type 2",
        " " * 10 + "diabetes",
        " " * 10 + "mellitus",
    ]
    assert wrap_text("\n  includes: a b c", 14) == ["", "  includes: a", "    b c"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize("arguments", [["lookup", "x"], ["show", "E11"], ["sets"], ["--help"]], ids=" ".join)
def test_full_disk_is_one_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            program(*arguments), cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"codarium: The answer cannot be written (No space left on device).\n"


@pytest.mark.parametrize(
    ("redirected", "status"),
    [("lookup e11.40 >&-", 0), ("show e11.40 >&-", 0), ("lookup - <&-", 0), ("lookup qqqqq 2>&-", 1)],
)
def test_closed_streams(redirected: str, status: int) -> None:
    command = f"{' '.join(program())} {redirected}"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")


@pytest.mark.parametrize(("encoding", "shown"), [("utf-8", "Ménière"), ("ascii", "M?ni?re"), ("cp437", "Ménière")])
def test_unencodable_letters_are_replaced(encoding: str, shown: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(
        program("lookup", "meniere"), cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown in done.stdout.decode(encoding)
