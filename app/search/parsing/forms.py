"""Other forms of a word: by its ending (`supraglottic` for supraglottis), and of numbers (`type ii` for type 2)."""

from functools import lru_cache

from app.search.parsing.vocabulary import Vocabulary

SHORTEST_STEM = 5
"""Words that share fewer letters than this are alike by chance: `media` and `medial`."""

MOST_FORMS = 6

FORMS_CACHED = 1024
"""Words whose forms are remembered: from one keystroke to the next all words but the last are the same."""

_ENDING_WORDS = """
    a ae al an ant ar ary ate ated ates atic ating ation ative e ea eal ed ement ence ency ent er es i ia iac ial ian
    ic ical ies ine ing ion ional ious is ism ist itic ity ium ive ization ize ized izing lar le ment n oid on or ory
    os ose osis otic ous sis t tic tion tional tive ular ule um us y
"""
ENDINGS = frozenset(_ENDING_WORDS.split())
"""Endings after which a word still means the same; `itis`, `oma` and `ectomy` change the meaning and are not here."""

MAKING_ENDINGS = ("ize", "ized", "izing", "ization")
"""Endings of words for making something so: a mobilization is no mobility, nor an authorization an authority."""

LONGEST_ENDING = max(map(len, ENDINGS))

_ROMAN_NUMERALS = "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ORDINAL_ENDINGS = {1: "st", 2: "nd", 3: "rd"}

NUMBER_FORMS: dict[str, str] = {}
"""The other way to write a folded number: `2` for `ii`, `second` for `2nd`. A single x is hardly ever a ten."""

for _number, _roman in enumerate(_ROMAN_NUMERALS.split(), start=1):
    NUMBER_FORMS[str(_number)] = _roman
    if _roman != "x":
        NUMBER_FORMS[_roman] = str(_number)
for _number, _ordinal in enumerate(_ORDINALS.split(), start=1):
    NUMBER_FORMS[f"{_number}{_ORDINAL_ENDINGS.get(_number, 'th')}"] = _ordinal


class Forms:
    """Finds the words of the index that differ from a word by their ending alone."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.of = lru_cache(maxsize=FORMS_CACHED)(self._of)

    def _of(self, word: str) -> tuple[str, ...]:
        """Return other forms of a folded word, the commonest first."""
        if not word.isalpha():
            return ()
        stem = _stem(word)
        if len(stem) < SHORTEST_STEM:
            return ()
        forms = [
            text
            for text in self._vocabulary.beginning(stem[:-1] if stem.endswith("g") else stem)
            if text != word and len(text) - len(stem) <= LONGEST_ENDING and _stem(text) == stem
            if text.endswith(MAKING_ENDINGS) == word.endswith(MAKING_ENDINGS)
        ]
        return tuple(sorted(forms, key=lambda text: (-self._vocabulary.count(text), text))[:MOST_FORMS])


def _stem(word: str) -> str:
    """Return a word without its longest ending: `pharyngeal` and `pharynx` -> `pharyng`."""
    if word.endswith("nx"):
        return word[:-1] + "g"
    for cut in range(max(SHORTEST_STEM, len(word) - LONGEST_ENDING), len(word)):
        if word[cut:] in ENDINGS:
            return word[:cut]
    return word
