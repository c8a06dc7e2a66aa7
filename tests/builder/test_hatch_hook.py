"""The wheel's hook: a database that is older than what it is made from is compiled again."""

import os
from pathlib import Path

import pytest
from hatch_hook import is_stale


def checkout(root: Path, times: dict[str, int]) -> Path:
    for name, time in times.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        os.utime(path, (time, time))
    return root


DATABASE = "resources/codes.db"


def test_missing(tmp_path: Path) -> None:
    assert is_stale(checkout(tmp_path, {"app/library/compiling/writer.py": 1}))


@pytest.mark.parametrize(
    "source",
    [
        "app/library/compiling/schema.sql",
        "resources/lexicon/weak.tsv",
        "resources/tables/modifiers.tsv",
        "app/intake/install.py",
    ],
)
def test_older_than_a_source(tmp_path: Path, source: str) -> None:
    assert is_stale(checkout(tmp_path, {DATABASE: 100, source: 101}))
    assert not is_stale(checkout(tmp_path, {DATABASE: 102}))


def test_what_only_reads_it_or_is_made_by_python_counts_nothing(tmp_path: Path) -> None:
    assert not is_stale(
        checkout(
            tmp_path,
            {DATABASE: 100, "app/ui/main_window/window.py": 101, "app/library/own/__pycache__/tables.pyc": 101},
        )
    )
