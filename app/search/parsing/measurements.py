"""Measured values in typed text: `sodium 120` has no code, but may be a sign of something that has one.

The measurements, their usual values and what others may be a sign of are facts in a table (measurements.tsv).
"""

import re
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from app.library.tokens import word_list
from app.search.parsing.packed import packed_rows
from app.search.parsing.query import Measured, TypedWord

NO_ENTRY = "-"
IN_TITLES = "="
"""The mark of a scale, whose values are in titles: only impossible ones are read here."""

NUMBER_FIRST = "#"
SECOND_NUMBER = "/"
"""The marks for a number before its words, and for the second one of two: `bp 120/80`."""

LONGEST_NAME = 5

_FARTHER = re.compile(r"(.+); (.+) from (-?[0-9.]+)")
"""Words for a value below the usual ones, and others for one that is as low as a second limit or lower."""

MINUS_SIGNS = frozenset(["-", "\N{EN DASH}", "\N{MINUS SIGN}"])

FILLERS = frozenset(["at", "elevated", "high", "is", "level", "low", "of", "score", "was"])
COMPARISONS = frozenset(["above", "below", "greater", "less", "over", "than", "under"])
"""Words between a measurement and its value. Titles have comparisons too, so that these are read only alone."""

_UNIT_WORDS = """
    bpm c celsius cell degree dl f fahrenheit g hg iu k l mcg mcl meq mg min ml mm mmhg mmol ng pct percent pg u ul umol
    unit
"""
UNIT_WORDS = frozenset(_UNIT_WORDS.split())
AMOUNTS = frozenset(["g", "iu", "mcg", "meq", "mg", "ml", "mmol", "u", "unit"])
"""Units that without a volume (`mg/dl`) are those of a dose: `sodium 120 mg`."""

TIMES = frozenset(["day", "hour", "hr", "month", "time", "week", "wk", "x", "year", "yr"])
"""Words after a number that is no measured value: `fever of 3 days`."""

_ACCOMPANYING_WORDS = """
    a admission air am and at clinic day ed er for her his hour in lab now of on patient pt rest room the today value
    with yesterday
"""
ACCOMPANYING_WORDS = frozenset(_ACCOMPANYING_WORDS.split())
ROOM_AIR = "ra"
"""Words beside a measured value that say nothing to code."""


class _Measurement(NamedTuple):
    name: str
    unit: str
    least: float
    low: float
    high: float
    most: float
    below: str
    above: str


