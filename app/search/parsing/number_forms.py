"""Numbers in the forms of notes, rewritten as titles have them: `38w2d` and `38 2/7 weeks` are 38 weeks."""

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"[0-9]|\biii[ab]\b|\bribs?\b", re.IGNORECASE)
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

_SEVERAL = r"(?:[2-9]|1[0-2]|two|three|four|five|six|seven|eight|several)"
_FRACTURED = r"(?:fractured|fractures?|fxs?|broken)"
_SIZE = r"[0-9]+(?:\.[0-9]+)?(?:\s?(?:cm|mm)?\s?x\s?[0-9]+(?:\.[0-9]+)?)*\s?(?:cm|mm|centimeters?|millimeters?)\b"
_SIZED = (
    r"(?:lacerations?|lacs?|cuts?|abrasions?|hematomas?|nodules?|lumps?|cysts?|polyps?|mass|lipomas?|lesions?|ulcers?)"
)
_OF_ORGANS = r"(?:kidney|renal|spleen|splenic|dressing|gauze|cpt|repair)"

_FEET = r"[0-9]+\s?(?:feet|foot|ft|meters?|stories|story)\b"
_IN_PREGNANCY = (
    r"(?:preterm\s+labor|pre-?eclampsia|oligohydramnios|polyhydramnios|gestational\s+(?:hypertension|htn)"
    r"|cervical\s+(?:insufficiency|incompetence))"
)
"""Conditions of a pregnancy whose codes tell trimesters."""


def _weeks_of(numbers: str) -> str:
    """Return a pattern of the weeks of a trimester, in a text with such a condition."""
    weeks = rf"(?:(?:at|@)\s+)?\b(?:{numbers})\s?{_WEEK}\b(?:\s+(?:gestation(?:al\s+age)?|pregnant|pregnancy|ega|ga))?"
    return rf"^(?=.*\b{_IN_PREGNANCY}\b)(.*?){weeks}"


_LEAST_BURN = "burns involving less than 10% of body surface"
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
        (
            rf"\b{_SEVERAL}\s+((?:right|left|rt|lt)\s+)?ribs?\s+(?:are\s+)?{_FRACTURED}\b",
            r"\1multiple fractures of ribs",
        ),
        (rf"\b{_SEVERAL}\s+{_FRACTURED}\s+((?:right|left|rt|lt)\s+)?ribs\b", r"\1multiple fractures of ribs"),
        (rf"\b{_FRACTURED}\s+(?:of\s+)?{_SEVERAL}\s+((?:right|left|rt|lt)\s+)?ribs\b", r"\1multiple fractures of ribs"),
        # A size chooses among lacerations of a kidney or spleen, and among dressings; of no other titles.
        (rf"^(?!.*\b{_OF_ORGANS}\b)(?=.*\b{_SIZED}\b)(.*?)(?<![\w.]){_SIZE}", r"\1"),
        (r"\bburns?\s+(?:of\s+)?(?:tbsa\s+)?[1-9]\s?%(?:\s?tbsa\b)?", _LEAST_BURN),
        (r"(?<![\w.])[1-9]\s?%\s?(?:tbsa\s+)?burns?\b(?:\s+tbsa\b)?", _LEAST_BURN),
        # The titles for the first weeks say extreme immaturity.
        (
            r"^(?=.*\b2[0-7]\s?(?:weeks?|wks?)\b)(?=.*\b(?:newborn|neonate|infant|baby)\b)(?!.*\blabor\b)"
            r"(.*?)\b(?:preterm|premature)\b",
            r"\1extreme immaturity",
        ),
        # Labor is not yet delivery.
        (
            rf"^(?!.*\bdeliver)(?=.*\b[1-4]?[0-9]\s?{_WEEK}\b)(.*?)\b(?:(?:preterm|premature)\s+labou?r|ptl)\b",
            r"\1preterm labor without delivery",
        ),
        (rf"\b(?:s?iup|gravid|pregnan(?:t|cy))\s+(?:(?:at|@|of)\s+)?([1-4]?[0-9])\s?{_WEEK}\b", r"\1 weeks pregnant"),
        (rf"\b([1-4]?[0-9])\s?{_WEEK}\s+s?iup\b", r"\1 weeks pregnant"),
        (_weeks_of("1[0-3]|[1-9]"), r"\1first trimester"),
        (_weeks_of("1[4-9]|2[0-7]"), r"\1second trimester"),
        (_weeks_of("2[89]|3[0-9]|4[0-2]"), r"\1third trimester"),
        # A modifier tells less than 1 and more than 4 liters a minute.
        (r"\b(oxygen|o2)\s+(?:at\s+)?[1-4]\s?(?:l|liters?|lpm)(?:\s?/\s?min|\s+per\s+minute)?\b", r"\1"),
    )
)
"""Other numbers of notes, and what titles have for them."""


_PREGNANCY_WORDS = frozenset(["gravid", "iup", "pregnancy", "pregnant"])
_WORDS_BESIDE_WEEKS = _PREGNANCY_WORDS | {
    "at",
    "ega",
    "ga",
    "gestation",
    "is",
    "of",
    "patient",
    "pt",
    "week",
    "wk",
    "wks",
}
_FIRST_WEEKS_OF_TRIMESTERS = ((28, "third"), (14, "second"), (1, "first"))
_LAST_WEEK = 42


def trimester_of_weeks(words: Sequence[str]) -> str:
    """Return the trimester of a pregnancy for a text that says its weeks and nothing else; empty for any other text."""
    numbers = [int(word) for word in words if word.isdecimal()]
    others = {word for word in words if not word.isdecimal()}
    if len(numbers) != 1 or not numbers[0] <= _LAST_WEEK or others.isdisjoint(_PREGNANCY_WORDS):
        return ""
    if not others <= _WORDS_BESIDE_WEEKS or others.isdisjoint(("week", "wk", "wks")):
        return ""
    return next((name for first, name in _FIRST_WEEKS_OF_TRIMESTERS if numbers[0] >= first), "")


def as_in_titles(text: str) -> str:
    """Return a text with its numbers as titles have them."""
    if not _NUMBER.search(text):
        return text
    weeks = r"\1 weeks" if _OF_NEWBORN.search(text) else r"\1 weeks gestation"
    text = _WEEKS_AND_DAYS.sub(weeks, text)
    for pattern, rewritten in _REWRITTEN:
        text = pattern.sub(rewritten, text)
    return text
