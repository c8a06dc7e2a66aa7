"""The NCCI edits of a code on the command line: limits and pairs in words, their removal, and damaged edits."""

from pathlib import Path

import pytest

from app.intake.user_library import UserLibrary
from app.paths import EDITS
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program
from tests.releases import made_up

HCPCS_CODE = "J3490"
"""A code of HCPCS that comes with the program in our own words."""


@pytest.fixture
def added(program: Program, tmp_path: Path) -> Program:
    """The program with three pairs of codes, one of them ended, and with limits."""
    rows = [
        ("00001", HCPCS_CODE, "20200101", "*", "1"),
        (HCPCS_CODE, "00003", "20200101", "*", "0"),
        (HCPCS_CODE, "00004", "20200101", "20210101", "0"),
    ]
    pairs = files.zipped(tmp_path / "pairs.zip", **{"ccipra-v321r0-f1__txt": made_up.text(made_up.ptp(rows))})
    limits = files.zipped(
        tmp_path / "limits.zip",
        **{
            "MCR_MUE_PractitionerServices_Eff_07-01-2026__csv": made_up.text(
                made_up.separated(made_up.mue(((HCPCS_CODE, "4"), ("00001", "1"))), ",", ())
            )
        },
    )
    assert program.run("add", pairs, limits).status == 0
    return program


@pytest.mark.slow
def test_limits_and_pairs_are_printed_in_words(added: Program) -> None:
    status, output, errors = added.run_as_typed("show", HCPCS_CODE)
    assert (status, errors) == (0, "")
    assert "Unit limits (NCCI MUE)\n  Practitioners: 4 units for the whole day, by CMS policy" in output
    assert f"  00001\n    column 1, {HCPCS_CODE} is not paid with it · modifier allowed · practitioners" in output
    assert f"  00003\n    column 2, not paid with {HCPCS_CODE} · no modifier allowed · practitioners" in output
    assert "00004" not in output


@pytest.mark.slow
def test_json_has_edits_of_hcpcs_codes_and_none_of_others(added: Program) -> None:
    (code_json,) = added.run("show", HCPCS_CODE).lines
    (limit,) = code_json["ncci"]["limits"]
    assert (limit["setting"], limit["units"], limit["indicator"]) == ("practitioner", 4, 2)
    assert code_json["ncci"]["pairs_total"] == 2
    assert [(pair["code"], pair["column"], pair["modifier"]) for pair in code_json["ncci"]["pairs"]] == [
        ("00001", 1, 1),
        ("00003", 2, 0),
    ]
    (diagnosis,) = added.run("show", "A00").lines
    assert diagnosis["ncci"] is None


@pytest.mark.slow
def test_edits_of_a_code_that_is_not_loaded_are_printed_with_a_message(added: Program) -> None:
    status, output, errors = added.run_as_typed("show", "00001")
    assert status == 1
    assert output.startswith("Unit limits (NCCI MUE)\n  Practitioners: 1 unit ")
    assert "column 2, not paid with 00001 · modifier allowed · practitioners" in output
    assert "00001 has the form of a CPT code" in errors
    assert added.run_as_typed("show", "E10.1")[1] == ""


@pytest.mark.slow
def test_without_edits_nothing_is_printed(program: Program) -> None:
    assert program.run("show", HCPCS_CODE).lines[0]["ncci"] is None
    assert "NCCI" not in program.run_as_typed("show", HCPCS_CODE)[1]


@pytest.mark.slow
def test_damaged_edits_are_reported_in_one_line_and_the_code_is_shown(added: Program) -> None:
    path = added.folder / EDITS
    intact = path.read_bytes()
    for damaged in (b"", intact[: len(intact) // 2], intact[:4096] + bytes([255]) * (len(intact) - 4096)):
        path.write_bytes(damaged)
        status, output, errors = added.run_as_typed("show", HCPCS_CODE)
        assert status == 0
        assert output.startswith(HCPCS_CODE)
        assert "NCCI" not in output
        assert len(errors.splitlines()) == 1
        assert "Add the NCCI files again" in errors


@pytest.mark.slow
def test_edits_are_removed_with_their_files_and_the_code_sets_stay(added: Program, tmp_path: Path) -> None:
    assert added.run("add", files.hcpcs(tmp_path, 2030, {"A0101": "Ride"})).status == 0
    done = added.run("remove", "ncci")
    assert done.status == 0
    assert done.of("done")[0]["added"] == ["Removed the NCCI edits: limits.zip, pairs.zip"]
    stored = added.library_files()
    assert EDITS not in stored
    assert sorted(Path(name).suffix for name in stored if name.startswith("files/")) == [".zip"]
    assert "Ride" in added.run_as_typed("show", "A0101")[1]
    # The library is that of the remaining files, so it needs no remake.
    assert not UserLibrary(added.home).is_stale(added.checkout / "resources" / "codes.db")
    again = added.run("remove", "ncci")
    assert again.status == 2
    assert again.of("error") == ["No NCCI file has been added; there is nothing to remove."]
