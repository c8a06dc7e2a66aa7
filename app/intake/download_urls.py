"""The table of addresses at which publishers put the files of each release, and the downloads for a given day."""

import re
import string
from calendar import month_name
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from app.codes.systems import System
from app.library.own_words.cpt import KEY
from app.library.own_words.table_rows import table_rows
from app.releases.errors import ReleaseError

TABLE_NAME = "downloads.tsv"
"""The name of the table, under resources/tables and in the user's folder."""

_COLUMN_COUNT = 9
_EMPTY = "-"
_MEGABYTES = re.compile(r"[0-9]{1,4}(?:\.[0-9])?")
_ISO_DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# CMS and CDC publish a fiscal year in June, CMS a quarter of HCPCS some five weeks ahead.
_PUBLISHED_AHEAD = {"fiscal": timedelta(days=120), "quarter": timedelta(days=40)}


class Frequency(StrEnum):
    """The frequency with which a file is published."""

    FISCAL = "fiscal"
    """On October 1."""
    APRIL = "april"
    """On April 1, the update of a fiscal year, which not every year has."""
    QUARTER = "quarter"
    YEAR = "year"
    """On January 1."""
    ONCE = "once"


class Terms(StrEnum):
    """The terms that a user must accept before a file is downloaded."""

    NONE = "none"
    CMS = "cms"
    """CMS's terms for files that hold CPT."""
    AMA = "ama"
    """The AMA's, on the page itself: such a file is only downloaded by hand."""


@dataclass(frozen=True, slots=True)
class UrlPattern:
    """A row of the table. `address` is empty if the file is only downloaded by hand; `since` is its column `from`."""

    key: str
    system: System | None
    name: str
    address: str
    frequency: Frequency
    megabytes: float
    terms: Terms
    since: date
    page: str


@dataclass(frozen=True, slots=True)
class Address:
    """A possible URL of a file; one with a star is looked for among the links of `page`."""

    url: str
    page: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file of one release, with its possible addresses, the likeliest first; none if it is only downloaded by hand.

    `release` is `FY2026`, `October 2025`, `2026`, or empty for a file that was published once; `effective_from` is its
    first day. `upcoming` releases are not in force yet, and perhaps not published.
    """

    key: str
    system: System | None
    name: str
    release: str
    effective_from: date
    addresses: tuple[Address, ...]
    page: str
    megabytes: float
    terms: Terms
    upcoming: bool = False

    @property
    def title(self) -> str:
        """Its name for the user: `ICD-10-PCS tables (XML), FY2026`."""
        return f"{self.name}, {self.release}" if self.release else self.name


def read_patterns(bundled: Path, own: Path | None = None) -> dict[str, tuple[UrlPattern, ...]]:
    """The rows of the bundled table by key, in its order; before those of a key come the rows of the user's own table.

    Raises ReleaseError, naming file and line, for a row that is not valid.
    """
    patterns: dict[str, list[UrlPattern]] = {}
    for place, cells in table_rows(bundled, _COLUMN_COUNT):
        pattern = _parse_row(place, cells)
        if pattern.key in patterns and pattern.key != next(reversed(patterns)):
            raise ReleaseError(f"{place}: expected the rows of {pattern.key} together, found another one.")
        patterns.setdefault(pattern.key, []).append(pattern)
    if not patterns:
        raise ReleaseError(f"{bundled.name}: expected addresses, found none.")
    if own is not None and own.exists():
        own_patterns: dict[str, list[UrlPattern]] = {}
        for place, cells in table_rows(own, _COLUMN_COUNT):
            bundled_rows = patterns.get(cells[0])
            own_patterns.setdefault(cells[0], []).append(
                _parse_row(place, cells, bundled_rows[0] if bundled_rows else None)
            )
        for key, rows in own_patterns.items():
            patterns[key] = rows + patterns.get(key, [])
    return {key: tuple(rows) for key, rows in patterns.items()}


def downloads_in_force(
    patterns: dict[str, tuple[UrlPattern, ...]], today: date, *, upcoming: bool = False
) -> tuple[Download, ...]:
    """For each key the release in force on a day; with `upcoming` also the next, in the weeks before it begins.

    A day in the past gives the release of that time, so that one year can be loaded behind another.
    """
    return tuple(_downloads(patterns, today, upcoming))


def is_allowed(url: str) -> bool:
    """Return whether an address may be called: https, or http to this machine itself."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))


def _downloads(patterns: dict[str, tuple[UrlPattern, ...]], today: date, upcoming: bool) -> Iterator[Download]:
    for rows in patterns.values():
        frequency = next((row.frequency for row in rows if row.frequency is not Frequency.APRIL), Frequency.FISCAL)
        first_day = _first_day(frequency, today)
        current = _download(rows, frequency, first_day, today)
        if current is not None:
            yield current
        if upcoming and frequency in _PUBLISHED_AHEAD:
            days = timedelta(days=370 if frequency is Frequency.FISCAL else 100)
            next_first_day = _first_day(frequency, first_day + days)
            following = _download(rows, frequency, next_first_day, next_first_day)
            if following is not None and next_first_day - today <= _PUBLISHED_AHEAD[frequency]:
                yield replace(following, upcoming=True)


