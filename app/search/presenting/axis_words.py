"""Words of 7th characters and axes: those by which a family matches and that its title does not have."""

from bisect import bisect_left
from dataclasses import dataclass

from app.codes.node import Node
from app.codes.systems import System
from app.library.tokens import words
from app.search import texts
from app.search.matching.candidates import Candidate
from app.search.matching.index import SearchIndex
from app.search.matching.tiers import WITH_VARIANTS
from app.search.parsing.query import Reading, Slot


@dataclass(frozen=True, slots=True)
class _AxisWord:
    """A word as labels write it, and the name of its axis."""

    written: str
    axis: str


class AxisWords:
    """Names the words of a query that match in 7th characters or axes: `7th characters: initial encounter`.

    The labels are few, and are read when the first row needs them. Those of each section of ICD-10-PCS are separate:
    the device of one section is a qualifier in another.
    """

    def __init__(self, index: SearchIndex) -> None:
        self._index = index
        self._by_section: dict[str, dict[str, _AxisWord]] = {}
        self._sorted: dict[str, list[str]] = {}

    def load(self) -> None:
        """Read the labels, for which the first row would otherwise wait."""
        if not self._by_section:
            labels = [("", texts.SEVENTH_CHARACTERS, meaning) for meaning in self._index.seventh_meanings()]
            for section, axis, label in (*labels, *self._index.axis_labels()):
                _add_words(self._by_section.setdefault(section, {}), axis, label)
            self._sorted = {section: sorted(axis_words) for section, axis_words in self._by_section.items()}

    def reason(self, candidate: Candidate, node: Node) -> str:
        """Return the reason for a row that matches in axes, by axis; empty if its text holds all words."""
        # A code of one side that is offered for both has no characters that say so.
        if node.system not in WITH_VARIANTS or (node.system is System.ICD10CM and not node.has_children):
            return ""
        not_in_text = [
            slot
            for number, (slot, reading) in enumerate(zip(candidate.query.slots, candidate.score.readings, strict=True))
            if reading is None and not slot.free and number not in candidate.score.missing
        ]
        if not not_in_text:
            return ""
        self.load()
        section = node.code[:1] if node.system is System.ICD10PCS else ""
        by_axis: dict[str, list[str]] = {}
        for slot in not_in_text:
            for word in self._matching_words(slot, section):
                by_axis.setdefault(word.axis, []).append(word.written)
        matched = {axis: " ".join(dict.fromkeys(written)) for axis, written in by_axis.items()}
        # `device: device` would say the same twice.
        return texts.REASON_SEPARATOR.join(
            axis if axis == written else f"{axis}: {written}" for axis, written in matched.items()
        )

    def _matching_words(self, slot: Slot, section: str) -> list[_AxisWord]:
        """Return the words of the first reading of a slot that labels hold in full."""
        for reading in slot.readings:
            axis_words = [self._find(word, reading, section) for word in reading.words]
            matching = [word for word in axis_words if word is not None]
            if len(matching) == len(axis_words):
                return matching
        return []

    def _find(self, typed: str, reading: Reading, section: str) -> _AxisWord | None:
        axis_words = self._by_section.get(section, {})
        if typed in axis_words or not reading.begins:
            return axis_words.get(typed)
        ordered = self._sorted.get(section, [])
        position = bisect_left(ordered, typed)
        if position < len(ordered) and ordered[position].startswith(typed):
            return axis_words[ordered[position]]
        return None


def _add_words(axis_words: dict[str, _AxisWord], axis: str, label: str) -> None:
    """Add a label's words, by their folded and singular form; a word of several axes stays with the first."""
    for word in words(label):
        written = label[word.start : word.end]
        axis_words.setdefault(word.text, _AxisWord(written if written.isupper() else written.lower(), axis))
