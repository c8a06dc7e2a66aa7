"""`codarium check`: its JSON, its text, its exit status."""

import io
import json
from pathlib import Path

import pytest
from command_line import Captured, printed, refused, run

from app.cli.main import main

DATE = ("--date", "2026-03-02")


def test_the_json_has_what_scripts_rely_on(capsys: Captured) -> None:
    report = printed(capsys, "check", "--json", *DATE, "E11.40", "R73.9", "99213-25", "Q99.99", status=1)
    assert report["date"] == "2026-03-02"
    assert [set(code) >= {"typed", "system", "code", "title", "status", "valid", "advice"} for code in report["codes"]]
    first = report["codes"][0]
    assert (first["typed"], first["system"], first["code"], first["valid"]) == ("E11.40", "icd10cm", "E11.40", True)
    unknown = report["codes"][3]
    assert (unknown["system"], unknown["code"], unknown["valid"]) == (None, None, False)
    assert report["codes"][2]["modifiers"] == ["25"]
    finding = next(one for one in report["findings"] if one["rule"] == "excludes1")
    assert (finding["severity"], finding["codes"]) == ("error", ["E11.40", "R73.9"])
    assert "R73 says" in finding["text"]
    assert finding["source"]


def test_a_list_without_an_error_is_status_0(capsys: Captured) -> None:
    report = printed(capsys, "check", "--json", *DATE, "E11.22", "N18.31", "Z79.4")
    assert all(one["severity"] == "hint" for one in report["findings"])


def test_standard_input_holds_a_list(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("E11.40\nR73.9\n"))
    report = printed(capsys, "check", "--json", *DATE, "-", status=1)
    assert [code["code"] for code in report["codes"]] == ["E11.40", "R73.9"]


def test_text_for_reading(capsys: Captured) -> None:
    assert main(["check", *DATE, "E11.40", "R73.9"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "E11.40  Type 2 diabetes mellitus with diabetic neuropathy, unspecified · Valid for submission"
    assert any(line.startswith("Error: R73.9 is not coded with E11.40") for line in lines)
    assert any(line.startswith("2 codes: 1 error") for line in lines)


def test_an_empty_list_says_so(capsys: Captured) -> None:
    assert main(["check", "--", "--"]) == 0
    assert capsys.readouterr().out == "The list has no code.\n"


def test_a_date_that_is_none_is_refused(capsys: Captured) -> None:
    assert "2026-13-40" in refused(capsys, "check", "--date", "2026-13-40", "I10")


def test_it_imports_no_qt() -> None:
    done = run("check", "--json", *DATE, "I10")
    assert json.loads(done.stdout)["findings"] == []
    assert "PySide6" not in (Path(__file__).parents[2] / "app" / "cli" / "check.py").read_text(encoding="utf-8")
