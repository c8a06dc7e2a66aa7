"""Bad files: one clear sentence that names file, place and reason, exit status 2, and everything is as it was."""

import io
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.intake import made_up_releases as files
from tests.intake.conftest import Program
from tests.intake.made_up_releases import CM

RIDES = {"A0101": "Ride in a made-up cab"}
NEXT = {**CM, "A02": "Green fever"}
MANY = {f"A{number:02}": f"Fever number {number}" for number in range(100)}


@pytest.fixture
def used(program: Program, tmp_path: Path) -> Program:
    """The program with a user library that was made of a file."""
    assert program.run("add", files.cm_order(tmp_path / "first", 2032, NEXT)).status == 0
    return program


def refused(program: Program, *given: Path) -> str:
    """The sentence with which files are refused, the same on both ways of saying it, with nothing changed."""
    before = program.left()
    outcome = program.run("add", *given)
    assert outcome.status == 2, outcome
    assert outcome.errors == ""
    (sentence,) = outcome.of("error")
    assert outcome.said[-1] == {"error": sentence}
    assert "done" not in {kind for line in outcome.said for kind in line}
    assert "\n" not in sentence
    assert "Unexpected" not in sentence
    assert program.left() == before
    assert all(path.is_dir() or path.name == ".lock" for path in program.folder.rglob(".*"))
    status, said, errors = program.say("add", *given)
    assert (status, said) == (2, "")
    *steps, last = errors.splitlines()
    assert (
        last.encode("utf-8", "backslashreplace").decode()
        == f"codarium: {sentence}".encode("utf-8", "backslashreplace").decode()
    )
    assert all(step[:4].strip().endswith("%") for step in steps)
    assert program.left() == before
    return sentence


def renamed(path: Path, name: str) -> Path:
    return path.rename(path.with_name(name))


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def encrypted(folder: Path) -> Path:
    """A zip whose directory says that its member is encrypted."""
    path = files.cm_order(folder, 2033)
    content = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + flags] |= 1
    return written(folder, "encrypted.zip", bytes(content))


def bomb(folder: Path) -> Path:
    path = folder / "bomb 2033.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("icd10cm_order_2033.txt", b"0" * (20 << 20))
    return path


