"""The ICD-10-CM Tabular List as CDC publishes it in XML (`icd10cm_tabular_YYYY.xml`)."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.codes.detail import NoteKind, VisualRange
from app.codes.node import Level
from app.codes.shapes import plain
from app.releases import xml_stream
from app.releases.containers import Member
from app.releases.records import Convention, ReleaseError, Tabular, TabularNode
from app.releases.xml_stream import LocatedElement, XmlEvent, line_of, one_line, text_of, unknown_element, xml_events

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

_OPENING = {"version", "title", "introduction"}
_IN_CHAPTER = frozenset({*NOTE_ELEMENTS, "name", "desc", "section", "sectionIndex"})
_CODE = re.compile(r"[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{1,4})?")
_RANGE = re.compile(r"[A-Z][0-9A][0-9A-Z](?:-[A-Z][0-9A][0-9A-Z])?")
_RANGE_IN_TITLE = re.compile(r"\s*\([A-Z][0-9A][0-9A-Z](?:-[A-Z][0-9A][0-9A-Z])?\)\s*$")


def read_tabular(member: Member) -> Tabular:
    """The Tabular List of an XML file; its nodes come in the order of the book, parents first.

    Version and conventions are read at once, the nodes as they are asked for and once only; a file that is damaged
    further on raises then. Raises ReleaseError with file and line when the file is not well-formed XML, is no Tabular
    List, or holds an element that this reader does not know: a new kind of note must not be lost unseen.
    """
    steps = xml_events(member, TABULAR_ROOTS, _IN_CHAPTER | _OPENING)
    version = ""
    conventions: tuple[Convention, ...] = ()
    seen: set[str] = set()
    for step, element in steps:
        if element.tag in TABULAR_ROOTS:
            continue
        if step is XmlEvent.BEGIN and element.tag == "chapter":
            if not version:
                break
            return Tabular(version, conventions, _nodes(member, steps, element))
        if element.tag not in _OPENING or element.tag in seen:
            raise unknown_element(member, "ICD10CM.tabular", element)
        seen.add(element.tag)
        if element.tag == "version":
            version = text_of(member, element)
        elif element.tag == "introduction":
            conventions = tuple(_conventions(element))
    missing = "a <chapter>" if version else "a <version>"
    raise ReleaseError(f"{member.name}, line 1: expected {missing} in <ICD10CM.tabular>, found none.")


def version(member: Member) -> str:
    """The fiscal year that the file gives itself (`2026`), from its first lines."""
    return xml_stream.version(member, TABULAR_ROOTS)


def _text(member: Member, element: Element, child: str) -> str:
    found = element.find(child)
    if found is None or not one_line(found.text):
        name = one_line(element.findtext("name") or element.get("id"))[:40]
        shown = f"<{element.tag}> {name}".rstrip()
        raise ReleaseError(f"{member.name}, line {line_of(element)}: expected a <{child}> in {shown}, found none.")
    return text_of(member, found)


def _conventions(introduction: Element) -> Iterator[Convention]:
    for section in introduction.iterfind("introSection"):
        paragraphs = tuple(one_line(note.text) for note in section.iterfind("instruction/note"))
        if paragraphs:
            yield Convention(one_line(section.findtext("title")).rstrip(":"), paragraphs)


def _nodes(
    member: Member, steps: Iterator[tuple[XmlEvent, LocatedElement]], chapter: LocatedElement
) -> Iterator[TabularNode]:
    """Chapters, sections and codes, from the first chapter on, which `steps` has come to.

    A section without categories of its own (`C00-C96 Malignant neoplasms`) holds the sections within its range, which
    follow it in the file without being inside it.
    """
    placed = ""
    within = True
    enclosing: list[str] = []
    for step, element in steps:
        tag = element.tag
        if step is XmlEvent.BEGIN:
            if within or tag != "chapter":
                raise unknown_element(member, "chapter" if within else "ICD10CM.tabular", element)
            chapter, placed, within, enclosing = element, "", True, []
            continue
        if step is XmlEvent.WHOLE and (not within or tag in _OPENING or (placed and tag != "section")):
            raise unknown_element(member, "chapter" if within else "ICD10CM.tabular", element)
        if within and not placed and (step is XmlEvent.END or tag == "section"):
            placed = _text(member, chapter, "name")
            yield _node(member, chapter, placed, Level.CHAPTER, None)
        if step is XmlEvent.END:
            within = False
        elif tag == "section":
            yield from _section(member, element, placed, enclosing)
        else:
            chapter.append(element)


def _section(member: Member, section: Element, chapter: str, enclosing: list[str]) -> Iterator[TabularNode]:
    """A section and its codes. `enclosing` are the sections around it, outermost first, kept up to date here."""
    range_ = _range(member, section)
    while enclosing and not _within(range_, enclosing[-1]):
        enclosing.pop()
    yield _node(member, section, range_, Level.SECTION, enclosing[-1] if enclosing else chapter)
    if section.find("diag") is None:
        enclosing.append(range_)
    for category in section.iterfind("diag"):
        yield from _diagnoses(member, category, range_)


def _range(member: Member, section: Element) -> str:
    """The range of a section; one of a single category has that alone for its id (`B20`)."""
    found = section.get("id") or ""
    if not _RANGE.fullmatch(found):
        title = one_line(section.findtext("desc"))[:40]
        said = f"expected an id such as A00-A09 of the <section> {title}, found {found[:40]!r}."
        raise ReleaseError(f"{member.name}, line {line_of(section)}: {said}")
    return found if "-" in found else f"{found}-{found}"


def _within(inner: str, outer: str) -> bool:
    """Whether one range of categories lies within another: `C7A-C7A` in `C00-C96`."""
    first, last = inner.split("-")
    low, high = outer.split("-")
    return low <= first and last <= high


def _diagnoses(member: Member, diag: Element, parent: str) -> Iterator[TabularNode]:
    name = _text(member, diag, "name")
    if not _CODE.fullmatch(name):
        said = f"expected a code such as A00.1 in <name>, found {name[:40]!r}."
        raise ReleaseError(f"{member.name}, line {line_of(diag)}: {said}")
    code = plain(name)
    below = diag.findall("diag")
    level = Level.CODE if not below else Level.CATEGORY if len(code) == 3 else Level.SUBCATEGORY
    yield _node(member, diag, code, level, parent)
    for child in below:
        yield from _diagnoses(member, child, code)


def _node(member: Member, element: Element, code: str, level: Level, parent: str | None) -> TabularNode:
    notes: list[tuple[NoteKind, str]] = []
    seventh: list[tuple[str, str]] = []
    for child in element:
        kind = NOTE_ELEMENTS.get(child.tag)
        if kind is None:
            if child.tag not in STRUCTURE:
                said = f"expected no such element in <{element.tag}> {code}, found <{child.tag[:60]}>."
                raise ReleaseError(f"{member.name}, line {line_of(child)}: {said}")
            continue
        notes += [(kind, one_line(note.text)) for note in child.iterfind("note")]
        if child.tag == "sevenChrDef":
            for extension in child.iterfind("extension"):
                char = extension.get("char") or ""
                if len(char) != 1:
                    said = f"expected an <extension> of {code} with one character, found {char[:40]!r}."
                    raise ReleaseError(f"{member.name}, line {line_of(extension)}: {said}")
                seventh.append((char, one_line(extension.text)))
    title = _text(member, element, "desc")
    if level in (Level.CHAPTER, Level.SECTION):
        title = _RANGE_IN_TITLE.sub("", title)
    return TabularNode(code, title, level, parent, tuple(notes), tuple(seventh), tuple(_visual(element)))


def _visual(element: Element) -> Iterator[VisualRange]:
    """The rows of `<visualImpairment>`: a heading row without category first, then one for each category."""
    for category in element.iterfind("visualImpairment/visCategory"):
        ranges = category.findall("visRange")

        def limits(tag: str, ranges: list[Element] = ranges) -> tuple[str, ...]:
            cells = (cell for range_ in ranges for cell in range_.iterfind(tag))
            return tuple(one_line(cell.findtext("value") or cell.findtext("heading")) for cell in cells)

        name = category.findtext("value") or category.findtext("heading")
        yield VisualRange(one_line(name), limits("visMax"), limits("visMin"))
