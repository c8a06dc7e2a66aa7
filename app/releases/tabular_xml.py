"""The ICD-10-CM Tabular List as CDC publishes it in XML (`icd10cm_tabular_YYYY.xml`)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from app.codes.records import Level, NoteKind, VisualRange
from app.codes.shapes import plain
from app.releases.records import Convention, ReleaseError, Tabular, TabularNode

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

_RANGE = re.compile(r"[A-Z][0-9A][0-9A-Z](?:-[A-Z][0-9A][0-9A-Z])?")
_RANGE_IN_TITLE = re.compile(r"\s*\([A-Z][0-9A][0-9A-Z](?:-[A-Z][0-9A][0-9A-Z])?\)\s*$")


def read_tabular(path: Path) -> Tabular:
    """The Tabular List of an XML file; its nodes come in the order of the book, parents first.

    Raises ReleaseError with file and element when the file is not well-formed XML, is no Tabular List, or holds an
    element that this reader does not know: a new kind of note must not be lost unseen. Places are named by their code,
    since ElementTree keeps no line numbers.
    """
    try:
        root = cast(Element, ElementTree.parse(path).getroot())
    except ParseError as error:
        raise ReleaseError(f"{path.name}: not well-formed XML ({error}); download the file again.") from error
    except DefusedXmlException as error:
        raise ReleaseError(f"{path.name}: it declares entities, which no official file does; get it anew.") from error
    if root.tag != "ICD10CM.tabular":
        raise ReleaseError(f"{path.name}: expected <ICD10CM.tabular> at the top, found <{root.tag}>.")
    return Tabular(
        version=_text(path, root, "version"),
        conventions=tuple(_conventions(root)),
        nodes=_nodes(path, root),
    )


def _text(path: Path, element: Element, child: str) -> str:
    found = element.find(child)
    if found is None or not (found.text or "").strip():
        name = element.findtext("name") or element.get("id") or ""
        raise ReleaseError(f"{path.name}: <{element.tag}> {name} has no <{child}>.")
    return _clean(found.text)


def _clean(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "").strip()


def _conventions(root: Element) -> Iterator[Convention]:
    for section in root.iterfind("introduction/introSection"):
        paragraphs = tuple(_clean(note.text) for note in section.iterfind("instruction/note"))
        if paragraphs:
            yield Convention(_clean(section.findtext("title")).rstrip(":"), paragraphs)


def _nodes(path: Path, root: Element) -> Iterator[TabularNode]:
    """Chapters, sections and codes. A section without categories of its own (`C00-C96 Malignant neoplasms`) holds
    the sections within its range, which follow it in the file without being inside it."""
    for chapter in root.iterfind("chapter"):
        number = _text(path, chapter, "name")
        yield _node(path, chapter, number, Level.CHAPTER, None)
        enclosing: list[str] = []
        for section in chapter.iterfind("section"):
            range_ = _range(path, section)
            while enclosing and not _within(range_, enclosing[-1]):
                enclosing.pop()
            yield _node(path, section, range_, Level.SECTION, enclosing[-1] if enclosing else number)
            if section.find("diag") is None:
                enclosing.append(range_)
            for category in section.iterfind("diag"):
                yield from _diagnoses(path, category, range_)


def _range(path: Path, section: Element) -> str:
    """The range of a section; one of a single category has that alone for its id (`B20`)."""
    found = section.get("id") or ""
    if not _RANGE.fullmatch(found):
        title = _clean(section.findtext("desc"))
        raise ReleaseError(f"{path.name}: <section> {title} has the id {found!r}; a range such as A00-A09 is expected.")
    return found if "-" in found else f"{found}-{found}"


def _within(inner: str, outer: str) -> bool:
    """Whether one range of categories lies within another: `C7A-C7A` in `C00-C96`."""
    first, last = inner.split("-")
    low, high = outer.split("-")
    return low <= first and last <= high


def _diagnoses(path: Path, diag: Element, parent: str) -> Iterator[TabularNode]:
    code = plain(_text(path, diag, "name"))
    below = diag.findall("diag")
    level = Level.CODE if not below else Level.CATEGORY if len(code) == 3 else Level.SUBCATEGORY
    yield _node(path, diag, code, level, parent)
    for child in below:
        yield from _diagnoses(path, child, code)


def _node(path: Path, element: Element, code: str, level: Level, parent: str | None) -> TabularNode:
    notes: list[tuple[NoteKind, str]] = []
    seventh: list[tuple[str, str]] = []
    for child in element:
        kind = NOTE_ELEMENTS.get(child.tag)
        if kind is None:
            if child.tag not in STRUCTURE:
                raise ReleaseError(f"{path.name}: <{element.tag}> {code} holds an unknown element <{child.tag}>.")
            continue
        notes += [(kind, _clean(note.text)) for note in child.iterfind("note")]
        if child.tag == "sevenChrDef":
            for extension in child.iterfind("extension"):
                char = extension.get("char") or ""
                if len(char) != 1:
                    raise ReleaseError(f"{path.name}: <extension> of {code} has the char {char!r}; one is expected.")
                seventh.append((char, _clean(extension.text)))
    title = _text(path, element, "desc")
    if level in (Level.CHAPTER, Level.SECTION):
        title = _RANGE_IN_TITLE.sub("", title)
    return TabularNode(code, title, level, parent, tuple(notes), tuple(seventh), tuple(_visual(element)))


def _visual(element: Element) -> Iterator[VisualRange]:
    """The rows of `<visualImpairment>`: a heading row without category first, then one for each category."""
    for category in element.iterfind("visualImpairment/visCategory"):
        ranges = category.findall("visRange")

        def limits(tag: str, ranges: list[Element] = ranges) -> tuple[str, ...]:
            cells = (cell for range_ in ranges for cell in range_.iterfind(tag))
            return tuple(_clean(cell.findtext("value") or cell.findtext("heading")) for cell in cells)

        name = category.findtext("value") or category.findtext("heading")
        yield VisualRange(_clean(name), limits("visMax"), limits("visMin"))
