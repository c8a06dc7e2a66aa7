"""Commands run in this process or in one of their own, for the tests of the command line."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.cli.main import main

ROOT = Path(__file__).parents[2]


PATIENCE = 20
"""Seconds after which something that should answer in a blink hangs."""


Captured = pytest.CaptureFixture[str]


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "app", *arguments]


def run(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """The program in a process of its own, as a script starts it."""
    return subprocess.run(
        program(*arguments), cwd=ROOT, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False, **options
    )


def printed(capsys: Captured, *arguments: str, status: int = 0) -> dict[str, Any]:
    """The one JSON object on one line that a command prints, asked in this process."""
    assert main(list(arguments)) == status
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)


def refused(capsys: Captured, *arguments: str) -> str:
    """The one line on standard error of a command that is used wrongly."""
    try:
        status: object = main(list(arguments))
    except SystemExit as ended:
        status = ended.code
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1, err
    assert err.startswith("codarium")
    return err