class Measurements:
    """Reads measured values. The table is read at the first text with a number."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @cached_property
    def _by_phrase(self) -> dict[tuple[str, ...], list[_Measurement]]:
        by_phrase: defaultdict[tuple[str, ...], list[_Measurement]] = defaultdict(list)
        for name, typed, unit, least, low, high, most, below, above in packed_rows(self._connection, "measurements"):
            numbers = (float(least), float(low), float(high), float(most))
            measurement = _Measurement(name, "" if unit == NO_ENTRY else unit, *numbers, below, above)
            for phrase in typed.split(";"):
                marks = tuple(mark for mark in (NUMBER_FIRST, SECOND_NUMBER) if mark in phrase)
                by_phrase[(*marks, *word_list(phrase))].append(measurement)
        return by_phrase

    def without_measured(self, words: Sequence[TypedWord]) -> tuple[list[TypedWord], tuple[Measured, ...]]:
        """Return the words of a text without measured values, and these; no words if the others say nothing to code.

        The values of a scale are in titles, and are left out only if they are impossible.
        """
        measured: list[Measured] = []
        others: list[TypedWord] = []
        place = 0
        while place < len(words):
            found = self._at(words, place)
            if found is None:
                others.append(words[place])
                place += 1
            else:
                place, value = found
                measured.append(value)
                while place < len(words) and words[place].text in ACCOMPANYING_WORDS:
                    place += 1
                if value.unit == "%" and place < len(words) and words[place].text == ROOM_AIR:
                    place += 1
        if not measured or all(word.text in ACCOMPANYING_WORDS or word.text.isdigit() for word in others):
            others = [] if measured else others
        elif any(word.text in COMPARISONS for word in words):
            return list(words), ()
        return others, tuple(measured)

    def _at(self, words: Sequence[TypedWord], place: int) -> tuple[int, Measured] | None:
        """Return the end of a measured value that begins at a place, and the value; None if there is none."""
        if words[place].text[0].isdigit():
            found = self._number_first(words, place)
            if found is not None:
                return found
        for length in range(min(LONGEST_NAME, len(words) - place - 1), 0, -1):
            phrase = tuple(word.text for word in words[place : place + length])
            if phrase in self._by_phrase:
                return self._named_first(words, phrase, place + length)
        return None

    def _number_first(self, words: Sequence[TypedWord], place: int) -> tuple[int, Measured] | None:
        number, start = _number(words, place)
        if number is None:
            return None
        for length in range(min(LONGEST_NAME, len(words) - start), 0, -1):
            phrase = (NUMBER_FIRST, *(word.text for word in words[start : start + length]))
            if phrase in self._by_phrase:
                measured = _judged(self._by_phrase[phrase], number, _as_typed(words[place:start]))
                return (start + length, measured) if measured is not None else None
        return None

    def _named_first(
        self, words: Sequence[TypedWord], phrase: tuple[str, ...], place: int
    ) -> tuple[int, Measured] | None:
        while place < len(words) - 1 and words[place].text in FILLERS | COMPARISONS:
            place += 1
        start = place
        number, place = _number(words, start)
        if number is None or (len(phrase) == 1 and len(phrase[0]) == 1 and number.is_integer()):
            # A letter before a whole number is likelier the beginning of a code: `k 62`.
            return None
        typed = _as_typed(words[start:place])
        if not MINUS_SIGNS.isdisjoint(words[start].gap) and self._by_phrase[phrase][0].least < 0:
            number, typed = -number, f"-{typed}"
        measured = _judged(self._by_phrase[phrase], number, typed)
        seconds = self._by_phrase.get((SECOND_NUMBER, *phrase))
        if seconds and measured is not None and place < len(words) and words[place].gap == "/":
            second, end = _number(words, place)
            if second is not None:
                of_second = _judged(seconds, second, _as_typed(words[place:end]))
                measured = measured._replace(typed=_as_typed(words[start:end]))
                measured = of_second if of_second is not None and of_second.sign and not measured.sign else measured
            place = end
        end = _end_of_units(words, place)
        is_amount = end == place + 1 and words[place].text in AMOUNTS
        if measured is None or is_amount or (end < len(words) and words[end].text in TIMES):
            return None
        return end, measured


def _judged(measurements: Sequence[_Measurement], number: float, typed: str) -> Measured | None:
    """Return a measured value with what it may be a sign of, by the measurement whose unit it fits; None for one of a
    scale, which titles hold."""
    fitting = [measurement for measurement in measurements if measurement.least <= number <= measurement.most]
    name, unit, _least, low, high, _most, below, above = (fitting or measurements)[0]
    is_usual = low <= number <= high
    if below == IN_TITLES:
        return None if is_usual else Measured(name, typed, unit, low, high, is_scale=True)
    sign = "" if is_usual or not fitting else _sign_below(below, number) if number < low else above
    return Measured(name, typed, unit, low, high, sign.removeprefix(NO_ENTRY), is_plausible=bool(fitting))


def _sign_below(words: str, number: float) -> str:
    """Return the words for what a value below the usual ones may be a sign of."""
    farther = _FARTHER.fullmatch(words)
    if farther is None:
        return words
    return farther[2] if number <= float(farther[3]) else farther[1]


def _number(words: Sequence[TypedWord], place: int) -> tuple[float | None, int]:
    """Return the number at a place, with its decimals, and the place after it; None if there is none."""
    text = _digits(words, place)
    if not text:
        return None, place
    decimals = _digits(words, place + 1)
    if decimals and words[place + 1].gap == ".":
        return float(f"{text}.{decimals}"), place + 2
    if len(decimals) == 3 and words[place + 1].gap == ",":
        return float(text + decimals), place + 2
    return float(text), place + 1


def _digits(words: Sequence[TypedWord], place: int) -> str:
    """Return the digits at a place, without the letter of a unit (`103f`); empty if there are none."""
    text = words[place].text.rstrip("cfk") if place < len(words) else ""
    return text if text.isdigit() else ""


def _end_of_units(words: Sequence[TypedWord], place: int) -> int:
    while place < len(words) and words[place].text in UNIT_WORDS:
        place += 1
    return place


def _as_typed(words: Sequence[TypedWord]) -> str:
    """Return a number as it was typed."""
    return words[0].raw + "".join(word.gap + word.raw for word in words[1:])
