"""The conversion table of ICD-10-CM: its rows, the links between codes, and the first days of codes that it gives."""

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from app.codes.dates import day_in_words
from app.codes.detail import ChangeKind
from app.codes.parts import Part
from app.codes.systems import System
from app.library.compiling import icd10cm
from app.library.compiling.nodes import PlacedNodes, PlannedNode
from app.library.compiling.writer import Row, Writer
from app.library.contents import Icd10cm
from app.library.ids import id_range
from app.releases.records import Conversion


def write_conversion_table(writer: Writer, contents: Icd10cm, placed: PlacedNodes) -> None:
    """Write the conversion table with its release, if there is one, and the links between codes."""
    if contents.conversions_release is not None:
        rows = len({(conversion.code, conversion.since) for conversion in contents.conversions})
        writer.add_release(System.ICD10CM, Part.CONVERSIONS, contents.conversions_release, codes=rows)
        write_conversions(writer, contents.conversions)
        write_replacements(writer, contents.conversions, placed)


def replace_conversion_table(writer: Writer, contents: Icd10cm) -> None:
    """Write the conversion table into a library whose other contents of ICD-10-CM are these.

    Its nodes stay, except that the table gives the first days of some.
    """
    placed = PlacedNodes(System.ICD10CM, with_first_days(icd10cm.plan(contents), contents))
    present = dict(writer.rows("SELECT id, valid_from FROM node WHERE system = ?", System.ICD10CM.value))
    for node in placed.planned:
        key, first_day = placed.ids[node.plain], node.valid_from.isoformat() if node.valid_from else None
        if present[key] != first_day:
            writer.execute("UPDATE node SET valid_from = ? WHERE id = ?", first_day, key)
    writer.execute("DELETE FROM conversion")
    # All links of ICD-10-CM are those of the conversion table.
    writer.execute("DELETE FROM link WHERE node BETWEEN ? AND ?", *id_range(System.ICD10CM))
    write_conversion_table(writer, contents, placed)


def with_first_days(planned: list[PlannedNode], contents: Icd10cm) -> list[PlannedNode]:
    """Return nodes with their first day from the conversion table, if no release gives it."""
    newest = contents.snapshots[-1].release.effective_to
    since: dict[str, date] = {}
    for row in contents.conversions:
        if row.since <= newest:
            since[row.code] = max(row.since, since.get(row.code, row.since))
    return [
        replace(node, valid_from=since[node.plain]) if node.valid_from is None and node.plain in since else node
        for node in planned
    ]


def write_conversions(writer: Writer, conversions: Iterable[Conversion]) -> None:
    """Write the rows of the conversion table."""
    positions: Counter[str] = Counter()

    def rows() -> Iterator[Row]:
        for row in conversions:
            for previous in row.previous or ("",):
                positions[row.code] += 1
                yield {
                    "code": row.code,
                    "position": positions[row.code],
                    "since": row.since.isoformat(),
                    "previous": previous,
                }

    writer.insert("conversion", rows())


def write_replacements(writer: Writer, conversions: Iterable[Conversion], placed: PlacedNodes) -> None:
    """Write links between new codes and those that were used before them."""
    status = {node.plain: node for node in placed.planned}
    before: list[tuple[int, str, System, str]] = []
    after: list[tuple[int, str, System, str]] = []
    for row in conversions:
        for previous in itertools.chain.from_iterable(map(previous_codes, row.previous)):
            if row.code in placed.ids:
                label = f"Used before {day_in_words(row.since)}"
                before.append((placed.ids[row.code], label, placed.system, previous))
            old = status.get(previous)
            if old is not None and _was_replaced(old, row.since):
                after.append((placed.ids[previous], "Replaced by", placed.system, row.code))
    writer.add_links([*after, *before])


def previous_codes(previous: str) -> tuple[str, ...]:
    """Return the codes that a previous assignment names: `I63-` is I63, `H3520-H3523` its first and its last."""
    return tuple(dict.fromkeys(code for code in previous.split("-") if code))


def _was_replaced(node: PlannedNode, since: date) -> bool:
    """Return whether a code ended, or became a heading, on the day on which others were added."""
    ended = node.valid_to is not None and node.valid_to < since <= node.valid_to + timedelta(days=1)
    return ended or any(change.kind is ChangeKind.NOW_HEADING and change.on == since for change in node.changes)
