"""Small made-up releases in the official formats, as zips, for the tests of adding files."""

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.releases.hcpcs.workbook_form import REQUIRED_COLUMNS
from tests.releases import made_up

Codes = Mapping[str, str]
"""Plain codes and their titles, in the order of the book; those that others begin with are headings."""

CM: dict[str, str] = {
    "A00": "Blue fever",
    "A000": "Blue fever, right arm",
    "A001": "Blue fever, left arm",
    "A01": "Red fever",
    "A010": "Red fever, mild",
    "A018": "Other red fever",
}
PCS: dict[str, str] = {
    f"{section}01{part}0ZZ": f"Work of section {section}, part {part}"
    for section in "0123456789BCDFGHX"
    for part in "12"
}
"""In every section, since a release of fewer is a part of one."""


def zipped(path: Path, **members: str | bytes) -> Path:
    """A zip of texts and bytes; two underscores of a name stand for its dot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return path


# ICD-10


def order(codes: Codes, headings: Sequence[str] = ()) -> str:
    """An order file (CMS: columns 1-5 sequence, 7-13 code, 15 flag, 17-76 short title, 78- long title)."""
    all_codes = sorted({*codes, *headings})
    prefixes = {code for code in all_codes for other in all_codes if other != code and other.startswith(code)}
    return "".join(
        f"{number:05} {code:<7} {int(code not in prefixes)} {codes.get(code, 'Heading')[:60]:<60} "
        f"{codes.get(code, 'Heading')}\r\n"
        for number, code in enumerate(all_codes, start=1)
    )


def addenda(year: int, before: Codes, after: Codes) -> str:
    """Order addenda of ICD-10-CM: the differences of one year's order file from that of the year before."""

    def flag(codes: Codes, code: str) -> str:
        return str(int(not any(other != code and other.startswith(code) for other in codes)))

    lines: list[str] = []
    for code in sorted({*before, *after}):
        old, new = before.get(code), after.get(code)
        if old is None:
            lines.append(f"Add:         {flag(after, code)} {code:<7} {after[code][:60]:<60} {after[code]}")
        elif new is None:
            lines.append(f"Delete:      {flag(before, code)} {code:<7} {old[:60]:<60} {old}")
        elif old != new:
            lines.append(f"Revise from: {flag(before, code)} {code:<7} {old[:60]:<60} {old}")
            lines.append(f"Revise to:   {flag(after, code)} {code:<7} {new[:60]:<60} {new}")
    lines.append(f"  {len(after)} codes in icd10cm_order_{year}.txt")
    return "\r\n".join(lines) + "\r\n"


def cm_order(folder: Path, year: int, codes: Codes = CM, before: Codes | None = None) -> Path:
    """The zip with an order file, and with the addenda where the codes of the year before are given."""
    members: dict[str, str | bytes] = {f"icd10cm_order_{year}__txt": order(codes)}
    if before is not None:
        members[f"icd10cm_order_addenda_{year}__txt"] = addenda(year, before, codes)
    return zipped(folder / f"{year}-code-descriptions-tabular-order.zip", **members)


def tabular(year: int, codes: Codes = CM) -> str:
    """A Tabular List of one chapter and one section."""

    def diags(parent: str) -> str:
        below = [code for code in sorted(codes) if code != parent and code.startswith(parent)]
        own = [code for code in below if not any(other != code and code.startswith(other) for other in below)]
        return "".join(
            f"<diag><name>{code[:3]}{'.' * (len(code) > 3)}{code[3:]}</name><desc>{codes[code]}</desc>"
            f"{diags(code)}</diag>"
            for code in own
        )

    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<ICD10CM.tabular><version>{year}</version>'
        f"<title>ICD-10-CM TABULAR LIST</title><chapter><name>1</name><desc>Fevers (A00-A09)</desc>"
        f'<section id="A00-A09"><desc>Colored fevers (A00-A09)</desc>{diags("")}</section></chapter></ICD10CM.tabular>'
    )


def cm_tabular(folder: Path, year: int, codes: Codes = CM) -> Path:
    return zipped(folder / f"icd10cm_tabular_{year}.zip", **{f"icd10cm_tabular_{year}__xml": tabular(year, codes)})


def index(year: int, lines: Mapping[str, str]) -> str:
    """An Index of main terms and their dotted codes."""
    terms = "".join(
        f"<mainTerm><title>{term}</title><code>{code}</code></mainTerm>" for term, code in sorted(lines.items())
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<ICD10CM.index><version>{year}</version>'
        "<title>ICD-10-CM INDEX TO DISEASES and INJURIES</title>"
        f"<letter><title>F</title>{terms}</letter></ICD10CM.index>"
    )


def cm_index(folder: Path, year: int, lines: Mapping[str, str]) -> Path:
    return zipped(folder / f"icd10cm_index_{year}.zip", **{f"icd10cm_index_{year}__xml": index(year, lines)})


def pcs_order(folder: Path, year: int, codes: Codes = PCS) -> Path:
    headings = sorted({code[:3] for code in codes})
    return zipped(
        folder / f"{year}-icd-10-pcs-order-file.zip", **{f"icd10pcs_order_{year}__txt": order(codes, headings)}
    )


