"""Places where a text must not be broken."""

import pytest

from app.ui.widgets.line_breaks import NO_BREAK_SPACE, keep_numbers


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("choose one of 16 codes below", "choose one of 16~codes below"),
        ("1,727 codes, 3 of them 1 mg", "1,727~codes, 3~of them 1~mg"),
        ("E11 and E13", "E11~and E13"),
        ("no number", "no number"),
    ],
)
def test_a_number_is_kept_on_the_line_of_the_word_after_it(text: str, kept: str) -> None:
    assert keep_numbers(text).replace(NO_BREAK_SPACE, "~") == kept
