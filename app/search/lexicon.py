"""The lexicon: what people write, and the words that the code sets use for it. Tables under resources/lexicon."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.library.words import word_list
from app.search.records import MatchKind

LONGEST_PHRASE = 4


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase may stand for: the words to look for, and how a person would write them."""

    words: tuple[str, ...]
    text: str
    kind: MatchKind


@dataclass(frozen=True, slots=True)
class SpellingRule:
    """A British part of a word and the American one; `where` it stands: start, end, anywhere or whole."""

    british: str
    american: str
    where: str

    def apply(self, word: str) -> str:
        match self.where:
            case "whole":
                return self.american if word == self.british else word
            case "start":
                return self.american + word[len(self.british) :] if word.startswith(self.british) else word
            case "end":
                return word[: -len(self.british)] + self.american if word.endswith(self.british) else word
            case _:
                return word.replace(self.british, self.american)


class Lexicon:
    """Abbreviations, everyday words, words that mean the same, British spellings, and words that mean little."""

    def __init__(self, folder: Path) -> None:
        """Reads the tables of a folder; one that is missing is empty."""
        self._phrases: dict[tuple[str, ...], list[Meaning]] = {}
        for name, kind in (("abbreviations", MatchKind.ABBREVIATION), ("everyday", MatchKind.EVERYDAY)):
            for phrase, text, *_note in rows(folder / f"{name}.tsv"):
                self._add(phrase, text, kind)
        for word, same, direction in rows(folder / "families.tsv"):
            self._add(word, same, MatchKind.EVERYDAY)
            if direction == "both" and " " not in same:
                self._add(same, word, MatchKind.EVERYDAY)
        self.weak = {
            word_list(word)[-1]: float(weight) for word, weight in rows(folder / "weak.tsv") if word_list(word)
        }
        self._spelling = [SpellingRule(*row[:3]) for row in rows(folder / "spelling.tsv")]

    def _add(self, phrase: str, text: str, kind: MatchKind) -> None:
        key, words = tuple(word_list(phrase)), tuple(word_list(text))
        known = self._phrases.setdefault(key, [])
        if words != key and all(meaning.words != words for meaning in known):
            known.append(Meaning(words, text, kind))

    def meanings(self, words: tuple[str, ...]) -> list[Meaning]:
        """What a phrase stands for, commonest first; empty for one that is not in the lexicon."""
        return self._phrases.get(words, [])

    def american(self, word: str) -> str:
        """A British spelling as the code sets write it: `haemorrhage` -> `hemorrhage`."""
        for rule in self._spelling:
            word = rule.apply(word)
        return word


def rows(path: Path) -> Iterator[tuple[str, ...]]:
    """The rows of a tab-separated table; lines that open with # explain its columns."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(cell.strip() for cell in line.split("\t"))
