"""The ICD-10-CM Tabular List in CDC's XML (`icd10cm_tabular_YYYY.xml`)."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.codes.detail import NoteKind, VisualRange
from app.codes.node import Level
from app.codes.shapes import plain
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.xml_stream import (
    LocatedElement,
    XmlEvent,
    error_at,
    one_line,
    text_of,
    unknown_element,
    xml_events,
)
from app.releases.records import Convention, Tabular, TabularNode

TABULAR_ROOTS = frozenset({"ICD10CM.tabular"})
NOTE_ELEMENTS = {
    "includes": NoteKind.INCLUDES,
    "inclusionTerm": NoteKind.INCLUSION,
    "excludes1": NoteKind.EXCLUDES1,
    "excludes2": NoteKind.EXCLUDES2,
    "codeFirst": NoteKind.CODE_FIRST,
    "useAdditionalCode": NoteKind.USE_ADDITIONAL,
    "codeAlso": NoteKind.CODE_ALSO,
    "notes": NoteKind.NOTE,
    "sevenChrNote": NoteKind.SEVENTH_CHARACTER,
    "sevenChrDef": NoteKind.SEVENTH_CHARACTER,
}
STRUCTURE = {"name", "desc", "diag", "section", "sectionIndex", "visualImpairment"}

_OPENING_TAGS = {"version", "title", "introduction"}
_CHAPTER_TAGS = frozenset({*NOTE_ELEMENTS, "name", "desc", "section", "sectionIndex"})
_TABULAR_CODE = re.compile(r"[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{1,4})?")
_SECTION_RANGE = re.compile(r"[A-Z][0-9A][0-9A-Z](?:-[A-Z][0-9A][0-9A-Z])?")
_RANGE_IN_TITLE = re.compile(r"\s*\([A-Z][0-9A][0-9A-Z](?:-[A-Z][0-9A][0-9A-Z])?\)\s*$")


def read_tabular(member: Member) -> Tabular:
    """Return the Tabular List of an XML file; its nodes are in the order of the book, parents first.

    Version and conventions are read immediately, the nodes while they are iterated, once only; damage further on in the
    file raises then. Raises ReleaseError with file and line if the file is not well-formed XML, is not a Tabular List,
    or has an element that this reader does not know: a new kind of note must not be lost unnoticed.
    """
    events = xml_events(member, TABULAR_ROOTS, _CHAPTER_TAGS | _OPENING_TAGS)
    version = ""
    conventions: tuple[Convention, ...] = ()
    seen: set[str] = set()
    for event, element in events:
        if element.tag in TABULAR_ROOTS:
            continue
        if event is XmlEvent.BEGIN and element.tag == "chapter":
            if not version:
                break
            return Tabular(version, conventions, _nodes(member, events, element))
        if element.tag not in _OPENING_TAGS or element.tag in seen:
            raise unknown_element(member, "ICD10CM.tabular", element)
        seen.add(element.tag)
        if element.tag == "version":
            version = text_of(member, element)
        elif element.tag == "introduction":
            conventions = tuple(_conventions(element))
    missing = "a <chapter>" if version else "a <version>"
    raise ReleaseError(f"{member.name}, line 1: expected {missing} in <ICD10CM.tabular>, found none.")


def _text(member: Member, element: Element, child: str) -> str:
    child_element = element.find(child)
    if child_element is None or not one_line(child_element.text):
        name = one_line(element.findtext("name") or element.get("id"))[:40]
        described = f"<{element.tag}> {name}".rstrip()
        raise error_at(member, element, f"expected a <{child}> in {described}, found none.")
    return text_of(member, child_element)


def _conventions(introduction: Element) -> Iterator[Convention]:
    for section in introduction.iterfind("introSection"):
        paragraphs = tuple(one_line(note.text) for note in section.iterfind("instruction/note"))
        if paragraphs:
            yield Convention(one_line(section.findtext("title")).rstrip(":"), paragraphs)


def _nodes(
    member: Member, events: Iterator[tuple[XmlEvent, LocatedElement]], chapter: LocatedElement
) -> Iterator[TabularNode]:
    """Return chapters, sections and codes from `chapter` on, whose beginning is the last event that was read.

    A section without categories of its own (`C00-C96 Malignant neoplasms`) is the parent of the sections within its
    range, which follow it in the file without being inside it.
    """
    chapter_name = ""
    in_chapter = True
    enclosing: list[str] = []
    for event, element in events:
        tag = element.tag
        if event is XmlEvent.BEGIN:
            if in_chapter or tag != "chapter":
                raise unknown_element(member, "chapter" if in_chapter else "ICD10CM.tabular", element)
            chapter, chapter_name, in_chapter, enclosing = element, "", True, []
            continue
        if event is XmlEvent.WHOLE and (not in_chapter or tag in _OPENING_TAGS or (chapter_name and tag != "section")):
            raise unknown_element(member, "chapter" if in_chapter else "ICD10CM.tabular", element)
        if in_chapter and not chapter_name and (event is XmlEvent.END or tag == "section"):
            chapter_name = _text(member, chapter, "name")
            yield _node(member, chapter, chapter_name, Level.CHAPTER, None)
        if event is XmlEvent.END:
            in_chapter = False
        elif tag == "section":
            yield from _section(member, element, chapter_name, enclosing)
        else:
            chapter.append(element)


def _section(member: Member, section: Element, chapter: str, enclosing: list[str]) -> Iterator[TabularNode]:
    """Return a section and its codes. `enclosing` are the sections around it, outermost first, updated here."""
    range_ = _range(member, section)
    while enclosing and not _within(range_, enclosing[-1]):
        enclosing.pop()
    yield _node(member, section, range_, Level.SECTION, enclosing[-1] if enclosing else chapter)
    if section.find("diag") is None:
        enclosing.append(range_)
    for category in section.iterfind("diag"):
        yield from _diagnoses(member, category, range_)


def _range(member: Member, section: Element) -> str:
    """Return the range of a section; the id of a section with a single category is that category (`B20`)."""
    section_id = section.get("id") or ""
    if not _SECTION_RANGE.fullmatch(section_id):
        title = one_line(section.findtext("desc"))[:40]
        raise error_at(
            member, section, f"expected an id such as A00-A09 of the <section> {title}, found {section_id[:40]!r}."
        )
    return section_id if "-" in section_id else f"{section_id}-{section_id}"


def _within(inner: str, outer: str) -> bool:
    """Return whether one range of categories lies within another: `C7A-C7A` in `C00-C96`."""
    first, last = inner.split("-")
    low, high = outer.split("-")
    return low <= first and last <= high


def _diagnoses(member: Member, diag: Element, parent: str) -> Iterator[TabularNode]:
    name = _text(member, diag, "name")
    if not _TABULAR_CODE.fullmatch(name):
        raise error_at(member, diag, f"expected a code such as A00.1 in <name>, found {name[:40]!r}.")
    code = plain(name)
    children = diag.findall("diag")
    level = Level.CODE if not children else Level.CATEGORY if len(code) == 3 else Level.SUBCATEGORY
    yield _node(member, diag, code, level, parent)
    for child in children:
        yield from _diagnoses(member, child, code)


def _node(member: Member, element: Element, code: str, level: Level, parent: str | None) -> TabularNode:
    notes: list[tuple[NoteKind, str]] = []
    seventh: list[tuple[str, str]] = []
    for child in element:
        kind = NOTE_ELEMENTS.get(child.tag)
        if kind is None:
            if child.tag not in STRUCTURE:
                raise error_at(
                    member, child, f"expected no such element in <{element.tag}> {code}, found <{child.tag[:60]}>."
                )
            continue
        notes += [(kind, one_line(note.text)) for note in child.iterfind("note")]
        if child.tag == "sevenChrDef":
            for extension in child.iterfind("extension"):
                char = extension.get("char") or ""
                if len(char) != 1:
                    raise error_at(
                        member, extension, f"expected an <extension> of {code} with one character, found {char[:40]!r}."
                    )
                seventh.append((char, one_line(extension.text)))
    title = _text(member, element, "desc")
    if level in (Level.CHAPTER, Level.SECTION):
        title = _RANGE_IN_TITLE.sub("", title)
    return TabularNode(code, title, level, parent, tuple(notes), tuple(seventh), tuple(_visual(element)))


def _visual(element: Element) -> Iterator[VisualRange]:
    """Return the rows of `<visualImpairment>`: a heading row without a category, then a row for each category."""
    for category in element.iterfind("visualImpairment/visCategory"):
        ranges = category.findall("visRange")

        def limits(tag: str, ranges: list[Element] = ranges) -> tuple[str, ...]:
            cells = (cell for range_ in ranges for cell in range_.iterfind(tag))
            return tuple(one_line(cell.findtext("value") or cell.findtext("heading")) for cell in cells)

        name = category.findtext("value") or category.findtext("heading")
        yield VisualRange(one_line(name), limits("visMax"), limits("visMin"))
