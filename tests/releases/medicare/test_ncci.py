"""NCCI pairs and limits: the rows at hand, and made-up ones for what these do not show."""

from datetime import date
from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, single_file
from app.releases.medicare.ncci import PtpName, mue_effective, ptp_name, ptp_setting, read_mue, read_ptp
from app.releases.records import MueLimit, PtpEdit
from tests.official import official
from tests.releases.damaged import damaged, refused
from tests.releases.made_up import MUE_NOTICE, PTP_HEAD, member, mue, ptp, separated, text, xlsx

PAIRS = [
    ("00001", "00002", "20200101", "*", "1"),
    ("00001", "G0001", "19960101", "20201231", "0"),
    ("00001", "D0001", "20200101", "*", "0"),
    ("0001U", "00001", "20200101", "20200101", "9"),
]
PTP = text(ptp(PAIRS))
MUE = text(separated(mue([("00001", "1"), ("D0001", "1"), ("G0001", "12000")]), ",", []))


def refusal(folder: Path, name: str, content: bytes) -> str:
    read = read_mue if name.startswith("MCR") else read_ptp
    with pytest.raises(ReleaseError) as raised:
        list(read(member(folder, name, content)))
    assert str(raised.value).startswith(name)
    return str(raised.value)


def test_the_official_pairs() -> None:
    excerpt = single_file(official("ncci", "ccipra-v322r0-f1.excerpt-10rows.txt"))
    edits = list(read_ptp(excerpt))
    assert len(edits) == 10
    assert edits[6] == PtpEdit(
        "0001T", "36000", date(2002, 10, 1), date(2004, 12, 31), 1, "Standards of medical/surgical practice"
    )
    assert [edit.ended for edit in edits].count(None) == 1
    assert ptp_name(excerpt) == PtpName("practitioner", "32.2", date(2026, 7, 1))


def test_the_official_limits() -> None:
    excerpt = single_file(official("ncci", "MCR_MUE_PractitionerServices_Eff_07-01-2026.excerpt-6rows.csv"))
    limits = list(read_mue(excerpt))
    assert len(limits) == 6
    assert limits[-1] == MueLimit("0022U", "practitioner", 2, 3, "Clinical: CMS Workgroup")
    assert mue_effective(excerpt) == date(2026, 7, 1)


def test_pairs_without_dental_codes(tmp_path: Path) -> None:
    edits = list(read_ptp(member(tmp_path, "a.txt", PTP)))
    assert [(edit.first, edit.second, edit.modifier) for edit in edits] == [
        ("00001", "00002", 1),
        ("00001", "G0001", 0),
        ("0001U", "00001", 9),
    ]
    assert edits[0] == PtpEdit("00001", "00002", date(2020, 1, 1), None, 1, "Made-up reason")
    assert edits[1].effective == date(1996, 1, 1)


def test_pairs_of_a_sheet_and_of_older_files_without_rationale(tmp_path: Path) -> None:
    edits = list(read_ptp(member(tmp_path, "a.txt", PTP)))
    assert list(read_ptp(member(tmp_path, "a.xlsx", xlsx([line.split("\t") for line in ptp(PAIRS)])))) == edits
    older = text([*PTP_HEAD, "00001\t00002\t*\t19960101\t*\t1"])
    assert [edit.rationale for edit in read_ptp(member(tmp_path, "b.txt", older))] == [""]


@pytest.mark.parametrize(
    ("path", "inside", "expected"),
    [
        ("ccioph-v313r0-f4.zip", "", PtpName("hospital", "31.3", date(2025, 10, 1))),
        ("medicare.zip", "CCIPRA_V324R0_F1.TXT", PtpName("practitioner", "32.4", date(2026, 10, 1))),
        ("ccipra-v321r0-f2.zip", "table.txt", PtpName("practitioner", "32.1", date(2026, 4, 1))),
        ("ccipra.txt", "", PtpName("practitioner", "", None)),
        ("edits.txt", "", None),
    ],
)
def test_the_name_gives_setting_and_quarter(path: str, inside: str, expected: PtpName | None) -> None:
    assert ptp_name(Member(Path(path), inside, 0)) == expected


def test_pairs_without_the_setting_in_the_name_are_refused() -> None:
    with pytest.raises(ReleaseError, match=r"^edits.txt: expected ccipra"):
        ptp_setting(Member(Path("edits.txt"), "", 0))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("MCR_MUE_DMESupplierServices_Eff_10-01-2026.xlsx", date(2026, 10, 1)),
        ("MCR_MUE_DMESupplierServices_Eff_13-01-2026.xlsx", None),
        ("limits.csv", None),
    ],
)
def test_the_name_of_limits_gives_their_first_day(name: str, expected: date | None) -> None:
    assert mue_effective(Member(Path(name), "", 0)) == expected


