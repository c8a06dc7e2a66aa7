"""Our own tables on HCPCS: every official code has one place, names are correct and our own, damage is reported."""

import re
from contextlib import suppress
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.library.own_words.hcpcs import HcpcsSection, StarterCode, read_hcpcs_sections, read_hcpcs_starter
from app.releases.errors import ReleaseError
from app.releases.files.containers import members
from app.releases.hcpcs.code_file import read_hcpcs
from app.releases.records import HcpcsCode
from tests.official import official

TABLES = Path(__file__).parents[3] / "resources" / "tables"
READERS = {"sections": read_hcpcs_sections, "starter": read_hcpcs_starter}

EFFECTIVE = date(2025, 10, 1)
"""The effective date of the newest official file in the releases folder."""

NUMBER = re.compile(r"(?<![A-Za-z0-9])[0-9][0-9,]*(?:\.[0-9]+)?|(?<![A-Za-z0-9])\.[0-9]+")
ONE_DOSE = re.compile(r"Injection, [^0-9]*,(?: per| up to)? [0-9.,]+ (?:mg|mcg|ml|units?|micrograms?)", re.IGNORECASE)
WORD = re.compile(r"[0-9][0-9,]*(?:\.[0-9]+)?|[a-z0-9]+")


@pytest.fixture(scope="module")
def sections() -> tuple[HcpcsSection, ...]:
    return read_hcpcs_sections(TABLES / "hcpcs_sections.tsv")


@pytest.fixture(scope="module")
def starter() -> tuple[StarterCode, ...]:
    return read_hcpcs_starter(TABLES / "hcpcs_starter.tsv")


@pytest.fixture(scope="module")
def october_2025() -> dict[str, HcpcsCode]:
    return official_codes("october-2025-alpha-numeric-hcpcs-file.zip")


def official_codes(archive: str) -> dict[str, HcpcsCode]:
    (member,) = (file for file in members(official("hcpcs", archive)) if file.inside.endswith("ANWEB.xlsx"))
    return {record.code: record for record in read_hcpcs(member) if not record.modifier}


def places(sections: tuple[HcpcsSection, ...], code: str) -> list[str]:
    """The ranges of any section that hold a code, each with the letter of its section."""
    return [
        f"{section.letter} {range_.first}"
        for section in sections
        for range_ in section.ranges
        if range_.first <= code <= range_.last
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "archive",
    [
        "october-2025-alpha-numeric-hcpcs-file.zip",
        "2020-october-alpha-numeric-hcpcs-file.zip",
        "2019-alpha-numeric-hcpcs-file.zip",
    ],
)
def test_every_official_code_lies_in_one_range_of_its_section(sections: tuple[HcpcsSection, ...], archive: str) -> None:
    places_by_code = {code: places(sections, code) for code in official_codes(archive)}
    assert len(places_by_code) > 6_000
    assert {
        code: code_places
        for code, code_places in places_by_code.items()
        if len(code_places) != 1 or code_places[0][0] != code[0]
    } == {}


@pytest.mark.slow
def test_every_range_holds_an_official_code(
    sections: tuple[HcpcsSection, ...], october_2025: dict[str, HcpcsCode]
) -> None:
    used = {place for code in october_2025 for place in places(sections, code)}
    assert used == {f"{section.letter} {range_.first}" for section in sections for range_ in section.ranges}


def test_sections_have_titles_of_their_own_and_one_to_three_sentences(sections: tuple[HcpcsSection, ...]) -> None:
    assert "".join(section.letter for section in sections) == "ABCEGHJKLMPQRSTUV"
    for section in sections:
        assert all(range_.first[0] == range_.last[0] == section.letter for range_ in section.ranges)
        assert all(before.last < after.first for before, after in pairwise(section.ranges))
        titles = [section.title, *(range_.title for range_ in section.ranges)]
        assert len(set(titles)) == len(titles), section.letter
        for text in (section.text, *(range_.text for range_ in section.ranges)):
            assert text.endswith("."), text
            assert 1 <= len(re.findall(r"\.(?= |$)", text)) <= 3, text


@pytest.mark.slow
def test_starter_codes_exist_and_have_not_ended(
    starter: tuple[StarterCode, ...], october_2025: dict[str, HcpcsCode]
) -> None:
    assert len(starter) >= 500
    assert [own.code for own in starter if own.code not in october_2025] == []
    ends = {own.code: october_2025[own.code].ended for own in starter}
    assert {code: ended for code, ended in ends.items() if ended is not None and ended <= EFFECTIVE} == {}


def test_the_starter_set_has_codes_of_every_section(
    starter: tuple[StarterCode, ...], sections: tuple[HcpcsSection, ...]
) -> None:
    assert {own.code[0] for own in starter} == {section.letter for section in sections}


def test_names_are_ours_and_not_the_official_titles(
    starter: tuple[StarterCode, ...], october_2025: dict[str, HcpcsCode]
) -> None:
    """No name is the official title, nor has six words in a row of it."""
    copied: dict[str, str] = {}
    for own in starter:
        ours, theirs = WORD.findall(own.name.lower()), WORD.findall(october_2025[own.code].title.lower())
        runs = {tuple(theirs[at : at + 6]) for at in range(len(theirs) - 5)}
        if ours == theirs or any(tuple(ours[at : at + 6]) in runs for at in range(len(ours) - 5)):
            copied[own.code] = own.name
    assert copied == {}


