"""The titles that a code has for another side."""

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


def test_every_place_is_tried_one_at_a_time() -> None:
    found = counterpart_titles("Unspecified fracture of shaft of right femur, initial encounter")
    assert found["Unspecified fracture of shaft of left femur, initial encounter"] == "left"
    assert found["Unspecified fracture of shaft of unspecified femur, initial encounter"] == "unspecified"


@pytest.mark.parametrize("title", ["Cholera", "Copyright infringement", "Cleft lip", "Bright's disease", ""])
def test_no_side_no_counterpart(title: str) -> None:
    assert counterpart_titles(title) == {}
