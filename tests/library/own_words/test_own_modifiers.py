"""Our table of modifiers: checked against the official HCPCS file, and refused when it is damaged."""

import re
from pathlib import Path

import pytest

from app.library.own_words.modifiers import (
    MODIFIER_KINDS,
    SECTION_WORDS,
    ModifierLevel,
    OwnModifier,
    read_modifiers,
    section_word,
)
from app.paths import resource
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members
from app.releases.hcpcs.code_file import read_hcpcs
from app.releases.records import HcpcsCode
from tests.official import official
from tests.releases.damaged import damaged, refused

TABLE = resource("tables", "modifiers.tsv")
COLUMNS = ("code", "level", "name", "meaning", "when", "with", "mistake", "everyday", "applies")
LEVEL_I_CODES = (
    "22 23 24 25 26 27 32 33 47 50 51 52 53 54 55 56 57 58 59 62 63 66 73 74 76 77 78 79 80 81 82 90 91 92 93 95 96 "
    "97 99"
)
VALID_ROW = "22\tI\tMore work\tIt took longer.\tRarely.\tProcedures.\tNo note.\tmore work\tsurgery;medicine"
LETTER_ROW = VALID_ROW.replace("22\tI", "LT\tII")


@pytest.fixture(scope="module")
def modifiers() -> tuple[OwnModifier, ...]:
    return read_modifiers(TABLE)


@pytest.fixture(scope="module")
def by_code(modifiers: tuple[OwnModifier, ...]) -> dict[str, OwnModifier]:
    return {modifier.code: modifier for modifier in modifiers}


@pytest.fixture(scope="module")
def hcpcs() -> dict[str, HcpcsCode]:
    """The modifiers of October 2025."""
    (member,) = members(official("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip"))
    return {record.code: record for record in read_hcpcs(member) if record.modifier}


def runs_of_six(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"[a-z0-9]+", text.lower())
    return {tuple(words[begin : begin + 6]) for begin in range(len(words) - 5)}


def prose(modifier: OwnModifier) -> tuple[str, ...]:
    return modifier.name, modifier.meaning, modifier.when, modifier.goes_with, modifier.mistake


# The real table


def test_every_modifier_of_cpt_is_listed(modifiers: tuple[OwnModifier, ...]) -> None:
    def of(level: ModifierLevel) -> list[str]:
        return [modifier.code for modifier in modifiers if modifier.level is level]

    assert of(ModifierLevel.CPT) == LEVEL_I_CODES.split()
    assert of(ModifierLevel.PERFORMANCE) == ["1P", "2P", "3P", "8P"]
    assert of(ModifierLevel.ANESTHESIA) == ["P1", "P2", "P3", "P4", "P5", "P6"]
    assert len(of(ModifierLevel.HCPCS)) >= 170
    assert {"XE", "XS", "XP", "XU"} <= set(of(ModifierLevel.HCPCS))


@pytest.mark.slow
def test_letter_modifiers_are_in_force_in_the_official_file(
    modifiers: tuple[OwnModifier, ...], hcpcs: dict[str, HcpcsCode]
) -> None:
    for modifier in modifiers:
        if modifier.level in (ModifierLevel.HCPCS, ModifierLevel.ANESTHESIA):
            assert modifier.code in hcpcs, f"{modifier.code} is not in the file"
            assert hcpcs[modifier.code].ended is None, f"{modifier.code} has ended"


@pytest.mark.slow
def test_every_modifier_in_force_in_the_official_file_is_explained(
    by_code: dict[str, OwnModifier], hcpcs: dict[str, HcpcsCode]
) -> None:
    """So is none besides: the origins and destinations of ambulances are no rows of the file."""
    in_force = {code for code, record in hcpcs.items() if record.ended is None}
    ours = {
        code for code, modifier in by_code.items() if modifier.level in (ModifierLevel.HCPCS, ModifierLevel.ANESTHESIA)
    }
    assert sorted(in_force - ours) == []
    assert sorted(ours - in_force) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CA", "inpatients emergency outpatient died before admission"),
        ("GZ", "expects denial no signed abn"),
        ("GA", "signed accepts liability"),
        ("KU", "3"),
        ("ED", "39 13.0"),
        ("GS", "lowered"),
    ],
)
def test_modifiers_that_are_easily_told_wrong(code: str, words: str, by_code: dict[str, OwnModifier]) -> None:
    meaning = f"{by_code[code].name} {by_code[code].meaning}".lower()
    for word in words.split():
        assert word in meaning, f"{code} does not say {word!r}"


