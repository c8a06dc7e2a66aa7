"""Rows, reasons, totals, filters and advice on the real database."""

import sqlite3
import threading
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.codes.node import Level
from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.search.answer import MOST_COUNTED, Answer, Filters, Hit, Question
from app.search.engine import Engine
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.query import MatchKind
from app.search.parsing.scopes import split_scope

CM, PCS = frozenset({System.ICD10CM}), frozenset({System.ICD10PCS})


def ask(engine: Engine, text: str, **filters: object) -> Answer:
    return engine.search(Question(text, Filters()._replace(**filters), limit=60))


def codes(answer: Answer) -> list[str]:
    return [hit.node.code for hit in answer.hits]


def hit(answer: Answer, code: str) -> Hit:
    return next(hit for hit in answer.hits if hit.node.code == code)


def marked(row: Hit) -> list[str]:
    return [row.node.title[start:end] for start, end in row.marks]


# Rows


def test_answer_carries_its_question(engine: Engine) -> None:
    question = Question("gout", Filters(valid_only=True), limit=3)
    answer = engine.search(question)
    assert answer.question is question
    assert len(counted_rows(answer)) == 3
    assert answer.total > 3
    assert answer.elapsed_ms > 0


def test_rows_are_distinct(engine: Engine) -> None:
    for text in ("fracture", "e11", "0dtj", "chf", "nuemonia", "appendectomy", "s72 fracture", "right"):
        row_codes = codes(ask(engine, text))
        assert len(set(row_codes)) == len(row_codes), text


def test_heading_comes_before_its_own_details(engine: Engine) -> None:
    row_codes = codes(ask(engine, "fracture of femur"))
    assert row_codes[0] == "S72"
    below = [code for code in row_codes if code.startswith("S72.30")]
    assert below == sorted(below, key=lambda code: (len(code), row_codes.index(code)))


def test_finished_codes_fold_into_one_row(engine: Engine) -> None:
    row = hit(ask(engine, "unspecified fracture of shaft of right femur"), "S72.301")
    assert row.node.is_family
    assert row.node.variants == 16
    assert "S72.301A" not in codes(ask(engine, "unspecified fracture of shaft of right femur"))


def test_variant_that_the_words_determine_stands_before_its_family(engine: Engine) -> None:
    row_codes = codes(ask(engine, "unspecified fracture shaft right femur sequela"))
    assert row_codes[:2] == ["S72.301S", "S72.301"]


@pytest.mark.parametrize("typed", ["S06.1X7", "s061x7", "S06.1X7A"])
def test_family_of_one_is_that_code(engine: Engine, typed: str) -> None:
    answer = ask(engine, typed)
    assert codes(answer) == ["S06.1X7A"]
    assert (answer.total, answer.by_system[System.ICD10CM]) == (1, 1)


def test_rows_have_a_location(engine: Engine) -> None:
    assert (
        hit(ask(engine, "e11.40"), "E11.40").location
        == "E11.4 › Type 2 diabetes mellitus with neurological complications"
    )


# Reasons


@pytest.mark.parametrize(
    ("typed", "code", "kind", "reason"),
    [
        ("e11.40", "E11.40", MatchKind.CODE, ""),
        ("headache", "R51", MatchKind.TITLE, ""),
        ("appendectomy", "0DTJ", MatchKind.INDEX, "Index: Appendectomy"),
        ("congestive heart failure nos", "I50.9", MatchKind.INCLUSION, "includes: Congestive heart failure NOS"),
        ("copd", "J44.9", MatchKind.ABBREVIATION, "abbreviation: COPD"),
    ],
)
def test_kind_and_reason(engine: Engine, typed: str, code: str, kind: MatchKind, reason: str) -> None:
    row = hit(ask(engine, typed), code)
    assert (row.kind, row.reason) == (kind, reason)


def test_everyday_words_are_explained(engine: Engine) -> None:
    row = hit(ask(engine, "heart attack"), "I21.9")
    assert "heart attack → " in row.reason


