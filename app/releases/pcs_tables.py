"""The ICD-10-PCS tables as CMS publishes them in XML (`icd10pcs_tables_YYYY.xml`), and the codes they stand for."""

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import TypeAlias
from xml.etree.ElementTree import Element

from app.releases.containers import Member
from app.releases.records import PcsDefinition, PcsTable, ReleaseError
from app.releases.xml_stream import XmlEvent, line_of, one_line, text_of, unknown_element, xml_events

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""The (value, label) pairs of an axis."""

Labels: TypeAlias = tuple[str, str, str, str, str, str, str]
"""The labels of a code's seven values, in order."""

TABLES_ROOT = "ICD10PCS.tabular"
VALUES = frozenset("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")
"""What may stand in an ICD-10-PCS code: I and O are left out, they look like 1 and 0."""

# Thirteen times the codes of FY2026. A row is a product: a hundred damaged ones could stand for a hundred million.
MOST_CODES = 1_000_000

_HEAD_AXES = ("1", "2", "3")
_ROW_AXES = ("4", "5", "6", "7")


def read_tables(member: Member) -> Iterator[PcsTable]:
    """The rows of the tables in the order of the file.

    Each carries the three axes of its table's head before its own four. Raises ReleaseError naming the line where an
    element is not known, an axis or a label is missing, `values` of an axis or `codes` of a row differ from what was
    read, a table comes twice, or two rows of one table stand for the same code.
    """
    total = 0
    for table in _tables(member):
        axes = [_axis(member, axis, position) for axis, position in _positions(member, table, _HEAD_AXES, "pcsRow")]
        head: list[Pairs] = [pairs for pairs, _ in axes]
        rows = table.findall("pcsRow")
        if not rows:
            raise ReleaseError(f"{member.name}, line {line_of(table)}: expected a <pcsRow> in the table, found none.")
        seen: set[tuple[str, ...]] = set()
        for row in rows:
            body = [_axis(member, axis, position)[0] for axis, position in _positions(member, row, _ROW_AXES)]
            codes = prod(len(pairs) for pairs in body)
            _agree(member, row, "codes", codes, "codes")
            total += codes
            if total > MOST_CODES:
                raise ReleaseError(
                    f"{member.name}, line {line_of(row)}: expected tables of at most {MOST_CODES:,} codes, found more."
                )
            for values in product(*([value for value, _ in pairs] for pairs in body)):
                if values in seen:
                    code = "".join((*(pairs[0][0] for pairs in head), *values))
                    raise ReleaseError(
                        f"{member.name}, line {line_of(row)}: expected each code in one row, found {code} in a second."
                    )
                seen.add(values)
            yield PcsTable((*head, *body))


def expand(row: PcsTable) -> Iterator[tuple[str, Labels]]:
    """Every code that a row stands for, seven characters, with the labels of its values; ascending where values do."""
    for (a, first), (b, second), (c, third), (d, fourth), (e, fifth), (f, sixth), (g, seventh) in product(*row.axes):
        yield a + b + c + d + e + f + g, (first, second, third, fourth, fifth, sixth, seventh)


def read_operations(member: Member) -> Iterator[PcsDefinition]:
    """The definitions that the heads of the tables carry, each once; so far only those of the third character.

    They are word for word those of the definitions file, which adds explanations and examples to them; so these are
    for a release that comes without it. Radiation Therapy has none. Raises ReleaseError as `read_tables` does.
    """
    seen: dict[tuple[str, int, str], str] = {}
    for table in _tables(member):
        section = ""
        for axis, position in _positions(member, table, _HEAD_AXES, "pcsRow"):
            ((value, label),), definition = _axis(member, axis, position)
            section = section or value
            key = (section, int(position), label)
            if not definition or seen.get(key) == definition:
                continue
            if key in seen:
                raise ReleaseError(
                    f"{member.name}, line {line_of(axis)}: expected one definition of {label[:60]!r}, found a second."
                )
            seen[key] = definition
            yield PcsDefinition(section, int(position), label, definition)


