"""Explain the order of rows: the figures of the search that ordered them, for a question that asks for them."""

import math
from collections.abc import Collection, Mapping, Sequence

from app.search.answer import Explained, ExplainedReading, ExplainedSlot, Hit, RowFigures
from app.search.matching.candidates import Candidate
from app.search.parsing.query import MatchKind, Query, Slot

TOLERANCE = 1e-9
"""Products of floats that differ by no more are equal."""


def explain(
    query: Query,
    hits: Sequence[Hit],
    scored: Collection[Candidate],
    ranked: Sequence[Candidate],
    best: Sequence[Candidate],
    worth: Mapping[int, float],
    by_code: Collection[int],
) -> Explained:
    """Return the figures of hits. `scored` are all candidates as the tiers have them, `ranked` the best of each node in
    the order of their `worth` (by entry), `best` the same with headings put before their details, and `by_code` the
    nodes of rows that were found by code.
    """
    values = {candidate.entry.id: candidate.value for candidate in scored}
    by_node = {candidate.entry.node: candidate for candidate in best}
    codes = {hit.node.id: hit.node.code for hit in hits}
    overtaken = _overtaken_details(ranked, best)
    rows: dict[int, RowFigures] = {}
    for place, hit in enumerate(hits):
        candidate, family = by_node.get(hit.node.id), ""
        if candidate is None and hit.node.id not in by_code:
            # A variant that the text determines stands before its family, and has the figures of that.
            above = hit.node.parent if hit.node.parent in by_node else None
            following = hits[place + 1].node.id if place + 1 < len(hits) else None
            candidate = by_node.get(above or following or -1)
            family = codes.get(candidate.entry.node, "") if candidate is not None else ""
        if candidate is None or hit.node.id in by_code:
            continue
        before = codes.get(overtaken.get(candidate.entry.node, -1), "")
        rows[hit.node.id] = _figures(candidate, values, worth, before, family)
    # The query that found the rows has corrected spellings if they were needed.
    query = best[0].query if best else query
    slots = tuple(map(_explained_slot, query.slots))
    return Explained(slots, tuple(map(" ".join, query.phrases)), query.excluded, rows)


def _figures(
    candidate: Candidate, values: Mapping[int, float], worth: Mapping[int, float], before: str, family: str
) -> RowFigures:
    score, entry = candidate.score, candidate.entry
    figures = score.figures
    if figures is None:
        raise ValueError("The question did not ask for figures.")
    value = values[entry.id]
    named = [*figures.factors, ("code set", value / score.value if score.value else 1.0)]
    product = figures.text * math.prod(factor for _, factor in named)
    # Any other change of a value is shown too, so that the figures always make up the value that ordered the rows.
    if product and abs(value / product - 1.0) > TOLERANCE:
        named.append(("other", value / product))
    slots = candidate.query.slots
    return RowFigures(
        tier=candidate.tier.name.lower(),
        worth=worth[entry.id],
        text=figures.text,
        held_share=figures.held_share,
        coverage=figures.coverage,
        factors=tuple((name, factor) for name, factor in named if abs(factor - 1.0) > TOLERANCE),
        agreement=candidate.value - value,
        ended=worth[entry.id] / candidate.value if candidate.value else 1.0,
        entry_kind=entry.kind,
        entry_text=entry.text,
        read_by=tuple(" ".join(reading.words) if reading is not None else "" for reading in score.readings),
        missing=tuple(slots[number].typed for number in score.missing),
        before=before,
        variant_of=family,
        order=entry.id,
    )


def _overtaken_details(ranked: Sequence[Candidate], best: Sequence[Candidate]) -> dict[int, int]:
    """Return, for each heading that was put before a detail, the node of the first detail that it overtook."""
    rank_of = {candidate.entry.node: number for number, candidate in enumerate(ranked)}
    overtaken: dict[int, int] = {}
    first = len(best)
    for candidate in reversed(best):
        node = candidate.entry.node
        if first < rank_of[node]:
            overtaken[node] = ranked[first].entry.node
        first = min(first, rank_of[node])
    return overtaken


def _explained_slot(slot: Slot) -> ExplainedSlot:
    readings = (
        ExplainedReading(" ".join(r.words), MatchKind.SPELLING if r.corrected else r.kind, r.quality, r.begins)
        for r in slot.readings
    )
    return ExplainedSlot(slot.typed, slot.weight, slot.free, tuple(readings))
