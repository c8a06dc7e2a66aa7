"""Texts with several codes: pasted columns, claim lines and sentences, and phrases that are none."""

import pytest

from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.search.answer import Answer, CodeState, Filters, Question
from app.search.code_search import CodeSearch
from app.search.engine import Engine
from app.search.matching.index import SearchIndex
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import PartKind
from app.search.parsing.several_codes import KnownCodes, several_codes
from app.search.presenting.code_list import CodeListReader

CODES = {"I50.22", "I5022", "J44.9", "K21.9", "M54", "G20", "G20-G26", "99214", "J0696", "S52.501A", "M54.50"}
MODIFIERS = {"25", "59", "RT", "JW", "AS"}
TITLES = {
    "G0316": ["Visit, beyond codes 99223, 99233"],
    "J44.9": ["Chronic obstructive pulmonary disease, unspecified"],
}


def is_code(text: str) -> bool:
    return text.upper().rstrip("-") in CODES or text.upper() in TITLES


def is_modifier(text: str) -> bool:
    return text.upper() in MODIFIERS


def titles(text: str) -> list[str]:
    return TITLES.get(text.upper(), [])


def is_icd9(text: str) -> bool:
    return text in {"250.00", "401.9"}


KNOWN = KnownCodes(is_code, is_modifier, is_icd9, titles)


