"""Modifiers of ambulance codes: a letter for the place of origin, and one for the destination."""

import re

_CODES = re.compile(r"A0(?:0[2-9]|[1-9][0-9])[0-9]", re.IGNORECASE)

_PLACES = {
    "D": "a diagnostic or therapeutic site",
    "E": "a residential or custodial facility",
    "G": "a hospital-based dialysis facility",
    "H": "a hospital",
    "I": "a transfer site (airport or helicopter pad)",
    "J": "a freestanding dialysis facility",
    "N": "a skilled nursing facility",
    "P": "a physician's office",
    "R": "a residence",
    "S": "the scene of an accident or acute event",
    "X": "a stop at a physician's office on the way to a hospital",
}


_NOTICE = "GX"
"""A modifier of any code, a voluntary notice of liability, which no dialysis facility's trip is taken for."""


def ambulance_route(code: str, modifier: str) -> str:
    """Return the meaning of two letters after an ambulance code: `A0428`, `RH` -> `from a residence to a hospital`.

    Empty for any other code, and for letters that are no place. X is a destination only. Many of the pairs are
    modifiers of other codes too: `SH` is a scene and a hospital here, and a second infusion there.
    """
    origin, destination = _PLACES.get(modifier[:1].upper(), ""), _PLACES.get(modifier[1:].upper(), "")
    is_route = origin and destination and modifier[0].upper() != "X" and modifier.upper() != _NOTICE
    if not is_route or not _CODES.fullmatch(code):
        return ""
    return f"from {origin} to {destination}"
