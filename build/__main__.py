"""`python -m build [--out FILE]`: make the bundled code database from the data packages."""

import argparse
import sqlite3
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.intake import make_library, own_words
from app.library.catalogue import Catalogue
from app.library.open import open_library
from app.paths import bundled_library
from app.releases.records import ReleaseError
from build.icd10cm_package import icd10cm_contents
from build.icd10pcs_package import icd10pcs_contents


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

            make_library(out, [icd10cm_contents(), icd10pcs_contents(), *own_words()], progress=report)
    # A disk that fills up is an error of SQLite.
    except (ReleaseError, OSError, sqlite3.Error) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    print_contents(out, console)
    size = out.stat().st_size / 1e6
    console.print(f"{out}: {size:.1f} MB in {time.perf_counter() - started:.1f} s")
    return 0


def print_contents(path: Path, console: Console) -> None:
    """What a library holds: code sets, releases, counts; then every source with its hash."""
    library = open_library(path)
    try:
        code_sets = Catalogue(library.connect()).code_sets()
    finally:
        library.close()
    table = Table("code set", "release", "in force", "codes", "valid")
    for code_set in code_sets:
        dates = f"{code_set.effective_from} to {code_set.effective_to}"
        table.add_row(code_set.system.label, code_set.release, dates, f"{code_set.codes:,}", f"{code_set.valid:,}")
    console.print(table)
    for code_set in code_sets:
        for source in code_set.sources:
            # Whole lines, so that a hash can be copied whatever the width of the terminal.
            console.print(f"{source.sha256}  {source.file}", soft_wrap=True, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
