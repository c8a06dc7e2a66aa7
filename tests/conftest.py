"""What every test stands on: no screen, no personal files, and the real database, built once if it is missing."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.library.open import Library, open_library
from app.library.reading.catalogue import Catalogue

os.environ["QT_QPA_PLATFORM"] = "offscreen"
# No desktop's theme or scale may change what a test sees.
os.environ["QT_QPA_PLATFORMTHEME"] = ""
os.environ.pop("QT_SCALE_FACTOR", None)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def library_path() -> Path:
    """The database as it ships."""
    path = ROOT / "resources" / "codes.db"
    if not path.exists():
        subprocess.run([sys.executable, "-m", "build"], cwd=ROOT, check=True)
    return path


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has a folder of its own for the person's files."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("CODARIUM_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def library(library_path: Path) -> Iterator[Library]:
    """The opened database."""

    opened = open_library(library_path)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def catalogue(library: Library) -> Catalogue:
    """Questions by key to the real database."""

    return Catalogue(library.connect())


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Any other word of Qt fails the test that it falls in.

    The offscreen platform says of what it has no screen for that it "does not support" it, whenever a window is
    raised or resized; nothing in the program can prevent that.
    """
    for item in items:
        item.add_marker(pytest.mark.qt_log_ignore("^This plugin does not support"))