def pcs_tables(folder: Path, year: int, codes: Codes = PCS) -> Path:
    """Tables that explain just these codes: each has a row of its own."""

    def axis(position: int, value: str) -> str:
        return (
            f'<axis pos="{position}" values="1"><title>Axis {position}</title>'
            f'<label code="{value}">Value {value} of {position}</label></axis>'
        )

    tables = "".join(
        f"<pcsTable>{''.join(axis(at, value) for at, value in enumerate(head, 1))}"
        + "".join(
            f'<pcsRow codes="1">{"".join(axis(at, value) for at, value in enumerate(code[3:], 4))}</pcsRow>'
            for code in sorted(codes)
            if code.startswith(head)
        )
        + "</pcsTable>"
        for head in sorted({code[:3] for code in codes})
    )
    content = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<ICD10PCS.tabular><version>{year}</version>'
        f"<title>{year} ICD-10-PCS Tables</title>{tables}</ICD10PCS.tabular>"
    )
    return zipped(folder / f"{year}-icd-10-pcs-code-tables.zip", **{f"icd10pcs_tables_{year}__xml": content})


# HCPCS


def hcpcs(folder: Path, year: int, codes: Codes, modifiers: Codes | None = None, month: str = "october") -> Path:
    """An alpha-numeric HCPCS file of a quarter, as a workbook in a zip."""
    day = f"{year}{ {'january': '01', 'april': '04', 'july': '07', 'october': '10'}[month] }01"

    # A day on which hardly any row changed is a slip, and no release.
    new = max(1, len(codes) // 20)

    def row(number: int, code: str, title: str, kind: str) -> list[str]:
        added = day if number <= new else "20100101"
        return [
            code,
            f"{number}00",
            kind,
            title,
            title[:28].upper(),
            "C",
            added,
            added,
            "",
            "N",
        ]

    rows = [list(REQUIRED_COLUMNS)]
    rows += [row(number, code, title, "3") for number, (code, title) in enumerate(sorted(codes.items()), start=1)]
    letters = modifiers if modifiers is not None else {"LT": "Left side of the made-up body"}
    rows += [row(50 + number, code, title, "7") for number, (code, title) in enumerate(sorted(letters.items()))]
    name = f"HCPC{year}_{month[:3].upper()}_ANWEB__xlsx"
    return zipped(folder / f"{month}-{year}-alpha-numeric-hcpcs-file.zip", **{name: made_up.xlsx(rows)})


# Maps


def gems(folder: Path, year: int = 2018) -> Path:
    """Both maps of ICD-10-CM (columns 1-5 or 1-7 source, then target and five flags)."""
    return zipped(
        folder / f"{year}-icd-10-cm-general-equivalence-mappings.zip",
        **{
            f"{year}_I9gem__txt": "0010  A000    00000\r\n0011  A001    10000\r\n",
            f"{year}_I10gem__txt": "A000    0010  00000\r\nA001    0011  10000\r\n",
        },
    )


# CPT and NCCI

CPT_DESCRIPTORS = (
    "Quixotic zymurgy of the first part",
    "Quixotic zymurgy of the second part",
    "Quixotic modifying of zymurgy",
)
"""Made-up descriptors of words that occur nowhere else: a file that has them has text of the AMA."""


def cpt_long(folder: Path, year: int = 2030, first: str = CPT_DESCRIPTORS[0]) -> Path:
    codes = (("00001", first), ("00002", CPT_DESCRIPTORS[1]))
    header = [line.replace("2030", str(year)) for line in made_up.LICENSE]
    path = folder / "LONGULT.txt"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made_up.text([*header, *(f"{code}\t{title}" for code, title in codes)]))
    return path


def cpt_medium(folder: Path) -> Path:
    path = folder / "MEDU.txt"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made_up.text(made_up.medu((("00001", CPT_DESCRIPTORS[0]), ("00002", CPT_DESCRIPTORS[1])))))
    return path


def cpt_modifiers(folder: Path) -> Path:
    path = folder / "MODUL.txt"
    folder.mkdir(parents=True, exist_ok=True)
    blocks = [f"{code} {CPT_DESCRIPTORS[2]} {code}: A made-up text." for code in ("22", "25", "59")]
    path.write_bytes(made_up.text([*made_up.LICENSE, *blocks]))
    return path


def ptp(folder: Path, quarter: int, pairs: Sequence[tuple[str, str]] = (("00001", "00002"),), part: int = 1) -> Path:
    """Pairs for practitioners, of a quarter of 2026."""
    rows = [(first, second, "20200101", "*", "1") for first, second in pairs]
    stem = f"ccipra-v32{quarter - 1}r0-f{part}"
    return zipped(folder / f"{stem}.zip", **{f"{stem}__txt": made_up.text(made_up.ptp(rows))})


def mue(folder: Path, month: str = "07", units: str = "2") -> Path:
    content = made_up.text(made_up.separated(made_up.mue((("00001", units), ("00002", "1"))), ",", ()))
    name = f"MCR_MUE_PractitionerServices_Eff_{month}-01-2026"
    return zipped(folder / f"{name}.zip", **{f"{name}__csv": content})
