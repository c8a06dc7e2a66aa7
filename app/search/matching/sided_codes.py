"""Codes for a side of the body, found by the names of their heading or of their unspecified counterpart.

Only some texts name sides: `Fracture of hip NOS` stands at a heading, and the Index leads to the ankle of no said side.
A code below that heading, or beside that ankle, is known by the same text with its own side added.
"""

from collections.abc import Iterable

from app.codes.systems import System
from app.library.entries import EntryKind
from app.library.reading.sides import counterpart_titles
from app.search.matching.candidates import Candidate, Matches, Tier
from app.search.matching.entry_scoring import EntryScorer, required_slots
from app.search.matching.expressions import Expressions, all_parts
from app.search.matching.index import IndexedEntry, SearchIndex
from app.search.matching.scoring import Score
from app.search.matching.word_matches import SIDES
from app.search.parsing.query import Query, Slot

SIDED_SYSTEMS = (System.ICD10CM,)
"""The code sets whose texts leave sides to their codes; the body parts of ICD-10-PCS name them."""

NAMES_READ = 60
"""Entries that hold all words but the side, best first, whose codes are looked at."""

STATUS_TITLES = ("Presence of", "Acquired absence")
"""The beginnings of titles of what an operation leaves: a text that names the operation means that itself."""

SIDED_LOOKED_AT = 24
"""Candidates whose sided codes are looked for, best first."""

SIDED_FACTOR = 0.99
"""The factor for a code that is found so: one whose own text says everything comes first."""


MOST_BESIDE_SIDED = 100
"""Rows that hold all words, side included, beside which codes by other names are looked for: among more of them is
what was meant."""


class SidedCodes:
    """Finds codes for a typed side by the names of other codes."""

    def __init__(self, index: SearchIndex, expressions: Expressions, scoring: EntryScorer) -> None:
        self._index = index
        self._expressions = expressions
        self._scoring = scoring

    def add(self, query: Query, filter_part: str, matches: Matches) -> None:
        """Add the codes for a typed side that only their headings, or their unspecified counterparts, are named by."""
        side = side_slot(query)
        if side is None or query.phrases or len(matches.nodes) > MOST_BESIDE_SIDED:
            return
        number, side_word = side
        rest = without_slot(query, number)
        required = required_slots(rest)
        systems = self._index.holding(required, [s for s in matches.systems if s in SIDED_SYSTEMS])
        if not systems:
            return
        parts = self._expressions.parts_of(required, filter_part)
        by_system = self._index.entries_matching(all_parts(parts), NAMES_READ, systems)
        entries = named_entries(self._index.entries(self._index.best_first(by_system, NAMES_READ)))
        found = Matches(explains=matches.explains)
        slot_bits = sum(1 << place for place, slot in enumerate(rest.slots) if slot in required)
        self._scoring.score(rest, Tier.WORDS, [(entry, slot_bits) for entry in entries], found)
        sided = sided_candidates(self._index, with_slot(found.candidates, query, number), query, number, side_word)
        sided = [candidate for candidate in sided if candidate.entry.node not in matches.excluded]
        matches.add_nodes(candidate.entry.node for candidate in sided)
        matches.candidates += sided


def side_slot(query: Query) -> tuple[int, str] | None:
    """Return the slot that names a side, and the side; None if there is not just one, or nothing else."""
    sides = [(number, side) for number, slot in enumerate(query.slots) if (side := _side_of(slot))]
    return sides[0] if len(sides) == 1 and len(query.slots) > 1 else None


def _side_of(slot: Slot) -> str:
    return next((r.words[0] for r in slot.readings if len(r.words) == 1 and r.words[0] in SIDES), "")


def without_slot(query: Query, number: int) -> Query:
    """Return a query without one of its slots."""
    return query._replace(slots=query.slots[:number] + query.slots[number + 1 :])


def named_entries(entries: Iterable[IndexedEntry]) -> list[IndexedEntry]:
    """Return the entries that name a code otherwise than its title: titles of sided codes say all that their headings
    do."""
    return [entry for entry in entries if entry.kind is not EntryKind.TITLE]


def with_slot(candidates: Iterable[Candidate], query: Query, number: int) -> list[Candidate]:
    """Return candidates for the query without its side as those of the query; they lack its side."""
    return [
        candidate._replace(
            query=query,
            score=candidate.score._replace(
                readings=(*candidate.score.readings[:number], None, *candidate.score.readings[number:]),
                missing=(*(place + (place >= number) for place in candidate.score.missing), number),
            ),
        )
        for candidate in candidates
    ]


def sided_candidates(
    index: SearchIndex, candidates: Iterable[Candidate], query: Query, number: int, side: str
) -> list[Candidate]:
    """Return candidates for the sided codes that belong to candidates which lack nothing but the side, or lack it
    too."""
    by_node: dict[int, Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: c.order)[:SIDED_LOOKED_AT]:
        names_otherwise = candidate.entry.kind is not EntryKind.TITLE and number in candidate.score.missing
        if any(query.slots[place].is_site for place in candidate.score.missing if place < len(query.slots)):
            continue
        if names_otherwise and len(candidate.query.slots) == len(query.slots):
            by_node.setdefault(candidate.entry.node, candidate)
    found: list[Candidate] = []
    for node, sided in _sided_nodes(index, by_node, side).items() if by_node else ():
        candidate = by_node[node]
        score = _with_side(candidate, query, number)
        # The entry as that of another node: no two entries have the same number.
        entry = candidate.entry._replace(id=-sided, node=sided)
        found.append(candidate._replace(value=score.value, entry=entry, score=score))
    return found


def _with_side(candidate: Candidate, query: Query, number: int) -> Score:
    """Return the score of an entry whose code also says the side."""
    score = candidate.score
    missing = tuple(place for place in score.missing if place != number)
    readings = (*score.readings[:number], query.slots[number].readings[0], *score.readings[number + 1 :])
    value = candidate.value * SIDED_FACTOR
    if missing:
        value += query.slots[number].weight / sum(slot.weight for slot in query.slots)
    return score._replace(value=value, readings=readings, missing=missing, is_whole=False)


def _sided_nodes(index: SearchIndex, nodes: Iterable[int], side: str) -> dict[int, int]:
    """Return the code for a side of each node that has just one: below it, or beside it with the same title."""
    sided = _sole_children(index, nodes, side)
    # `Fracture of humerus NOS` stands two levels above the codes for the sides of what is not specified.
    unspecified = _sole_children(index, [node for node in nodes if node not in sided], "unspecified")
    of_unspecified = _sole_children(index, unspecified.values(), side) if unspecified else {}
    sided |= {node: of_unspecified[child] for node, child in unspecified.items() if child in of_unspecified}
    for node, title, sibling, sibling_title in index.siblings_with(nodes, side):
        if node not in sided and counterpart_titles(title).get(sibling_title) == side:
            sided[node] = sibling
    return sided


def _sole_children(index: SearchIndex, nodes: Iterable[int], word: str) -> dict[int, int]:
    """Return the child of each node that has just one whose title holds a word."""
    below: dict[int, list[int]] = {}
    for node, child, title in index.children_with(nodes, word):
        if word in title.lower().split() and not title.startswith(STATUS_TITLES):
            below.setdefault(node, []).append(child)
    return {node: children[0] for node, children in below.items() if len(children) == 1}
