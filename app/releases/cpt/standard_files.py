"""The AMA's older files with one descriptor for each code (LONGULT, MEDU, SHORTU), and its list of PLA tests."""

import re
from collections.abc import Iterator
from datetime import date
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError

from app.releases.cpt.table_rows import checked_cpt_code, checked_date, plain_rows
from app.releases.errors import ReleaseError, quoted, unexpected_sign
from app.releases.files.containers import Member
from app.releases.records import CptCode

MEDIUM_LINE_LENGTH, SHORT_LINE_LENGTH = 54, 34
"""Longest lines of MEDU and SHORTU, whose texts are in columns 7-54 and 7-34."""

FIXED_COLUMNS_LINE = re.compile(r".{5} \S")
"""A line of MEDU or SHORTU: code, one blank, text."""

LARGEST_XML = 8 << 20
"""Bytes. The PLA file has fewer than two thousand tests of about a thousand bytes."""

_PLA_FIELDS = (("testName", "Test name"), ("labName", "Lab name"), ("manufacturerName", "Manufacturer"))


def read_long(member: Member) -> Iterator[CptCode]:
    """Return the long descriptors of LONGULT.txt: after the license, `code<TAB>descriptor`. Raises ReleaseError."""
    for number, line in plain_rows(member):
        code, tab, text = line.partition("\t")
        if not tab or "\t" in text.rstrip() or not text.strip():
            raise _unexpected_line(member, number, line, "a code, a tab and its descriptor")
        yield CptCode(checked_cpt_code(member, number, code), long=text.strip())


def read_medium(member: Member) -> Iterator[CptCode]:
    """Return the medium descriptors of MEDU.txt: columns 1-5 code, 7-54 text, upper case. Raises ReleaseError."""
    for code, text in _fixed_column_rows(member, MEDIUM_LINE_LENGTH):
        yield CptCode(code, medium=text)


def read_short(member: Member) -> Iterator[CptCode]:
    """Return the short descriptors of SHORTU.txt: columns 1-5 code, 7-34 text, upper case. Raises ReleaseError."""
    for code, text in _fixed_column_rows(member, SHORT_LINE_LENGTH):
        yield CptCode(code, short=text)


def _fixed_column_rows(member: Member, width: int) -> Iterator[tuple[str, str]]:
    for number, line in plain_rows(member):
        if not FIXED_COLUMNS_LINE.match(line) or "\t" in line:
            raise _unexpected_line(member, number, line, "a code, a blank and its descriptor")
        if len(line.rstrip()) > width:
            raise ReleaseError(
                f"{member.name}, line {number}: expected at most {width} characters, found {len(line.rstrip())}."
            )
        yield checked_cpt_code(member, number, line[:5]), line[6:].strip()


def _unexpected_line(member: Member, number: int, line: str, expected: str) -> ReleaseError:
    return ReleaseError(f"{member.name}, line {number}: expected {expected}, found {quoted(line)}.")


def read_pla(member: Member) -> Iterator[CptCode]:
    """Return the tests of CPTPLA.xml that are not deleted.

    Elements: cdCode, cdDesc, cdMDesc, cdSDesc, cdStatus, effectiveDate, testName, labName, manufacturerName. Raises
    ReleaseError naming, as the line, the number of the code in the file, since ElementTree keeps no line numbers.
    """
    if member.size > LARGEST_XML:
        raise ReleaseError(
            f"{member.name}: expected less than {LARGEST_XML >> 20} MB of XML, found more; it is not read."
        )
    with member.open() as stream:
        root = _root(member, stream)
    position = 0
    for element in root.iter():
        texts = {_tag(child): _text(child) for child in element if _tag(child)}
        if "cdCode" not in texts:
            continue
        position += 1
        if sign := unexpected_sign("".join(texts.values())):
            raise ReleaseError(f"{member.name}, line {position}: {sign}.")
        if texts.get("cdStatus", "").upper().startswith("DELETE"):
            continue
        code = checked_cpt_code(member, position, texts["cdCode"])
        yield CptCode(
            code,
            long=texts.get("cdDesc", ""),
            medium=texts.get("cdMDesc", ""),
            short=texts.get("cdSDesc", ""),
            effective=_effective(member, position, texts.get("effectiveDate", "")),
            fields=tuple((name, texts[tag]) for tag, name in _PLA_FIELDS if texts.get(tag)),
        )
    if not position:
        raise ReleaseError(f"{member.name}: expected PLA tests with <cdCode>, found none.")


def _effective(member: Member, position: int, text: str) -> date | None:
    """Return a date that a time may follow: `2026-01-01T00:00:00-06:00`."""
    return checked_date(member, position, text.partition("T")[0])


def _text(element: Element) -> str:
    """Return the text of an element and of the markup directly inside it, on one line.

    Deeper elements are ignored: their text would be read once for every element around them.
    """
    pieces = [element.text or "", *(piece or "" for child in element for piece in (child.text, child.tail))]
    return " ".join("".join(pieces).split())


def _tag(element: Element) -> str:
    """Return the name of an element without its namespace; empty for comments and instructions."""
    tag = cast(object, element.tag)
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _root(member: Member, stream: IO[bytes]) -> Element:
    from defusedxml import DefusedXmlException, ElementTree

    try:
        return cast(Element, ElementTree.parse(stream, forbid_dtd=True).getroot())
    except ParseError as error:
        raise ReleaseError(f"{member.name}: expected well-formed XML ({error}); download the file again.") from error
    except DefusedXmlException as error:
        raise ReleaseError(
            f"{member.name}: expected no DTD and no entities, found one; download the file again."
        ) from error
    except (LookupError, ValueError) as error:
        raise ReleaseError(f"{member.name}: expected UTF-8, found bytes that cannot be read ({error}).") from error
    except OSError as error:
        raise ReleaseError(f"{member.name}: it cannot be read ({error.strerror or error}).") from error
