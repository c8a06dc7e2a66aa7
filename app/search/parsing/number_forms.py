"""Numbers in the forms of notes, rewritten as titles have them: `38w2d` and `38 2/7 weeks` are 38 weeks."""

import re

_NUMBER = re.compile(r"[0-9]|\biii[ab]\b", re.IGNORECASE)
_OF_NEWBORN = re.compile(r"\b(?:newborn|neonate|infant|preterm|premature|preemie|old)\b", re.IGNORECASE)

_WEEK = r"(?:weeks?|wks?|w)"
_WEEKS_AND_DAYS = re.compile(
    rf"(?:\b(?:e?ga)\s+)?(?<![\w./])([1-4]?[0-9])\s?(?:{_WEEK}\s?(?:and\s|&\s?|\+\s?)?[0-6]\s?(?:days?|d)\b"
    rf"|[\s+][0-6]/7(?:\s?{_WEEK}\b)?"
    rf"|[+.][0-6]\s?{_WEEK}\b|(?<!\s)w\b)"
    r"(?:\s+(?:gestation(?:al\s+age)?|pregnant|pregnancy|ega|ga|iup)\b)?",
    re.IGNORECASE,
)
"""Completed weeks of a pregnancy, with days or without."""

_FEET = r"[0-9]+\s?(?:feet|foot|ft|meters?|stories|story)\b"
_REWRITTEN = tuple(
    (re.compile(pattern, re.IGNORECASE), text)
    for pattern, text in (
        # A height is no foot: titles say only from where a fall was, or that it was from one level to another.
        (rf"\b(?:falls?|fell|fallen)\s+(?:from\s+)?(?:about\s+)?{_FEET}(?=\s+(?:from|off)\b)", "fall"),
        (rf"\b(?:falls?|fell|fallen)\s+(?:from\s+)?(?:about\s+)?{_FEET}", "other fall from one level to another"),
        (rf"\b((?:falls?|fell|fallen)\b.*?)\s+{_FEET}", r"\1"),
        (r"\b([0-9]{3,4})\s?(?:g|gms?|grams?)\s+(?:newborn|neonate|infant|baby|preemie)\b", r"\1 gram newborn"),
        (r"\bbirth\s?weight\s+(?:of\s+)?([0-9]{3,4})\b(?:\s?(?:g|gms?|grams?)\b)?", r"\1 gram newborn"),
        (r"\b(ckd\s+(?:stage\s+)?)iii([ab])\b", r"\g<1>3\2"),
        (r"\s*\bkg/m(?:2|\^2|²)", ""),
    )
)
"""Other numbers of notes, and what titles have for them."""


def as_in_titles(text: str) -> str:
    """Return a text with its numbers as titles have them."""
    if not _NUMBER.search(text):
        return text
    weeks = r"\1 weeks" if _OF_NEWBORN.search(text) else r"\1 weeks gestation"
    text = _WEEKS_AND_DAYS.sub(weeks, text)
    for pattern, rewritten in _REWRITTEN:
        text = pattern.sub(rewritten, text)
    return text
