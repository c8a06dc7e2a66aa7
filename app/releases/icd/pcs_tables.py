"""The ICD-10-PCS tables in CMS's XML (`icd10pcs_tables_YYYY.xml`), and the codes that they define."""

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import TypeAlias
from xml.etree.ElementTree import Element

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.xml_stream import XmlEvent, error_at, one_line, text_of, unknown_element, xml_events
from app.releases.records import PcsTable

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""The (value, label) pairs of an axis."""

Labels: TypeAlias = tuple[str, str, str, str, str, str, str]
"""The labels of a code's seven values, in order."""

TABLES_ROOT = "ICD10PCS.tabular"
VALUES = frozenset("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")
"""The characters of an ICD-10-PCS code; I and O are not used because they look like 1 and 0."""

# Thirteen times the codes of FY2026. A row is a product: a hundred damaged rows could define a hundred million codes.
MOST_CODES = 1_000_000

_HEAD_AXES = ("1", "2", "3")
_ROW_AXES = ("4", "5", "6", "7")


def read_tables(member: Member) -> Iterator[PcsTable]:
    """Return the rows of the tables in the order of the file.

    Each row has the three axes of its table's head before its own four. Raises ReleaseError naming the line if an
    element is unknown, an axis or a label is missing, `values` of an axis or `codes` of a row differ from the number
    that was read, a table occurs twice, or two rows of one table define the same code.
    """
    total = 0
    for table in _tables(member):
        axes = [_axis(member, axis, position) for axis, position in _positions(member, table, _HEAD_AXES, "pcsRow")]
        head: list[Pairs] = [pairs for pairs, _ in axes]
        rows = table.findall("pcsRow")
        if not rows:
            raise error_at(member, table, "expected a <pcsRow> in the table, found none.")
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            body = [_axis(member, axis, position)[0] for axis, position in _positions(member, row, _ROW_AXES)]
            codes = prod(len(pairs) for pairs in body)
            _check_count(member, row, "codes", codes, "codes")
            total += codes
            if total > MOST_CODES:
                raise error_at(member, row, f"expected tables of at most {MOST_CODES:,} codes, found more.")
            for values in product(*([value for value, _ in pairs] for pairs in body)):
                if values in seen:
                    code = "".join((*(pairs[0][0] for pairs in head), *values))
                    raise error_at(member, row, f"expected each code in one row, found {code} in a second.")
                seen.add(values)
            yield PcsTable((*head, *body))


def expand(row: PcsTable) -> Iterator[tuple[str, Labels]]:
    """Return every code of a row, seven characters, with the labels of its values, in the order of the values."""
    for (a, first), (b, second), (c, third), (d, fourth), (e, fifth), (f, sixth), (g, seventh) in product(*row.axes):
        yield a + b + c + d + e + f + g, (first, second, third, fourth, fifth, sixth, seventh)


def children(member: Member, element: Element) -> Iterator[Element]:
    """Return the elements inside one that has no text of its own. Raises ReleaseError for text between them."""
    between = element.text
    for child in element:
        if between and not between.isspace():
            break
        yield child
        between = child.tail
    if between and not between.isspace():
        raise error_at(
            member, element, f"expected only elements in <{element.tag}>, found the text {between.strip()[:40]!r}."
        )


def _tables(member: Member) -> Iterator[Element]:
    """Yield the `<pcsTable>` elements. One table of three characters is one element."""
    seen: set[str] = set()
    root: Element | None = None
    for event, element in xml_events(member, frozenset({TABLES_ROOT}), frozenset({"version", "title", "pcsTable"})):
        if event is XmlEvent.BEGIN:
            if root is not None:
                raise unknown_element(member, root.tag, element)
            root = element
        elif event is XmlEvent.WHOLE and element.tag == "pcsTable":
            name = "".join(label.get("code") or "" for label in element.iterfind("axis/label"))
            if name in seen:
                raise error_at(member, element, f"expected each table once, found {name[:40]!r} again.")
            seen.add(name)
            yield element
    if not seen:
        raise ReleaseError(f"{member.name}, line 1: expected a <pcsTable>, found none.")


def _positions(
    member: Member, parent: Element, positions: tuple[str, ...], other_tag: str = ""
) -> Iterator[tuple[Element, str]]:
    """Return the axes of a table's head or of a row with their positions, which must be `positions`."""
    axes: list[Element] = []
    for child in children(member, parent):
        if child.tag == "axis":
            axes.append(child)
        elif child.tag != other_tag:
            raise unknown_element(member, parent.tag, child)
    axis_positions = tuple(axis.get("pos") for axis in axes)
    if axis_positions != positions:
        listed = one_line(", ".join(map(str, axis_positions)))[:40] or "none"
        raise error_at(member, parent, f"in <{parent.tag}> expected the axes {', '.join(positions)}, found {listed}.")
    return zip(axes, positions, strict=True)


def _axis(member: Member, axis: Element, position: str) -> tuple[Pairs, str]:
    """Return the (value, label) pairs of an axis, and its definition if it has one, as the third axis does."""
    pairs: dict[str, str] = {}
    definition = ""
    for child in children(member, axis):
        if child.tag == "label":
            value = child.get("code") or ""
            if value not in VALUES or value in pairs:
                raise error_at(
                    member, child, f"expected a character of its own as code of the <label>, found {value[:40]!r}."
                )
            pairs[value] = text_of(member, child)
        elif child.tag == "definition" and position in _HEAD_AXES and not definition:
            definition = text_of(member, child)
        elif child.tag != "title":
            raise unknown_element(member, axis.tag, child)
    _check_count(member, axis, "values", len(pairs), "labels")
    if not pairs or (position in _HEAD_AXES and len(pairs) > 1):
        count = "one label" if position in _HEAD_AXES else "at least one label"
        raise error_at(member, axis, f"expected {count} at axis {position}, found {len(pairs)}.")
    return tuple(pairs.items()), definition


def _check_count(member: Member, element: Element, attribute: str, count: int, noun: str) -> None:
    """Raise ReleaseError if the count differs from the file's own, so that a lost row or label is noticed."""
    stated = one_line(element.get(attribute))[:40]
    if stated != str(count):
        raise error_at(
            member,
            element,
            f"expected {stated or 'a number of'} {noun} in <{element.tag}>, as its {attribute!r} says, found {count}.",
        )
