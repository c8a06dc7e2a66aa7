"""What can be found: the texts that lead to a node, with the words by which the index finds each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from app.library.tokens import INFLECTED, Compounds, bare, joined, word_list, words_with_options

MARK = "§"
"""Opens a word of the index that no typed text can hold, because it is not ASCII: what an entry is filtered by."""

VARIANT_MARK = "¶"
"""Opens a word that stands in an entry's 7th characters or axes only, so that it can be left aside at first."""

_LITTLE = "a an and as at by due for from in into nos of on or other the to with without"
LITTLE_WORDS = frozenset(_LITTLE.split())
"""Words that do not make an entry longer when entries are put in order."""


class EntryKind(StrEnum):
    """Where a text that leads to a node comes from."""

    TITLE = "title"
    INCLUSION = "inclusion"
    INDEX = "index"
    PLAIN = "plain"
    """A name of our own, an everyday word, a brand."""


SAME_BEGINNING = 5
"""Letters that the forms of a main term have in common."""

GOES_WITHOUT = frozenset({("fracture", "traumatic")})
"""Main terms of the Index and the word behind them that nobody types."""

KIND_RANK = {EntryKind.TITLE: 0, EntryKind.PLAIN: 1, EntryKind.INDEX: 2, EntryKind.INCLUSION: 3}


@dataclass(frozen=True, slots=True)
class Entry:
    """A text that leads to a node. `more` are words of its variants (7th characters, approaches), which find it too.

    `via` is what the text refers on to, which is shown behind an arrow but not searched (`Infarct, myocardium`).
    `filters` are what it can be confined to: ancestors' ids, and whether "valid only" keeps it.
    """

    node: int
    kind: EntryKind
    text: str
    more: frozenset[str]
    filters: tuple[str, ...]
    via: str = ""

    @property
    def shown(self) -> str:
        """The text as a reason quotes it."""
        return f"{self.text} → {self.via}" if self.via else self.text


def branch_filter(node: int) -> str:
    """The index word of everything below a chapter, section, category or table."""
    return f"{MARK}n{node}"


VALID_FILTER = f"{MARK}valid"


def words_as_read(entry: Entry) -> list[str]:
    """The words of an entry in order; those that may be there or not, or say nothing new, are opened by a sign.

    Main terms of an Index list the forms of their first word, of which a person types one; hyphenated words are typed
    as one.
    """
    words = words_with_options(entry.text)
    also = [INFLECTED + word for word in joined(entry.text)]
    if entry.kind is not EntryKind.INDEX:
        return words + also
    main = words[0][:SAME_BEGINNING] if len(words[0]) >= SAME_BEGINNING else None
    said = [
        INFLECTED + word if place and main and (word.startswith(main) or (words[0], word) in GOES_WITHOUT) else word
        for place, word in enumerate(words)
    ]
    return said + also


def reading_length(entry: Entry) -> int:
    """How many words an entry makes a reader read: words in parentheses may be there or not, and count nothing."""
    return sum(word not in LITTLE_WORDS and bare(word) == word for word in words_as_read(entry))


def in_reading_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries from the one that answers best, whatever was typed, to the one that answers worst.

    Of two entries that hold all typed words, the one with fewer other words is the better answer. At equal length a
    title goes before an Index line, that before an inclusion term, and then the order of the book decides.
    """
    return sorted(entries, key=lambda entry: (*place_in_order(entry), entry.node))


def place_in_order(entry: Entry) -> tuple[int, int]:
    """Length and rank of the kind, by which entries are put in order."""
    return reading_length(entry), KIND_RANK[entry.kind]


def vocabulary(entries: Iterable[Entry]) -> set[str]:
    """Every distinct word of the entries, without their filters."""
    found: set[str] = set()
    for entry in entries:
        found.update(word_list(entry.text), entry.more)
    return found


def indexed_words(entry: Entry, compounds: Compounds) -> Iterator[str]:
    """The distinct words by which an entry is found: its own, joined ones, parts of compounds."""
    own = dict.fromkeys(word_list(entry.text))
    own.update(dict.fromkeys(joined(entry.text)))
    for word in list(own):
        own.update(dict.fromkeys(compounds.parts(word)))
    return iter(own)
