"""Titles without the words of the headings above them."""

import pytest

from app.codes.short_titles import shortened, shortened_rows


@pytest.mark.parametrize(
    ("title", "above", "short"),
    [
        ("Type 2 diabetes mellitus with coma", ["Type 2 diabetes mellitus"], "with coma"),
        ("Cholera", ["Intestinal infectious diseases"], "Cholera"),
        # The same words again say nothing less.
        ("Other diseases", ["Other diseases"], "Other diseases"),
        # Not in the middle of a word.
        ("Sepsislike states", ["Sepsis"], "Sepsislike states"),
        ("Glaucoma, right eye", ["Glaucoma"], "right eye"),
        ("Fracture of right femur", ["Fracture of femur"], "right femur"),
        # A word of the heading is missing.
        (
            "Poisoning by aspirin",
            ["Poisoning by, adverse effect of and underdosing of aspirin"],
            "Poisoning by aspirin",
        ),
        ("Cough syncope", ["Cough"], "Cough syncope"),
        (
            "Other specified effects of external causes",
            ["Other effects of external causes"],
            "Other specified effects of external causes",
        ),
        ("Fracture of shaft, right", ["Fracture of shaft", "Fracture"], "right"),
    ],
)
def test_shortened(title: str, above: list[str], short: str) -> None:
    assert shortened(title, above) == short


@pytest.mark.parametrize(
    ("titles", "heading", "short"),
    [
        (["Pain in shoulder", "Pain in joints of hand"], "Pain in joint", ["shoulder", "hand"]),
        # What all begin with is left out only if the heading says it.
        (["Pain in shoulder", "Pain in elbow"], "Joints", ["Pain in shoulder", "Pain in elbow"]),
        # One word says little, and is often all that a title has.
        (["Acute pansinusitis", "Acute sinus"], "Acute troubles", ["Acute pansinusitis", "Acute sinus"]),
        # A word is left of each title.
        (["Pain in", "Pain in elbow"], "Pain in joint", ["Pain in", "Pain in elbow"]),
        (["Pain in elbow"], "Pain in joint", ["Pain in elbow"]),
        ([], "Pain in joint", []),
    ],
)
def test_rows_leave_out_what_all_of_them_and_the_heading_begin_with(
    titles: list[str], heading: str, short: list[str]
) -> None:
    assert shortened_rows(titles, [heading]) == short
