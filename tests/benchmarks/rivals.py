"""Other ways of finding codes by words, each written as an expert of its library would.

All get the same texts and return codes, best first. None knows abbreviations, everyday words or codes. All fold case
and accents, and treat the last word as one that is still being typed.
"""

import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz, process, utils
from tantivy import Document, Filter, Index, Occur, Query, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from app.library.tokens import fold

FEW_TEXTS = 10
"""Texts with any of the words are searched too when fewer than so many have all of them."""

LETTERS_FOR_MISTAKES = ((8, 2), (4, 1), (0, 0))
"""(length, letters): a word of that length may differ by so many; the shortest differ by one from dozens of others."""

WEIGHT_OF_SIMILAR_WORDS = 0.5
"""The factor of bm25 for a word that only resembles another; from 0.05 to 3 it makes no difference."""


class Text(NamedTuple):
    """A title, inclusion term or Index line, and the dotted code to which it leads."""

    code: str
    text: str


class Rival(Protocol):
    """A way of searching."""

    def search(self, text: str, limit: int) -> list[str]:
        """Return the codes for a typed text, best first, each once."""
        ...

    def bytes_on_disk(self) -> int: ...

    def close(self) -> None: ...


class BruteForce:
    """RapidFuzz: WRatio of the typed text and every text. There is no index."""

    def __init__(self, texts: Sequence[Text], _folder: Path) -> None:
        self._codes = [text.code for text in texts]
        self._texts = [utils.default_process(fold(text.text)) for text in texts]

    def search(self, text: str, limit: int) -> list[str]:
        query = utils.default_process(fold(text))
        matches = process.extract(query, self._texts, scorer=fuzz.WRatio, limit=limit)
        return _without_repeats(self._codes[place] for _, _, place in matches)

    def bytes_on_disk(self) -> int:
        return 0

    def close(self) -> None:
        pass


class FullText:
    """SQLite's FTS5: all words, then any word, by bm25; stemmed, with the prefix indexes that typing asks for."""

    def __init__(self, texts: Sequence[Text], folder: Path) -> None:
        self._path = folder / "fts5.db"
        self._codes = [text.code for text in texts]
        self._db = sqlite3.connect(self._path)
        self._db.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA mmap_size = 268435456;"
            "CREATE VIRTUAL TABLE texts USING fts5"
            " (text, content = '', tokenize = 'porter unicode61 remove_diacritics 2', prefix = '1 2 3');"
        )
        self._db.executemany("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(text.text for text in texts))
        self._db.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        self._db.commit()

    def search(self, text: str, limit: int) -> list[str]:
        words = [f'"{word}"' for word in re.findall("[a-z0-9]+", fold(text))]
        if not words:
            return []
        words[-1] += "*"
        matches = self._matching(" AND ".join(words), limit)
        if len(matches) < FEW_TEXTS and len(words) > 1:
            matches += self._matching(" OR ".join(words), limit)
        return _without_repeats(self._codes[row] for row in matches)[:limit]

    def _matching(self, expression: str, limit: int) -> list[int]:
        # `rank` is bm25 by its faster name.
        sql = "SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT ?"
        return [row for (row,) in self._db.execute(sql, (expression, limit))]

    def bytes_on_disk(self) -> int:
        return self._path.stat().st_size

    def close(self) -> None:
        self._db.close()


class Tantivy:
    """Tantivy: all words, then any word, by bm25; stemmed, and each word may also match a similar one."""

    def __init__(self, texts: Sequence[Text], folder: Path) -> None:
        self._folder = folder / "tantivy"
        self._folder.mkdir()
        self._codes = [text.code for text in texts]
        stages = Filter.lowercase(), Filter.ascii_fold(), Filter.stemmer("english")
        builder = TextAnalyzerBuilder(Tokenizer.simple())
        for stage in stages:
            builder = builder.filter(stage)
        self._analyzer = builder.build()
        fields = SchemaBuilder().add_text_field("text", tokenizer_name="stemmed", index_option="freq")
        self._schema = fields.add_integer_field("row", fast=True).build()
        index = Index(self._schema, path=str(self._folder))
        index.register_tokenizer("stemmed", self._analyzer)
        # One thread writes one segment, which is the fastest to search.
        writer = index.writer(num_threads=1)
        for row, text in enumerate(texts):
            writer.add_document(Document(text=text.text, row=row))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def search(self, text: str, limit: int) -> list[str]:
        words = self._analyzer.analyze(text)
        if not words:
            return []
        last = len(words) - 1
        parts = [self._word(word, unfinished=place == last) for place, word in enumerate(words)]
        matches = self._matching(Occur.Must, parts, limit)
        if len(matches) < FEW_TEXTS and len(parts) > 1:
            matches += self._matching(Occur.Should, parts, limit)
        return _without_repeats(self._codes[row] for row in matches)[:limit]

    def _word(self, word: str, *, unfinished: bool) -> Query:
        exact = Query.term_query(self._schema, "text", word, "freq")
        mistakes = next(most for letters, most in LETTERS_FOR_MISTAKES if len(word) >= letters)
        if not mistakes and not unfinished:
            return exact
        similar = Query.fuzzy_term_query(self._schema, "text", word, mistakes, prefix=unfinished)
        guess = Query.boost_query(similar, WEIGHT_OF_SIMILAR_WORDS)
        return Query.boolean_query([(Occur.Should, exact), (Occur.Should, guess)])

    def _matching(self, occur: Occur, parts: list[Query], limit: int) -> list[int]:
        query = Query.boolean_query([(occur, part) for part in parts])
        hits = self._searcher.search(query, limit, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return [int(row) for row in rows if row is not None]

    def bytes_on_disk(self) -> int:
        return sum(file.stat().st_size for file in self._folder.iterdir())

    def close(self) -> None:
        pass


RIVALS: dict[str, Callable[[Sequence[Text], Path], Rival]] = {
    "RapidFuzz WRatio": BruteForce,
    "FTS5 bm25": FullText,
    "tantivy fuzzy": Tantivy,
}
"""The constructors, which take texts and an empty folder, by the names in the tables."""


def _without_repeats(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))
