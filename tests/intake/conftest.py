"""A small bundled library, the program as a process of its own, and the contents of libraries for comparison."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.codes.node import Level
from app.codes.systems import System
from app.intake.install import make_library
from app.intake.merge import InitialContents
from app.library.compiling.icd10cm import listed
from app.library.compiling.icd10pcs import contents_of_release
from app.library.contents import Icd10cm
from app.releases.records import Convention, PcsCode, PcsRelease, Tabular, TabularNode
from tests.intake.made_up_releases import CM
from tests.library.conftest import LABELS, release
from tests.signals import restore_interrupts

ROOT = Path(__file__).resolve().parents[2]

YEAR = 2031
"""The fiscal year of the bundled codes of ICD-10-CM."""

NOT_COMPARED = {"sqlite_stat1", "sqlite_stat4"}


def small_icd10cm() -> Icd10cm:
    """The codes that the made-up releases begin with, as a Tabular List that names every one."""
    nodes = [
        TabularNode("1", "Fevers", Level.CHAPTER, None),
        TabularNode("A00-A09", "Colored fevers", Level.SECTION, "1"),
    ]
    for code, title in CM.items():
        heading = len(code) == 3
        parent = "A00-A09" if heading else code[:3]
        nodes.append(TabularNode(code, title, Level.CATEGORY if heading else Level.CODE, parent))
    tabular = Tabular(str(YEAR), (Convention("Excludes1", ("Not coded here.",)),), tuple(nodes))
    return listed(release(System.ICD10CM, YEAR), tabular, CM.keys())


@pytest.fixture(scope="session")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small `resources/codes.db` that is made quickly, in a checkout with the program."""
    checkout = tmp_path_factory.mktemp("checkout")
    (checkout / "app").symlink_to(ROOT / "app")
    resources = checkout / "resources"
    resources.mkdir()
    for name in ("tables", "lexicon"):
        (resources / name).symlink_to(ROOT / "resources" / name)
    pcs = PcsRelease((PcsCode("0DTJ0ZZ", "Resection of Appendix, Open Approach", LABELS),), (), ())
    initial = InitialContents(small_icd10cm(), contents_of_release(release(System.ICD10PCS, 2029), pcs))
    make_library(resources / "codes.db", initial.all_contents())
    return resources / "codes.db"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run of the program: its exit status, the objects that it printed, and its standard error."""

    status: int
    lines: tuple[dict[str, Any], ...]
    errors: str

    def of(self, kind: str) -> list[Any]:
        """The contents of the lines of one kind: `progress`, `done`, `needs`, `error`."""
        return [line[kind] for line in self.lines if kind in line]


@dataclass(frozen=True, slots=True)
class Program:
    """The program as a user starts it, with a bundle of its own and a home for the user's files."""

    checkout: Path
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def folder(self) -> Path:
        return self.home / "code sets"

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "app", *map(str, arguments)]

    def start(self, *arguments: str | Path, first: Callable[[], None] | None = None) -> "subprocess.Popen[bytes]":
        """Start a process whose standard output and error can be read; `first` runs in it before the program."""
        environment = {**os.environ, "CODARIUM_HOME": str(self.home), **self.environment}

        def prepare() -> None:
            restore_interrupts()
            if first is not None:
                first()

        return subprocess.Popen(
            self.command(*arguments),
            cwd=self.checkout,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=prepare,
        )

    def run(self, *arguments: str | Path, first: Callable[[], None] | None = None) -> Outcome:
        """Run one command with --json to its end; it prints one JSON object a line and nothing else."""
        with self.start(arguments[0], "--json", *arguments[1:], first=first) as process:
            output, errors = process.communicate(timeout=120)
        lines = tuple(json.loads(line) for line in output.decode().splitlines())
        return Outcome(process.returncode, lines, errors.decode())

    def run_as_typed(self, *arguments: str | Path) -> tuple[int, str, str]:
        """Run one command as a user types it: exit status, standard output and standard error."""
        with self.start(*arguments) as process:
            output, errors = process.communicate(timeout=120)
        return process.returncode, output.decode(), errors.decode()

    def library_files(self) -> dict[str, bytes]:
        """Return every file of the library's folder except the lock, with its bytes."""
        paths = sorted(self.folder.rglob("*"))
        return {str(p.relative_to(self.folder)): p.read_bytes() for p in paths if p.is_file() and p.name != ".lock"}


@pytest.fixture
def program(bundled: Path, tmp_path: Path) -> Program:
    return Program(bundled.parents[1], tmp_path / "home")


Rows = dict[str, list[tuple[Any, ...]]]


def contents_of(path: Path, leave_out: Sequence[str] = ("release", "source")) -> Rows:
    """Return every row of every table, sorted; releases without their ids, which depend on the order of adding."""
    rows_by_table: Rows = {}
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as opened:
        names = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name not in NOT_COMPARED and name not in leave_out and not name.startswith("entry_words"):
                rows_by_table[name] = sorted(opened.execute(f'SELECT * FROM "{name}"'), key=repr)
        rows_by_table["release"] = sorted(
            opened.execute(
                "SELECT system, part, name, effective_from, effective_to, remark, codes, valid, current FROM release"
            ),
            key=repr,
        )
        rows_by_table["source"] = sorted(
            opened.execute("SELECT r.system, r.part, r.name, s.file FROM source s JOIN release r ON r.id = s.release"),
            key=repr,
        )
    return rows_by_table


def differing(first: Rows, second: Rows) -> dict[str, tuple[list[Any], list[Any]]]:
    """Return the tables whose rows differ, with the first rows that only one library has."""
    return {
        name: (
            _rows_only_in(first.get(name, []), second.get(name, [])),
            _rows_only_in(second.get(name, []), first.get(name, [])),
        )
        for name in first.keys() | second.keys()
        if first.get(name) != second.get(name)
    }


def _rows_only_in(rows: list[tuple[Any, ...]], others: list[tuple[Any, ...]]) -> list[Any]:
    """The first three rows that are not among the others."""
    excluded = set(others)
    return [row for row in rows if row not in excluded][:3]


@pytest.fixture
def query(bundled: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """A function that returns the rows of a query on a library."""

    def ask(path: Path, question: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            return opened.execute(question, values).fetchall()

    return ask
