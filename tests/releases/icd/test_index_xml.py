"""The Alphabetic Index and the External Cause Index: the real files, and made-up ones for what they may not be."""

import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.icd.index_xml import index_terms, read_index
from app.releases.records import IndexEntry
from tests.official import official
from tests.releases.xml_damage import (
    CHANGES,
    ENTITY_BOMB,
    OUTSIDE_ENTITY,
    beginning,
    changed,
    check_damaged,
    inside,
    read,
    written,
)

HOLDS = frozenset({"code", "see", "seeAlso", "seecat", "subcat", "manif"})


@pytest.fixture(scope="module")
def index() -> Member:
    return inside(official("icd10cm", "ICD10CM_FY2017_Full_XML.zip"), "icd10cm_index_2017.xml")


@pytest.fixture(scope="module")
def entries(index: Member) -> tuple[IndexEntry, ...]:
    return tuple(read_index(index))


@pytest.fixture(scope="module", params=["ICD10CM_FY2017_Full_XML.zip", "april-1-2026-tables-and-index.zip"])
def external(request: pytest.FixtureRequest) -> Member:
    zipped = official("icd10cm", request.param)
    return inside(zipped, "eindex_2017.xml" if "2017" in request.param else "eindex-april-1-2026-xml.xml")


@pytest.fixture(scope="module")
def codes_of_2026() -> frozenset[str]:
    """Every plain code of FY2026 and, with a dash, every beginning of a code: columns 7 to 13 of the order file."""
    order = inside(official("icd10cm", "2026-code-descriptions-tabular-order.zip"), "icd10cm_order_2026.txt")
    codes = {row[6:13].strip() for row in read(order).decode("ascii", "replace").splitlines()}
    return frozenset(codes | {f"{code[:length]}-" for code in codes for length in range(3, len(code))})


def exists(code: str, codes: frozenset[str]) -> bool:
    """Return whether a printed code is a code or the beginning of one. A dash also follows some complete codes."""
    plain = code.replace(".", "").rstrip("-")
    return plain in codes or f"{plain}-" in codes


# The Alphabetic Index


@pytest.mark.slow
def test_terms_are_counted_as_in_the_file(index: Member) -> None:
    """7,973 main terms and 69,226 below them, including those that only have terms below them."""
    depths = Counter(min(len(term.path), 2) for term in index_terms(index, HOLDS))
    assert depths == {0: 1, 1: 7_973, 2: 69_226}
    content = read(index)
    assert (content.count(b"<mainTerm>"), content.count(b"<term ")) == (7_973, 69_226)


@pytest.mark.slow
def test_every_code_and_reference_is_an_entry(index: Member, entries: tuple[IndexEntry, ...]) -> None:
    content = read(index)
    written = {tag: content.count(b"<%s>" % tag.encode()) for tag in HOLDS}
    assert written["code"] == 59_412
    kinds = Counter(entry.kind for entry in entries)
    assert kinds["code"] == written["code"] + written["subcat"]
    assert kinds["see"] == written["see"] + written["seecat"]
    assert kinds["see also"] == written["seeAlso"]
    assert sum(1 for entry in entries if entry.manifestation) == written["manif"]


@pytest.mark.slow
def test_all_but_fifteen_codes_of_2017_exist_in_2026(
    entries: tuple[IndexEntry, ...], codes_of_2026: frozenset[str]
) -> None:
    """The joints of the thumb (S63.13-, S63.14-) have ended since. The other eleven are mistakes of the Index of 2017:
    the Tabular List of that year has no such codes either. All 746 manifestations exist."""
    gone = Counter(code for entry in entries for code in entry.codes if not exists(code, codes_of_2026))
    assert gone == {
        "T81.48": 5,
        "S63.13-": 2,
        "S63.14-": 2,
        "T83.717": 1,
        "T83.727": 1,
        "I16.2": 1,
        "K06.00": 1,
        "K06.03": 1,
        "K06.04": 1,
    }
    assert sum(gone.values()) == 15
    tabular = read(inside(official("icd10cm", "ICD10CM_FY2017_Full_XML.zip"), "tabular_2017.xml"))
    then = {code for code in gone if b"<name>%s</name>" % code.rstrip("-").encode() in tabular}
    assert then == {"S63.13-", "S63.14-"}
    assert all(exists(entry.manifestation, codes_of_2026) for entry in entries if entry.manifestation)


