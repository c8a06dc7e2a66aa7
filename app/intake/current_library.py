"""The person's library, generation after generation: which one is to be opened, and what was passed over. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.codes.code_sets import CodeSet, Source
from app.codes.systems import System
from app.library.open import CODE_DATABASE, Library, LibraryError, open_library
from app.library.reading.catalogue import Catalogue
from app.paths import bundled_library, edits_path, generations, library_folder, user_folder

OWN_REMEDY = "`codarium remake` makes it again from the files that you have added."


@dataclass(frozen=True, slots=True)
class Newest:
    """The library to open. `passed_over` are sentences on newer ones that cannot be used, newest first."""

    library: Library
    passed_over: tuple[str, ...] = ()


def open_newest() -> Newest:
    """The person's newest library that opens, else the bundled one.

    Raises LibraryError, on the bundled one, when none opens.
    """
    passed_over: list[str] = []
    for path in generations(library_folder()):
        try:
            return Newest(open_library(path), tuple(passed_over))
        except LibraryError as error:
            passed_over.append(f"{str(error).removesuffix(CODE_DATABASE.remedy)}{OWN_REMEDY}")
    return Newest(open_library(bundled_library()), tuple(passed_over))


def open_other(current: Path) -> Newest | None:
    """The library to open, if it is another than the one that is open: made by this window, or by somebody else.

    Cheap while nothing has changed: one look into the folder. Raises LibraryError when none opens.
    """
    found = generations(library_folder())
    if (found[0] if found else bundled_library()) == current:
        return None
    newest = open_newest()
    return None if newest.library.path == current else newest


def needs_remake() -> bool:
    """Whether the person's library is to be made again from the files that they have added.

    So it is after an update of the program, and where the newest one, or the NCCI edits, cannot be opened. Without
    the files nothing could be made of them.
    """
    # Only now: it is asked once, when the window stands already.
    from app.intake.user_library import UserLibrary
    from app.library.ncci.database import open_edits

    user_library = UserLibrary(user_folder())
    if not bundled_library().is_file() or not (user_library.kept_files() or user_library.is_copy_of_bundle()):
        return False
    if user_library.is_stale(bundled_library()):
        return True
    try:
        for newest in user_library.generations()[:1]:
            open_library(newest).close()
        if edits_path().exists():
            open_edits(edits_path()).close()
    except LibraryError:
        return True
    return False


WITH_OTHERS = frozenset({System.MODIFIER})
"""Code sets whose official wording comes, and goes, with the files of other ones."""


def added_to(code_sets: Sequence[CodeSet]) -> frozenset[System]:
    """Which of these code sets hold something of files that did not come with the program."""
    try:
        bundled = open_library(bundled_library())
    except LibraryError:
        return frozenset()
    try:
        came = {code_set.system: _sources(code_set) for code_set in Catalogue(bundled.connect()).code_sets()}
    finally:
        bundled.close()
    return frozenset(
        code_set.system
        for code_set in code_sets
        if code_set.system not in WITH_OTHERS and _sources(code_set) - came.get(code_set.system, frozenset())
    )


def _sources(code_set: CodeSet) -> frozenset[Source]:
    return frozenset(source for part in code_set.parts for source in part.sources)