def test_spelling_is_explained(engine: Engine) -> None:
    answer = ask(engine, "nuemonia")
    row = hit(answer, "J18.9")
    assert row.kind is MatchKind.SPELLING
    assert answer.read_as == "“nuemonia” read as pneumonia"
    assert row.reason == "", "the line above all rows tells it"
    assert marked(row) == ["Pneumonia"]


def test_row_explains_another_correction_than_the_line_above(engine: Engine) -> None:
    answer = ask(engine, "psycosis")
    assert answer.read_as == "“psycosis” read as psychosis"
    assert "spelling: psycosis → sycosis" in " ".join(row.reason for row in answer.hits)


def test_misspelled_text_is_answered_like_the_right_one(engine: Engine) -> None:
    for wrong, right in (("newmonia", "pneumonia"), ("rhumatoid artritis", "rheumatoid arthritis")):
        assert [row.node.code for row in ask(engine, wrong).hits] == [row.node.code for row in ask(engine, right).hits]


def test_far_spelling_is_offered_and_does_not_answer(engine: Engine) -> None:
    answer = ask(engine, "suiside")
    assert (answer.hits, answer.total, answer.read_as) == ((), 0, "")
    assert any("suicid" in row.node.title.lower() for row in answer.near)
    assert "No match for “suiside”. Did you mean suicide?" in answer.advice
    assert ("suicide", "suicide") in answer.suggestions


def test_rows_without_an_unknown_word_come_with_what_it_may_mean(engine: Engine) -> None:
    answer = ask(engine, "Suiside risk")
    assert answer.hits
    assert answer.near == ()
    assert ("suicide", "suicide risk") in answer.suggestions


def test_other_words_decide_what_a_misspelling_means(engine: Engine) -> None:
    assert ask(engine, "brane").hits == ()
    assert hit(ask(engine, "brane tumor"), "D49.6").kind is MatchKind.SPELLING


def test_misspelled_name_of_a_drug_is_that_drug(engine: Engine) -> None:
    rows = [row.node.code for row in ask(engine, "lisinipril overdose").hits]
    assert rows
    assert rows == [row.node.code for row in ask(engine, "lisinopril overdose").hits]


def test_word_that_means_nothing_is_answered_with_advice_alone(engine: Engine) -> None:
    for text in ("kowalski", "ramirez", "asdfgh", "zzxxy"):
        answer = ask(engine, text)
        assert (answer.hits, answer.near) == ((), ()), text
        assert answer.advice


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kneepain", "knee pain"),
        ("heartattack", "heart attack"),
        ("heart burn", "heartburn"),
        ("wheel chair", "wheelchair"),
    ],
)
def test_words_written_as_one_or_apart_find_the_same(engine: Engine, typed: str, meant: str) -> None:
    rows = [row.node.code for row in ask(engine, typed).hits[:3]]
    assert [row.node.code for row in ask(engine, meant).hits[:2]] == rows[:2]


def test_reason_names_missing_words(engine: Engine) -> None:
    answer = ask(engine, "heart failure zzyzx")
    assert answer.hits
    assert all(row.kind is MatchKind.PARTIAL for row in answer.hits)
    assert all("does not contain: zzyzx" in row.reason for row in answer.hits)
    assert any("contain some of them" in sentence for sentence in answer.advice)


def test_answer_tells_how_the_text_was_read(engine: Engine) -> None:
    assert ask(engine, "dm2 neurop").read_as == "“dm2” read as type 2 diabetes mellitus"
    assert ask(engine, "heart failure").read_as == ""
    assert ask(engine, "e11.40").read_as == ""


def test_matched_words_are_marked(engine: Engine) -> None:
    assert marked(hit(ask(engine, "diabetic neurop"), "E11.40")) == ["diabetic", "neurop"]
    assert marked(hit(ask(engine, "menieres"), "H81.0")) == ["Ménière"]