@pytest.mark.parametrize(
    ("codes", "percents"),
    [("CH CI CJ CK CL CM CN", ["0", "1 20", "20 40", "40 60", "60 80", "80 100", "100"])],
)
def test_functional_limitations_have_the_official_limits(
    codes: str, percents: list[str], by_code: dict[str, OwnModifier], hcpcs: dict[str, HcpcsCode]
) -> None:
    for code, percent in zip(codes.split(), percents, strict=True):
        assert re.findall("[0-9]+", hcpcs[code].title) == percent.split()
        first, *below = percent.split()
        last = str(int(below[0]) - 1) if below else first
        ours = re.findall("[0-9]+", by_code[code].name)
        assert (ours[0], ours[-1]) == (first, last), code


@pytest.mark.slow
def test_sentences_are_ours(modifiers: tuple[OwnModifier, ...], hcpcs: dict[str, HcpcsCode]) -> None:
    theirs = {run: code for code, record in hcpcs.items() for run in runs_of_six(record.title)}
    for modifier in modifiers:
        for text in prose(modifier):
            for run in runs_of_six(text):
                assert run not in theirs, f"{modifier.code} has {' '.join(run)!r} from {theirs[run]}"


def test_eyelids_fingers_and_toes_are_those_of_the_official_file(
    by_code: dict[str, OwnModifier], hcpcs: dict[str, HcpcsCode]
) -> None:
    codes = [code for code in by_code if re.fullmatch(r"E[1-4]|[FT][A1-9]", code)]
    assert len(codes) == 24
    for code in codes:
        ours = f"{by_code[code].name} {by_code[code].meaning}".lower()
        theirs = hcpcs[code].title.lower()
        for word in ("left", "right", "upper", "lower", "thumb", "great", "second", "third", "fourth", "fifth"):
            # The official titles name the thumb and count from the second digit; none says "first".
            if word in theirs:
                assert word in ours, f"{code} is {theirs!r}"
        side = "left" if "left" in theirs else "right"
        assert by_code[code].name.lower().startswith(side), code
        assert all(side in words for words in by_code[code].everyday if "left" in words or "right" in words), code


@pytest.mark.parametrize(
    "codes", ["A1 A2 A3 A4 A5 A6 A7 A8 A9", "UN UP UQ UR US", "K0 K1 K2 K3 K4", "G1 G2 G3 G4 G5", "U1 U9 UA UD"]
)
def test_counted_modifiers_have_the_official_number(
    codes: str, by_code: dict[str, OwnModifier], hcpcs: dict[str, HcpcsCode]
) -> None:
    for code in codes.split():
        title = hcpcs[code].title.lower()
        number_word = re.search(r"\b(?:[0-9]+|two|three|four|five|six|seven|eight|nine|one)\b", title)
        assert number_word, code
        assert re.search(rf"\b{number_word[0]}\b", by_code[code].name.lower() + " " + by_code[code].meaning.lower()), (
            code
        )


def test_modifiers_named_in_parentheses_are_listed(
    modifiers: tuple[OwnModifier, ...], by_code: dict[str, OwnModifier]
) -> None:
    named = 0
    for modifier in modifiers:
        for text in prose(modifier):
            for inside in re.findall(r"\(([A-Z0-9]{2}(?:(?:, | or | and )[A-Z0-9]{2})*)\)", text):
                for code in re.findall(r"[A-Z0-9]{2}", inside):
                    named += 1
                    assert code in by_code, f"{modifier.code} names {code}"
                    assert code != modifier.code, f"{code} names itself"
    assert named > 80


@pytest.mark.parametrize(
    ("codes", "goes", "never"),
    [
        ("24 25 57 27 FS FT AI", "em", "surgery"),
        ("54 55 56 58 62 66 78 79 80 81 82 AS 50 51", "surgery", "em"),
        ("P1 P6 AA AD QK QX QY QZ QS G8 G9 23", "anesthesia", "surgery"),
        ("90 91 92 QW LR", "laboratory", "em"),
        ("26 TC", "radiology", "em"),
        ("59 XE XS XP XU 76 77", "radiology", "em"),
        ("1P 2P 3P 8P", "performance", "em"),
        ("JW JZ JA JB", "hcpcs:J", "surgery"),
        ("GP GO GN CQ CO 96 97", "medicine", "surgery"),
        ("93 95 FQ GT GQ", "em", "surgery"),
        ("RR NU UE KH KI KJ", "hcpcs:E", "surgery"),
        ("LC LD LM RC RI", "medicine", "surgery"),
    ],
)
def test_modifiers_go_with_the_right_sections(
    codes: str, goes: str, never: str, by_code: dict[str, OwnModifier]
) -> None:
    for code in codes.split():
        assert goes in by_code[code].applies, code
        assert never not in by_code[code].applies, code


