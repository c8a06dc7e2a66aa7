"""Texts that ask for a procedure: how they are read, and that the body part stands first."""

import re

import pytest

from app.codes.systems import System
from app.library.procedure_words import PROCEDURE_TABLES, ProcedureWords, Words, alternatives
from app.search.answer import Question
from app.search.engine import Engine
from app.search.matching.index import SearchIndex
from app.search.parsing.packed import packed_lines
from app.search.parsing.parser import Parser
from app.search.parsing.procedures import Procedure, ProcedureReader
from app.search.parsing.vocabulary import Vocabulary

_WORDS_OF_OTHER_SECTIONS = """
    anesthetic anti cardiac cell computerized conception imaging immobilization inflammatory introduction magnetic
    output oxygenation performance plain plasma platelet positron product radiography radiosurgery red resonance
    restoration retained tomographic ultrasonography urinary ventilation filtration assistance extracorporeal
    electroconvulsive
    """
WORDS_OF_OTHER_SECTIONS = frozenset(_WORDS_OF_OTHER_SECTIONS.split())
"""Words of sections of ICD-10-PCS that are not bundled."""


@pytest.fixture(scope="module")
def tables(engine: Engine) -> ProcedureWords:
    connection = engine._connection  # pyright: ignore[reportPrivateUsage]
    return ProcedureWords(*(packed_lines(connection, name) for name in PROCEDURE_TABLES))


@pytest.fixture(scope="module")
def reader(engine: Engine, parser: Parser) -> ProcedureReader:
    connection = engine._connection  # pyright: ignore[reportPrivateUsage]
    index = SearchIndex(connection)
    return ProcedureReader(connection, parser, lambda slot: bool(index.holding((slot,), (System.ICD10PCS,))))


def read(reader: ProcedureReader, parser: Parser, typed: str) -> Procedure | None:
    return reader.read(parser.parse(typed))


def slots(procedure: Procedure | None) -> list[str]:
    """The likeliest words of each slot."""
    assert procedure is not None
    return [" ".join(slot.readings[0].words) for slot in procedure.query.slots]


def codes(engine: Engine, typed: str) -> list[str]:
    return [hit.node.code for hit in engine.search(Question(typed)).hits]


def test_every_word_of_the_tables_is_one_of_icd10pcs(tables: ProcedureWords, vocabulary: Vocabulary) -> None:
    cells = (*tables.endings.values(), *tables.forms.values())
    named: set[Words] = {words for cell in cells for words in alternatives(cell).words}
    for phrase in map(tables.meaning, tables.phrases):
        assert phrase is not None
        named.update(phrase.operations.words, phrase.body_parts.words, phrase.details)
    assert [
        words
        for words in sorted(named)
        if not all(word in vocabulary or word in WORDS_OF_OTHER_SECTIONS for word in words)
    ] == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("nephropexy", ["reposition", "kidney"]),
        ("salpingo-oophorectomy", ["resection", "fallopian tube"]),
        ("cholecystogastrostomy", ["bypass", "gallbladder", "stomach"]),
        ("ureteroscopy", ["inspection", "ureter"]),
        ("bile duct stent placement", ["dilation", "common bile duct", "intraluminal device"]),
        ("cystoscopy with bladder biopsy", ["excision", "bladder", "diagnostic"]),
        ("tibia fracture repair", ["reposition", "tibia"]),
        ("lap splenectomy", ["resection", "spleen", "percutaneous endoscopic"]),
        ("partial colectomy", ["excision", "large intestine"]),
    ],
)
def test_text_is_read_as_operation_body_part_and_details(
    reader: ProcedureReader, parser: Parser, typed: str, expected: list[str]
) -> None:
    assert slots(read(reader, parser, typed)) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "femur fracture",
        "status post cholecystectomy",
        "history of hysterectomy",
        "presence of coronary stent",
        "complication of tracheostomy",
        "absence of kidney after nephrectomy",
        "osteolysis",
        "spondylolysis",
        "anatomy",
        "paralysis",
    ],
)
def test_other_text_is_no_procedure(reader: ProcedureReader, parser: Parser, typed: str) -> None:
    assert read(reader, parser, typed) is None


def test_operations_of_the_likeliest_body_part_stand_first(engine: Engine) -> None:
    assert all(re.match("09[QRSU]M", code) for code in codes(engine, "septoplasty")[:4])
    assert "06BY" in codes(engine, "hemorrhoidectomy")[:3]


def test_body_part_stands_before_the_table_to_which_the_index_leads(engine: Engine) -> None:
    found = codes(engine, "nephropexy")
    assert found.index("0TS0") < found.index("0TS")


def test_procedure_stands_before_the_state_of_having_had_it(engine: Engine) -> None:
    assert codes(engine, "colostomy")[0].startswith("0D1")
    assert codes(engine, "colostomy status")[0] == "Z93.3"


def test_other_tissues_of_the_place_do_not_stand_among_the_first(engine: Engine) -> None:
    assert all(code.startswith("0SR") for code in codes(engine, "total hip arthroplasty")[:4])


def test_imaging_by_its_short_name(engine: Engine) -> None:
    assert all(code.startswith("B") for code in codes(engine, "mri")[:5])


def test_range_of_a_body_part_without_codes_stands_behind_what_holds_the_word(engine: Engine) -> None:
    for typed in ("heart", "skin", "eye"):
        assert not re.match(r"\d{5}-", codes(engine, typed)[0])


def test_service_is_found_by_the_name_of_its_range(engine: Engine) -> None:
    assert codes(engine, "radiology")[0] == "70010-79999"
