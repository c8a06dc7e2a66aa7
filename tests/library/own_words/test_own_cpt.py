"""Our own tables on CPT: the outline is consistent, its texts name codes within it, and damage is reported."""

import re
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.codes.cpt_sections import CATEGORY_I_RANGES, LETTER_RANGES
from app.library.own_words.cpt import CptOutline, read_cpt_examples, read_cpt_lessons, read_cpt_sections
from app.releases.errors import ReleaseError

TABLES = Path(__file__).parents[3] / "resources" / "tables"
READERS = {"sections": read_cpt_sections, "examples": read_cpt_examples, "lessons": read_cpt_lessons}

DELETED_CODES = {"99201"}
"""Codes that the texts mention as deleted."""

CODE = re.compile(r"\b(?:[0-9]{5}|[0-9]{4}[FTUMA])\b")


@pytest.fixture(scope="module")
def outline() -> CptOutline:
    return read_cpt_sections(TABLES / "cpt_sections.tsv")


def changed(folder: Path, table: str, old: str, new: str) -> Path:
    """Write a copy of a real table with one text replaced."""
    text = (TABLES / f"cpt_{table}.tsv").read_text(encoding="utf-8")
    assert old in text
    path = folder / f"cpt_{table}.tsv"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("99213", ["category-1", "em", "em-office"]),
        ("12002", ["category-1", "surgery", "surgery-skin", "surgery-skin-repair"]),
        ("36415", ["category-1", "surgery", "surgery-heart-vessels", "surgery-vessels"]),
        ("87635", ["category-1", "pathology", "lab-microbes"]),
        ("90658", ["category-1", "medicine", "medicine-vaccines"]),
        ("90471", ["category-1", "medicine", "medicine-vaccine-giving"]),
        ("99500", ["category-1", "medicine", "medicine-home"]),
        ("98005", ["category-1", "em", "em-telemedicine"]),
        ("00100", ["category-1", "anesthesia", "anesthesia-head"]),
        ("01999", ["category-1", "anesthesia", "anesthesia-other"]),
        ("80000", []),
        ("05000", []),
        ("99199", ["category-1", "medicine", "medicine-other"]),
        ("2029F", ["category-2", "category-2-examination"]),
        ("0999F", ["category-2"]),
        ("9008F", []),
        ("0042T", ["category-3"]),
        ("0041T", []),
        ("0240U", ["pla"]),
        ("0003M", ["maaa"]),
        ("0001A", ["vaccine-a"]),
        ("J1100", []),
        ("9921", []),
        ("\u0669\u0669\u0662\u0661\u0663", []),
        ("", []),
    ],
)
def test_sections_of_a_code(outline: CptOutline, code: str, keys: list[str]) -> None:
    assert [record.key for record in outline.section_of(code)] == keys


@given(st.one_of(st.text(max_size=7), st.from_regex(r"[0-9]{4}[0-9FTUMA]", fullmatch=True)))
def test_sections_of_any_text_form_one_chain(outline: CptOutline, code: str) -> None:
    sections = outline.section_of(code)
    assert [record.parent for record in sections] == [None, *(record.key for record in sections)][: len(sections)]


def test_ranges_nest_in_order_without_overlap(outline: CptOutline) -> None:
    """Check the records independently of the reader's own checks."""
    by_key = {record.key: record for record in outline.records}

    def numbers(first: str, last: str) -> tuple[str, int, int]:
        return first[4:] if first[4:].isalpha() else "", int(first.rstrip("FTUMA")), int(last.rstrip("FTUMA"))

    ranges_by_parent: dict[str | None, list[tuple[str, int, int]]] = {}
    for record in outline.records:
        for pair in record.ranges:
            letter, first, last = numbers(*pair)
            assert first <= last
            ranges_by_parent.setdefault(record.parent, []).append((letter, first, last))
            if record.parent is not None:
                above = [numbers(*other) for other in by_key[record.parent].ranges]
                assert any(letter == a and low <= first and last <= high for a, low, high in above), record
    for parent, ranges in ranges_by_parent.items():
        for (letter, _, last), (next_letter, first, _) in pairwise(sorted(ranges)):
            assert letter != next_letter or last < first, parent


