"""Words of 7th characters and axes: what a family was found by that its title does not say."""

from bisect import bisect_left
from dataclasses import dataclass

from app.codes.node import Node
from app.codes.systems import System
from app.library.tokens import words
from app.search.matching.index import SearchIndex
from app.search.matching.tiers import WITH_VARIANTS, Candidate
from app.search.parsing.query import Reading, Slot

SEVENTH = "7th characters"
"""What the words of ICD-10-CM's families are called; those of ICD-10-PCS have the names of their axes."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A word as labels write it, and the axis that it stands in."""

    written: str
    axis: str


class AxisWords:
    """Says what of a query stands in 7th characters or axes: `7th characters: initial encounter`.

    The labels are few, and read when the first row needs them. Those of a section of ICD-10-PCS are kept by themselves:
    what is a device in one is a qualifier in another.
    """

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._known: dict[str, dict[str, _Word]] = {}
        self._sorted: dict[str, list[str]] = {}

    def warm(self) -> None:
        """Reads what the first row would wait for."""
        if not self._known:
            labels = [("", SEVENTH, meaning) for meaning in self._index.seventh_meanings()]
            for section, axis, label in (*labels, *self._index.axis_labels()):
                _add_words(self._known.setdefault(section, {}), axis, label)
            self._sorted = {section: sorted(known) for section, known in self._known.items()}

    def said(self, candidate: Candidate, node: Node) -> str:
        """The line for what a row was found by beside its text, empty where that holds all of it."""
        if node.system not in WITH_VARIANTS:
            return ""
        elsewhere = [
            slot
            for number, (slot, by) in enumerate(zip(candidate.query.slots, candidate.score.readings, strict=True))
            if by is None and not slot.free and number not in candidate.score.missing
        ]
        if not elsewhere:
            return ""
        self.warm()
        section = node.code[:1] if node.system is System.ICD10PCS else ""
        by_axis: dict[str, list[str]] = {}
        for slot in elsewhere:
            for word in self._held(slot, section):
                by_axis.setdefault(word.axis, []).append(word.written)
        said = {axis: " ".join(dict.fromkeys(written)) for axis, written in by_axis.items()}
        # `device: device` says nothing twice.
        return " · ".join(axis if axis == written else f"{axis}: {written}" for axis, written in said.items())

    def _held(self, slot: Slot, section: str) -> list[_Word]:
        """The words of the first reading of a slot that labels hold all of."""
        for reading in slot.readings:
            found = [self._find(word, reading, section) for word in reading.words]
            held = [word for word in found if word is not None]
            if len(held) == len(found):
                return held
        return []

    def _find(self, wanted: str, reading: Reading, section: str) -> _Word | None:
        known = self._known.get(section, {})
        if wanted in known or not reading.begins:
            return known.get(wanted)
        ordered = self._sorted.get(section, [])
        place = bisect_left(ordered, wanted)
        if place < len(ordered) and ordered[place].startswith(wanted):
            return known[ordered[place]]
        return None


def _add_words(known: dict[str, _Word], axis: str, label: str) -> None:
    """Adds a label's words, by their folded and singular form; one of several axes stays with the first."""
    for word in words(label):
        written = label[word.start : word.end]
        known.setdefault(word.text, _Word(written if written.isupper() else written.lower(), axis))