def read(text: str) -> list[str]:
    """Return the parts of a text: codes as they are, `+25` for a modifier, `@11` for a place, `?` for words, `*2` for
    units and `$1` for a charge."""
    signs = {PartKind.CODE: "", PartKind.MODIFIER: "+", PartKind.PLACE: "@", PartKind.WORDS: "?"}
    return [
        f"{signs[part.kind]}{part.code}{f'*{part.units}' if part.units else ''}"
        f"{'$' + part.charge.strip('$') if part.charge else ''}"
        for part in several_codes(text, KNOWN).parts
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("I50.22 J44.9 K21.9", ["I50.22", "J44.9", "K21.9"]),
        ("I50.22\nJ44.9\r\nK21.9\n", ["I50.22", "J44.9", "K21.9"]),
        ("I50.22,J44.9;K21.9", ["I50.22", "J44.9", "K21.9"]),
        ("(I50.22), (J44.9)", ["I50.22", "J44.9"]),
        ("I50.22/J44.9", ["I50.22", "J44.9"]),
        ("i50.22 and j44.9", ["i50.22", "j44.9"]),
        ("I5022 I50,22", ["I5022", "I50.22"]),
        ("dx: I50.22, J44.9", ["I50.22", "J44.9"]),
        ("ICD-10:I50.22 CPT:99214", ["I50.22", "99214"]),
        ("1. I50.22 2. J44.9", ["I50.22", "J44.9"]),
        ("• I50.22 • J44.9", ["I50.22", "J44.9"]),
        ("I50.22 in a smoker with J44.9", ["I50.22", "J44.9"]),
        ("M54.- G20", ["M54", "G20"]),
        ("G20-G26, M54", ["G20-G26", "M54"]),
        ("J44.9 I50.99", ["J44.9", "I50.99"]),
        ("J44.9 Q9999", ["J44.9", "Q9999"]),
        ("99285 99291", ["99285", "99291"]),
        ("99214-25", ["99214", "+25"]),
        ("99214-25-59", ["99214", "+25", "+59"]),
        ("99214 -25", ["99214", "+25"]),
        ("99214 25 59", ["99214", "+25", "+59"]),
        ("99214-25,J0696", ["99214", "+25", "J0696"]),
        ("99214 mod 25", ["99214", "+25"]),
        ("J0696 jw", ["J0696", "+JW"]),
        ("J0696-ZZ", ["J0696", "+ZZ"]),
        ("J0696 x4", ["J0696*4"]),
        ("J0696 x 4", ["J0696*4"]),
        ("J0696 (x4)", ["J0696*4"]),
        ("J0696-RT x 4", ["J0696*4", "+RT"]),
        ("J0696 4 units", ["J0696*4"]),
        ("J0696 qty 4", ["J0696*4"]),
        ("99214 pos 11", ["99214", "@11"]),
        ("99214 POS2", ["99214", "@02"]),
        ("J0696 x2 units", ["J0696*2"]),
        ("J0696* 2", ["J0696*2"]),
        ("J0696 × 2", ["J0696*2"]),
        ("2*J0696", ["J0696*2"]),
        ("J0696 (2)", ["J0696*2"]),
        ("(1) J0696 (2) I50.22", ["J0696", "I50.22"]),
        ("99214 mod25", ["99214", "+25"]),
        ("99214RT25", ["99214", "+RT", "+25"]),
        ("99214-RT25-59", ["99214", "+RT", "+25", "+59"]),
        ("J0696-RT 12", ["J0696*12", "+RT"]),
        ("J0696 3", ["J0696*3"]),
        ("J0696 units: 3", ["J0696*3"]),
        ("J0696 3 ea", ["J0696*3"]),
        ("J0696 ZZ x1", ["J0696*1", "+ZZ"]),
        ("99214 25 185.00", ["99214$185.00", "+25"]),
        ("99214 $1,250 J0696 $40.50 x2", ["99214$1,250", "J0696*2$40.50"]),
        ("99214 185.00 25", ["99214*25$185.00"]),
        ("99214 250.00", ["99214", "250.00"]),
        ("I50.22 185.00", ["I50.22"]),
        ("NPI 1234567893 99214", ["99214"]),
        ("03/04/2026 03/04/2026 11 99214 25 AB 185.00 1", ["@11", "99214*1$185.00", "+25"]),
        ("2026-03-04 I50.22 J44.9 555-123-4567", ["I50.22", "J44.9"]),
        ("SV1*HC:99214:25*185*UN*1***1~", ["99214*1$185", "+25"]),
        ("HI*ABK:I5022*ABF:J44.9~", ["I5022", "J44.9"]),
        ("A. I50.22 B. J44.9", ["I50.22", "J44.9"]),
        ("I50.22J44.9", ["I50.22", "J44.9"]),
        ("03 04 2026 03 04 2026 11 99214 25 AB 185 00 1 1234567893", ["@11", "99214*1$185.00", "+25"]),
        ("03/04/26 11 99214 A,B 185.00 1", ["@11", "99214*1$185.00"]),
        ("99214 J0696 45.00", ["99214", "J0696$45.00"]),
        ("2 x J0696, 3 units of J0696", ["J0696*2", "J0696*3"]),
        ("99214 w/ 25", ["99214", "+25"]),
        ("J0696 x 1. 99214", ["J0696*1", "99214"]),
        ("(I50.22)(J44.9)", ["I50.22", "J44.9"]),
        ('{"code":"I50.22"},{"code":"J44.9"}', ["I50.22", "J44.9"]),
        ("I50.22 or J44.9?", ["I50.22", "J44.9"]),
        ("NDC 00409-1883-01 J0696 x2", ["J0696*2"]),
        ("CPT,Mod,Units,Charge\n99214,25,1,125.00\nJ0696,,2,30.00", ["99214*1$125.00", "+25", "J0696*2$30.00"]),
        ("99214 office visit $125", ["99214$125", "?office visit"]),
        ("I50.22-J44.9", ["I50.22", "J44.9"]),
        ("I50.22, gout", ["I50.22", "?gout"]),
        ("gout\nI50.22", ["?gout", "I50.22"]),
        ("I50.22, J44.9, gout, old stroke", ["I50.22", "J44.9", "?gout", "?old stroke"]),
        ("I50.22 J44.9 gout", ["I50.22", "J44.9", "?gout"]),
        ("Code\tUnits\nJ0696\t2\n99214\t1", ["J0696*2", "99214*1"]),
    ],
)
def test_codes_are_read_in_order(text: str, parts: list[str]) -> None:
    assert read(text) == parts


