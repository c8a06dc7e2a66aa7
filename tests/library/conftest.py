"""A small made-up library, which tests may damage."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.codes.code_sets import Source
from app.codes.detail import NoteKind, VisualRange
from app.codes.node import Level
from app.codes.parts import Book
from app.codes.systems import System
from app.library.code_history import Snapshot
from app.library.compiling.compile import compile_library
from app.library.compiling.icd10cm import listed
from app.library.compiling.icd10pcs import contents_of_release
from app.library.compiling.lexicon_tables import LexiconTables, Meaning
from app.library.compiling.verify import verify
from app.library.contents import (
    CcList,
    Contents,
    Cpt,
    DrgAssignments,
    DrgWeights,
    EquivalenceMap,
    HccMapping,
    Hcpcs,
    Icd9Titles,
    Icd10cm,
    IndexBook,
    Maps,
    Modifiers,
    Payment,
    Places,
    PoaExemptList,
)
from app.library.drugs import Drug, DrugKind
from app.library.lexicon import MeaningKind, SpellingRule
from app.library.own_words.cpt import CptExample, CptLesson, CptOutline, CptSection
from app.library.own_words.fee_schedule_fields import FeeScheduleFields
from app.library.own_words.hcpcs import HcpcsRange, HcpcsSection, StarterCode
from app.library.own_words.hcpcs_fields import HcpcsFields
from app.library.own_words.modifiers import ModifierLevel, OwnModifier
from app.library.own_words.pcs import PcsSection
from app.library.own_words.places import PlaceOfService, Setting
from app.library.own_words.tables import OwnTables
from app.releases.records import (
    CcCode,
    Convention,
    Conversion,
    CptCode,
    CptModifier,
    DrgAssignment,
    DrgWeight,
    Equivalence,
    HccCode,
    HccLabel,
    HcpcsCode,
    Icd9Code,
    IndexEntry,
    MsDrg,
    OrderCode,
    PcsCode,
    PcsDefinition,
    PcsRelease,
    ProcessingNote,
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
    drugs=(Drug("Azurex", DrugKind.BRAND, "blue potion", "potion", "A00", "A01.8", ("J0001",)),),
)


AXES = ("Section", "Body System", "Operation", "Body Part", "Approach", "Device", "Qualifier")

OWN = OwnTables(
    index_corrections=(),
    hcpcs_sections=(
        HcpcsSection(
            "A",
            "Rides",
            "What carries people.",
            ("ride",),
            (HcpcsRange("A0100", "A0199", "Cabs", "With four wheels.", ("cab",)),),
        ),
        HcpcsSection("J", "Drugs", "What is given.", ("drug",), ()),
    ),
    hcpcs_starter=(StarterCode("A0101", "Cab ride", ("taxi",)), StarterCode("J0001", "Blue potion", ("potion",))),
    hcpcs_fields=HcpcsFields({"COV": "Coverage"}, {("COV", "C"): "As the carrier says"}),
    fee_fields=FeeScheduleFields({"STATUS": "Status"}, {("STATUS", "A"): "Active"}),
    modifiers=(
        OwnModifier("25", ModifierLevel.CPT, "A visit besides", "m", "w", "g", "s", ("besides",), ("em",)),
        OwnModifier("LT", ModifierLevel.HCPCS, "Left hand", "m", "w", "g", "s", ("left",), ("surgery", "hcpcs:J")),
    ),
    places=(PlaceOfService("11", "Office", "Where a doctor sees people.", Setting.NONFACILITY, "-", ("practice",)),),
    cpt=CptOutline(
        (
            CptSection("category", "category-1", None, (("00001", "99999"),), "Made-up work", "All of it.", ("work",)),
            CptSection("section", "first", "category-1", (("00001", "00099"),), "First work", "It begins.", ("first",)),
        )
    ),
    examples=(CptExample("00001", "Our own name", "It stands for this.", ("Step",), ("Other",), ("25",), ("Slip",)),),
    lessons=(CptLesson("em-time", "Time", ("It passes.",)),),
    pcs_sections=(
        PcsSection("0", "Medical and Surgical", "Operations.", AXES, ("operation",)),
        PcsSection("8", "Other Procedures", "What is left.", AXES, ("yoga",)),
    ),
)
"""Like the tables under resources/tables, but small: a library of them is made in no time."""

BOOKS = (
    (
        Book.INDEX,
        (
            IndexEntry(("Fever (high)", "blue"), "code", codes=("A00.-",)),
            IndexEntry(("Heat",), "see", "Fever, blue"),
            IndexEntry(("Old fever",), "code", codes=("A09.9",)),
        ),
    ),
    (Book.NEOPLASM, (IndexEntry(("Neoplasm, neoplastic", "arm", "Benign"), "code", codes=("A00.0",)),)),
)

NOTICE = "CPT is somebody's."

MAPS = Maps(
    (
        EquivalenceMap(
            Release(System.ICD10CM, "Made-up maps", *DATES, SOURCES),
            "cm9to10",
            (Equivalence("0010", "A000XXA", True, False, False, 0, 0),),
        ),
    ),
    (
        Icd9Titles(
            Release(System.ICD10CM, "Made-up ICD-9", *DATES, SOURCES),
            False,
            (Icd9Code("0010", False, "Blue fever of old"),),
        ),
    ),
)


def release(system: System, year: int = 2031) -> Release:
    """The made-up release that is in force from October to September."""
    return Release(system, f"FY{year}", date(year - 1, 10, 1), date(year, 9, 30), SOURCES)


def made_up_payment() -> Payment:
    """One row of each kind: A01.0 is an MCC, but not beside A01.0 or A01.8."""
    of_year = release(System.ICD10CM)
    return Payment(
        CcList(of_year, (CcCode("A010", "MCC", "0007", "05"),), {"0007": ("A010", "A018")}),
        DrgAssignments(
            of_year,
            (MsDrg("001", "Fevers with MCC", "18"), MsDrg("002", "Fevers without MCC", "18")),
            (DrgAssignment("A010", ("18",), ("001", "002")),),
            (DrgAssignment("0DTJ4ZZ", (), ("001",), operating_room=True),),
        ),
        DrgWeights(of_year, (DrgWeight("001", 1.25, 2.5, 3.5),)),
        HccMapping(of_year, (HccCode("A010", "CMS-HCC V28", "2"),), (HccLabel("CMS-HCC V28", "2", "Fevers"),)),
        PoaExemptList(of_year, ("A010",)),
    )


def made_up_icd10cm() -> Icd10cm:
    """Codes of two years, an Index, a table and a conversion table."""
    tabular = Tabular("2031", (Convention("Excludes1", ("Not coded here.",)),), NODES)
    icd10cm = listed(release(System.ICD10CM), tabular, CODES)
    newest = icd10cm.snapshots[-1].codes
    old = {plain: code for plain, code in newest.items() if plain != "A010"}
    old |= {"A018": replace(old["A018"], title="Scarlet fever"), "A019": OrderCode("A019", True, "Red fever, unsure")}
    return replace(
        icd10cm,
        snapshots=(Snapshot(release(System.ICD10CM, 2030), old), *icd10cm.snapshots),
        books=tuple(IndexBook(release(System.ICD10CM), book, lines) for book, lines in BOOKS),
        conversions=(Conversion("A010", DATES[0], ("A019",)),),
        conversions_release=release(System.ICD10CM),
    )


def made_up_hcpcs() -> Hcpcs:
    """Codes in force, ended in the file and missing from it, with fields, a note and a cross-reference."""

    def code(plain: str, title: str, ended: date | None = None, **fields: str) -> HcpcsCode:
        return HcpcsCode(plain, False, title, title[:10], tuple(fields.items()), date(2020, 1, 1), None, ended, "N")

    codes = (
        code("A0101", "Ride in a cab", COV="C", PROCNOTE="0007", XREF1="J0001"),
        code("A0200", "Ride on a horse", date(2030, 9, 30), XREF1="A0101"),
        code("J0001", "Injection, blue potion, 1 mg", COV="Q", XREF1="00001"),
    )
    older = {
        "A0101": OrderCode("A0101", True, "Ride in a coach"),
        "A0102": OrderCode("A0102", True, "Ride in a sledge"),
    }
    return Hcpcs(
        release(System.HCPCS),
        codes,
        (Snapshot(release(System.HCPCS, 2030), older),),
        release(System.HCPCS),
        (ProcessingNote("0007", "Ask before you ride."),),
    )


def made_up_modifiers() -> Modifiers:
    """Official wording of one modifier of ours and of one more, and of one of the AMA's."""
    left_side = HcpcsCode("LT", True, "Left side", "Left", (("COV", "C"),), date(2000, 1, 1), None, None, "N")
    old = HcpcsCode("ZZ", True, "Asleep", "", (), None, None, date(2029, 12, 31), "D")
    return Modifiers(
        release(System.MODIFIER),
        (left_side, old),
        release(System.MODIFIER),
        (CptModifier("25", "Made-up modifier", "Made-up text"),),
        NOTICE,
    )


