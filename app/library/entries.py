"""Entries: the texts that lead to nodes, with the words by which the index finds each."""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from app.library.ranges import range_words
from app.library.tokens import INFLECTED, Compounds, bare, joined, word_list, words_with_options

MOST_COUNTED = 1000
"""A search counts rows exactly up to this number."""

FILTER_MARK = "§"
"""The first character of index words for filters; typed words never have it, because it is not ASCII."""

VARIANT_MARK = "¶"
"""The first character of words that only an entry's 7th characters or axes have, which a search may ignore at first."""

_IGNORED = "a an and as at by classified due elsewhere for from in into nec nos not of on or other the to with without"
UNCOUNTED_WORDS = frozenset(_IGNORED.split())
"""Words that do not make an entry longer when entries are put in order."""


class EntryKind(StrEnum):
    """The origin of a text that leads to a node."""

    TITLE = "title"
    INCLUSION = "inclusion"
    INDEX = "index"
    PLAIN = "plain"
    """A name of our own, an everyday word, a brand."""


SHARED_LETTERS = 5
"""Number of letters that the forms of a main term have in common."""

SKIPPED_WORDS = frozenset({("fracture", "traumatic")})
"""Main terms of the Index, each with a following word that users do not type."""

KIND_RANK = {EntryKind.TITLE: 0, EntryKind.PLAIN: 1, EntryKind.INDEX: 2, EntryKind.INCLUSION: 3}


class Entry(NamedTuple):
    """A text that leads to a node. `more` are words of its variants (7th characters, approaches), which find it too.

    `via` is the text of a reference, shown after an arrow but not searched (`Infarct, myocardium`). `filters` are index
    words of its ancestors, VALID_FILTER if it is shown with "valid only", and CC_FILTER if it is with "CC or MCC".
    `main` is the main term of an Index line.
    """

    node: int
    kind: EntryKind
    text: str
    more: frozenset[str]
    filters: tuple[str, ...]
    via: str = ""
    main: str = ""

    @property
    def label(self) -> str:
        """The text as results quote it."""
        return f"{self.text} → {self.via}" if self.via else self.text


def branch_filter(node: int) -> str:
    """Return the index word of everything below a chapter, section, category or table."""
    return f"{FILTER_MARK}n{node}"


VALID_FILTER = f"{FILTER_MARK}valid"

CC_FILTER = f"{FILTER_MARK}cc"
"""The index word of a diagnosis that is a CC or an MCC, or that holds a finished code which is one."""

CC_GROUPS = ("cc", "mcc", "some_cc", "some_mcc")
"""The packed groups of diagnoses that are all a CC, or all an MCC; and of those of whose finished codes only some are,
by the higher level."""


_PARENTHESES = re.compile(r" ?\([^()]*\)")


def own_text(entry: Entry) -> str:
    """Return the text of an entry by which it is found. Parentheses after the main term of an Index line qualify that
    term alone: `Fever (of unknown origin), yellow` is not a fever of unknown origin."""
    if not entry.main or entry.main == entry.text:
        return entry.text
    return _PARENTHESES.sub("", entry.main) + entry.text.removeprefix(entry.main)


def words_as_read(entry: Entry) -> list[str]:
    """Return the words of an entry in order; optional and repeated ones begin with OPTIONAL or INFLECTED.

    Main terms of an Index list the forms of their first word, and users type one of them; hyphenated words are also
    typed as one.
    """
    words = words_with_options(entry.text)
    also = [INFLECTED + word for word in (*joined(entry.text), *range_words(entry.text))]
    if entry.kind is not EntryKind.INDEX:
        return words + also
    main = words[0][:SHARED_LETTERS] if len(words[0]) >= SHARED_LETTERS else None
    # The forms of a main term stand before its parentheses: `Pneumonia (acute), pneumococcal` has none.
    forms = len(word_list(entry.text.partition("(")[0])) if "(" in entry.text else len(words)
    marked = [
        INFLECTED + word
        if 0 < place < forms and main and (word.startswith(main) or (words[0], word) in SKIPPED_WORDS)
        else word
        for place, word in enumerate(words)
    ]
    return marked + also


def reading_length(words: Iterable[str]) -> int:
    """Return the number of an entry's words (`words_as_read`); optional words in parentheses do not count."""
    return sum(word not in UNCOUNTED_WORDS and bare(word) == word for word in words)


class ReadEntry(NamedTuple):
    """An entry with its place in reading order: length, rank of the kind, node; and its words (`words_as_read`)."""

    length: int
    rank: int
    node: int
    words: list[str]
    entry: Entry


def in_reading_order(entries: Iterable[Entry]) -> list[ReadEntry]:
    """Return entries from the best to the worst answer, independent of the typed text.

    Of two entries with all typed words, the one with fewer other words is the better answer. At equal length a
    title comes before an Index line, an Index line before an inclusion term, and then the order of the book decides.
    """
    # The words of each entry are read once: that takes a tenth of a millisecond, for 150,000 entries.
    read = (
        ReadEntry(reading_length(words), KIND_RANK[entry.kind], entry.node, words, entry)
        for entry in entries
        for words in (words_as_read(entry),)
    )
    return sorted(read, key=itemgetter(0, 1, 2))


def vocabulary(entries: Iterable[Entry]) -> set[str]:
    """Return every distinct word of the entries, without their filters."""
    words: set[str] = set()
    for entry in entries:
        words.update(word_list(entry.text), entry.more)
    return words


def further_words(entry: Entry) -> set[str]:
    """Return the words by which an entry is found only when few hold all words: those of its variants, and those in
    parentheses after its main term, which mostly hold for the lines below it too."""
    words = set(entry.more)
    if own_text(entry) != entry.text:
        words.update(word_list(entry.main))
    return words


def indexed_words(entry: Entry, compounds: Compounds) -> Iterator[str]:
    """Return the distinct words by which an entry is found: its own, joined ones, parts of compounds."""
    text = own_text(entry)
    own = dict.fromkeys(word_list(text))
    own.update(dict.fromkeys(joined(text)))
    own.update(dict.fromkeys(range_words(text)))
    for word in list(own):
        own.update(dict.fromkeys(compounds.parts(word)))
    return iter(own)
