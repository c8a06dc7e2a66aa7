"""Tables beside the codes: added without compiling the code set again, with the same result."""

import shutil
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.codes.parts import Part
from app.codes.systems import System
from app.intake.add import add_files
from app.intake.file_records import FileRecords
from app.intake.merge import merge
from app.library.compiling.compile import replace_in_library
from app.library.compiling.read_back import LoadedContents
from app.library.compiling.verify import verify
from app.library.contents import ChangedPart
from app.library.open import open_library
from app.library.own_words.tables import read_own_tables
from app.paths import resource
from app.releases.records import Conversion, PcsDefinition
from tests.intake import made_up_releases as files
from tests.intake.conftest import contents_of, differing
from tests.intake.made_up_releases import CM
from tests.library.conftest import release

LATER = {code: title for code, title in CM.items() if code != "A010"} | {"A019": "Pink fever"}
CONVERSIONS = (
    Conversion("A001", date(2025, 10, 1), ("A000",)),
    Conversion("A019", date(2031, 10, 1), ("A010",)),
)
RECORDS = {
    System.ICD10CM: FileRecords(conversions=[(release(System.ICD10CM, 2033), CONVERSIONS)]),
    System.ICD10PCS: FileRecords(
        definitions=[
            (
                release(System.ICD10PCS, 2033),
                (PcsDefinition("0", 3, "Resection", "Cutting out all of a body part", "", ""),),
            )
        ]
    ),
}
PARTS = {System.ICD10CM: Part.CONVERSIONS, System.ICD10PCS: Part.DEFINITIONS}


@pytest.mark.slow
@pytest.mark.parametrize("system", PARTS)
def test_a_table_alone_gives_what_compiling_everything_gives(system: System, bundled: Path, tmp_path: Path) -> None:
    library = add_files([files.cm_order(tmp_path, 2032, LATER)], tmp_path / "home", bundled).library
    with closing(open_library(library)) as opened:
        merged = merge(LoadedContents(opened.connect()), RECORDS[system])
    (changed,) = merged.changes
    assert isinstance(changed, ChangedPart)
    assert (changed.system, changed.part) == (system, PARTS[system])
    quick, whole = tmp_path / "quick.db", tmp_path / "whole.db"
    own = read_own_tables(resource("tables"))
    for path, contents in ((quick, [changed]), (whole, [changed.contents])):
        shutil.copyfile(library, path)
        replace_in_library(path, contents, own)
        verify(path)
    assert not differing(contents_of(quick), contents_of(whole))
    assert differing(contents_of(quick), contents_of(library))


def test_other_parts_are_compiled_with_their_code_set(bundled: Path) -> None:
    with closing(open_library(bundled)) as opened:
        present = LoadedContents(opened.connect())
        tabular = present.icd10cm().tabular
        newer = (release(System.ICD10CM, 2032), replace(tabular, nodes=tuple(tabular.nodes)[:-1]))
        merged = merge(present, FileRecords(conversions=RECORDS[System.ICD10CM].conversions, tabulars=[newer]))
    assert not any(isinstance(changed, ChangedPart) for changed in merged.changes)
