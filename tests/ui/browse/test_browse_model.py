"""The tree of code sets: the texts of its rows, and that it fetches only opened branches."""

import gc
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from app.codes.code_sets import CodeSet
from app.codes.names import printed_range
from app.codes.node import Level, Node
from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.ui.browse.browse_model import BrowseModel, BrowseRole, TreeItem, chapter_range

Find = Callable[[str], Node]


@pytest.fixture
def model(catalogue: Catalogue) -> BrowseModel:
    return BrowseModel(catalogue)


def texts_of(model: BrowseModel, index: QModelIndex) -> tuple[str, str, str]:
    """Return the texts that the delegate paints: code, label, aside."""
    return tuple(model.data(index, role) for role in (BrowseRole.CODE, BrowseRole.LABEL, BrowseRole.ASIDE))  # type: ignore[return-value]


class TwoChapters(Catalogue):
    """ICD-10-CM with chapters 4 and 15 alone: the model tester fetches all there is, for ten seconds."""

    def code_sets(self) -> tuple[CodeSet, ...]:
        return super().code_sets()[:1]

    def roots(self, system: System) -> tuple[Node, ...]:
        return tuple(chapter for chapter in super().roots(system) if chapter.code in ("4", "15"))


@pytest.mark.slow
def test_is_a_sound_model(library: Library, node: Find) -> None:
    model = BrowseModel(TwoChapters(library.connect()))
    # Open before the tester looks, and opened while it watches. It complains through Qt's log, which fails the test.
    assert model.index_of(node("O60.10X1").id).isValid()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert model.index_of(node("E11.40").id).isValid()
    # The tester fetches everything again whenever rows are inserted, but not while they are removed.
    model.forget_rows(lambda branch: branch == model.index_of(node("E11.4").id), most=0)
    assert model.rowCount(model.index_of(node("E11.4").id)) == 0
    assert tester.model() is model


def test_a_node_outside_the_tree_has_no_index(library: Library, node: Find) -> None:
    model = BrowseModel(TwoChapters(library.connect()))
    assert not model.index_of(node("0DTJ4ZZ").id).isValid()
    assert not model.index_of(node("A00").id).isValid()


def test_roots_are_the_code_sets_with_their_valid_codes(model: BrowseModel) -> None:
    rows = [texts_of(model, model.index(row, 0)) for row in range(model.rowCount())]
    assert rows == [
        ("", "ICD-10-CM", "74,719"),
        ("", "ICD-10-PCS", "78,913"),
        ("", "HCPCS Level II", "1,515 · Codarium's words"),
        ("", "CPT", "structure · 6 examples"),
        ("", "Modifiers", "406 · Codarium's words"),
        ("", "Place of Service", "52 · Codarium's words"),
    ]


@pytest.mark.parametrize(
    ("system", "code", "painted"),
    [
        (System.HCPCS, "J", ("J", "Drugs not given orally, and chemotherapy", "")),
        (System.HCPCS, "J0120-J3591", ("", "Injected drugs", "J0120–J3591")),
        (System.HCPCS, "J1885", ("J1885", "Ketorolac injection, per 15 mg", "")),
        (System.CPT, "I", ("", "Category I", "")),
        (System.CPT, "98000-99499", ("", "Evaluation and Management", "98000–99499")),
        (System.MODIFIER, "25", ("25", "Significant, separately identifiable E/M", "")),
        (System.POS, "11", ("11", "Office", "")),
        (System.ICD10PCS, "X", ("X", "New Technology", "")),
    ],
)
def test_every_code_set_has_its_branches(
    model: BrowseModel, catalogue: Catalogue, system: System, code: str, painted: tuple[str, str, str]
) -> None:
    node = catalogue.find(system, code)
    assert node is not None
    assert texts_of(model, model.index_of(node.id)) == painted


def test_the_places_of_service_stand_right_below_their_code_set(model: BrowseModel) -> None:
    root = model.index_of_set(System.POS)
    model.fetchMore(root)
    assert model.rowCount(root) == 52
    assert not model.hasChildren(model.index(0, 0, root))


@pytest.mark.slow
def test_a_section_that_is_not_loaded_cannot_be_opened(library_path: Path, tmp_path: Path) -> None:
    path = shutil.copy(library_path, tmp_path / "codes.db")
    connection = sqlite3.connect(path)
    connection.execute("UPDATE node SET last = id, variants = 0 WHERE system = 'icd10pcs' AND plain = 'X'")
    catalogue = Catalogue(connection)
    model = BrowseModel(catalogue)
    section = catalogue.find(System.ICD10PCS, "X")
    assert section is not None
    assert texts_of(model, model.index_of(section.id)) == ("X", "New Technology", "not loaded")
    index = model.index_of(section.id)
    assert not model.hasChildren(index)
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == "X New Technology, not loaded"


