"""Entries that hold most of what was typed, for when few hold all of it."""

from collections.abc import Iterator, Sequence

from app.search.matching.candidates import CLASSIFICATIONS, FEW_ROWS, MEANT_VALUE, Candidate, Matches, Tier, right_after
from app.search.matching.entry_scoring import EntryScorer
from app.search.matching.expressions import Expressions, all_parts
from app.search.matching.heaviest_slots import heaviest_slots
from app.search.matching.index import SearchIndex
from app.search.matching.scoring import KIND_WEIGHT
from app.search.matching.sided_codes import side_slot, sided_candidates
from app.search.parsing.bound_numbers import CLASSIFIERS
from app.search.parsing.query import MatchKind, Query, Reading, Slot
from app.search.parsing.roles import ALONG

RARE_WORD_ENTRIES = 1500
"""Words in fewer entries than this lead to candidates when not all words are found; commoner ones only rank them."""

BESIDE_WEIGHT = 1.0
"""The weight above which what may be lacking is searched for all the same: the cancer that has spread."""

SHORT_WORD = 4
"""Letters of words that begin many others by chance: `cat`, `rib`."""

JOINING_SIGNS = frozenset({",", ";", "+", "&", "/"})
"""Signs between two conditions."""

LEAST_HELD_SHARE = 0.15
"""The share of the query's weight that an entry must hold to be offered when no entry holds all words. In phrases that
others coded, the right code is among the first ten 4 % more often than with 0.4; with less it is chance."""

LEAST_HELD_BY_WORD = 0.3
"""The same for the words of phrases by themselves: `failure` of `heart failure` is not what was meant."""

NEARLY_SCORED = 80
"""Entries that are scored when no entry holds all words: heaviest first, so that later ones hardly ever become rows."""

MOST_OF_SAME_SLOTS = 70
"""Entries with the same slots that are scored: two common words must not hide a rare one."""

MOST_PARTS = 3
"""Further conditions of a text that have a row right after the best one."""

AFTER_PART = 0.998
"""The share of the value that the row of a further condition has of the one before it: they stand together."""

BEFORE_BEST = 1.1
"""The same for a condition that was typed before the one of the best row, though both an Index line and a title may
lead to that."""

LINKING_WORDS = frozenset({"in", "with", "due", "and", "complicating"})
"""Words between two conditions in a title."""

JUST_BOTH = 0.9
"""The share of the value of a text that says just the conditions that it holds, from which it says little more."""

MOST_NEARLY_ROWS = 30
"""Rows that do not hold all words are an offer, not an answer, and people do not read further."""


