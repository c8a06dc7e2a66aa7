"""The ICD-10-PCS Index as CMS publishes it in XML (`icd10pcs_index_YYYY.xml`)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.releases.containers import Member
from app.releases.pcs_tables import VALUES, children
from app.releases.records import IndexEntry, ReleaseError
from app.releases.xml_stream import XmlEvent, line_of, one_line, text_of, unknown_element, xml_events

PCS_INDEX_ROOT = "ICD10PCS.index"

LEADS = {"see": "see", "seeAlso": "see also", "use": "use"}
# How many characters they have: a whole code, a beginning of codes, the three that name a table.
CODES = {"code": (7, 7), "codes": (1, 7), "tab": (1, 3)}

_WHOLE = frozenset({"version", "title", "mainTerm"})
_PLACES = {PCS_INDEX_ROOT: {"letter"}, "letter": {"mainTerm"}}


def read_pcs_index(member: Member) -> Iterator[IndexEntry]:
    """The lines of the Index in its order, main terms and what is below them.

    A term without a title says more of the term above it. Codes that stand within a reference belong to it and are
    not in its words; `in` before the table of a device goes with them:

        <title>Abdominoplasty</title><term level="1"><see>Repair, Abdominal Wall<codes>0WQF</codes></see></term>
        -> (Abdominoplasty), see, `Repair, Abdominal Wall`, 0WQF
        <title>Activa PC neurostimulator</title><use>Stimulator Generator, Multiple Array in<tab>0JH</tab></use>
        -> (Activa PC neurostimulator), use, `Stimulator Generator, Multiple Array`, 0JH

    A term that leads nowhere and has none below is left out: in it nothing can be looked up. Raises ReleaseError naming
    the line for an unknown element, a main term without title, a level that is not the depth, and a code that is none.
    """
    above: list[Element] = []
    found = False
    for step, element in xml_events(member, frozenset({PCS_INDEX_ROOT}), _WHOLE):
        if step is XmlEvent.BEGIN:
            if above:
                _expect(member, above[-1], element)
            above.append(element)
        elif step is XmlEvent.END:
            above.pop()
        elif element.tag == "mainTerm":
            _expect(member, above[-1], element)
            found = True
            yield from _lines(member, element, ())
    if not found:
        raise ReleaseError(f"{member.name}, line 1: expected a <mainTerm>, found none.")


def _expect(member: Member, parent: Element, child: Element) -> None:
    if child.tag not in _PLACES.get(parent.tag, ()):
        raise unknown_element(member, parent.tag, child)


def _lines(member: Member, term: Element, path: tuple[str, ...], depth: int = 0) -> Iterator[IndexEntry]:
    """The lines of a term and of those below it; `path` leads to the term. `stream` bounds the depth."""
    level = term.get("level") or ""
    if depth and level != str(depth):
        said = f"expected the level {depth} of a <term>, found {level[:40]!r}."
        raise ReleaseError(f"{member.name}, line {line_of(term)}: {said}")
    titles = [text_of(member, title) for title in term.iterfind("title")]
    if len(titles) > 1 or not (titles or depth):
        said = f"expected one <title> in <{term.tag}>, found {len(titles)}."
        raise ReleaseError(f"{member.name}, line {line_of(term)}: {said}")
    path = (*path, *titles)
    codes = tuple(_code(member, child) for child in term if child.tag in CODES)
    if codes:
        yield IndexEntry(path, "code", "", codes)
    for child in children(member, term):
        if child.tag in LEADS:
            yield _lead(member, child, path)
        elif child.tag == "term":
            yield from _lines(member, child, path, depth + 1)
        elif child.tag != "title" and child.tag not in CODES:
            raise unknown_element(member, term.tag, child)


def _lead(member: Member, lead: Element, path: tuple[str, ...]) -> IndexEntry:
    words = [lead.text]
    codes: list[str] = []
    for child in lead:
        if child.tag not in CODES:
            raise unknown_element(member, lead.tag, child)
        codes.append(_code(member, child))
        words.append(child.tail)
    see = one_line(" ".join(word for word in words if word))
    if codes:
        see = see.removesuffix(" in")
    if not see:
        raise ReleaseError(f"{member.name}, line {line_of(lead)}: expected words in <{lead.tag}>, found none.")
    return IndexEntry(path, LEADS[lead.tag], see, tuple(codes))


def _code(member: Member, element: Element) -> str:
    found = text_of(member, element)
    least, most = CODES[element.tag]
    if not (least <= len(found) <= most and VALUES.issuperset(found)):
        length = f"{most}" if least == most else f"{least} to {most}"
        said = f"expected {length} characters of an ICD-10-PCS code in <{element.tag}>, found {found[:40]!r}."
        raise ReleaseError(f"{member.name}, line {line_of(element)}: {said}")
    return found
