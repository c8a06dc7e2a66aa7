"""The part that each typed word plays: words that only say how the rest is meant are told from the disease.

`chest pain r/o MI` is coded as chest pain, `lung cancer with mets to brain` holds a secondary cancer of the brain, and
after `s/p` an operation stands for what is left of it. The words that say so are facts in tables of the lexicon
(roles.tsv, status.tsv, wider.tsv), which are small enough to be read at once.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

from app.library.tokens import word_list
from app.search.parsing.lexicon import LONGEST_PHRASE
from app.search.parsing.packed import packed_rows
from app.search.parsing.query import TypedWord, Use
from app.search.parsing.ranges import ANY_NUMBER, OF_RANGE


class Role(StrEnum):
    """The roles of roles.tsv."""

    UNCERTAIN = "uncertain"
    SPREAD = "spread"
    FAMILY = "family"
    STATUS = "status"
    SIDE = "side"
    SITE = "site"
    SEVERITY = "severity"
    CONTEXT = "context"


WEIGHT_OF_ROLE = {Role.SIDE: 0.4, Role.SEVERITY: 0.35, Role.CONTEXT: 0.2, Role.SITE: 0.7, Role.UNCERTAIN: 0.3}
"""The shares of their rarity that words keep: what is found is the disease, and these choose among its codes. Without
them the rarest word wins, and `uncontrolled diabetes` finds fires."""

MARKERS = frozenset({Role.UNCERTAIN, Role.SPREAD, Role.FAMILY, Role.STATUS, Role.CONTEXT})
"""Roles of words that say something of the words after them."""

CANCER_WORDS = frozenset(
    [
        "cancer",
        "ca",
        "carcinoma",
        "malignancy",
        "malignant",
        "neoplasm",
        "tumor",
        "tumour",
        "sarcoma",
        "melanoma",
        "cancerous",
    ]
)
SECONDARY = frozenset({"secondary", "2ndary"})
"""`secondary bone cancer` came from elsewhere; `secondary hypertension` did not spread."""

SEPARATING_SIGNS = frozenset(",;.\n")
"""Signs after which something else begins: what a marker says ends there."""

TOWARDS = frozenset({"to", "in", "into"})
FROM = "from"
ALONG = frozenset({"with", "w", "and", "has"})

CLASSIFIERS = frozenset(["type", "stage", "grade", "class", "degree", "category", "level", "phase", "group", "factor"])
"""Words that a number belongs to, before or after it: a stage 2 does not answer type 2."""

CLASSIFIED = {"ckd": "stage", "dm": "type", "diabete": "type", "t1dm": "type", "t2dm": "type"}
"""Words after which a number is of one kind without saying so: `ckd 3`, `dm 2`."""


WHERE_WIDER = {Use.PLAIN: "any", Use.RELATIVE: "family", Use.APART: "spread"}
"""The places of wider.tsv by the use of a word."""


class _Span(NamedTuple):
    start: int
    end: int
    role: Role


class Roles:
    """Tells the parts that words play. A library without the tables knows none."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._role_of: dict[tuple[str, ...], Role] = {}
        for phrase, role in packed_rows(connection, "roles"):
            self._role_of[tuple(word_list(phrase))] = Role(role)
        self._marker_begins = frozenset(phrase[0] for phrase, role in self._role_of.items() if role in MARKERS)
        self._weights = {
            phrase[0]: WEIGHT_OF_ROLE[role]
            for phrase, role in self._role_of.items()
            if len(phrase) == 1 and role in WEIGHT_OF_ROLE
        }
        self._past = _meanings(packed_rows(connection, "status"))
        wider = packed_rows(connection, "wider")
        self._wider = {
            use: _meanings(row[:2] for row in wider if row[2] in ("any", where)) for use, where in WHERE_WIDER.items()
        }

    def weight(self, words: Sequence[str]) -> float:
        """Return the share of their weight that words keep in a text: 1 for those of diseases and operations."""
        return max((self._weights.get(word, 1.0) for word in words), default=1.0)

    def are(self, role: Role, words: Sequence[str]) -> bool:
        """Return whether all words have a role."""
        return all(self._role_of.get((word,)) is role for word in words)

    def past(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return what a patient has who had an operation or a disease, likeliest first."""
        return self._past.get(words, ())

    def wider(self, words: tuple[str, ...], use: Use) -> tuple[tuple[str, ...], ...]:
        """Return words with a part replaced by the region or group that takes it in: `malignant neoplasm of digestive
        organ` for `malignant neoplasm of colon`."""
        table = self._wider[use] if use in self._wider else self._wider[Use.PLAIN]
        found: list[tuple[str, ...]] = []
        for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
            for start in range(len(words) - length + 1):
                for meaning in table.get(words[start : start + length], ()):
                    found.append((*words[:start], *word_list(meaning), *words[start + length :]))
        return tuple(dict.fromkeys(found))

    def mark(self, words: list[TypedWord]) -> tuple[list[TypedWord], list[TypedWord] | None]:
        """Return the words with their numbers bound, and the same with the parts that they play; None for the second if
        all of them play the same."""
        if len(words) < 2:
            return words, None
        words = _bound_numbers(words)
        spans = self._spans(words)
        if not spans:
            return words, None
        uses = [Use.PLAIN] * len(words)
        for span in spans:
            match span.role:
                case Role.FAMILY:
                    uses[span.end :] = [Use.RELATIVE] * (len(words) - span.end)
                case Role.UNCERTAIN:
                    self._mark_uncertain(words, span, spans, uses)
                case Role.SPREAD:
                    _mark_spread(words, span, uses)
                case Role.STATUS:
                    self._mark_past(words, span, uses)
                case _:
                    uses[span.start : span.end] = [Use.ASIDE] * (span.end - span.start)
        marked = [
            word._replace(use=use) if use is not word.use else word for word, use in zip(words, uses, strict=True)
        ]
        if all(use in (Use.PLAIN, Use.RELATIVE) for use in uses) or any(map(_is_never_a_title, spans)):
            return marked, None
        if all(use is Use.ASIDE for use in uses):
            return words, None
        return words, marked

    def _spans(self, words: list[TypedWord]) -> list[_Span]:
        """Return the markers of a text, the longest phrase at each place."""
        spans: list[_Span] = []
        cancer = any(word.text in CANCER_WORDS for word in words)
        position = 0
        while position < len(words):
            word = words[position]
            if position and "?" in word.gap:
                spans.append(_Span(position, position, Role.UNCERTAIN))
            if cancer and word.text in SECONDARY:
                spans.append(_Span(position, position + 1, Role.SPREAD))
            span = self._marker_at(words, position) if word.text in self._marker_begins else None
            if span is not None:
                spans.append(span)
                position = span.end
            else:
                position += 1
        return spans

    def _marker_at(self, words: list[TypedWord], position: int) -> _Span | None:
        for length in range(min(LONGEST_PHRASE, len(words) - position), 0, -1):
            phrase = tuple(word.text for word in words[position : position + length])
            role = self._role_of.get(phrase)
            if role is not None and role in MARKERS:
                return _Span(position, position + length, role)
        return None

    def _mark_uncertain(self, words: list[TypedWord], span: _Span, spans: list[_Span], uses: list[Use]) -> None:
        """Set aside a diagnosis that is not established, if a finding stands before it; else only the doubt."""
        uses[span.start : span.end] = [Use.ASIDE] * (span.end - span.start)
        markers = {place for other in spans for place in range(other.start, other.end)}
        if all(place in markers or len(words[place].text) < 3 for place in range(span.start)):
            return
        for place in range(span.end, _end_of_part(words, span.end)):
            uses[place] = Use.ASIDE

    def _mark_past(self, words: list[TypedWord], span: _Span, uses: list[Use]) -> None:
        """Mark the operations and diseases after words like `status post`, which themselves may then be lacking."""
        end = _end_of_part(words, span.end)
        position = span.end
        while position < end:
            length = next(
                (
                    length
                    for length in range(min(LONGEST_PHRASE, end - position), 0, -1)
                    if self.past(tuple(word.text for word in words[position : position + length]))
                ),
                0,
            )
            if length:
                uses[position : position + length] = [Use.PAST] * length
                uses[span.start : span.end] = [Use.ASIDE] * (span.end - span.start)
                return
            position += 1


def _is_never_a_title(span: _Span) -> bool:
    """Return whether a marker is never a part of a title, so that the text is not searched for with it: a question
    mark, or what a note says of the visit."""
    return span.start == span.end or span.role is Role.CONTEXT


def _mark_spread(words: list[TypedWord], span: _Span, uses: list[Use]) -> None:
    """Set aside the cancer that spread, where the text says to which organ: that is what the secondary code names."""
    end = _end_of_part(words, span.end)
    towards = next((place for place in range(span.end, end) if words[place].text in TOWARDS), None)
    if towards is not None and towards + 1 < end:
        for place in [*range(span.start), *range(span.end, towards)]:
            uses[place] = Use.BESIDE
        more = next((place for place in range(towards + 2, end) if words[place].text in ALONG), end)
        origin = next((place for place in range(towards + 1, end) if words[place].text == FROM), end)
        target = min(more, origin)
        uses[towards + 1 : target] = [Use.APART] * (target - towards - 1)
        uses[target:end] = [Use.BESIDE] * (end - target)
        return
    origin = next((place for place in range(span.end, end) if words[place].text == FROM), None)
    if origin is not None:
        uses[span.end : end] = [Use.BESIDE] * (end - span.end)
        return
    if span.end < end:
        # In `secondary bone cancer` the bone is where it went, and `bone cancer` would be a primary one.
        uses[span.end : end] = [Use.APART] * (end - span.end)
        return
    along = max((place for place in range(span.start) if words[place].text in ALONG), default=None)
    if along is not None and along + 1 < span.start:
        uses[: along + 1] = [Use.BESIDE] * (along + 1)


def _end_of_part(words: list[TypedWord], start: int) -> int:
    """Return the place of the first word after a comma or another separating sign, or the end."""
    for place in range(start + 1, len(words)):
        if not SEPARATING_SIGNS.isdisjoint(words[place].gap):
            return place
    return len(words)


def _bound_numbers(words: list[TypedWord]) -> list[TypedWord]:
    """Return words with each number bound to the word that it belongs to: `stage 3b`, `type ii`, `2nd degree`."""
    if not any(is_number(word.text) for word in words):
        return words
    bound = list(words)
    for place, word in enumerate(words):
        if not is_number(word.text):
            continue
        before = words[place - 1].text if place else ""
        after = words[place + 1].text if place + 1 < len(words) else ""
        if before in CLASSIFIERS:
            number_of = before
        elif before in CLASSIFIED:
            number_of = CLASSIFIED[before]
        elif after in CLASSIFIERS and word.text[-1].isalpha() and word.text[0].isdigit():
            number_of = after
        elif not word.text.isdigit():
            continue
        else:
            number_of = OF_RANGE if _ends_range(words, place) else ANY_NUMBER
        bound[place] = word._replace(number_of=number_of)
    return bound


def _ends_range(words: list[TypedWord], place: int) -> bool:
    """Return whether a number is an end of a typed range: `40.0-44.9`, `0% to 9%`, `less than 10`, `70 or greater`."""
    around = words[max(0, place - 2) : place + 3]
    return any("-" in word.gap and word.text.isdigit() for word in around[1:]) or not OF_LIMITS.isdisjoint(
        word.text for word in around
    )


OF_LIMITS = frozenset(["to", "through", "than", "or"])
"""Words beside the ends of a range."""

ROMAN = frozenset(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"])


def is_number(word: str) -> bool:
    """Return whether a word is a number that a classifier may have, a letter after it included."""
    return word[0].isdigit() or word in ROMAN


def _meanings(rows: Iterable[Sequence[str]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the meanings of phrases, in the order of the rows."""
    found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for phrase, meaning in rows:
        found[tuple(word_list(phrase))].append(meaning)
    return {phrase: tuple(dict.fromkeys(meanings)) for phrase, meanings in found.items()}
