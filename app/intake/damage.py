"""The databases that the program reads, to be compared with their checksums: each with what to do about damage."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from app.intake.current_library import DATABASE_REMEDY, REMAKE_REMEDY
from app.library.checksums import check_blocks
from app.library.ncci.database import EDITS_DATABASE
from app.library.open import CODE_DATABASE, DatabaseKind
from app.paths import bundled_library, edits_path, library_folder, numbered_libraries


class CheckedDatabase(NamedTuple):
    """A database that the program reads. `is_remade`: the program can make it again, from the bundle and kept files."""

    path: Path
    kind: DatabaseKind
    is_remade: bool = False

    def blocks(self) -> Iterator[int]:
        """Compare one block after another with its checksum. Raises LibraryError for the first that differs."""
        return check_blocks(self.path, self.kind)


def databases_in_use(named: Path | None = None) -> tuple[CheckedDatabase, ...]:
    """Return the databases that the program reads: the one that --db names, else the user's newest library, the
    bundle that everything is made from, and the NCCI edits."""
    if named is not None:
        return (CheckedDatabase(named, CODE_DATABASE._replace(remedy=DATABASE_REMEDY)),)
    remade = CODE_DATABASE._replace(remedy=REMAKE_REMEDY)
    databases = [CheckedDatabase(path, remade, is_remade=True) for path in numbered_libraries(library_folder())[:1]]
    databases.append(CheckedDatabase(bundled_library(), CODE_DATABASE))
    if edits_path().exists():
        databases.append(CheckedDatabase(edits_path(), EDITS_DATABASE._replace(remedy=REMAKE_REMEDY), is_remade=True))
    return tuple(databases)
