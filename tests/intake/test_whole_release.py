"""Order files that are cut: refused with what is missing, while whole releases of any year are taken."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.codes.code_sets import Source
from app.codes.systems import System
from app.intake.add import add_files
from app.intake.apply import remake
from app.intake.whole_release import check_hcpcs_file, check_order_file
from app.library.code_history import Snapshot
from app.releases.errors import ReleaseError
from app.releases.records import OrderCode, Release
from tests.intake import made_up_releases as files
from tests.official import official


def release(year: int, system: System = System.ICD10CM) -> Release:
    source = Source(f"order {year}.zip", "0" * 64)
    return Release(system, f"FY{year}", date(year - 1, 10, 1), date(year, 9, 30), (source,))


def snapshot(year: int, codes: Sequence[str], system: System = System.ICD10CM) -> Snapshot:
    return Snapshot(release(year, system), {code: OrderCode(code, True, code) for code in codes})


WHOLE = [f"{chapter}{number:02}" for chapter in "ABZ" for number in range(40)]
NEXT = [*WHOLE[:-1], "Z40", "Z41"]


@pytest.mark.parametrize(
    ("year", "codes", "expected"),
    [
        (2031, WHOLE[:60], "has 0 codes that begin with Z, where FY2030 has 40"),
        (2031, WHOLE[:30], "has 0 codes that begin with B or Z, where FY2030 has 80"),
        (2031, WHOLE[:-1], "ends with Z38; Z39 of FY2030 should follow"),
        (2030, WHOLE[:-3], "ends with Z36; Z37 and 2 more codes of FY2030 should follow"),
        (2029, WHOLE[:90], "has 10 codes that begin with Z, where FY2030 has 40"),
    ],
)
def test_a_part_of_a_release_is_refused(year: int, codes: list[str], expected: str) -> None:
    with pytest.raises(ReleaseError, match=rf"^order {year}\.zip: not a whole release: FY{year} {expected}; the file"):
        check_order_file(snapshot(year, codes), [snapshot(2030, WHOLE)])


def test_releases_that_add_and_delete_codes_are_whole() -> None:
    check_order_file(snapshot(2031, NEXT), [snapshot(2030, WHOLE)])
    check_order_file(snapshot(2029, WHOLE[:-1]), [snapshot(2030, WHOLE)])
    check_order_file(snapshot(2031, WHOLE[:-1]), [snapshot(2030, WHOLE)], {"Z39"})
    check_order_file(snapshot(2031, WHOLE[:5]), [])


def test_new_technology_was_a_small_section_once() -> None:
    present = [snapshot(2030, [f"{section}{n:02}" for section in "0X" for n in range(60)], System.ICD10PCS)]
    old = [*(f"0{n:02}" for n in range(60)), "X00", "X59"]
    check_order_file(snapshot(2020, old, System.ICD10PCS), present)
    with pytest.raises(ReleaseError, match="has 2 codes that begin with X, where FY2030 has 60"):
        check_order_file(snapshot(2031, old, System.ICD10PCS), present)


def test_a_large_file_of_hcpcs_has_the_last_section() -> None:
    codes = [f"A{number:04}" for number in range(2_000)]
    check_hcpcs_file(snapshot(2030, [*codes, "V5364"], System.HCPCS))
    with pytest.raises(ReleaseError, match="ends with A1999, before section V; the file is cut"):
        check_hcpcs_file(snapshot(2030, codes, System.HCPCS))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parts", "lines", "expected"),
    [
        (("icd10cm", "2025-code-descriptions-tabular-order.zip"), 3_001, "codes that begin with D, E, F"),
        (("icd10cm", "2025-code-descriptions-tabular-order.zip"), 97_583, "expected codes after U09, a header"),
        (("icd10cm", "2019-code-descriptions-tabular-order.zip"), 94_001, "ends with Z85820; Z85821 and"),
        # Neither may wait for its tables, or for newer codes.
        (("icd10pcs", "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"), 3_000, "codes that begin with 0"),
        (("icd10pcs", "2022-icd-10-pcs-order-file.zip"), 3_000, "codes that begin with 0"),
    ],
)
def test_a_cut_year_leaves_the_bundle_as_it_is(
    parts: tuple[str, str], lines: int, expected: str, tmp_path: Path, library_path: Path
) -> None:
    with zipfile.ZipFile(official(*parts)) as archive:
        (name,) = (name for name in archive.namelist() if "_order_20" in name)
        content = archive.read(name)
    cut = tmp_path / name.rpartition("/")[2]
    cut.write_bytes(b"".join(content.splitlines(keepends=True)[:lines]))
    with pytest.raises(ReleaseError, match=expected):
        add_files([cut], tmp_path / "home", library_path)
    assert not list((tmp_path / "home").rglob("*.db"))


@pytest.mark.slow
def test_a_cut_file_does_not_stop_the_others_of_its_zip(tmp_path: Path, library_path: Path) -> None:
    with zipfile.ZipFile(official("icd10cm", "2025-code-descriptions-tabular-order.zip")) as archive:
        (name,) = (name for name in archive.namelist() if "_order_20" in name)
        cut = b"".join(archive.read(name).splitlines(keepends=True)[:3_001])
    with zipfile.ZipFile(official("icd10cm", "2026-conversion-table.zip")) as archive:
        (table,) = (name for name in archive.namelist() if name.endswith(".xlsx"))
        conversions = archive.read(table)
    mixed = tmp_path / "mixed.zip"
    with zipfile.ZipFile(mixed, "w") as archive:
        archive.writestr("icd10cm_order_2025.txt", cut)
        archive.writestr("conversions 2026.xlsx", conversions)
    report = add_files([mixed], tmp_path / "home", library_path)
    (sentence,) = report.unread
    assert sentence.startswith("mixed.zip › icd10cm_order_2025.txt: not a whole release: FY2025 has ")
    assert [text for text in report.added if "conversion table" in text]
    assert not [text for text in report.added if "codes" in text]
    # The kept file has both, and is read in the same way.
    assert remake(tmp_path / "home", library_path).unread == [sentence]


def test_codes_of_another_year_do_not_stop_the_others_of_their_zip(tmp_path: Path, bundled: Path) -> None:
    codes = {**files.CM, "A02": "Green fever"}
    zips = [files.cm_order(tmp_path / str(year), year, codes) for year in (2032, 2033)]
    mixed = tmp_path / "mixed.zip"
    with zipfile.ZipFile(mixed, "w") as archive:
        for path in zips:
            with zipfile.ZipFile(path) as one:
                for name in one.namelist():
                    # The same file byte for byte would count as a copy.
                    archive.writestr(name, one.read(name) + b"\r\n" * ("2033" in name))
    report = add_files([mixed], tmp_path / "home", bundled)
    assert report.added == [f"ICD-10-CM FY2032: {len(codes):,} codes"]
    (sentence,) = report.unread
    assert sentence.startswith("mixed.zip › ")
    assert "named FY2033, but its codes are exactly those of FY2032" in sentence
    with pytest.raises(ReleaseError, match="named FY2033, but its codes are exactly those of FY2032"):
        add_files(zips[1:], tmp_path / "home", bundled)


@pytest.mark.slow
def test_every_real_year_is_whole_beside_every_other() -> None:
    from app.intake.read_files import FileReader
    from app.releases.recognition.recognize import recognize

    reader = FileReader()
    for folder, names in {
        "icd10cm": [f"{year}-code-descriptions-tabular-order.zip" for year in (2019, 2022, 2025, 2026)],
        "icd10pcs": [
            "2019-icd-10-pcs-order-file.zip",
            "2022-icd-10-pcs-order-file.zip",
            "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip",
        ],
    }.items():
        recognized = [file for name in names for file in recognize(official(folder, name))[0]]
        orders = [order for file in recognized for order in reader.records(file).orders]
        assert len(orders) == len(names)
        for order in orders:
            for other in orders:
                check_order_file(order, [other])
                # An April with the codes of its October.
                april = replace(other.release, effective_from=date(other.release.effective_to.year, 4, 1))
                check_order_file(order, [Snapshot(april, other.codes)])
