"""The catalogue that is switched to another library, and forgets the one before."""

import sqlite3

from app.ui.main_window.open_library import SwitchableCatalogue


def library_with_chapter(chapter: int, section: str) -> sqlite3.Connection:
    """Return a library of nothing but a chapter of that id with one section in it."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE node (id, system, code, plain, title, level, status, parent, variants, last, valid_to)"
    )
    connection.executemany(
        "INSERT INTO node VALUES (?, 'icd10cm', ?, ?, 'Fevers', ?, 'heading', ?, 1, ?, NULL)",
        [
            (chapter, "1", "1", "chapter", None, chapter + 1),
            (chapter + 1, section, f"{section} of the chapter", "section", chapter, chapter + 1),
        ],
    )
    return connection


def test_switching_forgets_the_chapters_of_the_library_before() -> None:
    catalogue = SwitchableCatalogue(library_with_chapter(10, "A00-A09"))
    chapter = catalogue.find_range("A00-A09")
    assert chapter is not None
    assert chapter.id == 10
    catalogue.switch_to(library_with_chapter(20, "A00-A19"))
    assert catalogue.find_range("A00-A09") is None
    chapter = catalogue.find_range("A00-A19")
    assert chapter is not None
    assert chapter.id == 20
