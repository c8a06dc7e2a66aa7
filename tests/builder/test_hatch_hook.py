"""The wheel's build hook: a database that is older than one of its inputs is compiled again."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hatch_hook import INPUTS, inputs, is_stale

ROOT = Path(__file__).parents[2]
DATABASE = "resources/codes.db"


def checkout(root: Path, times: dict[str, int]) -> Path:
    """A folder with empty files that were changed at these times, and the real list of inputs."""
    for name, time in times.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (time, time))
    (root / INPUTS).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / INPUTS, root / INPUTS)
    return root


def test_a_missing_database_is_stale(tmp_path: Path) -> None:
    assert is_stale(checkout(tmp_path, {"app/library/compiling/writer.py": 1}))


@pytest.mark.parametrize(
    "source",
    [
        "app/library/compiling/schema.sql",
        "resources/lexicon/weak.tsv",
        "resources/tables/modifiers.tsv",
        "app/intake/install.py",
        "packaging/requirements.txt",
    ],
)
def test_a_database_older_than_an_input_is_stale(tmp_path: Path, source: str) -> None:
    assert is_stale(checkout(tmp_path, {DATABASE: 100, source: 101}))
    assert not is_stale(checkout(tmp_path, {DATABASE: 102}))


@pytest.mark.parametrize(
    "other",
    [
        "app/ui/main_window/window.py",
        "app/library/own_words/__pycache__/tables.pyc",
        "app/library/open.py",
        "resources/tables/downloads.tsv",
    ],
)
def test_files_that_are_no_inputs_do_not_count(tmp_path: Path, other: str) -> None:
    assert not is_stale(checkout(tmp_path, {DATABASE: 100, other: 101}))


def test_every_line_of_the_list_names_a_file() -> None:
    globs = [line.lstrip("!") for line in (ROOT / INPUTS).read_text().splitlines() if not line.startswith("#")]
    assert [glob for glob in globs if not any(ROOT.glob(glob))] == []


def test_make_takes_the_same_inputs() -> None:
    command = ["make", "--silent", "--eval", "inputs: ; @echo $(DATABASE_FROM)", "inputs"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert {ROOT / name for name in run.stdout.split()} == inputs(ROOT)
