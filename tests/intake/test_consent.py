"""CPT, which belongs to the AMA: nothing is read before the user has accepted the terms, and none of its
bytes remain after its removal."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.codes.systems import System
from app.intake.add import add_files
from app.intake.apply import remake
from app.intake.consent import ConsentError
from app.intake.remove import remove_files
from app.intake.user_library import UserLibrary
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program, contents_of, differing
from tests.releases import made_up

Ask = Callable[..., list[tuple[Any, ...]]]

RIDES = {"A0101": "Ride in a made-up cab"}


def titles(ask: Ask, path: Path, system: System) -> dict[str, str]:
    return dict(ask(path, "SELECT plain, title FROM node WHERE system = ? AND level = 'item'", system.value))


def fee_schedule(folder: Path) -> Path:
    return files.zipped(
        folder / "rvu30a.zip", PPRRVU2030_Jan__csv=made_up.text(made_up.separated(made_up.pprrvu(), ",", ()))
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "kind"),
    [(files.cpt_long, "ama"), (files.cpt_medium, "ama"), (files.cpt_modifiers, "ama"), (fee_schedule, "cms")],
)
def test_nothing_is_done_before_the_terms_are_accepted(
    make: Callable[[Path], Path], kind: str, tmp_path: Path, bundled: Path
) -> None:
    # Not even for a file that needs no consent.
    paths = [make(tmp_path / "files"), files.hcpcs(tmp_path, 2030, RIDES)]
    with pytest.raises(ConsentError) as raised:
        add_files(paths, tmp_path / "home", bundled)
    assert raised.value.kind == kind
    assert not UserLibrary(tmp_path / "home").libraries()
    assert not UserLibrary(tmp_path / "home").kept_files()
    assert add_files(paths, tmp_path / "home", bundled, accepted=True).added


@pytest.mark.slow
def test_the_program_asks_for_consent_and_adds_once_it_is_given(program: Program, tmp_path: Path) -> None:
    path = files.cpt_long(tmp_path)
    refused = program.run("add", path)
    assert (refused.status, refused.errors) == (3, "")
    (needs,) = refused.of("needs")
    assert (needs["what"], needs["kind"]) == ("cpt", "ama")
    assert program.library_files() == {}
    status, output, errors = program.run_as_typed("add", path)
    assert (status, output, len(errors.splitlines())) == (3, "", 2)
    done = program.run("add", "--accept-cpt", path)
    assert done.status == 0
    assert done.of("done")[0]["added"] == ["CPT 2030: 2 codes"]


@pytest.mark.slow
def test_accepted_files_are_merged_and_bring_their_notice(tmp_path: Path, bundled: Path, query: Ask) -> None:
    home = tmp_path / "home"
    add_files([files.cpt_long(tmp_path)], home, bundled, accepted=True)
    report = add_files([files.cpt_medium(tmp_path)], home, bundled, accepted=True)
    assert titles(query, report.library, System.CPT)["00001"] == files.CPT_DESCRIPTORS[0]
    medium = "SELECT text FROM passage WHERE heading = 'Medium descriptor' ORDER BY text"
    assert query(report.library, medium)[0] == (files.CPT_DESCRIPTORS[0].upper(),)
    ((notice,),) = query(report.library, "SELECT text FROM notice WHERE system = 'cpt'")
    assert "copyright 1990 - 2030 American Medical Association" in notice
    together = add_files(
        [files.cpt_medium(tmp_path), files.cpt_long(tmp_path)], tmp_path / "together", bundled, accepted=True
    )
    assert not differing(contents_of(report.library), contents_of(together.library))


@pytest.mark.slow
def test_a_new_edition_replaces_the_old_one(tmp_path: Path, bundled: Path, query: Ask) -> None:
    home = tmp_path / "home"
    old, new = files.cpt_long(tmp_path / "old", 2029, "Quaint"), files.cpt_long(tmp_path / "new", 2030)
    add_files([old], home, bundled, accepted=True)
    report = add_files([new], home, bundled, accepted=True)
    assert titles(query, report.library, System.CPT)["00001"] == files.CPT_DESCRIPTORS[0]
    other = old.rename(old.with_name("long of 2029.txt"))
    report = add_files([other], home, bundled, accepted=True)
    assert not report.added
    assert "CPT 2029: older than CPT 2030; not added" in report.unchanged
    newest = contents_of(report.library)
    assert not differing(contents_of(remake(home, bundled).library), newest)


@pytest.mark.slow
def test_hcpcs_keeps_the_modifiers_of_cpt(tmp_path: Path, bundled: Path, query: Ask) -> None:
    home = tmp_path / "home"
    add_files([files.cpt_long(tmp_path), files.cpt_modifiers(tmp_path)], home, bundled, accepted=True)
    report = add_files([files.hcpcs(tmp_path, 2030, RIDES)], home, bundled)
    modifier_titles = titles(query, report.library, System.MODIFIER)
    assert modifier_titles["22"] == f"{files.CPT_DESCRIPTORS[2]} 22"
    assert modifier_titles["LT"] == "Left side of the made-up body"
    assert titles(query, report.library, System.CPT)["00001"] == files.CPT_DESCRIPTORS[0]


def assert_no_trace(home: Path) -> None:
    """Assert that no file of the library has a word of the descriptors, in any encoding that is used."""
    for path in home.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            for word in (b"quixotic", b"zymurgy", "zymurgy".encode("utf-16-le")):
                assert word not in content, path
            assert not path.name.startswith(("LONGULT", "MEDU", "MODUL"))


@pytest.mark.slow
def test_removal_leaves_no_byte_behind(tmp_path: Path, bundled: Path, query: Ask) -> None:
    home = tmp_path / "home"
    add_files([files.hcpcs(tmp_path, 2030, RIDES)], home, bundled)
    alone = contents_of(UserLibrary(home).libraries()[0])
    paths = [files.cpt_long(tmp_path), files.cpt_medium(tmp_path), files.cpt_modifiers(tmp_path)]
    report = add_files(paths, home, bundled, accepted=True)
    assert b"zymurgy" in report.library.read_bytes()
    report = remove_files(System.CPT, home, bundled)
    assert_no_trace(home)
    # The outline of CPT in our own words is the same as before.
    assert not differing(contents_of(report.library), alone)
    assert query(report.library, "SELECT 1 FROM notice") == []


def test_modifiers_are_removed_with_cpt(tmp_path: Path, bundled: Path) -> None:
    add_files([files.cpt_modifiers(tmp_path)], tmp_path / "home", bundled, accepted=True)
    report = remove_files(System.CPT, tmp_path / "home", bundled)
    assert report.library == bundled
    assert_no_trace(tmp_path / "home")
