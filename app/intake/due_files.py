"""Parts of a code set that are not loaded, or not in force on a day, and the official file that brings each."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from app.codes.code_sets import CodeSet, LoadedPart
from app.codes.dates import day_in_words
from app.codes.parts import PAYMENT_PARTS, Part
from app.codes.systems import System
from app.intake.download_urls import Download
from app.intake.fetch import select_downloads
from app.releases.errors import ReleaseError

KEYS: dict[System, dict[Part, str]] = {
    System.ICD10CM: {
        Part.CODES: "icd10cm-codes",
        **dict.fromkeys((Part.TABULAR, Part.INDEX, Part.EXTERNAL, Part.NEOPLASM, Part.DRUGS), "icd10cm-tables"),
        Part.CONVERSIONS: "icd10cm-conversion",
        Part.POA: "icd10cm-poa",
        Part.MAPS: "gem-icd10cm",
    },
    System.ICD10PCS: {
        Part.CODES: "icd10pcs-codes",
        **dict.fromkeys((Part.TABLES, Part.DEFINITIONS, Part.INDEX), "icd10pcs-tables"),
        Part.MAPS: "gem-icd10pcs",
    },
    System.HCPCS: {Part.CODES: "hcpcs", Part.NOTES: "hcpcs"},
    System.CPT: {Part.CODES: "fee-schedule"},
}
"""The key in the table of downloads of the file that has each part of a code set."""

PUBLISHED_ONCE = (Part.MAPS, Part.ICD9)
"""Parts of which the last release has ended; there will be no newer one."""

WITH_PROGRAM = (
    "Tables 6K and 5 of CMS's final rule for inpatient payment, and the HCC mapping, can be added as files; the rest "
    "comes with a newer version of Codarium"
)


class DueFile(NamedTuple):
    """An official file that a code set lacks: `parts` says what it brings, `file` is its name, `page` its web page.

    `file` and `page` are empty for facts that the program brings.
    """

    parts: str
    file: str = ""
    page: str = ""

    @property
    def line(self) -> str:
        """The line for users: `Tabular List (FY2026, ended 30 Sep 2026); Index (not loaded): ICD-10-CM ... (XML),
        FY2027, from https://www.cms.gov/...`."""
        return f"{self.parts}: {f'{self.file}, from {self.page}' if self.file else WITH_PROGRAM}"


def due_on(code_set: CodeSet, user_folder: Path | None, today: date) -> tuple[DueFile, ...]:
    """Return what `due_files` does, with the files of the tables of downloads.

    Nothing is due by a table of the user's own that is damaged: a download says what is wrong with it.
    """
    if code_set.system not in KEYS:
        return ()
    try:
        downloads = select_downloads(user_folder, (code_set.system,), today)
    except (ReleaseError, OSError):
        return ()
    return due_files(code_set, downloads, today)


def due_files(code_set: CodeSet, downloads: Iterable[Download], today: date) -> tuple[DueFile, ...]:
    """Return each file that a code set lacks on a day; last the facts on payment, which have no file of their own."""
    by_key = {download.key: download for download in downloads}
    keys = KEYS.get(code_set.system, {})
    lacking: dict[str, dict[str, list[str]]] = {}
    for part, reason in _lacking(code_set, keys, today):
        lacking.setdefault(keys.get(part, ""), {}).setdefault(reason, []).append(part.label)
    files: list[DueFile] = []
    for key, reasons in lacking.items():
        parts = [f"{', '.join(labels)} ({reason})" for reason, labels in reasons.items()]
        download = by_key.get(key)
        if download is not None:
            files.append(DueFile("; ".join(parts), download.title, download.page))
        elif not key:
            files.append(DueFile("; ".join(parts)))
    return tuple(files)


def _lacking(code_set: CodeSet, keys: dict[Part, str], today: date) -> Iterator[tuple[Part, str]]:
    """Yield the parts that have ended or are not there, each once, with the reason: `FY2026, ended 30 Sep 2026`."""
    in_use: dict[str, list[LoadedPart]] = {}
    for part in code_set.parts:
        if part.current:
            in_use.setdefault(part.part, []).append(part)
    for part in (*keys, *(part for part in PAYMENT_PARTS if part not in keys)):
        loaded = in_use.get(part.value, [])
        if not loaded:
            if part in keys and not (code_set.ours and part is not Part.CODES):
                yield part, "not loaded"
            continue
        ended = {
            row.release: row.effective_to
            for row in loaded
            if part not in PUBLISHED_ONCE and row.effective_to is not None and row.effective_to < today
        }
        if ended:
            yield part, " and ".join(f"{name}, ended {day_in_words(day)}" for name, day in ended.items())
