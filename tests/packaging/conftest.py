"""The packaged executable, unpacked as on a stranger's machine."""

import subprocess
from pathlib import Path

import pytest

DIST = Path(__file__).parents[2] / "dist"

AWKWARD = "Médecine & Größe — 病 院"


@pytest.fixture(scope="session")
def archive() -> Path:
    archives = sorted(DIST.glob("codarium-*.tar.xz"), key=lambda path: path.stat().st_mtime)
    assert archives, "make package comes first"
    return archives[-1]


@pytest.fixture(scope="session")
def codarium(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The executable, unpacked where paths are awkward."""
    folder = tmp_path_factory.mktemp("unpacked") / AWKWARD
    folder.mkdir()
    subprocess.run(["tar", "--extract", "--file", str(archive), "--directory", str(folder)], check=True)
    return str(folder / "codarium" / "codarium")
