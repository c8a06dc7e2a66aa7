"""CMS's mappings of ICD-10-CM to the categories of its risk adjustment models, one file for each payment year."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.releases.errors import ReleaseError, quoted
from app.releases.files.containers import Member
from app.releases.files.grids import grid_rows
from app.releases.records import HccCode

LAST_HEADER_ROW = 30
"""The names of the columns follow a few rows of prose."""

LEFT_OUT = frozenset({"CMS-HCC V21", "CMS-HCC V22", "CMS-HCC ESRD V21", "RxHCC V05"})
"""Models of earlier years, which the file still lists for the plans that are paid by them in part."""

_CODE_COLUMN = "diagnosis code"
# `CMS-HCC ESRD Model Category V24`, `RxHCC Model Category V08`, each on several lines of its cell
_CATEGORY_COLUMN = re.compile(r"(?P<model>CMS-HCC ESRD|CMS-HCC|RxHCC) Model Category (?P<version>V[0-9]{2})", re.I)
# ... `for 2026 Payment Year`: whether the model counts the category in that year
_YEAR_COLUMN = re.compile(_CATEGORY_COLUMN.pattern + r" for (?P<year>20[0-9]{2}) Payment Year", re.I)
_CODE = re.compile(r"[A-Z][0-9A-Z]{2,6}")
_CATEGORIES = re.compile(r"[0-9]{1,3}(?:\s*[,;/]\s*[0-9]{1,3})*")
_ANSWERS = {"yes": True, "no": False}
_MODELS = {"cms-hcc": "CMS-HCC", "cms-hcc esrd": "CMS-HCC ESRD", "rxhcc": "RxHCC"}


class HccColumns(NamedTuple):
    """The places of the categories of each model (`CMS-HCC V28`), and of the answers whether the year counts them.

    `year` is the payment year that the names of these columns tell, None without such columns.
    """

    categories: dict[str, int]
    answers: dict[str, int]
    year: int | None


def hcc_columns(cells: Sequence[str]) -> HccColumns | None:
    """Return the columns of a row with their names, None for any other row."""
    names = [" ".join(cell.split()) for cell in cells]
    if not names or names[0].casefold() != _CODE_COLUMN:
        return None
    categories: dict[str, int] = {}
    answers: dict[str, int] = {}
    years: list[int] = []
    for place, name in enumerate(names):
        if match := _YEAR_COLUMN.fullmatch(name):
            answers[_model(match)] = place
            years.append(int(match["year"]))
        elif match := _CATEGORY_COLUMN.fullmatch(name):
            categories[_model(match)] = place
    return HccColumns(categories, answers, max(years, default=None)) if categories else None


def _model(match: re.Match[str]) -> str:
    return f"{_MODELS[match['model'].casefold()]} {match['version'].upper()}"


def read_hcc_mapping(member: Member) -> Iterator[HccCode]:
    """Yield the categories of each diagnosis code that its models count in the payment year of the file.

    The file is an xlsx or has commas; below some rows of prose stand the names of the columns, `Diagnosis Code`,
    `Description`, `CMS-HCC Model Category V28`, ..., and for each of these `CMS-HCC Model Category V28 for 2026 Payment
    Year`, then a row a code: `A0103`, `Typhoid pneumonia`, `115`, ..., `Yes`. Without the columns of the year all
    categories count. Raises ReleaseError naming the row for one of another shape, and for a file without rows.
    """
    columns: HccColumns | None = None
    is_empty = True
    for number, cells in grid_rows(member, ","):
        if columns is None:
            columns = hcc_columns(cells)
            if columns is None and number > LAST_HEADER_ROW:
                break
            continue
        filled = [cell for cell in cells if cell.strip()]
        code = cells[0].strip()
        # Notes below the table have a row of one cell each.
        if not filled or (len(filled) == 1 and not _CODE.fullmatch(code)):
            continue
        if not _CODE.fullmatch(code):
            raise ReleaseError(f"{member.name}, row {number}: expected a diagnosis code, found {quoted(code)}.")
        is_empty = False
        for model, place in columns.categories.items():
            text = cells[place].strip() if place < len(cells) else ""
            if not text or model in LEFT_OUT:
                continue
            if not _CATEGORIES.fullmatch(text):
                raise ReleaseError(
                    f"{member.name}, row {number}: expected a category of {model}, found {quoted(text)}."
                )
            if _counts(member, number, cells, columns, model):
                yield from (HccCode(code, model, str(int(category))) for category in re.findall(r"[0-9]+", text))
    if is_empty:
        raise ReleaseError(f"{member.name}: expected diagnosis codes with their categories, found none.")


def _counts(member: Member, number: int, cells: Sequence[str], columns: HccColumns, model: str) -> bool:
    """Return whether the model counts its category of a row in the year of the file."""
    if not columns.answers:
        return True
    place = columns.answers.get(model)
    answer = cells[place].strip() if place is not None and place < len(cells) else "no"
    if answer.casefold() not in _ANSWERS:
        raise ReleaseError(f"{member.name}, row {number}: expected Yes or No for {model}, found {quoted(answer)}.")
    return _ANSWERS[answer.casefold()]