def lying_bomb(folder: Path) -> Path:
    """A member that says it is small, and is not."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("icd10cm_order_2033.txt", files.order(CM) + "0" * (10 << 20))
    content = bytearray(held.getvalue())
    at = content.index(b"PK\x01\x02")
    struct.pack_into("<L", content, at + 24, 1000)
    struct.pack_into("<L", content, content.index(b"PK\x03\x04") + 22, 1000)
    return written(folder, "lying 2033.zip", bytes(content))


def in_zip(folder: Path, name: str, content: str | bytes) -> Path:
    return files.zipped(folder / "download.zip", **{name.replace(".", "__"): content})


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (
        lambda folder: written(folder, "icd10cm_order_2033.txt", b""),
        "icd10cm_order_2033.txt: The file is empty",
    ),
    "empty folder": (lambda folder: folder, "there is no file in it"),
    "missing": (lambda folder: folder / "nowhere.zip", "nowhere.zip: no such file"),
    "wrong": (lambda folder: written(folder, "letter.txt", b"Dear Sir,\n"), "letter.txt: None of the files"),
    "web page": (lambda folder: written(folder, "a.zip", b"<!doctype html><html>Not found"), "a.zip: A web page"),
    "noise": (lambda folder: written(folder, "x.zip", random.Random(1).randbytes(9999)), "x.zip: None of the files"),
    "truncated zip": (
        lambda folder: written(folder, "cut.zip", files.cm_order(folder, 2033).read_bytes()[:-30]),
        "cut.zip: The zip is damaged or incomplete, download it again",
    ),
    "encrypted": (encrypted, "encrypted.zip › icd10cm_order_2033.txt: It is encrypted"),
    "bomb": (bomb, "bomb 2033.zip › icd10cm_order_2033.txt: "),
    "lying bomb": (lying_bomb, "lying 2033.zip › icd10cm_order_2033.txt"),
    "climbing": (lambda folder: in_zip(folder, "../../etc/order_2033.txt", files.order(CM)), "leads out of the zip"),
    "no year": (lambda folder: in_zip(folder, "order.txt", files.order(CM)), "rename it to “order 2026.txt”"),
    "cut file": (
        lambda folder: in_zip(folder, "order_2033.txt", files.order(MANY)[:-70]),
        "download.zip › order_2033.txt, line 100: expected a title",
    ),
    "lines missing": (
        lambda folder: in_zip(folder, "order_2033.txt", files.order(CM).replace("00003", "00004", 1)),
        "order_2033.txt, line 3: expected the number 00003",
    ),
    "nul": (
        lambda folder: in_zip(folder, "order_2033.txt", files.order(MANY).replace("number 50", "number\x0050")),
        "order_2033.txt, line 51",
    ),
    "long line": (
        lambda folder: in_zip(folder, "order_2033.txt", files.order(CM) + "x" * 1_000_000),
        "order_2033.txt, line 7",
    ),
    "entity bomb": (
        lambda folder: in_zip(
            folder,
            "tabular.xml",
            files.tabular(2033).replace("<ICD10CM.tabular>", '<!DOCTYPE a [<!ENTITY b "c">]><ICD10CM.tabular>'),
        ),
        "tabular.xml",
    ),
    "outside entity": (
        lambda folder: in_zip(
            folder,
            "tabular.xml",
            files.tabular(2033).replace(
                "<ICD10CM.tabular>", '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><ICD10CM.tabular>'
            ),
        ),
        "tabular.xml",
    ),
    "cut xml": (lambda folder: in_zip(folder, "tabular.xml", files.tabular(2033)[:-60]), "tabular.xml, line "),
    "order file of another year": (
        lambda folder: in_zip(folder, "icd10cm_order_2033.txt", files.order(NEXT)),
        "download.zip: named FY2033, but its codes are exactly those of FY2032",
    ),
    "names that are no text": (
        lambda folder: written(folder, "a\nb \udcff.txt", b"Dear Sir,"),
        "None of the files",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_in_one_sentence(name: str, used: Program, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    make, said = BAD[name]
    assert said in refused(used, make(folder))


@pytest.mark.slow
def test_a_bad_file_among_good_ones_stops_them_where_it_is_damaged(used: Program, tmp_path: Path) -> None:
    good = files.hcpcs(tmp_path, 2030, RIDES)
    damaged = in_zip(tmp_path, "order_2033.txt", files.order(CM).replace("00003", "00004", 1))
    assert "order_2033.txt, line 3" in refused(used, good, damaged)


@pytest.mark.slow
def test_what_is_no_official_file_is_passed_over_and_told(used: Program, tmp_path: Path) -> None:
    good = files.hcpcs(tmp_path / "folder", 2030, RIDES)
    written(good.parent, "letter.txt", b"Dear Sir,\n")
    outcome = used.run("add", good.parent)
    assert outcome.status == 0
    assert [sentence.partition(":")[0] for sentence in outcome.of("done")[0]["unread"]] == ["letter.txt"]


@pytest.mark.slow
def test_years_that_are_mixed_in_one_zip_are_told_apart(used: Program, tmp_path: Path) -> None:
    given = files.zipped(
        tmp_path / "mixed.zip",
        icd10cm_order_2030__txt=files.order({code: CM[code] for code in list(CM)[:5]}),
        icd10cm_order_2033__txt=files.order({**NEXT, "A03": "Gray fever"}),
    )
    assert used.run("add", given).of("done")[0]["added"] == [
        "ICD-10-CM FY2030: 5 codes, as history",
        "ICD-10-CM FY2033: 8 codes",
    ]


@pytest.mark.slow
def test_the_same_file_twice_is_added_once(used: Program, tmp_path: Path) -> None:
    given = files.hcpcs(tmp_path, 2030, RIDES)
    twin = written(tmp_path, "twin october 2030.zip", given.read_bytes())
    done = used.run("add", given, given, twin).of("done")[0]
    assert len(done["added"]) == 1
    assert len([path for path in used.left() if path.startswith("files/")]) <= 3


def damaged_zips(whole: bytes, count: int) -> Iterator[bytes]:
    dice = random.Random(3)
    for _ in range(count):
        found = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            found[dice.randrange(len(found))] ^= 1 << dice.randrange(8)
        yield bytes(found[: dice.choice((len(found), dice.randrange(1, len(found))))])


@pytest.mark.slow
def test_zips_with_flipped_bits_are_read_or_refused(used: Program, tmp_path: Path) -> None:
    whole = files.hcpcs(tmp_path, 2030, RIDES).read_bytes()
    before = used.left()
    for number, content in enumerate(damaged_zips(whole, 5)):
        given = written(tmp_path, f"october-2030-{number}.zip", content)
        outcome = used.run("add", given)
        assert outcome.errors == ""
        assert outcome.status in (0, 2)
        if outcome.status == 2:
            assert "Unexpected" not in outcome.of("error")[0]
            assert used.left() == before
        else:
            before = used.left()