@pytest.mark.slow
def test_every_entry_has_a_code_or_a_reference(entries: tuple[IndexEntry, ...]) -> None:
    for entry in entries:
        assert all(term == " ".join(term.split()) and term for term in entry.path)
        assert len(entry.path) <= 10
        assert bool(entry.see) == (entry.kind != "code"), entry
        assert entry.see or entry.codes
        assert entry.see == " ".join(entry.see.split())


def test_known_places_of_the_index(entries: tuple[IndexEntry, ...]) -> None:
    assert entries[0] == IndexEntry(("Aarskog's syndrome",), "code", codes=("Q87.1",))
    assert IndexEntry(("Abasia (-astasia) (hysterical)",), "code", codes=("F44.4",)) in entries
    assert IndexEntry(("Abdomen, abdominal",), "see also", see="condition") in entries
    nine = [entry for entry in entries if len(entry.path) == 10]
    assert len(nine) == 4
    categories = {entry.see: entry.codes for entry in entries if entry.see.startswith("category ")}
    assert categories["category E09"] == ("E09",)


@pytest.mark.slow
def test_reading_keeps_little_of_the_file_in_memory(index: Member, tmp_path: Path) -> None:
    """Only a chunk of 64 KB and its elements, 1.5 MB, are in memory; the tree of the file would take tens of MB."""
    member = written(tmp_path, beginning(read(index), 2_000_000, b"</mainTerm>"))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_index(member)) > 10_000
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


# The External Cause Index


@pytest.mark.slow
def test_external_causes_are_complete(external: Member) -> None:
    content = read(external)
    kinds = Counter(entry.kind for entry in read_index(external))
    assert kinds["code"] == content.count(b"<code>") + content.count(b"<subcat>")
    assert kinds["see"] == content.count(b"<see>") + content.count(b"<seecat>")
    assert kinds["see also"] == content.count(b"<seeAlso>")


def test_external_causes_lead_to_codes_of_2026(external: Member, codes_of_2026: frozenset[str]) -> None:
    """2017 names six codes of V47 that the Tabular List of that year had dropped; April 2026 has no exception."""
    gone = {code for entry in read_index(external) for code in entry.codes if not exists(code, codes_of_2026)}
    assert gone == (
        {"V47.02", "V47.12", "V47.32", "V47.52", "V47.62", "V47.92"} if b"<version>2017" in read(external) else set()
    )


# Made-up files


def made_up(folder: Path, terms: str, opening: str = "<version>2030</version><title>MADE-UP INDEX</title>") -> Member:
    content = f"<?xml version='1.0' encoding='utf-8'?>\n<ICD10CM.index>{opening}\n<letter><title>A</title>\n{terms}"
    return written(folder, f"{content}\n</letter></ICD10CM.index>".encode())


def main_term(content: str, title: str = "Ache") -> str:
    return f"<mainTerm><title>{title}</title>{content}</mainTerm>"


def term(level: int | str, content: str, title: str = "dull") -> str:
    return f'<term level="{level}"><title>{title}</title>{content}</term>'


def refusal(member: Member) -> str:
    with pytest.raises(ReleaseError) as raised:
        tuple(read_index(member))
    sentence = str(raised.value)
    assert sentence.startswith("made-up.xml, line ")
    assert "\n" not in sentence
    assert len(sentence) < 400
    return sentence


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("Abasia<nemod>(-astasia) (hysterical)</nemod>", "Abasia (-astasia) (hysterical)"),
        ("Abandonment<nemod>(cold)</nemod> NEC", "Abandonment (cold) NEC"),
        ("<nemod>(gastro)</nemod>enteritis", "(gastro) enteritis"),
        ("<nemod>(taser)</nemod>", "(taser)"),
        ("Fever<nemod>(acute)</nemod>, newborn", "Fever (acute), newborn"),
        ("Laurence<nemod>(-Moon)</nemod>-Biedl", "Laurence (-Moon)-Biedl"),
        ("a<nemod>(b)</nemod>c<nemod>(d)</nemod>", "a (b) c (d)"),
        ("  in \n war  operations ", "in war operations"),
        ("Ménière's<nemod/> &amp; others", "Ménière's & others"),
    ],
)
def test_modifiers_keep_their_place_in_the_title(tmp_path: Path, title: str, path: str) -> None:
    (entry,) = read_index(made_up(tmp_path, main_term("<code>R52</code>", title)))
    assert entry.path == (path,)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", []),
        ("<code>E11.4-</code>", [("code", "", ("E11.4-",), "")]),
        ("<code> A40- </code>", [("code", "", ("A40-",), "")]),
        ("<code>T38.0x1</code>", [("code", "", ("T38.0x1",), "")]),
        ("<code>E85.4</code><manif>[N29 ]</manif>", [("code", "", ("E85.4",), "N29")]),
        ("<code>A18.1</code><code>N16</code>", [("code", "", ("A18.1", "N16"), "")]),
        ("<seeAlso>Pain</seeAlso><code>R52</code>", [("code", "", ("R52",), ""), ("see also", "Pain", (), "")]),
        (
            "<see>Pain</see><seeAlso> Ache,  back</seeAlso>",
            [("see", "Pain", (), ""), ("see also", "Ache, back", (), "")],
        ),
        ("<subcat>H83.0</subcat>", [("code", "", ("H83.0",), "")]),
        ("<seecat>QA0</seecat>", [("see", "category QA0", ("QA0",), "")]),
    ],
)
def test_the_content_of_a_term(
    tmp_path: Path, content: str, expected: list[tuple[str, str, tuple[str, ...], str]]
) -> None:
    entries = list(read_index(made_up(tmp_path, main_term(content))))
    assert [(entry.kind, entry.see, entry.codes, entry.manifestation) for entry in entries] == expected


