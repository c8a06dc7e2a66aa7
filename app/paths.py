"""Paths of the program's resources and of the user's files."""

import os
import re
from pathlib import Path

import platformdirs

from app.private_files import close_folder

_HERE = Path(__file__).parent

LIBRARY_FOLDER = "code sets"
"""Folder in the user's folder, with the user library, the files that it was made from, and the NCCI edits."""

EDITS = "edits.db"
"""File in the folder of the user library, with the NCCI edits, which are not a code set."""

REMOVAL_NOTE = "removing.json"
"""File in the folder of the user library while files are taken out of it."""

LONGEST_DATABASE_PATH = 500
"""Bytes of a path at which SQLite opens a database: older versions have 512 for it, with the ending of a journal."""

_LIBRARY_NAME = re.compile(r"library-([0-9]{1,9})\.db", re.ASCII)


def resource(*parts: str) -> Path:
    """Return the path of a file or folder of `resources/`, which need not exist.

    In a wheel the resources are inside the package; in a checkout, and in the frozen program, which has the same
    folders, they are beside it.
    """
    inside = _HERE / "resources"
    root = inside if inside.is_dir() else _HERE.parent / "resources"
    return root.joinpath(*parts)


def bundled_library() -> Path:
    """Return the path of the database that came with the program."""
    return resource("codes.db")


def user_folder() -> Path:
    """Return the folder of the user's files, which need not exist. `CODARIUM_HOME` names another one."""
    home = os.environ.get("CODARIUM_HOME")
    return Path(home) if home else platformdirs.user_data_path("codarium", appauthor=False)


def library_folder() -> Path:
    """Return the folder of the user library, which need not exist.

    Each change makes a library of the next number there, `library-1.db`, `library-2.db` ...; the highest that opens is
    the one in use.
    """
    return user_folder() / LIBRARY_FOLDER


def edits_path() -> Path:
    """Return the path of the database of NCCI edits that the user has added; it need not exist."""
    return library_folder() / EDITS


def numbered_libraries(folder: Path) -> list[Path]:
    """Return the libraries `library-N.db` of a folder, the highest number first; none if there is no such folder.

    A file of that name may be damaged.
    """
    try:
        numbered = [(library_number(path), path) for path in folder.iterdir() if _LIBRARY_NAME.fullmatch(path.name)]
    except OSError:
        return []
    return [path for _, path in sorted(numbered, reverse=True)]


def numbered_library(folder: Path, number: int) -> Path:
    """Return the path of the library of a number."""
    return folder / f"library-{number}.db"


def library_number(path: Path) -> int:
    """Return the number in the name of a library; `path` is one of `numbered_libraries`."""
    match = _LIBRARY_NAME.fullmatch(path.name)
    assert match is not None
    return int(match[1])


def opening_problem(path: Path, error: Exception) -> str:
    """Return why SQLite cannot open the database at a path; of one that is too long it says only that it is unable."""
    length = len(os.fsencode(path))
    if "unable to open" in str(error) and length > LONGEST_DATABASE_PATH:
        return f"its path of {length} characters is too long for a database; {LONGEST_DATABASE_PATH} are possible"
    return str(error)


def make_user_folder() -> Path | None:
    """Make the user's folder if it is missing, for the user alone, and return it; None if it cannot be written to."""
    folder = user_folder()
    # Without HOME and an entry in the password file it stays "~/...", which would be made in the current folder.
    if not folder.is_absolute() and "CODARIUM_HOME" not in os.environ:
        return None
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    close_folder(folder)
    return folder if os.access(folder, os.W_OK | os.X_OK) else None
