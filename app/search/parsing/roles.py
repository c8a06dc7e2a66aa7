"""The part that each typed word plays: words that only say how the rest is meant are told from the disease.

`chest pain r/o MI` is coded as chest pain, `lung cancer with mets to brain` holds a secondary cancer of the brain, and
after `s/p` an operation stands for what is left of it. The words that say so are facts in tables of the lexicon
(roles.tsv, status.tsv, wider.tsv), which are small enough to be read at once.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import dropwhile
from typing import NamedTuple

from app.library.tokens import word_list
from app.search.parsing.bound_numbers import bound_numbers
from app.search.parsing.lexicon import LONGEST_PHRASE, Lexicon
from app.search.parsing.packed import packed_rows
from app.search.parsing.query import TypedWord, Use
from app.search.parsing.times import TIME_WORDS, time_at


class Role(StrEnum):
    """The roles of roles.tsv."""

    UNCERTAIN = "uncertain"
    SPREAD = "spread"
    FAMILY = "family"
    STATUS = "status"
    HISTORY = "history"
    RELATIVE = "relative"
    TIME = "time"
    """A time in the past: `2 years ago`, `as a child`."""
    DURATION = "duration"
    """How long something has lasted, or how short ago it was: `for 3 days`."""
    SIDE = "side"
    SITE = "site"
    SEVERITY = "severity"
    CONTEXT = "context"
    UNSPECIFIED = "unspecified"
    """Words that say that nothing more is known: `NOS`."""


WEIGHT_OF_ROLE = {Role.SIDE: 0.4, Role.SEVERITY: 0.35, Role.CONTEXT: 0.2, Role.SITE: 0.7, Role.UNCERTAIN: 0.3}
"""The shares of their rarity that words keep: what is found is the disease, and these choose among its codes. Without
them the rarest word wins, and `uncontrolled diabetes` finds fires."""

MARKERS = frozenset(
    {Role.UNCERTAIN, Role.SPREAD, Role.FAMILY, Role.STATUS, Role.HISTORY, Role.TIME, Role.DURATION, Role.CONTEXT}
    | {Role.UNSPECIFIED}
)
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

HISTORY = "history"
PERSONAL = "personal"
"""A word of titles of histories, and one by which a text says that the disease is over."""

WORDS_OF_HISTORY = frozenset({HISTORY, PERSONAL, "h", "hx"})
"""Words before what a patient had that are searched for; the others are read as `history of`."""

TOWARDS = frozenset({"to", "in", "into"})
FROM = "from"
ALONG = frozenset({"with", "w", "and", "has"})


WHERE_WIDER = {Use.PLAIN: "any", Use.RELATIVE: "family", Use.APART: "spread"}
"""The places of wider.tsv by the use of a word."""


_OF_RELATIVE = frozenset(["diagnosed", "died", "ha", "had", "has", "have", "history", "hx", "of", "w", "with"])
"""Words between a relative and the disease: `mother died of ...`."""

_FAR_RELATIVES = frozenset(
    ["aunt", "cousin", "grandfather", "grandma", "grandmother", "grandpa", "grandparent", "uncle"]
)
"""Relatives that are in no title, so that a text needs no word between them and the disease."""

_BEFORE_RELATIVE = frozenset(["both", "her", "his", "maternal", "my", "paternal", "patient", "pt", "their"])

_FAMILY_HISTORY = [TypedWord(text, text, False, " ") for text in ("family", "history")]
_HISTORY_OF = [TypedWord(text, text, False, " ") for text in ("history", "of")]
_PERSONAL_HISTORY = [TypedWord("personal", "personal", False, " "), *_HISTORY_OF]


class _Span(NamedTuple):
    start: int
    end: int
    role: Role


class ReadRoles(NamedTuple):
    """The words of a text with their numbers bound, and what their roles say.

    `reduced` are the words with the parts that they play, None if all of them play the same. `is_history` says that the
    text is on the patient's own history; `had` are then the words of what the patient had, None if a status stands for
    it or the text says more. Of a family history they are the words of the relative's disease. `uncertain` says that a
    diagnosis is not established. `is_of_family` says that all of the text is on a relative's disease.
    """

    words: list[TypedWord]
    reduced: list[TypedWord] | None = None
    is_history: bool = False
    had: list[TypedWord] | None = None
    uncertain: bool = False
    is_of_family: bool = False


class Roles:
    """Tells the parts that words play. A library without the tables knows none."""

    def __init__(self, connection: sqlite3.Connection, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
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
        """Return whether words have a role, as a phrase or each of them."""
        return self._role_of.get(tuple(words)) is role or all(self._role_of.get((word,)) is role for word in words)

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

    def read(self, words: list[TypedWord]) -> ReadRoles:
        """Return the words with their numbers bound, and the same with the parts that they play."""
        if len(words) < 2:
            return ReadRoles(words, uncertain=any("?" in word.gap for word in words))
        words = bound_numbers(words)
        of_relative = self._as_family_history(words)
        if of_relative is not None:
            read = self.read(of_relative)
            return ReadRoles(words, read.words, had=read.had, is_of_family=True)
        spans = self._spans(words)
        if not spans:
            return ReadRoles(words)
        uses = [Use.PLAIN] * len(words)
        history: _Span | None = None
        for span in spans:
            match span.role:
                case Role.FAMILY:
                    uses[span.end :] = [Use.RELATIVE] * (len(words) - span.end)
                case Role.UNCERTAIN:
                    self._mark_uncertain(words, span, spans, uses)
                case Role.SPREAD:
                    _mark_spread(words, span, uses)
                case Role.STATUS:
                    self._mark_past(words, span, _places_of_past(words, span), uses)
                case Role.HISTORY | Role.TIME:
                    history = span
                case Role.UNSPECIFIED:
                    # A code that says so is meant rather than its heading.
                    uses[span.start : span.end] = [Use.BESIDE] * (span.end - span.start)
                case _:
                    uses[span.start : span.end] = [Use.ASIDE] * (span.end - span.start)
        had: list[TypedWord] | None = None
        if history is not None and all(span.role is not Role.FAMILY for span in spans):
            places = _places_of_past(words, history)
            if not self._mark_past(words, history, places, uses) and _says_no_more(history, places, uses):
                had = words[places.start : places.stop]
                if had and history.role is Role.TIME:
                    return self.read([*_PERSONAL_HISTORY, *had])
                if had and all(word.text not in WORDS_OF_HISTORY for word in words[: places.start]):
                    words, uses = [*_HISTORY_OF, *had], [Use.PLAIN] * (len(_HISTORY_OF) + len(had))
        else:
            history = None
        uncertain = any(span.role is Role.UNCERTAIN for span in spans)
        marked = [
            word._replace(use=use) if use is not word.use else word for word, use in zip(words, uses, strict=True)
        ]
        is_of_family = spans[0].role is Role.FAMILY and spans[0].start == 0
        if is_of_family and len(spans) == 1:
            had = list(dropwhile(lambda word: word.text in _OF_RELATIVE, words[spans[0].end :]))
        read = ReadRoles(words, None, history is not None, had or None, uncertain, is_of_family)
        if all(use in (Use.PLAIN, Use.RELATIVE) for use in uses) or any(map(_is_never_a_title, spans)):
            return read._replace(words=marked)
        return read if all(use is Use.ASIDE for use in uses) else read._replace(reduced=marked)

    def _as_family_history(self, words: list[TypedWord]) -> list[TypedWord] | None:
        """Return the words of a text on a relative's disease as those of a family history: `father had gout`, `gout in
        father`. None for any other text."""
        place = 0
        while place < len(words) and words[place].text in _BEFORE_RELATIVE:
            place += 1
        if place < len(words) and self._is_relative(words[place]):
            first = place + 1
            while first < len(words) and words[first].text in _OF_RELATIVE:
                first += 1
            is_said = first > place + 1 or words[place].text in _FAR_RELATIVES
            return [*_FAMILY_HISTORY, *words[first:]] if is_said and first < len(words) else None
        last = len(words) - 1
        if not self._is_relative(words[last]):
            return None
        while last and (
            words[last].text in _BEFORE_RELATIVE or self._is_relative(words[last]) or words[last].text == "and"
        ):
            last -= 1
        return [*_FAMILY_HISTORY, *words[:last]] if last and words[last].text == "in" else None

    def _is_relative(self, word: TypedWord) -> bool:
        return self._role_of.get((word.text,)) is Role.RELATIVE

    def origin(self, words: Sequence[TypedWord]) -> list[TypedWord] | None:
        """Return the words of a cancer before which a text says that it has spread, without the words that say so:
        `lung cancer` of `metastatic lung cancer`. None if it says no such thing."""
        if not words or self._role_of.get((words[0].text,)) is not Role.SPREAD:
            return None
        cancer = list(words[1:])
        names_cancer = any(word.text in CANCER_WORDS for word in cancer)
        names_target = any(word.text in TOWARDS or word.text == FROM for word in cancer)
        return cancer if names_cancer and not names_target else None

    def _spans(self, words: list[TypedWord]) -> list[_Span]:
        """Return the markers of a text, the longest phrase at each place."""
        spans: list[_Span] = []
        cancer = any(word.text in CANCER_WORDS for word in words)
        has_times = any(word.text in TIME_WORDS for word in words)
        position = 0
        while position < len(words):
            word = words[position]
            if "?" in word.gap:
                spans.append(_Span(position, position, Role.UNCERTAIN))
            time = time_at(words, position) if has_times else None
            if time is not None:
                spans.append(_Span(time.start, time.end, Role.TIME if time.is_past else Role.DURATION))
                position = time.end
                continue
            if cancer and word.text in SECONDARY:
                spans.append(_Span(position, position + 1, Role.SPREAD))
            span = self._marker_at(words, position) if word.text in self._marker_begins else None
            if span is not None:
                if not self._ends_diagnosis(words, span):
                    spans.append(span)
                position = span.end
            else:
                position += 1
        return spans

    def _ends_diagnosis(self, words: list[TypedWord], span: _Span) -> bool:
        """Return whether a word of doubt is a part of a diagnosis that is established: `glaucoma suspect`."""
        if span.role is not Role.UNCERTAIN or not span.start:
            return False
        return bool(self._lexicon.senses(tuple(word.text for word in words[span.start - 1 : span.end])))

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

    def _mark_past(self, words: list[TypedWord], span: _Span, places: range, uses: list[Use]) -> bool:
        """Mark the first operation or disease at some places for which a status stands; words like `status post` may
        then be lacking. Return whether there is one."""
        for position in places:
            length = next(
                (
                    length
                    for length in range(min(LONGEST_PHRASE, places.stop - position), 0, -1)
                    if self.past(tuple(word.text for word in words[position : position + length]))
                ),
                0,
            )
            if length:
                uses[position : position + length] = [Use.PAST] * length
                uses[span.start : span.end] = [Use.ASIDE] * (span.end - span.start)
                return True
        return False


def _places_of_past(words: list[TypedWord], span: _Span) -> range:
    """Return the places of what the patient had: after words like `history of`, or before them at the end of a text."""
    if span.end < len(words):
        return range(span.end, _end_of_part(words, span.end))
    return range(0, span.start)


def _says_no_more(span: _Span, places: range, uses: list[Use]) -> bool:
    """Return whether a text says no more than what the patient had."""
    return all(place in places or span.start <= place < span.end or use is Use.ASIDE for place, use in enumerate(uses))


def _is_never_a_title(span: _Span) -> bool:
    """Return whether a marker is never a part of a title, so that the text is not searched for with it: a question
    mark, a time in the past, or what a note says of the visit."""
    return span.start == span.end or span.role in (Role.CONTEXT, Role.TIME)


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


def _meanings(rows: Iterable[Sequence[str]]) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the meanings of phrases, in the order of the rows."""
    found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for phrase, meaning in rows:
        found[tuple(word_list(phrase))].append(meaning)
    return {phrase: tuple(dict.fromkeys(meanings)) for phrase, meanings in found.items()}
