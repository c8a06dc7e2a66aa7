"""XML files read from beginning to end without keeping them in memory, for the readers of official files."""

from collections.abc import Collection, Iterator, Mapping
from enum import Enum
from typing import TYPE_CHECKING, BinaryIO, cast
from xml.etree.ElementTree import Element, ParseError

from app.releases.errors import ReleaseError, unexpected_sign
from app.releases.files.containers import Member

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

    from defusedxml.ElementTree import DefusedXMLParser

# The Index has 13 levels of elements with its nine levels of terms, the Tabular List 10.
MOST_LEVELS = 40
# The longest text of the tested files has 809 characters, the longest tag 48.
LONGEST_TEXT = 100_000
LONGEST_TAG = 1_000_000
# The largest whole element of a reader, a section of the Tabular List, has 5,400 elements in 300 kB.
MOST_ELEMENTS_IN_WHOLE = 100_000
LARGEST_WHOLE = 8_000_000

_CHUNK = 1 << 16
# UTF-16 is recognized by its first bytes. Any other encoding could replace accents by other characters unnoticed.
_ENCODINGS = {"utf-8", "utf8", "us-ascii", "ascii", "utf-16"}


class XmlEvent(Enum):
    """An event of the stream: the beginning of an element, its end, or a whole element."""

    BEGIN = "begin"
    END = "end"
    WHOLE = "whole"


class LocatedElement(Element):
    """An element with the number of the line on which it begins."""

    line = 0


def line_of(element: Element) -> int:
    """Return the line, from 1, on which an element from `xml_events` begins."""
    return cast(LocatedElement, element).line


def xml_events(
    member: Member, roots: frozenset[str], whole_tags: frozenset[str]
) -> Iterator[tuple[XmlEvent, LocatedElement]]:
    """Return the elements of an XML file in its order without keeping the file in memory.

    An element whose tag is in `whole_tags` is returned once, at its end, with its content (`WHOLE`); the elements
    inside it are not returned themselves. Any other element is returned at its beginning, with its attributes, and at
    its end (`BEGIN`, `END`), and stays empty. So `whole_tags` has the tags of small elements: a title, a table row.

        <index><letter><title>A</title></letter></index>, whole_tags = {"title"}
        -> BEGIN index, BEGIN letter, WHOLE title, END letter, END index

    The first element is one of `roots`. Raises ReleaseError with file and line for another root, for a file that is not
    well-formed, cut or not UTF-8, for a DTD or an entity (no official file has one), and for text outside whole
    elements. The same for excessive content: more than 40 levels, a text of 100,000 characters, a tag of a megabyte,
    100,000 elements or 8 megabytes in a whole element.
    """
    from defusedxml.ElementTree import DefusedXMLParser

    collector = _EventCollector(member.name, roots, whole_tags)
    parser = DefusedXMLParser(target=collector, forbid_dtd=True)
    expat = parser.parser
    collector.expat = expat
    expat.XmlDeclHandler = collector.declaration
    bytes_fed = 0
    with member.open() as file:
        while True:
            chunk, failure = _parse_chunk(file, parser, collector)
            # The events before the failure go first: the reader may report more exactly what is wrong there.
            yield from collector.events
            collector.events.clear()
            if failure is not None:
                raise failure
            if not chunk:
                return
            bytes_fed += len(chunk)
            # The bytes that expat has not passed on are one unfinished tag, which it scans again with every chunk.
            if bytes_fed - max(expat.CurrentByteIndex, 0) > LONGEST_TAG:
                raise collector.error(f"expected a tag of at most {LONGEST_TAG:,} bytes, found a longer one.")


def _parse_chunk(
    file: BinaryIO, parser: "DefusedXMLParser", collector: "_EventCollector"
) -> tuple[bytes, ReleaseError | None]:
    """Read and parse the next chunk, empty at the end of the file, and return it with the error that it caused."""
    from defusedxml import DefusedXmlException

    chunk = b""
    try:
        chunk = file.read(_CHUNK)
        if chunk:
            parser.feed(chunk)
        else:
            parser.close()
    except ReleaseError as error:
        return chunk, error
    except ParseError as error:
        number, reason = _position(error)
        return chunk, ReleaseError(
            f"{collector.name}, line {number}: expected well-formed XML, found an error ({reason}); "
            "download the file again."
        )
    except DefusedXmlException:
        return chunk, collector.error("expected no DTD and no entities, found one; download the file again.")
    except (LookupError, ValueError) as error:
        return chunk, collector.error(f"expected UTF-8, found bytes that cannot be read ({error}).")
    except OSError as error:
        return chunk, collector.error(f"the rest of the file cannot be read ({error.strerror or error}).")
    return chunk, None


def one_line(text: str | None) -> str:
    """Return a text on one line, without blanks at its ends and with one blank for each run of them."""
    return " ".join((text or "").split())