def _download(rows: Iterable[UrlPattern], frequency: Frequency, first_day: date, day: date) -> Download | None:
    """The release that begins on `first_day`; on `day` its April update may be out. None if no row is for it."""
    candidates: list[tuple[UrlPattern, Address]] = []
    for row in rows:
        start = first_day
        if row.frequency is Frequency.APRIL:
            start = date(first_day.year + 1, 4, 1)
        elif frequency is Frequency.ONCE:
            start = row.since
        if row.since <= start <= max(day, first_day):
            candidates.append((row, Address(_fill(row.address, start), _fill(row.page, start))))
    if not candidates:
        return None
    # The row of the release itself describes the file, not that of its update.
    by_release = (candidate for candidate in candidates if candidate[0].frequency is not Frequency.APRIL)
    row, address = next(by_release, candidates[0])
    addresses = tuple(dict.fromkeys(address for _, address in candidates if address.url))
    return Download(
        row.key,
        row.system,
        row.name,
        _release_name(frequency, first_day),
        row.since if row.frequency is Frequency.ONCE else first_day,
        addresses if row.terms is not Terms.AMA else (),
        address.page,
        row.megabytes,
        row.terms,
    )


def _first_day(frequency: Frequency, day: date) -> date:
    """The first day of the release that is in force on a day."""
    if frequency is Frequency.FISCAL:
        return date(day.year if day.month >= 10 else day.year - 1, 10, 1)
    if frequency is Frequency.QUARTER:
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1)


def _release_name(frequency: Frequency, first_day: date) -> str:
    if frequency is Frequency.ONCE:
        return ""
    if frequency is Frequency.FISCAL:
        return f"FY{first_day.year + 1}"
    if frequency is Frequency.QUARTER:
        return f"{month_name[first_day.month]} {first_day.year}"
    return str(first_day.year)


def _placeholders(start: date) -> dict[str, str]:
    """The values of the words in braces, for a release that begins on a day."""
    quarter = (start.month - 1) // 3
    return {
        "fiscal": str(start.year + (start.month >= 10)),
        "year": str(start.year),
        "yy": f"{start.year % 100:02}",
        "month": f"{start.month:02}",
        "month_name": month_name[start.month].lower(),
        "quarter": str(quarter + 1),
        "letter": "abcd"[quarter],
    }


def _fill(text: str, start: date) -> str:
    return text.format_map(_placeholders(start)) if text else ""


def _parse_row(place: str, cells: tuple[str, ...], bundled: UrlPattern | None = None) -> UrlPattern:
    """Check the cells of a row; `bundled` gives the values that a row of the user's own table leaves out."""
    key, system, name, address, frequency, megabytes, terms, since, page = cells
    if not KEY.fullmatch(key):
        raise ReleaseError(f"{place}: expected a key such as icd10cm-codes, found {key!r}.")
    if bundled is not None:
        own_cells = (name, frequency, megabytes, terms, since, page)
        # A corrected address is for every release, unless the row tells since when.
        defaults = (
            bundled.name,
            _default_frequency(bundled),
            str(bundled.megabytes),
            bundled.terms.value,
            "2000-01-01",
            bundled.page,
        )
        name, frequency, megabytes, terms, since, page = (
            default if cell == _EMPTY else cell for cell, default in zip(own_cells, defaults, strict=True)
        )
        system = bundled.system.value if system == _EMPTY and bundled.system else system
    if system != _EMPTY and system not in tuple(System):
        raise ReleaseError(f"{place}: expected {', '.join(System)} or - as the code set, found {system!r}.")
    if frequency not in tuple(Frequency):
        raise ReleaseError(f"{place}: expected {', '.join(Frequency)} as the frequency, found {frequency!r}.")
    if terms not in tuple(Terms):
        raise ReleaseError(f"{place}: expected {', '.join(Terms)} as the terms, found {terms!r}.")
    if not _MEGABYTES.fullmatch(megabytes):
        raise ReleaseError(f"{place}: expected a number of megabytes, found {megabytes!r}.")
    address = "" if address == _EMPTY else address
    if not address and terms != Terms.AMA:
        raise ReleaseError(f"{place}: expected an address, found none.")
    for url in (address, page):
        _check_url(place, url)
    return UrlPattern(
        key,
        None if system == _EMPTY else System(system),
        name,
        address,
        Frequency(frequency),
        float(megabytes),
        Terms(terms),
        _parse_day(place, since),
        page,
    )


def _default_frequency(pattern: UrlPattern) -> str:
    """The frequency of a key; its first row may be that of the April update."""
    return Frequency.FISCAL.value if pattern.frequency is Frequency.APRIL else pattern.frequency.value


def _check_url(place: str, url: str) -> None:
    if not url:
        return
    try:
        words = [word for _, word, _, _ in string.Formatter().parse(url) if word is not None]
        unknown = [word for word in words if word not in _placeholders(date(2025, 10, 1))]
        example = "" if unknown else _fill(url, date(2025, 10, 1))
    except ValueError as error:
        raise ReleaseError(f"{place}: expected words in braces such as {{year}}, found {url!r}.") from error
    if unknown:
        words = ", ".join(_placeholders(date.min))
        raise ReleaseError(f"{place}: expected one of {words} in braces, found {unknown[0]!r}.")
    if not is_allowed(example) or not example.isascii() or " " in example:
        raise ReleaseError(f"{place}: expected an address that begins with https://, found {url!r}.")


def _parse_day(place: str, text: str) -> date:
    try:
        if _ISO_DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ReleaseError(f"{place}: expected a day such as 2025-10-01, found {text!r}.")
