"""A small made-up library, for tests that damage what they look at."""

from datetime import date
from pathlib import Path

import pytest

from app.codes.records import Level, NoteKind, Source, VisualRange
from app.codes.systems import System
from app.library.compile import Icd10cmPart, Icd10pcsPart, Part, compile_library
from app.library.lexicon import MeaningKind, SpellingRule
from app.library.lexicon_tables import LexiconTables, Meaning
from app.releases.records import (
    Convention,
    IndexEntry,
    PcsCode,
    PcsDefinition,
    PcsRelease,
    Release,
    Tabular,
    TabularNode,
)

DATES = (date(2030, 10, 1), date(2031, 9, 30))
SOURCES = (Source("made-up.xml", "0" * 64),)

NODES = (
    TabularNode("1", "Made-up diseases", Level.CHAPTER, None),
    TabularNode("A00-A09", "Fevers", Level.SECTION, "1", ((NoteKind.EXCLUDES1, "other (B99)"),)),
    TabularNode(
        "A00",
        "Blue fever",
        Level.CATEGORY,
        "A00-A09",
        ((NoteKind.INCLUDES, "azure fever"), (NoteKind.CODE_FIRST, "the cause (A01.-), see vitamin B12")),
        (("A", "initial encounter"), ("S", "sequela")),
    ),
    TabularNode("A000", "Blue fever, right arm", Level.CODE, "A00", ((NoteKind.INCLUSION, "cobalt fever"),)),
    TabularNode("A001", "Blue fever, left arm", Level.CODE, "A00"),
    TabularNode("A01", "Red fever", Level.CATEGORY, "A00-A09", visual=(VisualRange("1", ("6/18",), ("6/60",)),)),
    TabularNode("A010", "Red fever in diseases classified elsewhere", Level.CODE, "A01"),
    TabularNode("A018", "Other red fever", Level.CODE, "A01"),
)
CODES = frozenset({"A00", "A000", "A000XXA", "A000XXS", "A001", "A001XXA", "A01", "A010", "A018"})

LABELS = (
    "Medical and Surgical",
    "Gastrointestinal System",
    "Resection",
    "Appendix",
    "Open",
    "No Device",
    "No Qualifier",
)
PCS = PcsRelease(
    codes=(
        PcsCode("0DTJ0ZZ", "Resection of Appendix, Open Approach", LABELS),
        PcsCode("0DTJ4ZZ", "Resection of Appendix, Percutaneous Approach", (*LABELS[:4], "Percutaneous", *LABELS[5:])),
    ),
    definitions=(PcsDefinition("0", 3, "Resection", "Cutting out all of a body part"),),
    index=(
        IndexEntry(("Appendectomy",), "see", "Resection, Appendix", ("0DTJ", "8E09")),
        IndexEntry(("Vermiform appendix",), "use", "Appendix"),
    ),
)

LEXICON = LexiconTables(
    (Meaning(("bf",), ("blue", "fever"), "blue fever", MeaningKind.ABBREVIATION),),
    {"other": 0.2},
    (SpellingRule("feaver", "fever", "whole"),),
)


def made_up_parts() -> list[Part]:
    """Two small code sets in which everything occurs that a library can hold."""
    tabular = Tabular("2031", (Convention("Excludes1", ("Not coded here.",)),), NODES)
    return [
        Icd10cmPart(Release(System.ICD10CM, "FY2031", *DATES, SOURCES), tabular, CODES),
        Icd10pcsPart(Release(System.ICD10PCS, "FY2031", *DATES, SOURCES), PCS),
    ]


@pytest.fixture(scope="session")
def parts() -> list[Part]:
    return made_up_parts()


@pytest.fixture(scope="session")
def lexicon() -> LexiconTables:
    return LEXICON


@pytest.fixture(scope="session")
def small_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the made-up parts; whoever damages it takes a copy."""
    path = tmp_path_factory.mktemp("small") / "codes.db"
    compile_library(path, made_up_parts(), LEXICON)
    return path
