"""The table of drugs: well formed, with codes that exist, and as the official Table of Drugs and HCPCS have them."""

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from app.codes.systems import System
from app.library.compiling.drug_table import OTHER_NAMES, read_drugs
from app.library.drugs import DrugKind
from app.library.reading.catalogue import Catalogue
from app.library.tokens import word_list
from app.releases.errors import ReleaseError
from app.releases.files.containers import members
from app.releases.hcpcs.code_file import read_hcpcs
from app.releases.icd.table_xml import read_table
from app.releases.records import HcpcsCode
from tests.official import official

TABLE = Path(__file__).parents[3] / "resources" / "lexicon" / "drugs.tsv"
COLUMNS = ("name", "kind", "generics", "class", "table", "stem", "long_term", "hcpcs")

INSULINS = frozenset({"insulin", "aspart", "degludec", "detemir", "glargine", "glulisine", "lispro"})

MOST_SUPPLIES = 9
"""The most codes of a generic in the table."""

FIRST_DAY = date(2025, 10, 1)
"""The first day of the HCPCS release."""

# These descriptors write a substance in another way than its generic name.
OTHER_SPELLINGS = {
    "aminophylline": "aminophyllin",
    "andexanet alfa": "andexxa",
    "aprotinin": "aprotonin",
    "bupivacaine": "bupiv",
    "fludeoxyglucose": "deoxyglucose",
    "incobotulinumtoxina": "incobotulinumtoxin a",
    "methoxy peg-epoetin beta": "epoetin beta",
    "mycophenolate": "mycophenol",
}


def lines() -> list[str]:
    return TABLE.read_text(encoding="utf-8").splitlines()


def rows() -> list[dict[str, str]]:
    table = csv.reader([line for line in lines() if not line.startswith("#")], delimiter="\t", quoting=csv.QUOTE_NONE)
    return [dict(zip(COLUMNS, row, strict=True)) for row in table]


def test_opens_with_comments_that_explain_each_column() -> None:
    opening = [line for line in lines() if line.startswith("#")]
    assert lines()[: len(opening)] == opening
    assert [column for column in COLUMNS if not any(line.startswith(f"# {column}: ") for line in opening)] == []


def test_every_cell_is_filled() -> None:
    assert [row for row in rows() if not all(cell and cell == " ".join(cell.split()) for cell in row.values())] == []


def test_names_are_sorted_and_none_is_there_twice() -> None:
    names = [row["name"] for row in rows()]
    assert names == sorted(names, key=lambda name: (name.casefold(), name))
    phrases = Counter(" ".join(word_list(name)) for name in names)
    assert [phrase for phrase, number in phrases.items() if number > 1 or not phrase] == []


def test_names_have_at_most_four_words() -> None:
    """A search looks for no longer ones."""
    assert [row["name"] for row in rows() if len(word_list(row["name"])) > 4] == []


def test_holds_the_drugs_of_the_market() -> None:
    kinds = Counter(row["kind"] for row in rows())
    assert kinds[DrugKind.GENERIC] >= 1500
    assert kinds[DrugKind.BRAND] >= 2300


def test_no_brand_is_the_generic_of_another() -> None:
    generics = {row["name"].casefold() for row in rows() if row["kind"] == DrugKind.GENERIC}
    brands = [row for row in rows() if row["kind"] in OTHER_NAMES]
    assert [row["name"] for row in brands if row["name"].casefold() in generics] == []
    assert [row["name"] for row in brands if not generics.issuperset(row["generics"].casefold().split("; "))] == []


def test_every_code_of_diagnosis_exists(catalogue: Catalogue) -> None:
    coded = [row for row in rows() if row["kind"] not in OTHER_NAMES]
    codes = {row["stem"] for row in coded} | {row["long_term"] for row in coded} - {"-"}
    assert [code for code in sorted(codes) if catalogue.find(System.ICD10CM, code) is None] == []
    long_term = [node for code in codes if (node := catalogue.find(System.ICD10CM, code)) and code.startswith("Z")]
    assert [node.code for node in long_term if not node.billable] == []


def test_every_code_of_an_effect_exists(catalogue: Catalogue) -> None:
    lines = (TABLE.parent / "drug_effects.tsv").read_text(encoding="utf-8").splitlines()
    table = [line.split("\t") for line in lines if not line.startswith("#")]
    codes = {code for _, cell, _ in table for code in cell.split() if code != "-"}
    assert [code for code in sorted(codes) if catalogue.find(System.ICD10CM, code) is None] == []
    stems = {row["stem"] for row in rows()}
    known = {beginning for _, _, cell in table for beginning in cell.split() if beginning != "*"}
    assert [beginning for beginning in sorted(known) if not any(stem.startswith(beginning) for stem in stems)] == []
    empty = [row for row in table if not row[2] or (row[1] == "-" and row[2] == "*")]
    assert empty == []


def test_every_drug_has_a_code_for_poisoning(catalogue: Catalogue) -> None:
    stems = {row["stem"] for row in rows() if row["kind"] not in OTHER_NAMES}
    assert [
        s for s in sorted(stems) if any(catalogue.find(System.ICD10CM, s + place) is None for place in "1234")
    ] == []


