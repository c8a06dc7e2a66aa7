"""Records of the lexicon in the code database: kinds of meaning, and rules of spelling."""

from dataclasses import dataclass
from enum import StrEnum


class MeaningKind(StrEnum):
    """The relation of a phrase to its meaning."""

    ABBREVIATION = "abbreviation"
    EVERYDAY = "everyday"
    SAME = "same"
    """A synonym, the technical word for the plain one or the reverse: kidney, renal."""


@dataclass(frozen=True, slots=True)
class SpellingRule:
    """A British part of a word, the American one, and its place in the word: start, end, anywhere or whole."""

    british: str
    american: str
    place: str

    def apply(self, word: str) -> str:
        """Return the word with the rule applied, unchanged if the rule does not match."""
        match self.place:
            case "whole":
                return self.american if word == self.british else word
            case "start":
                return self.american + word[len(self.british) :] if word.startswith(self.british) else word
            case "end":
                return word[: -len(self.british)] + self.american if word.endswith(self.british) else word
            case _:
                return word.replace(self.british, self.american)
