"""The ICD-10-CM Alphabetic Index and the External Cause Index in the XML of CDC (`icd10cm_index_YYYY.xml`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from app.releases import xml_stream
from app.releases.containers import Member
from app.releases.records import IndexEntry, ReleaseError
from app.releases.xml_stream import XmlEvent, line_of, one_line, text_of, unknown_element, xml_events

INDEX_ROOTS = frozenset({"ICD10CM.index"})
SEE_ELEMENTS = {"see": "see", "seeAlso": "see also"}

_HEADING = frozenset({"version", "title", "indexHeading"})
_TERMS = frozenset({"mainTerm", "term"})
_HOLDS = frozenset({"code", "see", "seeAlso", "seecat", "subcat", "manif"})
_LOWEST_LEVEL = 9
# A term of the files at hand holds nine at most; a limit keeps a damaged file from filling the memory.
_MOST_PARTS = 100
# A category (`QA0` is one), and what follows it. Some codes of 2017 lack their dot (`A40-`, `O42-`).
_CODE = re.compile(r"[A-Z][0-9A][0-9A-Z][0-9A-Za-z.]{0,6}-?")
# Where a title goes on after its nonessential modifiers with one of these, no blank stands before it.
_CLOSE_UP = (",", ";", ".", "-", ")")


@dataclass(slots=True)
class IndexTerm:
    """A term as it stands in the file: its path, the line on which it begins, and what it holds besides terms.

    What stands before the first letter is a line too, whose path is empty.
    """

    path: tuple[str, ...]
    number: int
    parts: list[Element] = field(default_factory=list[Element])


def read_index(member: Member) -> Iterator[IndexEntry]:
    """The entries of an Index in its order; a term that only heads others yields nothing.

    A term with a code and a reference yields two entries, the code first. Codes are as printed (`E11.4-`, `A40-`).
    The elements of CDC's `icd10cm_index.xsd` become:

        <code>E11.40</code>                    kind "code", codes ("E11.40",)
        <code>E85.4</code><manif>N29</manif>   kind "code", codes ("E85.4",), manifestation "N29"
        <see>Pain, abdominal</see>             kind "see", see "Pain, abdominal"
        <seeAlso>Hernia</seeAlso>              kind "see also", see "Hernia"
        <subcat>H83.0</subcat>                 kind "code", codes ("H83.0",), an entry of its own
        <seecat>E09</seecat>                   kind "see", see "category E09", codes ("E09",)

    `<nemod>`, the nonessential modifiers, stands in the path where it stands in the title:
    `<title>Disease<nemod>(chronic)</nemod> of lung</title>` is `Disease (chronic) of lung`.

    Raises ReleaseError with file and line for what is no such Index, for an element that is none of these (`<diff>`
    of an addenda; `<warning>`, which the schema allows and no Index at hand has; `<cell>` of a table), for a code
    that does not begin with a category, and for what `stream` refuses.
    """
    for term in index_terms(member, _HOLDS):
        if term.path:
            yield from _entries(member, term)
        else:
            for heading in (part for part in term.parts if part.tag == "indexHeading"):
                said = "expected an Index, found the columns of a table (Neoplasms or Drugs)."
                raise ReleaseError(f"{member.name}, line {line_of(heading)}: {said}")


def version(member: Member) -> str:
    """The year that the file gives itself (`2017`), from its first lines; the tables have it in the same place."""
    return xml_stream.version(member, INDEX_ROOTS)


def index_terms(member: Member, holds: frozenset[str]) -> Iterator[IndexTerm]:
    """What stands before the first letter, then every term in file order, the main term before those below it.

    `holds` are the tags that a term may hold besides its title and the terms below. They stand between these two, and
    the levels of terms count from 1 to 9 below the main term, without a gap; ReleaseError where any of this is not so.
    """
    term = holds | {"title", "term"}
    inside = {"letter": frozenset({"title", "mainTerm"}), "mainTerm": term, "term": term}
    inside |= dict.fromkeys(INDEX_ROOTS, _HEADING | {"letter"})
    opened: list[Element] = []
    titles: list[str] = []
    letters = 0
    current: IndexTerm | None = None
    for step, element in xml_events(member, INDEX_ROOTS, holds | _HEADING):
        tag = element.tag
        parent = opened[-1] if opened else None
        if parent is not None and step is not XmlEvent.END and tag not in inside[parent.tag]:
            raise unknown_element(member, parent.tag, element)
        if step is not XmlEvent.WHOLE and parent is not None:
            if len(titles) < len(opened) - 2:
                raise _missing(member, parent, "a <title>")
            if current is not None:
                yield current
                current = None
        if step is XmlEvent.BEGIN:
            if tag == "term":
                _check_level(member, element, len(titles))
            elif parent is None:
                current = IndexTerm((), line_of(element))
            letters += tag == "letter"
            opened.append(element)
        elif step is XmlEvent.END:
            if opened.pop().tag in _TERMS:
                titles.pop()
        elif tag == "title" and parent is not None and parent.tag in _TERMS:
            if len(titles) == len(opened) - 2:
                raise _misplaced(member, element)
            titles.append(_title(member, element))
            current = IndexTerm(tuple(titles), line_of(parent))
        elif parent is not None and parent.tag != "letter":
            if current is None or len(current.parts) >= _MOST_PARTS:
                raise _misplaced(member, element)
            if tag in _HEADING and any(part.tag == tag for part in current.parts):
                raise _misplaced(member, element)
            current.parts.append(element)
    if not letters:
        raise ReleaseError(f"{member.name}, line 1: expected the letters of an Index or table, found none.")


def checked_code(member: Member, element: Element, written: str) -> str:
    """A code as it is printed, if it begins with a category. Raises ReleaseError where it does not."""
    if not _CODE.fullmatch(written):
        said = f"expected a code such as E11.4- in <{element.tag}>, found {written[:40]!r}."
        raise ReleaseError(f"{member.name}, line {line_of(element)}: {said}")
    return written


def _entries(member: Member, term: IndexTerm) -> Iterator[IndexEntry]:
    codes: list[str] = []
    others: list[IndexEntry] = []
    manifestation = ""
    for part in term.parts:
        found = text_of(member, part)
        if part.tag in SEE_ELEMENTS:
            others.append(IndexEntry(term.path, SEE_ELEMENTS[part.tag], see=found))
        elif part.tag == "manif":
            if not codes or manifestation:
                raise _misplaced(member, part)
            manifestation = checked_code(member, part, found.strip("[] "))
        else:
            code = checked_code(member, part, found)
            if part.tag == "code":
                codes.append(code)
            elif part.tag == "subcat":
                others.append(IndexEntry(term.path, "code", codes=(code,)))
            else:
                others.append(IndexEntry(term.path, "see", see=f"category {code}", codes=(code,)))
    if codes:
        yield IndexEntry(term.path, "code", codes=tuple(codes), manifestation=manifestation)
    yield from others


def _title(member: Member, element: Element) -> str:
    """A title with its nonessential modifiers where they stand, with one blank between the parts."""
    title = one_line(element.text)
    for child in element:
        if child.tag != "nemod" or len(child):
            raise unknown_element(member, element.tag, child)
        for part in (one_line(child.text), one_line(child.tail)):
            title += part if part.startswith(_CLOSE_UP) else f" {part}" if part else ""
    if not title.strip():
        raise _missing(member, element, "a text")
    return title.strip()


def _check_level(member: Member, element: Element, below: int) -> None:
    written = element.get("level")
    if written != str(below) or below > _LOWEST_LEVEL:
        expected = f"the level {below}" if below <= _LOWEST_LEVEL else f"at most {_LOWEST_LEVEL} levels of terms"
        raise ReleaseError(
            f"{member.name}, line {line_of(element)}: expected {expected}, found {(written or '')[:40]!r}."
        )


def _missing(member: Member, element: Element, what: str) -> ReleaseError:
    return ReleaseError(f"{member.name}, line {line_of(element)}: expected {what} in <{element.tag}>, found none.")


def _misplaced(member: Member, element: Element) -> ReleaseError:
    said = f"expected no <{element.tag}> here, found one too many or in the wrong place."
    return ReleaseError(f"{member.name}, line {line_of(element)}: {said}")