def test_marks_lie_within_title_and_reason(engine: Engine) -> None:
    for typed in ("fracture femur", "chf", "nuemonia", "appendectomy", "polyneur", "ménière", "right knee r"):
        for row in ask(engine, typed).hits:
            for marks, text in ((row.marks, row.node.title), (row.reason_marks, row.reason)):
                assert all(0 <= start < end <= len(text) for start, end in marks)
                assert all(mark[1] <= following[0] for mark, following in pairwise(marks))


# Strict before loose


def test_correct_spelling_is_never_disturbed(engine: Engine) -> None:
    for text in ("pneumonia", "fracture", "heart failure", "appendicitis", "diabetes", "asthma"):
        assert MatchKind.SPELLING not in {row.kind for row in ask(engine, text).hits}, text
        assert MatchKind.PARTIAL not in {row.kind for row in ask(engine, text).hits}, text


def test_as_typed_corrects_and_expands_nothing(engine: Engine) -> None:
    assert engine.search(Question("nuemonia", as_typed=True)).hits == ()
    kinds = {row.kind for row in engine.search(Question("chf", as_typed=True)).hits}
    assert not kinds & {MatchKind.ABBREVIATION, MatchKind.EVERYDAY, MatchKind.SPELLING}


def test_rows_with_all_words_come_before_those_with_most(engine: Engine) -> None:
    kinds = [row.kind is MatchKind.PARTIAL for row in ask(engine, "sept embol").hits]
    assert kinds == sorted(kinds)


# Totals


def test_total_counts_exactly_up_to_a_thousand(engine: Engine) -> None:
    answer = engine.search(Question("femur", Filters(systems=CM), limit=5000))
    assert not answer.at_least
    assert answer.total == len(counted_rows(answer)) < MOST_COUNTED
    assert engine.search(Question("femur", Filters(systems=CM), limit=5)).total == answer.total


def test_beyond_a_thousand_it_is_a_lower_bound(engine: Engine) -> None:
    for text in ("unspecified", "right", "fracture", "r", "S"):
        answer = ask(engine, text)
        assert (answer.total, answer.at_least) == (MOST_COUNTED, True), text


def test_crowded_beginnings_are_those_of_more_rows_than_are_counted(library: Library, engine: Engine) -> None:
    """Their rows are not read to be counted; the engine must say of them what counting would."""
    connection = library.connect()
    crowded: list[tuple[System, str]] = []
    for system in (System.ICD10CM, System.HCPCS, System.POS):
        rows = connection.execute(
            "SELECT e.words, e.node FROM entry e JOIN node n ON n.id = e.node WHERE n.system = ?", (system.value,)
        ).fetchall()
        for letter in "amxz":
            # Words in parentheses and with an apostrophe are written with signs of their own.
            plain = {node for words, node in rows if any(word.startswith(letter) for word in words.split())}
            answer = ask(engine, letter, systems=frozenset({system}))
            if len(plain) > MOST_COUNTED:
                crowded.append((system, letter))
                assert answer.by_system[system] == answer.total == MOST_COUNTED
                assert answer.at_least
            elif system is System.POS:
                assert answer.total < MOST_COUNTED
    # HCPCS has so many only with its official files.
    assert {(System.ICD10CM, "a"), (System.ICD10CM, "m")} <= set(crowded)


def test_offers_are_not_counted(engine: Engine) -> None:
    """What stands behind `denies` is only offered, though a letter begins more rows than are counted."""
    for text in ("denies c", "no c", "denies chest pain"):
        answer = ask(engine, text)
        assert not answer.hits
        assert answer.total == 0
        assert set(answer.by_system.values()) <= {0}


def test_small_totals_are_the_rows(engine: Engine) -> None:
    for text in ("e11.4", "bph", "appendectomy", "chf", "nstemi", "e11.4x", "E11.40"):
        answer = ask(engine, text)
        assert (answer.total, answer.at_least) == (len(counted_rows(answer)), False), text