def made_up_cpt() -> Cpt:
    """Codes with made-up titles: one is among our examples, one lies in no range of the outline."""
    codes = (
        CptCode("00001", "Made-up procedure, first", "Made-up, medium", "MADE UP ONE", "Made-up in plain words"),
        CptCode("00002", short="MADE UP TWO", fields=(("STATUS", "A"), ("WORK RVU", "1.50"))),
        CptCode("0001T", "Made-up procedure, new", effective=date(2031, 1, 1), clinician=("Made-up quaffing",)),
    )
    return Cpt(release(System.CPT), codes, NOTICE)


def made_up_contents() -> list[Contents]:
    """Six small code sets with every kind of row that a library can have."""
    return [
        made_up_icd10cm(),
        contents_of_release(release(System.ICD10PCS), PCS),
        made_up_hcpcs(),
        made_up_modifiers(),
        Places(),
        made_up_cpt(),
    ]


@pytest.fixture(scope="session")
def contents() -> list[Contents]:
    return made_up_contents()


@pytest.fixture(scope="session")
def own() -> OwnTables:
    return OWN


@pytest.fixture(scope="session")
def lexicon() -> LexiconTables:
    return LEXICON


@pytest.fixture(scope="session")
def maps() -> Maps:
    return MAPS


@pytest.fixture(scope="session")
def small_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library of the made-up contents; a test that damages it uses a copy."""
    path = tmp_path_factory.mktemp("small") / "codes.db"
    compile_library(path, made_up_contents(), OWN, LEXICON, MAPS, payment=made_up_payment())
    return path


Compiled = Callable[[Contents], sqlite3.Connection]
"""A function that makes a verified library of one code set and opens it."""


@pytest.fixture
def compiled(own: OwnTables, lexicon: LexiconTables, tmp_path: Path) -> Iterator[Compiled]:
    opened: list[sqlite3.Connection] = []

    def make(contents: Contents) -> sqlite3.Connection:
        path = tmp_path / "codes.db"
        compile_library(path, [contents], own, lexicon)
        verify(path)
        opened.append(sqlite3.connect(path))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()


def rows(connection: sqlite3.Connection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()
