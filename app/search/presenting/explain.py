"""Why rows stand in their order: the figures of the search that ordered them, kept when a question asks for them."""

import math
from collections.abc import Collection, Mapping, Sequence

from app.search.answer import Explained, Hit, Part, ReadAs, RowFigures
from app.search.matching.tiers import Candidate
from app.search.parsing.query import Query, Slot

SAME = 1e-9
"""Products of floats that differ by no more are the same."""


def explain(
    query: Query,
    hits: Sequence[Hit],
    scored: Collection[Candidate],
    ranked: Sequence[Candidate],
    best: Sequence[Candidate],
    worth: Mapping[int, float],
    by_code: Collection[int],
) -> Explained:
    """The figures behind hits. `scored` are all candidates as the ladder has them, `ranked` the best of each node in
    the order of their `worth`, by entry, `best` the same with headings put before their details, `by_code` the nodes
    of rows that were found by code.
    """
    values = {candidate.entry.id: candidate.value for candidate in scored}
    by_node = {candidate.entry.node: candidate for candidate in best}
    codes = {hit.node.id: hit.node.code for hit in hits}
    overtaken = _overtaken(ranked, best)
    rows: dict[int, RowFigures] = {}
    for place, hit in enumerate(hits):
        candidate, family = by_node.get(hit.node.id), ""
        if candidate is None and hit.node.id not in by_code:
            # The variant that the text determines stands before its family, and was scored as that.
            above = hit.node.parent if hit.node.parent in by_node else None
            following = hits[place + 1].node.id if place + 1 < len(hits) else None
            candidate = by_node.get(above or following or -1)
            family = codes.get(candidate.entry.node, "") if candidate is not None else ""
        if candidate is None or hit.node.id in by_code:
            continue
        before = codes.get(overtaken.get(candidate.entry.node, -1), "")
        rows[hit.node.id] = _figures(candidate, values, worth, before, family)
    # The query that found the rows: with corrected spellings where those were needed.
    asked = best[0].query if best else query
    return Explained(tuple(map(_part, asked.slots)), tuple(map(" ".join, asked.phrases)), asked.without, rows)


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
    # Whatever else changes a value is shown too, so that the figures always make what the row was ordered by.
    if product and abs(value / product - 1.0) > SAME:
        named.append(("other", value / product))
    slots = candidate.query.slots
    return RowFigures(
        tier=candidate.tier.name.lower(),
        worth=worth[entry.id],
        text=figures.text,
        held=figures.held,
        coverage=figures.coverage,
        factors=tuple((name, factor) for name, factor in named if abs(factor - 1.0) > SAME),
        agreement=candidate.value - value,
        ended=worth[entry.id] / candidate.value if candidate.value else 1.0,
        entry_kind=entry.kind,
        entry_text=entry.text,
        read_by=tuple(" ".join(by.words) if by is not None else "" for by in score.readings),
        missing=tuple(slots[number].typed for number in score.missing),
        before=before,
        variant_of=family,
        order=entry.id,
    )


def _overtaken(ranked: Sequence[Candidate], best: Sequence[Candidate]) -> dict[int, int]:
    """For each heading that was put before a detail, the node of that: the worthiest of what stood before it."""
    place = {candidate.entry.node: number for number, candidate in enumerate(ranked)}
    found: dict[int, int] = {}
    first = len(best)
    for candidate in reversed(best):
        node = candidate.entry.node
        if first < place[node]:
            found[node] = ranked[first].entry.node
        first = min(first, place[node])
    return found


def _part(slot: Slot) -> Part:
    readings = (ReadAs(" ".join(by.words), by.kind, by.quality, by.begins) for by in slot.readings)
    return Part(slot.typed, slot.weight, slot.free, tuple(readings))