def children(member: Member, element: Element) -> Iterator[Element]:
    """The elements inside one that has no words of its own. Raises ReleaseError for words between them."""
    stray = element.text
    for child in element:
        if stray and not stray.isspace():
            break
        yield child
        stray = child.tail
    if stray and not stray.isspace():
        said = f"expected only elements in <{element.tag}>, found the text {stray.strip()[:40]!r}."
        raise ReleaseError(f"{member.name}, line {line_of(element)}: {said}")


def _tables(member: Member) -> Iterator[Element]:
    """The `<pcsTable>` elements. One table of three characters is one element."""
    seen: set[str] = set()
    root: Element | None = None
    for step, element in xml_events(member, frozenset({TABLES_ROOT}), frozenset({"version", "title", "pcsTable"})):
        if step is XmlEvent.BEGIN:
            if root is not None:
                raise unknown_element(member, root.tag, element)
            root = element
        elif step is XmlEvent.WHOLE and element.tag == "pcsTable":
            name = "".join(label.get("code") or "" for label in element.iterfind("axis/label"))
            if name in seen:
                raise ReleaseError(
                    f"{member.name}, line {line_of(element)}: expected each table once, found {name[:40]!r} again."
                )
            seen.add(name)
            yield element
    if not seen:
        raise ReleaseError(f"{member.name}, line 1: expected a <pcsTable>, found none.")


def _positions(
    member: Member, parent: Element, positions: tuple[str, ...], besides: str = ""
) -> Iterator[tuple[Element, str]]:
    """The axes of a table's head or of a row, which stand at just these places and in this order."""
    axes: list[Element] = []
    for child in children(member, parent):
        if child.tag == "axis":
            axes.append(child)
        elif child.tag != besides:
            raise unknown_element(member, parent.tag, child)
    found = tuple(axis.get("pos") for axis in axes)
    if found != positions:
        said = f"expected the axes {', '.join(positions)}, found {one_line(', '.join(map(str, found)))[:40] or 'none'}."
        raise ReleaseError(f"{member.name}, line {line_of(parent)}: in <{parent.tag}> {said}")
    return zip(axes, positions, strict=True)


def _axis(member: Member, axis: Element, position: str) -> tuple[Pairs, str]:
    """The (value, label) pairs of an axis and, of the third, the definition that stands with it."""
    pairs: dict[str, str] = {}
    definition = ""
    for child in children(member, axis):
        if child.tag == "label":
            value = child.get("code") or ""
            if value not in VALUES or value in pairs:
                said = f"expected a character of its own as code of the <label>, found {value[:40]!r}."
                raise ReleaseError(f"{member.name}, line {line_of(child)}: {said}")
            pairs[value] = text_of(member, child)
        elif child.tag == "definition" and position in _HEAD_AXES and not definition:
            definition = text_of(member, child)
        elif child.tag != "title":
            raise unknown_element(member, axis.tag, child)
    _agree(member, axis, "values", len(pairs), "labels")
    if not pairs or (position in _HEAD_AXES and len(pairs) > 1):
        count = "one label" if position in _HEAD_AXES else "at least one label"
        raise ReleaseError(
            f"{member.name}, line {line_of(axis)}: expected {count} at axis {position}, found {len(pairs)}."
        )
    return tuple(pairs.items()), definition


def _agree(member: Member, element: Element, attribute: str, read: int, what: str) -> None:
    """The file says how much it holds: a row or a label that was lost on the way does not go unseen."""
    said = one_line(element.get(attribute))[:40]
    if said != str(read):
        raise ReleaseError(
            f"{member.name}, line {line_of(element)}: expected {said or 'a number of'} {what} in <{element.tag}>, "
            f"as its {attribute!r} says, found {read}."
        )
