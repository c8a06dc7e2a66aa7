"""CPT, which belongs to the AMA: nothing is read before the user has accepted the terms, and not a byte of it is left
once it was removed."""

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
    # Not even with what needs no consent.
    given = [make(tmp_path / "files"), files.hcpcs(tmp_path, 2030, RIDES)]
    with pytest.raises(ConsentError) as asked:
        add_files(given, tmp_path / "home", bundled)
    assert asked.value.kind == kind
    assert not UserLibrary(tmp_path / "home").libraries()
    assert not UserLibrary(tmp_path / "home").kept_files()
    assert add_files(given, tmp_path / "home", bundled, accepted=True).added


@pytest.mark.slow
def test_the_program_asks_and_goes_on_when_told(program: Program, tmp_path: Path) -> None:
    given = files.cpt_long(tmp_path)
    asked = program.run("add", given)
    assert (asked.status, asked.errors) == (3, "")
    (needs,) = asked.of("needs")
    assert (needs["what"], needs["kind"]) == ("cpt", "ama")
    assert program.left() == {}
    status, said, errors = program.say("add", given)
    assert (status, said, len(errors.splitlines())) == (3, "", 2)
    done = program.run("add", "--accept-cpt", given)
    assert done.status == 0
    assert done.of("done")[0]["added"] == ["CPT 2030: 2 codes"]


@pytest.mark.slow
def test_accepted_files_join_and_bring_their_notice(tmp_path: Path, bundled: Path, query: Ask) -> None:
    home = tmp_path / "home"
    add_files([files.cpt_long(tmp_path)], home, bundled, accepted=True)
    report = add_files([files.cpt_medium(tmp_path)], home, bundled, accepted=True)
    assert titles(query, report.library, System.CPT)["00001"] == files.SECRET[0]
    medium = "SELECT text FROM passage WHERE heading = 'Medium descriptor' ORDER BY text"
    assert query(report.library, medium)[0] == (files.SECRET[0].upper(),)
    ((notice,),) = query(report.library, "SELECT text FROM notice WHERE system = 'cpt'")
    assert "copyright 1990 - 2030 American Medical Association" in notice
    both = add_files(
        [files.cpt_medium(tmp_path), files.cpt_long(tmp_path)], tmp_path / "together", bundled, accepted=True
    )
    assert not differing(contents_of(report.library), contents_of(both.library))


@pytest.mark.slow
def test_a_new_edition_takes_the_place_of_the_old_one(tmp_path: Path, bundled: Path, query: Ask) -> None:
    home = tmp_path / "home"
    old, new = files.cpt_long(tmp_path / "old", 2029, "Quaint"), files.cpt_long(tmp_path / "new", 2030)
    add_files([old], home, bundled, accepted=True)
    report = add_files([new], home, bundled, accepted=True)
    assert titles(query, report.library, System.CPT)["00001"] == files.SECRET[0]
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
    told = titles(query, report.library, System.MODIFIER)
    assert told["22"] == f"{files.SECRET[2]} 22"
    assert told["LT"] == "Left side of the made-up body"
    assert titles(query, report.library, System.CPT)["00001"] == files.SECRET[0]


def leaves_no_trace(home: Path) -> None:
    """No file of the library has a word of the descriptors, spelled in any of the ways in which it is kept."""
    for path in home.rglob("*"):
        if path.is_file():
            held = path.read_bytes().lower()
            for word in (b"quixotic", b"zymurgy", "zymurgy".encode("utf-16-le")):
                assert word not in held, path
            assert not path.name.startswith(("LONGULT", "MEDU", "MODUL"))


@pytest.mark.slow
def test_removal_leaves_no_byte_behind(tmp_path: Path, bundled: Path, query: Ask) -> None:
    home = tmp_path / "home"
    add_files([files.hcpcs(tmp_path, 2030, RIDES)], home, bundled)
    alone = contents_of(UserLibrary(home).libraries()[0])
    given = [files.cpt_long(tmp_path), files.cpt_medium(tmp_path), files.cpt_modifiers(tmp_path)]
    report = add_files(given, home, bundled, accepted=True)
    assert b"zymurgy" in report.library.read_bytes()
    report = remove_files(System.CPT, home, bundled)
    leaves_no_trace(home)
    # The structure, in our own words, is what was there before.
    assert not differing(contents_of(report.library), alone)
    assert query(report.library, "SELECT 1 FROM notice") == []


def test_modifiers_alone_go_with_cpt(tmp_path: Path, bundled: Path) -> None:
    add_files([files.cpt_modifiers(tmp_path)], tmp_path / "home", bundled, accepted=True)
    report = remove_files(System.CPT, tmp_path / "home", bundled)
    assert report.library == bundled
    leaves_no_trace(tmp_path / "home")
