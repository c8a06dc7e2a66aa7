"""Words to narrow with: those for a coder's next choice, each with the real total that it leads to."""

import pytest

from app.codes.systems import System
from app.library.tokens import word_list
from app.search.answer import Aspect, Filters, NarrowingWord, Question
from app.search.engine import Engine
from app.search.narrowing.split_terms import alternate_aspects, as_written, is_form_of
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.pieces import Piece, append_word, removable_pieces, remove_piece, split_pieces, unquoted

EXPECTED_WORDS = [
    # A fracture: which side, which part, which encounter.
    ("fracture femur", {"right", "left", "shaft", "initial encounter", "subsequent encounter"}),
    # Both kinds of displacement, told apart although one word ends in the other.
    ("fracture femur right", {"displaced", "nondisplaced", "shaft"}),
    # Few rows: only the 7th character is left to choose.
    ("colles fracture right", {"initial encounter", "subsequent encounter"}),
    # After that the next choice: open or closed.
    ("colles fracture right initial encounter", {"open", "closed"}),
    # The kinds of diabetes, not the word that all of them have.
    ("diabetes", {"type 1", "type 2", "retinopathy"}),
    # A category by its code.
    ("e11", {"retinopathy", "macular edema"}),
    # How deep a burn is, in the words for it.
    ("burn hand", {"first degree", "second degree", "third degree"}),
    ("wrist sprain", {"right", "left"}),
    # Sides of an organ, then how the procedure is done.
    ("excision lung", {"right", "left", "percutaneous"}),
    ("walker", {"wheeled", "heavy-duty"}),
    ("knee arthritis", {"right", "left", "rheumatoid"}),
    ("asthma", {"mild", "severe persistent", "moderate persistent"}),
    # Pain has no kinds, only places: most of its rows are in a limb.
    ("pain", {"extremities", "joint"}),
]


@pytest.mark.parametrize(("text", "expected"), EXPECTED_WORDS)
def test_words_for_the_next_choice_are_offered(engine: Engine, text: str, expected: set[str]) -> None:
    offered = {word.text for word in engine.narrow(Question(text)).words}
    assert expected <= offered
    assert offered.isdisjoint({"of", "with", "unspecified", "other", "type", "nec", "mellitus", *text.split()})


TYPED = [
    *(text for text, _ in EXPECTED_WORDS),
    *("pain", "pneumonia", "cm: fracture", "pcs: bypass", "hcpcs: wheelchair", "heart attack", "injury", "ca breast"),
    *("nuemonia", '"type 2" diabetes', "diabetes -pregnancy", "open wound leg", "cataract", "headache", "s72.3"),
]


@pytest.mark.parametrize("text", TYPED)
def test_count_of_a_word_is_the_total_with_it(engine: Engine, text: str) -> None:
    total = engine.search(Question(text)).total
    for word in engine.narrow(Question(text)).words:
        answer = engine.search(Question(append_word(text, word.typed)))
        assert answer.hits, word
        if word.rows is not None:
            assert (word.rows, word.at_least) == (answer.total, answer.at_least), word
            assert word.rows < total or word.at_least, word


@pytest.mark.parametrize("text", ["pain", "injury", "fracture", "burn", "excision", "swelling"])
def test_offered_words_are_not_synonyms(engine: Engine, lexicon: Lexicon, text: str) -> None:
    offered = {tuple(word_list(word.text)) for word in engine.narrow(Question(text)).words}
    assert offered
    for words in offered:
        assert offered.isdisjoint(sense.words for sense in lexicon.senses(words)), words


@pytest.mark.parametrize("text", ["fracture femur", "diabetes", "pain", "burn hand", "ultrasound"])
def test_every_remaining_row_holds_the_word(engine: Engine, text: str) -> None:
    """With few rows a search accepts rows that lack a word: such a word must not be offered without quotes."""
    for word in engine.narrow(Question(text)).words:
        if word.rows is not None:
            answer = engine.search(Question(append_word(text, word.typed)))
            assert not any("does not contain" in hit.reason for hit in answer.hits), word


def test_counts_respect_filters(engine: Engine) -> None:
    question = Question("ultrasound", Filters(systems=frozenset({System.HCPCS})))
    words = engine.narrow(question).words
    assert words
    for word in words:
        answer = engine.search(question._replace(text=append_word(question.text, word.typed)))
        assert answer.total == word.rows
        assert {hit.node.system for hit in answer.hits} == {System.HCPCS}


@pytest.mark.parametrize("text", ["", "c", "e1140", "qqqq zzzz", "0dtj4zz", "---", '"', "mod 25"])
def test_no_words_where_there_is_nothing_to_choose(engine: Engine, text: str) -> None:
    assert engine.narrow(Question(text)).words == ()


def test_a_scope_that_the_filter_excludes_has_no_words_of_another_question(engine: Engine) -> None:
    engine.search(Question("fracture femur"))
    assert engine.narrow(Question("hcpcs: walker", Filters(systems=frozenset({System.ICD10PCS})))).words == ()


