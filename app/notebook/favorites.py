"""The user's favorites and their folders; every SQL statement on `favorite` and `favorite_folder` is here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from sqlite3 import Connection

from app.codes.systems import System
from app.notebook.notebook_file import NotebookFile
from app.notebook.store import NotebookError, named


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of favorites. `id` is 0 for the favorites that are in no folder, whose name is empty."""

    id: int
    name: str


NO_FOLDER = Folder(0, "")


@dataclass(frozen=True, slots=True)
class Favorite:
    """A code that the user has marked with a star. `folder` is the id of its folder."""

    system: System
    code: str
    folder: int


class Favorites:
    """The user's favorites. Reading raises sqlite3.Error; changing raises NotebookError."""

    def __init__(self, file: NotebookFile) -> None:
        self._file = file

    def has(self, system: System, code: str) -> bool:
        """Return whether a code is a favorite."""
        found = self._file.connection.execute(
            "SELECT 1 FROM favorite WHERE system = ? AND code = ?", (system.value, code)
        ).fetchone()
        return found is not None

    def folders(self) -> tuple[Folder, ...]:
        """Return the folders in the user's order, without the one for favorites in none."""
        rows = self._file.connection.execute("SELECT folder, name FROM favorite_folder ORDER BY position, folder")
        return tuple(Folder(folder, name) for folder, name in rows)

    def all(self) -> tuple[Favorite, ...]:
        """Return all favorites in the user's order, those in no folder first, then folder by folder."""
        known = {system.value for system in System}
        rows = self._file.connection.execute(
            "SELECT system, code, ifnull(favorite.folder, 0) FROM favorite"
            " LEFT JOIN favorite_folder ON favorite_folder.folder = favorite.folder"
            " ORDER BY favorite.folder IS NOT NULL, favorite_folder.position, favorite.folder,"
            " favorite.position, system, code"
        )
        return tuple(Favorite(System(system), code, folder) for system, code, folder in rows if system in known)

    def add(self, system: System, code: str, folder: Folder = NO_FOLDER) -> None:
        """Add a code at the end of a folder; a favorite is moved there."""
        moment = round(datetime.now(UTC).timestamp() * 1000)
        with self._file.writing("Favorite") as connection:
            position = connection.execute(
                "SELECT ifnull(max(position) + 1, 0) FROM favorite WHERE ifnull(folder, 0) = ?", (folder.id,)
            ).fetchone()[0]
            connection.execute(
                "INSERT INTO favorite (system, code, folder, position, added) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (system, code) DO UPDATE SET folder = excluded.folder, position = excluded.position",
                (system.value, code, folder.id or None, position, moment),
            )

    def remove(self, system: System, code: str) -> None:
        """Take the star from a code."""
        with self._file.writing("Favorite") as connection:
            connection.execute("DELETE FROM favorite WHERE system = ? AND code = ?", (system.value, code))

    def order(self, favorites: Sequence[Favorite]) -> None:
        """Put favorites of one folder into this order; those that are not named follow them."""
        with self._file.writing("Favorites") as connection:
            for position, favorite in enumerate(favorites, -len(favorites)):
                connection.execute(
                    "UPDATE favorite SET position = ? WHERE system = ? AND code = ?",
                    (position, favorite.system.value, favorite.code),
                )
            for folder in {favorite.folder for favorite in favorites}:
                _count_positions(connection, folder)

    def add_folder(self, name: str) -> Folder:
        """Make a folder, the last one. Raises NotebookError for a name that is empty, too long or taken."""
        name = named("Folder", name)
        with self._file.writing("Folder") as connection:
            self._refuse_taken(connection, name, 0)
            position = connection.execute("SELECT ifnull(max(position) + 1, 0) FROM favorite_folder").fetchone()[0]
            folder = connection.execute(
                "INSERT INTO favorite_folder (name, position) VALUES (?, ?)", (name, position)
            ).lastrowid
        return Folder(folder or 0, name)

    def rename_folder(self, folder: Folder, name: str) -> Folder:
        """Give a folder another name. Raises NotebookError for a name that is empty, too long or taken."""
        name = named("Folder", name)
        with self._file.writing("Folder") as connection:
            self._refuse_taken(connection, name, folder.id)
            connection.execute("UPDATE favorite_folder SET name = ? WHERE folder = ?", (name, folder.id))
        return Folder(folder.id, name)

    def remove_folder(self, folder: Folder) -> None:
        """Remove a folder; its favorites stay favorites, in no folder."""
        with self._file.writing("Folder") as connection:
            first = connection.execute("SELECT ifnull(max(position) + 1, 0) FROM favorite WHERE folder IS NULL")
            connection.execute(
                "UPDATE favorite SET folder = NULL, position = position + ? WHERE folder = ?",
                (first.fetchone()[0], folder.id),
            )
            connection.execute("DELETE FROM favorite_folder WHERE folder = ?", (folder.id,))

    @staticmethod
    def _refuse_taken(connection: Connection, name: str, own: int) -> None:
        taken = connection.execute("SELECT folder FROM favorite_folder WHERE name = ?", (name,)).fetchone()
        if taken is not None and taken[0] != own:
            raise NotebookError(f"There is a folder named {name} already.")


def _count_positions(connection: Connection, folder: int) -> None:
    rows = connection.execute(
        "SELECT system, code FROM favorite WHERE ifnull(folder, 0) = ? ORDER BY position, system, code", (folder,)
    ).fetchall()
    connection.executemany(
        "UPDATE favorite SET position = ? WHERE system = ? AND code = ?",
        [(position, system, code) for position, (system, code) in enumerate(rows)],
    )
