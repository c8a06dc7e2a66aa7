"""ICD-10-PCS as nodes: sections, body systems, operations, families of codes alike in four characters, and codes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile

from app.codes.node import CodeStatus, Level
from app.codes.parts import Book
from app.codes.shapes import PCS_LENGTH
from app.library.code_history import CodeHistory, Snapshot, histories
from app.library.compiling.nodes import PlannedNode
from app.library.contents import Icd10pcs, IndexBook, PcsLabels
from app.library.own_words.pcs import PcsSection
from app.releases.errors import ReleaseError
from app.releases.records import OrderCode, PcsCode, PcsRelease, Release

FAMILY_LENGTH = 4
TABLE_LENGTH = 3
"""Number of characters that name a table."""
UPPER_LEVELS = ((1, Level.PCS_SECTION), (2, Level.BODY_SYSTEM), (3, Level.OPERATION))

_CONNECTORS = {"to", "from", "with", "into", "in", "of", "for", "on", "using", "and", "at"}


def contents_of_release(release: Release, pcs: PcsRelease) -> Icd10pcs:
    """Return ICD-10-PCS from a release whose codes have the labels of their values."""
    codes = tuple(pcs.codes)
    snapshot = Snapshot(release, {code.code: OrderCode(code.code, True, code.title) for code in codes})
    index = tuple(pcs.index)
    books = (IndexBook(release, Book.PCS, index),) if index else ()
    definitions = tuple(pcs.definitions)
    return Icd10pcs(
        (snapshot,),
        release,
        labels_of((code.code, code.labels) for code in codes),
        release if definitions else None,
        definitions,
        books,
    )


def labels_of(codes: Iterable[tuple[str, Sequence[str]]]) -> dict[tuple[str, int, str], str]:
    """Return the labels of values in the form of `PcsLabels`, from (code, its seven labels)."""
    labels: dict[tuple[str, int, str], str] = {}
    for code, code_labels in codes:
        for position, (value, label) in enumerate(zip(code, code_labels, strict=True), start=1):
            if label and labels.setdefault((code[: min(position - 1, TABLE_LENGTH)], position, value), label) != label:
                labels[(code, position, value)] = label
    return labels


def with_newer(labels: PcsLabels, newer: PcsLabels) -> PcsLabels:
    """Return labels completed, and replaced if both have them, by those of newer tables.

    Labels of single codes do not apply if a newer release has their table.
    """
    tables = {place[:TABLE_LENGTH] for place, _, _ in newer}
    current = {
        key: label
        for key, label in labels.items()
        if len(key[0]) <= TABLE_LENGTH or key[0][:TABLE_LENGTH] not in tables
    }
    return {**current, **newer}


def labeled_codes(contents: Icd10pcs, code_histories: Mapping[str, CodeHistory]) -> list[PcsCode]:
    """Return every 7-character code in ascending order, also ended ones, with the labels of its values."""
    codes = sorted(plain for plain in code_histories if len(plain) == PCS_LENGTH)
    labels = with_newer(contents.title_labels, contents.labels)
    return [PcsCode(code, code_histories[code].code.title, _labels(code, labels)) for code in codes]


def _labels(code: str, labels: PcsLabels) -> tuple[str, str, str, str, str, str, str]:
    values = [
        labels.get((code, at + 1, value)) or labels.get((code[: min(at, TABLE_LENGTH)], at + 1, value), "")
        for at, value in enumerate(code)
    ]
    return (values[0], values[1], values[2], values[3], values[4], values[5], values[6])


def unexplained_codes(contents: Icd10pcs, codes: Mapping[str, OrderCode]) -> list[str]:
    """Return the codes with values that the loaded tables do not explain, in ascending order."""
    code_histories = {plain: CodeHistory(code) for plain, code in codes.items()}
    return [code.code for code in labeled_codes(contents, code_histories) if "" in code.labels]


def plan(contents: Icd10pcs, sections: Sequence[PcsSection]) -> tuple[list[PcsCode], list[PlannedNode]]:
    """Return the codes with their labels, and every node of ICD-10-PCS in the order of the book, parents first.

    A section without loaded codes has a node too, since it is explained. Raises ReleaseError for codes in force that
    the tables do not explain: the tables are of an older year.
    """
    code_histories = histories(contents.snapshots)
    codes = labeled_codes(contents, code_histories)
    incomplete = contents.titles_release.sections if contents.titles_release is not None else ""
    unexplained = [
        code.code
        for code in codes
        if "" in code.labels and code.code[0] not in incomplete and code_histories[code.code].valid_to is None
    ]
    if unexplained:
        raise ReleaseError(
            f"{unexplained[0]} and {len(unexplained) - 1} more codes of ICD-10-PCS have values that the tables of "
            f"{contents.tables_release.name} do not explain; add the tables of {contents.snapshots[-1].release.name}."
        )
    loaded = {code.code[0] for code in codes}
    planned = list(_nodes(codes, code_histories))
    for section in sections:
        if section.character not in loaded:
            planned.append(PlannedNode(section.character, section.name, Level.PCS_SECTION, CodeStatus.HEADING, None))
    order = {section.character: place for place, section in enumerate(sections)}
    return codes, sorted(planned, key=lambda node: order.get(node.plain[0], len(order)))


def _nodes(codes: Iterable[PcsCode], code_histories: Mapping[str, CodeHistory]) -> Iterator[PlannedNode]:
    seen: set[str] = set()
    stems_in_force = frozenset(
        code[:length] for code, history in code_histories.items() if history.valid_to is None for length in range(1, 5)
    )
    for stem, grouped in groupby(codes, key=lambda code: code.code[:FAMILY_LENGTH]):
        family = list(grouped)
        labels = family[0].labels
        for length, level in UPPER_LEVELS:
            above = stem[:length]
            if above not in seen:
                seen.add(above)
                names = (labels[2], labels[1]) if level is Level.OPERATION else (labels[length - 1],)
                # Without a table that explains it, its characters are its title.
                title = ", ".join(filter(None, names)) or above
                yield PlannedNode(above, title, level, _heading_status(above, stems_in_force), above[:-1] or None)
        in_force = [code for code in family if code_histories[code.code].valid_to is None]
        yield PlannedNode(
            stem, family_title(in_force or family), Level.FAMILY, _heading_status(stem, stems_in_force), stem[:-1]
        )
        for code in family:
            history = code_histories[code.code]
            status = CodeStatus.VALID if history.valid_to is None else CodeStatus.ENDED
            dates = history.valid_from, history.valid_to
            yield PlannedNode(code.code, code.title, Level.PCS_CODE, status, stem, None, *dates, history.changes)


def _heading_status(heading: str, stems_in_force: frozenset[str]) -> CodeStatus:
    return CodeStatus.HEADING if heading in stems_in_force else CodeStatus.ENDED


def family_title(family: list[PcsCode]) -> str:
    """Return the common part of the titles of a family: `Resection of Appendix`, `Insertion of … into Esophagus`.

    Devices and approaches differ within a family; the operation and the body part do not, and are at the two ends.
    """
    # `Resection of Appendix, Open Approach`, but `Resection of Appendix, Via Natural or Artificial Opening`
    bodies = [[word.rstrip(",") for word in _before_approach(code).split()] for code in family]
    head = _common_beginning(bodies)
    tail = _common_beginning([body[len(head) :][::-1] for body in bodies])[::-1]
    part = set(family[0].labels[3].replace(",", "").split())
    if not part.isdisjoint(head) or not tail:
        while len(head) > 1 and head[-1] in _CONNECTORS:
            head.pop()
        if set(head) <= {family[0].labels[2], "of", "Left", "Right"}:
            # A qualifier or device names another part than the fourth character: the ductus arteriosus for the left
            # pulmonary artery, the patellar surface for the knee joint.
            return ", ".join(filter(None, family[0].labels[2:4]))
        return " ".join(head)
    if all(len(body) == len(head) + len(tail) for body in bodies):
        return " ".join(head + tail)
    return " ".join([*head, "…", *tail])


def _before_approach(code: PcsCode) -> str:
    """Return the title of a code up to its approach, if that has a name."""
    return code.title.split(f", {code.labels[4]}")[0] if code.labels[4] else code.title


def _common_beginning(lists: list[list[str]]) -> list[str]:
    """Return the words that all lists begin with."""
    return [together[0] for together in takewhile(lambda words: len(set(words)) == 1, zip(*lists, strict=False))]
