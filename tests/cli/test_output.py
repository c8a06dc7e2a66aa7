"""Output of the command line: width of the terminal, encodings, closed streams and full disks."""

import ast
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from app.cli.main import main
from app.cli.output import complain, json_line, print_aside, print_json, print_line, print_lines, wrap_text
from tests.cli.command_line import PATIENCE, ROOT, Captured, program
from tests.intake import made_up_releases


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


HOSTILE = "\x1b]0;title\x07 \u202eexe.fdp\x9b2J \x7f\udcff"
"""A name that sets the title of a terminal, turns what follows, and clears the screen."""

HARMLESS = "�]0;title� �exe.fdp�2J ��"


def test_no_text_acts_on_the_terminal(capsys: Captured) -> None:
    print_line(f"{HOSTILE}\nsecond")
    print_lines(f"{HOSTILE}\nsecond\n", sys.stdout)
    print_aside(HOSTILE)
    complain(HOSTILE)
    out, err = capsys.readouterr()
    assert out == f"{HARMLESS} second\n{HARMLESS}\nsecond\n"
    assert err == f"{HARMLESS}\ncodarium: {HARMLESS}\n"


def test_json_is_printable_and_has_no_halves_of_characters(capsys: Captured) -> None:
    print_json(json_line({"name": HOSTILE, "names": [{"deep": "\udcff"}, "🙂", 1, None, True]}))
    line = capsys.readouterr().out
    assert line.removesuffix("\n").isprintable()
    assert line.isascii()
    names: list[object] = [{"deep": "�"}, "🙂", 1, None, True]
    assert json.loads(line) == {"name": HOSTILE.replace("\udcff", "�"), "names": names}


def test_only_one_module_prints() -> None:
    """Ruff forbids `print` in the others; this finds the other ways to the two streams."""
    printing: set[str] = set()
    for path in (ROOT / "app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="print")):
                    printing.add(path.name)
                case ast.Attribute(value=stream, attr="write" | "writelines" | "buffer"):
                    if ast.unparse(stream) in ("sys.stdout", "sys.stderr"):
                        printing.add(path.name)
                case _:
                    pass
    # The log of the window, where there is no folder for it, by the same filter.
    assert printing == {"output.py", "error_reporter.py"}


@pytest.mark.skipif(sys.platform == "win32", reason="names of files and arguments are text on Windows")
class TestBytesThatAreNotText:
    """Arguments and names of files are bytes on Linux, which need not be UTF-8."""

    def run(self, *arguments: bytes) -> tuple[int, str, str]:
        command = [*map(os.fsencode, program()), *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def test_show_says_that_there_is_no_such_code(self) -> None:
        assert self.run(b"show", b"E11\xff") == (1, "", "No loaded code set has 'E11�'.\n")
        assert self.run(b"show", b"--json", b"\xff") == (1, "", "No loaded code set has '�'.\n")

    def test_lookup_searches_for_the_rest(self) -> None:
        status, out, err = self.run(b"lookup", b"--json", b"--limit", b"1", b"gout \xff")
        answer = json.loads(out)
        assert (status, err, answer["query"]) == (0, "", "gout �")
        assert [hit["code"] for hit in answer["hits"]] == ["M10"]
        assert self.run(b"lookup", b"\xff")[0] == 1

    def test_a_missing_file_is_named(self) -> None:
        assert self.run(b"add", b"\x1b[2J\xff.zip") == (2, "", "codarium: �[2J�.zip: no such file.\n")
        status, out, err = self.run(b"add", b"--json", b"\xff.zip")
        assert (status, json.loads(out), err) == (2, {"error": "�.zip: no such file."}, "")

    def test_a_missing_database_is_named(self) -> None:
        status, out, err = self.run(b"--db", b"\x1b[2J\xff.db", b"show", b"E11")
        assert (status, out, len(err.splitlines())) == (2, "", 1)
        assert "�[2J�.db" in err

    @pytest.mark.slow
    def test_a_file_with_such_a_name_is_added_and_kept(self, tmp_path: Path, own_home: Path) -> None:
        name = os.fsencode(tmp_path) + b"/\x1b[2J\xe2\x80\xae\n\xff.csv"
        made_up_releases.mue(tmp_path).rename(os.fsdecode(name))
        status, out, err = self.run(b"add", name)
        assert (status, out) == (0, "NCCI unit limits (practitioner): 2 rows\n")
        assert not {"\x1b", "\u202e"} & set(err)
        (kept,) = (path for path in (own_home / "code sets" / "files").rglob("*") if path.is_file())
        assert kept.stat().st_size
