"""Order addenda applied forward: real years give the next year exactly; those that do not fit wait."""

from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.cli.show_text import detail_lines
from app.codes.code_sets import Source
from app.codes.detail import Note, NoteKind, SeventhCharacter, axes_releases
from app.codes.systems import System
from app.intake.add import add_files
from app.intake.file_records import FileRecords, ReleaseAddenda
from app.intake.merge_addenda import with_following_years, with_year_before
from app.intake.read_files import read_files
from app.intake.release_report import ReleaseReporter, Sentences
from app.library.code_history import Snapshot
from app.library.open import open_library
from app.library.reading.catalogue import Catalogue
from app.releases.recognition.recognize import recognize
from app.releases.records import Addendum, AddendumKind, OrderCode, Release
from tests.intake import made_up_releases as files
from tests.intake.conftest import contents_of, differing
from tests.intake.made_up_releases import CM
from tests.intake.test_add import Ask, nodes
from tests.official import official

LATER = {
    "A00": "Blue fever",
    "A000": "Blue fever, right arm",
    "A0001": "Blue fever, right thumb",
    "A0009": "Blue fever, rest of the right arm",
    "A001": "Blue fever, left arm",
    "A01": "Red fever",
    "A018": "Other red fevers",
    "A02": "Green fever",
}
"""A code divided, one that ends, one with another title, one that is new."""


def addenda_of(folder: Path, year: int = 2032, before: files.Codes = CM, after: files.Codes = LATER) -> Path:
    """Write order addenda without their order file."""
    path = folder / f"icd10cm_order_addenda_{year}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = files.addenda(year, before, after).split("\r\n")
    if "A0001" in after and "A0001" not in before:
        # A code that becomes a heading is deleted and added again.
        row = f"1 A000    {before['A000']:<60} {before['A000']}"
        rows[:0] = [f"Delete:      {row}", f"Add:         0{row[1:]}"]
    path.write_text("\r\n".join(rows), encoding="ascii")
    return path


def records(*paths: Path) -> FileRecords:
    recognized = [file for path in paths for file in recognize(path)[0]]
    return read_files(recognized, lambda _step, _share: None)


def reporter(sentences: Sentences) -> ReleaseReporter:
    return ReleaseReporter(sentences, "ICD-10", ())


def facts(snapshot: Snapshot) -> dict[str, tuple[bool, str]]:
    return {plain: (code.valid, code.title) for plain, code in snapshot.codes.items()}


def only(read: FileRecords, year: int) -> tuple[Snapshot, ReleaseAddenda]:
    """Return the order file and the addenda of a year."""
    (order,) = (order for order in read.orders if order.release.name == f"FY{year}")
    (addenda,) = (addenda for addenda in read.addenda if addenda.release.name == f"FY{year}")
    return order, addenda


@pytest.mark.slow
def test_fy2025_with_the_addenda_of_fy2026_is_fy2026() -> None:
    archives = [official("icd10cm", f"{year}-code-descriptions-tabular-order.zip") for year in (2025, 2026)]
    read = records(*archives)
    (before, _), (after, addenda) = only(read, 2025), only(read, 2026)
    _, made = with_following_years(reporter(Sentences()), [before], [addenda])
    assert facts(made) == facts(after)
    assert made.release.remark == "Codes by the order addenda of FY2026, from those of FY2025."
    moved = [(own, official) for own, official in zip(made.codes, after.codes, strict=True) if own != official]
    assert len(moved) < 0.02 * len(after.codes), moved[:5]


@pytest.mark.slow
def test_the_addenda_of_fy2027_give_the_codes_that_they_count() -> None:
    archive = official("icd10cm", "2026-code-descriptions-tabular-order.zip")
    read = records(archive, official("icd10cm", "icd10cm_order_addenda_2027.txt"))
    made = with_following_years(reporter(Sentences()), read.orders, read.addenda[-1:])[-1]
    assert made.release.name == "FY2027"
    assert (len(made.codes), sum(code.valid for code in made.codes.values())) == (98_403, 74_879)
    for plain in ("C7831", "I4201", "E89830"):
        assert made.codes[plain].valid
    assert not made.codes["D691"].valid
    assert made.codes["E8983"] == OrderCode("E8983", False, "Postprocedural hypoglycemia following a procedure")


@pytest.mark.slow
@pytest.mark.parametrize("year", [2019, 2025])
@pytest.mark.parametrize("system", [System.ICD10CM, System.ICD10PCS])
def test_taken_back_and_applied_again_a_year_is_itself(system: System, year: int) -> None:
    names = {
        System.ICD10CM: f"{year}-code-descriptions-tabular-order.zip",
        System.ICD10PCS: f"{year}-icd-10-pcs-order-file"
        + ("-long-and-abbreviated-titles.zip" if year > 2022 else ".zip"),
    }
    order, addenda = only(records(official(system.value, names[system])), year)
    before, _ = with_year_before(reporter(Sentences()), (order,), addenda)
    _, made = with_following_years(reporter(Sentences()), [before], [addenda])
    assert facts(made) == facts(order)


@pytest.mark.slow
def test_addenda_of_another_state_of_the_year_wait() -> None:
    """Those of FY2026 change ICD-10-PCS as of April 2025, which has 38 codes more than October 2024."""
    archives = [
        official("icd10pcs", f"{year}-icd-10-pcs-order-file-long-and-abbreviated-titles.zip") for year in (2025, 2026)
    ]
    read = records(*archives)
    (before, _), (_, addenda) = only(read, 2025), only(read, 2026)
    sentences = Sentences()
    assert with_following_years(reporter(sentences), [before], [addenda]) == (before,)
    (sentence,) = sentences.unchanged
    assert "changes 78,986 valid codes" in sentence
    assert "FY2025 has 78,948" in sentence
    assert sentence.endswith("add the order file of FY2026, which has all of its codes.")


