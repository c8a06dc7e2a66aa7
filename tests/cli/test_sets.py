"""`codarium sets`: its JSON and text."""

from app.cli.main import main
from app.codes.code_sets import State
from app.codes.systems import READING_ORDER
from tests.cli.command_line import Captured, printed


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
    assert (sets[1]["codes"], sets[1]["valid"]) == (78_913, 78_913)
    assert [part["part"] for part in sets[1]["parts"]] == [
        *("codes", "codes", "tables", "tables", "definitions", "index"),
        "MS-DRG assignments",
    ]
    payment = ["CC list", "MS-DRG assignments", "MS-DRG weights", "HCC mapping"]
    assert [part["part"] for part in sets[0]["parts"]][-4:] == payment
    assert [part["sections"] for part in sets[1]["parts"] if "sections" in part] == ["123456789BCDFGHX"] * 2
    ours = sets[2]
    assert (ours["effective_from"], ours["effective_to"], ours["sources"]) == (None, None, [])
    assert ours["state"] == "our own words"


def test_sets_as_text(capsys: Captured) -> None:
    assert main(["sets"]) == 0
    out = capsys.readouterr().out
    assert "98,186 codes, 74,719 valid for submission" in out
    assert "SHA-256" in out
    assert "None" not in out
    assert "\nPOS  52 places\n  52 codes\n" in out
