"""The page of real codes: its text, its links, and that it loads nothing."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from app.codes.detail import Note, NoteKind, Reference
from app.codes.node import Node
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.ui.code_page.page_browser import PageBrowser
from app.ui.code_page.page_style import COLUMN_CHARACTERS, PageStyle
from app.ui.code_page.page_writer import JOINER, DecorationKind, PageWriter
from app.ui.code_page.write_code import write_code_page
from app.ui.code_page.write_notes import is_note_heading, write_block
from app.ui.widgets.color_scheme import LIGHT
from app.ui.widgets.plain_text import tooltip
from tests.ui.code_page.written import Written, written

Write = Callable[..., Written]
Find = Callable[[str], Node]


@pytest.fixture
def write(catalogue: Catalogue, node: Find, qapp: object) -> Write:
    def page(code: str, *expanded: str) -> Written:
        detail = catalogue.detail(node(code).id)
        return written(lambda writer: write_code_page(writer, detail, frozenset(expanded), 50))

    return page


def test_a_code_is_answered_from_top_to_bottom(write: Write) -> None:
    page = write("E11.40")
    assert page.lines[:4] == [
        "4 Endocrine › Diabetes mellitus › E11 › E11.4",
        "E11.40",
        "Type 2 diabetes mellitus with diabetic neuropathy, unspecified",
        "Valid for submission\N{NO-BREAK SPACE}· FY2026 (April 2026)",
    ]
    nearest, chapter = (
        page.place("Notes from E11 Type 2 diabetes mellitus"),
        page.place("Notes from chapter 4 Endocrine, nutritional and metabolic diseases"),
    )
    assert nearest < page.place("Includes") < page.place("gestational diabetes (O24.4-)") < chapter
    assert "← E11.39" in page.lines[chapter:]


def test_every_step_of_the_breadcrumb_is_a_link(write: Write, node: Find) -> None:
    page = write("E11.40")
    steps = ["4", "E08-E13", "E11", "E11.4"]
    assert [address for _, address in page.links[:4]] == [f"node:{node(step).id}" for step in steps]


def test_a_missing_7th_character_is_a_warning_not_a_shade(write: Write) -> None:
    page = write("S72.301")
    assert "Not valid: needs a 7th character\N{NO-BREAK SPACE}· FY2026 (April 2026)" in page.lines


@pytest.mark.parametrize(
    ("kind", "first_line", "code", "inside"),
    [
        (DecorationKind.EXCLUDES1, "Excludes1: not coded here", "E11.40", "gestational diabetes (O24.4-)"),
        (
            DecorationKind.EXCLUDES2,
            "Excludes2: not included here, may be coded too",
            "S72.301A",
            "fracture of foot (S92.-)",
        ),
        (DecorationKind.ACCENT_BAR, "+ Use additional code to identify control using", "E11.40", "insulin (Z79.4)"),
        (DecorationKind.PLAIN_BAR, "Includes", "E11.40", "diabetes NOS"),
        (DecorationKind.ACCENT_BAR, "+ Code first underlying disease, such as", "G63", "amyloidosis (E85.-)"),
        (DecorationKind.PLAIN_BAR, "Inclusion terms", "T36.0X1A", "Poisoning by penicillins NOS"),
    ],
)
def test_each_kind_of_note_has_its_heading_and_bar(
    write: Write, kind: DecorationKind, first_line: str, code: str, inside: str
) -> None:
    blocks = [lines for lines in write(code).decorated(kind) if lines[0] == first_line]
    assert blocks
    assert inside in blocks[0]


def test_an_instruction_of_one_note_runs_on(write: Write) -> None:
    assert "+ Use additional code to identify site of ulcer (L97.4-, L97.5-)" in write("E11.621").lines


def test_own_notes_come_before_what_a_heading_holds_and_inherited_ones_after(write: Write) -> None:
    page = write("E11")
    inherited = page.place("Notes from chapter 4 Endocrine, nutritional and metabolic diseases")
    assert page.place("Notes at E11") < page.place("Below E11") < inherited


def test_codes_in_notes_are_links_to_what_they_name(write: Write, node: Find) -> None:
    links = dict(write("E11.40").links)
    assert links["O24.4-"] == f"node:{node('O24.4').id}"
    assert links["P70-P74"] == f"node:{node('P70-P74').id}"


def test_every_reference_of_every_note_is_found_on_the_page(write: Write, catalogue: Catalogue, node: Find) -> None:
    for code in ("E11.40", "S72.301A", "T36.0X1A", "G63", "H54", "19", "C7A"):
        notes = catalogue.detail(node(code).id).notes
        expected = [
            (reference.printed, f"node:{reference.target}")
            for note in notes
            for reference in note.references
            if reference.target is not None
        ]
        assert expected
        links = write(code).links
        assert [link for link in expected if link not in links] == []


def test_a_code_that_is_not_loaded_has_a_tooltip_and_no_link(qapp: object) -> None:
    document = QTextDocument()
    writer = PageWriter(document, PageStyle(LIGHT), is_narrow=False)
    note = Note("X", NoteKind.CODE_ALSO, "see (99213) too", (Reference(5, 10, "99213", None),))
    write_block(writer, NoteKind.CODE_ALSO, (note,), is_first=True)
    page = Written(document, writer)
    assert page.links == []
    assert page.lines[-1] == "+ Code also see (99213) too"
    tips: list[str] = []
    fragments = document.lastBlock().begin()
    while not fragments.atEnd():
        tips.append(fragments.fragment().charFormat().toolTip())
        fragments += 1
    assert tooltip("99213 is not among the codes loaded") in tips


def test_markup_in_a_text_is_text(qapp: object) -> None:
    document = QTextDocument()
    writer = PageWriter(document, PageStyle(LIGHT), is_narrow=False)
    text = '<img src="file:///etc/passwd"> & <b>bold</b>'
    write_block(writer, NoteKind.NOTE, (Note("X", NoteKind.NOTE, text, ()),), is_first=True)
    assert document.lastBlock().text() == text


def test_7th_characters_show_finished_codes_with_their_padding(write: Write, node: Find) -> None:
    page = write("T36.0X1")
    assert "A\tT36.0X1A\tinitial encounter" in page.lines
    assert ("T36.0X1D", f"node:{node('T36.0X1D').id}") in page.links
    padded = write("S06.0XAA")
    assert any("S06.0XAD" in line for line in padded.lines)


def test_a_7th_character_that_a_stem_does_not_take_is_no_link(write: Write) -> None:
    """S06.1X7 has no code for a subsequent encounter, although its category defines that 7th character."""
    page = write("S06.1X7")
    invalid = [line for line in page.lines if line.endswith("(not valid with this code)")]
    assert any(line.startswith("D\t") for line in invalid)
    assert not any(text.startswith("S06.1X7D") for text, _ in page.links)


def test_terms_among_the_7th_characters_stand_apart_from_the_instruction(write: Write) -> None:
    bars = write("S72.301A").decorated(DecorationKind.PLAIN_BAR)
    instruction = ["7th character", "The appropriate 7th character is to be added to all codes from category S72"]
    assert instruction in bars
    assert ["Terms printed with the 7th characters", "B  initial encounter for open fracture NOS"] in bars


def test_a_term_that_no_7th_character_begins_with_stands_without_one(write: Write) -> None:
    assert ["Terms printed with the 7th characters", "advanced dry stage"] in write("H35.3111").decorated(
        DecorationKind.PLAIN_BAR
    )


def test_a_note_that_announces_the_next_is_its_heading(catalogue: Catalogue) -> None:
    """The chapter of neoplasms has four of them, and nothing else in the Tabular List looks like one."""
    headings = [
        (chapter.code, note.text)
        for chapter in catalogue.roots(System.ICD10CM)
        for notes in [[note for note in catalogue.detail(chapter.id).notes if note.kind is NoteKind.NOTE]]
        for number, note in enumerate(notes)
        if is_note_heading(note, tuple(notes[number + 1 :]))
    ]
    assert [chapter for chapter, _ in headings] == ["2"] * 4
    assert ("2", "Functional activity") in headings


def test_the_current_7th_character_is_marked(write: Write) -> None:
    assert [lines[0][0] for lines in write("S72.301D").decorated(DecorationKind.CHOSEN)] == ["D"]
    assert write("S72.301").decorated(DecorationKind.CHOSEN) == []


def test_a_pcs_code_is_read_axis_by_axis(write: Write) -> None:
    page = write("0DTJ4ZZ")
    axes = [line for line in page.lines if line.count("\t") == 2]
    assert axes == [
        "0\tSection\tMedical and Surgical",
        "D\tBody system\tGastrointestinal System",
        "T\tRoot operation\tResection",
        "J\tBody part\tAppendix",
        "4\tApproach\tPercutaneous Endoscopic",
        "Z\tDevice\tNo Device",
        "Z\tQualifier\tNo Qualifier",
    ]
    assert "Cutting out or off, without replacement, all of a body part" in page.lines
    assert "also called Appendiceal orifice\N{NO-BREAK SPACE}· Vermiform appendix" in page.lines
    # What the official terms say is not said by ours besides.
    assert not any("For example: Appendiceal" in line for line in page.lines)
    assert "For example: Total nephrectomy, total lobectomy of lung" in page.lines
    assert "PCS Index Resection, Appendix" in page.lines


def test_a_family_shows_its_four_axes_and_its_variants(write: Write, node: Find) -> None:
    page = write("0DTJ")
    assert len([line for line in page.lines if line.count("\t") == 2]) == 4
    assert "0DTJ4ZZ\tPercutaneous Endoscopic Approach" in page.lines
    assert ("0DTJ4ZZ", f"node:{node('0DTJ4ZZ').id}") in page.links


def test_many_terms_are_cut_and_opened_on_demand(write: Write, catalogue: Catalogue, node: Find) -> None:
    """The abdominal sympathetic nerve has too many names to read at once."""
    code = "015M0ZZ"
    terms = next(axis.terms for axis in catalogue.detail(node(code).id).axes if axis.position == 4)
    assert len(terms) > 12
    page = write(code)
    assert (f"show all {len(terms)} terms", "more:terms4") in page.links
    assert not any(terms[-1] in line for line in page.lines)
    expanded = write(code, "terms4")
    assert any(terms[-1] in line for line in expanded.lines)
    assert not any(address == "more:terms4" for _, address in expanded.links)


def test_a_heading_lists_what_it_holds_with_a_mark_each(write: Write) -> None:
    page = write("E11")
    assert "E11.4\twith neurological complications  6\N{NO-BREAK SPACE}codes" in page.lines
    assert "E11.9\twithout complications" in page.lines
    marked = {mark.block for mark in page.writer.marks}
    assert page.place("E11.9\twithout complications") in marked


def test_other_sides_are_links_with_their_key(write: Write, node: Find) -> None:
    page = write("S72.301A")
    assert "Left S72.302A · Unspecified S72.309A   Ctrl+R" in page.lines
    assert ("S72.302A", f"node:{node('S72.302A').id}") in page.links


def test_the_table_of_visual_impairment(write: Write) -> None:
    page = write("H54.8")
    assert "Visual impairment" in page.lines
    assert "6/18" in page.lines
    assert "Minimum equal to or better than:" in page.lines


def test_neighbors_stand_at_the_end(write: Write, node: Find) -> None:
    links = write("E11.40").links
    assert ("E11.39", f"node:{node('E11.39').id}") in links[-4:]
    assert ("E11.41", f"node:{node('E11.41').id}") in links[-4:]


@pytest.fixture
def page(qtbot: QtBot) -> PageBrowser:
    page = PageBrowser(PageStyle(LIGHT))
    qtbot.addWidget(page)
    page.resize(565, 700)
    page.show()
    qtbot.waitExposed(page)
    return page


def show(page: PageBrowser, catalogue: Catalogue, node: Node) -> None:
    page.show_page(lambda writer: write_code_page(writer, catalogue.detail(node.id), frozenset(), 50), PageStyle(LIGHT))


def test_nothing_is_ever_loaded(page: PageBrowser) -> None:
    assert page.loadResource(2, QUrl("file:///etc/hostname")) is None
    assert page.document().resource(2, QUrl("https://example.org/x.png")) is None
    assert not page.openLinks()


def test_no_line_of_a_note_is_longer_than_75_characters(page: PageBrowser, catalogue: Catalogue, node: Find) -> None:
    page.resize(1400, 700)
    longest: list[float] = []
    for code in ("19", "2", "H54.8", "O60.10X1"):
        show(page, catalogue, node(code))
        block = page.document().begin()
        while block.isValid():
            layout = block.layout()
            longest += [layout.lineAt(number).textLength() for number in range(layout.lineCount())]
            block = block.next()
    # A line of is_narrow letters holds a few more than the average that the column is measured by.
    assert COLUMN_CHARACTERS * 0.8 < max(longest) <= COLUMN_CHARACTERS * 1.12


def test_the_text_keeps_its_place_when_the_scroll_bar_comes_and_goes(
    page: PageBrowser, catalogue: Catalogue, node: Find
) -> None:
    page.resize(565, 900)
    show(page, catalogue, node("0DTJ4ZZ"))
    assert page.verticalScrollBar().maximum() == 0
    short = page.document().rootFrame().frameFormat().leftMargin(), page.column_width()
    show(page, catalogue, node("S72.301"))
    assert page.verticalScrollBar().maximum() > 0
    assert (page.document().rootFrame().frameFormat().leftMargin(), page.column_width()) == short


def test_copied_text_is_the_text_of_the_notes(page: PageBrowser, catalogue: Catalogue, node: Find) -> None:
    show(page, catalogue, node("E11.40"))
    page.selectAll()
    assert "newborn (P70-P74)\n" in page.selected_text()
    assert JOINER not in page.createMimeDataFromSelection().text()
