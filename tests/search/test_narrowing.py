"""Words to narrow with: what a coder would want next, each with the total that it truly leads to."""

from dataclasses import replace

import pytest

from app.codes.systems import System
from app.library.tokens import word_list
from app.search.answer import Aspect, Filters, NarrowingWord, Question
from app.search.engine import Engine
from app.search.narrowing.split_terms import alternate_aspects, as_written, is_form_of
from app.search.parsing.lexicon import Lexicon
from app.search.parsing.pieces import Piece, append_word, remove_piece, split_pieces, unquoted

WANTED = [
    # A fracture: which side, which part, which encounter.
    ("fracture femur", {"right", "left", "shaft", "initial encounter", "subsequent encounter"}),
    # Both kinds of displacement, told apart although one word ends in the other.
    ("fracture femur right", {"displaced", "nondisplaced", "shaft"}),
    # Few rows: what is left to choose is the 7th character.
    ("colles fracture right", {"initial encounter", "subsequent encounter"}),
    # Of what is left then, the next question: was it open?
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
    # Where, as pain has no kinds: what lies in a limb is most of its rows.
    ("pain", {"extremity", "abdominal", "joint"}),
]


@pytest.mark.parametrize(("text", "wanted"), WANTED)
def test_the_words_that_a_coder_wants_next_are_offered(engine: Engine, text: str, wanted: set[str]) -> None:
    found = {word.text for word in engine.narrow(Question(text)).words}
    assert wanted <= found
    assert found.isdisjoint({"of", "with", "unspecified", "other", "type", "nec", "mellitus", *text.split()})


TYPED = [
    *(text for text, _ in WANTED),
    *("pain", "pneumonia", "cm: fracture", "pcs: bypass", "hcpcs: wheelchair", "heart attack", "injury", "ca breast"),
    *("nuemonia", '"type 2" diabetes', "diabetes -pregnancy", "open wound leg", "cataract", "headache", "s72.3"),
]


@pytest.mark.parametrize("text", TYPED)
def test_the_count_beside_a_word_is_what_is_found_with_it(engine: Engine, text: str) -> None:
    total = engine.search(Question(text)).total
    for word in engine.narrow(Question(text)).words:
        answer = engine.search(Question(append_word(text, word.typed)))
        assert answer.hits, word
        if word.rows is not None:
            assert (word.rows, word.at_least) == (answer.total, answer.at_least), word
            assert word.rows < total or word.at_least, word


@pytest.mark.parametrize("text", ["pain", "injury", "fracture", "burn", "excision", "swelling"])
def test_no_word_is_offered_that_means_the_same_as_another(engine: Engine, lexicon: Lexicon, text: str) -> None:
    offered = {tuple(word_list(word.text)) for word in engine.narrow(Question(text)).words}
    assert offered
    for words in offered:
        assert offered.isdisjoint(sense.words for sense in lexicon.senses(words)), words


@pytest.mark.parametrize("text", ["fracture femur", "diabetes", "pain", "burn hand", "ultrasound"])
def test_no_row_that_lacks_the_word_is_left(engine: Engine, text: str) -> None:
    """A word that leaves so few rows that nearly all words were enough would bring back what it was to take away."""
    for word in engine.narrow(Question(text)).words:
        if word.rows is not None:
            answer = engine.search(Question(append_word(text, word.typed)))
            assert not any("does not contain" in hit.reason for hit in answer.hits), word


def test_filters_hold_for_what_is_counted(engine: Engine) -> None:
    question = Question("ultrasound", Filters(systems=frozenset({System.HCPCS})))
    found = engine.narrow(question).words
    assert found
    for word in found:
        answer = engine.search(replace(question, text=append_word(question.text, word.typed)))
        assert answer.total == word.rows
        assert {hit.node.system for hit in answer.hits} == {System.HCPCS}


@pytest.mark.parametrize("text", ["", "c", "e1140", "qqqq zzzz", "0dtj4zz", "---", '"', "mod 25"])
def test_where_there_is_nothing_to_choose_nothing_is_offered(engine: Engine, text: str) -> None:
    assert engine.narrow(Question(text)).words == ()


def test_a_scope_that_the_filter_excludes_has_no_words_of_another_question(engine: Engine) -> None:
    engine.search(Question("fracture femur"))
    assert engine.narrow(Question("hcpcs: walker", Filters(systems=frozenset({System.ICD10PCS})))).words == ()


def test_the_same_words_every_time(engine: Engine) -> None:
    first = engine.narrow(Question("fracture femur"))
    engine.search(Question("diabetes"))
    assert engine.narrow(Question("fracture femur")) == first


def test_it_ends_when_it_is_told_to(engine: Engine) -> None:
    asked: list[None] = []

    def stop() -> bool:
        asked.append(None)
        return len(asked) > 2

    assert len(engine.narrow(Question("fracture femur"), stop).words) <= 2


def test_a_7th_character_word_leads_to_the_code(engine: Engine) -> None:
    text = "colles fracture right"
    for wanted in ("initial encounter", "closed"):
        word = next(word for word in engine.narrow(Question(text)).words if word.text == wanted)
        assert word.aspect is Aspect.SEVENTH
        text = append_word(text, word.typed)
    assert engine.search(Question(text)).hits[0].node.code == "S52.531A"


# What stands in the box


@pytest.mark.parametrize(
    ("text", "added", "found"),
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
def test_the_pieces_of_a_text(text: str, added: tuple[str, ...], found: list[str]) -> None:
    parts = split_pieces(text, added)
    assert [piece.text for piece in parts] == found
    assert [text[piece.start : piece.end] for piece in parts] == found


def test_a_piece_is_taken_away_with_the_space_beside_it() -> None:
    text = "fracture femur right"
    first, middle, last = split_pieces(text)
    assert remove_piece(text, first) == "femur right"
    assert remove_piece(text, middle) == "fracture right"
    assert remove_piece(text, last) == "fracture femur"
    assert unquoted(Piece(0, 11, '"with coma"')) == "with coma"


@pytest.mark.parametrize(
    ("text", "typed", "found"),
    [
        ("diabetes", "coma", "diabetes coma"),
        ("diabetes ", '"with coma"', 'diabetes "with coma"'),
        ('"with co', "foot", '"with co" foot'),
        ("", "foot", "foot"),
    ],
)
def test_a_word_is_put_behind_a_text(text: str, typed: str, found: str) -> None:
    assert append_word(text, typed) == found


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        (("diabete",), "Type 2 Diabetes mellitus", "diabetes"),
        (("pre", "existing"), "Pre-existing type 1 diabetes", "pre-existing"),
        (("cane", "crutch"), "Canes, crutches and walkers", ""),
        (("coma",), "with hyperosmolarity", ""),
    ],
)
def test_a_word_is_written_as_the_text_has_it(term: tuple[str, ...], text: str, found: str) -> None:
    assert as_written(term, text) == found


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
