"""Other forms of a word, by its ending: `supraglottic` for supraglottis, `infective` for infection."""

from functools import lru_cache

from app.search.parsing.vocabulary import Vocabulary

SHORTEST_STEM = 5
"""Less in common is chance: `media` and `medial`."""

MOST = 6

KEPT = 1024

_ENDINGS = """
    a ae al an ant ar ary ate ated ates atic ating ation ative e ea eal ed ement ence ency ent er es i ia iac ial ian
    ic ical ies ine ing ion ional ious is ism ist itic ity ium ive ization ize ized izing lar le ment n oid on or ory
    os ose osis otic ous sis t tic tion tional tive ular ule um us y
"""
ENDINGS = frozenset(_ENDINGS.split())
"""What may follow the stem without telling of anything else; `itis`, `oma` and `ectomy` do tell."""

LONGEST_ENDING = max(map(len, ENDINGS))


class Forms:
    """Finds the words of the index that differ from a word by their ending alone."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.of = lru_cache(maxsize=KEPT)(self._of)

    def _of(self, word: str) -> tuple[str, ...]:
        """Other forms of a folded word, commoner first."""
        if not word.isalpha():
            return ()
        stem = _stem(word)
        if len(stem) < SHORTEST_STEM:
            return ()
        found = [
            text
            for text in self._vocabulary.beginning(stem[:-1] if stem.endswith("g") else stem)
            if text != word and len(text) - len(stem) <= LONGEST_ENDING and _stem(text) == stem
        ]
        return tuple(sorted(found, key=lambda text: (-self._vocabulary.count(text), text))[:MOST])


def _stem(word: str) -> str:
    """A word without its longest ending: `pharyngeal` and `pharynx` -> `pharyng`."""
    if word.endswith("nx"):
        return word[:-1] + "g"
    for cut in range(max(SHORTEST_STEM, len(word) - LONGEST_ENDING), len(word)):
        if word[cut:] in ENDINGS:
            return word[:cut]
    return word
