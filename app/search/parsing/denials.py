"""Words that deny what follows them or stands before them: `denies chest pain` is no chest pain, and has no code."""

from collections.abc import Callable, Collection, Sequence
from itertools import takewhile

from app.library.tokens import bare
from app.search.parsing.query import TypedWord

DENYING_STATEMENTS = frozenset(
    tuple(phrase.split())
    for phrase in (
        "afebrile",
        "doe not drink",
        "doe not drink alcohol",
        "doe not smoke",
        "doe not vape",
        "doesnt drink",
        "doesnt smoke",
        "doesnt vape",
        "never drinker",
        "never smoked",
        "never smoker",
        "nka",
        "nkda",
        "nkfa",
        "non drinker",
        "non smoker",
        "nondiabetic",
        "nondrinker",
        "nonsmoker",
        "not a drinker",
        "not a smoker",
    )
)
"""Words that deny by themselves, such as `no known drug allergies`, in the singular."""

DENYING_PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "denied",
        "deny",
        "denying",
        "doe not have",
        "doe not use",
        "doesnt have",
        "doesnt use",
        "neg for",
        "negative for",
        "never",
        "never had",
        "no complaint of",
        "no evidence of",
        "no h o",
        "no history of",
        "no hx of",
        "no known",
        "no sign of",
        "no symptom of",
        "not pregnant",
        "without any",
        "without evidence of",
        "without sign of",
        "without symptom of",
    )
)
"""Phrases before what is denied, in the singular and with their letters apart (`h/o`)."""

NO = "no"
NOT = "not"
TITLE_PHRASES = frozenset({(NO,), (NOT,), ("ruled", "out"), ("w", "o"), ("without",)})
"""Phrases before what is denied that titles have too: `migraine without aura`."""

TITLE_STATEMENTS = frozenset({("non", "diabetic")})
"""Statements that deny by themselves, and that titles have too."""

ENDINGS_OF_STATES = ("compliant", "ed", "ing", "well")
WORDS_OF_STATES = frozenset({"able", "stable", "viable"})
"""Words, and endings of words, that `not` makes another state, which an entry may name in one word, and not the lack of
a disease: `wound not healing`, `not controlled`. Others with these last letters are denied: `not intractable`."""

NEGATIVE_WORDS = frozenset({"neg", "negative"})
RULED_OUT = ("ruled", "out")
"""Words after what is denied."""

TEST_WORDS = frozenset(["antigen", "culture", "pcr", "rapid", "result", "screen", "swab", "test"])
"""Words between what is denied and `negative`."""

TESTS = TEST_WORDS | {"strep"}
"""Last words of what is negative after `negative`: `neg flu test`."""

CODED_NEGATIVE_TESTS = frozenset(["hcg", "pregnancy", "preg", "upt"])
"""Words of tests whose negative result has a code: Z32.02."""

NEGATIVE_KINDS = frozenset(["culture", "er", "gram", "her2", "pr", "receptor", "rh", "seronegative", "triple"])
"""Words whose `negative` names a kind, and denies no disease: `gram negative pneumonia`."""

TITLE_WORDS = frozenset(["negative", "no", "non", "not", "out", "without"])
"""Words of titles that say the same as a text which denies."""

STATING_WORDS = (
    frozenset(word for phrase in DENYING_PHRASES | TITLE_PHRASES for word in phrase)
    | NEGATIVE_WORDS.union(["a", "drink", "non", "smoke", "smoked"])
) - {"pregnant"}
ENDS_OF_DENIALS = NEGATIVE_WORDS.union(RULED_OUT)
"""Words of a denial before and after what it denies. Of `does not smoke` nothing is left, since smoke is no habit."""

MOST_LEFT_OPEN = 5
"""Words of a title that `unspecified` leaves open, with itself: `ulcer, unspecified as acute or chronic`."""

SHORTEST_BEGUN = 4
"""Letters with which a typed word is the beginning of one that a title denies: `flu` denies no fluid."""

_FIRST_WORDS = frozenset(phrase[0] for phrase in DENYING_PHRASES | DENYING_STATEMENTS) | {NO} | NEGATIVE_WORDS
_FIRST_WORDS_OF_TITLES = frozenset(phrase[0] for phrase in TITLE_PHRASES | TITLE_STATEMENTS)
_MARKERS_OF_TITLES = _FIRST_WORDS_OF_TITLES | NEGATIVE_WORDS

LONGEST_TEXT_OF_NO = 6
LONGEST_DENIED_BY_NO = 3
"""Words: a longer text with `no` is likelier a title (`No documentation of ...`), and `no` ends at a comma."""

ENDING_WORDS = frozenset(
    ["admit", "although", "but", "complain", "endorse", "except", "ha", "has", "however", "positive", "report", "with"]
)
ENDING_SIGNS = frozenset(".;:\n")
"""Words and signs after which something else is said: `denies fever, chills but has a cough`."""

