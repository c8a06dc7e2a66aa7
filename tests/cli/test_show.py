"""`codarium show`: its JSON and text for every code set, and the reasons why a text is not a code."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from app.cli.main import main
from tests.cli.command_line import Captured, printed


def test_show_answers_in_the_agreed_form(capsys: Captured) -> None:
    shown = printed(capsys, "show", "--json", "e1140")
    assert list(shown)[:10] == [
        "system",
        "code",
        "title",
        "billable",
        "status",
        "ancestors",
        "notes",
        "seventh",
        "children",
        "also",
    ]
    assert (shown["system"], shown["code"], shown["billable"]) == ("icd10cm", "E11.40", True)
    assert shown["status"] == "Valid for submission"
    assert shown["ancestors"] == [
        {"code": "4", "title": "Endocrine, nutritional and metabolic diseases"},
        {"code": "E08-E13", "title": "Diabetes mellitus"},
        {"code": "E11", "title": "Type 2 diabetes mellitus"},
        {"code": "E11.4", "title": "Type 2 diabetes mellitus with neurological complications"},
    ]
    assert {"from": "E11", "kind": "use_additional", "text": "insulin (Z79.4)", "codes": ["Z79.4"]} in shown["notes"]
    assert {"from": "E11", "kind": "excludes1", "text": "gestational diabetes (O24.4-)", "codes": ["O24.4-"]} in shown[
        "notes"
    ]
    assert (shown["seventh"], shown["children"], shown["also"]) == ([], [], [])


def test_show_ranges_as_printed(capsys: Captured) -> None:
    notes = printed(capsys, "show", "--json", "19")["notes"]
    assert any("T36-T50" in note["codes"] or "P10-P15" in note["codes"] for note in notes)
    section = printed(capsys, "show", "--json", "E08-E13")
    assert (section["code"], section["title"], section["billable"]) == ("E08-E13", "Diabetes mellitus", False)
    assert [above["code"] for above in printed(capsys, "show", "--json", "B20")["ancestors"]] == ["1", "B20-B20"]


def test_show_joins_a_note_with_the_words_that_it_continues(capsys: Captured) -> None:
    assert main(["show", "A41.9"]) == 0
    assert "\n  code first, if applicable, postprocedural sepsis (T81.44-)\n" in capsys.readouterr().out


@pytest.mark.parametrize("code", ["T07", "T07.XXXD", "t07xxxs"])
def test_show_seventh_characters_on_stem_and_finished_code_alike(capsys: Captured, code: str) -> None:
    assert printed(capsys, "show", "--json", code)["seventh"] == [
        {"char": "A", "meaning": "initial encounter", "code": "T07.XXXA"},
        {"char": "D", "meaning": "subsequent encounter", "code": "T07.XXXD"},
        {"char": "S", "meaning": "sequela", "code": "T07.XXXS"},
    ]


@pytest.mark.parametrize("typed", ["pos 11", "pos11", "POS: 11", "place of service 11"])
def test_show_reads_a_code_set_by_its_name(capsys: Captured, typed: str) -> None:
    shown = printed(capsys, "show", "--json", typed)
    assert (shown["system"], shown["code"]) == ("pos", "11")


def test_show_lists_only_seventh_characters_of_existing_codes(capsys: Captured) -> None:
    shown = printed(capsys, "show", "--json", "S06.1X7")
    assert [choice["char"] for choice in shown["seventh"]] == ["A"]
    assert shown["status"] == "Not valid: needs a 7th character"


def test_show_children(capsys: Captured) -> None:
    shown = printed(capsys, "show", "--json", "E11.4")
    assert shown["children"][0] == {
        "code": "E11.40",
        "title": "Type 2 diabetes mellitus with diabetic neuropathy, unspecified",
        "billable": True,
    }
    assert len(shown["children"]) == 6


def test_show_axes(capsys: Captured) -> None:
    axes = printed(capsys, "show", "--json", "ODTJ4ZZ")["axes"]
    assert [axis["value"] for axis in axes] == list("0DTJ4ZZ")
    assert [axis["label"] for axis in axes][2:4] == ["Resection", "Appendix"]
    assert axes[2]["definition"] == "Cutting out or off, without replacement, all of a body part"


def test_show_in_one_code_set(capsys: Captured) -> None:
    assert printed(capsys, "show", "--json", "--system", "pcs", "0DT")["code"] == "0DT"
    assert main(["show", "--system", "pcs", "E11.40"]) == 1
    capsys.readouterr()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("A00-B99", "1"),
        ("E08–E13", "E08-E13"),
        ("E11.9 - Type 2 diabetes mellitus without complications", "E11.9"),
        ("El1.9", "E11.9"),
    ],
)
def test_show_reads_what_lookup_reads(capsys: Captured, typed: str, code: str) -> None:
    assert printed(capsys, "show", "--json", typed)["code"] == code
    assert printed(capsys, "lookup", "--json", typed)["hits"][0]["code"] == code


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--system", "pcs", "E11.40"], "E11.40 is in ICD-10-CM, which is not searched."),
        (["--system", "pcs", "E08-E13"], "E08-E13 is in ICD-10-CM, which is not searched."),
        (["E11.4X"], "is not in the FY2026 release. Closest: E11.4."),
        (["0DTJ4ZY"], " is not among the loaded codes. Closest: 0DTJ."),
        (["S72301X"], "S72.301X has the form of an ICD-10-CM code"),
        (["D0120"], "American Dental Association and are not included."),
    ],
)
def test_show_gives_the_reason_in_one_line(capsys: Captured, arguments: list[str], expected: str) -> None:
    assert main(["show", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert expected in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["M17,11"], "M17.11"),
        (["dx M17.11"], "M17.11"),
        (["icd-10: M17.11"], "M17.11"),
        (["pos 2"], "02"),
        (["--system", "pos", "2"], "02"),
        (["--system", "pos", "pos 2"], "02"),
    ],
)
def test_show_forgives_slips_and_labels(capsys: Captured, arguments: list[str], code: str) -> None:
    assert printed(capsys, "show", "--json", *arguments)["code"] == code


def test_show_says_that_placeholders_were_added(capsys: Captured) -> None:
    assert main(["show", "--json", "W18.30A"]) == 0
    out, err = capsys.readouterr()
    assert '"code": "W18.30XA"' in out
    assert err == "codarium: W18.30A is read as W18.30XA, with its placeholders X.\n"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pos 28"], "28 is an unassigned place of service"),
        (["--system", "pos", "36"], "36 is an unassigned place of service"),
        (["99214-25"], "'99214-25' is more than one code"),
        (["K21.77"], "K21.77 has the form of an ICD-10-CM code"),
    ],
)
def test_show_says_what_a_text_is_not(capsys: Captured, arguments: list[str], sentence: str) -> None:
    assert main(["show", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(sentence)


def test_show_of_unknown_codes(capsys: Captured) -> None:
    for code, expected in (("99212", "CPT"), ("nonsense", "'nonsense'"), ("E11.4X", "E11.4X"), ("", "''")):
        assert main(["show", code]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert expected in err
        assert len(err.splitlines()) == 1


def test_show_as_text(capsys: Captured) -> None:
    assert main(["show", "S72.301A"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("S72.301A  Unspecified fracture of shaft of right femur")
    for expected in ("Valid for submission", "From S72\n", "excludes1: ", "7th characters", "S72.301B"):
        assert expected in out


def test_show_as_text_gives_the_definitions_of_a_procedure(capsys: Captured) -> None:
    assert main(["show", "0DTJ4ZZ"]) == 0
    lines = capsys.readouterr().out.splitlines()
    operation = lines.index("  3 T  Root operation: Resection")
    assert lines[operation + 1] == "       Cutting out or off, without replacement, all of a body part"
    assert lines[operation + 2].startswith("       For example: Total nephrectomy")
    assert any(line.startswith("       Entry, by puncture or minor incision") for line in lines)


DATE_IN_WORDS = re.compile(r"\b[0-9]{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [0-9]{4}\b")
PROSE = {"status", "text", "advice", "remark", "title", "label"}
"""The fields of JSON that hold sentences and names, as they are on the screen."""


def values_in(answer: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts of an answer with the name of the field that holds each."""
    if isinstance(answer, dict):
        for name, value in cast("dict[str, object]", answer).items():
            yield from values_in(value, name)
    elif isinstance(answer, list):
        for value in cast("list[object]", answer):
            yield from values_in(value, key)
    elif isinstance(answer, str):
        yield key, answer


