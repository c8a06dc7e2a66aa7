"""Where the program's resources are, and where this person's files are."""

import os
import re
from pathlib import Path

import platformdirs

_HERE = Path(__file__).parent

LIBRARY_FOLDER = "code sets"
"""Within the person's folder: their own library, the files that it was made from, and the NCCI edits."""

EDITS = "edits.db"
"""Within the folder of the person's library: the NCCI edits, which are no code set."""

_GENERATION = re.compile(r"library-([0-9]{1,9})\.db", re.ASCII)


def resource(*parts: str) -> Path:
    """A file or folder of `resources/`, which need not exist.

    In a wheel the resources lie inside the package; in a checkout, and in the frozen program, which keeps the
    checkout's shape, beside it.
    """
    inside = _HERE / "resources"
    root = inside if inside.is_dir() else _HERE.parent / "resources"
    return root.joinpath(*parts)


def bundled_library() -> Path:
    """The database that came with the program."""
    return resource("codes.db")


def user_folder() -> Path:
    """Where this person's files lie; the folder need not exist. `CODARIUM_HOME` puts it elsewhere."""
    chosen = os.environ.get("CODARIUM_HOME")
    return Path(chosen) if chosen else platformdirs.user_data_path("codarium", appauthor=False)


def library_folder() -> Path:
    """Where the person's own library lies, in generations `library-1.db`, `library-2.db` ...; it need not exist."""
    return user_folder() / LIBRARY_FOLDER


def edits_path() -> Path:
    """The database of NCCI edits that the person has added; it need not exist."""
    return library_folder() / EDITS


def generations(folder: Path) -> list[Path]:
    """The libraries `library-N.db` of a folder, the highest number first; none where there is no such folder.

    A file of that name need not be one that opens.
    """
    try:
        found = [(number_of(path), path) for path in folder.iterdir() if _GENERATION.fullmatch(path.name)]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)]


def generation(folder: Path, number: int) -> Path:
    """Where the library of a number lies."""
    return folder / f"library-{number}.db"


def number_of(path: Path) -> int:
    """Which generation a library is; `path` is one of `generations`."""
    match = _GENERATION.fullmatch(path.name)
    assert match is not None
    return int(match[1])


def make_user_folder() -> Path | None:
    """The same folder, made if it was missing; None where nothing can be kept there."""
    folder = user_folder()
    # Without HOME and an entry in the password file it stays "~/...", which would be made wherever the program stands.
    if not folder.is_absolute() and "CODARIUM_HOME" not in os.environ:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return folder if os.access(folder, os.W_OK | os.X_OK) else None