def test_addenda_alone_give_the_year_after(tmp_path: Path, bundled: Path, query: Ask) -> None:
    path = addenda_of(tmp_path)
    report = add_files([path], tmp_path / "home", bundled)
    (sentence,) = report.added
    assert sentence.startswith("ICD-10-CM FY2032: 8 codes, those of FY2031 with its addenda (")
    assert sentence.endswith("(3 new, 1 ended, 1 now headings, 1 revised)")
    rows = nodes(query, report.library, System.ICD10CM)
    assert rows["A02"] == ("Green fever", "valid", "2031-10-01", None)
    assert rows["A000"][1] == "heading"
    assert rows["A0001"] == ("Blue fever, right thumb", "valid", "2031-10-01", None)
    assert rows["A010"][1:] == ("ended", None, "2031-09-30")
    assert rows["A018"][0] == "Other red fevers"
    assert not add_files([path], tmp_path / "home", bundled).added
    # The order file itself takes the place of what was made, whichever comes first.
    order = files.cm_order(tmp_path, 2032, LATER)
    after = add_files([order], tmp_path / "home", bundled).library
    alone = add_files([order], tmp_path / "alone", bundled).library
    assert query(after, "SELECT remark FROM release WHERE part = 'codes' AND name = 'FY2032'") == [("",)]
    tables = ("node", "change", "release")
    assert not {table for table in differing(contents_of(after), contents_of(alone)) if table in tables}


def test_notes_of_the_year_before_say_so(tmp_path: Path, bundled: Path) -> None:
    library = add_files([addenda_of(tmp_path)], tmp_path / "home", bundled).library
    with closing(open_library(library)) as opened, closing(open_library(bundled)) as before:
        catalogue, catalogue_before = Catalogue(opened.connect()), Catalogue(before.connect())
        new = catalogue.find(System.ICD10CM, "A0001")
        old = catalogue_before.find(System.ICD10CM, "A000")
        assert new is not None
        assert old is not None
        detail = catalogue.detail(new.id)
        assert (detail.release, detail.notes_release) == ("FY2032", "FY2031")
        assert catalogue_before.detail(old.id).notes_release == ""
        noted = replace(detail, notes=(Note("A00", NoteKind.INCLUDES, "fevers that are blue", ()),))
        assert "\nFrom A00 in the Tabular List of FY2031" in list(detail_lines(noted, ""))
        divided = replace(detail, seventh=(SeventhCharacter("A", "initial encounter", "A00.01XA", new.id),))
        assert "\n7th characters in the Tabular List of FY2031" in list(detail_lines(divided, ""))
        assert axes_releases(detail) == ""
        assert axes_releases(replace(detail, tables_release="FY2031")) == "Tables of FY2031"
        # All codes of the release are there, though no order file of it is.
        assert catalogue.complete_release(System.ICD10CM) == "FY2032"


def test_addenda_wait_for_the_codes_that_they_change(tmp_path: Path, bundled: Path, query: Ask) -> None:
    later = {**LATER, "A03": "Pink fever"}
    path = addenda_of(tmp_path, 2033, LATER, later)
    report = add_files([path], tmp_path / "home", bundled)
    assert not report.added
    (sentence,) = report.unchanged
    assert sentence.endswith(
        "is kept and waits: it changes the codes of FY2032, which are not loaded; add the order file of FY2032, or of "
        "FY2033, too."
    )
    # Those of the year before bring them, and so does an order file.
    addenda_before, order_before = addenda_of(tmp_path / "2032"), files.cm_order(tmp_path, 2032, LATER)
    for name, before in (("home", addenda_before), ("other", order_before)):
        add_files([path], tmp_path / name, bundled)
        report = add_files([before], tmp_path / name, bundled)
        assert nodes(query, report.library, System.ICD10CM)["A03"] == ("Pink fever", "valid", "2032-10-01", None)


@pytest.mark.parametrize(
    "first",
    [
        Addendum(AddendumKind.ADD, "A02", "Green fever", valid=True),
        Addendum(AddendumKind.REVISE, "A018", "Pale red fevers", CM["A018"], valid=True),
    ],
)
def test_addenda_that_revise_a_code_twice_do_not_fit(first: Addendum) -> None:
    """Nothing says which title is the last; both may be lines of one damaged file without statistics."""
    before, after = (
        Release(System.ICD10CM, f"FY{year}", date(year - 1, 10, 1), date(year, 9, 30), (Source("a.txt", ""),))
        for year in (2031, 2032)
    )
    base = Snapshot(before, {plain: OrderCode(plain, True, title) for plain, title in CM.items()})
    again = Addendum(AddendumKind.REVISE, first.code, "Other fevers", first.before or first.title, valid=True)
    sentences = Sentences()
    assert with_following_years(reporter(sentences), [base], [ReleaseAddenda(after, (first, again))]) == (base,)
    (sentence,) = sentences.unchanged
    assert f"it does not fit FY2031 at {first.code};" in sentence


@pytest.mark.slow
def test_the_addenda_of_fy2027_added_twice_change_nothing(tmp_path: Path, library_path: Path) -> None:
    """The codes of FY2026 are read back as they were: also stems that ended with their 7th characters."""
    path = official("icd10cm", "icd10cm_order_addenda_2027.txt")
    assert add_files([path], tmp_path, library_path).added
    report = add_files([path], tmp_path, library_path)
    assert not report.added
    assert report.unchanged == ["ICD-10-CM FY2027: order addenda, unchanged"]
