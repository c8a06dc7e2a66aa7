"""The wheel's build hook: put the resources, with the code database, into the wheel."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INPUTS = "packaging/database_inputs.txt"


def inputs(root: Path) -> set[Path]:
    """Return the files of a checkout that its database is made from, as INPUTS lists them for the Makefile too."""
    globs = [line for line in (root / INPUTS).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    chosen = {path for glob in globs if not glob.startswith("!") for path in root.glob(glob)}
    return chosen - {path for glob in globs if glob.startswith("!") for path in root.glob(glob[1:])}


def is_stale(root: Path) -> bool:
    """Return whether the database of a checkout is missing, or older than one of the files that it is made from."""
    database = root / "resources" / "codes.db"
    if not database.exists():
        return True
    compiled = database.stat().st_mtime
    return any(path.stat().st_mtime > compiled for path in inputs(root))


class ResourcesHook(BuildHookInterface[BuilderConfig]):
    """Compile the database where it is missing or stale; an editable install uses the checkout as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if is_stale(root):
            # Run from the root, so that `build` is the folder here and not another package of that name.
            subprocess.run([sys.executable, "-m", "build"], cwd=root, check=True)
        build_data["force_include"][str(root / "resources")] = "app/resources"