def test_dates_in_json_are_iso(library_path: Path, tmp_path: Path, capsys: Captured) -> None:
    """Fields of the HCPCS file are dates in two forms, and a code has days on which it began, changed and ended."""
    path = tmp_path / "codes.db"
    shutil.copy(library_path, path)
    connection = sqlite3.connect(path)
    (node,) = connection.execute("SELECT id FROM node WHERE code = 'J1100' AND system = 'hcpcs'").fetchone()
    for position, (name, value) in enumerate([("ASC_DT", "20250101"), ("ACT EFF DT", "2024-07-01")], start=90):
        connection.execute("INSERT INTO field VALUES (?, ?, ?, ?, 'since', '')", (node, position, name, value))
    connection.execute("UPDATE node SET valid_from = '1982-01-01', valid_to = '2025-12-31' WHERE id = ?", (node,))
    connection.execute("INSERT INTO change VALUES (?, 0, 'new', '1982-01-01', '', NULL)", (node,))
    connection.commit()
    connection.close()
    code = printed(capsys, "--db", str(path), "show", "--json", "J1100")
    assert (code["valid_from"], code["valid_to"]) == ("1982-01-01", "2025-12-31")
    days = {field["name"]: (field["value"], field["meaning"]) for field in code["fields"] if field["name"][-2:] == "DT"}
    assert days == {"ASC_DT": ("2025-01-01", "2025-01-01"), "ACT EFF DT": ("2024-07-01", "2024-07-01")}
    answers = [code, printed(capsys, "--db", str(path), "sets", "--json")]
    for typed in ("J1100", "sepsis", "E11.40 J1100", "D69.1"):
        answers.append(printed(capsys, "--db", str(path), "lookup", "--json", typed))
    for code_typed in ("E11.40", "0DTJ4ZZ", "LT", "99213"):
        answers.append(printed(capsys, "--db", str(path), "show", "--json", code_typed))
    for answer in answers:
        for key, text in values_in(answer):
            assert key in PROSE or not DATE_IN_WORDS.search(text), f"{key}: {text}"


