"""HCPCS Level II as nodes: sections, ranges and codes, the official file's or the starter set under our own names."""

from bisect import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date

from app.codes.detail import OWN_WORDS_HEADING, Passage
from app.codes.node import CodeStatus, Level
from app.codes.parts import Part
from app.codes.systems import System
from app.library.code_history import CodeHistory, Snapshot, histories
from app.library.compiling.fields_rows import FieldWords, write_fields
from app.library.compiling.nodes import PlacedNodes, PlannedNode
from app.library.compiling.writer import Writer, counts
from app.library.contents import Hcpcs
from app.library.entries import Entry, EntryKind
from app.library.own_words.hcpcs import HcpcsSection, StarterCode
from app.library.own_words.hcpcs_fields import HcpcsFields
from app.library.own_words.tables import OwnTables
from app.releases.records import HcpcsCode, OrderCode, Release

STARTER_SET = "Starter set"
STARTER_AS_OF = date(2025, 10, 1)
"""The first day of the release that the starter set was checked against; an older file does not replace it."""
STARTER_REMARK = (
    "The codes most used, under plain names of our own; checked against October 2025. "
    "The official file from CMS brings all codes, with their official descriptors."
)


def write_hcpcs(writer: Writer, contents: Hcpcs, own: OwnTables) -> list[Entry]:
    """Write all of HCPCS Level II; return the entries by which it is found."""
    starter = {code.code: code for code in own.hcpcs_starter}
    official = {code.code: code for code in contents.codes}
    code_histories = (
        histories([*contents.older, snapshot(contents.release, contents.codes)]) if contents.release else {}
    )
    codes = _official(official, code_histories) if contents.release else _starter(own.hcpcs_starter)
    placed = PlacedNodes(System.HCPCS, list(_in_sections(codes, own.hcpcs_sections)))
    _write_releases(writer, contents, placed, len(starter))
    writer.add_nodes(placed)
    writer.add_hcpcs(placed, contents.codes)
    notes = {note.number: note.text for note in contents.notes}
    since = contents.notes_release.name if contents.notes_release != contents.release and contents.notes_release else ""
    writer.insert("processing_note", ({"number": number, "text": text} for number, text in notes.items()))
    writer.add_passages((placed.ids[node], texts) for node, texts in _passages(placed, own, official, notes, since))
    fields = own.hcpcs_fields
    write_fields(
        writer,
        ((placed.ids[code.code], (*code.fields, *action(code))) for code in contents.codes),
        in_words(fields, notes.keys()),
    )
    writer.add_links(_links(contents.codes, placed))
    return list(_entries(placed, own, official))


def ended(code: HcpcsCode, release: Release) -> bool:
    """Return whether a code has ended in a release: its last day is before the first day of the release."""
    return code.ended is not None and code.ended < release.effective_from


ACTION_FIELDS = ("ACTION CD", "ACT EFF DT")
"""Fields for the action of the newest file on the code; they are not among the fields of its record."""

NO_DAY = "-"
"""The mark for a missing day in the packed list of an older release's codes."""


def action(code: HcpcsCode) -> Iterator[tuple[str, str]]:
    """Yield the action of the file on a code, and its day, as fields."""
    if code.action:
        yield "ACTION CD", code.action
    if code.effective is not None:
        yield "ACT EFF DT", code.effective.isoformat()


def in_words(fields: HcpcsFields, notes: Collection[str]) -> FieldWords:
    """Return the function that gives words for fields; a processing note without its text has NOTE_MISSING."""

    def words(name: str, value: str) -> tuple[str, str]:
        is_missing = name == "PROCNOTE" and value not in notes
        return fields.name(name), NOTE_MISSING if is_missing else fields.meaning(name, value)

    return words


NOTE_MISSING = "its text is not in the processing notes that are loaded"


def older_codes(day: date) -> str:
    """Return the name of the packed list of an older release's codes, by its first day."""
    return f"codes of {day.isoformat()}"


def snapshot(release: Release, codes: Iterable[HcpcsCode]) -> Snapshot:
    """Return the snapshot of a release, for comparing it with others."""
    return Snapshot(
        release,
        {
            code.code: OrderCode(code.code, not ended(code, release), code.title, code.short, code.added, code.ended)
            for code in codes
        },
    )


def _official(codes: dict[str, HcpcsCode], code_histories: dict[str, CodeHistory]) -> Iterator[PlannedNode]:
    """Yield the codes of the newest file and of older ones; dates are the file's own if it has them."""
    for plain in sorted(code_histories):
        history, code = code_histories[plain], codes.get(plain)
        first, last = history.code.added, history.code.ended
        if code is None:
            last = last or history.valid_to
        in_force = code is not None and history.code.valid
        status = CodeStatus.VALID if in_force else CodeStatus.ENDED
        changes = tuple(change for change in history.changes if change.text)
        yield PlannedNode(plain, history.code.title, Level.ITEM, status, None, None, first, last, changes)


def _starter(codes: Iterable[StarterCode]) -> Iterator[PlannedNode]:
    for code in codes:
        yield PlannedNode(code.code, code.name, Level.ITEM, CodeStatus.VALID, None)


