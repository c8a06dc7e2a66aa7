"""Characters that act on a terminal or turn the direction of a text."""

import pytest

from app.codes.visible_text import decoded_text, visible_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("E11.9 Ménière’s disease – “other”", "E11.9 Ménière’s disease – “other”"),
        ("\x1b[31mred\x1b[0m", "�[31mred�[0m"),
        ("\x9b31m", "�31m"),
        ("bell\x07, back\x08, delete\x7f", "bell�, back�, delete�"),
        ("fdp.\u202eexe", "fdp.�exe"),
        ("\u2066isolate\u2069 \u200emark\u061c", "�isolate� �mark�"),
        ("two\nlines\r\nand\ta tab", "two lines  and a tab"),
        ("a\u2028b\x85c", "a b c"),
        ("caf\udce9", "caf�"),
        ("🙂 is one character", "🙂 is one character"),
    ],
)
def test_what_acts_is_replaced_and_all_else_stays(text: str, shown: str) -> None:
    assert visible_text(text) == shown
    assert visible_text(shown) == shown


def test_only_bytes_that_are_no_text_are_replaced() -> None:
    assert decoded_text("E11.9\nI10\t\udcff") == "E11.9\nI10\t�"
    assert decoded_text("Ménière\n") == "Ménière\n"
