"""The search data of a code database: entries in reading order, their words, and the lexicon."""

import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain

from app.codes.systems import System
from app.library.compiling.lexicon_tables import LexiconTables
from app.library.compiling.writer import Row, Writer
from app.library.drugs import Drug
from app.library.entries import (
    MOST_COUNTED,
    VARIANT_MARK,
    Entry,
    further_words,
    in_reading_order,
    indexed_words,
    vocabulary,
)
from app.library.ids import first_id
from app.library.lexicon import MeaningKind
from app.library.sounds import sounds
from app.library.tokens import Compounds, word_list

CROWDED_LENGTH = 2
"""Letters of beginnings that may be crowded, which lead to more rows than a search counts. A longer one leads to fewer,
and is searched in full."""

ORDERS_OF_A_LENGTH = 8
"""A number above that of the kinds of entry."""


def write_entries(writer: Writer, system: System, unordered: Iterable[Entry]) -> None:
    """Write the entries of one code set, numbered so that a search reads the best ones first."""
    read = in_reading_order(unordered)
    entries = [row.entry for row in read]
    compounds = Compounds(vocabulary(entries))
    counts: Counter[str] = Counter()
    variant_counts: Counter[str] = Counter()
    nodes_by_beginning: defaultdict[str, set[int]] = defaultdict(set)
    before = first_id(system)
    titles: dict[int, str] = dict(writer.rows("SELECT id, title FROM node WHERE system = ?", system.value))

    def rows() -> Iterator[tuple[int, str]]:
        for key, entry in enumerate(entries, start=before + 1):
            own_words = list(indexed_words(entry, compounds))
            counts.update(own_words)
            for beginning in {word[:length] for word in own_words for length in range(1, CROWDED_LENGTH + 1)}:
                nodes_by_beginning[beginning].add(entry.node)
            more = sorted(further_words(entry).difference(own_words))
            variant_counts.update(more)
            yield key, " ".join([*own_words, *(VARIANT_MARK + word for word in more), *entry.filters])

    writer.insert(
        "entry",
        (
            {
                "id": key,
                "node": entry.node,
                "kind": entry.kind.value,
                "text": "" if entry.label == titles.get(entry.node) else entry.label,
                "words": " ".join(words),
            }
            for key, (*_, words, entry) in enumerate(read, start=before + 1)
        ),
    )
    writer.insert_full_text(system, rows())
    # A word that only 7th characters or axes have is counted by those.
    counts |= Counter({word: number for word, number in variant_counts.items() if word not in counts})
    orders = [row.length * ORDERS_OF_A_LENGTH + row.rank for row in read]
    write_packed(
        writer,
        system.value,
        {
            "node_of_entry": packed([0, *(entry.node for entry in entries)]),
            "order_of_entry": packed([0, *orders]),
            "crowded_beginnings": "\n".join(
                sorted(beginning for beginning, nodes in nodes_by_beginning.items() if len(nodes) > MOST_COUNTED)
            ).encode(),
            **_packed_words(counts),
        },
    )


def write_vocabulary(writer: Writer) -> None:
    """Write the words of all code sets together, from the packed words of each, and the words that a misspelling may
    mean."""
    counts: Counter[str] = Counter()
    for words, numbers in writer.rows(
        "SELECT w.data, n.data FROM packed w JOIN packed n ON n.system = w.system AND n.name = 'word_counts'"
        " WHERE w.name = 'words' AND w.system != ''"
    ):
        counts.update(dict(zip(words.decode().split("\n"), unpacked(numbers), strict=True)))
    write_packed(writer, "", {**_packed_words(counts), **_packed_sounds(writer, counts)})


def _packed_sounds(writer: Writer, counts: Counter[str]) -> dict[str, bytes]:
    """Return the words that a misspelling may mean, with those of the lexicon's phrases except abbreviations, and the
    names of drugs, in the order of their sounds, and these sounds: to compute them takes a tenth of a second."""
    rows = writer.rows(
        "SELECT phrase FROM meaning WHERE kind != ? UNION SELECT phrase FROM drug", MeaningKind.ABBREVIATION.value
    )
    phrases = chain.from_iterable(phrase.split(" ") for (phrase,) in rows)
    words = sorted(word for word in {*counts, *phrases} if word.isalpha())
    ordered = sorted(zip(sounds("\n".join(words)).splitlines(), words, strict=True))
    return {
        "spelled_words": "\n".join(word for _, word in ordered).encode(),
        "spelled_sounds": "\n".join(sound for sound, _ in ordered).encode(),
    }


def _packed_words(counts: Counter[str]) -> dict[str, bytes]:
    words = sorted(counts)
    return {"word_counts": packed([counts[word] for word in words]), "words": "\n".join(words).encode()}


def write_packed(writer: Writer, system: str, arrays: dict[str, bytes]) -> None:
    """Write packed data of a code set, or of all together, by name."""
    writer.insert("packed", ({"system": system, "name": name, "data": data} for name, data in arrays.items()))


def write_lexicon(writer: Writer, tables: LexiconTables) -> None:
    """Write the lexicon: typed phrases and their meanings, ignored words, rules of spelling, sensitive words,
    names of drugs, words for procedures."""
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
                "typed": meaning.typed or phrase,
                "note": meaning.note,
            }

    writer.insert("meaning", meanings())
    write_packed(writer, "", {name: _lines(rows) for name, rows in tables.packed.items()})
    writer.insert("ignored_word", ({"word": word, "weight": weight} for word, weight in tables.ignored.items()))
    writer.insert(
        "spelling_rule",
        (
            {"position": position, "british": rule.british, "american": rule.american, "place": rule.place}
            for position, rule in enumerate(tables.spelling, start=1)
        ),
    )
    writer.insert("drug", _drug_rows(tables.drugs))


def _drug_rows(drugs: Iterable[Drug]) -> Iterator[Row]:
    positions: Counter[str] = Counter()
    for drug in drugs:
        phrase = " ".join(word_list(drug.name))
        positions[phrase] += 1
        yield {
            "phrase": phrase,
            "position": positions[phrase],
            **drug._asdict(),
            "kind": drug.kind.value,
            "supplies": " ".join(drug.supplies),
        }


def _lines(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Return rows of a table as lines of tab-separated cells."""
    return "\n".join(map("\t".join, rows)).encode()


def packed(numbers: list[int]) -> bytes:
    """Return numbers as little-endian unsigned 32-bit."""
    values = array("I", numbers)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def unpacked(data: bytes) -> "array[int]":
    """Return the numbers of a text that `packed` returned."""
    numbers = array("I")
    numbers.frombytes(data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
