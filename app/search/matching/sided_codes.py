"""Codes for a side of the body, found by the names of their heading or of their unspecified counterpart.

Only some texts name sides: `Fracture of hip NOS` stands at a heading, and the Index leads to the ankle of no said side.
A code below that heading, or beside that ankle, is known by the same text with its own side added. A condition that has
no codes for sides (`right kidney stone`) stands before codes of that side which say more than was typed.
"""

from collections.abc import Collection, Iterable
from functools import cached_property

from app.codes.systems import System
from app.library.entries import EntryKind, branch_filter
from app.library.reading.sides import counterpart_titles
from app.search.matching.candidates import Candidate, Matches, Tier
from app.search.matching.entry_scoring import EntryScorer
from app.search.matching.expressions import Expressions, all_parts
from app.search.matching.index import SearchIndex
from app.search.matching.scoring import Score
from app.search.matching.word_matches import SIDES
from app.search.parsing.query import MatchKind, Query, Reading, Slot

SIDED_SYSTEMS = (System.ICD10CM,)
"""The code sets whose texts leave sides to their codes; the body parts of ICD-10-PCS name them."""

STATUS_TITLES = ("Presence of", "Acquired absence")
"""The beginnings of titles of what an operation leaves: a text that names the operation means that itself."""

SIDED_LOOKED_AT = 24
"""Candidates whose sided codes are looked for, best first."""

SIDED_FACTOR = 0.99
"""The factor for a code that is found so: one whose own text says everything comes first."""

LINE_GAIN = 0.03
"""The gain of a code to whose heading a line of the Index leads that says just the rest."""


UNLIKELY_HAND = {"right": "right nondominant", "left": "left dominant"}
"""The right side is the dominant one unless the text says otherwise (official guidelines, I.C.6.a)."""

FINISHED_READ = 200
"""Codes with a 7th character that are looked at for a side."""

HEADING_FACTOR = 0.95
"""The factor for the heading of such a code, which stands after it."""

MOST_BESIDE_SIDED = 100
"""Rows that hold all words, side included, beside which codes by other names are looked for: among more of them is
what was meant."""

BILATERAL = "bilateral"
RIGHT, LEFT = "right", "left"

BRANCHES_OF_ORGAN = {"eye": "branches_of_eye", "ear": "branches_of_ear"}
"""Organs with a chapter of ICD-10-CM, whose titles name them only together with a side (`Unspecified cataract`,
`Unspecified traumatic cataract, left eye`), and the groups of nodes above their codes."""


