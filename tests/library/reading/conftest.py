"""The made-up library, read unchanged or altered."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from app.library.reading.catalogue import Catalogue
from tests.library.reading.made_up_codes import Altered


@pytest.fixture
def altered(small_library: Path, tmp_path: Path) -> Altered:
    """A function that runs statements on a copy of the made-up library and opens it."""

    def alter(*statements: str) -> Catalogue:
        path = tmp_path / "codes.db"
        shutil.copy(small_library, path)
        connection = sqlite3.connect(path)
        for statement in statements:
            connection.execute(statement)
        return Catalogue(connection)

    return alter


@pytest.fixture
def made_up(altered: Altered) -> Catalogue:
    return altered()