def counted_rows(answer: Answer) -> list[Hit]:
    """Return the rows that count: without the parent of the first one."""
    return [row for row in answer.hits if not row.uncounted]


def test_counts_of_each_code_set(engine: Engine) -> None:
    for text in ("appendix", "fracture", "stomach", "E11", "E11.40", "0DTJ", "left lung"):
        both = ask(engine, text)
        for system in (System.ICD10CM, System.ICD10PCS):
            confined = ask(engine, text, systems=frozenset({system}))
            assert confined.total == both.by_system[system] == confined.by_system[system], text
            for other, count in confined.by_system.items():
                assert count == both.by_system[other], "code sets outside the filter are counted too, or omitted"


def test_count_that_needs_another_search_is_omitted(engine: Engine) -> None:
    for text in ("nuemonia", "e11 neuropathy", '"type 2 diabetes"'):
        assert System.ICD10CM not in ask(engine, text, systems=PCS).by_system, text


def test_rows_add_up(engine: Engine) -> None:
    for text in ("lap chole", "resection appendix percutaneous endoscopic", "artery -left", "nuemonia"):
        answer = ask(engine, text)
        assert sum(answer.by_system.values()) >= answer.total, text
        assert answer.at_least or sum(answer.by_system.values()) == answer.total, text


# Filters and scope


@pytest.mark.parametrize(("prefix", "system"), [("cm", System.ICD10CM), ("pcs", System.ICD10PCS)])
def test_scope_prefix_confines(engine: Engine, prefix: str, system: System) -> None:
    answer = ask(engine, f"{prefix}: appendix")
    assert {row.node.system for row in answer.hits} == {system}
    assert codes(answer) == codes(ask(engine, "appendix", systems=frozenset({system})))


def test_scope_and_filter_that_exclude_each_other(engine: Engine) -> None:
    answer = ask(engine, "pcs: appendix", systems=CM)
    assert answer.hits == ()
    assert "ICD-10-PCS" in answer.advice[0]
    assert "ICD-10-CM" in answer.advice[0]


def test_code_set_that_is_loaded_in_part(engine: Engine) -> None:
    answer = ask(engine, "hcpcs: zzzz")
    assert answer.hits == ()
    assert any("Only the starter set of HCPCS is loaded (1,515 codes)" in sentence for sentence in answer.advice)
    assert any("worked examples" in sentence for sentence in ask(engine, "cpt: zzzz").advice)
    assert any("sections 1 to X are of FY2024" in sentence for sentence in ask(engine, "pcs: zzzz").advice)
    assert ("search all code sets", "zzzz") in answer.suggestions


def test_within_a_chapter_or_table(engine: Engine, catalogue: Catalogue) -> None:
    for system, code, text in ((System.ICD10CM, "9", "pain"), (System.ICD10PCS, "0DT", "colon")):
        branch = catalogue.find(system, code)
        assert branch is not None
        answer = ask(engine, text, within=branch.id)
        assert answer.hits
        for row in answer.hits:
            assert branch in (*catalogue.ancestors(row.node.id), row.node), row.node.code


def test_within_a_section_of_sections(engine: Engine, catalogue: Catalogue) -> None:
    branch = catalogue.find(System.ICD10CM, "C00-C96")
    assert branch is not None
    answer = ask(engine, "breast", within=branch.id)
    assert any(code.startswith("C50") for code in codes(answer))
    assert all(code.startswith("C") for code in codes(answer))


