"""XML files read from beginning to end without holding them, for the readers of official files."""

from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, cast
from xml.etree.ElementTree import Element, ParseError

from app.releases.containers import Member
from app.releases.records import ReleaseError

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

# The Index nests 13 deep with its nine levels of terms, the Tabular List 10.
DEEPEST = 40
# The longest text of the files at hand has 809 characters, the longest tag 48.
LONGEST_TEXT = 100_000
LONGEST_TAG = 1_000_000
# The largest piece that a reader asks for, a section of the Tabular List, has 5,400 elements in 300 kB.
MOST_HELD = 100_000
LARGEST_HELD = 8_000_000

_CHUNK = 1 << 16
# UTF-16 tells itself by its first bytes. All other encodings would turn accents into something else unseen.
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "utf-16"}


class XmlEvent(Enum):
    """What the stream has come to: an element that begins, one that ends, or one that is given as a whole."""

    BEGIN = "begin"
    END = "end"
    WHOLE = "whole"


class LocatedElement(Element):
    """An element that knows the line on which it begins."""

    line = 0


def line_of(element: Element) -> int:
    """The line, from 1, on which an element begins that came out of `stream`."""
    return cast(LocatedElement, element).line


def xml_events(
    member: Member, roots: frozenset[str], whole: frozenset[str], *, only_whole: bool = False
) -> Iterator[tuple[XmlEvent, LocatedElement]]:
    """The elements of an XML file in its order, without the file ever being held.

    An element whose tag is in `whole` comes once, at its end, with all that it holds (`WHOLE`), and nothing inside it
    comes by itself. Of any other come its beginning, with its attributes, and its end (`BEGIN`, `END`); it stays empty.
    So `whole` names what is small: a title, a term that is no parent of terms, a row of a table.

        <index><letter><title>A</title></letter></index>, whole = {"title"}
        -> BEGIN index, BEGIN letter, WHOLE title, END letter, END index

    The first element is one of `roots`. Raises ReleaseError with file and line for another root, for what is not
    well-formed, cut or not UTF-8, for a DTD or an entity (no official file has one), for text outside of the `whole`
    elements (unless `only_whole` says that the rest is of no concern), and for what is out of all proportion: more
    than 40 levels, a text of 100,000 characters, a tag of a megabyte, 100,000 elements or 8 megabytes in a `whole` one.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    steps = _EventCollector(member, roots, whole, only_whole)
    parser = DefusedXMLParser(target=steps, forbid_dtd=True)
    expat = parser.parser
    steps.expat = expat
    expat.XmlDeclHandler = steps.declaration
    fed = 0
    with member.open() as file:
        while True:
            failure: ReleaseError | None = None
            chunk = b""
            try:
                chunk = file.read(_CHUNK)
                if chunk:
                    parser.feed(chunk)
                else:
                    parser.close()
            except ReleaseError as error:
                failure = error
            except ParseError as error:
                where, reason = _position(error)
                said = f"expected well-formed XML, found a mistake ({reason}); get the file anew."
                failure = ReleaseError(f"{member.name}, line {where}: {said}")
            except DefusedXmlException:
                failure = steps.refusal("expected no DTD and no entities, found one; get the file anew.")
            except (LookupError, ValueError) as error:
                failure = steps.refusal(f"expected UTF-8, found bytes that cannot be read ({error}).")
            except OSError as error:
                failure = steps.refusal(
                    f"expected to read on, found that it cannot be done ({error.strerror or error})."
                )
            # What was met before the failure goes first: the reader may know better what is wrong there.
            yield from steps.taken
            steps.taken.clear()
            if failure is not None:
                raise failure
            if not chunk:
                return
            fed += len(chunk)
            # What expat holds back is one unfinished tag or comment, which it scans again with every chunk.
            if fed - max(expat.CurrentByteIndex, 0) > LONGEST_TAG:
                raise steps.refusal(f"expected a tag of at most {LONGEST_TAG:,} bytes, found no end of it.")


def version(member: Member, roots: frozenset[str]) -> str:
    """The text of the `<version>` that is among the first elements of an official XML file: `2026`.

    Reads no further than that. Raises ReleaseError where the root is another, or no version stands at its beginning.
    """
    depth = 0
    for step, element in xml_events(member, roots, frozenset({"version", "title", "indexHeading"}), only_whole=True):
        depth += step is XmlEvent.BEGIN
        if step is XmlEvent.WHOLE and element.tag == "version":
            return text_of(member, element)
        if depth > 1:
            break
    raise ReleaseError(f"{member.name}, line 1: expected a <version> at the beginning, found none.")


def one_line(written: str | None) -> str:
    """A text on one line, without blanks at its ends and with one blank where several stand."""
    return " ".join((written or "").split())


def text_of(member: Member, element: Element) -> str:
    """The text of an element that holds nothing but text, cleaned. Raises ReleaseError where it is empty or more."""
    for child in element:
        raise unknown_element(member, element.tag, child)
    found = one_line(element.text)
    if not found:
        raise ReleaseError(f"{member.name}, line {line_of(element)}: expected a text in <{element.tag}>, found none.")
    return found


def unknown_element(member: Member, parent: str, child: Element) -> ReleaseError:
    """What to raise for an element that no reader knows: a new kind of content must not be lost unseen."""
    said = f"expected no such element in <{parent}>, found <{child.tag[:60]}>."
    return ReleaseError(f"{member.name}, line {line_of(child)}: {said}")


def _position(error: ParseError) -> tuple[int, str]:
    """The line of a parse error, and what it says without its own place."""
    return error.position[0], str(error).split(": line ")[0]


class _EventCollector:
    """Collects what the parser meets; the parser calls the methods by these names."""

    def __init__(self, member: Member, roots: frozenset[str], whole: frozenset[str], only_whole: bool) -> None:
        self.expat: XMLParserType | None = None
        self.taken: list[tuple[XmlEvent, LocatedElement]] = []
        self._member = member
        self._roots = roots
        self._whole = whole
        self._only_whole = only_whole
        self._open: list[LocatedElement] = []
        self._held: list[LocatedElement] = []
        self._count = 0
        self._began = 0
        self._pieces: list[str] = []
        self._length = 0
        self._last: LocatedElement | None = None

    def refusal(self, said: str) -> ReleaseError:
        where = self.expat.CurrentLineNumber if self.expat else 1
        return ReleaseError(f"{self._member.name}, line {where}: {said}")

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise self.refusal(f"expected the encoding utf-8, found {encoding[:40]!r}.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        place = LocatedElement(tag, attributes)
        place.line = self.expat.CurrentLineNumber if self.expat else 1
        if not self._open and not self._held and tag not in self._roots:
            raise self.refusal(f"expected <{'> or <'.join(sorted(self._roots))}> at the top, found <{tag[:60]}>.")
        if len(self._open) + len(self._held) >= DEEPEST:
            raise self.refusal(f"expected at most {DEEPEST} elements one inside the other, found more.")
        self._write()
        if self._held:
            self._count += 1
            at = self.expat.CurrentByteIndex if self.expat else 0
            if self._count > MOST_HELD or at - self._began > LARGEST_HELD:
                limits = f"at most {MOST_HELD:,} elements and {LARGEST_HELD:,} bytes"
                raise self.refusal(f"expected a <{self._held[0].tag[:60]}> of {limits}, found more.")
            self._held[-1].append(place)
            self._held.append(place)
        elif tag in self._whole:
            self._count = 0
            self._began = self.expat.CurrentByteIndex if self.expat else 0
            self._held.append(place)
        else:
            self._open.append(place)
            self.taken.append((XmlEvent.BEGIN, place))

    def end(self, _tag: str) -> None:
        self._write()
        if self._held:
            self._last = self._held.pop()
            if not self._held:
                self.taken.append((XmlEvent.WHOLE, self._last))
                self._last = None
        else:
            self.taken.append((XmlEvent.END, self._open.pop()))

    def data(self, written: str) -> None:
        if not self._held:
            if not self._only_whole and written.strip():
                raise self.refusal(f"expected an element, found the text {written.strip()[:40]!r}.")
            return
        self._length += len(written)
        if self._length > LONGEST_TEXT:
            raise self.refusal(f"expected a text of at most {LONGEST_TEXT:,} characters, found more.")
        self._pieces.append(written)

    def close(self) -> None:
        """Nothing is left to do at the end of the file; the parser asks for this."""

    def _write(self) -> None:
        """Puts the text since the last tag where ElementTree keeps it: after the element that ended, or inside."""
        if self._pieces and self._held:
            written = "".join(self._pieces)
            if self._last is None:
                self._held[-1].text = written
            else:
                self._last.tail = written
        self._pieces.clear()
        self._length = 0
        self._last = None
