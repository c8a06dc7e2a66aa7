"""Right, left, bilateral, unspecified: the titles that the same code has for another side of the body."""

import re

SIDES = ("right", "left", "bilateral", "unspecified")

_SIDE = re.compile(r"\b(right|left|bilateral|unspecified)\b", re.IGNORECASE)

_PAIRED = re.compile(r"(right|left|unspecified) (?:eye|ear)\b|bilateral(?! (?:eye|ear)\b)")
"""Of eyes and ears the code for both says `bilateral` where that for one says `right eye`."""


def counterpart_titles(title: str) -> dict[str, str]:
    """Titles for the other sides, with the side each is for; empty when the title names no side.

    Every place where a side is named is tried, one at a time, since `unspecified` may stand for something else too.
    """
    found: dict[str, str] = {}
    places = list(_SIDE.finditer(title))
    if not any(place[1].lower() != "unspecified" for place in places) and len(places) > 2:
        return {}
    for place in places:
        current = place[1].lower()
        for side in SIDES:
            if side == current:
                continue
            word = side.capitalize() if place[1][0].isupper() else side
            found.setdefault(f"{title[: place.start()]}{word}{title[place.end() :]}", side)
    for place in _PAIRED.finditer(title):
        pairs = {"bilateral": "bilateral"} if place[1] else {f"{s} {o}": s for o in ("eye", "ear") for s in SIDES}
        for words, side in pairs.items():
            found.setdefault(f"{title[: place.start()]}{words}{title[place.end() :]}", side)
    return found