NEW_KEYS = ("valid_from", "valid_to", "changes", "fields", "passages", "links", "equivalents", "modifiers", "notice")


@pytest.mark.parametrize(
    ("arguments", "system", "code", "billable"),
    [
        (["J1100"], "hcpcs", "J1100", True),
        (["99213"], "cpt", "99213", True),
        (["LT"], "modifier", "LT", True),
        (["--system", "pos", "11"], "pos", "11", True),
        (["J0120-J3591"], "hcpcs", "J0120-J3591", False),
        (["PLA"], "cpt", "PLA", False),
        (["E11.40"], "icd10cm", "E11.40", True),
    ],
)
def test_show_of_every_code_set_has_the_same_form(
    capsys: Captured, arguments: list[str], system: str, code: str, billable: bool
) -> None:
    shown = printed(capsys, "show", "--json", *arguments)
    assert (shown["system"], shown["code"], shown["billable"]) == (system, code, billable)
    assert set(NEW_KEYS) <= shown.keys()


def test_show_prefers_the_exact_spelling(capsys: Captured) -> None:
    exact = printed(capsys, "show", "--json", "J1100")
    assert exact["also"][0]["code"] == "J11.00"
    assert printed(capsys, "show", "--json", "j1100")["code"] == "J11.00"
    dotted = printed(capsys, "show", "--json", "J11.00")
    assert (dotted["code"], dotted["also"]) == ("J11.00", [])
    assert [other["system"] for other in printed(capsys, "show", "--json", "25")["also"]] == ["pos"]