class SidedCodes:
    """Finds codes for a typed side by the names of other codes."""

    def __init__(self, index: SearchIndex, expressions: Expressions, scoring: EntryScorer) -> None:
        self._index = index
        self._expressions = expressions
        self._scoring = scoring

    @cached_property
    def _general_symptoms(self) -> frozenset[int]:
        return self._index.node_group("general_symptoms")

    def add(self, query: Query, filter_part: str, matches: Matches) -> None:
        """Add the codes for a typed side that only their headings, or their unspecified counterparts, are named by, and
        the code of a condition that has none for sides."""
        side = side_slot(query)
        if side is None or query.phrases:
            return
        if len(matches.nodes) > MOST_BESIDE_SIDED and not any(map(_is_abbreviation, query.slots)):
            return
        number, side_word = side
        organ = _organ_slot(query)
        found: list[Candidate] = []
        if organ is None or organ[0] != number:
            found += self._without_slots(query, number, None, filter_part, matches)
        if organ is not None and not any(candidate.score.says_no_more for candidate in found):
            found += self._without_slots(query, number, organ, filter_part, matches)
        if any(_says_just(candidate, number, side_word) for candidate in matches.candidates):
            sided = sided_candidates(self._index, found, query, number, side_word)
        else:
            found = [_promoted(candidate) for candidate in found]
            sided = sided_candidates(self._index, found, query, number, side_word)
            sided += self._of_no_side(found, {candidate.entry.node for candidate in sided})
        sided = [_with_gain(c) if _is_by_line(c) else c for c in sided if c.entry.node not in matches.excluded]
        matches.add_nodes(candidate.entry.node for candidate in sided)
        matches.candidates += sided

    def _without_slots(
        self, query: Query, side: int, organ: tuple[int, str] | None, filter_part: str, matches: Matches
    ) -> list[Candidate]:
        """Return the candidates of ICD-10-CM for a query without its side, and if an organ is given, those of its
        chapter for the query without that too."""
        without = {side}
        if organ is not None:
            number, name = organ
            without.add(number)
            nodes = self._index.node_group(BRANCHES_OF_ORGAN[name])
            branches = " OR ".join(f'"{branch_filter(node)}"' for node in sorted(nodes))
            if not branches:
                return []
            filter_part = all_parts(part for part in (filter_part, f"({branches})") if part)
        rest = query._replace(slots=tuple(_meant(s) for place, s in enumerate(query.slots) if place not in without))
        systems = tuple(system for system in matches.systems if system in SIDED_SYSTEMS)
        found = self._scoring.holding_all(rest, self._expressions, filter_part, systems, matches)
        return [_with_slots(candidate, query, side, without) for candidate in found]

    def _of_no_side(self, candidates: Iterable[Candidate], sided: Collection[int]) -> list[Candidate]:
        """Return those candidates that say just what was typed without its side, for codes that have no sides, and for
        headings of codes that have, `sided` among them."""
        plain: dict[int, Candidate] = {}
        for candidate in sorted(candidates, key=lambda c: c.order):
            if candidate.tier is Tier.WHOLE and SIDES.keys().isdisjoint(candidate.entry.words):
                plain.setdefault(candidate.entry.node, candidate)
        if not plain:
            return []
        # Codes of diabetes say the eye in their 7th character.
        finished = self._index.finished_titles(plain, FINISHED_READ)
        plain = {
            node: plain[node] for node in plain.keys() - {node for node, title in finished if LEFT in title.split()}
        }
        above = self._index.parents([*plain, *sided])
        headings = {above[node] for node in sided}
        headings |= {above[node] for node in headings if node in above}
        headings |= {node for node, _, title in self._index.children_with(plain, LEFT) if LEFT in title.lower().split()}
        siblings = self._index.siblings_with({*plain, *(above[node] for node in plain if node in above)}, LEFT)
        beside = {node for node, _, _, title in siblings if LEFT in title.lower().split()}
        return [
            candidate._replace(value=candidate.value * HEADING_FACTOR) if node in headings else candidate
            for node, candidate in plain.items()
            if (node in headings or beside.isdisjoint((node, above.get(node)))) and node not in self._general_symptoms
        ]


def side_slot(query: Query) -> tuple[int, str] | None:
    """Return the slot that names a side, and the side; None if there is not just one, or nothing else."""
    sides = [(number, side) for number, slot in enumerate(query.slots) if (side := _side_of(slot))]
    return sides[0] if len(sides) == 1 and len(query.slots) > 1 else None


def _side_of(slot: Slot) -> str:
    """Return the side that a slot names, alone or with the organ that has it (`os`); empty if it names none."""
    return next(
        (r.words[0] for r in slot.readings if r.words[0] in SIDES and BRANCHES_OF_ORGAN.keys() >= set(r.words[1:])), ""
    )


def _organ_slot(query: Query) -> tuple[int, str] | None:
    """Return the slot that names an organ of `BRANCHES_OF_ORGAN`, and the organ; None if none does."""
    for number, slot in enumerate(query.slots):
        for reading in slot.readings:
            if reading.words[-1] in BRANCHES_OF_ORGAN and (len(reading.words) == 1 or _side_of(slot)):
                return number, reading.words[-1]
    return None


def _meant(slot: Slot) -> Slot:
    """Return a slot with an abbreviation read as no beginning of a word, as which hundreds are read (`pe`, `cap`), nor
    by a meaning that takes in another one: what the wider one adds are other diseases."""
    if not _is_abbreviation(slot):
        return slot
    meanings = [set(reading.words) for reading in slot.readings]
    narrowest = (r for r in slot.readings if not any(set(r.words) < meaning for meaning in meanings))
    return slot._replace(readings=tuple(reading._replace(begins=False) for reading in narrowest))


def _is_abbreviation(slot: Slot) -> bool:
    return any(reading.kind is MatchKind.ABBREVIATION for reading in slot.readings)


