"""Reasons for rows."""

from dataclasses import replace

import pytest

from app.codes.systems import System
from app.library.entries import UNCOUNTED_WORDS
from app.library.reading.catalogue import Catalogue
from app.library.tokens import word_list
from app.search.answer import Question
from app.search.engine import Engine
from app.search.parsing.query import Reading
from app.search.presenting.reasons import index_name, index_path, quoted_part


@pytest.mark.parametrize(
    ("line", "code", "name"),
    [
        ("Neoplasm, breast, Malignant Primary", "C50", "Neoplasm Table"),
        ("Petrol, vapor, Poisoning Assault", "T52", "Table of Drugs"),
        ("Petrol → Gasoline, Underdosing", "T52", "Index"),
        ("Fall, falling, from, ladder", "W11", "External Cause Index"),
        ("Attack, heart → Infarct, myocardium", "I21", "Index"),
    ],
)
def test_name_of_the_index_follows_from_the_line(catalogue: Catalogue, line: str, code: str, name: str) -> None:
    node = catalogue.find(System.ICD10CM, code)
    assert node is not None
    assert index_name(line, node) == name
    assert index_name(line, replace(node, system=System.ICD10PCS)) == "Index"


@pytest.mark.parametrize(
    ("line", "typed", "quoted"),
    [
        ("Fever (inanition) (of unknown origin) (persistent)", "unknown", "Fever (of unknown origin)"),
        ("Fever (inanition) (persistent), spinal → Meningitis", "fever", "Fever, spinal → Meningitis"),
        ("Ulcer, ulcerated, ulcerating, ulceration, pressure, stage 3", "ulcer", "Ulcer, pressure, stage 3"),
        (
            "Diabetes, diabetic (mellitus), due to underlying condition, with, retinopathy, proliferative, edema",
            "edema",
            "Diabetes, …, with, retinopathy, proliferative, edema",
        ),
    ],
)
def test_a_line_is_quoted_by_its_main_term_and_its_end(line: str, typed: str, quoted: str) -> None:
    assert index_path(line, [Reading((typed,))]) == quoted


def test_quoted_part_ends_before_the_reference() -> None:
    assert quoted_part("Index: Attack, heart → Infarct, myocardium · synonym: x → y") == "Index: Attack, heart"
    assert quoted_part("includes: Stone in kidney · synonym: x → y") == "includes: Stone in kidney"


@pytest.mark.parametrize(
    ("text", "code", "reason"),
    [
        ("fracture femur initial encounter", "S72.90", "7th characters: initial encounter"),
        ("fracture femur shaft right init", "S72.301", "7th characters: initial"),
        ("gout tophus", "M1A.9", "7th characters: tophus"),
        ("glaucoma severe stage", "H40.10", "7th characters: severe stage"),
        ("resection appendix open", "0DTJ", "approach: open"),
        ("drainage device percutaneous lung", "0B9L", "device · approach: percutaneous"),
    ],
)
def test_reason_names_words_of_7th_characters_and_axes(engine: Engine, text: str, code: str, reason: str) -> None:
    hit = next(hit for hit in engine.search(Question(text)).hits if hit.node.code == code)
    assert hit.reason.endswith(reason)
    marked = [hit.reason[start:end] for start, end in hit.reason_marks]
    assert marked
    assert all(mark in reason for mark in marked)


def test_variant_with_all_words_in_its_title_has_no_reason(engine: Engine) -> None:
    first = engine.search(Question("colles fracture right initial encounter closed")).hits[0]
    assert (first.node.code, first.reason) == ("S52.531A", "")


TEXTS_WITH_REASONS = [
    *("fracture femur initial encounter", "excision lung percutaneous", "sprain ankle subsequent", "fall initial"),
    *("pregnancy fetus 2", "neuropathy", "heart attack", "walker", "abscess metastatic liver", "knee replacement"),
    *("colles fracture right", "type 2 diabetes foot", "chf", "post-operative pain", "nosebleed", "cabg"),
]


@pytest.mark.parametrize("text", TEXTS_WITH_REASONS)
def test_row_without_all_words_in_its_title_has_a_reason(engine: Engine, text: str) -> None:
    typed = [word for word in word_list(text) if word not in UNCOUNTED_WORDS]
    for hit in engine.search(Question(text)).hits:
        title = word_list(hit.node.title)
        if not all(any(word in title_word for title_word in title) for word in typed):
            assert hit.reason, hit.node.code


def test_code_of_one_side_names_no_characters_for_both(engine: Engine) -> None:
    reasons = {hit.node.code: hit.reason for hit in engine.search(Question("pain both knees")).hits[:4]}
    assert reasons["M25.561"] == reasons["M25.562"] == ""
