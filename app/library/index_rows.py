"""The Indexes and tables of a code set: their lines, where they lead, and the entries by which they are found."""

from collections.abc import Callable, Iterable, Iterator

from app.library.contents import IndexBook
from app.library.entries import Entry, EntryKind
from app.library.ids import first_id
from app.library.nodes import PlacedNodes
from app.library.words import fold
from app.library.writer import Row, Writer
from app.releases.records import Book, IndexEntry

MOST_FOLLOWED = 3
"""Lines that a reference is followed to: `see Fracture` is no answer that names a code."""

HEADS = {"Neoplasm, neoplastic": "Neoplasm"}
"""Main terms that stand for a whole table, as a reason quotes them."""

Resolve = Callable[[str], str | None]
"""The plain code of the node that a printed code opens, None where it is not loaded."""


def write_books(writer: Writer, books: Iterable[IndexBook], placed: PlacedNodes, resolve: Resolve) -> None:
    """The lines of Indexes and tables; a code that is not loaded is kept, without a node."""
    entries: list[Row] = []
    targets: list[Row] = []
    number = first_id(placed.system)
    for book in books:
        for line in book.lines:
            number += 1
            entries.append(
                {
                    "id": number,
                    "book": book.book.value,
                    "path": "\n".join(line.path),
                    "kind": line.kind,
                    "see": line.see,
                    "manifestation": line.manifestation,
                }
            )
            for position, code in enumerate(dict.fromkeys(line.codes)):
                named = resolve(code)
                node = placed.ids[named] if named else None
                targets.append({"entry": number, "position": position, "code": code, "node": node})
    writer.insert("index_entry", entries)
    writer.insert("index_target", targets)


def book_entries(books: Iterable[IndexBook], placed: PlacedNodes, resolve: Resolve) -> Iterator[Entry]:
    """What is found by the lines of Indexes: those that lead to codes, and those that refer to a line that does."""
    seen: set[tuple[int, str]] = set()
    for book in books:
        references = References(book.lines)
        for line in book.lines:
            text = searched(book.book, line.path)
            for code, via in _leads(line, references):
                named = resolve(code)
                if named and (placed.rows[named], text) not in seen:
                    seen.add((placed.rows[named], text))
                    row = placed.rows[named]
                    yield Entry(row, EntryKind.INDEX, text, frozenset(), placed.filters(named), via)


def searched(book: Book, path: tuple[str, ...]) -> str:
    """The path of a line as one text: `Neoplasm, breast, Malignant Primary`."""
    terms = (HEADS.get(path[0], path[0]), *path[1:]) if book is Book.NEOPLASM else path
    return ", ".join(terms)


def _leads(line: IndexEntry, references: "References") -> Iterator[tuple[str, str]]:
    """The codes that a line leads to, each with what it was referred on to; `use` lines explain values of axes."""
    if line.kind == "use":
        return
    for code in line.codes:
        yield code, ""
    # `see also` adds to what stands below the term itself; only `see` says that the codes are elsewhere.
    if line.kind == "see" and not line.codes:
        for other in references.follow(line.see)[:MOST_FOLLOWED]:
            for code in other.codes:
                yield code, line.see


class References:
    """The lines of a book by their terms, to follow `see Infarct, myocardium`."""

    def __init__(self, lines: Iterable[IndexEntry]) -> None:
        self._by_path: dict[tuple[str, ...], list[IndexEntry]] = {}
        self._spellings: dict[str, list[str]] = {}
        for line in lines:
            path = tuple(map(term_key, line.path))
            if line.kind in ("code", "see"):
                self._by_path.setdefault(path, []).append(line)
            first = path[0]
            for spelling in {first, *first.split(", ")}:
                known = self._spellings.setdefault(spelling, [])
                if first not in known:
                    known.append(first)

    def follow(self, see: str) -> list[IndexEntry]:
        """The lines with codes that a reference names; through at most three further references, and none in a ring."""
        wanted = [see]
        seen: set[str] = set()
        for _ in range(3):
            onward: list[str] = []
            for text in wanted:
                if text in seen:
                    continue
                seen.add(text)
                lines = self._named(text)
                coded = [line for line in lines if line.codes]
                if coded:
                    return coded
                onward += [line.see for line in lines if line.kind == "see"]
            wanted = onward
        return []

    def _named(self, see: str) -> list[IndexEntry]:
        """The lines whose terms a reference spells out: main term, then subterms, separated by commas."""
        parts = [part for part in term_key(see).split(", ") if part]
        for length in range(len(parts), 0, -1):
            for first in self._spellings.get(", ".join(parts[:length]), ()):
                found = self._by_path.get((first, *parts[length:]))
                if found:
                    return found
        return []


def term_key(term: str) -> str:
    """A term without its nonessential modifiers, folded, by which references find it."""
    kept: list[str] = []
    depth = 0
    for char in term:
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif not depth:
            kept.append(char)
    return fold(" ".join("".join(kept).split()).replace(" ,", ",")).strip(" ,")