@pytest.mark.parametrize(
    ("printed", "setting"),
    [
        ("Practitioner Services", "practitioner"),
        ("Outpatient Hospital Services", "outpatient"),
        ("DME Supplier Services", "supplier"),
    ],
)
def test_limits_of_each_setting_as_csv_and_sheet(tmp_path: Path, printed: str, setting: str) -> None:
    rows = mue([("00001", "1"), ("D0001", "1"), ("G0001", "12000")], printed)
    expected = [
        MueLimit("00001", setting, 1, 2, "Nature of Made-up"),
        MueLimit("G0001", setting, 12000, 2, "Nature of Made-up"),
    ]
    assert list(read_mue(member(tmp_path, "a.csv", text(separated(rows, ",", []))))) == expected
    assert list(read_mue(member(tmp_path, "a.xlsx", xlsx([[MUE_NOTICE]], rows)))) == expected


def with_pair(**changed: str) -> bytes:
    cells = {"first": "00001", "second": "00003", "since": "20200101", "until": "*", "modifier": "1"} | changed
    return text(ptp([*PAIRS, (cells["first"], cells["second"], cells["since"], cells["until"], cells["modifier"])]))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "header"),
        (MUE, "header"),
        (b"\n" * 5000, "header"),
        (text(PTP_HEAD), "below the header"),
        (PTP[: PTP.index(b"19960101")], "line 8: expected 7 columns, found 4"),
        (text([*ptp(PAIRS), "00001\t00002"]), "line 11: expected 7 columns, found 2"),
        (text([*ptp(PAIRS), "\t".join("abcdefgh")]), "line 11: expected 7 columns, found 8"),
        (with_pair(second="0000²"), "line 11: expected a code of five characters, found '0000²'"),
        (with_pair(first="0000x"), "line 11: expected a code of five characters, found '0000x'"),
        (with_pair(first="100"), "line 11: expected a code of five characters, found '100'"),
        (with_pair(since="20201301"), "line 11: expected a date as YYYYMMDD, found '20201301'"),
        (with_pair(since="99990101"), "line 11: expected a date"),
        (with_pair(since="*"), "line 11: expected the date that the edit begins"),
        (with_pair(until="2020٣101"), "line 11: expected a date"),
        (with_pair(modifier="2"), "line 11: expected the modifier indicator 0, 1 or 9, found '2'"),
        (
            text([*PTP_HEAD, *(f"00001\t00002\t\t20200101\t*\t1\tReason {n}" for n in range(3000))]),
            "different rationales",
        ),
        (PTP + b"\0" * 50, "line 11: expected text, found a NUL byte"),
        (PTP + b"x" * 1_000_000, "line 11: expected a line of at most"),
    ],
)
def test_wrong_pairs_are_refused_with_their_line(tmp_path: Path, content: bytes, expected: str) -> None:
    assert expected in refusal(tmp_path, "ccipra.txt", content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "header"),
        (PTP, "header"),
        (text(separated(mue([]), ",", [])), "below the header"),
        (text(separated(mue([("00001", "1")], "Unknown"), ",", [])), "line 4: expected MUE values of"),
        (text(separated(mue([("100", "1")]), ",", [])), "line 6: expected a code of five characters, found '100'"),
        (text(separated(mue([("00001", "٣")]), ",", [])), "line 6: expected a number of units"),
        (MUE.replace(b"2 Date", b"4 Date"), "line 6: expected the adjudication indicator 1, 2 or 3"),
        (MUE + b'"00002","1"\r\n', "line 9: expected 4 columns, found 2"),
        (MUE.replace(b'comma."', b"comma."), "header"),
    ],
)
def test_wrong_limits_are_refused_with_their_line(tmp_path: Path, content: bytes, expected: str) -> None:
    assert expected in refusal(tmp_path, "MCR_MUE.csv", content)


@pytest.mark.slow
def test_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "a.txt", damaged(PTP, 500, seed=1), read_ptp) > 100
    assert refused(tmp_path / "a.csv", damaged(MUE, 500, seed=2), read_mue) > 100
    sheet = xlsx([[MUE_NOTICE]], mue([("00001", "1")]))
    assert refused(tmp_path / "a.xlsx", damaged(sheet, 200, seed=3), read_mue) > 50