class NearestSearch:
    """Finds the entries that hold most of a text by its rarer words."""

    def __init__(self, index: SearchIndex, expressions: Expressions, scoring: EntryScorer) -> None:
        self._index = index
        self._expressions = expressions
        self._scoring = scoring

    def add(self, query: Query, by_word: Query | None, filter_part: str, matches: Matches) -> None:
        """Add the entries that hold most of what was typed; `by_word` is the same text without phrases, if any."""
        nearly = self.find(query, LEAST_HELD_SHARE, filter_part, matches)
        if by_word is not None:
            own = {slot.typed for slot in query.slots if not slot.free and not slot.is_side}
            beside = {number for number, slot in enumerate(by_word.slots) if slot.typed in own}
            nearly += [
                candidate
                for candidate in self.find(by_word, LEAST_HELD_BY_WORD, filter_part, matches)
                if not beside.issubset(candidate.score.missing)
            ]
            side = side_slot(by_word)
            if side is not None:
                nearly += sided_candidates(self._index, nearly, by_word, *side)
        if nearly and not matches.candidates and _joins_two(query):
            nearly += self._of_the_rest(nearly, filter_part, matches)
        seen: set[int] = set()
        before = len(matches.nodes)
        most = FEW_ROWS + MOST_NEARLY_ROWS if before < FEW_ROWS else before + FEW_ROWS
        for candidate in sorted(nearly, key=lambda c: c.order):
            if len(matches.nodes) >= most:
                break
            if candidate.entry.id in seen:
                continue
            seen.add(candidate.entry.id)
            matches.nodes.add(candidate.entry.node)
            matches.candidates.append(candidate)

    def _of_the_rest(self, candidates: list[Candidate], filter_part: str, matches: Matches) -> list[Candidate]:
        """Return the best candidate for what the best one lacks, to stand right after that: the sepsis of `uti with
        sepsis`. If nothing holds all of it, it is several conditions, and each has its best candidate."""
        best = min(candidates, key=lambda candidate: candidate.order)
        slots = best.query.slots
        is_list = _is_list(best.query)
        listed = self._listed(best, filter_part, matches) if is_list else []
        if listed:
            return listed
        lacking = [number for number in best.score.missing if slots[number].weight >= KIND_WEIGHT]
        # A stage belongs to a condition, and is none.
        rest = [number for number in lacking if slots[number].typed not in CLASSIFIERS]
        sharing = _sharing(candidates, best, rest)
        if sharing:
            return sharing
        parts = [part for part in _parts(best.query) if set(part) <= set(lacking) and _names_condition(slots, part)]
        found = self._of_part(best, rest, filter_part, matches)
        if found:
            is_part = is_list and parts == [rest] and _stands_before(best, rest)
            return [_in_order(best, found[0], 1)] if is_part else found
        several = [
            (part, candidate)
            for part in parts[:MOST_PARTS]
            for candidate in self._of_part(best, part, filter_part, matches)
        ]
        earlier = [part for part, _ in several if is_list and _stands_before(best, part)]
        return [_in_order(best, candidate, len(earlier) - place) for place, (_, candidate) in enumerate(several)]

    def _listed(self, best: Candidate, filter_part: str, matches: Matches) -> list[Candidate]:
        """Return a candidate for each condition of a list, in its order, if the best one of all holds several of them
        by chance, and each has an entry that says little more: `cough, pneumonia, copd` is no whooping cough with
        pneumonia. Otherwise none."""
        parts = _parts(best.query, least_weight=0.0)
        held = [part for part in parts if not set(part) <= set(best.score.missing)]
        if len(held) < 2 or len(parts) > 1 + MOST_PARTS or _is_of_both(best, held):
            return []
        listed = [candidate for part in parts for candidate in self._of_part(best, part, filter_part, matches)]
        scores = [candidate.score for candidate in listed]
        if len(scores) < len(parts) or not all(s.says_no_more or s.value >= MEANT_VALUE for s in scores):
            return []
        return [_in_order(best, candidate, len(listed) - place) for place, candidate in enumerate(listed)]

    def _of_part(self, best: Candidate, lacking: list[int], filter_part: str, matches: Matches) -> list[Candidate]:
        """Return the best candidate that holds some slots of the text which the best one lacks; none if none does."""
        slots = best.query.slots
        rest = best.query._replace(slots=tuple(slots[number] for number in lacking))
        systems = tuple(system for system in matches.systems if system in CLASSIFICATIONS)
        found = self._scoring.holding_all(rest, self._expressions, filter_part, systems, matches) if lacking else []
        if not found:
            return []
        other = min(found, key=lambda candidate: candidate.order)
        readings: list[Reading | None] = [None] * len(slots)
        for number, reading in zip(lacking, other.score.readings, strict=True):
            readings[number] = reading
        missing = tuple(number for number in range(len(slots)) if number not in lacking and not slots[number].free)
        score = other.score._replace(readings=tuple(readings), missing=missing)
        return [right_after(best, other._replace(query=best.query, score=score))]

    def find(self, query: Query, least: float, filter_part: str, matches: Matches) -> list[Candidate]:
        """Return candidates that hold at least a share of what was typed, found by its rarer words."""
        query = with_whole_words(query)
        entries_of_slot: dict[int, frozenset[int]] = {}
        weights = [slot.weight for slot in query.slots]
        # A slot that no entry holds does not count.
        systems_of = {
            number: systems
            for number, slot in enumerate(query.slots)
            if (not slot.free or slot.weight > BESIDE_WEIGHT)
            and (systems := self._index.holding((slot,), matches.systems))
        }
        is_lacking = any(not slot.free and number not in systems_of for number, slot in enumerate(query.slots))
        if is_lacking and all(weights[number] < KIND_WEIGHT for number in systems_of):
            # Of `Abrami's disease` any disease is as near.
            return []
        total = sum(weights[number] for number in systems_of)
        reached = 0.0
        for number in sorted(systems_of, key=lambda number: -weights[number]):
            # An entry that holds none of the slots so far cannot reach the threshold with the rest.
            # But a number chooses among what the others lead to, however little it weighs.
            if reached and total - reached < LEAST_HELD_SHARE * total and not query.slots[number].number_of:
                continue
            reached += weights[number]
            expression = all_parts(self._expressions.parts_of((query.slots[number],), filter_part))
            entries_of_slot[number] = self._index.entries_of_slot(
                expression, RARE_WORD_ENTRIES, tuple(systems_of[number])
            )
        slots_of: dict[int, int] = {}

        def heaviest_entries() -> Iterator[int]:
            for slots, entries in heaviest_slots(entries_of_slot, weights):
                # Of entries that hold the same slots, the best come first.
                for entry in self._index.best_of(entries, MOST_OF_SAME_SLOTS):
                    slots_of[entry] = slots
                    yield entry

        entries = self._scoring.new_entries(heaviest_entries(), matches, NEARLY_SCORED)
        nearly = Matches(systems=matches.systems, explains=matches.explains)
        self._scoring.score(query, Tier.NEARLY, [(entry, slots_of[entry.id]) for entry in entries], nearly)

        # A part of the body alone is no answer to a text on what it has.
        places = {number for number, slot in enumerate(query.slots) if slot.is_site or slot.is_side}
        conditions = {number for number in systems_of.keys() - places if weights[number] >= KIND_WEIGHT}

        def holds_enough(candidate: Candidate) -> bool:
            held = systems_of.keys() - set(candidate.score.missing)
            is_place = conditions and conditions.isdisjoint(held) and not places.isdisjoint(held)
            return sum(weights[number] for number in held) >= least * total and not is_place

        return [candidate for candidate in nearly.candidates if holds_enough(candidate)]


