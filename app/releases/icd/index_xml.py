"""The ICD-10-CM Alphabetic Index and External Cause Index in CDC's XML (`icd10cm_index_YYYY.xml`)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.xml_stream import XmlEvent, error_at, line_of, one_line, text_of, unknown_element, xml_events
from app.releases.records import IndexEntry

INDEX_ROOTS = frozenset({"ICD10CM.index"})
SEE_ELEMENTS = {"see": "see", "seeAlso": "see also"}

_HEADING_TAGS = frozenset({"version", "title", "indexHeading"})
_TERM_TAGS = frozenset({"mainTerm", "term"})
_TERM_CONTENT = frozenset({"code", "see", "seeAlso", "seecat", "subcat", "manif"})
_LOWEST_LEVEL = 9
# A term of the tested files has nine at most; the limit keeps a damaged file from filling the memory.
_MOST_ELEMENTS = 100
# A category (such as `QA0`) and the characters after it. Some codes of 2017 lack their dot (`A40-`, `O42-`).
_PRINTED_CODE = re.compile(r"[A-Z][0-9A][0-9A-Z][0-9A-Za-z.]{0,6}-?")
# Characters that follow the nonessential modifiers of a title without a blank.
_NO_BLANK_BEFORE = (",", ";", ".", "-", ")")


@dataclass(slots=True)
class IndexTerm:
    """A term of the file: its path, the line on which it begins, and the elements in it besides its title and terms.

    The elements before the first letter belong to a term with an empty path.
    """

    path: tuple[str, ...]
    number: int
    elements: list[Element] = field(default_factory=list[Element])


def read_index(member: Member) -> Iterator[IndexEntry]:
    """Return the entries of an Index in its order; a term with nothing but terms below it has no entry.

    A term with a code and a reference has two entries, the code first. Codes are as printed (`E11.4-`, `A40-`). The
    elements of CDC's `icd10cm_index.xsd` become:

        <code>E11.40</code>                    kind "code", codes ("E11.40",)
        <code>E85.4</code><manif>N29</manif>   kind "code", codes ("E85.4",), manifestation "N29"
        <see>Pain, abdominal</see>             kind "see", see "Pain, abdominal"
        <seeAlso>Hernia</seeAlso>              kind "see also", see "Hernia"
        <subcat>H83.0</subcat>                 kind "code", codes ("H83.0",), an entry of its own
        <seecat>E09</seecat>                   kind "see", see "category E09", codes ("E09",)

    `<nemod>`, the nonessential modifiers, keeps its place within the title:
    `<title>Disease<nemod>(chronic)</nemod> of lung</title>` is `Disease (chronic) of lung`.

    Raises ReleaseError with file and line if the file is not such an Index, for an element that is none of these
    (`<diff>` of an addenda; `<warning>`, which the schema allows and no tested Index has; `<cell>` of a table), for a
    code that does not begin with a category, and for the errors of `xml_events`.
    """
    for term in index_terms(member, _TERM_CONTENT):
        if term.path:
            yield from _entries(member, term)
        else:
            for heading in (element for element in term.elements if element.tag == "indexHeading"):
                raise error_at(member, heading, "expected an Index, found the columns of a table (Neoplasms or Drugs).")


def index_terms(member: Member, content_tags: frozenset[str]) -> Iterator[IndexTerm]:
    """Return the heading as a term without a path, then every term in file order, a main term before those below it.

    `content_tags` are the tags that may occur in a term between its title and the terms below. Levels of terms below
    the main term count from 1 to 9 without a gap. Raises ReleaseError with file and line for any other structure.
    """
    term_tags = content_tags | {"title", "term"}
    allowed_tags = {"letter": frozenset({"title", "mainTerm"}), "mainTerm": term_tags, "term": term_tags}
    allowed_tags |= dict.fromkeys(INDEX_ROOTS, _HEADING_TAGS | {"letter"})
    open_elements: list[Element] = []
    titles: list[str] = []
    letters = 0
    current: IndexTerm | None = None
    for event, element in xml_events(member, INDEX_ROOTS, content_tags | _HEADING_TAGS):
        tag = element.tag
        parent = open_elements[-1] if open_elements else None
        if parent is not None and event is not XmlEvent.END and tag not in allowed_tags[parent.tag]:
            raise unknown_element(member, parent.tag, element)
        if event is not XmlEvent.WHOLE and parent is not None:
            if len(titles) < len(open_elements) - 2:
                raise _missing(member, parent, "a <title>")
            if current is not None:
                yield current
                current = None
        if event is XmlEvent.BEGIN:
            if tag == "term":
                _check_level(member, element, len(titles))
            elif parent is None:
                current = IndexTerm((), line_of(element))
            letters += tag == "letter"
            open_elements.append(element)
        elif event is XmlEvent.END:
            if open_elements.pop().tag in _TERM_TAGS:
                titles.pop()
        elif tag == "title" and parent is not None and parent.tag in _TERM_TAGS:
            if len(titles) == len(open_elements) - 2:
                raise _misplaced(member, element)
            titles.append(_title(member, element))
            current = IndexTerm(tuple(titles), line_of(parent))
        elif parent is not None and parent.tag != "letter":
            if current is None or len(current.elements) >= _MOST_ELEMENTS:
                raise _misplaced(member, element)
            if tag in _HEADING_TAGS and any(other.tag == tag for other in current.elements):
                raise _misplaced(member, element)
            current.elements.append(element)
    if not letters:
        raise ReleaseError(f"{member.name}, line 1: expected the letters of an Index or table, found none.")


def checked_icd10_code(member: Member, element: Element, code: str) -> str:
    """Return a printed code unchanged. Raises ReleaseError if it does not begin with a category."""
    if not _PRINTED_CODE.fullmatch(code):
        raise error_at(member, element, f"expected a code such as E11.4- in <{element.tag}>, found {code[:40]!r}.")
    return code


def _entries(member: Member, term: IndexTerm) -> Iterator[IndexEntry]:
    codes: list[str] = []
    others: list[IndexEntry] = []
    manifestation = ""
    for element in term.elements:
        text = text_of(member, element)
        if element.tag in SEE_ELEMENTS:
            others.append(IndexEntry(term.path, SEE_ELEMENTS[element.tag], see=text))
        elif element.tag == "manif":
            if not codes or manifestation:
                raise _misplaced(member, element)
            manifestation = checked_icd10_code(member, element, text.strip("[] "))
        else:
            code = checked_icd10_code(member, element, text)
            if element.tag == "code":
                codes.append(code)
            elif element.tag == "subcat":
                others.append(IndexEntry(term.path, "code", codes=(code,)))
            else:
                others.append(IndexEntry(term.path, "see", see=f"category {code}", codes=(code,)))
    if codes:
        yield IndexEntry(term.path, "code", codes=tuple(codes), manifestation=manifestation)
    yield from others


def _title(member: Member, element: Element) -> str:
    """Return a title with its nonessential modifiers in their place and one blank between the pieces."""
    title = one_line(element.text)
    for child in element:
        if child.tag != "nemod" or len(child):
            raise unknown_element(member, element.tag, child)
        for piece in (one_line(child.text), one_line(child.tail)):
            title += piece if piece.startswith(_NO_BLANK_BEFORE) else f" {piece}" if piece else ""
    if not title.strip():
        raise _missing(member, element, "a text")
    return title.strip()


def _check_level(member: Member, element: Element, depth: int) -> None:
    level = element.get("level")
    if level != str(depth) or depth > _LOWEST_LEVEL:
        expected = f"the level {depth}" if depth <= _LOWEST_LEVEL else f"at most {_LOWEST_LEVEL} levels of terms"
        raise error_at(member, element, f"expected {expected}, found {(level or '')[:40]!r}.")


def _missing(member: Member, element: Element, expected: str) -> ReleaseError:
    return error_at(member, element, f"expected {expected} in <{element.tag}>, found none.")


def _misplaced(member: Member, element: Element) -> ReleaseError:
    return error_at(member, element, f"expected no <{element.tag}> here, found one too many or in the wrong place.")
