"""The titles of a code's counterparts for another side."""

import pytest

from app.library.reading.sides import counterpart_titles


@pytest.mark.parametrize(
    ("title", "titles"),
    [
        (
            "Pain in right knee",
            {
                "Pain in left knee": "left",
                "Pain in bilateral knee": "bilateral",
                "Pain in unspecified knee": "unspecified",
            },
        ),
        (
            "Replacement of Left Knee Joint",
            {
                "Replacement of Right Knee Joint": "right",
                "Replacement of Bilateral Knee Joint": "bilateral",
                "Replacement of Unspecified Knee Joint": "unspecified",
            },
        ),
    ],
)
def test_each_other_side(title: str, titles: dict[str, str]) -> None:
    assert counterpart_titles(title) == titles


def test_side_words_are_replaced_one_at_a_time() -> None:
    titles = counterpart_titles("Unspecified fracture of shaft of right femur, initial encounter")
    assert titles["Unspecified fracture of shaft of left femur, initial encounter"] == "left"
    assert titles["Unspecified fracture of shaft of unspecified femur, initial encounter"] == "unspecified"


@pytest.mark.parametrize("title", ["Cholera", "Copyright infringement", "Cleft lip", "Bright's disease", ""])
def test_titles_without_a_side_have_no_counterparts(title: str) -> None:
    assert counterpart_titles(title) == {}