def test_only_complications_are_shown(engine: Engine) -> None:
    everything = ask(engine, "heart failure")
    answer = ask(engine, "heart failure", cc_only=True)
    codes = [hit.node.code for hit in answer.hits]
    assert "I50.23" in codes
    assert 0 < answer.total < everything.total
    assert "I50.9" in [hit.node.code for hit in everything.hits]
    assert "I50" not in codes
    assert [hit.node.code for hit in ask(engine, "I50.2", cc_only=True).hits] == [
        "I50.20",
        "I50.21",
        "I50.22",
        "I50.23",
    ]
    # Its initial encounters are an MCC; the row of the code that lacks its 7th character stands for them.
    assert ask(engine, "S72.001", cc_only=True).hits[0].node.code == "S72.001"
    assert ask(engine, "pneumonia", cc_only=True, systems=frozenset({System.ICD10PCS})).total == 0
    assert "CC or MCC" in " ".join(ask(engine, "Z79.4", cc_only=True).advice)


def test_valid_only_drops_headings_and_keeps_families(engine: Engine) -> None:
    answer = ask(engine, "fracture of femur", valid_only=True)
    assert answer.hits
    assert all(row.node.billable or row.node.is_family for row in answer.hits)
    assert any(row.node.is_family for row in answer.hits)
    assert all(row.node.level is not Level.SECTION for row in answer.hits)


def test_excluded_words(engine: Engine) -> None:
    answer = ask(engine, "diabetes -neuropathy -type")
    assert answer.hits
    titles = " ".join(row.node.title.lower() for row in answer.hits if row.kind is MatchKind.TITLE)
    assert "neuropathy" not in titles
    assert "type" not in titles


def test_quoted_words_stand_together(engine: Engine) -> None:
    answer = ask(engine, '"heart failure" -hypertensive')
    assert answer.hits
    for row in answer.hits:
        text = f"{row.node.title} {row.reason}".lower()
        assert "heart failure" in text, row.node.code
    assert "I50.2" not in codes(ask(engine, '"systolic heart"')), "a word in brackets stands between"


def test_total_counts_rows_with_the_quoted_words(engine: Engine) -> None:
    answer = ask(engine, '"with coma"')
    assert answer.total == len(counted_rows(answer)) < 60


# Advice


@pytest.mark.parametrize(
    ("typed", "sentence_part"),
    [
        ("27447", "has the form of a CPT code (Category I, Surgery)"),
        ("274", "It would fall in 27301-27599 (Thigh and knee)"),
        ("99201", "no section of CPT has that number"),
        ("D0120", "American Dental Association"),
        ("J1199", "has the form of a HCPCS code"),
        ("J1199", "Only the starter set"),
        ("250.00", "has the form of an ICD-9-CM code"),
        ("250.00", "General Equivalence Maps, which are not loaded"),
        ("icd9 25000", "250.00 has the form of an ICD-9-CM code"),
        ("V4581 (ICD-9)", "V45.81 has the form of an ICD-9-CM code"),
        ("icd-9-cm code 4019", "4019 may be a code of ICD-9-CM"),
        ("claim 123456789", "a number without the form of a code"),
        ("38.93", "an ICD-9-CM procedure code"),
        ("2W3HX9Z", "2W3HX9Z has the form of an ICD-10-PCS code (Placement) but is not among the loaded codes"),
        ("pcs: kx", "KX is in Modifiers, which is not searched"),
        ("E11.4X", "E11.4X has the form of an ICD-10-CM code but is not in the FY"),
        ("E11.45", "E11.45 has the form of an ICD-10-CM code but is not in the FY"),
        ("E11.401234", "E11.401234 is not a code. Closest: E11.40"),
        ("0DTJ9ZZ", "0DTJ9ZZ has the form of an ICD-10-PCS code (Medical and Surgical) but is not among"),
        ("qqqq", "No match for “qqqq”"),
        ("!?", "Punctuation alone has no matches"),
        ("pcs: leaflet", "under X28F3VA, which is not among the loaded codes of New Technology"),
        ("-type", "besides the excluded one"),
        ("cm:", "to search ICD-10-CM"),
    ],
)
def test_advice_on_a_text_without_a_match(engine: Engine, typed: str, sentence_part: str) -> None:
    assert any(sentence_part in sentence for sentence in ask(engine, typed).advice)