WORDS_AT_EDGES = (ENDING_WORDS - {"positive"}) | {"and", "he", "is", "or", "patient", "pt", "she", "was"}
"""Words that say nothing by themselves, and are left out where they join what is denied."""

LONGEST_DENYING_PHRASE = 3
LONGEST_DENIED_PHRASE = 3
"""Words before `negative`: with more before it that are no phrase, it is a part of a name."""

IsPhrase = Callable[[tuple[str, ...]], bool]
"""Says whether words are a phrase of the lexicon."""


def makes_state(word: str) -> bool:
    """Return whether `not` makes a word another state instead of denying a disease."""
    return word in WORDS_OF_STATES or word.endswith(ENDINGS_OF_STATES)


def without_denied(words: Sequence[TypedWord], is_phrase: IsPhrase) -> list[TypedWord] | None:
    """Return the words of a text without those that are denied, which may be none; None if nothing is denied.

    A phrase of the lexicon denies nothing: `no appetite`.
    """
    return _without(words, lambda place: _end_of_denied(words, place, is_phrase))


def without_possibly_denied(words: Sequence[TypedWord], is_phrase: IsPhrase) -> list[TypedWord] | None:
    """Return the words of a text without those that are denied if no title says the same; None if nothing is."""
    if len(words) < 2 or all(word.text not in _MARKERS_OF_TITLES for word in words):
        return None
    ends = _denied_before(words, is_phrase)

    def end_of_denied(place: int) -> int:
        return max(ends.get(place, place), _end_of_possibly_denied(words, place, is_phrase))

    return _without(words, end_of_denied)


def _without(words: Sequence[TypedWord], end_of_denied: Callable[[int], int]) -> list[TypedWord] | None:
    affirmed: list[TypedWord] = []
    place = 0
    while place < len(words):
        end = end_of_denied(place)
        if end == place:
            affirmed.append(words[place])
            end += 1
        place = end
    return _without_joining_words(affirmed) if len(affirmed) < len(words) else None


def _without_joining_words(words: list[TypedWord]) -> list[TypedWord]:
    """Return words without those at their ends that say nothing where the others are left out: `but`, `and`."""
    while words and words[0].text in WORDS_AT_EDGES:
        words = words[1:]
    while words and words[-1].text in WORDS_AT_EDGES:
        words = words[:-1]
    return words


def denied_words(words: Sequence[TypedWord]) -> str:
    """Return what a text denies that says nothing else: `smoker` of `not a smoker`."""
    start, end = 0, len(words)
    while start < end and words[start].text in STATING_WORDS:
        start += 1
    while start < end and words[end - 1].text in ENDS_OF_DENIALS:
        end -= 1
    return "".join(word.gap + word.raw for word in words[start:end]).strip()


def affirms(title: Sequence[str], denied: Collection[str]) -> bool:
    """Return whether a title says that something is there which a text denies: `hernia with obstruction`."""
    is_denied = False
    for word in map(bare, title):
        if word in TITLE_WORDS:
            is_denied = True
        elif word == "with":
            is_denied = False
        elif word in denied and not is_denied:
            return True
    return False


def denied_parts(title: Sequence[str]) -> list[list[str]]:
    """Return the words that follow each denial of a title, up to the next one: `aura` and `intractable` of `without
    aura, not intractable`."""
    parts: list[list[str]] = []
    is_denied = False
    for word in map(bare, title):
        if word in TITLE_WORDS:
            parts.append([])
            is_denied = True
        elif word == "with":
            is_denied = False
        elif is_denied:
            parts[-1].append(word)
    return parts


def subject_of_denial(title: Sequence[str]) -> list[str]:
    """Return the words of a title that say of what its first denial is, without its site after `of`, words in
    parentheses, other names of one, and what it leaves open: `unspecified severity`."""
    words = list(takewhile(lambda word: bare(word) not in TITLE_WORDS and word != "of", title))
    left_open = {
        place
        for start, word in enumerate(words)
        if word == "unspecified"
        for place in range(start, start + MOST_LEFT_OPEN)
    }
    return [word for place, word in enumerate(words) if word == bare(word) and place not in left_open]


def denies(title: Sequence[str], denied: Collection[str]) -> bool:
    """Return whether a title that has a word of denial holds a word that a text denies."""
    held = list(map(bare, title))
    if TITLE_WORDS.isdisjoint(held) or not any(_is_denial(held, place) for place in range(len(held))):
        return False
    begun = tuple(word for word in denied if len(word) >= SHORTEST_BEGUN)
    return any(word in denied or word.startswith(begun) for word in held)


def _is_denial(title: Sequence[str], place: int) -> bool:
    """Return whether a word of a title denies: a test is negative, while bacteria that are name a kind."""
    word = title[place]
    return word in TITLE_WORDS and (word != "negative" or (place > 0 and title[place - 1] in TEST_WORDS))


