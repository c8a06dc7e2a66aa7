"""ICD-10-PCS as nodes: sections, body systems, operations, families of codes alike in four characters, and codes."""

from collections.abc import Iterable, Iterator
from itertools import groupby, takewhile

from app.codes.records import Level, Standing
from app.library.nodes import PlannedNode
from app.releases.records import PcsCode

FAMILY_LENGTH = 4
UPPER_LEVELS = ((1, Level.PCS_SECTION), (2, Level.BODY_SYSTEM), (3, Level.OPERATION))

_CONNECTORS = {"to", "from", "with", "into", "in", "of", "for", "on", "using", "and", "at"}


def plan(codes: Iterable[PcsCode]) -> Iterator[PlannedNode]:
    """Every node of ICD-10-PCS in the order of the book, parents first; `codes` in ascending order."""
    seen: set[str] = set()
    for stem, grouped in groupby(codes, key=lambda code: code.code[:FAMILY_LENGTH]):
        family = list(grouped)
        labels = family[0].labels
        for length, level in UPPER_LEVELS:
            above = stem[:length]
            if above not in seen:
                seen.add(above)
                title = f"{labels[2]}, {labels[1]}" if level is Level.OPERATION else labels[length - 1]
                yield PlannedNode(above, title, level, Standing.HEADING, above[:-1] or None)
        yield PlannedNode(stem, family_title(family), Level.FAMILY, Standing.HEADING, stem[:-1])
        for code in family:
            yield PlannedNode(code.code, code.title, Level.PCS_CODE, Standing.VALID, stem)


def family_title(family: list[PcsCode]) -> str:
    """What the titles of a family have in common: `Resection of Appendix`, `Insertion of … into Esophagus`.

    Devices and approaches differ within a family; the operation and the body part do not, and stand at the ends.
    """
    # `Resection of Appendix, Open Approach`, but `Resection of Appendix, Via Natural or Artificial Opening`
    bodies = [[word.rstrip(",") for word in code.title.split(f", {code.labels[4]}")[0].split()] for code in family]
    head = _common_beginning(bodies)
    tail = _common_beginning([body[len(head) :][::-1] for body in bodies])[::-1]
    part = set(family[0].labels[3].replace(",", "").split())
    if not part.isdisjoint(head) or not tail:
        while len(head) > 1 and head[-1] in _CONNECTORS:
            head.pop()
        if set(head) <= {family[0].labels[2], "of", "Left", "Right"}:
            # A qualifier or device names another part than the fourth character: the ductus arteriosus for the left
            # pulmonary artery, the patellar surface for the knee joint.
            return f"{family[0].labels[2]}, {family[0].labels[3]}"
        return " ".join(head)
    if all(len(body) == len(head) + len(tail) for body in bodies):
        return " ".join(head + tail)
    return " ".join([*head, "…", *tail])


def _common_beginning(lists: list[list[str]]) -> list[str]:
    """The words that all lists begin with."""
    return [together[0] for together in takewhile(lambda words: len(set(words)) == 1, zip(*lists, strict=False))]
