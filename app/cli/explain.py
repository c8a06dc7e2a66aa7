"""`codarium lookup --explain`: how the text was read, and the figures that put each row where it stands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.cli.output import fit_line
from app.library.entries import EntryKind
from app.search.answer import Answer, Explained, ExplainedSlot, Hit, RowFigures
from app.search.matching.scoring import COVERAGE_SHARE
from app.search.parsing.query import MatchKind

ROWS_EXPLAINED = 10
"""Rows that are explained unless another limit is given."""

HEADS = ("#", "code", "tier", "worth", "text", "held", "covered", "factors")

ENTRY_WORDS = {
    EntryKind.TITLE: "title",
    EntryKind.PLAIN: "name of our own",
    EntryKind.INDEX: "Index line",
    EntryKind.INCLUSION: "inclusion term",
}

LEGEND = (
    f"worth = (text × factors + agreement) × ended; text is what is held, less up to {COVERAGE_SHARE:.0%} of it the "
    "less of the entry is covered. A row of a stricter tier stands before all of a looser one."
)


def first_rows(answer: Answer, rows: int) -> Answer:
    """An explained answer cut to its first rows."""
    return replace(answer, hits=answer.hits[:rows])


def explained_lines(answer: Answer) -> Iterator[str]:
    """The lines for people; nothing for an answer that was not explained."""
    explained = answer.explained
    if explained is None:
        return
    yield "How the text was read"
    yield from _table([_part_cells(part) for part in explained.slots], right=(1,))
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
    lines = list(_table([HEADS, *cells], right=(0, 3, 4, 5, 6)))
    yield lines[0]
    for line, (hit, row) in zip(lines[1:], rows, strict=True):
        yield line
        inset = " " * 6
        yield fit_line(f"{inset}{hit.node.title}", len(inset))
        if row is not None:
            for said in _remarks(explained.slots, hit, row):
                yield fit_line(f"{inset}{said}", len(inset) + 2)
    if any(figures):
        yield ""
        yield fit_line(LEGEND, 0)


def explained_json(explained: Explained) -> dict[str, Any]:
    """How the text was read, as fields."""
    return {
        "slots": [
            {
                "typed": part.typed,
                "weight": round(part.weight, 4),
                "free": part.free,
                "readings": [
                    {"words": by.words, "kind": by.kind.value, "quality": by.quality, "begins": by.begins}
                    for by in part.readings
                ],
            }
            for part in explained.slots
        ],
        "together": list(explained.phrases),
        "left_out": list(explained.without),
    }


def row_json(explained: Explained, hit: Hit) -> dict[str, Any]:
    """The figures of one hit; only a word in place of its tier for one that has none: `code` for what was found by its
    code, `beside` for a heading that is offered beside what was found."""
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


def _part_cells(part: ExplainedSlot) -> tuple[str, ...]:
    weight = "free" if part.free else f"{part.weight:.2f}"
    return part.typed, weight, " | ".join(map(_reading, _told(part)))


def _told(part: ExplainedSlot) -> Iterable[tuple[str, str, float]]:
    """The readings by their words, what they are, and their quality."""
    for by in part.readings:
        plain = "as typed" if by is part.readings[0] else "American"
        kind = plain if by.kind is MatchKind.TITLE else by.kind.value
        yield f"{by.words}…" if by.begins else by.words, kind, by.quality


def _reading(told: tuple[str, str, float]) -> str:
    words, kind, quality = told
    return f"{words} ({kind})" if quality == 1.0 else f"{words} ({kind} ×{quality:.2f})"


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
    """What stands in place of the tier of a row without figures."""
    return "beside" if hit.uncounted else "code"


def _remarks(parts: Sequence[ExplainedSlot], hit: Hit, row: RowFigures) -> Iterator[str]:
    if row.entry_kind is not EntryKind.TITLE:
        yield f"by its {ENTRY_WORDS[row.entry_kind]}: {row.entry_text}"
    read = [
        f"{part.typed} by {by}"
        for part, by in zip(parts, row.read_by, strict=False)
        if by and (by, MatchKind.TITLE) != (part.readings[0].words, part.readings[0].kind)
    ]
    if read:
        yield f"found {', '.join(read)}"
    elsewhere = [
        part.typed
        for part, by in zip(parts, row.read_by, strict=False)
        if not by and not part.free and part.typed not in row.missing
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
    """Rows in columns, those numbered `right` flush right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.rjust(width) if number in right else cell.ljust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield f"  {'  '.join(cells)}".rstrip()