def _says_just(candidate: Candidate, side: int, side_word: str) -> bool:
    """Return whether a candidate says the side, and little more than was typed. The Neoplasm Table says a side where it
    is a part of an organ: `Neoplasm, colon, right`."""
    if candidate.tier is Tier.WHOLE:
        return True
    entry = candidate.entry
    by_table = entry.kind is EntryKind.INDEX and entry.text.startswith("Neoplasm, ") and side_word in entry.words
    return (candidate.score.says_no_more or by_table) and side not in candidate.score.missing


def _is_by_line(candidate: Candidate) -> bool:
    """Return whether a line of the Index that says just what was typed without its side leads to a candidate."""
    return candidate.entry.kind is EntryKind.INDEX and candidate.score.says_no_more and not candidate.score.missing


def _with_gain(candidate: Candidate) -> Candidate:
    """Return a candidate with what it loses for the kind of its entry: `Fracture, radius` leads to that of the forearm,
    before the titles of its parts."""
    return candidate._replace(value=candidate.value + LINE_GAIN)


def _with_slots(candidate: Candidate, query: Query, side: int, without: Collection[int]) -> Candidate:
    """Return a candidate for a query without some slots as one for the query. It lacks the side; its chapter says the
    organ."""
    places = [place for place in range(len(query.slots)) if place not in without]
    readings: list[Reading | None] = [
        None if place == side else slot.readings[0] for place, slot in enumerate(query.slots)
    ]
    for place, reading in zip(places, candidate.score.readings, strict=True):
        readings[place] = reading
    missing = (*(places[number] for number in candidate.score.missing), side)
    score = candidate.score._replace(readings=tuple(readings), missing=missing)
    return candidate._replace(query=query, score=score)


def _promoted(candidate: Candidate) -> Candidate:
    """Return a candidate that lacks a side in the strictest tier if it says just the rest."""
    is_plain = candidate.score.says_no_more and len(candidate.score.missing) == 1
    return candidate._replace(tier=Tier.WHOLE) if is_plain else candidate


def sided_candidates(
    index: SearchIndex, candidates: Iterable[Candidate], query: Query, number: int, side: str
) -> list[Candidate]:
    """Return candidates for the sided codes that belong to candidates which lack nothing but the side, or lack it
    too."""
    by_node: dict[int, Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: c.order)[:SIDED_LOOKED_AT]:
        # Titles of sided codes say all that their headings do, and more than a heading of just what was typed.
        names_otherwise = candidate.entry.kind is not EntryKind.TITLE or candidate.tier is Tier.WHOLE
        if any(query.slots[place].is_site for place in candidate.score.missing if place < len(query.slots)):
            continue
        if names_otherwise and number in candidate.score.missing and len(candidate.query.slots) == len(query.slots):
            by_node.setdefault(candidate.entry.node, candidate)
    if not by_node:
        return []
    sided = _sided_nodes(index, by_node, side)
    found = [_on_side(by_node[node], child, _with_side(by_node[node], query, number)) for node, child in sided.items()]
    if side == BILATERAL and not sided:
        right, left = (_sided_nodes(index, by_node, one_side) for one_side in (RIGHT, LEFT))
        above = index.parents(by_node)
        # Some codes for both sides are named in the plural.
        with_both = {node for node, _, _ in index.children_with({*by_node, *above.values()}, BILATERAL)}
        found += [
            _on_side(candidate, of_side[node], _with_both_sides(candidate, number))
            for node, candidate in by_node.items()
            if candidate.tier is Tier.WHOLE and node in right and node in left
            if with_both.isdisjoint((node, above.get(node)))
            for of_side in (right, left)
        ]
    return found


def _on_side(candidate: Candidate, sided: int, score: Score) -> Candidate:
    """Return a candidate for the sided code of a node, with its score."""
    # The entry as that of another node: no two entries have the same number.
    entry = candidate.entry._replace(id=-sided, node=sided)
    return candidate._replace(value=score.value, entry=entry, score=score)


def _with_both_sides(candidate: Candidate, number: int) -> Score:
    """Return the score of an entry for one of the two codes that together say both sides."""
    missing = tuple(place for place in candidate.score.missing if place != number)
    return candidate.score._replace(value=candidate.value * SIDED_FACTOR, missing=missing, is_whole=False)


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
        of_side = word in title.lower().split() and not title.startswith(STATUS_TITLES)
        if of_side and not (word in UNLIKELY_HAND and UNLIKELY_HAND[word] in title):
            below.setdefault(node, []).append(child)
    return {node: children[0] for node, children in below.items() if len(children) == 1}