def test_show_of_our_own_words_as_text(capsys: Captured) -> None:
    assert main(["show", "--system", "pos", "11"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("11  Office\nActive · POS\n\nFields\n  Payment setting: Not a facility")
    assert main(["show", "99213"]) == 0
    out = capsys.readouterr().out
    assert "\nWhat it stands for\n  " in out
    assert "\nModifiers: 24, 25," in out


@pytest.fixture
def with_icd9(library_path: Path, tmp_path: Path) -> str:
    """The database as it ships with two codes of ICD-9-CM and a map, which only official files bring."""
    path = tmp_path / "codes.db"
    shutil.copy(library_path, path)
    connection = sqlite3.connect(path)
    connection.execute("INSERT INTO icd9 VALUES (0, '25000', 'Sweet urine'), (0, 'V101', 'Made-up history')")
    connection.execute("INSERT INTO equivalence VALUES ('cm9to10', '25000', '10000', 'E119')")
    connection.execute("INSERT INTO equivalence VALUES ('cm10to9', 'E119', '10000', '25000')")
    connection.commit()
    connection.close()
    return str(path)


def test_show_explains_a_code_of_icd9(capsys: Captured, with_icd9: str) -> None:
    shown = printed(capsys, "--db", with_icd9, "show", "--json", "250.00")
    assert (shown["system"], shown["code"], shown["title"]) == ("icd9cm", "250.00", "Sweet urine")
    assert shown["billable"] is False
    assert shown["status"].startswith("Ended on 30 Sep 2015")
    assert shown["equivalents"] == [
        {
            "system": "ICD-10-CM",
            "code": "E11.9",
            "title": "Type 2 diabetes mellitus without complications",
            "remark": "approximate",
        }
    ]
    assert shown["advice"] == []
    assert main(["--db", with_icd9, "show", "25000"]) == 1
    assert "25000 has the form of a CPT code" in capsys.readouterr().err
    assert main(["--db", with_icd9, "show", "250.00"]) == 0
    assert "\n  E11.9 Type 2 diabetes" in capsys.readouterr().out


def test_show_names_the_icd9_code_beside_a_code_that_is_loaded(capsys: Captured, with_icd9: str) -> None:
    shown = printed(capsys, "--db", with_icd9, "show", "--json", "V10.1")
    assert (shown["system"], shown["also"]) == (
        "icd10cm",
        [{"system": "icd9cm", "code": "V10.1", "title": "Made-up history"}],
    )
    assert printed(capsys, "--db", with_icd9, "show", "--json", "E11.9")["equivalents"][0]["code"] == "250.00"
    assert main(["--db", with_icd9, "show", "--system", "cm", "250.00"]) == 1


@pytest.mark.parametrize(
    "typed", ["25000 urine", "sweet urine 250.00", "urine (25000)", "icd9 25000", "25000 ICD-9-CM"]
)
def test_lookup_reads_words_of_a_title_beside_its_icd9_code(capsys: Captured, with_icd9: str, typed: str) -> None:
    hits = printed(capsys, "--db", with_icd9, "lookup", "--json", typed)["hits"]
    assert [hit["code"] for hit in hits] == ["E11.9"]


def test_lookup_reads_other_words_beside_a_number_as_words(capsys: Captured, with_icd9: str) -> None:
    hits = printed(capsys, "--db", with_icd9, "lookup", "--json", "25000 insulin")["hits"]
    assert hits[0]["code"] == "J1815"


@pytest.mark.parametrize("typed", ["(E11.40)", "E11.40,", " e1140 ", "E11.40 - Type 2 diabetes mellitus"])
def test_show_ignores_copied_punctuation_and_titles(capsys: Captured, typed: str) -> None:
    assert printed(capsys, "show", "--json", typed)["code"] == "E11.40"


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["mod", "25"], ("modifier", "25")),
        (["pos", "2"], ("pos", "02")),
        (["0DTJ", "4ZZ"], ("icd10pcs", "0DTJ4ZZ")),
        (["E-11.9"], ("icd10cm", "E11.9")),
        (["(E11.9)."], ("icd10cm", "E11.9")),
    ],
)
def test_show_reads_a_code_of_several_words(capsys: Captured, words: list[str], found: tuple[str, str]) -> None:
    shown = printed(capsys, "show", "--json", *words)
    assert (shown["system"], shown["code"]) == found


def test_show_names_modifiers_near_one_that_is_none(capsys: Captured) -> None:
    assert main(["show", "--system", "mod", "9"]) == 1
    sentence = capsys.readouterr().err
    assert sentence.startswith("9 is not among the loaded modifiers. Near: 90, 91, ")


@pytest.mark.parametrize("typed", ["J0129-J0132", "E11.9, I10"])
def test_show_takes_no_first_code_for_several(capsys: Captured, typed: str) -> None:
    assert main(["show", typed]) == 1
    assert "more than one code" in capsys.readouterr().err