def text_of(member: Member, element: Element) -> str:
    """Return the text of an element on one line. Raises ReleaseError if it is empty or has elements inside."""
    for child in element:
        raise unknown_element(member, element.tag, child)
    text = one_line(element.text)
    if not text:
        raise error_at(member, element, f"expected a text in <{element.tag}>, found none.")
    return text


def error_at(member: Member, element: Element, sentence: str) -> ReleaseError:
    """Return the error that names the file and the line on which an element begins."""
    return ReleaseError(f"{member.name}, line {line_of(element)}: {sentence}")


def unknown_element(member: Member, parent: str, child: Element) -> ReleaseError:
    """Return the error for an element that no reader knows: a new kind of content must not be lost unnoticed."""
    return error_at(member, child, f"expected no such element in <{parent}>, found <{child.tag[:60]}>.")


def check_allowed(member: Member, parent: Element, child: Element, allowed: Mapping[str, Collection[str]]) -> None:
    """Raise ReleaseError unless the tag of a child is allowed in its parent, by the tag of that."""
    if child.tag not in allowed.get(parent.tag, ()):
        raise unknown_element(member, parent.tag, child)


def _position(error: ParseError) -> tuple[int, str]:
    """Return the line of a parse error and its text without the position."""
    return error.position[0], str(error).split(": line ")[0]


class _EventCollector:
    """Collects the events of the parser, which calls the methods by these names."""

    def __init__(self, name: str, roots: frozenset[str], whole_tags: frozenset[str]) -> None:
        self.name = name
        self.expat: XMLParserType | None = None
        self.events: list[tuple[XmlEvent, LocatedElement]] = []
        self._roots = roots
        self._whole_tags = whole_tags
        self._open: list[LocatedElement] = []
        # A whole element that has begun and the open elements inside it, with the number of elements inside and the
        # byte at which it began.
        self._whole_path: list[LocatedElement] = []
        self._element_count = 0
        self._first_byte = 0
        # The text since the last tag, and the element inside a whole one that this tag ended.
        self._text_pieces: list[str] = []
        self._text_length = 0
        self._last_ended: LocatedElement | None = None

    def error(self, sentence: str) -> ReleaseError:
        number = self.expat.CurrentLineNumber if self.expat else 1
        return ReleaseError(f"{self.name}, line {number}: {sentence}")

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise self.error(f"expected the encoding utf-8, found {encoding[:40]!r}.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        element = LocatedElement(tag, attributes)
        element.line = self.expat.CurrentLineNumber if self.expat else 1
        if not self._open and not self._whole_path and tag not in self._roots:
            raise self.error(f"expected <{'> or <'.join(sorted(self._roots))}> at the top, found <{tag[:60]}>.")
        if len(self._open) + len(self._whole_path) >= MOST_LEVELS:
            raise self.error(f"expected at most {MOST_LEVELS} levels of elements, found more.")
        self._store_text()
        if self._whole_path:
            self._element_count += 1
            byte = self.expat.CurrentByteIndex if self.expat else 0
            if self._element_count > MOST_ELEMENTS_IN_WHOLE or byte - self._first_byte > LARGEST_WHOLE:
                limits = f"at most {MOST_ELEMENTS_IN_WHOLE:,} elements and {LARGEST_WHOLE:,} bytes"
                raise self.error(f"expected a <{self._whole_path[0].tag[:60]}> of {limits}, found more.")
            self._whole_path[-1].append(element)
            self._whole_path.append(element)
        elif tag in self._whole_tags:
            self._element_count = 0
            self._first_byte = self.expat.CurrentByteIndex if self.expat else 0
            self._whole_path.append(element)
        else:
            self._open.append(element)
            self.events.append((XmlEvent.BEGIN, element))

    def end(self, _tag: str) -> None:
        self._store_text()
        if self._whole_path:
            self._last_ended = self._whole_path.pop()
            if not self._whole_path:
                self.events.append((XmlEvent.WHOLE, self._last_ended))
                self._last_ended = None
        else:
            self.events.append((XmlEvent.END, self._open.pop()))

    def data(self, text: str) -> None:
        if not self._whole_path:
            if text.strip():
                raise self.error(f"expected an element, found the text {text.strip()[:40]!r}.")
            return
        self._text_length += len(text)
        if self._text_length > LONGEST_TEXT:
            raise self.error(f"expected a text of at most {LONGEST_TEXT:,} characters, found more.")
        self._text_pieces.append(text)

    def close(self) -> None:
        """Do nothing at the end of the file; the parser requires this method."""

    def _store_text(self) -> None:
        """Store the text since the last tag where ElementTree keeps it: after the element that ended, or inside."""
        if self._text_pieces and self._whole_path:
            text = "".join(self._text_pieces)
            sign = unexpected_sign(text)
            if sign:
                raise self.error(f"{sign}.")
            if self._last_ended is None:
                self._whole_path[-1].text = text
            else:
                self._last_ended.tail = text
        self._text_pieces.clear()
        self._text_length = 0
        self._last_ended = None
