"""Tables of the final rule and HCC mappings added by the user: shown at the codes, the newest of each."""

import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from app.codes.parts import Part
from app.codes.payment import Payment
from app.codes.systems import System
from app.intake.add import add_files
from app.intake.apply import remake
from app.intake.file_records import DamagedError
from app.library.open import open_library
from app.library.reading.catalogue import Catalogue
from tests.releases import payment_files as files
from tests.releases.made_up import text, xlsx

pytestmark = pytest.mark.slow


def zipped(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return path


def table_6k(folder: Path, year: int, codes: tuple[str, ...]) -> Path:
    return zipped(folder / f"FY{year}-FR-Tables-6A-6K.zip", table6k_txt=text(files.table_6k(codes)))


def payment(library: Path, code: str) -> Payment:
    with closing(open_library(library)) as opened:
        catalogue = Catalogue(opened.connect())
        facts = catalogue.detail(catalogue.readings(code)[0].id).payment
    assert facts is not None
    return facts


def marks(library: Path) -> set[str]:
    with closing(open_library(library)) as opened:
        return set(Catalogue(opened.connect()).cc_marks().values())


def test_newer_table_replaces_and_older_does_not(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    report = add_files([table_6k(tmp_path, 2033, ("A000",))], home, bundled)
    assert report.added == ["Payment facts Table 6K of FY2033: 1 CC and MCC codes"]
    facts = payment(report.library, "A00.0")
    assert (facts.cc, facts.excluded_by, facts.release) == ("CC", 3, "Table 6K of FY2033")
    assert payment(report.library, "A00.1").cc is None
    assert marks(report.library) == {"CC"}

    report = add_files([table_6k(tmp_path, 2032, ("A001",))], home, bundled)
    assert report.added == []
    assert "older than Table 6K of FY2033; not added" in report.unchanged[0]
    report = add_files([table_6k(tmp_path, 2034, ("A001", "A0100"))], home, bundled)
    assert (payment(report.library, "A00.0").cc, payment(report.library, "A00.1").cc) == (None, "CC")
    # Made again from the files, it is the same.
    library = remake(home, bundled).library
    assert (payment(library, "A00.1").cc, payment(library, "A00.1").release) == ("CC", "Table 6K of FY2034")


def test_weights_and_mapping_in_both_forms(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    rows = [*files.hcc_mapping(2033), ["A000", "A title", "", "", "7", "", "", "", "Yes"]]
    mapping = zipped(tmp_path / "mappings.zip", map_csv=files.comma_separated(rows).encode(), map_xlsx=xlsx(rows))
    weights = zipped(
        tmp_path / "table5.zip", table5_txt=files.table_5(2033).encode(), table5_xlsx=xlsx(files.table_5_rows(2033))
    )
    report = add_files([mapping, weights, table_6k(tmp_path, 2033, ("A001",))], home, bundled)
    assert report.unread == []
    assert sorted(report.added) == [
        "Payment facts Payment year 2033 (initial): HCC categories of 5 codes",
        "Payment facts Table 5 of FY2033: weights of 770 MS-DRGs",
        "Payment facts Table 6K of FY2033: 1 CC and MCC codes",
    ]
    (row,) = payment(report.library, "A00.0").hcc
    assert (row.model, row.category) == ("CMS-HCC V28", "7")
    with closing(open_library(report.library)) as opened:
        (code_set,) = (loaded for loaded in Catalogue(opened.connect()).code_sets() if loaded.system is System.ICD10CM)
    (part,) = (part for part in code_set.parts if part.part == Part.DRG_WEIGHTS)
    assert (part.release, [source.file for source in part.sources]) == ("Table 5 of FY2033", ["table5.zip"])
    assert all(len(source.sha256) == 64 for source in part.sources)


def test_first_mapping_of_a_year_does_not_displace_the_later_one(tmp_path: Path, bundled: Path) -> None:
    home = tmp_path / "home"
    for stage, is_added in (("Initial", True), ("Midyear Final", True), ("Initial", False)):
        path = tmp_path / f"mapping {stage} {is_added}.csv"
        more = [["A000", "A title", "", "", "7", "", "", "", "Yes"]] if not is_added else []
        path.write_text(files.comma_separated(files.hcc_mapping(2033, stage, more)), encoding="utf-8", newline="")
        report = add_files([path], home, bundled)
        assert bool(report.added) is is_added
    assert "older than Payment year 2033 (final); not added" in report.unchanged[0]


def test_damaged_table_changes_nothing(tmp_path: Path, bundled: Path) -> None:
    path = tmp_path / "Table 6K FY2033.txt"
    path.write_bytes(text(files.table_6k(("A000",))[:-12]))
    with pytest.raises(DamagedError, match="line 12: expected 3 principal diagnoses in the collection 2, found 0"):
        add_files([path], tmp_path / "home", bundled)