@pytest.mark.parametrize("typed", ["", "   ", "\t"])
def test_empty_text_has_no_rows_and_no_advice(engine: Engine, typed: str) -> None:
    answer = ask(engine, typed)
    assert (answer.hits, answer.total, answer.advice, answer.suggestions) == ((), 0, (), ())


def test_dropping_a_word_is_offered(engine: Engine) -> None:
    answer = ask(engine, "bornholm zzzzzz")
    assert len(counted_rows(answer)) < 3
    assert answer.suggestions[0] == ("without “zzzzzz”", "bornholm")


def test_advice_names_filters_that_exclude_all_rows(engine: Engine, catalogue: Catalogue) -> None:
    chapter = catalogue.find(System.ICD10CM, "15")
    assert chapter is not None
    advice = ask(engine, "appendectomy", within=chapter.id, valid_only=True).advice
    assert any("Remove that filter" in sentence for sentence in advice)
    assert any("Valid only" in sentence for sentence in advice)


def test_no_advice_where_rows_answer_the_question(engine: Engine) -> None:
    for text in ("diabetes", "e11.40", "chf", "heart attack", "fracture of femur", "25", "pos 11", "kx", "99213"):
        assert ask(engine, text).advice == (), text


# Any text, and being interrupted


# Signs with a meaning for FTS5, SQL or our own syntax, and letters that no title has.
SYNTAX = [*'"*()-:^+{},§¶0', "AND", "OR", "NOT", "NEAR(", "e11", "fracture", "cm:", "';--", "\0", "🙂", "مرض"]


@pytest.mark.slow
@settings(deadline=None, max_examples=250)
@given(
    st.text(max_size=300)
    | st.text(alphabet=st.characters(codec="ascii"), max_size=60)
    | st.lists(st.sampled_from(SYNTAX), max_size=12).map(" ".join),
    st.booleans(),
)
def test_any_text_is_answered(engine: Engine, text: str, as_typed: bool) -> None:
    answer = engine.search(Question(text, limit=20, as_typed=as_typed))
    assert answer.question.text == text
    assert len(answer.hits) <= 20
    assert answer.total >= len(counted_rows(answer))
    if split_scope(text)[1].strip() and not answer.hits:
        assert answer.advice


@pytest.mark.parametrize(
    "text",
    [
        "x" * 2000,
        "fracture " * 222,
        '"' * 2000,
        "-" * 2000,
        "a b " * 500,
        "🙂" * 2000,
        "\0" * 2000,
        "1" * 2000,
        "é" * 2000,
    ],
    ids=["one word", "one word again and again", "quotes", "minuses", "letters", "emoji", "NUL", "digits", "accents"],
)
def test_two_thousand_characters_are_answered(engine: Engine, text: str) -> None:
    answer = engine.search(Question(text))
    assert answer.total >= len(counted_rows(answer))


def test_same_question_same_answer(engine: Engine, library: Library) -> None:
    other = Engine(library.connect())
    for text in ("fracture", "nuemonia", "heart attack", "r"):
        first, second = ask(engine, text), ask(other, text)
        assert replace(first, elapsed_ms=0) == replace(second, elapsed_ms=0)


def ask_many_times(engine: Engine) -> None:
    """Ask often enough: an interrupt between two statements has no effect, so that one question may succeed."""
    for _ in range(500):
        ask(engine, "unspecified right fracture initial encounter")


def test_interrupted_search_ends_and_the_next_one_works(library: Library) -> None:
    connection = library.connect()
    engine = Engine(connection)
    stop = threading.Event()

    def interrupt() -> None:
        while not stop.wait(0.0005):
            engine.interrupt()

    thread = threading.Thread(target=interrupt)
    thread.start()
    try:
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            ask_many_times(engine)
    finally:
        stop.set()
        thread.join()
    assert codes(ask(engine, "e11.40"))[0] == "E11.40"


