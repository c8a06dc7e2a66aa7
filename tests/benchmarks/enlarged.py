"""Code databases with several times the entries of ICD-10-CM's Tabular List, written by the program's own writer.

No code set has a million entries to measure with, so this one is copied. A copy has nodes of its own, and in
each of its texts the rarest word is changed: `Polyneuropathy in neoplastic disease` becomes `Polyneuropathy in
neoplasticqb disease`. So both dimensions of an index grow: common words occur in as many more texts as there are
copies, and the number of distinct words grows with them. Typed text still begins the words of every copy.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rivals import Text
from sqlite_utils import Database

from app.codes.detail import NoteKind
from app.codes.node import Level
from app.codes.parts import Part
from app.codes.systems import System
from app.library.compiling import icd10cm, icd10cm_rows
from app.library.compiling.compile import SCHEMA
from app.library.compiling.lexicon_tables import read_lexicon
from app.library.compiling.nodes import PlacedNodes, PlannedNode
from app.library.compiling.read_back import LoadedContents
from app.library.compiling.search_rows import write_entries, write_lexicon, write_vocabulary
from app.library.compiling.writer import Writer
from app.library.contents import Icd10cm
from app.library.ids import BLOCK_SIZE
from app.library.open import Library
from app.library.tokens import word_list, words

LEXICON = Path(__file__).parents[2] / "resources" / "lexicon"


@dataclass(frozen=True, slots=True)
class Enlarged:
    """A code database, the texts for its rivals, and the cost of its search index."""

    path: Path
    texts: list[Text]
    distinct_words: int
    seconds: float
    """The time to make the search index after the nodes are written."""
    bytes_on_disk: int
    """The size of the search index with its texts, without nodes and the other contents of a code's page."""


class TabularList:
    """The nodes of ICD-10-CM, and the larger code databases made from them."""

    def __init__(self, library: Library) -> None:
        contents = LoadedContents(library.connect()).contents(System.ICD10CM)
        assert isinstance(contents, Icd10cm)
        self._release = contents.tabular_release
        self._planned = icd10cm.plan(contents)
        texts = [text for node in self._planned for text in (node.title, *(text for _, text in _findable_notes(node)))]
        self._counts = Counter(word for text in texts for word in word_list(text))
        self._ends: dict[str, int] = {}

    def enlarged(self, times: int, path: Path) -> Enlarged:
        """Make a code database at `path` with so many times the entries: ICD-10-CM alone, without its Index."""
        planned = [*self._planned]
        for number in range(1, times):
            planned += self._copy(f"q{chr(ord('a') + number)}")
        placed = PlacedNodes(System.ICD10CM, planned)
        entries = list(icd10cm_rows.entries(placed))
        assert max(len(entries), len(planned)) < BLOCK_SIZE
        connection = sqlite3.connect(path)
        try:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536;")
            connection.executescript(SCHEMA.read_text(encoding="utf-8"))
            writer = Writer(Database(connection))
            write_lexicon(writer, read_lexicon(LEXICON))
            codes = {placed.ids[node.plain]: node.plain for node in planned}
            writer.add_release(System.ICD10CM, Part.CODES, self._release, codes=len(planned))
            writer.add_nodes(placed)
            before = _bytes(connection)
            started = time.perf_counter()
            write_entries(writer, System.ICD10CM, entries)
            connection.execute("INSERT INTO entry_words_icd10cm (entry_words_icd10cm) VALUES ('optimize')")
            write_vocabulary(writer)
            connection.commit()
            seconds = time.perf_counter() - started
            # An entry whose text is a title leaves it to the node; finished codes have no entry.
            sql = "SELECT sum(length(CAST(title AS BLOB))) FROM node WHERE level != 'seventh'"
            (titles,) = connection.execute(sql).fetchone()
            size = _bytes(connection) - before + titles
            (distinct,) = connection.execute("SELECT data FROM packed WHERE system = '' AND name = 'words'").fetchone()
            connection.execute("ANALYZE")
            connection.commit()
        finally:
            connection.close()
        texts = [Text(codes[entry.node], entry.text) for entry in entries]
        return Enlarged(path, texts, distinct.count(b"\n") + 1, seconds, size)

    def _copy(self, suffix: str) -> Iterator[PlannedNode]:
        """Copy every node except the finished codes, which find nothing that their family does not."""
        for node in self._planned:
            if node.level is Level.SEVENTH:
                continue
            notes = tuple((kind, self._altered(text, suffix)) for kind, text in _findable_notes(node))
            yield PlannedNode(
                plain=f"{node.plain}:{suffix}",
                title=self._altered(node.title, suffix),
                level=node.level,
                status=node.status,
                parent=node.parent and f"{node.parent}:{suffix}",
                tabular=node.tabular and replace(node.tabular, notes=notes),
            )

    def _altered(self, text: str, suffix: str) -> str:
        """Return a text with a suffix at its rarest word."""
        if text not in self._ends:
            rarest = min(words(text), key=lambda word: (self._counts[word.text], word.start))
            self._ends[text] = rarest.end
        end = self._ends[text]
        return f"{text[:end]}{suffix}{text[end:]}"


def _findable_notes(node: PlannedNode) -> list[tuple[NoteKind, str]]:
    notes = node.tabular.notes if node.tabular is not None else ()
    return [(kind, text) for kind, text in notes if kind in (NoteKind.INCLUSION, NoteKind.INCLUDES)]


def _bytes(connection: sqlite3.Connection) -> int:
    """Return the bytes in use of a database file."""
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    return (pages - free) * size
