"""The database of NCCI edits, read by code, day and setting."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from app.codes.code_sets import Source
from app.library.ncci.compile import compile_edits
from app.library.ncci.database import Edits, EditsSource, MuePart, Pair, PtpPart, open_edits
from app.library.open import LibraryError
from app.releases.errors import ReleaseError
from app.releases.records import MueLimit, PtpEdit

TODAY = date(2030, 6, 30)
QUARTER = date(2030, 4, 1)
BOTH = ("practitioner", "hospital")


def edit(
    first: str, second: str, since: date = date(2020, 1, 1), until: date | None = None, modifier: int = 1
) -> PtpEdit:
    return PtpEdit(first, second, since, until, modifier, "Made-up reason")


def part(setting: str, *edits: PtpEdit, file: str = "") -> PtpPart:
    return PtpPart(Source(file or f"{setting}.txt", "0" * 64), setting, "36.1", QUARTER, edits)


def limits(*mue_limits: MueLimit) -> MuePart:
    return MuePart(Source("mue.csv", "1" * 64), QUARTER, mue_limits)


def compiled(folder: Path, ptp: Sequence[PtpPart], mue: Sequence[MuePart] = ()) -> Edits:
    compile_edits(folder / "edits.db", ptp, mue)
    assert [path.name for path in folder.iterdir()] == ["edits.db"]
    return open_edits(folder / "edits.db")


@pytest.fixture
def edits(tmp_path: Path) -> Iterator[Edits]:
    compiled_edits = compiled(
        tmp_path,
        [
            part(
                "practitioner",
                edit("00001", "00002"),
                edit("00001", "00004", until=date(2030, 6, 30)),
                edit("00001", "00005", until=date(2030, 6, 29)),
                edit("00001", "00006", since=date(2030, 7, 1)),
                edit("00001", "00007", since=date(2020, 1, 1), until=date(2020, 1, 1), modifier=9),
            ),
            part("practitioner", edit("00003", "00001"), file="practitioner-2.txt"),
            part("hospital", edit("00001", "00002"), edit("00001", "00004"), edit("G0001", "00009")),
        ],
        [
            limits(MueLimit("00001", "practitioner", 2, 3, "Clinical")),
            limits(MueLimit("00001", "outpatient", 4, 2, "Policy"), MueLimit("00002", "outpatient", 1, 1, "")),
        ],
    )
    yield compiled_edits
    compiled_edits.close()


def codes_and_settings(pairs: Sequence[Pair]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(pair.edit.first, pair.edit.second, pair.settings) for pair in pairs]


def test_pairs_in_force_in_either_column_by_setting(edits: Edits) -> None:
    pairs, total = edits.partners("00001", TODAY)
    assert codes_and_settings(pairs) == [
        ("00001", "00002", BOTH),
        ("00003", "00001", ("practitioner",)),
        # Until today for practitioners, without end for hospitals.
        ("00001", "00004", ("practitioner",)),
        ("00001", "00004", ("hospital",)),
    ]
    assert total == 4
    assert pairs[0].edit == edit("00001", "00002")


@pytest.mark.parametrize(
    ("day", "seconds"),
    [
        (date(2019, 12, 31), []),
        (date(2020, 1, 1), ["00002", "00004", "00005"]),
        (date(2030, 6, 29), ["00002", "00004", "00005"]),
        (date(2030, 6, 30), ["00002", "00004"]),
        (date(2030, 7, 1), ["00002", "00006"]),
    ],
)
def test_an_edit_is_in_force_from_its_first_day_to_its_last(edits: Edits, day: date, seconds: list[str]) -> None:
    pairs, _ = edits.partners("00001", day, setting="practitioner")
    assert [pair.edit.second for pair in pairs if pair.edit.first == "00001"] == seconds


def test_pairs_of_one_setting_only(edits: Edits) -> None:
    pairs, total = edits.partners("00001", TODAY, setting="hospital")
    assert (codes_and_settings(pairs), total) == ([("00001", "00002", BOTH), ("00001", "00004", ("hospital",))], 2)


def test_the_total_includes_pairs_beyond_the_limit(edits: Edits) -> None:
    pairs, total = edits.partners("00001", TODAY, limit=1)
    assert (len(pairs), total) == (1, 4)
    assert edits.partners("99999", TODAY) == ((), 0)


def test_limits_of_a_code(edits: Edits) -> None:
    assert edits.limits("00001") == (
        MueLimit("00001", "outpatient", 4, 2, "Policy"),
        MueLimit("00001", "practitioner", 2, 3, "Clinical"),
    )
    assert edits.limits("00003") == ()


def test_the_sources_of_the_edits(edits: Edits) -> None:
    sources = edits.sources()
    assert [(source.source.file, source.kind, source.rows) for source in sources] == [
        ("practitioner.txt", "ptp", 5),
        ("practitioner-2.txt", "ptp", 1),
        ("hospital.txt", "ptp", 3),
        ("mue.csv", "mue", 1),
        ("mue.csv", "mue", 2),
    ]
    assert sources[0] == EditsSource("ptp", "practitioner", "36.1", QUARTER, 5, Source("practitioner.txt", "0" * 64))


def test_compiling_from_the_parts_of_a_database_gives_the_same_edits(tmp_path: Path, edits: Edits) -> None:
    compile_edits(tmp_path / "again.db", *edits.parts())
    again = open_edits(tmp_path / "again.db")
    assert again.sources() == edits.sources()
    for code in ("00001", "00002", "00003", "00009"):
        assert again.partners(code, TODAY) == edits.partners(code, TODAY)
        assert again.limits(code) == edits.limits(code)
    again.close()


def test_without_a_date_in_the_file_name_the_latest_row_gives_it(tmp_path: Path) -> None:
    unnamed = PtpPart(
        Source("a.txt", ""), "hospital", "", None, [edit("00001", "00002"), edit("00001", "00003", QUARTER)]
    )
    database = compiled(tmp_path, [unnamed])
    assert database.sources()[0].effective == QUARTER
    database.close()


def test_a_row_in_two_files_is_stored_once(tmp_path: Path) -> None:
    twin = edit("00001", "00002")
    database = compiled(tmp_path, [part("hospital", twin), part("hospital", twin, file="twin.xlsx")])
    assert database.partners("00001", TODAY)[1] == 1
    database.close()


def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    twice = part("hospital", edit("00001", "00002"), edit("00001", "00002", modifier=0))
    with pytest.raises(ReleaseError, match=r"^hospital.txt: .*00001 and 00002 since 2020-01-01, found two"):
        compile_edits(tmp_path / "edits.db", [twice], [])


def test_two_limits_of_one_code_are_refused(tmp_path: Path) -> None:
    limit = MueLimit("00001", "outpatient", 4, 2, "Policy")
    with pytest.raises(ReleaseError, match=r"^mue.csv: .*00001 for the setting outpatient"):
        compile_edits(tmp_path / "edits.db", [], [limits(limit), limits(limit)])


def test_a_refused_file_leaves_no_staging_file(tmp_path: Path) -> None:
    def broken() -> Iterator[PtpEdit]:
        yield edit("00001", "00002")
        raise ReleaseError("made-up.txt, line 8: damaged.")

    with pytest.raises(ReleaseError, match="line 8"):
        compile_edits(tmp_path / "edits.db", [PtpPart(Source("a", ""), "hospital", "", None, broken())], [])
    assert {path.name for path in tmp_path.iterdir()} <= {"edits.db"}


def test_progress_grows_from_0_to_1(tmp_path: Path) -> None:
    shares: list[float] = []
    compile_edits(
        tmp_path / "edits.db",
        [part("hospital", edit("00001", "00002")), part("practitioner", edit("00001", "00002"))],
        [],
        progress=lambda _step, share: shares.append(share),
    )
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_the_database_is_read_only(tmp_path: Path) -> None:
    database = compiled(tmp_path, [part("hospital", edit("00001", "00002"))])
    database.close()
    content = (tmp_path / "edits.db").read_bytes()
    reopened = open_edits(tmp_path / "edits.db")
    assert reopened.partners("00001", TODAY)[1] == 1
    reopened.close()
    assert (tmp_path / "edits.db").read_bytes() == content


def broken_files(folder: Path) -> Iterator[tuple[Path, str]]:
    compile_edits(folder / "whole.db", [part("hospital", *(edit("00001", f"{n:05d}") for n in range(3000)))], [])
    intact = (folder / "whole.db").read_bytes()
    yield folder / "missing.db", "There is no NCCI edits database"
    for name, content, expected in (
        ("empty.db", b"", "is empty"),
        ("text.db", b"x" * 5000, "not a database"),
        ("cut.db", intact[:-4096], "incomplete"),
        ("version.db", intact[:60] + b"\0\0\0\x09" + intact[64:], "has version 9"),
        ("zeroed.db", intact[:100] + b"\xff" * 3996 + intact[4096:], "damaged"),
    ):
        (folder / name).write_bytes(content)
        yield folder / name, expected
    with sqlite3.connect(folder / "other.db") as connection:
        connection.execute("CREATE TABLE release (id)")
    connection.close()
    yield folder / "other.db", "not a Codarium NCCI edits database"


def test_files_that_are_not_edits_databases_are_refused(tmp_path: Path) -> None:
    for path, expected in broken_files(tmp_path):
        with pytest.raises(LibraryError, match=expected):
            open_edits(path)
