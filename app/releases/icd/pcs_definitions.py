"""The ICD-10-PCS definitions in CMS's XML (`icd10pcs_definitions_YYYY.xml`)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.xml_stream import XmlEvent, check_allowed, error_at, text_of, unknown_element, xml_events
from app.releases.icd.pcs_tables import VALUES, children
from app.releases.records import PcsDefinition

DEFINITIONS_ROOT = "ICD10PCS.definitions"
# The devices that share a value with a broader device in other tables than Insertion. No code depends on it.
SKIPPED_TAG = "deviceAggregation"

_ALLOWED_TAGS = {DEFINITIONS_ROOT: {"section"}, "section": {"axis"}}
_WHOLE_TAGS = frozenset({"version", "title", "axis", SKIPPED_TAG})
_TEXT_TAGS = ("title", "definition", "explanation", "includes")


def read_definitions(member: Member) -> Iterator[PcsDefinition]:
    """Return the definitions of axis values in file order; a text for several values is returned once for each.

    `label` is the heading as printed, which for a device or a kind of rehabilitation is more specific than the label in
    the tables: `Spacer in Lower Joints`; `app.codes.pcs` finds it from the tables. `examples` are the
    `<includes>`, separated by semicolons because they contain commas. A value may have examples without a definition.
    Raises ReleaseError naming the line for an unknown element, an invalid position or section, and a heading that
    occurs twice.
    """
    seen: set[tuple[str, int, str]] = set()
    section = ""
    open_elements: list[Element] = []
    for event, element in xml_events(member, frozenset({DEFINITIONS_ROOT}), _WHOLE_TAGS):
        if event is XmlEvent.BEGIN:
            if open_elements:
                check_allowed(member, open_elements[-1], element, _ALLOWED_TAGS)
                section = _attribute(member, element, "code", VALUES)
            open_elements.append(element)
        elif event is XmlEvent.END:
            open_elements.pop()
        elif element.tag == "axis":
            check_allowed(member, open_elements[-1], element, _ALLOWED_TAGS)
            for definition in _axis(member, element, section):
                key = (section, definition.position, definition.label)
                if key in seen:
                    raise error_at(member, element, f"expected each value once, found {definition.label[:60]!r} again.")
                seen.add(key)
                yield definition
    if not seen:
        raise ReleaseError(f"{member.name}, line 1: expected a <terms> with a definition, found none.")


def _attribute(member: Member, element: Element, name: str, allowed: frozenset[str]) -> str:
    value = element.get(name) or ""
    if value not in allowed:
        raise error_at(
            member,
            element,
            f"expected one character of an ICD-10-PCS code as {name} of <{element.tag}>, found {value[:40]!r}.",
        )
    return value


def _axis(member: Member, axis: Element, section: str) -> Iterator[PcsDefinition]:
    position = int(_attribute(member, axis, "pos", frozenset("1234567")))
    for terms in children(member, axis):
        if terms.tag == "terms":
            yield from _terms(member, terms, section, position)
        elif terms.tag != "title":
            raise unknown_element(member, axis.tag, terms)


def _terms(member: Member, terms: Element, section: str, position: int) -> Iterator[PcsDefinition]:
    """Return a definition for each `<title>`: left and right body parts share one element."""
    texts: dict[str, list[str]] = {tag: [] for tag in _TEXT_TAGS}
    for child in children(member, terms):
        if child.tag not in texts:
            raise unknown_element(member, terms.tag, child)
        texts[child.tag].append(text_of(member, child))
    titles, definitions, explanations, includes = texts.values()
    if not titles:
        raise error_at(member, terms, "expected a <title> in <terms>, found none.")
    # In Rehabilitation and Mental Health the text repeats the name of its element: `Includes site of lesion test`.
    examples = "; ".join(included.removeprefix("Includes ") for included in includes)
    for title in titles:
        yield PcsDefinition(section, position, title, "; ".join(definitions), "; ".join(explanations), examples)