def _in_sections(codes: Iterable[PlannedNode], sections: Iterable[HcpcsSection]) -> Iterator[PlannedNode]:
    """Yield sections, ranges and codes, each code below its range, or below its section if no range has it."""
    below: dict[str, list[PlannedNode]] = {}
    ranges: list[tuple[str, str]] = []
    for section in sections:
        ranges += [(range_.first, range_.last) for range_ in section.ranges]
    ranges.sort()
    firsts = [first for first, _ in ranges]
    for node in sorted(codes, key=lambda node: node.plain):
        place = bisect(firsts, node.plain) - 1
        in_range = place >= 0 and node.plain <= ranges[place][1]
        parent = "-".join(ranges[place]) if in_range else node.plain[0]
        below.setdefault(parent, []).append(node)
    for section in sections:
        yield PlannedNode(section.letter, section.title, Level.GROUP, CodeStatus.HEADING, None)
        for range_ in section.ranges:
            key = f"{range_.first}-{range_.last}"
            yield PlannedNode(key, range_.title, Level.GROUP, CodeStatus.HEADING, section.letter)
            yield from (_under(node, key) for node in below.pop(key, ()))
        yield from (_under(node, section.letter) for node in below.pop(section.letter, ()))
    for rest in below.values():
        yield from rest


def _under(node: PlannedNode, parent: str) -> PlannedNode:
    return PlannedNode(
        node.plain, node.title, node.level, node.status, parent, None, node.valid_from, node.valid_to, node.changes
    )


def _write_releases(writer: Writer, contents: Hcpcs, placed: PlacedNodes, starter: int) -> None:
    items = [node for node in placed.planned if node.level is Level.ITEM]
    if contents.release is None:
        writer.add_own_words(System.HCPCS, STARTER_SET, STARTER_REMARK, **counts(placed))
        return
    in_file = len(contents.codes)
    valid = sum(node.status.billable for node in items)
    writer.add_release(System.HCPCS, Part.CODES, contents.release, codes=in_file, valid=valid)
    for older in contents.older:
        number = sum(code.valid for code in older.codes.values())
        writer.add_release(System.HCPCS, Part.CODES, older.release, codes=len(older.codes), valid=number, current=False)
        rows = "\n".join(
            f"{code.code} {code.valid:d} {code.added or NO_DAY} {code.ended or NO_DAY}" for code in older.codes.values()
        ).encode()
        name = older_codes(older.release.effective_from)
        writer.insert("packed", [{"system": System.HCPCS.value, "name": name, "data": rows}])
    if contents.notes_release is not None:
        writer.add_release(System.HCPCS, Part.NOTES, contents.notes_release, codes=len(contents.notes))
    writer.add_own_words(System.HCPCS, "Plain names", "", codes=starter, valid=0)


def _passages(
    placed: PlacedNodes, own: OwnTables, official: dict[str, HcpcsCode], notes: dict[str, str], since: str
) -> Iterator[tuple[str, list[Passage]]]:
    for section in own.hcpcs_sections:
        yield section.letter, [Passage("What it holds", section.text, ours=True)]
        for range_ in section.ranges:
            yield f"{range_.first}-{range_.last}", [Passage("What it holds", range_.text, ours=True)]
    plain_names = {code.code: code.name for code in own.hcpcs_starter}
    for node in placed.planned:
        if node.level is not Level.ITEM:
            continue
        passages: list[Passage] = []
        code = official.get(node.plain)
        if node.plain in plain_names:
            heading = OWN_WORDS_HEADING if code is not None else "This name"
            ours = "It is Codarium's own; the official descriptor comes with the file from CMS."
            passages.append(Passage(heading, plain_names[node.plain] if code is not None else ours, ours=True))
        if code is not None:
            if code.short:
                passages.append(Passage("Short descriptor", code.short, ours=False))
            numbers = [value for name, value in code.fields if name == "PROCNOTE"]
            passages += note_passages(numbers, notes, since)
        if passages:
            yield node.plain, passages


def note_passages(numbers: Iterable[str], notes: Mapping[str, str], since: str) -> list[Passage]:
    """Return processing notes in full; `since` is their release, if the codes are of another one."""
    of_release = f" ({since})" if since else ""
    return [Passage(f"Processing note {n}{of_release}", notes[n], ours=False) for n in numbers if n in notes]


HCPCS_LENGTH = 5


def _links(codes: Iterable[HcpcsCode], placed: PlacedNodes) -> Iterator[tuple[int, str, System, str]]:
    status = {node.plain: node.status for node in placed.planned}
    for code in codes:
        label = "Replaced by" if status[code.code] is CodeStatus.ENDED else "Cross-reference"
        for name, value in code.fields:
            # P7001 refers to `CPT` as a whole.
            if name.startswith("XREF") and len(value) == HCPCS_LENGTH:
                system = System.HCPCS if value[:1].isalpha() else System.CPT
                yield placed.ids[code.code], label, system, value


def _entries(placed: PlacedNodes, own: OwnTables, official: dict[str, HcpcsCode]) -> Iterator[Entry]:
    everyday: dict[str, tuple[str, ...]] = {}
    for section in own.hcpcs_sections:
        everyday[section.letter] = section.everyday
        everyday |= {f"{range_.first}-{range_.last}": range_.everyday for range_ in section.ranges}
    for code in own.hcpcs_starter:
        everyday[code.code] = (code.name, *code.everyday) if code.code in official else code.everyday
    for node in placed.planned:
        key, filters = placed.rows[node.plain], placed.filters(node.plain)
        yield Entry(key, EntryKind.TITLE, node.title, frozenset(), filters)
        for words in everyday.get(node.plain, ()):
            yield Entry(key, EntryKind.PLAIN, words, frozenset(), filters)
