"""The command line's contract: what it prints, its exit statuses, and that it answers line by line."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import IO, Any

import pytest

from app import __version__
from app.cli.main import main
from app.cli.output import wrap_text
from app.codes.code_sets import State
from app.codes.systems import READING_ORDER
from app.search.parsing.query import MatchKind
from tests.signals import restore_interrupts

ROOT = Path(__file__).parents[2]
PATIENCE = 20
"""Seconds after which something that should answer in a blink hangs."""

Captured = pytest.CaptureFixture[str]


def program(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "app", *arguments]


def run(*arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
    """The program in a process of its own, as a script starts it."""
    return subprocess.run(
        program(*arguments), cwd=ROOT, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False, **options
    )


def printed(capsys: Captured, *arguments: str, status: int = 0) -> dict[str, Any]:
    """The one JSON object on one line that a command prints, asked in this process."""
    assert main(list(arguments)) == status
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    return json.loads(out)


def refused(capsys: Captured, *arguments: str) -> str:
    """The one line on standard error of a command that is used wrongly."""
    try:
        status: object = main(list(arguments))
    except SystemExit as ended:
        status = ended.code
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1, err
    assert err.startswith("codarium")
    return err


# lookup


def test_lookup_answers_in_the_agreed_form(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "e1140")
    assert answer["query"] == "e1140"
    assert isinstance(answer["elapsed_ms"], float)
    assert (answer["total"], answer["total_at_least"], answer["advice"]) == (1, False, [])
    assert answer["hits"] == [
        {
            "system": "icd10cm",
            "code": "E11.40",
            "title": "Type 2 diabetes mellitus with diabetic neuropathy, unspecified",
            "billable": True,
            "variants": 1,
            "match": {"kind": "code", "text": ""},
        }
    ]


def test_types_of_an_answer(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "fracture", "femur")
    assert answer["query"] == "fracture femur"
    assert list(answer)[:6] == ["query", "elapsed_ms", "total", "total_at_least", "hits", "advice"]
    assert isinstance(answer["total"], int)
    assert sum(answer["by_system"].values()) == answer["total"]
    assert len(answer["hits"]) == 60
    kinds = {kind.value for kind in MatchKind}
    for hit in answer["hits"]:
        assert list(hit) == ["system", "code", "title", "billable", "variants", "match"]
        assert hit["system"] in ("icd10cm", "icd10pcs")
        assert isinstance(hit["billable"], bool)
        assert hit["variants"] >= 1
        assert hit["match"]["kind"] in kinds
        assert hit["billable"] <= (hit["variants"] == 1)
    family = next(hit for hit in answer["hits"] if not hit["billable"])
    assert family["variants"] > 1


@pytest.mark.parametrize(
    ("query", "code", "kind"),
    [
        ("e11.40", "E11.40", "code"),
        ("headache", "R51", "title"),
        ("appendectomy", "0DTJ", "index"),
        ("congestive heart failure nos", "I50.9", "inclusion"),
        ("copd", "J44.9", "abbreviation"),
        ("heart attack", "I21", "everyday"),
        ("nuemonia", "J18.9", "spelling"),
        ("heart failure xylophone", "I50.9", "partial"),
    ],
)
def test_every_kind_of_match(capsys: Captured, query: str, code: str, kind: str) -> None:
    hits = printed(capsys, "lookup", "--json", query)["hits"]
    (hit,) = (hit for hit in hits if hit["code"] == code)
    assert hit["match"]["kind"] == kind


def test_limit_and_system(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "--limit", "3", "--system", "pcs", "appendix")
    assert len(answer["hits"]) == 3
    assert {hit["system"] for hit in answer["hits"]} == {"icd10pcs"}
    assert answer["total"] > 3
    same = printed(capsys, "lookup", "--system", "icd10pcs", "--json", "--limit", "3", "appendix")
    assert same["hits"] == answer["hits"]


def test_more_than_a_thousand_is_a_lower_bound(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "right")
    assert (answer["total"], answer["total_at_least"]) == (1000, True)


def test_nothing_found_is_advised_and_status_1(capsys: Captured) -> None:
    answer = printed(capsys, "lookup", "--json", "qqqqq", status=1)
    assert answer["hits"] == []
    assert answer["advice"]
    assert main(["lookup", "qqqqq"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "qqqqq" in err


def test_nothing_found_is_one_line(capsys: Captured) -> None:
    assert main(["lookup", "pcs: 25"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


def test_one_code_is_one_code(capsys: Captured) -> None:
    assert main(["lookup", "B20-B20"]) == 0
    assert "[1 code]" in capsys.readouterr().out


def test_rows_of_several_code_sets_say_which(capsys: Captured) -> None:
    assert main(["lookup", "25"]) == 0
    rows = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert ["25", "Modifiers"] in rows
    assert ["25", "POS"] in rows
    assert main(["lookup", "e11.40"]) == 0
    assert "CM" not in capsys.readouterr().out


class Terminal(StringIO):
    """A standard output that people look at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("arguments", [["lookup", "dm2 neuropathy"], ["show", "E11.40"], ["sets"], ["show", "pos11"]])
