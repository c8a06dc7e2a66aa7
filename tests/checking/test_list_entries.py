"""Lists as they are typed and pasted."""

import pytest

from app.checking.entries import MOST_ENTRIES, read_entries
from app.checking.records import Entry

MODIFIERS = {"25", "59", "LT", "RT", "50"}


def read(text: str) -> list[Entry]:
    return list(read_entries(text, MODIFIERS.__contains__))


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("E11.40 R73.9", [Entry("E11.40"), Entry("R73.9")]),
        ("E11.40, R73.9;I10", [Entry("E11.40"), Entry("R73.9"), Entry("I10")]),
        ("E11.40\n\nR73.9\r\n", [Entry("E11.40"), Entry("R73.9")]),
        ("1. E11.40\n2) R73.9", [Entry("E11.40"), Entry("R73.9")]),
        ("99213-25", [Entry("99213", ("25",))]),
        ("99213 25 59", [Entry("99213", ("25", "59"))]),
        ("20610-LT-59 x2", [Entry("20610", ("LT", "59"), 2)]),
        ("J1100 x 2", [Entry("J1100"), Entry("x"), Entry("2")]),
        ("J1100 x2", [Entry("J1100", (), 2)]),
        ("J1100x2", [Entry("J1100", (), 2)]),
        ("99213-zz", [Entry("99213", ("ZZ",))]),
        ("20610 lt", [Entry("20610", ("LT",))]),
        ("99213\n25", [Entry("99213"), Entry("25")]),
        ("E11.40 25", [Entry("E11.40"), Entry("25")]),
        ("(E11.40), “I10”.", [Entry("E11.40"), Entry("I10")]),
        ("C7A.- E11*", [Entry("C7A"), Entry("E11")]),
        ("", []),
        (" ,;\n--", []),
    ],
)
def test_codes_with_modifiers_and_units(text: str, entries: list[Entry]) -> None:
    assert read(text) == entries


def test_a_list_has_an_end() -> None:
    assert len(read("I10 " * (MOST_ENTRIES + 5))) == MOST_ENTRIES
