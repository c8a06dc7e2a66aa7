"""The ICD-10-PCS definitions as CMS publishes them in XML (`icd10pcs_definitions_YYYY.xml`)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.releases.containers import Member
from app.releases.pcs_tables import VALUES, children
from app.releases.records import PcsDefinition, ReleaseError
from app.releases.xml_stream import XmlEvent, line_of, text_of, unknown_element, xml_events

DEFINITIONS_ROOT = "ICD10PCS.definitions"
# The devices that share a value with a wider one outside of Insertion; no record holds that, and no code depends on it.
LEFT_OUT = "deviceAggregation"

_PLACES = {DEFINITIONS_ROOT: {"section"}, "section": {"axis"}}
_WHOLE = frozenset({"version", "title", "axis", LEFT_OUT})
_TEXTS = ("title", "definition", "explanation", "includes")


def read_definitions(member: Member) -> Iterator[PcsDefinition]:
    """What the file says of the values of the axes, in its order; a text for several values comes once for each.

    `label` is the heading as printed, which for a device or a kind of rehabilitation says more than the label in the
    tables: `Spacer in Lower Joints`; `app.codes.pcs` leads from the tables to it. `examples` are the
    `<includes>`, with semicolons between them; commas stand inside them. A value may have examples and no definition.
    Raises ReleaseError naming the line for an unknown element, a place or section that is none, and a heading that
    comes twice.
    """
    seen: set[tuple[str, int, str]] = set()
    section = ""
    above: list[Element] = []
    for step, element in xml_events(member, frozenset({DEFINITIONS_ROOT}), _WHOLE):
        if step is XmlEvent.BEGIN:
            if above:
                _expect(member, above[-1], element)
                section = _attribute(member, element, "code", VALUES)
            above.append(element)
        elif step is XmlEvent.END:
            above.pop()
        elif element.tag == "axis":
            _expect(member, above[-1], element)
            for definition in _axis(member, element, section):
                key = (section, definition.position, definition.label)
                if key in seen:
                    said = f"expected each value once, found {definition.label[:60]!r} again."
                    raise ReleaseError(f"{member.name}, line {line_of(element)}: {said}")
                seen.add(key)
                yield definition
    if not seen:
        raise ReleaseError(f"{member.name}, line 1: expected a <terms> with a definition, found none.")


def _expect(member: Member, parent: Element, child: Element) -> None:
    if child.tag not in _PLACES.get(parent.tag, ()):
        raise unknown_element(member, parent.tag, child)


def _attribute(member: Member, element: Element, name: str, allowed: frozenset[str]) -> str:
    found = element.get(name) or ""
    if found not in allowed:
        said = f"expected one character of an ICD-10-PCS code as {name} of <{element.tag}>, found {found[:40]!r}."
        raise ReleaseError(f"{member.name}, line {line_of(element)}: {said}")
    return found


def _axis(member: Member, axis: Element, section: str) -> Iterator[PcsDefinition]:
    position = int(_attribute(member, axis, "pos", frozenset("1234567")))
    for terms in children(member, axis):
        if terms.tag == "terms":
            yield from _terms(member, terms, section, position)
        elif terms.tag != "title":
            raise unknown_element(member, axis.tag, terms)


def _terms(member: Member, terms: Element, section: str, position: int) -> Iterator[PcsDefinition]:
    """One definition for each `<title>`: left and right body parts share their list."""
    texts: dict[str, list[str]] = {tag: [] for tag in _TEXTS}
    for child in children(member, terms):
        if child.tag not in texts:
            raise unknown_element(member, terms.tag, child)
        texts[child.tag].append(text_of(member, child))
    titles, definitions, explanations, includes = texts.values()
    if not titles:
        raise ReleaseError(f"{member.name}, line {line_of(terms)}: expected a <title> in <terms>, found none.")
    # In Rehabilitation and Mental Health the text says again what its element says: `Includes site of lesion test`.
    examples = "; ".join(included.removeprefix("Includes ") for included in includes)
    for title in titles:
        yield PcsDefinition(section, position, title, "; ".join(definitions), "; ".join(explanations), examples)