def test_table_of_drugs_decides() -> None:
    stems: dict[str, set[str]] = {}
    for member in members(official("icd10cm", "april-1-2026-tables-and-index.zip")):
        if "drug" in member.inside:
            for line in read_table(member):
                stems.setdefault(", ".join(line.path[:-1]), set()).update(code[:-1] for code in line.codes)
    assert len(stems) > 5000
    coded = [row for row in rows() if row["kind"] not in OTHER_NAMES and row["table"] != "-"]
    assert [row for row in coded if stems.get(row["table"]) != {row["stem"]}] == []
    # The generic's own line comes before that of its class; lithium's own line is for the metal.
    own = {name.casefold(): name for name in stems}
    others = [row["name"] for row in coded if own.get(row["name"], row["table"]) != row["table"]]
    assert others == ["lithium"]


def test_supplies_are_in_force_and_name_the_substance() -> None:
    for member in members(official("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip")):
        if member.inside.endswith("ANWEB.xlsx"):
            records = {record.code: record for record in read_hcpcs(member)}
            break
    else:
        pytest.fail("no list of codes in the file")
    titles = {code: _folded(record) for code, record in records.items() if not ended(record)}
    assert len(titles) > 7000
    unknown = [
        (row["name"], code)
        for row in rows()
        for code in row["hcpcs"].split()
        if code not in ("-", "none") and code not in titles
    ]
    assert unknown == []
    unnamed = [
        (row["name"], code)
        for row in rows()
        if row["kind"] == DrugKind.GENERIC and row["hcpcs"] != "-"
        for code in row["hcpcs"].split()
        if not _names(titles[code], row["name"])
    ]
    assert unnamed == []


def test_codes_of_a_brand_are_codes_of_one_of_its_generics() -> None:
    supplies = {row["name"]: set(row["hcpcs"].split()) for row in rows()}
    table = [row for row in rows() if row["kind"] == DrugKind.BRAND and row["hcpcs"] not in ("-", "none")]
    generics_of = {row["name"]: row["generics"].split("; ") for row in table}
    strange = {
        row["name"]: sorted(rest)
        for row in table
        if (rest := set(row["hcpcs"].split()).difference(*(supplies[name] for name in generics_of[row["name"]])))
    }
    cut = {name for name in strange if any(len(supplies[g]) == MOST_SUPPLIES for g in generics_of[name])}
    # These descriptors name the brand, and the substance otherwise or not at all.
    assert set(strange) - cut == {"Depo-Estradiol", "Erwinaze", "Fiasp", "Lyumjev", "Rylaze"}


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("x\tpotion\t-\tc\tT\tT36.0X\t-\t-", "expected brand, class, generic, short"),
        ("x\tgeneric\t-\tc\tT\tT36\t-\t-", "expected codes like"),
        ("x\tgeneric\t-\tc\tT\tT36.0X\tZ80.0\t-", "expected codes like"),
        ("x\tgeneric\t-\tc\tT\tT36.0X\t-\tJ12", "expected codes like"),
        ("X\tbrand\ty\t-\t-\t-\t-\t-", "expected generics of the table"),
    ],
)
def test_row_with_an_error_is_refused(tmp_path: Path, row: str, message: str) -> None:
    path = tmp_path / "drugs.tsv"
    path.write_text(f"# a comment\n{row}\n", encoding="utf-8")
    with pytest.raises(ReleaseError, match=f"drugs.tsv, line 2: {message}"):
        read_drugs(path)


def test_combination_has_its_substances_and_only_codes_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "drugs.tsv"
    path.write_text(
        "a\tgeneric\t-\tpotion\tA\tT36.0X\tZ79.2\tJ0001\n"
        "b\tgeneric\t-\tpill\tB\tT36.1X\t-\tJ0002\n"
        "Both\tbrand\ta; b\t-\t-\t-\t-\t-\n"
        "Mix\tbrand\ta; b\t-\t-\t-\t-\tJ0003\n"
        "One\tbrand\ta\t-\t-\t-\t-\t-\n"
        "Tablet\tbrand\ta\t-\t-\t-\t-\tnone\n",
        encoding="utf-8",
    )
    assert [(drug.name, drug.substance, drug.stem, drug.supplies) for drug in read_drugs(path)] == [
        ("a", "a", "T36.0X", ("J0001",)),
        ("b", "b", "T36.1X", ("J0002",)),
        ("Both", "a", "T36.0X", ()),
        ("Both", "b", "T36.1X", ()),
        ("Mix", "a", "T36.0X", ("J0003",)),
        ("Mix", "b", "T36.1X", ()),
        ("One", "a", "T36.0X", ("J0001",)),
        ("Tablet", "a", "T36.0X", ()),
    ]


def ended(record: HcpcsCode) -> bool:
    return record.ended is not None and record.ended < FIRST_DAY


def _folded(record: HcpcsCode) -> str:
    return record.title.casefold().replace("\u2011", "-").replace("\u2013", "-")


def _names(title: str, generic: str) -> bool:
    """Return whether a descriptor has a substance's longest word, or begins one like it."""
    if generic.startswith("coagulation "):
        return generic.removeprefix("coagulation ") in title
    words = re.split(r"[\s-]", generic.removesuffix(" concentrate").casefold())
    # No descriptor tells the insulins apart by their names.
    longest = "insulin" if not INSULINS.isdisjoint(words) else max(words, key=len)
    return OTHER_SPELLINGS.get(generic.casefold(), longest) in title
