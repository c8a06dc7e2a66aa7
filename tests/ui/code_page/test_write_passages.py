"""Texts about a code: official or Codarium's, steps in order, lessons of a group, links to the Code sets view."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QTextDocument

from app.codes.detail import OWN_WORDS_HEADING, Passage
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.ui.code_page.page_style import PageStyle
from app.ui.code_page.page_writer import PageWriter
from app.ui.code_page.write_code import write_code_page
from app.ui.code_page.write_passages import write_passages
from app.ui.widgets.color_scheme import LIGHT
from tests.ui.code_page.written import Written, written

pytestmark = pytest.mark.usefixtures("qapp")


def passages(*passages: Passage) -> Written:
    return written(lambda writer: write_passages(writer, passages))


def real(catalogue: Catalogue, system: System, code: str) -> Written:
    node = catalogue.find(system, code)
    assert node is not None
    detail = catalogue.detail(node.id)
    return written(lambda writer: write_code_page(writer, detail, frozenset(), 50, own_words=True))


def test_each_kind_of_words_is_named_once() -> None:
    page = passages(
        Passage(OWN_WORDS_HEADING, "CPAP machine", ours=True),
        Passage("Short descriptor", "Cont airway pressure device", ours=False),
        Passage("The usual mistake", "Forgotten.", ours=True),
    )
    assert page.lines == [
        "In Codarium's words",
        "CPAP machine",
        "The usual mistake",
        "Forgotten.",
        "Official text",
        "Short descriptor",
        "Cont airway pressure device",
    ]


def test_steps_are_numbered_and_lists_are_not() -> None:
    page = passages(
        Passage("How it is chosen", "Ask.\nCheck.\nGrade.", ours=True),
        Passage("Modifiers", "95 or 93: by video.\nNone else.", ours=True),
    )
    assert page.lines[1:] == [
        "How it is chosen", "1.\tAsk.", "2.\tCheck.", "3.\tGrade.", "Modifiers", "95 or 93: by video.", "None else.",
    ]  # fmt: skip


def test_official_capitals_keep_their_letters_and_get_room() -> None:
    document = QTextDocument()
    writer = PageWriter(document, PageStyle(LIGHT), is_narrow=False)
    write_passages(writer, [Passage("Processing note 0196", "PUB. 100-4, CH.21.", ours=False)])
    last = document.lastBlock()
    assert last.text() == "PUB. 100-4, CH.21."
    assert last.begin().fragment().charFormat().font().letterSpacing() > 100


def test_an_example_teaches_in_order(catalogue: Catalogue) -> None:
    page = real(catalogue, System.CPT, "99213")
    steps = [line for line in page.lines if line[:2] in ("1.", "2.", "3.", "4.", "5.")]
    assert [step[:3] for step in steps] == ["1.\t", "2.\t", "3.\t", "4.\t", "5.\t"]
    assert page.place("How it is chosen") < page.place(steps[0]) < page.place("What it is confused with")


def test_a_group_lists_what_it_holds_before_it_teaches(catalogue: Catalogue) -> None:
    page = real(catalogue, System.CPT, "I")
    assert page.lines[:2] == ["CPT", "Category I"]
    assert page.lines.count("Category I") == 1
    assert page.place("In Codarium's words") < page.place("Below Category I") < page.place("Worth knowing")
    assert page.place("Worth knowing") < page.place("Add-on codes") < page.place("Unlisted codes")
    assert any(line.startswith("98000–99499\tEvaluation and Management") for line in page.lines)
    # A name is no code that one would copy.
    assert page.writer.code_block == -1


def test_a_section_of_hcpcs_goes_by_its_letter(catalogue: Catalogue) -> None:
    page = real(catalogue, System.HCPCS, "J")
    assert page.lines[:2] == ["HCPCS Level II", "Section J"]
    assert "Below section J" in page.lines


def test_a_pcs_section_that_is_not_loaded_links_to_code_sets(catalogue: Catalogue) -> None:
    node = catalogue.find(System.ICD10PCS, "X")
    assert node is not None
    # Whatever this database holds: without children the section is not loaded.
    bare = replace(node, has_children=False, variants=0)
    how = Passage("How to get its codes", "Choose Code sets > Get from CMS, or Code sets > Add file.", ours=True)
    detail = replace(catalogue.detail(node.id), node=bare, children=(), passages=(how,))
    page = written(lambda writer: write_code_page(writer, detail, frozenset(), 50))
    link = ("Code\N{NO-BREAK SPACE}sets", "action:code_sets")
    assert [other for other in page.links if other[1].startswith("action:")] == [link] * 2
    assert "Character 1 of 7" not in page.lines


def test_a_name_of_ours_leads_to_where_the_official_one_is_added(catalogue: Catalogue) -> None:
    assert ("Code\N{NO-BREAK SPACE}sets", "action:code_sets") in real(catalogue, System.HCPCS, "J1885").links
