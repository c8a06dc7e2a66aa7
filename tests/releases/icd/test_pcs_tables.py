"""The ICD-10-PCS tables: the real files against the order files of their years, made-up ones for what is damaged."""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members, single_file
from app.releases.icd.pcs_tables import TABLES_ROOT, expand, read_tables
from app.releases.records import PcsTable
from tests.official import official

ARCHIVES = {
    "2025": "2025-icd-10-pcs-code-tables-and-index.zip",
    "2026": "2026-icd-10-pcs-code-tables-and-definitions.zip",
}


def real(kind: str, year: str) -> Member:
    """`tables`, `index` or `definitions` of a year."""
    (matching,) = (
        member for member in members(official("icd10pcs", ARCHIVES[year])) if f"pcs_{kind}_" in member.inside
    )
    return matching


def order_file(year: str) -> tuple[dict[str, str], set[str]]:
    """The headings, by three characters, and the valid codes, from columns 7-13, 15 and 78 on."""
    archive = official("icd10pcs", f"{year}-icd-10-pcs-order-file-long-and-abbreviated-titles.zip")
    (matching,) = (member for member in members(archive) if "pcs_order_" in member.inside)
    headings: dict[str, str] = {}
    codes: set[str] = set()
    with matching.open() as file:
        for row in file.read().decode("ascii").splitlines():
            if row[14] == "1":
                codes.add(row[6:13])
            else:
                headings[row[6:13].strip()] = row[77:].strip()
    return headings, codes


def beginning(member: Member, piece: str, count: int, closing: str) -> str:
    """The file up to the end of its `count`th piece (`</terms>`), closed so that it is well-formed."""
    with member.open() as file:
        written = file.read().decode("utf-8").replace("\r\n", "\n")
    return piece.join(written.split(piece)[:count]) + piece + closing


def mutations(written: str, count: int) -> Iterator[bytes]:
    """The file with one to three damages as by disks, transfers and edits; the same ones in every run."""
    chance = random.Random(2025)
    raw = written.encode()
    for _ in range(count):
        damaged = bytearray(raw)
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(damaged))
            match chance.randrange(8):
                case 0:
                    del damaged[at:]
                case 1:
                    damaged[at] = chance.randrange(256)
                case 2:
                    del damaged[at : at + chance.randint(1, 40)]
                case 3:
                    damaged[at:at] = damaged[at : at + chance.randint(1, 200)]
                case 4:
                    damaged[at:at] = chance.choice([b"\0", b"\xff", b"&", b"<", b"\xc2\xb2", b"]]>", b"<!--", b"&#0;"])
                case 5:
                    lines = damaged.split(b"\n")
                    del lines[chance.randrange(len(lines))]
                    damaged = bytearray(b"\n".join(lines))
                case 6:
                    lines = damaged.split(b"\n")
                    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
                    damaged = bytearray(b"\n".join(lines))
                case _:
                    # A character within a tag's attribute or a text, which stays well-formed XML.
                    digits = [m.start() for m in re.finditer(rb"[0-9A-Z](?=[\"<])", damaged)] or [at]
                    damaged[chance.choice(digits)] = chance.choice(b"0123456789ABCIOZ")
            if not damaged:
                break
        yield bytes(damaged)


def refusals(read: Callable[[Member], Iterable[object]], written: str, folder: Path, count: int = 400) -> int:
    """Return the number of mutations refused in one sentence with file and line; the others are read."""
    path = folder / "damaged.xml"
    refused: list[str] = []
    for damaged in mutations(written, count):
        path.write_bytes(damaged)
        try:
            list(read(single_file(path)))
        except ReleaseError as error:
            refused.append(str(error))
    for sentence in refused:
        assert re.fullmatch(r"damaged\.xml, line \d+: [^\n]{10,350}\.", sentence), sentence
    return len(refused)


def refusal(read: Callable[[Member], Iterable[object]], path: Path) -> str:
    with pytest.raises(ReleaseError) as raised:
        list(read(single_file(path)))
    return str(raised.value)


# The real files


@pytest.mark.slow
@pytest.mark.parametrize(
    ("year", "tables", "rows", "codes"), [("2025", 908, 2_661, 78_948), ("2026", 914, 2_733, 79_115)]
)
def test_tables_expanded_are_the_order_file(year: str, tables: int, rows: int, codes: int) -> None:
    headings, valid = order_file(year)
    assert (len(headings), len(valid)) == (tables, codes)
    read = list(read_tables(real("tables", year)))
    assert len(read) == rows
    assert {code for row in read for code, _ in expand(row)} == valid
    assert sum(1 for row in read for _ in expand(row)) == codes
    named = {"".join(pairs[0][0] for pairs in row.axes[:3]): row for row in read}
    # The heading of a table is its three labels without `None`; that of Medical and Surgical leaves its section out.
    titles = {table: [pairs[0][1] for pairs in row.axes[table[0] == "0" : 3]] for table, row in named.items()}
    assert headings.pop("X0Z") == "New Technology, Nervous System"
    assert titles.pop("X0Z") == ["New Technology", "Nervous System", "Other Procedures"]
    assert {table: ", ".join(each for each in title if each != "None") for table, title in titles.items()} == headings