def test_titles_after_codes_are_no_codes() -> None:
    assert read("G0316 Visit, beyond codes 99223, 99233") == []
    assert read(
        "G0316 Visit, beyond codes 99223, 99233\nJ44.9 - Chronic obstructive pulmonary disease, unspecified"
    ) == [
        "G0316",
        "J44.9",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "I50.22",
        "I50 22",
        "I50,22",
        "I50.22,",
        "G20-G26",
        "dx I50.22",
        "J44.9 - Chronic obstructive pulmonary disease",
        "99214 office visit",
        "99214 25 minutes",
        "m54 radiating",
        "type 1 diabetes",
        "stage 4",
        "covid 19",
        "c5 c6 radiculopathy",
        "t11 t12 wedge fracture",
        "l5 s1 disc",
        "vitamin b6",
        "b12",
        "b12 folate d3",
        "ft3 ft4",
        "a1c 8.2",
        "h1n1",
        "grade 3",
        "g6pd",
        "p53",
        "e coli",
        "25 59",
        "500 mg",
        "25000 units heparin",
        "bp 180/110",
        "1 2 3",
        "10/12/2025",
        "37.2 98.6",
        "x2 x4",
    ],
)
def test_phrase_is_not_several_codes(text: str) -> None:
    assert read(text) == []


def test_in_the_scope_of_modifiers_two_characters_are_one() -> None:
    assert [part.code for part in several_codes("25, 59", KNOWN, only_kind=PartKind.MODIFIER).parts] == ["25", "59"]


# On the real library


def ask(engine: Engine, text: str, **filters: object) -> Answer:
    return engine.search(Question(text, Filters()._replace(**filters)))


def rows(answer: Answer) -> list[str]:
    return [f"{hit.node.system.value}:{hit.node.code}" for hit in answer.hits]


def test_each_code_has_a_row_in_order_with_its_status(engine: Engine) -> None:
    answer = ask(engine, "I50.2, I50.22, I50.29, J44.9")
    assert [typed.typed for typed in answer.typed_codes] == ["I50.2", "I50.22", "I50.29", "J44.9"]
    assert [typed.state for typed in answer.typed_codes] == [
        CodeState.UNFINISHED,
        CodeState.VALID,
        CodeState.UNKNOWN,
        CodeState.VALID,
    ]
    assert rows(answer) == ["icd10cm:I50.2", "icd10cm:I50.22", "icd10cm:J44.9"]
    assert answer.total == 3
    assert answer.advice == ("4 codes: 2 valid, 1 needs more characters, 1 not a code",)
    assert "needs more characters (4 codes below)" in answer.hits[0].reason


def test_modifiers_and_units_belong_to_the_code_before_them(engine: Engine) -> None:
    answer = ask(engine, "99214-25-GT J1885 x 4")
    assert rows(answer) == ["cpt:99214", "modifier:25", "modifier:GT", "hcpcs:J1885"]
    assert answer.typed_codes[3].units == 4
    assert answer.advice == ("2 codes: 2 valid; 2 modifiers",)


def test_code_of_cpt_that_is_not_loaded_is_an_entry(engine: Engine) -> None:
    answer = ask(engine, "99285-25")
    assert [(typed.typed, typed.hit is None) for typed in answer.typed_codes] == [("99285", True), ("25", False)]
    assert "form of a CPT code" in answer.typed_codes[0].statement
    assert answer.advice == ("1 code: 1 not loaded; 1 modifier",)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("J1100 JW", "hcpcs:J1100"),
        ("J1100 x 4", "hcpcs:J1100"),
        ("J1100 99214", "hcpcs:J1100"),
        ("J1100 K21.9", "hcpcs:J1100"),
        ("J1100 K219", "icd10cm:J11.00"),
        ("J1100 J1100", "icd10cm:J11.00"),
    ],
)
def test_code_of_two_sets_is_read_by_those_beside_it(engine: Engine, text: str, first: str) -> None:
    assert rows(ask(engine, text))[0] == first


def test_filters_leave_codes_out_and_say_so(engine: Engine) -> None:
    answer = ask(engine, "I50.22 99214", systems=frozenset({System.ICD10CM}))
    assert rows(answer) == ["icd10cm:I50.22"]
    assert answer.typed_codes[1].statement == "99214 is in CPT, which is not searched."
    assert answer.advice == ("2 codes: 1 valid, 1 hidden",)


def test_placeholders_are_added_in_a_list(engine: Engine) -> None:
    answer = ask(engine, "W21.89A, S67.01D")
    assert rows(answer) == ["icd10cm:W21.89XA", "icd10cm:S67.01XD"]
    assert "placeholder X: W21.89A → W21.89XA" in answer.hits[0].reason


def test_long_column_is_read_to_its_end(engine: Engine) -> None:
    column = "\n".join(["K21.9 Gastro-esophageal reflux disease without esophagitis", "J44.9 COPD"] * 30)
    assert len(column) > 1000
    assert len(ask(engine, column).hits) == 60
    assert ask(engine, column).advice == ("60 codes: 60 valid",)


