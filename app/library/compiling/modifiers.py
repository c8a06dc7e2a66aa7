"""Modifiers as nodes: Level I and Level II, in our own words and, once their files are loaded, in the official ones."""

from collections.abc import Iterator
from itertools import groupby

from app.codes.detail import OWN_WORDS_HEADING, Passage
from app.codes.node import CodeStatus, Level
from app.codes.parts import Part
from app.codes.systems import System
from app.library.compiling.fields_rows import write_fields
from app.library.compiling.hcpcs import action, ended, in_words, note_passages
from app.library.compiling.nodes import PlacedNodes, PlannedNode
from app.library.compiling.writer import Writer, counts
from app.library.contents import Modifiers
from app.library.entries import Entry, EntryKind
from app.library.own_words.modifiers import ModifierLevel, OwnModifier
from app.library.own_words.tables import OwnTables
from app.releases.records import HcpcsCode

GROUPS = {
    ModifierLevel.CPT: ("Level I: numeric modifiers", "Two digits, published with CPT and used with any payer."),
    ModifierLevel.PERFORMANCE: (
        "Performance measurement modifiers",
        "A digit and P. They go with Category II codes and say why a measure was not met.",
    ),
    ModifierLevel.ANESTHESIA: (
        "Physical status modifiers",
        "P and a digit. They go with anesthesia codes and say how ill the patient was before the operation.",
    ),
    ModifierLevel.HCPCS: (
        "Level II: letter modifiers",
        "A letter first, published with HCPCS Level II by CMS: sides and fingers, drugs, equipment, who did the work.",
    ),
}


def write_modifiers(writer: Writer, contents: Modifiers, own: OwnTables) -> list[Entry]:
    """Write all modifiers; return the entries by which they are found."""
    ours = {modifier.code: modifier for modifier in own.modifiers}
    official = {code.code: code for code in contents.official}
    titles = {modifier.code: modifier.name for modifier in contents.cpt}
    texts = {modifier.code: modifier.text for modifier in contents.cpt}
    planned: list[PlannedNode] = []
    codes_in_order = sorted(ours.keys() | official.keys() | titles.keys(), key=lambda code: (_rank(code), code))
    groups: list[tuple[str, str]] = []
    for level, grouped in groupby(codes_in_order, key=level_of):
        codes = list(grouped)
        title, text = GROUPS[level]
        key = f"{codes[0]}-{codes[-1]}"
        groups.append((key, text))
        planned.append(PlannedNode(key, title, Level.GROUP, CodeStatus.HEADING, None))
        for code in codes:
            row = official.get(code)
            has_ended = row is not None and contents.release is not None and ended(row, contents.release)
            name = row.title if row is not None else titles.get(code) or ours[code].name
            dates = (row.added, row.ended) if row is not None else (None, None)
            status = CodeStatus.ENDED if has_ended else CodeStatus.VALID
            planned.append(PlannedNode(code, name, Level.ITEM, status, key, None, *dates))
    placed = PlacedNodes(System.MODIFIER, planned)
    _write_releases(writer, contents, placed, len(ours))
    writer.add_nodes(placed)
    writer.add_hcpcs(placed, contents.official)
    writer.add_passages((placed.ids[key], [Passage("What they are", text, ours=True)]) for key, text in groups)
    # The notes come with the HCPCS file, whose codes are made before its modifiers.
    notes: dict[str, str] = dict(writer.rows("SELECT number, text FROM processing_note"))
    writer.add_passages(
        (placed.ids[code], [*_passages(code, ours, official, titles, texts), *_notes(official.get(code), notes)])
        for code in codes_in_order
    )
    fields = own.hcpcs_fields
    write_fields(
        writer,
        ((placed.ids[code.code], (*code.fields, *action(code))) for code in contents.official),
        in_words(fields, notes.keys()),
    )
    uses = {(word, placed.ids[modifier.code]) for modifier in own.modifiers for word in modifier.applies}
    writer.insert("modifier_use", ({"applies": word, "node": node} for word, node in sorted(uses)))
    if contents.notice:
        writer.insert("notice", [{"system": System.MODIFIER.value, "text": contents.notice}])
    return list(_entries(placed, ours))


def level_of(code: str) -> ModifierLevel:
    """Return the level of a modifier by its two characters."""
    if code.isdecimal():
        return ModifierLevel.CPT
    if code[0].isdecimal():
        return ModifierLevel.PERFORMANCE
    return ModifierLevel.ANESTHESIA if code[0] == "P" and code[1].isdecimal() else ModifierLevel.HCPCS


def _rank(code: str) -> int:
    return list(ModifierLevel).index(level_of(code))


def _write_releases(writer: Writer, contents: Modifiers, placed: PlacedNodes, ours: int) -> None:
    number = counts(placed)
    if contents.release is not None:
        valid = sum(not ended(code, contents.release) for code in contents.official)
        writer.add_release(System.MODIFIER, Part.CODES, contents.release, codes=len(contents.official), valid=valid)
    if contents.cpt_release is not None:
        writer.add_release(System.MODIFIER, Part.MODIFIERS, contents.cpt_release, codes=len(contents.cpt))
    remark = "Level I and all of Level II in force, in Codarium's words; checked against October 2025."
    valid = 0 if contents.release else number["valid"]
    writer.add_own_words(System.MODIFIER, "Names and meanings", remark, codes=ours, valid=valid)


def _passages(
    code: str,
    ours: dict[str, OwnModifier],
    official: dict[str, HcpcsCode],
    titles: dict[str, str],
    texts: dict[str, str],
) -> Iterator[Passage]:
    if texts.get(code):
        yield Passage("Official description", texts[code], ours=False)
    modifier = ours.get(code)
    if modifier is None:
        return
    name_before = f"{modifier.name}. " if code in official or titles.get(code) else ""
    yield Passage(OWN_WORDS_HEADING, f"{name_before}{modifier.meaning}", ours=True)
    yield Passage("When it is used", modifier.when, ours=True)
    yield Passage("What it goes with", modifier.goes_with, ours=True)
    yield Passage("The usual mistake", modifier.mistake, ours=True)


def _notes(code: HcpcsCode | None, notes: dict[str, str]) -> list[Passage]:
    numbers = [value for name, value in code.fields if name == "PROCNOTE"] if code is not None else []
    return note_passages(numbers, notes, "")


def _entries(placed: PlacedNodes, ours: dict[str, OwnModifier]) -> Iterator[Entry]:
    for node in placed.planned:
        key, filters = placed.rows[node.plain], placed.filters(node.plain)
        yield Entry(key, EntryKind.TITLE, node.title, frozenset(), filters)
        modifier = ours.get(node.plain)
        if modifier is not None:
            for words in dict.fromkeys((modifier.name, *modifier.everyday)):
                if words != node.title:
                    yield Entry(key, EntryKind.PLAIN, words, frozenset(), filters)
