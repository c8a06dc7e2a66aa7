"""The ICD-10-PCS Index in CMS's XML (`icd10pcs_index_YYYY.xml`)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.xml_stream import (
    XmlEvent,
    check_allowed,
    error_at,
    one_line,
    text_of,
    unknown_element,
    xml_events,
)
from app.releases.icd.pcs_tables import VALUES, children
from app.releases.records import IndexEntry

PCS_INDEX_ROOT = "ICD10PCS.index"

REFERENCE_KINDS = {"see": "see", "seeAlso": "see also", "use": "use"}
# Shortest and longest text of each element: a full code, the beginning of codes, the characters that name a table.
CODE_LENGTHS = {"code": (7, 7), "codes": (1, 7), "tab": (1, 3)}

_WHOLE_TAGS = frozenset({"version", "title", "mainTerm"})
_ALLOWED_TAGS = {PCS_INDEX_ROOT: {"letter"}, "letter": {"mainTerm"}}


def read_pcs_index(member: Member) -> Iterator[IndexEntry]:
    """Return the lines of the Index in its order, main terms and the terms below them.

    A term without a title adds to the term above it. Codes inside a reference belong to it and are left out of its
    text, together with the word `in` before the table of a device:

        <title>Abdominoplasty</title><term level="1"><see>Repair, Abdominal Wall<codes>0WQF</codes></see></term>
        -> (Abdominoplasty), see, `Repair, Abdominal Wall`, 0WQF
        <title>Activa PC neurostimulator</title><use>Stimulator Generator, Multiple Array in<tab>0JH</tab></use>
        -> (Activa PC neurostimulator), use, `Stimulator Generator, Multiple Array`, 0JH

    A term without codes, references and terms below it has no line, since it leads to nothing. Raises ReleaseError
    naming the line for an unknown element, a main term without a title, a level other than the depth, and a text that
    is not a code.
    """
    open_elements: list[Element] = []
    is_empty = True
    for event, element in xml_events(member, frozenset({PCS_INDEX_ROOT}), _WHOLE_TAGS):
        if event is XmlEvent.BEGIN:
            if open_elements:
                check_allowed(member, open_elements[-1], element, _ALLOWED_TAGS)
            open_elements.append(element)
        elif event is XmlEvent.END:
            open_elements.pop()
        elif element.tag == "mainTerm":
            check_allowed(member, open_elements[-1], element, _ALLOWED_TAGS)
            is_empty = False
            yield from _lines(member, element, ())
    if is_empty:
        raise ReleaseError(f"{member.name}, line 1: expected a <mainTerm>, found none.")


def _lines(member: Member, term: Element, path: tuple[str, ...], depth: int = 0) -> Iterator[IndexEntry]:
    """Return the lines of a term and of those below it; `path` are the terms above. `xml_events` limits the depth."""
    level = term.get("level") or ""
    if depth and level != str(depth):
        raise error_at(member, term, f"expected the level {depth} of a <term>, found {level[:40]!r}.")
    titles = [text_of(member, title) for title in term.iterfind("title")]
    if len(titles) > 1 or not (titles or depth):
        raise error_at(member, term, f"expected one <title> in <{term.tag}>, found {len(titles)}.")
    path = (*path, *titles)
    codes = tuple(_code(member, child) for child in term if child.tag in CODE_LENGTHS)
    if codes:
        yield IndexEntry(path, "code", "", codes)
    for child in children(member, term):
        if child.tag in REFERENCE_KINDS:
            yield _reference(member, child, path)
        elif child.tag == "term":
            yield from _lines(member, child, path, depth + 1)
        elif child.tag != "title" and child.tag not in CODE_LENGTHS:
            raise unknown_element(member, term.tag, child)


def _reference(member: Member, element: Element, path: tuple[str, ...]) -> IndexEntry:
    words = [element.text]
    codes: list[str] = []
    for child in element:
        if child.tag not in CODE_LENGTHS:
            raise unknown_element(member, element.tag, child)
        codes.append(_code(member, child))
        words.append(child.tail)
    see = one_line(" ".join(word for word in words if word))
    if codes:
        see = see.removesuffix(" in")
    if not see:
        raise error_at(member, element, f"expected words in <{element.tag}>, found none.")
    return IndexEntry(path, REFERENCE_KINDS[element.tag], see, tuple(codes))


def _code(member: Member, element: Element) -> str:
    code = text_of(member, element)
    least, most = CODE_LENGTHS[element.tag]
    if not (least <= len(code) <= most and VALUES.issuperset(code)):
        length = f"{most}" if least == most else f"{least} to {most}"
        raise error_at(
            member,
            element,
            f"expected {length} characters of an ICD-10-PCS code in <{element.tag}>, found {code[:40]!r}.",
        )
    return code
