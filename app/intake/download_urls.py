"""Where the publishers put the files of each release: the table of addresses, and what it says for a given day."""

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
from app.library.own_words.cpt import table_rows
from app.releases.records import ReleaseError

TABLE = "downloads.tsv"
"""Its name, under resources/tables and in the person's folder."""

_COLUMNS = 9
_NONE = "-"
_KEY = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_MEGABYTES = re.compile(r"[0-9]{1,4}(?:\.[0-9])?")
_DATE = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
# CMS and CDC publish a fiscal year in June, CMS a quarter of HCPCS some five weeks ahead.
_AHEAD = {"fiscal": timedelta(days=120), "quarter": timedelta(days=40)}


class Rhythm(StrEnum):
    """How often a file comes out."""

    FISCAL = "fiscal"
    """On October 1."""
    APRIL = "april"
    """The update of a fiscal year on April 1, which not every year has."""
    QUARTER = "quarter"
    YEAR = "year"
    """On January 1."""
    ONCE = "once"


class Terms(StrEnum):
    """What a person has to accept before a file is downloaded."""

    NONE = "none"
    CMS = "cms"
    """CMS's terms for files that hold CPT."""
    AMA = "ama"
    """The AMA's, on the page itself: such a file is only got by hand."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A row of the table. `address` is empty where the file is only got by hand; `since` is its column `from`."""

    key: str
    system: System | None
    what: str
    address: str
    rhythm: Rhythm
    megabytes: float
    terms: Terms
    since: date
    page: str


@dataclass(frozen=True, slots=True)
class Address:
    """Where a file may be; a star in `url` is to be found among the links of `page`."""

    url: str
    page: str


@dataclass(frozen=True, slots=True)
class Download:
    """A file of one release, and where it may be, the likeliest first; no address where it is only got by hand.

    `release` is `FY2026`, `October 2025`, `2026`, or empty for what came out once; `effective_from` is its first day.
    `upcoming` says that it is not in force yet, so that it may not be published either.
    """

    key: str
    system: System | None
    what: str
    release: str
    effective_from: date
    addresses: tuple[Address, ...]
    page: str
    megabytes: float
    terms: Terms
    upcoming: bool = False

    @property
    def title(self) -> str:
        """How it is named to a person: `ICD-10-PCS tables (XML), FY2026`."""
        return f"{self.what}, {self.release}" if self.release else self.what


def read_patterns(bundled: Path, own: Path | None = None) -> dict[str, tuple[Pattern, ...]]:
    """The rows of the bundled table by key, in its order; those of the person's own, where there is one, come first.

    Raises ReleaseError, naming file and line, for a row that is not what it must be.
    """
    found: dict[str, list[Pattern]] = {}
    for place, cells in table_rows(bundled, _COLUMNS):
        pattern = _pattern(place, cells)
        if pattern.key in found and pattern.key != next(reversed(found)):
            raise ReleaseError(f"{place}: expected the rows of {pattern.key} together, found it again.")
        found.setdefault(pattern.key, []).append(pattern)
    if not found:
        raise ReleaseError(f"{bundled.name}: expected addresses, found none.")
    if own is not None and own.exists():
        mended: dict[str, list[Pattern]] = {}
        for place, cells in table_rows(own, _COLUMNS):
            known = found.get(cells[0])
            mended.setdefault(cells[0], []).append(_pattern(place, cells, known[0] if known else None))
        for key, patterns in mended.items():
            found[key] = patterns + found.get(key, [])
    return {key: tuple(patterns) for key, patterns in found.items()}


def addresses(patterns: dict[str, tuple[Pattern, ...]], today: date, *, upcoming: bool = False) -> tuple[Download, ...]:
    """For each key the release in force on that day; with `upcoming` also the next, in the weeks before it begins.

    A day of the past gives the release of that time, for loading one year behind another.
    """
    return tuple(_downloads(patterns, today, upcoming))


