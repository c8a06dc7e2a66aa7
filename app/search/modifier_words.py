"""Texts of words with two letters that are modifiers, though they may be words or abbreviations: `LT RT`, `GT GQ`."""

from collections.abc import Sequence

from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.library.tokens import fold, word_list
from app.search.parsing.lexicon import Lexicon


def are_modifiers(
    words: Sequence[str], catalogue: Catalogue, lexicon: Lexicon, *, are_unanswered: bool = False
) -> bool:
    """Return whether words of two letters are modifiers, and mean nothing else: `LT RT`, but not `AS MS`. In capitals
    some may, beside one that is no word and no abbreviation at all: `GT GQ`; in small letters only if nothing answers
    them as words."""
    nodes = [catalogue.find(System.MODIFIER, word) for word in words]
    titles = [node.title for node in nodes if node is not None]
    if len(titles) < len(words):
        return False
    if (are_unanswered or all(map(str.isupper, words))) and any(not _is_known(word, lexicon) for word in words):
        return True
    return all(
        not _is_known(word, lexicon) or _abbreviates(word, title, lexicon)
        for word, title in zip(words, titles, strict=True)
    )


def _is_known(word: str, lexicon: Lexicon) -> bool:
    """Return whether two letters are a word or an abbreviation."""
    return fold(word) in lexicon.minor_words or bool(lexicon.senses((fold(word),)))


def _abbreviates(word: str, title: str, lexicon: Lexicon) -> bool:
    """Return whether two letters mostly abbreviate what the title of their modifier says."""
    senses = lexicon.senses((fold(word),))
    return bool(senses) and fold(word) not in lexicon.minor_words and set(senses[0].words) <= set(word_list(title))