@pytest.mark.parametrize(
    ("code", "others"),
    [
        ("25", "57 59"),
        ("57", "25"),
        ("24", "79 25 57"),
        ("58", "78 79"),
        ("78", "58 79"),
        ("79", "24 78 58"),
        ("53", "73 74 52"),
        ("73", "53"),
        ("74", "53 73"),
        ("80", "AS 62 82"),
        ("90", "QW"),
        ("QW", "90"),
        ("JW", "JZ"),
        ("93", "95 FQ"),
        ("95", "93 GQ GT"),
        ("FQ", "93"),
        ("26", "TC"),
        ("TC", "26"),
        ("GA", "GX GY GZ"),
        ("59", "25 XE XP XS XU"),
    ],
)
def test_the_usual_mistake_names_the_right_modifier(code: str, others: str, by_code: dict[str, OwnModifier]) -> None:
    for other in others.split():
        assert re.search(rf"\b{other}\b", by_code[code].mistake), f"{code} does not name {other}"


def test_search_words_are_lower_case(modifiers: tuple[OwnModifier, ...]) -> None:
    for modifier in modifiers:
        assert all(words == words.lower() for words in modifier.everyday), modifier.code


def test_opening_lines_explain_each_column_and_each_word() -> None:
    opening = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    for column in COLUMNS:
        assert any(line.startswith(f"# {column}: ") for line in opening), column
    explained = " ".join(opening[next(at for at, line in enumerate(opening) if line.startswith("# applies: ")) :])
    for word in (*SECTION_WORDS, *MODIFIER_KINDS):
        assert word.startswith("hcpcs:") or re.search(rf"\b{word}\b", explained), word


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("99213", "em"),
        ("00100", "anesthesia"),
        ("11111", "surgery"),
        ("70010", "radiology"),
        ("80050", "laboratory"),
        ("0001U", "laboratory"),
        ("97001", "medicine"),
        ("0500F", "performance"),
        ("J1100", "hcpcs:J"),
        ("0042T", ""),
        ("D0120", ""),
        ("J٣٣٣٣", ""),
        ("J110", ""),
        ("E11.9", ""),
        ("LT", ""),
        ("", ""),
    ],
)
def test_the_section_of_a_code_is_named_as_in_the_table(code: str, word: str) -> None:
    assert section_word(code) == word


def test_every_section_of_cpt_and_of_common_hcpcs_has_modifiers(modifiers: tuple[OwnModifier, ...]) -> None:
    used = {word for modifier in modifiers for word in modifier.applies}
    assert used >= set(MODIFIER_KINDS)
    # C, M, R, U and others have few or none of their own.
    assert used >= {*SECTION_WORDS} - {"hcpcs:M", "hcpcs:U"}


# Made-up tables


def refusal(folder: Path, *rows: str) -> str:
    path = folder / "own.tsv"
    path.write_text("# code: two characters\n" + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    with pytest.raises(ReleaseError) as raised:
        read_modifiers(path)
    return str(raised.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (VALID_ROW.replace("\tI\t", "\tIII\t"), "expected I, performance, anesthesia, II as the level, found 'III'"),
        (VALID_ROW.replace("22", "LT"), "expected a modifier of level I, found 'LT'"),
        (VALID_ROW.replace("22", "2²"), "expected a modifier of level I, found '2²'"),
        (VALID_ROW.replace("22\tI", "lt\tII"), "expected a modifier of level II, found 'lt'"),
        (VALID_ROW, "expected a modifier behind LT, found 22"),
        (LETTER_ROW, "expected a modifier behind LT, found LT"),
        (LETTER_ROW.replace("LT", "RT").replace("surgery", "surgeries"), "expected a word that the table's opening"),
        (LETTER_ROW.replace("LT", "RT").replace("surgery;medicine", "medicine;surgery"), "expected sections first"),
        (LETTER_ROW.replace("LT", "RT").replace("surgery;medicine", "sides"), "expected a section of CPT or HCPCS"),
        (LETTER_ROW.replace("LT", "RT").replace("surgery;medicine", "surgery;surgery"), "expected every part once"),
        (LETTER_ROW.replace("LT", "RT").replace("surgery;medicine", "surgery;"), "expected texts with ';'"),
        (LETTER_ROW.replace("LT", "RT").replace("No note.", " "), "expected a filled cell"),
        (LETTER_ROW.replace("LT", "RT") + "\tx", "expected 9 columns, found 10"),
    ],
)
def test_an_invalid_row_is_refused_with_its_line(tmp_path: Path, row: str, message: str) -> None:
    assert refusal(tmp_path, LETTER_ROW, row).startswith(f"own.tsv, line 3: {message}")


def test_a_table_without_rows_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path) == "own.tsv: expected modifiers, found none."


@pytest.mark.slow
def test_a_damaged_table_is_read_or_refused(tmp_path: Path) -> None:
    def read(member: Member) -> tuple[OwnModifier, ...]:
        return read_modifiers(member.path)

    assert refused(tmp_path / "own.tsv", damaged(TABLE.read_bytes(), 300, seed=5), read) > 50
