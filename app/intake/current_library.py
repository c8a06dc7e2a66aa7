"""The library that the program opens: the newest of the user's that opens, else the bundled one. No Qt."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from app.codes.code_sets import CodeSet, Source
from app.codes.systems import System
from app.library.open import CODE_DATABASE, Library, LibraryError, open_library
from app.library.reading.catalogue import Catalogue
from app.paths import REMOVAL_NOTE, bundled_library, edits_path, library_folder, numbered_libraries, user_folder

REMAKE_REMEDY = "`codarium remake` makes it again from the files that you have added."

DATABASE_REMEDY = "Give --db the path of a code database, such as Codarium's own codes.db."


class CurrentLibrary(NamedTuple):
    """The library to use. `unusable` are sentences on newer ones that do not open, newest first."""

    library: Library
    unusable: tuple[str, ...] = ()


def open_current_library() -> CurrentLibrary:
    """Open the newest library of the user that opens, else the bundled one.

    Raises LibraryError, on the bundled one, if none opens.
    """
    unusable: list[str] = []
    for path in numbered_libraries(library_folder()):
        try:
            return CurrentLibrary(open_library(path), tuple(unusable))
        except LibraryError as error:
            unusable.append(with_remedy(error, REMAKE_REMEDY))
    return CurrentLibrary(open_library(bundled_library()), tuple(unusable))


def open_named_library(path: Path) -> Library:
    """Open the library that the user names with --db. Raises LibraryError, without advice to reinstall."""
    try:
        return open_library(path)
    except LibraryError as error:
        raise LibraryError(with_remedy(error, DATABASE_REMEDY)) from error


def with_remedy(error: LibraryError, remedy: str) -> str:
    """Return the text of an error on a code database with another remedy."""
    return f"{str(error).removesuffix(CODE_DATABASE.remedy)}{remedy}"


def open_changed_library(path: Path) -> CurrentLibrary | None:
    """Open the library to use if it is no longer the one at `path`, which this window has open.

    While nothing has changed this takes one look into the folder. Raises LibraryError if no library opens.
    """
    libraries = numbered_libraries(library_folder())
    if (libraries[0] if libraries else bundled_library()) == path:
        return None
    current = open_current_library()
    return None if current.library.path == path else current


def delete_leftovers() -> None:
    """Delete what a command that was killed has left in the user library, such as downloads that were added."""
    from app.intake.user_library import UserLibrary

    UserLibrary(user_folder()).delete_leftovers()


def needs_remake() -> bool:
    """Return whether the user's library should be made again from the files that were added.

    That is so after an update of the program, if the newest library, or the NCCI edits, cannot be opened, and after a
    removal that was interrupted. Else, without added files, there is nothing to make it from.
    """
    # Imported here because it is asked once, when the window is already shown.
    from app.intake.user_library import UserLibrary
    from app.library.ncci.database import open_edits

    user_library = UserLibrary(user_folder())
    if (user_library.folder / REMOVAL_NOTE).exists():
        return bundled_library().is_file()
    if not bundled_library().is_file() or not (user_library.kept_files() or user_library.is_copy_of_bundle()):
        return False
    if user_library.is_stale(bundled_library()):
        return True
    try:
        for newest in user_library.libraries()[:1]:
            open_library(newest).close()
        if edits_path().exists():
            open_edits(edits_path()).close()
    except LibraryError:
        return True
    return False


WITHOUT_FILES = frozenset({System.MODIFIER})
"""Code sets whose official wording is added and removed with the files of other ones."""


def systems_with_added_files(code_sets: Sequence[CodeSet]) -> frozenset[System]:
    """The code sets with contents from files that did not come with the program."""
    try:
        bundled = open_library(bundled_library())
    except LibraryError:
        return frozenset()
    try:
        in_bundle = {code_set.system: _sources(code_set) for code_set in Catalogue(bundled.connect()).code_sets()}
    finally:
        bundled.close()
    return frozenset(
        code_set.system
        for code_set in code_sets
        if code_set.system not in WITHOUT_FILES and _sources(code_set) - in_bundle.get(code_set.system, frozenset())
    )


def _sources(code_set: CodeSet) -> frozenset[Source]:
    return frozenset(source for part in code_set.parts for source in part.sources)
