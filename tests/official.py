"""Where the tests find real release files; without them a test is skipped, and says why."""

import os
from pathlib import Path

import pytest

RELEASES = Path(os.environ.get("CODARIUM_RELEASES") or Path(__file__).parents[1].parent / "shared" / "data")


def official(*parts: str) -> Path:
    """A file or folder of the official releases; the test that asks is skipped where it is not there."""
    path = RELEASES.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"needs official release files: no {'/'.join(parts)} in CODARIUM_RELEASES or ../shared/data")
    return path
