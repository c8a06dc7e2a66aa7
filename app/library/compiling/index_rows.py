"""The Indexes and tables of a code set: their lines, the codes that they lead to, and their entries."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from app.codes.parts import Book
from app.library.compiling.nodes import PlacedNodes
from app.library.compiling.writer import Row, Writer
from app.library.contents import IndexBook
from app.library.entries import Entry, EntryKind
from app.library.ids import first_id
from app.library.tokens import fold, word_list
from app.releases.records import IndexEntry

MOST_FOLLOWED = 3
"""Lines that a reference is followed to: `see Fracture` leads to too many to name a code."""

SHORT_MAIN_TERMS = {"Neoplasm, neoplastic": "Neoplasm"}
"""Main terms of whole tables, in the form in which results quote them."""

TABLES = frozenset({Book.NEOPLASM, Book.DRUGS})
"""Books whose lines are rows of a table, without terms below a main term."""

CONNECTIVES = ("with", "without", "due to", "in", "by", "complicated by", "complicating")
"""Words that may be a line of their own, or precede the term in a reference."""

SHARED_LETTERS_OF_TERMS = 4
"""Number of letters that inflections of a term have in common: `Ulcer, ulcerated`, `Degeneration, degenerative`."""

NO_TARGET = "condition"
"""`Abdomen see condition` refers to any condition of it, not to a line of that name."""

COLUMN_NAMES = {"malignant primary": "malignant", "ca in situ": "in situ"}
"""Column heads of the Neoplasm Table, and their names in references: `Neoplasm, skin, malignant`."""

Resolve = Callable[[str], str | None]
"""Returns the plain code of the node that a printed code leads to, None if it is not loaded."""


def write_books(writer: Writer, books: Iterable[IndexBook], placed: PlacedNodes, resolve: Resolve) -> None:
    """Write the lines of Indexes and tables; a code that is not loaded is written without a node."""
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


def book_entries(
    books: Iterable[IndexBook],
    placed: PlacedNodes,
    resolve: Resolve,
    more: Mapping[str, frozenset[str]] | None = None,
) -> Iterator[Entry]:
    """Yield entries for lines of Indexes that lead to codes, or refer to a line that does.

    `more` are the words of a node's variants by its plain code, which find the lines that lead to it too.
    """
    more = more or {}
    seen: set[tuple[int, str]] = set()
    by_book = {book.book: book for book in books}
    # The Index refers to its tables too: `see Neoplasm, skin, benign`.
    table = References(by_book[Book.NEOPLASM].lines if Book.NEOPLASM in by_book else (), table=True)
    for book in by_book.values():
        references = table if book.book is Book.NEOPLASM else References(book.lines, table=book.book is Book.DRUGS)
        for line in book.lines:
            for path, code, via in _targets(line, references, table):
                text = entry_text(book.book, path)
                named = resolve(code)
                if named and (placed.rows[named], text) not in seen:
                    seen.add((placed.rows[named], text))
                    row = placed.rows[named]
                    main = "" if book.book in TABLES else path[0]
                    words = more.get(named, frozenset[str]())
                    yield Entry(row, EntryKind.INDEX, text, words, placed.filters(named), via, main)


def entry_text(book: Book, path: tuple[str, ...]) -> str:
    """Return the path of a line as one text: `Neoplasm, breast, Malignant Primary`."""
    terms = (SHORT_MAIN_TERMS.get(path[0], path[0]), *path[1:]) if book is Book.NEOPLASM else path
    return ", ".join(terms)


def _targets(
    line: IndexEntry, references: "References", table: "References"
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield the codes that a line leads to, each with the path to it and the reference that it was found by.

    `use` lines explain values of axes.
    """
    if line.kind == "use":
        return
    for code in line.codes:
        yield line.path, code, ""
    # `see also` adds to the lines below the term itself; only `see` means that the codes are elsewhere.
    if line.kind == "see" and not line.codes:
        # `Aleve see Naproxen`, which has a code for poisoning, one for adverse effects and so on.
        for cell in references.cells(line.see):
            for code in cell.codes:
                yield (*line.path, cell.path[-1]), code, line.see
        for other in (references.follow(line.see, line.path[0]) or table.follow(line.see))[:MOST_FOLLOWED]:
            for code in other.codes:
                yield line.path, code, line.see


class _Term:
    """A term of a book: the terms below it, by their text, their first spelling and their others."""

    __slots__ = ("below", "first", "lines", "others")

    def __init__(self) -> None:
        self.lines: list[IndexEntry] = []
        self.below: dict[str, _Term] = {}
        self.first: dict[str, list[_Term]] = {}
        self.others: dict[str, list[_Term]] = {}

    def spelled(self, spelling: str) -> Iterator["_Term"]:
        """Yield the terms below with a spelling, first those that begin with it: `yellow`, then `sylvatic, yellow`."""
        yield from self.first.get(spelling, ())
        yield from self.others.get(spelling, ())


