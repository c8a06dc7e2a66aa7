"""What the lexicon in the code database says: kinds of meaning, and rules of spelling."""

from dataclasses import dataclass
from enum import StrEnum


class MeaningKind(StrEnum):
    """What a phrase is to its meaning."""

    ABBREVIATION = "abbreviation"
    EVERYDAY = "everyday"
    SAME = "same"
    """A word that means the same, the learned one for the plain one or the reverse: kidney, renal."""


@dataclass(frozen=True, slots=True)
class SpellingRule:
    """A British part of a word, the American one, and where it stands: start, end, anywhere or whole."""

    british: str
    american: str
    place: str

    def apply(self, word: str) -> str:
        """The word with the rule applied, itself where the rule does not hold."""
        match self.place:
            case "whole":
                return self.american if word == self.british else word
            case "start":
                return self.american + word[len(self.british) :] if word.startswith(self.british) else word
            case "end":
                return word[: -len(self.british)] + self.american if word.endswith(self.british) else word
            case _:
                return word.replace(self.british, self.american)