def test_sections_are_those_that_recognize_code_shapes(outline: CptOutline) -> None:
    sections = sorted(
        (*pair, record.title) for record in outline.records if record.kind == "section" for pair in record.ranges
    )
    assert sections == list(CATEGORY_I_RANGES)
    categories = {
        record.ranges for record in outline.records if record.kind == "category" and record.key != "category-1"
    }
    assert categories == {((first, last),) for first, last, _ in LETTER_RANGES.values()}


def test_every_section_has_its_subsections(outline: CptOutline) -> None:
    sections = [record for record in outline.records if record.kind == "section"]
    assert [record.title for record in sections] == [
        "Anesthesia",
        "Surgery",
        "Radiology",
        "Pathology and Laboratory",
        "Medicine",
        "Evaluation and Management",
    ]
    for section in sections:
        assert sum(record.parent == section.key for record in outline.records) >= 7, section.key


def test_outline_texts_are_short_and_search_words_lower_case(outline: CptOutline) -> None:
    for record in outline.records:
        assert record.text.endswith("."), record.key
        assert len(re.findall(r"[.?](?= |$)", record.text)) <= 3, record.key
        assert all(word == word.lower() for word in record.everyday), record.key
    titles = [record.title for record in outline.records]
    assert len(set(titles)) == len(titles)


def test_the_six_worked_examples(outline: CptOutline) -> None:
    examples = read_cpt_examples(TABLES / "cpt_examples.tsv")
    assert [example.code for example in examples] == ["12002", "36415", "87635", "90658", "99213", "99214"]
    for example in examples:
        assert len(example.steps) >= 3
        assert len(example.confused_with) >= 3
        assert len(example.pitfalls) >= 3
        assert example.modifiers


def test_neighboring_codes_are_named_by_number_with_what_differs() -> None:
    """No sizes, ages or doses: these are the AMA's descriptors. Codes that begin with a letter are CMS's."""
    codes = re.compile(r"[0-9A-Z][0-9]{4}(?:(?: to |, | and )[0-9A-Z][0-9]{4})*(?: and similar codes)?")
    for example in read_cpt_examples(TABLES / "cpt_examples.tsv"):
        for part in example.confused_with:
            named, _, difference = part.partition(": ")
            assert len(difference.split()) >= 3, f"{example.code}: {part}"
            without_years = re.sub(r"\b20[0-9]{2}(?:-[0-9]{2})?\b", "", difference)
            assert not re.search(r"[0-9]", without_years), f"{example.code}: {part}"
            assert named == "A visit code" or codes.fullmatch(named), part


def test_codes_named_in_the_texts_lie_in_a_subsection(outline: CptOutline) -> None:
    """Every code named in a text lies in a subsection, or in a category without any; a mistyped one would not."""
    texts = [" ".join(read_table(table)) for table in READERS]
    named = {code for text in texts for code in CODE.findall(text)} - DELETED_CODES
    assert len(named) > 60
    leaves = {record.key for record in outline.records} - {record.parent for record in outline.records}
    without_subsection = sorted(
        code for code in named if not leaves & {record.key for record in outline.section_of(code)}
    )
    assert without_subsection == []