def test_excluded_words_leave_a_full_list(engine: Engine) -> None:
    answer = ask(engine, "fracture -of")
    assert len(answer.hits) == min(answer.total, 60) == 60


def test_the_variant_that_an_abbreviation_determines_is_marked(engine: Engine) -> None:
    first = ask(engine, "lap chole").hits[0]
    marked = [first.node.title[start:end] for start, end in first.marks]
    assert marked == ["Resection", "Gallbladder", "Percutaneous", "Endoscopic"]


# Every code set


def test_every_code_set_is_counted(engine: Engine) -> None:
    for text in ("25", "kx", "zzzz", "27447"):
        assert set(ask(engine, text).by_system) == set(System), text


@pytest.mark.parametrize("text", ["pain", "diabetes", "wheelchair"])
def test_no_code_set_is_said_to_be_empty_that_has_rows_when_chosen(engine: Engine, text: str) -> None:
    counts = ask(engine, text).by_system
    empty = [system for system in System if counts.get(system) == 0]
    assert [system for system in empty if ask(engine, text, systems=frozenset({system})).total] == []
    assert counts


def test_a_code_that_words_determine_passes_the_filter_of_cc(engine: Engine, connection: sqlite3.Connection) -> None:
    """Of a family some codes are a CC: the one that the words determine may be none."""
    determined = ask(engine, "unspecified fracture of left femur subsequent routine healing").hits[0]
    assert determined.node.billable
    rows = ask(engine, "unspecified fracture of left femur subsequent routine healing", cc_only=True).hits
    ccs = {code for (code,) in connection.execute("SELECT code FROM cc")}
    assert [row.node.code for row in rows if row.node.billable and row.node.code.replace(".", "") not in ccs] == []


def test_modifier_that_is_not_a_word_is_the_first_row(engine: Engine) -> None:
    for text in ("kx", "ga", "xu", "rt", "lt", "GA"):
        assert codes(ask(engine, text))[0] == text.upper(), text


def test_a_modifier_that_is_a_word_as_well_is_on_the_first_screen(engine: Engine) -> None:
    for text in ("ms", "ra"):
        answer = ask(engine, text)
        place = [row.node.system for row in answer.hits].index(System.MODIFIER)
        assert 0 < place <= 3, text
        assert answer.hits[place].node.code == text.upper()
        assert codes(ask(engine, f"mod: {text}"))[0] == text.upper()
        assert System.MODIFIER not in {row.node.system for row in ask(engine, text, systems=CM).hits}


@pytest.mark.slow
def test_every_modifier_typed_exactly_is_first_or_after_meanings_of_the_lexicon(
    engine: Engine, connection: sqlite3.Connection, lexicon: Lexicon
) -> None:
    rows = connection.execute("SELECT code FROM node WHERE system = 'modifier' AND length(code) = 2").fetchall()
    letters = [code for (code,) in rows if code.isalpha()]
    assert len(letters) > 100
    for code in letters:
        place = [(row.node.system, row.node.code) for row in ask(engine, code).hits].index((System.MODIFIER, code))
        assert place <= (3 if lexicon.senses((code.lower(),)) else 0), code


@pytest.fixture
def with_dm2(library: Library) -> Engine:
    """The database with the table of ICD-10-PCS that is spelled like an abbreviation, as the official files have it."""
    copy = sqlite3.connect(":memory:")
    library.connect().backup(copy)
    columns = "system, code, plain, title, level, status, parent, last, variants, valid_from, valid_to"
    copy.execute(
        f"INSERT INTO node (id, {columns}) SELECT id + 900000, system, 'DM2', 'DM2', 'Made-up table', level, status,"
        " NULL, id + 900000, 0, NULL, NULL FROM node WHERE system = 'icd10pcs' AND plain = '0DT'"
    )
    return Engine(copy)


