"""The manifestation codes of ICD-10-CM, which are never first-listed: from titles, notes and the Alphabetic Index."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.codes.detail import NoteKind
from app.codes.node import CodeStatus, Level, is_manifestation
from app.codes.parts import Book
from app.codes.shapes import plain
from app.library.compiling.nodes import PlannedNode
from app.library.contents import IndexBook

_LEVELS_OF_MANY_KINDS = (Level.CHAPTER, Level.SECTION)
"""Levels whose titles and notes hold for codes of many kinds: a section of chapter 20 is for factors `related to causes
of morbidity classified elsewhere`, and B90 to B94 have a `code first` note for all sequelae."""

_CONDITIONS = ("if applicable", "if known")
"""Words with which a `code first` note demands nothing: the code stands first where no such disease is recorded
(official guidelines, I.A.17)."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Statements of the code set about a code, each of them wrong now and then by itself."""

    own_title: bool = False
    """Its title is that of a manifestation, as `is_manifestation` reads it."""
    title_above: bool = False
    """The title of its category or subcategory is one: `D63 Anemia in chronic diseases classified elsewhere`."""
    code_first: bool = False
    """It, its subcategory or category has a `code first` note without a condition."""
    in_brackets: bool = False
    """The Alphabetic Index has it in brackets, behind the code of a disease that causes it."""
    noted_in_brackets: bool = False
    """It or a level above it has such a note of its own, and is in brackets."""

    @property
    def is_manifestation(self) -> bool:
        """Return whether the signs together make a code one that is never first-listed.

        Its own title is enough. A `code first` note is not: 4,000 codes have one without a condition, most of them for
        a poisoning, a sequela or an injury of the same place (toxic liver disease, corrosions). It is together with the
        title of the category: D63.1, G73.1, J91.0, K82.A1. So it is with brackets, where the note is that of the code
        in them: J84.03. Brackets are not: they hold whatever is coded second (B96.3, H35.0-), and below a note of the
        whole category one code of several that may stand first (M02.9). The title of the category is not, without a
        note: M14.6-.
        """
        return self.own_title or (self.title_above and self.code_first) or self.noted_in_brackets


def with_manifestations(planned: Sequence[PlannedNode], books: Iterable[IndexBook]) -> list[PlannedNode]:
    """Return nodes in which the valid codes that are manifestations have that status, and the others are valid.

    Without an Alphabetic Index, a code that only its brackets tell is valid.
    """
    return [
        replace(node, status=status)
        if node.status.billable
        and node.status is not (status := CodeStatus.MANIFESTATION if signs.is_manifestation else CodeStatus.VALID)
        else node
        for node, signs in signs_of(planned, books)
    ]


def signs_of(planned: Iterable[PlannedNode], books: Iterable[IndexBook]) -> Iterator[tuple[PlannedNode, Signs]]:
    """Yield nodes, parents first, with what the code set says about each."""
    brackets = _Brackets(books)
    signs: dict[str, Signs] = {}
    for node in planned:
        if node.level in _LEVELS_OF_MANY_KINDS:
            signs[node.plain] = Signs()
        else:
            above = signs.get(node.parent or "", Signs())
            own_note = _demands_another_first(node)
            in_brackets = node.plain in brackets
            signs[node.plain] = Signs(
                own_title=is_manifestation(node.title),
                title_above=above.own_title or above.title_above,
                code_first=own_note or above.code_first,
                in_brackets=in_brackets,
                noted_in_brackets=(own_note and in_brackets) or above.noted_in_brackets,
            )
        yield node, signs[node.plain]


def _demands_another_first(node: PlannedNode) -> bool:
    """Return whether a node has a `code first` note without a condition, which would stand in its first line."""
    notes = node.tabular.notes if node.tabular is not None else ()
    first = next((text for kind, text in notes if kind is NoteKind.CODE_FIRST), None)
    return first is not None and not any(condition in first.lower() for condition in _CONDITIONS)


class _Brackets:
    """The codes that the Alphabetic Index has in brackets: `M36.0`, or by their beginning (`M90.6-`)."""

    def __init__(self, books: Iterable[IndexBook]) -> None:
        printed = {line.manifestation for book in books if book.book is Book.INDEX for line in book.lines}
        self._codes = {plain(code) for code in printed if code and not code.endswith("-")}
        self._beginnings = tuple(sorted(plain(code) for code in printed if code.endswith("-")))

    def __contains__(self, code: str) -> bool:
        return code in self._codes or code.startswith(self._beginnings)
