"""The modifiers that fit a code: none is left out, whatever the number of those that fit any service."""

import pytest

from app.library.reading.catalogue import Catalogue
from app.library.reading.fitting_modifiers import MOST_MODIFIERS
from tests.library.reading.real_codes import codes, detail


@pytest.mark.parametrize(
    ("code", "made_for_it"),
    [("90658", {"SK", "SL", "SY"}), ("99213", {"25", "24", "57", "GC", "95", "GW"})],
)
def test_modifiers_made_for_a_code_are_among_all_that_fit(
    catalogue: Catalogue, code: str, made_for_it: set[str]
) -> None:
    fitting = detail(catalogue, code).modifiers
    assert len(fitting) < MOST_MODIFIERS
    assert made_for_it <= set(codes(fitting))