def no_match(_words: str, _filters: Filters) -> None:
    """Answer no words."""


def test_no_phrase_of_titles_is_a_list(library: Library) -> None:
    """Of all titles those that name codes of other sets are read as one code at most."""
    connection = library.connect()
    catalogue, index = Catalogue(connection), SearchIndex(connection)
    reader = CodeListReader(catalogue, CodeSearch(catalogue, index, Lexicon(connection)), no_match)
    numbered = [title for (title,) in connection.execute("SELECT title FROM node WHERE title GLOB '*[0-9]*'")]
    assert len(numbered) > 1000
    assert [title for title in numbered if reader.read(Question(title), frozenset()).typed_codes] == []


def test_claim_line_is_read_with_all_that_it_says(engine: Engine) -> None:
    answer = ask(engine, "03/04/2026 11 99214-25 A 185.00 1")
    assert rows(answer) == ["pos:11", "cpt:99214", "modifier:25"]
    assert answer.typed_codes[1].units == 1
    assert "with 25 · 1 unit · charge $185.00" in answer.hits[1].reason
    assert answer.advice == (
        "1 code: 1 valid; 1 modifier and 1 place of service",
        "Not read as codes: 03/04/2026.",
    )


def test_letters_after_an_ambulance_code_are_its_route(engine: Engine) -> None:
    answer = ask(engine, "A0428 RH x1")
    assert rows(answer) == ["hcpcs:A0428"]
    assert answer.typed_codes[1].statement == "Ambulance from a residence to a hospital"
    assert answer.advice == ("1 code: 1 valid; 1 modifier",)


def test_words_beside_codes_are_offered_their_best_match(engine: Engine) -> None:
    answer = ask(engine, "E11.9, I10, gout")
    assert rows(answer) == ["icd10cm:E11.9", "icd10cm:I10"]
    assert answer.typed_codes[2].kind is PartKind.WORDS
    assert [hit.node.code for hit in answer.near] == ["M10"]
    assert answer.near[0].reason == "best match for “gout”"
    assert answer.advice == ("2 codes: 2 valid; 1 in words",)


@pytest.mark.parametrize(
    "text", ["E11.9, I10, hypertension", "E11.9 DM2\nI10 HTN", "E11.9 (type 2 diabetes), I10 (htn)"]
)
def test_words_that_describe_a_code_beside_them_are_not_offered(engine: Engine, text: str) -> None:
    answer = ask(engine, text)
    assert len(answer.typed_codes) == 2
    assert answer.near == ()


def test_words_of_a_sentence_are_said_to_be_left_out(engine: Engine) -> None:
    answer = ask(engine, "Hello, please bill E11.9 and I10, thanks")
    assert rows(answer) == ["icd10cm:E11.9", "icd10cm:I10"]
    assert answer.near == ()
    assert answer.advice[1] == "Not read as codes: Hello, please bill, thanks."


def test_range_among_codes_is_one_entry(engine: Engine) -> None:
    answer = ask(engine, "J0129-J0132, I10")
    assert answer.typed_codes[0].statement == "A range from J0129 to J0132: 3 loaded codes"
    assert rows(answer) == ["icd10cm:I10"]


def test_code_with_its_title_after_a_tab_is_one_code(engine: Engine) -> None:
    answer = ask(engine, "E11.9\tType 2 diabetes mellitus\t1")
    assert answer.typed_codes == ()
    assert rows(answer)[0] == "icd10cm:E11.9"


def test_parts_of_a_place_of_service_scope_are_places() -> None:
    parts = several_codes("11 22", KNOWN, only_kind=PartKind.PLACE).parts
    assert [(part.code, part.kind) for part in parts] == [("11", PartKind.PLACE), ("22", PartKind.PLACE)]


@pytest.mark.parametrize("count", [200, 201, 300])
def test_a_list_says_that_it_is_cut(count: int) -> None:
    assert several_codes("J44.9\n" * count, KNOWN).is_cut == (count > 200)


def test_places_are_counted_in_the_plural(engine: Engine) -> None:
    assert ask(engine, "pos 11 21").advice == ("2 places of service",)
