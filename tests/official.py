"""The folder of real release files; tests that need it are skipped with a reason if it is missing."""

import os
from pathlib import Path

import pytest

RELEASES = Path(os.environ.get("CODARIUM_RELEASES") or Path(__file__).parents[1].parent / "shared" / "data")


def official(*parts: str) -> Path:
    """Return a file or folder of the official releases; the test that needs it is skipped if it is missing."""
    path = RELEASES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs official release files: no {'/'.join(parts)} in CODARIUM_RELEASES or ../shared/data")
    return path