def _end_of_denied(words: Sequence[TypedWord], place: int, is_phrase: IsPhrase) -> int:
    """Return the place after what is denied from a place on; the place itself if nothing is."""
    texts = [word.text for word in words[place : place + LONGEST_DENYING_PHRASE + 1]]
    if texts[0] not in _FIRST_WORDS:
        return place
    for length in range(len(texts), 0, -1):
        if tuple(texts[:length]) in DENYING_STATEMENTS:
            return place + length
    if _begins_phrase(texts, is_phrase):
        return place
    if texts[0] in NEGATIVE_WORDS and texts[1:2] != ["for"]:
        return _end_of_negative_test(words, place, is_phrase)
    for length in range(min(LONGEST_DENYING_PHRASE, len(texts) - 1), 0, -1):
        if tuple(texts[:length]) in DENYING_PHRASES:
            return _end_of_part(words, place + length, ENDING_SIGNS)
    if texts[0] != NO or len(words) > LONGEST_TEXT_OF_NO or len(texts) < 2:
        return place
    end = _end_of_part(words, place + 1, ENDING_SIGNS | {","})
    return end if end - place - 1 <= LONGEST_DENIED_BY_NO else place


def _end_of_negative_test(words: Sequence[TypedWord], place: int, is_phrase: IsPhrase) -> int:
    """Return the place after a test that is negative, from `negative` on: `neg covid test`; the place itself if no test
    follows within a few words, or one whose result has a code."""
    for end in range(place + 2, min(len(words), place + LONGEST_DENIED_PHRASE + 1) + 1):
        between = [word.text for word in words[place + 1 : end]]
        if between[-1] in TESTS and not NEGATIVE_KINDS.union(CODED_NEGATIVE_TESTS).intersection(between):
            return place if place and words[place - 1].text in NEGATIVE_KINDS else end
    return place


def _end_of_possibly_denied(words: Sequence[TypedWord], place: int, is_phrase: IsPhrase) -> int:
    """Return the place after what is denied from a place on by words that titles have too."""
    texts = [word.text for word in words[place : place + LONGEST_DENYING_PHRASE + 1]]
    if texts[0] not in _FIRST_WORDS_OF_TITLES or (place and words[place - 1].text == "or"):
        # `With or without seizures` denies nothing.
        return place
    if tuple(texts[:2]) in TITLE_STATEMENTS:
        return place + 2
    if texts[0] == NOT and (len(texts) == 1 or makes_state(texts[1])):
        return place
    for length in (2, 1):
        is_marker = tuple(texts[:length]) in TITLE_PHRASES and len(texts) > length
        if is_marker and not _begins_phrase(texts, is_phrase, length + 1):
            signs = ENDING_SIGNS | {","} if texts[0] in (NO, NOT, RULED_OUT[0]) else ENDING_SIGNS
            return _end_of_part(words, place + length, signs)
    return place


def _denied_before(words: Sequence[TypedWord], is_phrase: IsPhrase) -> dict[int, int]:
    """Return the places of what is denied by a word after it, each with the place after that word."""
    ends: dict[int, int] = {}
    for place, word in enumerate(words):
        is_negative = word.text in NEGATIVE_WORDS and place > 0 and word.gap != "-"
        is_negative = is_negative and words[place - 1].text not in NEGATIVE_KINDS
        is_ruled_out = tuple(w.text for w in words[place : place + 2]) == RULED_OUT and place + 2 == len(words)
        if is_negative or is_ruled_out:
            start = _start_of_denied(words, place, is_phrase)
            if is_ruled_out or place - start <= LONGEST_DENIED_PHRASE:
                ends[start] = place + (2 if is_ruled_out else 1)
    return ends


def _start_of_denied(words: Sequence[TypedWord], end: int, is_phrase: IsPhrase) -> int:
    """Return the place of the first word that is denied by what follows: a phrase of the lexicon, or all words after
    the last sign."""
    signs = ENDING_SIGNS | {","}
    start = end
    while start and words[start - 1].text not in ENDING_WORDS and (start == end or signs.isdisjoint(words[start].gap)):
        start -= 1
    last = end
    while last > start + 1 and words[last - 1].text in TEST_WORDS:
        last -= 1
    for length in range(min(LONGEST_DENIED_PHRASE, last - start), 0, -1):
        if is_phrase(tuple(word.text for word in words[last - length : last])):
            last -= length
            while last > start and words[last - 1].text in TEST_WORDS:
                last -= 1
            return last
    return start


def _begins_phrase(texts: Sequence[str], is_phrase: IsPhrase, shortest: int = 2) -> bool:
    return any(is_phrase(tuple(texts[:length])) for length in range(shortest, len(texts) + 1))


def _end_of_part(words: Sequence[TypedWord], start: int, signs: frozenset[str]) -> int:
    for place in range(start, len(words)):
        if words[place].text in ENDING_WORDS or (place > start and not signs.isdisjoint(words[place].gap)):
            return place
    return len(words)