def test_doses_and_units_are_those_of_the_official_titles(
    starter: tuple[StarterCode, ...], october_2025: dict[str, HcpcsCode]
) -> None:
    def numbers(text: str) -> set[float]:
        return {float(number.replace(",", "")) for number in NUMBER.findall(text)}

    titles = {own.code: october_2025[own.code].title for own in starter}
    assert {own.code: own.name for own in starter if not numbers(own.name) <= numbers(titles[own.code])} == {}
    # Where an official title is a drug and one dose, our name says that dose too.
    dosed = [own for own in starter if own.code[0] == "J" and ONE_DOSE.fullmatch(titles[own.code])]
    assert len(dosed) > 200
    assert {own.code: own.name for own in dosed if numbers(own.name) != numbers(titles[own.code])} == {}
    assert {own.code: own.name for own in dosed if _unit(own.name) != _unit(titles[own.code])} == {}


def _unit(text: str) -> str:
    """`Injection, abatacept, 10 mg` and `Abatacept injection, 10 mg` -> `mg`."""
    return text.lower().replace("micrograms", "mcg").replace("microgram", "mcg").rsplit(" ", 1)[1]


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("decadron", "J1100"),
        ("rocephin", "J0696"),
        ("toradol", "J1885"),
        ("solu-medrol", "J2919"),
        ("kenalog", "J3301"),
        ("b12 shot", "J3420"),
        ("depo-provera", "J1050"),
        ("gel shot", "J7325"),
        ("keytruda", "J9271"),
        ("walker", "E0135"),
        ("cpap", "E0601"),
        ("tens", "E0730"),
        ("hoyer lift", "E0630"),
        ("wound vac", "E2402"),
        ("test strips", "A4253"),
        ("abn", "A9270"),
        ("awv", "G0439"),
        ("afo", "L1930"),
        ("cam boot", "L4361"),
        ("prbc", "P9016"),
        ("thinprep", "G0123"),
    ],
)
def test_everyday_names_are_among_the_search_words(starter: tuple[StarterCode, ...], word: str, code: str) -> None:
    assert code in {own.code for own in starter if word in own.everyday}


SECTION = "section\tA\tA\tTransport\tRides.\tride"
RANGE = "range\tA0021\tA0999\tAmbulance\tRides.\tride"
STARTER = "J1100\tDexamethasone\tdecadron"


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        ("sections", [RANGE], "line 1: expected a section before its first range"),
        ("sections", [SECTION.replace("A", "D")], "line 1: expected one letter of ABCEGHJKLMPQRSTUV"),
        ("sections", [SECTION.replace("\tA\tA", "\tA\tB")], "line 1: expected one letter of"),
        ("sections", [SECTION, RANGE, SECTION], "line 3: expected a section behind A, found A"),
        ("sections", [SECTION, RANGE.replace("A0021", "B0021")], "line 2: expected a code of section A, found 'B0021'"),
        ("sections", [SECTION, RANGE.replace("A0999", "A099")], "line 2: expected a code of section A, found 'A099'"),
        ("sections", [SECTION, RANGE.replace("A0999", "A0999".replace("9", "²"))], "line 2: expected a code of"),
        ("sections", [SECTION, RANGE.replace("A0021", "A1000")], "line 2: expected a range from its lower end"),
        ("sections", [SECTION, RANGE, RANGE], "line 3: expected a first code behind A0999, found A0021"),
        ("sections", [SECTION, RANGE.replace("range", "group")], "line 2: expected section or range, found 'group'"),
        ("sections", [SECTION, RANGE], "expected the sections ABCEGHJKLMPQRSTUV, found A"),
        ("sections", [SECTION, RANGE.replace("\tride", "\tRide")], "line 2: expected search words in lower case"),
        ("sections", [SECTION, RANGE.replace("\tride", "")], "line 2: expected 6 columns, found 5"),
        ("sections", ["# nothing"], "expected the sections ABCEGHJKLMPQRSTUV, found none"),
        ("starter", [STARTER.replace("J1100", "D1100")], "line 1: expected a code such as J1100"),
        ("starter", [STARTER.replace("J1100", "J110")], "line 1: expected a code such as J1100"),
        ("starter", [STARTER, STARTER], "line 2: expected a code behind J1100, found J1100"),
        (
            "starter",
            [STARTER, STARTER.upper().replace("J1100", "J1101").replace("DECADRON", "x")],
            "line 2: expected a name of its own, found that of J1100",
        ),
        ("starter", [STARTER.replace("decadron", "decadron; decadron")], "line 1: expected every part once"),
        ("starter", [STARTER.replace("decadron", "Decadron")], "line 1: expected search words in lower case"),
        ("starter", [], "expected HCPCS codes, found none"),
    ],
)
def test_an_invalid_row_is_refused_with_its_line(tmp_path: Path, table: str, rows: list[str], message: str) -> None:
    path = tmp_path / f"hcpcs_{table}.tsv"
    path.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    with pytest.raises(ReleaseError) as raised:
        READERS[table](path)
    assert f"{path.name}" in str(raised.value)
    assert message in str(raised.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(st.sampled_from(sorted(READERS)), st.integers(0, 90_000), st.integers(0, 40), st.binary(max_size=8))
def test_any_damage_is_a_release_error(tmp_path: Path, table: str, at: int, length: int, instead: bytes) -> None:
    content = (TABLES / f"hcpcs_{table}.tsv").read_bytes()
    at %= len(content)
    path = tmp_path / "damaged.tsv"
    path.write_bytes(content[:at] + instead + content[at + length :])
    with suppress(ReleaseError):
        READERS[table](path)