@pytest.mark.slow
def test_labels_come_with_their_values() -> None:
    codes = dict(chain.from_iterable(expand(row) for row in read_tables(real("tables", "2025"))))
    assert codes["0DTJ4ZZ"] == (
        "Medical and Surgical",
        "Gastrointestinal System",
        "Resection",
        "Appendix",
        "Percutaneous Endoscopic",
        "No Device",
        "No Qualifier",
    )
    assert {labels[0] for labels in codes.values()} >= {"Obstetrics", "Imaging", "New Technology"}
    assert len({labels[0] for labels in codes.values()}) == 17


# Made-up files


def axis(position: int, *labels: str, values: str = "") -> str:
    inside = "".join(f'<label code="{label[0]}">Made-up {label}</label>\n' for label in labels)
    return f'<axis pos="{position}" values="{values or len(labels)}"><title>Axis</title>\n{inside}</axis>\n'


HEAD = axis(1, "0") + axis(2, "D") + axis(3, "T")
ROW = f'<pcsRow codes="4">\n{axis(4, "1", "2")}{axis(5, "0")}{axis(6, "Z")}{axis(7, "X", "Z")}</pcsRow>'


def tables_file(folder: Path, *tables: str) -> Path:
    path = folder / "made-up.xml"
    inside = "".join(f"<pcsTable>\n{table}</pcsTable>\n" for table in tables)
    path.write_text(
        f"<{TABLES_ROOT}><version>2030</version>\n<title>T</title>\n{inside}</{TABLES_ROOT}>", encoding="utf-8"
    )
    return path


def test_a_row_is_every_combination_of_its_values(tmp_path: Path) -> None:
    (row,) = read_tables(single_file(tables_file(tmp_path, HEAD + ROW)))
    assert isinstance(row, PcsTable)
    assert [code for code, _ in expand(row)] == ["0DT10ZX", "0DT10ZZ", "0DT20ZX", "0DT20ZZ"]
    assert next(expand(row))[1][3:] == ("Made-up 1", "Made-up 0", "Made-up Z", "Made-up X")


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        ((HEAD + ROW.replace('codes="4"', 'codes="5"'),), "expected 5 codes in <pcsRow>, as its 'codes' says, found 4"),
        ((HEAD + ROW.replace('codes="4"', 'codes="²"'),), "expected ² codes"),
        ((HEAD + ROW.replace('codes="4"', 'codes="4&#10;4"'),), "expected 4 4 codes"),
        ((HEAD + ROW.replace(' codes="4"', ""),), "expected a number of codes"),
        ((HEAD + ROW.replace(axis(5, "0"), axis(5, "0", values="2")),), "expected 2 labels in <axis>"),
        ((HEAD + ROW.replace('<label code="1">Made-up 1</label>', ""),), "expected 2 labels in <axis>"),
        ((HEAD + ROW.replace(axis(7, "X", "Z"), axis(7, "Z", "Z")),), "found 'Z'"),
        ((HEAD + ROW.replace(axis(5, "0"), axis(5, "I")),), "found 'I'"),
        ((HEAD + ROW.replace("Made-up 0", " "),), "expected a text in <label>"),
        ((HEAD + ROW.replace(axis(5, "0"), ""),), "in <pcsRow> expected the axes 4, 5, 6, 7, found 4, 6, 7"),
        ((axis(1, "0") + axis(2, "D") + ROW,), "in <pcsTable> expected the axes 1, 2, 3, found 1, 2"),
        ((axis(1, "0") + axis(2, "D") + axis(3, "T", "V") + ROW,), "expected one label at axis 3, found 2"),
        ((HEAD + ROW + ROW,), "found 0DT10ZX in a second"),
        ((HEAD + ROW, HEAD + ROW), "found '0DT' again"),
        ((HEAD,), "expected a <pcsRow>"),
        ((), "expected a <pcsTable>"),
        ((HEAD + ROW.replace("<title>", "<note>x</note><title>", 1),), "found <note>"),
        ((HEAD + ROW.replace("<title>", "stray<title>", 1),), "found the text 'stray'"),
    ],
)
def test_damage_is_refused_with_file_and_line(tmp_path: Path, tables: tuple[str, ...], expected: str) -> None:
    sentence = refusal(read_tables, tables_file(tmp_path, *tables))
    assert re.match(r"made-up\.xml, line \d+: ", sentence)
    assert expected in sentence


@pytest.mark.slow
def test_a_lost_label_is_always_noticed(tmp_path: Path) -> None:
    lines = beginning(real("tables", "2025"), "</pcsTable>", 8, f"</{TABLES_ROOT}>").split("\n")
    labels = [number for number, line in enumerate(lines) if "<label " in line]
    path = tmp_path / "lost.xml"
    for number in labels[:300]:
        path.write_text("\n".join(lines[:number] + lines[number + 1 :]), encoding="utf-8")
        assert refusal(read_tables, path).startswith("lost.xml, line ")


def test_an_excessive_product_is_refused_before_it_is_expanded(tmp_path: Path) -> None:
    everything = tuple("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    axes = "".join(axis(position, *everything) for position in (4, 5, 6, 7))
    path = tables_file(tmp_path, f'{HEAD}<pcsRow codes="{34**4}">{axes}</pcsRow>')
    assert "at most 1,000,000 codes" in refusal(read_tables, path)


@pytest.mark.slow
def test_mutated_real_tables_are_read_or_refused(tmp_path: Path) -> None:
    written = beginning(real("tables", "2025"), "</pcsTable>", 8, f"</{TABLES_ROOT}>")
    assert refusals(read_tables, written, tmp_path) > 250
