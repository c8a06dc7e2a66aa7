"""Our table of the places of service: checked against CMS's own list, and refused when it is damaged."""

import re
from pathlib import Path

import pytest

from app.library.own_words.places import PlaceOfService, Setting, read_places
from app.paths import resource
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from tests.official import official
from tests.releases.damaged import damaged, refused

TABLE = resource("tables", "places_of_service.tsv")
COLUMNS = ("code", "name", "explanation", "setting", "note", "everyday")
# Medicare Claims Processing Manual, chapter 12, section 20.4.2, and chapter 26, section 10.5.
FACILITY_CODES = "02 19 21 22 23 24 26 31 34 41 42 51 52 53 56 61"
VALID_ROW = "11\tOffice\tA practice.\tnonfacility\tNot a hospital.\toffice; clinic"


@pytest.fixture(scope="module")
def places() -> tuple[PlaceOfService, ...]:
    return read_places(TABLE)


@pytest.fixture(scope="module")
def cms() -> dict[str, tuple[str, str]]:
    """Name and description by code or range of codes (`28-30`)."""
    lines = official("pos", "cms-pos-2024-05-02.tsv").read_text(encoding="utf-8").splitlines()
    return {code: (name, text) for code, name, text in (line.split("\t") for line in lines[1:])}


def runs_of_six(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[begin : begin + 6]) for begin in range(len(words) - 5)}


def bare(name: str) -> str:
    """Return a name without blanks and stars, with plain dashes and apostrophes: CMS's lists differ in these."""
    return re.sub(r"[\s*]", "", name).replace("’", "'").replace("–", "-")


# The real table


def test_codes_and_names_are_those_of_cms(places: tuple[PlaceOfService, ...], cms: dict[str, tuple[str, str]]) -> None:
    assigned = {code: bare(name) for code, (name, _) in cms.items() if name != "Unassigned"}
    assert len(assigned) == 52
    assert {place.code: bare(place.name) for place in places} == assigned


def test_a_number_is_unassigned_where_cms_says_so(
    places: tuple[PlaceOfService, ...], cms: dict[str, tuple[str, str]]
) -> None:
    free: set[str] = set()
    for code, (name, _) in cms.items():
        if name == "Unassigned":
            first, _, last = code.partition("-")
            free.update(str(number) for number in range(int(first), int(last or first) + 1))
    assert {f"{number:02}" for number in range(1, 100)} - {place.code for place in places} == free


def test_sentences_are_ours(places: tuple[PlaceOfService, ...], cms: dict[str, tuple[str, str]]) -> None:
    theirs = {run: code for code, (_, text) in cms.items() for run in runs_of_six(text)}
    for place in places:
        for run in runs_of_six(place.explanation) | runs_of_six(place.note):
            assert run not in theirs, f"{place.code} has {' '.join(run)!r} from {theirs[run]}"


def test_facility_rates_are_those_of_the_manual(places: tuple[PlaceOfService, ...]) -> None:
    assert [place.code for place in places if place.setting is Setting.FACILITY] == FACILITY_CODES.split()
    unstated = [place.code for place in places if place.setting is Setting.UNSTATED]
    assert unstated == ["05", "06", "07", "08", "18", "66"]


def test_places_that_are_easily_confused_name_each_other(places: tuple[PlaceOfService, ...]) -> None:
    by_code = {place.code: place for place in places}
    for code, other in (("02", "10"), ("10", "02"), ("19", "22"), ("22", "19"), ("31", "32"), ("13", "33")):
        texts = f"{by_code[code].explanation} {by_code[code].note}"
        assert re.search(rf"\b{other}\b", texts), f"{code} does not name {other}"


def test_places_in_force_since_2003_say_so(places: tuple[PlaceOfService, ...]) -> None:
    """CMS's page of 2024 has 2023 in their descriptions, all older ones have 10/1/03."""
    by_code = {place.code: place for place in places}
    for code in ("49", "57"):
        assert "In force since October 2003" in by_code[code].note
        assert "2023" not in by_code[code].note


def test_search_words_are_lower_case(places: tuple[PlaceOfService, ...]) -> None:
    for place in places:
        assert all(words == words.lower() for words in place.everyday), place.code


def test_opening_lines_explain_each_column() -> None:
    opening = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    for column in COLUMNS:
        assert any(line.startswith(f"# {column}: ") for line in opening), column


# Made-up tables


def refusal(folder: Path, *rows: str) -> str:
    path = folder / "places.tsv"
    path.write_text("# code: two digits\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    with pytest.raises(ReleaseError) as raised:
        read_places(path)
    return str(raised.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (VALID_ROW.replace("11", "1"), "line 3: expected a code from 01 to 99, found '1'"),
        (VALID_ROW.replace("11", "00"), "line 3: expected a code from 01 to 99, found '00'"),
        (VALID_ROW.replace("11", "1²"), "line 3: expected a code from 01 to 99, found '1²'"),
        (VALID_ROW.replace("11", "02"), "line 3: expected a code behind 03, found 02"),
        (VALID_ROW.replace("11", "03"), "line 3: expected a code behind 03, found 03"),
        (VALID_ROW.replace("nonfacility", "office"), "line 3: expected facility, nonfacility, unstated as the setting"),
        (VALID_ROW.replace("A practice.", ""), "line 3: expected a filled cell"),
        (VALID_ROW + "\tmore", "line 3: expected 6 columns, found 7"),
        (VALID_ROW + "; office", "line 3: expected every part once"),
    ],
)
def test_an_invalid_row_is_refused_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    assert refusal(tmp_path, VALID_ROW.replace("11", "03"), row).startswith(f"places.tsv, {message}")


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "places.tsv: expected Place of Service codes, found none."


def test_a_missing_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"places\.tsv cannot be read"):
        read_places(tmp_path / "places.tsv")


def test_a_damaged_table_is_read_or_refused(tmp_path: Path) -> None:
    def read(member: Member) -> tuple[PlaceOfService, ...]:
        return read_places(member.path)

    assert refused(tmp_path / "places.tsv", damaged(TABLE.read_bytes(), 300, seed=3), read) > 50
