"""Other forms of words, in the words of the real database."""

import pytest

from app.search.parsing.forms import Forms
from app.search.parsing.vocabulary import Vocabulary


@pytest.fixture(scope="module")
def forms(vocabulary: Vocabulary) -> Forms:
    return Forms(vocabulary)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("oropharyngeal", "oropharynx"),
        ("infective", "infection"),
        ("neurological", "neurologic"),
        ("mediastinum", "mediastinal"),
    ],
)
def test_forms_differ_by_their_ending(forms: Forms, word: str, form: str) -> None:
    assert form in forms.of(word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("hepatitis", "hepatoma"),
        ("gastritis", "gastrectomy"),
        ("media", "medial"),
        ("authorization", "authority"),
        ("mobilization", "mobility"),
        ("legality", "legalize"),
    ],
)
def test_endings_that_tell_something_make_no_forms(forms: Forms, word: str, other: str) -> None:
    assert other not in forms.of(word)


@pytest.mark.parametrize("word", ["", "a", "eye", "b12", "zzzzzz"])
def test_words_without_forms(forms: Forms, word: str) -> None:
    assert forms.of(word) == ()
