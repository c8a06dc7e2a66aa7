"""The NCCI edits of a code on the command line: limits and pairs in words, removed again, left out where damaged."""

from pathlib import Path

import pytest

from app.intake.user_library import UserLibrary
from app.paths import EDITS
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program
from tests.releases import made_up

HELD = "J3490"
"""A code of HCPCS that comes with the program in our own words."""


@pytest.fixture
def added(program: Program, tmp_path: Path) -> Program:
    """The program with pairs of three codes, one of which has ended, and with limits."""
    rows = [
        ("00001", HELD, "20200101", "*", "1"),
        (HELD, "00003", "20200101", "*", "0"),
        (HELD, "00004", "20200101", "20210101", "0"),
    ]
    pairs = files.zipped(tmp_path / "pairs.zip", **{"ccipra-v321r0-f1__txt": made_up.text(made_up.ptp(rows))})
    limits = files.zipped(
        tmp_path / "limits.zip",
        **{
            "MCR_MUE_PractitionerServices_Eff_07-01-2026__csv": made_up.text(
                made_up.separated(made_up.mue(((HELD, "4"), ("00001", "1"))), ",", ())
            )
        },
    )
    assert program.run("add", pairs, limits).status == 0
    return program


@pytest.mark.slow
def test_limits_and_pairs_are_told_in_words(added: Program) -> None:
    status, said, errors = added.say("show", HELD)
    assert (status, errors) == (0, "")
    assert "Unit limits (NCCI MUE)\n  Practitioners: 4 units for the whole day, by CMS policy" in said
    assert f"  00001\n    column 1, {HELD} is not paid with it · modifier allowed · practitioners" in said
    assert f"  00003\n    column 2, not paid with {HELD} · no modifier allowed · practitioners" in said
    assert "00004" not in said


@pytest.mark.slow
def test_json_has_them_for_codes_of_hcpcs_and_nothing_for_others(added: Program) -> None:
    (shown,) = added.run("show", HELD).said
    (limit,) = shown["ncci"]["limits"]
    assert (limit["setting"], limit["units"], limit["indicator"]) == ("practitioner", 4, 2)
    assert shown["ncci"]["pairs_total"] == 2
    assert [(one["code"], one["column"], one["modifier"]) for one in shown["ncci"]["pairs"]] == [
        ("00001", 1, 1),
        ("00003", 2, 0),
    ]
    (diagnosis,) = added.run("show", "A00").said
    assert diagnosis["ncci"] is None


@pytest.mark.slow
def test_a_code_that_is_not_loaded_has_them_beside_the_sentence(added: Program) -> None:
    status, said, errors = added.say("show", "00001")
    assert status == 1
    assert said.startswith("Unit limits (NCCI MUE)\n  Practitioners: 1 unit ")
    assert "column 2, not paid with 00001 · modifier allowed · practitioners" in said
    assert "00001 has the form of a CPT code" in errors
    assert added.say("show", "E10.1")[1] == ""


@pytest.mark.slow
def test_without_them_nothing_is_said(program: Program) -> None:
    assert program.run("show", HELD).said[0]["ncci"] is None
    assert "NCCI" not in program.say("show", HELD)[1]


@pytest.mark.slow
def test_damaged_ones_are_said_in_one_line_and_the_code_is_shown(added: Program) -> None:
    path = added.folder / EDITS
    whole = path.read_bytes()
    for damaged in (b"", whole[: len(whole) // 2], whole[:4096] + bytes([255]) * (len(whole) - 4096)):
        path.write_bytes(damaged)
        status, said, errors = added.say("show", HELD)
        assert status == 0
        assert said.startswith(HELD)
        assert "NCCI" not in said
        assert len(errors.splitlines()) == 1
        assert "Add the NCCI files again" in errors


@pytest.mark.slow
def test_they_are_removed_with_their_files_and_the_code_sets_stay(added: Program, tmp_path: Path) -> None:
    assert added.run("add", files.hcpcs(tmp_path, 2030, {"A0101": "Ride"})).status == 0
    done = added.run("remove", "ncci")
    assert done.status == 0
    assert done.of("done")[0]["added"] == ["Removed the NCCI edits: limits.zip, pairs.zip"]
    left = added.left()
    assert EDITS not in left
    assert sorted(Path(name).suffix for name in left if name.startswith("files/")) == [".zip"]
    assert "Ride" in added.say("show", "A0101")[1]
    # The library is that of the files that are left: nothing is to be made again.
    assert not UserLibrary(added.home).is_stale(added.checkout / "resources" / "codes.db")
    again = added.run("remove", "ncci")
    assert again.status == 2
    assert again.of("error") == ["No NCCI file has been added; there is nothing to remove."]
