"""CPT as nodes: its sections and ranges in our own words, and the codes of files that the user has added."""

from collections.abc import Iterable, Iterator

from app.codes.detail import Passage
from app.codes.node import CodeStatus, Level
from app.codes.parts import Part
from app.codes.systems import System
from app.library.compiling.fields_rows import write_fields
from app.library.compiling.nodes import PlacedNodes, PlannedNode
from app.library.compiling.writer import Writer, counts
from app.library.contents import Cpt
from app.library.entries import Entry, EntryKind
from app.library.own_words.cpt import CptExample, CptOutline, CptSection
from app.library.own_words.tables import OwnTables
from app.releases.records import CptCode

OUTLINE = "How it is built"
OUTLINE_REMARK = (
    "Sections and number ranges with worked examples, in Codarium's words. CPT belongs to the American Medical "
    "Association: add your licensed file, or CMS's fee schedule, to see all codes."
)

CATEGORY_CODES = {
    "category-1": "I",
    "category-2": "II",
    "category-3": "III",
    "pla": "PLA",
    "maaa": "MAAA",
    "vaccine-a": "VACCINE",
}
"""Codes for the outermost records, which have several ranges or a name."""

LESSON_PLACES = {
    "em-level": "em",
    "em-time": "em",
    "em-new-or-known": "em",
    "em-settings": "em",
    "global-package": "surgery",
    "category-2": "category-2",
    "category-3": "category-3",
    "pla": "pla",
}
"""The records whose pages have a lesson; the other lessons are on the page of Category I."""


def write_cpt(writer: Writer, contents: Cpt, own: OwnTables) -> list[Entry]:
    """Write all of CPT that may be shown; return the entries by which it is found."""
    examples = {example.code: example for example in own.examples}
    added = {code.code: code for code in contents.codes}
    keys = _keys(own.cpt)
    planned = list(_outline(own.cpt, keys, added or {code: CptCode(code) for code in examples}, examples))
    placed = PlacedNodes(System.CPT, planned)
    if contents.release is not None:
        number = counts(placed)
        writer.add_release(System.CPT, Part.CODES, contents.release, codes=number["codes"], valid=number["valid"])
    valid = 0 if contents.release else len(examples)
    writer.add_own_words(System.CPT, OUTLINE, OUTLINE_REMARK, codes=len(examples), valid=valid)
    writer.add_nodes(placed)
    writer.add_passages((placed.ids[node], texts) for node, texts in _passages(own, keys, added, examples))
    fees = own.fee_fields
    write_fields(
        writer,
        ((placed.ids[code.code], code.fields) for code in contents.codes),
        lambda name, value: (fees.name(name), fees.meaning(name, value)),
    )
    if contents.notice:
        writer.insert("notice", [{"system": System.CPT.value, "text": contents.notice}])
    return list(_entries(placed, own.cpt, keys, examples, added))


def _keys(outline: CptOutline) -> dict[str, str]:
    """Return the code of each record: its range (`99202-99215`), or its key if another record has the same range."""
    keys: dict[str, str] = {}
    for record in outline.records:
        code = CATEGORY_CODES.get(record.key) or f"{record.ranges[0][0]}-{record.ranges[-1][1]}"
        keys[record.key] = record.key.upper() if code in keys.values() else code
    return keys


def _outline(
    outline: CptOutline, keys: dict[str, str], codes: dict[str, CptCode], examples: dict[str, CptExample]
) -> Iterator[PlannedNode]:
    """Return records and the codes in them, in the order of the book."""
    below: dict[str | None, list[CptSection]] = {}
    for record in outline.records:
        below.setdefault(record.parent, []).append(record)
    within: dict[str | None, list[str]] = {}
    for code in sorted(codes):
        line = outline.section_of(code)
        within.setdefault(line[-1].key if line else None, []).append(code)

    def walk(parent: str | None) -> Iterator[PlannedNode]:
        above = keys[parent] if parent is not None else None
        for record in below.get(parent, ()):
            yield PlannedNode(keys[record.key], record.title, Level.GROUP, CodeStatus.HEADING, above)
            yield from walk(record.key)
        for code in within.get(parent, ()):
            title = _title(codes[code]) or (examples[code].name if code in examples else code)
            yield PlannedNode(code, title, Level.ITEM, CodeStatus.VALID, above, None, codes[code].effective)

    return walk(None)


def _title(code: CptCode) -> str:
    return code.long or code.medium or code.short or code.consumer


def _passages(
    own: OwnTables, keys: dict[str, str], added: dict[str, CptCode], examples: dict[str, CptExample]
) -> Iterator[tuple[str, list[Passage]]]:
    lessons: dict[str, list[Passage]] = {}
    for lesson in own.lessons:
        at = LESSON_PLACES.get(lesson.key, "category-1")
        lessons.setdefault(at, []).append(Passage(lesson.title, "\n".join(lesson.paragraphs), ours=True))
    for record in own.cpt.records:
        yield keys[record.key], [Passage("What it holds", record.text, ours=True), *lessons.get(record.key, ())]
    for code in sorted(added.keys() | examples.keys() if not added else added.keys()):
        passages: list[Passage] = []
        if code in added:
            passages += _official(added[code])
        if code in examples:
            passages += _example(examples[code], alone=code not in added)
        if passages:
            yield code, passages


def _official(code: CptCode) -> Iterable[Passage]:
    title = _title(code)
    for heading, text in (
        ("Consumer descriptor", code.consumer),
        ("Medium descriptor", code.medium),
        ("Short descriptor", code.short),
    ):
        if text and text != title:
            yield Passage(heading, text, ours=False)
    if code.clinician:
        yield Passage("For clinicians", "\n".join(code.clinician), ours=False)


def _example(example: CptExample, *, alone: bool) -> Iterable[Passage]:
    if alone:
        yield Passage(
            "This name", "It is Codarium's own; the AMA's descriptor comes with your licensed file.", ours=True
        )
    yield Passage("What it stands for", example.stands_for, ours=True)
    yield Passage("How it is chosen", "\n".join(example.steps), ours=True)
    yield Passage("What it is confused with", "\n".join(example.confused_with), ours=True)
    yield Passage("Modifiers", "\n".join(example.modifiers), ours=True)
    yield Passage("The usual mistakes", "\n".join(example.pitfalls), ours=True)


def _entries(
    placed: PlacedNodes,
    outline: CptOutline,
    keys: dict[str, str],
    examples: dict[str, CptExample],
    added: dict[str, CptCode],
) -> Iterator[Entry]:
    everyday = {keys[record.key]: record.everyday for record in outline.records}
    for node in placed.planned:
        key, filters = placed.rows[node.plain], placed.filters(node.plain)
        yield Entry(key, EntryKind.TITLE, node.title, frozenset(), filters)
        others = list(everyday.get(node.plain, ()))
        code = added.get(node.plain)
        if code is not None:
            others += [text for text in (code.consumer, *code.clinician) if text]
            if node.plain in examples:
                others.append(examples[node.plain].name)
        for words in dict.fromkeys(others):
            if words != node.title:
                yield Entry(key, EntryKind.PLAIN, words, frozenset(), filters)