def test_fetches_a_branch_when_it_is_opened(model: BrowseModel) -> None:
    root = model.index(0, 0)
    assert model.hasChildren(root)
    assert model.rowCount(root) == 0
    assert model.canFetchMore(root)
    model.fetchMore(root)
    assert model.rowCount(root) == 22
    assert not model.canFetchMore(root)


def test_reports_the_rows_that_it_fetches(model: BrowseModel) -> None:
    announced: list[tuple[int, int]] = []

    def note(_parent: QModelIndex, first: int, last: int) -> None:
        announced.append((first, last))

    model.rowsInserted.connect(note)
    model.fetchMore(model.index(0, 0))
    assert announced == [(0, 21)]


@pytest.mark.parametrize(
    ("code", "painted"),
    [
        ("1", ("1", "Certain infectious and parasitic diseases", "A00–B99")),
        ("E08-E13", ("", "Diabetes mellitus", "E08–E13")),
        ("B20-B20", ("", "Human immunodeficiency virus [HIV] disease", "B20")),
        ("E11", ("E11", "Type 2 diabetes mellitus", "")),
        ("E11.2", ("E11.2", "with kidney complications", "")),
        # Its own heading says something else; the category above has said the beginning.
        ("E11.40", ("E11.40", "with diabetic neuropathy, unspecified", "")),
        ("S72.301A", ("S72.301A", "initial encounter for closed fracture", "")),
        # Their section says it with a plural.
        ("T36", ("T36", "systemic antibiotics", "")),
        ("D49.4", ("D49.4", "bladder", "")),
        ("0DT", ("0DT", "Resection", "")),
        ("0DTJ", ("0DTJ", "Appendix", "")),
        ("0DTJ4ZZ", ("0DTJ4ZZ", "Percutaneous Endoscopic Approach", "")),
    ],
)
def test_the_texts_of_a_row(model: BrowseModel, node: Find, code: str, painted: tuple[str, str, str]) -> None:
    assert texts_of(model, model.index_of(node(code).id)) == painted


def test_a_shortened_title_is_complete_in_tooltip_and_accessible_text(model: BrowseModel, node: Find) -> None:
    index = model.index_of(node("E11.2").id)
    title = "Type 2 diabetes mellitus with kidney complications"
    assert title in str(model.data(index, Qt.ItemDataRole.ToolTipRole))
    assert model.data(index, Qt.ItemDataRole.AccessibleTextRole) == f"E11.2 {title}, heading"


def test_the_tooltip_tells_what_the_mark_means(model: BrowseModel, node: Find, catalogue: Catalogue) -> None:
    tips = [
        str(model.data(model.index_of(node(code).id), Qt.ItemDataRole.ToolTipRole)) for code in ("E11", "E11.9", "G63")
    ]
    assert [tip.partition("\n")[2].removesuffix("</p>") for tip in tips] == [
        "Heading",
        "Valid for submission",
        "Manifestation, never first-listed",
    ]
    modifier = catalogue.find(System.MODIFIER, "25")
    assert modifier is not None
    assert "\nActive" in str(model.data(model.index_of(modifier.id), Qt.ItemDataRole.ToolTipRole))


def test_accessible_text_includes_the_mark(model: BrowseModel, node: Find) -> None:
    texts = [model.data(model.index_of(node(code).id), Qt.ItemDataRole.AccessibleTextRole) for code in ("G63", "E11.9")]
    assert [str(text).partition(", ")[2] for text in texts] == ["manifestation, never first-listed", ""]


def test_index_of_finds_its_way_back(model: BrowseModel, node: Find) -> None:
    target = node("0DTJ4ZZ")
    index = model.index_of(target.id)
    levels: list[Level] = []
    while index.isValid():
        step = model.node(index)
        if step is not None:
            levels.append(step.level)
        index = index.parent()
    assert levels == [Level.PCS_CODE, Level.FAMILY, Level.OPERATION, Level.BODY_SYSTEM, Level.PCS_SECTION]


def test_ranges_are_printed_with_a_dash_of_their_own(catalogue: Catalogue, node: Find) -> None:
    assert printed_range("C7A-C7A") == "C7A"
    assert printed_range("E08-E13") == "E08–E13"
    assert chapter_range(catalogue.children(node("4").id)) == "E00–E89"
    assert chapter_range(()) == ""


def test_forgotten_rows_are_freed_without_the_collector(model: BrowseModel, node: Find) -> None:
    code_sets = model.count
    gc.collect()
    gc.disable()
    try:
        before = live_items()
        for code in ("E11.40", "I10", "0DTJ4ZZ"):
            assert model.index_of(node(code).id).isValid()
        assert live_items() > before + 100
        model.forget_rows(lambda _branch: True, most=0)
        assert model.count == code_sets
        assert live_items() == before
    finally:
        gc.enable()


def live_items() -> int:
    return sum(isinstance(live, TreeItem) for live in gc.get_objects())
