"""`python -m build [--out FILE]`: make the bundled code database from the data packages."""

import argparse
import sqlite3
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.intake import make_library
from app.library.catalogue import Catalogue
from app.library.open import open_library
from app.paths import bundled_library
from app.releases.records import ReleaseError
from build.icd10cm_package import icd10cm_part
from build.icd10pcs_package import icd10pcs_part


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m build", description=__doc__)
    parser.add_argument("--out", type=Path, default=bundled_library(), help="where the database goes")
    out: Path = parser.parse_args().out
    started = time.perf_counter()
    console = Console()
    try:
        with Progress(TextColumn("{task.description:28}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
            task = bar.add_task("reading sources", total=1.0)

            def report(step: str, share: float) -> None:
                bar.update(task, description=step, completed=share)

            make_library(out, [icd10cm_part(), icd10pcs_part()], report)
    # A disk that fills up is an error of SQLite.
    except (ReleaseError, OSError, sqlite3.Error) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    console.print(contents(out))
    size = out.stat().st_size / 1e6
    console.print(f"{out}: {size:.1f} MB in {time.perf_counter() - started:.1f} s")
    return 0


def contents(path: Path) -> Table:
    """What a library holds, as a table: code sets, releases, counts, sources and their hashes."""
    library = open_library(path)
    try:
        table = Table("code set", "release", "in force", "codes", "valid", "source", "SHA-256")
        for code_set in Catalogue(library.connect()).code_sets():
            dates = f"{code_set.effective_from} to {code_set.effective_to}"
            names = "\n".join(source.file for source in code_set.sources)
            hashes = "\n".join(source.sha256[:16] + "…" for source in code_set.sources)
            counts = f"{code_set.codes:,}", f"{code_set.valid:,}"
            table.add_row(code_set.system.label, code_set.release, dates, *counts, names, hashes)
        return table
    finally:
        library.close()


if __name__ == "__main__":
    sys.exit(main())