def test_terms_come_in_file_order_with_those_above_them(tmp_path: Path) -> None:
    below = term(1, "<code>R51</code>" + term(2, "<code>R52</code>", "b"), "a") + term(1, "<see>Pain</see>", "c")
    entries = read_index(made_up(tmp_path, main_term(f"<code>R50</code>{below}") + main_term(term(1, ""), "Zeal")))
    assert [(entry.path, entry.codes) for entry in entries] == [
        (("Ache",), ("R50",)),
        (("Ache", "a"), ("R51",)),
        (("Ache", "a", "b"), ("R52",)),
        (("Ache", "c"), ()),
    ]


def test_nine_levels_are_read_and_ten_are_not(tmp_path: Path) -> None:
    content = "<code>R52</code>"
    for level in range(9, 0, -1):
        content = term(level, content, str(level))
    (entry,) = read_index(made_up(tmp_path, main_term(content)))
    assert entry.path == ("Ache", *"123456789")
    content = "<code>R52</code>"
    for level in range(10, 0, -1):
        content = term(level, content)
    assert "at most 9 levels" in refusal(made_up(tmp_path, main_term(content)))


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (main_term("<warning>mind</warning>"), "line 4: expected no such element in <mainTerm>, found <warning>"),
        (main_term("<diff><new>x</new></diff>"), "<diff>"),
        (main_term('<cell col="2">C80.1</cell>'), "<cell>"),
        (main_term("", "Ache<b>bold</b>"), "expected no such element in <title>, found <b>"),
        (main_term("", "Ache<nemod><i>x</i></nemod>"), "found <nemod>"),
        (main_term("<code>R5<i>2</i></code>"), "expected no such element in <code>, found <i>"),
        (main_term("<code>see R52</code>"), "expected a code such as E11.4- in <code>, found 'see R52'"),
        (main_term("<code/>"), "expected a text in <code>"),
        (main_term("<see> </see>"), "expected a text in <see>"),
        (main_term("<manif>N29</manif>"), "<manif>"),
        (main_term("<code>E85.4</code><manif>both sides</manif>"), "in <manif>, found 'both sides'"),
        (main_term("<code>E85.4</code><manif>N29</manif><manif>N29</manif>"), "<manif>"),
        (main_term("", ""), "expected a text in <title>"),
        ("<mainTerm><code>R52</code></mainTerm>", "expected no <code> here"),
        ("<mainTerm></mainTerm>", "expected a <title> in <mainTerm>"),
        ("<mainTerm><term level='1'><title>x</title></term></mainTerm>", "expected a <title> in <mainTerm>"),
        (main_term("<title>Pain</title>"), "expected no <title> here"),
        (main_term(term(1, "") + "<code>R52</code>"), "expected no <code> here"),
        (main_term(term(2, "")), "line 4: expected the level 1, found '2'"),
        (main_term(term("¹", "")), "expected the level 1"),
        (main_term("<term><title>x</title></term>"), "expected the level 1, found ''"),
        (main_term("words"), "found the text 'words'"),
        (term(1, ""), "expected no such element in <letter>, found <term>"),
        (main_term("<see>x</see>" * 101), "expected no <see> here"),
        ("<version>2031</version>", "in <letter>, found <version>"),
    ],
)
def test_other_content_is_refused_with_file_and_line(tmp_path: Path, terms: str, expected: str) -> None:
    assert expected in refusal(made_up(tmp_path, terms))


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        ("<version>2030</version><version>2031</version>", "line 2: expected no <version> here"),
        ("<indexHeading><head col='1'>Neoplasm</head></indexHeading>", "found the columns of a table"),
        ("<notes/>", "expected no such element in <ICD10CM.index>, found <notes>"),
    ],
)
def test_another_beginning_is_refused(tmp_path: Path, opening: str, expected: str) -> None:
    assert expected in refusal(made_up(tmp_path, main_term("<code>R52</code>"), opening))