class References:
    """The lines of a book by their terms, to follow `see Infarct, myocardium`.

    Terms list their spellings (`Infarct, infarction`, `acute or subacute`); a reference uses one of them, in singular
    or plural and without `NEC` and the modifiers in parentheses.
    """

    def __init__(self, lines: Iterable[IndexEntry], *, table: bool = False) -> None:
        self._top = _Term()
        self._table = table
        spellings: dict[str, tuple[set[str], set[str]]] = {}
        for line in lines:
            if line.kind not in ("code", "see"):
                continue
            at = self._top
            for term in line.path:
                below = at.below.get(term)
                if below is None:
                    below = at.below[term] = _Term()
                    if term not in spellings:
                        spellings[term] = _spellings(term)
                    first, others = spellings[term]
                    for spelling in first:
                        at.first.setdefault(spelling, []).append(below)
                    for spelling in others:
                        # Main terms list inflections; `Arnold-Chiari disease, obstruction` is not all obstruction.
                        if at is not self._top or any(
                            spelling[:SHARED_LETTERS_OF_TERMS] == main[:SHARED_LETTERS_OF_TERMS] for main in first
                        ):
                            at.others.setdefault(spelling, []).append(below)
                at = below
            at.lines.append(line)

    def follow(self, see: str, main_term: str = "") -> list[IndexEntry]:
        """Return the lines with codes that a reference names, directly or through at most three further references.

        `main_term` is the one that the reference stands below.
        """
        references = [(see, main_term)]
        seen: set[str] = set()
        for _ in range(3):
            onward: list[tuple[str, str]] = []
            for text, below in references:
                if text in seen or text == NO_TARGET:
                    continue
                seen.add(text)
                parts = [part for part in term_key(text).split(", ") if part]
                term = next((term for term in self._terms_from(below, parts) if term.lines), None)
                if term is None:
                    continue
                coded = [line for line in term.lines if line.codes]
                if coded:
                    return coded
                onward += [(line.see, line.path[0]) for line in term.lines if line.kind == "see"]
            references = onward
        return []

    def _terms_from(self, main_term: str, parts: list[str]) -> Iterator[_Term]:
        """Yield the terms that the parts of a reference name.

        Of several main terms of one spelling, the one that the reference stands below is meant, else the one with most
        terms: the fracture of an injury is no pathological one. What it names there may have no code of its own
        (`vertebra`); that of another main term is no substitute.
        """
        spelled = self._top.first.get(_spelling(parts[0]), []) if len(parts) > 1 else []
        if len(spelled) > 1:
            own = self._top.below.get(main_term)
            for term in sorted(spelled, key=lambda term: (term is not own, -len(term.below))):
                below = list(_terms_named(term, parts[1:]))
                if below:
                    yield from below
                    return
        yield from _terms_named(self._top, parts)

    def cells(self, see: str) -> list[IndexEntry]:
        """Return the cells of the row that a reference names; in a table that is a term without lines of its own."""
        if not self._table:
            return []
        parts = [part for part in term_key(see).split(", ") if part]
        for row in _terms_named(self._top, parts):
            cells = [line for cell in row.below.values() if not cell.below for line in cell.lines if line.codes]
            if cells and not row.lines:
                return cells
        return []


def _terms_named(above: _Term, parts: list[str]) -> Iterator[_Term]:
    """Yield the terms that the parts of a reference name, from a term down; a term may contain a comma itself."""
    if not parts:
        yield above
    for length in range(len(parts), 0, -1):
        spelling = _spelling(", ".join(parts[:length]))
        for term in above.spelled(spelling):
            yield from _terms_named(term, parts[length:])
    # `Ulcer, duodenum, with hemorrhage`, where `with` is a line of its own.
    for word in CONNECTIVES:
        if parts and parts[0].startswith(f"{word} "):
            for term in above.spelled(word):
                yield from _terms_named(term, [parts[0].removeprefix(f"{word} "), *parts[1:]])


def _spellings(term: str) -> tuple[set[str], set[str]]:
    """Return the spellings of a term in references: the full term and its first listed word; the other words."""
    full_term = term_key(term)
    listed = full_term.split(", ")
    # `acute or subacute` are two spellings, `piriform fossa or sinus` is not another word for sinus.
    alike = [
        pair
        for part in listed
        if len(pair := part.split(" or ")) == 2 and not any(" " in spelling for spelling in pair)
    ]
    first = {_spelling(text) for text in (full_term, listed[0])}
    first.update(COLUMN_NAMES[spelling] for spelling in tuple(first) if spelling in COLUMN_NAMES)
    others = {_spelling(text) for text in chain(listed[1:], *alike)}
    return first - {""}, others - first - {""}


def _spelling(text: str) -> str:
    """Return words in the singular, without a final `NEC` or `NOS`."""
    words = word_list(text)
    while len(words) > 1 and words[-1] in ("nec", "nos"):
        words.pop()
    return " ".join(words)


def term_key(term: str) -> str:
    """Return a term without its nonessential modifiers, folded, by which references find it."""
    characters: list[str] = []
    depth = 0
    for char in term:
        if char == "(":
            depth += 1
        elif char == ")":
            depth = max(0, depth - 1)
        elif not depth:
            characters.append(char)
    return fold(" ".join("".join(characters).split()).replace(" ,", ",")).strip(" ,")
