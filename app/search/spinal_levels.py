"""Levels of the spine, which are spelled like codes or ranges of codes: `l1l2`, `t10-t11`."""

import re

from app.codes.shapes import AROUND_CODES, plain
from app.library.reading.catalogue import Catalogue
from app.library.tokens import word_list
from app.search.parsing.lexicon import Lexicon

_LEVELS = re.compile(r"[CTLS][0-9]{1,2}[-–]?[CTLS]?[0-9]{1,2}", re.IGNORECASE)


def is_spinal_level(text: str, catalogue: Catalogue, lexicon: Lexicon) -> bool:
    """Return whether a text is a level that the lexicon knows, and is no code letter by letter: L1120 is not meant by
    `l1l2`, nor are the codes that begin with T10 by `t10-t11`."""
    word = text.strip(AROUND_CODES)
    if not _LEVELS.fullmatch(word) or not lexicon.senses(tuple(word_list(word))):
        return False
    return all(plain(node.code) != plain(word) for node in catalogue.readings(word))
