"""Where the official Index of ICD-10-CM has an entry for a phrase of the lexicon, the default library answers with its
code among the first rows."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.library.tokens import word_list
from app.releases.files.containers import members
from app.releases.icd.index_xml import read_index
from app.releases.records import IndexEntry
from app.search.answer import Question
from app.search.engine import Engine
from tests.official import official

LEXICON = Path(__file__).parents[2] / "resources" / "lexicon"
TABLES = ("abbreviations", "everyday", "names")

FIRST_ROWS = 3

LEFT_OUT = frozenset(["a", "an", "and", "by", "due", "for", "in", "of", "on", "or", "the", "to", "with", "without"])
"""Words that join others, which the Index and users put differently."""

MOST_TERMS = 4
"""Terms of a line whose order may be another: no phrase of the lexicon has more words."""

LONGEST_REFERENCE = 3
"""The number of references that are followed from one line to another."""

EXCEPTIONS = {
    "berger disease": "its own code, N02.B-, is newer",
    "bone marrow transplant": "the line has the status; the words are the operation's too, whose rows stand first",
    "dermatolysis": "the word is also an operation on the skin, whose rows stand first; its code follows",
    "finger pain": "the line refers to the limb; the finger has its own code, M79.64-",
    "fish odor syndrome": "the line has the rest of a group; the disease has its own code, E72.52",
    "flank pain": "its own code, R10.A-, is newer",
    "foot pain": "the line refers to the limb; the foot has its own code, M79.67-",
    "hand pain": "the line refers to the limb; the hand has its own code, M79.64-",
    "lung transplant": "the line has the status; the words are the operation's too, whose rows stand first",
    "mammogram": "the words are also those of the procedure, whose rows stand first; its code follows",
    "newborn": "the word stands in the titles of a whole chapter, which name it as typed",
    "pus in urine": "its own code, R82.81, is newer",
    "stem cell transplant": "the line has the status; the words are the operation's too, whose rows stand first",
    "toe pain": "the line refers to the limb; the toe has its own code, M79.67-",
}
"""Phrases with another answer than the Index of 2017, each with the reason."""

Words = tuple[str, ...]


def key(text: str) -> Words:
    return tuple(word for word in word_list(text) if word not in LEFT_OUT)


def phrases() -> list[str]:
    """Return the phrases of the lexicon's tables, each once."""
    texts: dict[str, None] = {}
    for table in TABLES:
        lines = (LEXICON / f"{table}.tsv").read_text(encoding="utf-8").splitlines()
        rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        texts |= dict.fromkeys(row[0] for row in rows)
    return list(texts)


def orders(path: tuple[str, ...]) -> Iterator[Words]:
    """Yield the words of a line without its parentheses, with its terms in every order: `Breakdown > nervous` is a
    nervous breakdown."""
    terms = [key(re.sub(r"\([^)]*\)", " ", term)) for term in path]
    terms = [term for term in terms if term]
    if len(terms) <= MOST_TERMS:
        for order in permutations(terms):
            yield tuple(word for term in order for word in term)


@pytest.fixture(scope="module")
def index() -> dict[Words, dict[str, IndexEntry]]:
    """The lines of the Index by their words in any order of terms, each with its path."""
    lines: defaultdict[Words, dict[str, IndexEntry]] = defaultdict(dict)
    for member in members(official("icd10cm", "ICD10CM_FY2017_Full_XML.zip")):
        if member.inside.endswith("icd10cm_index_2017.xml"):
            for entry in read_index(member):
                if entry.kind != "see also":
                    for words in orders(entry.path):
                        lines[words].setdefault(f"{' > '.join(entry.path)} ({entry.kind})", entry)
    return lines


def codes_of(index: dict[Words, dict[str, IndexEntry]], words: Words, references: int = 0) -> dict[str, set[str]]:
    """Return the codes of the lines with these words, by the line; a line that only refers has those it refers to."""
    codes: dict[str, set[str]] = {}
    for line, entry in index.get(words, {}).items():
        if entry.codes:
            codes[line] = {code.rstrip("-").rstrip(".") for code in entry.codes}
        elif references < LONGEST_REFERENCE:
            target = next(orders(tuple(entry.see.split(","))), ())
            codes[line] = set[str]().union(*codes_of(index, target, references + 1).values())
    return {line: found for line, found in codes.items() if found}


@pytest.mark.slow
def test_official_index_decides_on_phrases_that_it_has(
    library: Library, catalogue: Catalogue, index: dict[Words, dict[str, IndexEntry]]
) -> None:
    engine = Engine(library.connect())
    compared = 0
    disagreeing: dict[str, str] = {}
    for phrase in phrases():
        lines = codes_of(index, key(phrase))
        # A code that was taken back since then decides nothing.
        codes = {code for found in lines.values() for code in found if catalogue.find(System.ICD10CM, code)}
        if not codes:
            continue
        compared += 1
        rows = [hit.node.code for hit in engine.search(Question(phrase)).hits[:FIRST_ROWS]]
        if not any(row.startswith(code) or code.startswith(row) for row in rows for code in codes):
            disagreeing[phrase] = f"{phrase}: {', '.join(rows) or 'nothing'} instead of {lines}"
    unexpected = [line for phrase, line in disagreeing.items() if phrase not in EXCEPTIONS]
    assert compared > 500
    assert unexpected == [], "\n".join([f"{compared} phrases compared:", *unexpected])
    assert sorted(EXCEPTIONS.keys() - disagreeing.keys()) == [], "exceptions that are none any more"