def is_allowed(url: str) -> bool:
    """Whether an address may be called: https, or http to this very machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))


def _downloads(patterns: dict[str, tuple[Pattern, ...]], today: date, upcoming: bool) -> Iterator[Download]:
    for rows in patterns.values():
        rhythm = next((row.rhythm for row in rows if row.rhythm is not Rhythm.APRIL), Rhythm.FISCAL)
        begin = _begin(rhythm, today)
        now = _download(rows, rhythm, begin, today)
        if now is not None:
            yield now
        if upcoming and rhythm in _AHEAD:
            following = _begin(rhythm, begin + timedelta(days=370 if rhythm is Rhythm.FISCAL else 100))
            after = _download(rows, rhythm, following, following)
            if after is not None and following - today <= _AHEAD[rhythm]:
                yield replace(after, upcoming=True)


def _download(rows: Iterable[Pattern], rhythm: Rhythm, begin: date, day: date) -> Download | None:
    """The release that begins then; `day` decides whether the update of April is out. None if no row is for it."""
    found: list[tuple[Pattern, Address]] = []
    for row in rows:
        start = _april(begin) if row.rhythm is Rhythm.APRIL else row.since if rhythm is Rhythm.ONCE else begin
        if row.since <= start <= max(day, begin):
            found.append((row, Address(_filled(row.address, start), _filled(row.page, start))))
    if not found:
        return None
    # What is said of the file as a whole is said by the row of the release itself, not by that of its update.
    first, address = next((pair for pair in found if pair[0].rhythm is not Rhythm.APRIL), found[0])
    once = first.rhythm is Rhythm.ONCE
    urls = tuple(dict.fromkeys(address for _, address in found if address.url))
    start = first.since if once else begin
    return Download(
        first.key,
        first.system,
        first.what,
        _release(rhythm, begin),
        start,
        urls if first.terms is not Terms.AMA else (),
        address.page,
        first.megabytes,
        first.terms,
    )


def _begin(rhythm: Rhythm, day: date) -> date:
    """The first day of the release that is in force on a day."""
    if rhythm is Rhythm.FISCAL:
        return date(day.year if day.month >= 10 else day.year - 1, 10, 1)
    if rhythm is Rhythm.QUARTER:
        return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
    return date(day.year, 1, 1)


def _april(begin: date) -> date:
    return date(begin.year + 1, 4, 1)


def _release(rhythm: Rhythm, begin: date) -> str:
    if rhythm is Rhythm.ONCE:
        return ""
    if rhythm is Rhythm.FISCAL:
        return f"FY{begin.year + 1}"
    return f"{month_name[begin.month]} {begin.year}" if rhythm is Rhythm.QUARTER else str(begin.year)


def _values(start: date) -> dict[str, str]:
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


def _filled(text: str, start: date) -> str:
    return text.format_map(_values(start)) if text else ""


def _pattern(place: str, cells: tuple[str, ...], like: Pattern | None = None) -> Pattern:
    """A row, its cells checked; `like` stands in for what an own row leaves to the bundled one."""
    key, system, what, address, rhythm, megabytes, terms, since, page = cells
    if not _KEY.fullmatch(key):
        raise ReleaseError(f"{place}: expected a key such as icd10cm-codes, found {key!r}.")
    if like is not None:
        given = (what, rhythm, megabytes, terms, since, page)
        # An address that is mended is for every release, unless the row says since when.
        usual = (like.what, _usual(like), str(like.megabytes), like.terms.value, "2000-01-01", like.page)
        what, rhythm, megabytes, terms, since, page = (
            other if cell == _NONE else cell for cell, other in zip(given, usual, strict=True)
        )
        system = like.system.value if system == _NONE and like.system else system
    if system != _NONE and system not in tuple(System):
        raise ReleaseError(f"{place}: expected {', '.join(System)} or - as the code set, found {system!r}.")
    if rhythm not in tuple(Rhythm):
        raise ReleaseError(f"{place}: expected {', '.join(Rhythm)} as the rhythm, found {rhythm!r}.")
    if terms not in tuple(Terms):
        raise ReleaseError(f"{place}: expected {', '.join(Terms)} as the terms, found {terms!r}.")
    if not _MEGABYTES.fullmatch(megabytes):
        raise ReleaseError(f"{place}: expected a number of megabytes, found {megabytes!r}.")
    address = "" if address == _NONE else address
    if not address and terms != Terms.AMA:
        raise ReleaseError(f"{place}: expected an address, found none.")
    for url in (address, page):
        _check_url(place, url)
    return Pattern(
        key,
        None if system == _NONE else System(system),
        what,
        address,
        Rhythm(rhythm),
        float(megabytes),
        Terms(terms),
        _day(place, since),
        page,
    )


def _usual(like: Pattern) -> str:
    """The rhythm of a key; that of its first row may be the update of April."""
    return Rhythm.FISCAL.value if like.rhythm is Rhythm.APRIL else like.rhythm.value


def _check_url(place: str, url: str) -> None:
    if not url:
        return
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(url) if name is not None]
        unknown = [name for name in names if name not in _values(date(2025, 10, 1))]
        filled = "" if unknown else _filled(url, date(2025, 10, 1))
    except ValueError as error:
        raise ReleaseError(f"{place}: expected words in braces such as {{year}}, found {url!r}.") from error
    if unknown:
        raise ReleaseError(f"{place}: expected one of {', '.join(_values(date.min))} in braces, found {unknown[0]!r}.")
    if not is_allowed(filled) or not filled.isascii() or " " in filled:
        raise ReleaseError(f"{place}: expected an address that begins with https://, found {url!r}.")


def _day(place: str, text: str) -> date:
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ReleaseError(f"{place}: expected a day such as 2025-10-01, found {text!r}.")