def test_the_same_words_every_time(engine: Engine) -> None:
    first = engine.narrow(Question("fracture femur"))
    engine.search(Question("diabetes"))
    assert engine.narrow(Question("fracture femur")) == first


def test_narrowing_ends_on_request(engine: Engine) -> None:
    calls: list[None] = []

    def stop() -> bool:
        calls.append(None)
        return len(calls) > 2

    assert len(engine.narrow(Question("fracture femur"), stop).words) <= 2


def test_a_7th_character_word_leads_to_the_code(engine: Engine) -> None:
    text = "colles fracture right"
    for choice in ("initial encounter", "closed"):
        word = next(word for word in engine.narrow(Question(text)).words if word.text == choice)
        assert word.aspect is Aspect.SEVENTH
        text = append_word(text, word.typed)
    assert engine.search(Question(text)).hits[0].node.code == "S52.531A"


# Text of the search box


@pytest.mark.parametrize(
    ("text", "added", "pieces"),
    [
        ("fracture femur right", (), ["fracture", "femur", "right"]),
        ("  fracture   femur ", (), ["fracture", "femur"]),
        ("cm: fracture femur", (), ["fracture", "femur"]),
        ("pos pos", (), ["pos", "pos"]),
        ('diabetes "with coma" -pregnancy', (), ["diabetes", '"with coma"', "-pregnancy"]),
        ('fracture "open', (), ["fracture", '"open']),
        ("fracture initial encounter", ("initial encounter",), ["fracture", "initial encounter"]),
        ("fracture initial", ("initial encounter",), ["fracture", "initial"]),
        ("", (), []),
    ],
)
def test_the_pieces_of_a_text(text: str, added: tuple[str, ...], pieces: list[str]) -> None:
    parts = split_pieces(text, added)
    assert [piece.text for piece in parts] == pieces
    assert [text[piece.start : piece.end] for piece in parts] == pieces


@pytest.mark.parametrize(
    ("text", "removable"),
    [
        ("diabetes with pvd with gangrene", ["pvd", "gangrene"]),
        ("pain in the left hip due to a fall", ["left", "hip", "a", "fall"]),
        ("migraine without aura", ["without", "aura"]),
        ('diabetes "with coma"', ['"with coma"']),
        ("gout", []),
    ],
)
def test_a_joining_word_is_not_removed_by_itself(text: str, removable: list[str]) -> None:
    assert [piece.text for piece in removable_pieces(text)] == removable


def test_piece_is_removed_with_its_space() -> None:
    text = "fracture femur right"
    first, middle, last = split_pieces(text)
    assert remove_piece(text, first) == "femur right"
    assert remove_piece(text, middle) == "fracture right"
    assert remove_piece(text, last) == "fracture femur"
    assert unquoted(Piece(0, 11, '"with coma"')) == "with coma"


@pytest.mark.parametrize(("typed", "shown"), [("pain,", "pain"), ("gout;", "gout"), ("E11.9.", "E11.9"), (",", ",")])
def test_a_piece_is_shown_without_the_sign_after_it(typed: str, shown: str) -> None:
    assert unquoted(Piece(0, len(typed), typed)) == shown


@pytest.mark.parametrize(
    ("text", "typed", "result"),
    [
        ("diabetes", "coma", "diabetes coma"),
        ("diabetes ", '"with coma"', 'diabetes "with coma"'),
        ('"with co', "foot", '"with co" foot'),
        ("", "foot", "foot"),
    ],
)
def test_word_is_appended_to_a_text(text: str, typed: str, result: str) -> None:
    assert append_word(text, typed) == result


@pytest.mark.parametrize(
    ("term", "text", "written"),
    [
        (("diabete",), "Type 2 Diabetes mellitus", "diabetes"),
        (("pre", "existing"), "Pre-existing type 1 diabetes", "pre-existing"),
        (("cane", "crutch"), "Canes, crutches and walkers", ""),
        (("coma",), "with hyperosmolarity", ""),
    ],
)
def test_a_word_is_written_as_the_text_has_it(term: tuple[str, ...], text: str, written: str) -> None:
    assert as_written(term, text) == written


def test_forms_of_a_typed_word() -> None:
    assert is_form_of("diabetic", "diabete", begins=True)
    assert is_form_of("neuropathic", "neuropathy", begins=True)
    assert is_form_of("fracture", "fract", begins=True)
    assert not is_form_of("polyneuropathy", "neuropathy", begins=True)
    assert not is_form_of("hypertension", "hyperglycemia", begins=True)


def test_two_words_of_an_aspect_stand_side_by_side() -> None:
    words = [
        NarrowingWord(text, text, aspect)
        for text, aspect in [
            ("right", Aspect.SIDE),
            ("shaft", Aspect.BODY),
            ("left", Aspect.SIDE),
            ("bilateral", Aspect.SIDE),
        ]
    ]
    assert [word.text for word in alternate_aspects(words)] == ["right", "left", "shaft", "bilateral"]
