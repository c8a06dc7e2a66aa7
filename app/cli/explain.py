"""`codarium lookup --explain`: the readings of the text, and the figures behind the order of the rows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.cli.output import fit_line
from app.library.entries import EntryKind
from app.search.answer import Answer, Explained, ExplainedSlot, Hit, RowFigures
from app.search.matching.scoring import COVERAGE_SHARE
from app.search.parsing.query import MatchKind

ROWS_EXPLAINED = 10
"""Rows that are explained unless another limit is given."""

COLUMN_LABELS = ("#", "code", "tier", "worth", "text", "held", "covered", "factors")

ENTRY_KIND_LABELS = {
    EntryKind.TITLE: "title",
    EntryKind.PLAIN: "name in Codarium's words",
    EntryKind.INDEX: "Index line",
    EntryKind.INCLUSION: "inclusion term",
}

LEGEND = (
    "worth = (text × factors + agreement) × ended. text = held, the share of your words that the entry has, reduced by "
    f"up to {COVERAGE_SHARE:.0%} the less of the entry they cover. Rows of a stricter tier come before all rows of a "
    "looser one."
)


def first_rows(answer: Answer, rows: int) -> Answer:
    """Return an explained answer with its first rows only."""
    return replace(answer, hits=answer.hits[:rows])


def explained_lines(answer: Answer) -> Iterator[str]:
    """Yield the explanation as lines of text, none for an answer without one."""
    explained = answer.explained
    if explained is None:
        return
    yield "How the text was read"
    yield from _table([_slot_cells(slot) for slot in explained.slots], right=(1,))
    if not explained.slots:
        yield "  no words"
    for name, words in (("together", explained.phrases), ("left out", explained.without)):
        if words:
            yield f"  {name}: {', '.join(words)}"
    if not answer.hits:
        return
    yield ""
    yield "Why the rows stand in this order"
    figures = list(map(explained.figures, answer.hits))
    rows = list(zip(answer.hits, figures, strict=True))
    cells = [_row_cells(number, hit, row) for number, (hit, row) in enumerate(rows, start=1)]
    lines = list(_table([COLUMN_LABELS, *cells], right=(0, 3, 4, 5, 6)))
    yield lines[0]
    for line, (hit, row) in zip(lines[1:], rows, strict=True):
        yield line
        indent = " " * 6
        yield fit_line(f"{indent}{hit.node.title}", len(indent))
        if row is not None:
            for remark in _remarks(explained.slots, hit, row):
                yield fit_line(f"{indent}{remark}", len(indent) + 2)
    if any(figures):
        yield ""
        yield fit_line(LEGEND, 0)


def explained_json(explained: Explained) -> dict[str, Any]:
    """Return the readings of the text as fields."""
    return {
        "slots": [
            {
                "typed": slot.typed,
                "weight": round(slot.weight, 4),
                "free": slot.free,
                "readings": [
                    {
                        "words": reading.words,
                        "kind": reading.kind.value,
                        "quality": reading.quality,
                        "begins": reading.begins,
                    }
                    for reading in slot.readings
                ],
            }
            for slot in explained.slots
        ],
        "together": list(explained.phrases),
        "left_out": list(explained.without),
    }


def row_json(explained: Explained, hit: Hit) -> dict[str, Any]:
    """Return the figures of a hit as fields.

    A hit without figures has only a word in place of its tier: `code` where it was found by its code, `beside` for a
    heading that is offered beside the hits.
    """
    row = explained.figures(hit)
    if row is None:
        return {"tier": _unscored(hit)}
    return {
        "tier": row.tier,
        "worth": row.worth,
        "text": row.text,
        "held": row.held_share,
        "coverage": row.coverage,
        "factors": dict(row.factors),
        "agreement": row.agreement,
        "ended": row.ended,
        "entry": {"kind": row.entry_kind.value, "text": row.entry_text, "order": row.order},
        "read_by": list(row.read_by),
        "missing": list(row.missing),
        "before": row.before,
        "variant_of": row.variant_of,
    }


def _slot_cells(slot: ExplainedSlot) -> tuple[str, ...]:
    weight = "free" if slot.free else f"{slot.weight:.2f}"
    return slot.typed, weight, " | ".join(_readings(slot))


def _readings(slot: ExplainedSlot) -> Iterator[str]:
    """Yield the readings of a slot with their kind and, below 1, their quality: `heart… (as typed)`."""
    for reading in slot.readings:
        spelling = "as typed" if reading is slot.readings[0] else "American"
        kind = spelling if reading.kind is MatchKind.TITLE else reading.kind.value
        words = f"{reading.words}…" if reading.begins else reading.words
        yield f"{words} ({kind})" if reading.quality == 1.0 else f"{words} ({kind} ×{reading.quality:.2f})"


def _row_cells(number: int, hit: Hit, row: RowFigures | None) -> tuple[str, ...]:
    if row is None:
        return str(number), hit.node.code, _unscored(hit), "", "", "", "", hit.reason or "found by its code"
    factors = [f"{name} ×{factor:.2f}" for name, factor in row.factors]
    if row.agreement:
        factors.append(f"agreement +{row.agreement:.2f}")
    if row.ended != 1.0:
        factors.append(f"ended ×{row.ended:.2f}")
    figures = (f"{figure:.3f}" for figure in (row.worth, row.text, row.held_share, row.coverage))
    return str(number), hit.node.code, row.tier, *figures, ", ".join(factors)


def _unscored(hit: Hit) -> str:
    """Return the word in place of the tier of a row without figures."""
    return "beside" if hit.uncounted else "code"


def _remarks(slots: Sequence[ExplainedSlot], hit: Hit, row: RowFigures) -> Iterator[str]:
    if row.entry_kind is not EntryKind.TITLE:
        yield f"by its {ENTRY_KIND_LABELS[row.entry_kind]}: {row.entry_text}"
    readings = [
        f"{slot.typed} by {words}"
        for slot, words in zip(slots, row.read_by, strict=False)
        if words and (words, MatchKind.TITLE) != (slot.readings[0].words, slot.readings[0].kind)
    ]
    if readings:
        yield f"found {', '.join(readings)}"
    elsewhere = [
        slot.typed
        for slot, words in zip(slots, row.read_by, strict=False)
        if not words and not slot.free and slot.typed not in row.missing
    ]
    if elsewhere:
        yield f"in its 7th characters or axes: {', '.join(elsewhere)}"
    if row.missing:
        yield f"missing: {', '.join(row.missing)}"
    if row.before:
        yield f"a heading, put before its detail {row.before}"
    if row.variant_of:
        yield f"the one code of {row.variant_of} that the text determines; the figures are the family's"


def _table(rows: Sequence[Sequence[str]], right: Sequence[int]) -> Iterator[str]:
    """Yield rows in aligned columns, those numbered `right` aligned right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {'  '.join(cells)}".rstrip()
