"""Puts the resources, with the code database, into the wheel."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ResourcesHook(BuildHookInterface[BuilderConfig]):
    """Compiles the database where it is missing; an editable install uses the checkout as it is."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / "resources" / "codes.db").exists():
            # Run from the root, so that `build` is the folder here and not another package of that name.
            subprocess.run([sys.executable, "-m", "build"], cwd=root, check=True)
        build_data["force_include"][str(root / "resources")] = "app/resources"