GOOD = "<ICD10CM.index><version>2030</version><letter>" + main_term("<code>R52</code>") + "</letter></ICD10CM.index>"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "well-formed"),
        (GOOD[:-30].encode(), "well-formed"),
        (GOOD.encode() * 2, "well-formed"),
        (GOOD.replace("Ache", "A\0che").encode(), "well-formed"),
        (GOOD.replace("Ache", "Ménière").encode("latin-1"), "well-formed"),
        (GOOD.replace("Ache", "&ache;").encode(), "well-formed"),
        (
            b"<?xml version='1.0' encoding='iso-8859-1'?>" + GOOD.encode(),
            "expected the encoding utf-8, found 'iso-8859-1'",
        ),
        (b"<?xml version='1.0' encoding='klingon'?>" + GOOD.encode(), "expected the encoding utf-8, found 'klingon'"),
        (b"<?xml version='1.0' encoding='utf-16'?>" + GOOD.encode(), "well-formed"),
        (b"PK\3\4" + GOOD.encode(), "well-formed"),
        (b"<html><body>Service unavailable</body></html>", "expected <ICD10CM.index> at the top, found <html>"),
        (ENTITY_BOMB + GOOD.replace("Ache", "&b;").encode(), "line 2: expected no DTD and no entities"),
        (OUTSIDE_ENTITY + GOOD.replace("Ache", "&a;").encode(), "line 2: expected no DTD and no entities"),
        (b"<ICD10CM.index><version>2030</version></ICD10CM.index>", "expected the letters"),
        (b"<ICD10CM.index><letter>" + b"<mainTerm>" * 100_000, "in <mainTerm>, found <mainTerm>"),
        (b"<ICD10CM.index><title>" + b"<nemod>" * 100_000, "levels of elements"),
        (b"<ICD10CM.index><title>" + b"<nemod/>" * 120_000, "at most 100,000 elements"),
        (b"<ICD10CM.index><title>" + (b"<nemod>" + b"a" * 90_000 + b"</nemod>") * 100, "and 8,000,000 bytes"),
        (GOOD.replace("Ache", "A" * 200_000).encode(), "expected a text of at most 100,000 characters"),
        (GOOD.replace("<mainTerm>", f"<mainTerm a='{'x' * 3_000_000}'>").encode(), "expected a tag of at most"),
        (GOOD.replace("<code>", f"<!--{'x' * 3_000_000}--><code>").encode(), "expected a tag of at most"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else value,
)
def test_damaged_indexes_are_refused(tmp_path: Path, content: bytes, expected: str) -> None:
    assert expected in refusal(written(tmp_path, content))


def test_utf_16_is_recognized_and_read(tmp_path: Path) -> None:
    content = "<?xml version='1.0' encoding='utf-16'?>" + GOOD.replace("Ache", "Ménière")
    (entry,) = read_index(written(tmp_path, content.encode("utf-16")))
    assert entry.path == ("Ménière",)


@pytest.fixture(scope="module")
def sound(index: Member) -> bytes:
    return beginning(read(index), 200_000, b"</mainTerm>")


@pytest.mark.slow
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES)
def test_a_damaged_index_gives_entries_or_one_clear_sentence(
    tmp_path_factory: pytest.TempPathFactory, sound: bytes, changes: list[tuple[float, int, str, bytes]]
) -> None:
    member = written(tmp_path_factory.getbasetemp(), changed(sound, changes))
    check_damaged(member, lambda damaged: all(entry.path for entry in read_index(damaged)))


def test_the_beginning_that_is_damaged_is_sound_itself(sound: bytes, tmp_path: Path) -> None:
    assert len(list(read_index(written(tmp_path, sound)))) > 1_000
