"""Where the program's resources are, and where this person's files are."""

import os
from pathlib import Path

import platformdirs

_HERE = Path(__file__).parent


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