def test_table_spelled_like_an_abbreviation_does_not_hide_the_words(with_dm2: Engine) -> None:
    assert codes(ask(with_dm2, "dm2 neurop"))[0] == "E11.40"
    assert "DM2" not in codes(ask(with_dm2, "dm2 neurop"))


def test_a_table_spelled_like_an_abbreviation_follows_its_meaning(with_dm2: Engine) -> None:
    assert codes(ask(with_dm2, "dm2"))[0] == "E11"
    assert codes(ask(with_dm2, "DM2"))[:4].count("DM2") == 1
    assert codes(ask(with_dm2, "pcs: dm2"))[0] == "DM2"


def test_words_without_match_below_a_table_are_searched_everywhere(engine: Engine) -> None:
    assert ask(engine, "0dt appendix").hits[0].node.code.startswith("0DT")
    assert codes(ask(engine, "0dt zzzzqq"))[0] == "0DT"


def test_rows_are_distinct_where_a_variant_matches_by_itself(engine: Engine) -> None:
    for text in ("resection appendix percutaneous endoscopic", "lap appendectomy", "lap chole", "s72301a"):
        row_codes = codes(ask(engine, text))
        assert len(set(row_codes)) == len(row_codes), text


@pytest.mark.parametrize(
    ("typed", "location"),
    [
        ("pos: 11", "Place of Service"),
        ("mod: 25", "Level I: numeric modifiers"),
        ("J1885", "J0120–J3591 › Injected drugs"),
        ("hcpcs: j", "HCPCS Level II"),
        ("cpt: iii", "CPT"),
        ("11", "Chapter"),
    ],
)
def test_location_in_every_code_set(engine: Engine, typed: str, location: str) -> None:
    assert ask(engine, typed).hits[0].location == location


def test_section_is_offered_for_a_code_that_is_not_loaded(engine: Engine) -> None:
    answer = ask(engine, "27447")
    assert answer.hits == ()
    (row,) = answer.near
    assert (row.node.code, row.kind, row.reason) == ("27301-27599", MatchKind.PARTIAL, "27447 would fall in this range")


@pytest.mark.parametrize(
    ("typed", "near"),
    [("E11.4X", "E11.4"), ("E11.77", "E11"), ("0DTJ4ZQ", "0DTJ"), ("J9998X", "J99"), ("S72.301Z", "S72.301")],
)
def test_text_in_the_form_of_a_code_that_is_none_has_offers_only(engine: Engine, typed: str, near: str) -> None:
    answer = ask(engine, typed)
    assert (answer.hits, answer.total, answer.at_least, sum(answer.by_system.values())) == ((), 0, False, 0)
    assert near in [row.node.code for row in answer.near]
    assert "has the form of" in answer.advice[0]


@pytest.mark.parametrize("typed", ["b12", "b-12", "vitamin b12", "t12 fracture", "h1n1", "a1c", "ft4"])
def test_word_in_the_form_of_a_code_stays_a_word(engine: Engine, typed: str) -> None:
    answer = ask(engine, typed)
    assert answer.hits
    assert answer.near == ()


def test_a_code_comes_before_a_range_of_the_same_everyday_name(engine: Engine) -> None:
    for text, code in (("walker", "E0130"), ("kidney stone", "N20.0"), ("esrd", "N18.6")):
        answer = ask(engine, text)
        assert answer.hits[0].node.code == code
        assert any(row.node.level is Level.GROUP for row in answer.hits) or text == "esrd"


def test_kept_answers_carry_the_question_that_was_asked(engine: Engine) -> None:
    engine.search(Question("gouty arthritis"))
    again = Question("gouty arthritis")
    assert engine.search(again).question is again
    assert engine.narrow(again).question is again


@pytest.mark.parametrize("text", ["\ufeff", "\u200b \u200b", "!!!"])
def test_text_without_a_word_is_told_so(engine: Engine, text: str) -> None:
    assert engine.search(Question(text)).advice