def read_table(table: str) -> list[str]:
    lines = (TABLES / f"cpt_{table}.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    # The first and last codes of the outline are the sections themselves.
    return [cell for row in rows for cell in (row[5:] if table == "sections" else row)]


def test_lessons_have_several_paragraphs() -> None:
    lessons = read_cpt_lessons(TABLES / "cpt_lessons.tsv")
    assert len(lessons) >= 12
    for lesson in lessons:
        assert len(lesson.paragraphs) >= 3, lesson.key
        assert all(paragraph.endswith((".", ":")) for paragraph in lesson.paragraphs), lesson.key


@pytest.mark.parametrize(
    ("table", "old", "new", "message"),
    [
        ("sections", "section\t", "chapter\t", r"cpt_sections.tsv, line \d+: expected category, section, subsection"),
        ("sections", "\tem-office\t", "\tEM office\t", "expected a key such as em-office"),
        ("sections", "\tem-office\t", "\tem-home\t", "the key 'em-home' is there already"),
        ("sections", "\t99202\t99215\t", "\t99202\t9921\u0665\t", "expected CPT codes"),
        ("sections", "\t99202\t99215\t", "\t99202\t99220 99222\t", "as many last codes as first ones"),
        ("sections", "\t99202\t99215\t", "\t99215\t99202\t", "lower end to its upper, found 99215 to 99202"),
        ("sections", "\t99202\t99215\t", "\t99202\t9215T\t", "lower end to its upper"),
        ("sections", "\t99202\t99215\t", "\t99202 99211\t99212 99215\t", "in order and apart"),
        ("sections", "\t99202\t99215\t", "\t99202\t99221\t", "overlaps 'em-office'"),
        ("sections", "\t99202\t99215\t", "\t99202\t99500\t", "not within its parent 'em'"),
        ("sections", "\t12001\t16036\t", "\t10025\t10029\t", "not within its parent 'surgery-skin'"),
        ("sections", "\t20100\t20999\t", "\t29990\t29999\t", "expected a first code behind 29990"),
        ("sections", "\tem\tem-office\t", "\tnowhere\tem-office\t", "expected the key of an earlier row"),
        ("sections", "\t-\tcategory-3\t", "\tpla\tcategory-3\t", "expected the key of an earlier row"),
        ("sections", "\t-\tpla\t", "\tcategory-3\tpla\t", "a category does not stand in the category"),
        ("sections", "section\t00100\t01999\tcategory-1", "section\t00100\t01999\t-", "stand in another record"),
        ("examples", "\n12002\t", "\n1200\t", "expected a CPT code"),
        ("examples", "\n12002\t", "\n36415\t", "36415 is explained already"),
        ("examples", " ¶ ", " ¶  ¶ ", "expected texts with ' ¶ ' between them"),
        ("lessons", "\nem-time\t", "\nem-level\t", "the key 'em-level' is there already"),
        ("lessons", "\nem-time\t", "\nem-time", "expected 3 columns, found 2"),
        ("lessons", "\nem-time\t", "\nem-time\t\t", "expected 3 columns, found 4"),
        ("lessons", "\nem-time\t", "\n \t", "expected a filled cell"),
        ("lessons", "Counting", "Coun\0ting", "control character"),
        ("lessons", "Counting", "Coun\u2028ting", "control character"),
        ("lessons", "Counting", "x" * 100_001, "without an end"),
    ],
)
def test_an_invalid_row_is_refused_with_its_line(tmp_path: Path, table: str, old: str, new: str, message: str) -> None:
    with pytest.raises(ReleaseError, match=message) as caught:
        READERS[table](changed(tmp_path, table, old, new))
    assert re.match(rf"cpt_{table}\.tsv, line \d+: ", str(caught.value))


def test_a_missing_table_is_reported(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"cpt_lessons\.tsv cannot be read"):
        read_cpt_lessons(tmp_path / "cpt_lessons.tsv")


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.sampled_from(sorted(READERS)), st.integers(0, 90_000), st.integers(0, 40), st.binary(max_size=8))
def test_any_damage_is_a_release_error(tmp_path: Path, table: str, at: int, length: int, instead: bytes) -> None:
    content = (TABLES / f"cpt_{table}.tsv").read_bytes()
    at %= len(content)
    path = tmp_path / "damaged.tsv"
    path.write_bytes(content[:at] + instead + content[at + length :])
    with suppress(ReleaseError):
        READERS[table](path)
