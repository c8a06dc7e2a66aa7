"""What the search engine needs of a code database: entries in reading order, their words, and the lexicon."""

import sys
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator

from app.library.entries import VARIANT_MARK, Entry, in_reading_order, indexed_words, vocabulary
from app.library.lexicon_tables import LexiconTables
from app.library.words import Compounds, words_with_options
from app.library.writer import Row, Writer


def write_entries(writer: Writer, unordered: Iterable[Entry]) -> None:
    """Entries of all code sets, numbered so that a search reads the best ones first."""
    entries = in_reading_order(unordered)
    compounds = Compounds(vocabulary(entries))
    counts: Counter[str] = Counter()
    variant_counts: Counter[str] = Counter()

    def rows() -> Iterator[tuple[int, str]]:
        for key, entry in enumerate(entries, start=1):
            found = list(indexed_words(entry, compounds))
            counts.update(found)
            more = sorted(entry.more.difference(found))
            variant_counts.update(more)
            yield key, " ".join([*found, *(VARIANT_MARK + word for word in more), *entry.filters])

    writer.insert(
        "entry",
        (
            {
                "id": key,
                "node": entry.node,
                "kind": entry.kind.value,
                "text": entry.text,
                "words": " ".join(words_with_options(entry.text)),
            }
            for key, entry in enumerate(entries, start=1)
        ),
    )
    writer.insert_full_text(rows())
    # A word that no text holds, only 7th characters or axes, counts by those.
    counts |= Counter({word: number for word, number in variant_counts.items() if word not in counts})
    words = sorted(counts)
    writer.insert(
        "packed",
        [
            {"name": "node_of_entry", "data": packed([0, *(entry.node for entry in entries)])},
            {"name": "word_counts", "data": packed([counts[word] for word in words])},
            {"name": "words", "data": "\n".join(words).encode()},
        ],
    )


def write_lexicon(writer: Writer, tables: LexiconTables) -> None:
    """What people write, and the words that the code sets use for it."""
    positions: Counter[str] = Counter()

    def meanings() -> Iterator[Row]:
        for meaning in tables.meanings:
            phrase = " ".join(meaning.phrase)
            positions[phrase] += 1
            yield {
                "phrase": phrase,
                "position": positions[phrase],
                "words": " ".join(meaning.words),
                "text": meaning.text,
                "kind": meaning.kind.value,
            }

    writer.insert("meaning", meanings())
    writer.insert("little_word", ({"word": word, "weight": weight} for word, weight in tables.little.items()))
    writer.insert(
        "spelling_rule",
        (
            {"position": position, "british": rule.british, "american": rule.american, "place": rule.place}
            for position, rule in enumerate(tables.spelling, start=1)
        ),
    )


def packed(numbers: list[int]) -> bytes:
    """Numbers as little-endian unsigned 32-bit."""
    values = array("I", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()
