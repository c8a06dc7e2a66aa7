"""Numbers in the forms of notes, rewritten as titles have them: `38w2d` and `38 2/7 weeks` are 38 weeks."""

import re

_OF_NEWBORN = re.compile(r"\b(?:newborn|neonate|infant|preterm|premature|preemie|old)\b", re.IGNORECASE)

_WEEK = r"(?:weeks?|wks?|w)"
_WEEKS_AND_DAYS = re.compile(
    rf"(?<![\w./])([1-4]?[0-9])\s?(?:{_WEEK}\s?(?:and\s|&\s?|\+\s?)?[0-6]\s?(?:days?|d)\b"
    rf"|[\s+][0-6]/7(?:\s?{_WEEK}\b)?"
    rf"|\+[0-6]\s?{_WEEK}\b|(?<!\s)w\b)"
    r"(?:\s+(?:gestation(?:al\s+age)?|pregnant|pregnancy|ega|ga|iup)\b)?",
    re.IGNORECASE,
)
"""Completed weeks of a pregnancy, with days or without."""

_HEIGHT = re.compile(
    r"\b(?:falls?|fell|fallen)\s+(?:from\s+)?(?:about\s+)?[0-9]+\s?(?:feet|foot|ft|meters?|stories|story)\b",
    re.IGNORECASE,
)
"""A fall from a height that is given: titles say only that it was one."""


def as_in_titles(text: str) -> str:
    """Return a text with its numbers as titles have them."""
    if not any(map(str.isdigit, text)):
        return text
    weeks = r"\1 weeks" if _OF_NEWBORN.search(text) else r"\1 weeks gestation"
    return _HEIGHT.sub("other fall from one level to another", _WEEKS_AND_DAYS.sub(weeks, text))