def test_lines_end_with_the_terminal_and_are_whole_elsewhere(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    assert main(arguments) == 0
    whole = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "60")
    terminal = Terminal()
    monkeypatch.setattr(sys, "stdout", terminal)
    assert main(arguments) == 0
    lines = terminal.getvalue().splitlines()
    assert max(map(len, whole.splitlines())) > 60
    # A file name or checksum is never broken.
    assert all(len(line) <= 60 or " " not in line.strip() for line in lines)
    assert terminal.getvalue().split() == whole.split()


def test_a_title_goes_on_below_its_beginning() -> None:
    assert wrap_text("E11.40    Type 2 diabetes mellitus", 24, 10) == [
        "E11.40    Type 2",
        " " * 10 + "diabetes",
        " " * 10 + "mellitus",
    ]
    assert wrap_text("\n  includes: a b c", 14) == ["", "  includes: a", "    b c"]


def test_lookup_for_people(capsys: Captured) -> None:
    assert main(["lookup", "--limit", "2", "fracture", "of", "femur"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("S72 ")
    assert "Fracture of femur" in lines[0]
    assert lines[-1].startswith("2 of ")


def test_lookup_says_what_each_code_set_has(capsys: Captured) -> None:
    assert main(["lookup", "--limit", "1", "right"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2] == "1 of more than 1,000"
    assert lines[-1].startswith("ICD-10-CM more than 1,000, ICD-10-PCS more than 1,000, ")
    assert main(["lookup", "--limit", "1", "fracture femur"]) == 0
    assert "ICD-10-CM" not in capsys.readouterr().out


# lookup -


@pytest.fixture
def stream() -> Iterator["subprocess.Popen[bytes]"]:
    command = program("lookup", "--json", "--limit", "2", "-")
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=restore_interrupts
    ) as process:
        yield process
        process.kill()


def pipes(process: "subprocess.Popen[bytes]") -> tuple[IO[bytes], IO[bytes]]:
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout


def test_each_line_is_answered_before_the_next_is_sent(stream: "subprocess.Popen[bytes]") -> None:
    typed, answers = pipes(stream)
    for line in (b"e11.40", b"", b"  ", b"m\xc3\xa9ni\xc3\xa8re", b"\xff\xfe broken", b'"* OR (', b"qqqqq", b"- "):
        typed.write(line + b"\n")
        typed.flush()
        raw = answers.readline()
        assert raw.isascii()
        assert raw.endswith(b"\n")
        assert json.loads(raw)["query"] == line.decode(errors="replace")
    typed.close()
    assert stream.wait(PATIENCE) == 0


def test_last_line_needs_no_end_and_windows_ends_are_ends(stream: "subprocess.Popen[bytes]") -> None:
    out, _ = stream.communicate(b"e11.40\r\nmeniere", timeout=PATIENCE)
    first, second = map(json.loads, out.splitlines())
    assert (first["query"], first["hits"][0]["code"]) == ("e11.40", "E11.40")
    assert second["hits"][0]["title"].startswith("Ménière")
    assert b"M\\u00e9ni\\u00e8re" in out
    assert stream.returncode == 0


def test_byte_order_mark_is_no_part_of_the_first_line(stream: "subprocess.Popen[bytes]") -> None:
    typed, answers = pipes(stream)
    typed.write(b"\xef\xbb\xbfe11.40\n")
    typed.flush()
    answer = json.loads(answers.readline())
    assert (answer["query"], answer["hits"][0]["code"]) == ("e11.40", "E11.40")


def test_no_line_no_answer(stream: "subprocess.Popen[bytes]") -> None:
    assert stream.communicate(b"", timeout=PATIENCE) == (b"", None)
    assert stream.returncode == 0


def test_reader_that_has_enough(stream: "subprocess.Popen[bytes]") -> None:
    typed, answers = pipes(stream)
    typed.write(b"fracture\n")
    typed.flush()
    answers.readline()
    answers.close()
    typed.write(b"fracture\n" * 3)
    typed.close()
    assert stream.wait(PATIENCE) == 0


def test_reader_that_has_enough_hears_no_complaint() -> None:
    command = " ".join(program("lookup", "--json", "--limit", "5000", "fracture"))
    done = subprocess.run(
        ["/bin/sh", "-c", f"{command} | head -c 10"], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False
    )
    assert done.stderr == b""


# show


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


def test_show_offers_no_seventh_character_that_completes_nothing(capsys: Captured) -> None:
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
    ("arguments", "said"),
    [
        (["--system", "pcs", "E11.40"], "E11.40 is in ICD-10-CM, which is not searched."),
        (["--system", "pcs", "E08-E13"], "E08-E13 is in ICD-10-CM, which is not searched."),
        (["E11.4X"], "is not in the FY2026 release. Closest: E11.4."),
        (["0DTJ4ZY"], " is not among the loaded codes. Closest: 0DTJ."),
        (["S72301X"], "S72.301X has the form of an ICD-10-CM code"),
        (["D0120"], "American Dental Association and are not included."),
    ],
)
def test_show_says_why_not_in_one_line(capsys: Captured, arguments: list[str], said: str) -> None:
    assert main(["show", *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert said in err
    assert len(err.splitlines()) == 1


def test_show_what_there_is_not(capsys: Captured) -> None:
    for code, said in (("99212", "CPT"), ("nonsense", "'nonsense'"), ("E11.4X", "E11.4X"), ("", "''")):
        assert main(["show", code]) == 1
        out, err = capsys.readouterr()
        assert out == ""
        assert said in err
        assert len(err.splitlines()) == 1


def test_show_for_people(capsys: Captured) -> None:
    assert main(["show", "S72.301A"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("S72.301A  Unspecified fracture of shaft of right femur")
    for said in ("Valid for submission", "From S72\n", "excludes1: ", "7th characters", "S72.301B"):
        assert said in out


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


def test_show_takes_what_is_written_exactly_so_before_forgiven_spellings(capsys: Captured) -> None:
    exact = printed(capsys, "show", "--json", "J1100")
    assert exact["also"][0]["code"] == "J11.00"
    assert printed(capsys, "show", "--json", "j1100")["code"] == "J11.00"
    dotted = printed(capsys, "show", "--json", "J11.00")
    assert (dotted["code"], dotted["also"]) == ("J11.00", [])
    assert [other["system"] for other in printed(capsys, "show", "--json", "25")["also"]] == ["pos"]


def test_show_of_our_own_words_for_people(capsys: Captured) -> None:
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
    same = printed(capsys, "--db", with_icd9, "show", "--json", "25000")
    assert same == {**shown, "advice": same["advice"]}
    assert shown["advice"] == []
    assert "CPT" in same["advice"][0]
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


# sets


def test_sets_answers_in_the_agreed_form(capsys: Captured) -> None:
    sets = printed(capsys, "sets", "--json")["sets"]
    assert [code_set["system"] for code_set in sets] == [system.value for system in READING_ORDER]
    for code_set in sets:
        assert list(code_set)[:7] == [
            "system",
            "release",
            "effective_from",
            "effective_to",
            "codes",
            "valid",
            "sources",
        ]
        assert code_set["state"] in {state.value for state in State}
        assert any(part["codes"] == code_set["codes"] and part["current"] for part in code_set["parts"])
        for source in code_set["sources"]:
            assert list(source) == ["file", "sha256"]
            assert len(bytes.fromhex(source["sha256"])) == 32
    assert (sets[0]["codes"], sets[0]["valid"]) == (98_186, 74_719)
    assert (sets[0]["effective_from"], sets[0]["effective_to"]) == ("2026-04-01", "2026-09-30")
    assert (sets[1]["codes"], sets[1]["valid"]) == (68_367, 68_367)
    assert [part["part"] for part in sets[1]["parts"]] == ["codes", "tables", "definitions", "index"]
    ours = sets[2]
    assert (ours["effective_from"], ours["effective_to"], ours["sources"]) == (None, None, [])
    assert ours["state"] == "our own words"


def test_sets_for_people(capsys: Captured) -> None:
    assert main(["sets"]) == 0
    out = capsys.readouterr().out
    assert "98,186 codes, 74,719 valid for submission" in out
    assert "SHA-256" in out
    assert "None" not in out
    assert "\nPOS  52 places\n  52 codes\n" in out


# Wrong use, and databases that cannot be used


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lookup"], "QUERY"),
        (["show"], "CODE"),
        ([], "COMMAND"),
        (["find", "x"], "find"),
        (["lookup", "--system", "nonsense", "x"], "nonsense"),
        (["lookup", "--limit", "0", "x"], "0"),
        (["lookup", "--limit", "-3", "x"], "--limit"),
        (["lookup", "--limit", "ten", "x"], "ten"),
        (["lookup", "--nonsense", "x"], "--nonsense"),
        (["--db"], "--db"),
    ],
)
def test_wrong_use_is_one_line(capsys: Captured, arguments: list[str], said: str) -> None:
    assert said in refused(capsys, *arguments)


@pytest.mark.parametrize("command", [["lookup", "x"], ["show", "E11"], ["sets"]], ids=["lookup", "show", "sets"])
def test_database_that_cannot_be_used_is_one_line(capsys: Captured, tmp_path: Path, command: list[str]) -> None:
    missing = tmp_path / "none.db"
    empty = tmp_path / "empty.db"
    empty.touch()
    for path in (missing, empty, tmp_path):
        assert str(path) in refused(capsys, "--db", str(path), *command)


def test_database_that_turns_out_damaged_is_one_line(capsys: Captured, library_path: Path, tmp_path: Path) -> None:
    path = tmp_path / "codes.db"
    shutil.copy(library_path, path)
    with path.open("r+b") as file:
        file.seek(64 * 4096)
        file.write(b"\xff" * (os.path.getsize(path) - 64 * 4096))  # noqa: PTH202
    said = refused(capsys, "--db", str(path), "show", "E11.40")
    assert str(path) in said
    assert "damaged" in said


def test_mistake_of_ours_is_not_blamed_on_the_database(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    def mistaken(*_: object) -> None:
        raise TypeError("a bug\nof ours")

    monkeypatch.setattr("app.library.reading.catalogue.Catalogue.detail", mistaken)
    said = refused(capsys, "show", "E11.40")
    assert said == "codarium: unexpected error (TypeError: a bug of ours); please report it\n"


def test_what_a_damaged_database_does_to_us_is_blamed_on_it(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, library_path: Path, tmp_path: Path
) -> None:
    def mistaken(*_: object) -> None:
        raise ValueError("no such level")

    monkeypatch.setattr("app.library.reading.catalogue.Catalogue.detail", mistaken)
    path = tmp_path / "codes.db"
    shutil.copy(library_path, path)
    with path.open("r+b") as file:
        file.seek(-4096, os.SEEK_END)
        file.write(b"\xff" * 4096)
    assert "is damaged (no such level)" in refused(capsys, "--db", str(path), "show", "E11.40")


def test_database_is_used_alone(capsys: Captured, tmp_path: Path, library_path: Path) -> None:
    path = tmp_path / "only diagnoses.db"
    shutil.copy(library_path, path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE release SET name = 'FY2999'")
    connection.commit()
    connection.close()
    sets = printed(capsys, "--db", str(path), "sets", "--json")["sets"]
    assert {code_set["release"] for code_set in sets} == {"FY2999"}


# The program itself


def test_process_exit_statuses() -> None:
    found = run("lookup", "--json", "e11.40")
    assert (found.returncode, found.stderr) == (0, "")
    assert json.loads(found.stdout)["hits"][0]["code"] == "E11.40"
    assert run("lookup", "qqqqq").returncode == 1
    wrong = run("--db", "/nowhere/codes.db", "lookup", "x")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert len(wrong.stderr.splitlines()) == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
@pytest.mark.parametrize("arguments", [["lookup", "x"], ["show", "E11"], ["sets"], ["--help"]], ids=" ".join)
def test_full_disk_is_one_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            program(*arguments), cwd=ROOT, stdout=full, stderr=subprocess.PIPE, timeout=PATIENCE, check=False
        )
    assert done.returncode == 2
    assert done.stderr == b"codarium: The answer cannot be written (No space left on device).\n"


@pytest.mark.parametrize(
    ("redirected", "status"),
    [("lookup e11.40 >&-", 0), ("show e11.40 >&-", 0), ("lookup - <&-", 0), ("lookup qqqqq 2>&-", 1)],
)
def test_streams_that_are_closed(redirected: str, status: int) -> None:
    command = f"{' '.join(program())} {redirected}"
    done = subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")


def test_interrupted_by_the_keyboard(stream: "subprocess.Popen[bytes]") -> None:
    typed, answers = pipes(stream)
    typed.write(b"fracture\n")
    typed.flush()
    answers.readline()
    stream.send_signal(signal.SIGINT)
    assert stream.wait(PATIENCE) == 130


@pytest.mark.parametrize(("encoding", "shown"), [("utf-8", "Ménière"), ("ascii", "M?ni?re"), ("cp437", "Ménière")])
def test_letters_that_a_terminal_lacks_do_no_harm(encoding: str, shown: str) -> None:
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    done = subprocess.run(
        program("lookup", "meniere"), cwd=ROOT, env=environment, capture_output=True, timeout=PATIENCE, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert shown in done.stdout.decode(encoding)


def test_version() -> None:
    done = run("--version")
    assert (done.returncode, done.stdout) == (0, f"codarium {__version__}\n")


def test_no_qt_and_nothing_that_only_a_build_needs_is_imported() -> None:
    script = (
        "import sys; from app.main import main; status = main(['codarium', 'lookup', '--json', 'appendicitis']);"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert done.returncode == 0
    imported = set(done.stderr.split())
    assert "app" in imported
    assert not imported & {"PySide6", "shiboken6", "sqlite_utils", "defusedxml", "rich", "rapidfuzz", "build"}


@pytest.mark.parametrize("typed", ["(E11.40)", "E11.40,", " e1140 ", "E11.40 - Type 2 diabetes mellitus"])
def test_show_forgives_what_is_copied_along(capsys: Captured, typed: str) -> None:
    assert printed(capsys, "show", "--json", typed)["code"] == "E11.40"