def _sharing(candidates: list[Candidate], best: Candidate, lacking: list[int]) -> list[Candidate]:
    """Return the best candidate that holds what the best one of all lacks, and a condition that this holds too: the
    retinopathy of `diabetes with ckd and retinopathy` is the diabetic one. None if there is none."""
    slots = best.query.slots
    conditions = {
        number
        for number, slot in enumerate(slots)
        if slot.weight >= KIND_WEIGHT and not (slot.is_site or slot.is_side or number in best.score.missing)
    }
    sharing = [
        candidate
        for candidate in candidates
        if candidate.query is best.query
        and set(lacking).isdisjoint(candidate.score.missing)
        and not conditions.issubset(candidate.score.missing)
    ]
    return [right_after(best, min(sharing, key=lambda candidate: candidate.order))] if lacking and sharing else []


def _stands_before(best: Candidate, part: list[int]) -> bool:
    """Return whether a condition was typed before the one of the best candidate."""
    slots = best.query.slots
    held = (n for n, slot in enumerate(slots) if n not in best.score.missing and not (slot.free or slot.is_side))
    return part[0] < next(held, 0)


def _is_of_both(candidate: Candidate, parts: list[list[int]]) -> bool:
    """Return whether a candidate is the code for some conditions together, all of which it holds, and says little more:
    `Anemia in chronic kidney disease`."""
    slots = candidate.query.slots
    # A stage may be lacking.
    names = [number for part in parts for number in part if slots[number].weight >= KIND_WEIGHT]
    names = [number for number in names if not slots[number].number_of]
    if LINKING_WORDS.isdisjoint(candidate.entry.words) or not set(names).isdisjoint(candidate.score.missing):
        return False
    held = sum(slot.weight for number, slot in enumerate(slots) if number not in candidate.score.missing)
    return candidate.score.value >= JUST_BOTH * held / sum(slot.weight for slot in slots)


def _in_order(best: Candidate, candidate: Candidate, places_before: int) -> Candidate:
    """Return the candidate for a further condition that stands some places before the best one, or behind if none: the
    first condition of a list is mostly the reason for a visit."""
    share = BEFORE_BEST**places_before if places_before > 0 else AFTER_PART ** (1 - places_before)
    return candidate._replace(value=best.value * share)


def _is_list(query: Query) -> bool:
    """Return whether a text lists conditions by signs alone: words like `with` say that one goes with another."""
    return _joins_two(query) and not any(word.text in ALONG for word in query.words)


def _joins_two(query: Query) -> bool:
    """Return whether a text joins two conditions: `uti with sepsis`."""
    return any(word.text in ALONG or word.gap in JOINING_SIGNS for word in query.words[1:])


def _parts(query: Query, least_weight: float = KIND_WEIGHT) -> list[list[int]]:
    """Return the numbers of the slots of each condition of a text, without those of joining words and little weight."""
    parts: list[list[int]] = [[]]
    words = iter(query.words)
    for number, slot in enumerate(query.slots):
        for word in words:
            if word.text in ALONG or word.gap in JOINING_SIGNS:
                parts.append([])
            if slot.typed.startswith(word.raw):
                break
        if not slot.free and slot.weight >= least_weight:
            parts[-1].append(number)
    return [part for part in parts if part]


def _names_condition(slots: Sequence[Slot], part: list[int]) -> bool:
    """Return whether a part of a text says more than a place of the body."""
    return any(not (slots[number].is_site or slots[number].is_side) for number in part)


def with_whole_words(query: Query) -> Query:
    """Return a query whose finished words are not beginnings of others if they are words or abbreviations themselves:
    what begins with `cat` or `mi` has thousands of entries, and hides those that hold the word."""
    last = len(query.slots) - 1
    slots: list[Slot] = []
    for number, slot in enumerate(query.slots):
        first, *others = slot.readings
        if any(reading.kind is MatchKind.ABBREVIATION for reading in others) or (
            number < last and first.is_word and len(slot.typed) <= SHORT_WORD
        ):
            first = first._replace(begins=False)
        # A region says little of a text that is not held in full.
        slots.append(slot._replace(readings=(first, *(reading for reading in others if reading not in slot.wider))))
    return query._replace(slots=tuple(slots))
