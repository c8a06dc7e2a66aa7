"""Counts on chips."""

import pytest

from app.ui.widgets.chips import count_text


@pytest.mark.parametrize(("number", "exact", "text"), [(7, True, "7"), (1000, True, "1,000"), (1000, False, "1,000+")])
def test_a_lower_bound_has_a_plus_sign(number: int, exact: bool, text: str) -> None:
    assert count_text(number, exact) == text
