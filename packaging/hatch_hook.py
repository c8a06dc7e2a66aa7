"""Puts the resources, with the code database, into the wheel."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MADE_FROM = (
    "build",
    "app/intake",
    "app/codes",
    "app/releases",
    "app/library",
    "resources/lexicon",
    "resources/tables",
    "pyproject.toml",
)
"""What a database that is older than it has to be compiled again from; the data packages are pinned in the last."""


def is_stale(root: Path) -> bool:
    """Whether the database of a checkout is missing, or older than what it is made from."""
    database = root / "resources" / "codes.db"
    if not database.exists():
        return True
    made = database.stat().st_mtime
    pieces = (piece for name in MADE_FROM for piece in (root / name, *(root / name).rglob("*")))
    # Python writes its caches beside what it runs, which changes no source.
    return any(p.is_file() and p.suffix != ".pyc" and p.stat().st_mtime > made for p in pieces)


class ResourcesHook(BuildHookInterface[BuilderConfig]):
    """Compiles the database where it is missing or stale; an editable install uses the checkout as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if is_stale(root):
            # Run from the root, so that `build` is the folder here and not another package of that name.
            subprocess.run([sys.executable, "-m", "build"], cwd=root, check=True)
        build_data["force_include"][str(root / "resources")] = "app/resources"
