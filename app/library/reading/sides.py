"""Titles of the same code for another side of the body: right, left, bilateral, unspecified."""

import re

BODY_SIDES = ("right", "left", "bilateral", "unspecified")

_SIDE = re.compile(r"\b(right|left|bilateral|unspecified)\b", re.IGNORECASE)

_PAIRED = re.compile(r"(right|left|unspecified) (?:eye|ear)\b|bilateral(?! (?:eye|ear)\b)")
"""Titles for both eyes or ears have `bilateral` in the place of `right eye`."""


def counterpart_titles(title: str) -> dict[str, str]:
    """Return titles for the other sides, each with its side; empty if the title names no side.

    Every side word is replaced in turn, one at a time, since `unspecified` may mean something else too.
    """
    titles: dict[str, str] = {}
    side_words = list(_SIDE.finditer(title))
    if not any(place[1].lower() != "unspecified" for place in side_words) and len(side_words) > 2:
        return {}
    for place in side_words:
        current = place[1].lower()
        for side in BODY_SIDES:
            if side == current:
                continue
            word = side.capitalize() if place[1][0].isupper() else side
            titles.setdefault(f"{title[: place.start()]}{word}{title[place.end() :]}", side)
    for place in _PAIRED.finditer(title):
        pairs = {"bilateral": "bilateral"} if place[1] else {f"{s} {o}": s for o in ("eye", "ear") for s in BODY_SIDES}
        for words, side in pairs.items():
            titles.setdefault(f"{title[: place.start()]}{words}{title[place.end() :]}", side)
    return titles
