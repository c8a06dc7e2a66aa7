"""Bad files: one clear sentence that names file, place and reason, exit status 2, and nothing changed."""

import io
import random
import shutil
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.notebook.notebook import Notebook
from tests.intake import made_up_releases as files
from tests.intake.conftest import Program
from tests.intake.made_up_releases import CM

RIDES = {"A0101": "Ride in a made-up cab"}
NEXT_YEAR = {**CM, "A02": "Green fever"}
MANY_CODES = {f"A{number:02}": f"Fever number {number}" for number in range(100)}


@pytest.fixture
def program_with_library(program: Program, tmp_path: Path) -> Program:
    """The program with a user library that was made of a file."""
    assert program.run("add", files.cm_order(tmp_path / "first", 2032, NEXT_YEAR)).status == 0
    return program


def refusal(program: Program, *paths: Path) -> str:
    """Return the sentence that refuses files; assert that it is the same as plain text, and that nothing changed."""
    before = program.library_files()
    outcome = program.run("add", *paths)
    assert outcome.status == 2, outcome
    assert outcome.errors == ""
    (sentence,) = outcome.of("error")
    assert outcome.lines[-1] == {"error": sentence}
    assert "done" not in {kind for line in outcome.lines for kind in line}
    assert "\n" not in sentence
    assert "Unexpected" not in sentence
    assert program.library_files() == before
    assert all(path.is_dir() or path.name == ".lock" for path in program.folder.rglob(".*"))
    status, output, errors = program.run_as_typed("add", *paths)
    assert (status, output) == (2, "")
    *steps, last = errors.splitlines()
    assert (
        last.encode("utf-8", "backslashreplace").decode()
        == f"codarium: {sentence}".encode("utf-8", "backslashreplace").decode()
    )
    assert all(step[:4].strip().endswith("%") for step in steps)
    assert program.library_files() == before
    return sentence


def renamed(path: Path, name: str) -> Path:
    return path.rename(path.with_name(name))


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def encrypted(folder: Path) -> Path:
    """Write a zip whose directory marks its member as encrypted."""
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
    """Write a zip that declares a much smaller size of its member than the real one."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("icd10cm_order_2033.txt", files.order(CM) + "0" * (10 << 20))
    content = bytearray(buffer.getvalue())
    position = content.index(b"PK\x01\x02")
    struct.pack_into("<L", content, position + 24, 1000)
    struct.pack_into("<L", content, content.index(b"PK\x03\x04") + 22, 1000)
    return written(folder, "lying 2033.zip", bytes(content))


def in_zip(folder: Path, name: str, content: str | bytes) -> Path:
    return files.zipped(folder / "download.zip", **{name.replace(".", "__"): content})


BAD_FILES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty": (
        lambda folder: written(folder, "icd10cm_order_2033.txt", b""),
        "icd10cm_order_2033.txt: The file is empty",
    ),
    "empty folder": (lambda folder: folder, "there is no file in it"),
    "missing": (lambda folder: folder / "nowhere.zip", "nowhere.zip: no such file"),
    "wrong": (lambda folder: written(folder, "letter.txt", b"Dear Sir,\n"), "letter.txt: Not a file that"),
    "web page": (lambda folder: written(folder, "a.zip", b"<!doctype html><html>Not found"), "a.zip: A web page"),
    "noise": (lambda folder: written(folder, "x.zip", random.Random(1).randbytes(9999)), "x.zip: Not a file that"),
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
        lambda folder: in_zip(folder, "order_2033.txt", files.order(MANY_CODES)[:-70]),
        "download.zip › order_2033.txt, line 100: expected a title",
    ),
    "lines missing": (
        lambda folder: in_zip(folder, "order_2033.txt", files.order(CM).replace("00003", "00004", 1)),
        "order_2033.txt, line 3: expected the number 00003",
    ),
    "nul": (
        lambda folder: in_zip(folder, "order_2033.txt", files.order(MANY_CODES).replace("number 50", "number\x0050")),
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
        lambda folder: in_zip(folder, "icd10cm_order_2033.txt", files.order(NEXT_YEAR)),
        "download.zip › icd10cm_order_2033.txt: named FY2033, but its codes are exactly those of FY2032",
    ),
    "names that are no text": (
        lambda folder: written(folder, "a\nb \udcff.txt", b"Dear Sir,"),
        "Not a file that",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_refused_in_one_sentence(name: str, program_with_library: Program, tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    make, expected = BAD_FILES[name]
    assert expected in refusal(program_with_library, make(folder))


@pytest.mark.slow
def test_a_bad_file_among_good_ones_stops_the_whole_addition(program_with_library: Program, tmp_path: Path) -> None:
    good = files.hcpcs(tmp_path, 2030, RIDES)
    damaged = in_zip(tmp_path, "order_2033.txt", files.order(CM).replace("00003", "00004", 1))
    assert "order_2033.txt, line 3" in refusal(program_with_library, good, damaged)


def index_with_unread_table(folder: Path) -> Path:
    """A zip with an Index and a Neoplasm Table of a layout that is not known."""
    columns = '<indexHeading><head col="2">Malignant Primary</head></indexHeading><unknown/>'
    table = files.index(2031, {}).replace("<letter>", f"{columns}<letter>")
    return files.zipped(
        folder / "icd10cm_2031_xml.zip",
        icd10cm_index_2031__xml=files.index(2031, {"Fever, blue": "A00.0"}),
        icd10cm_neoplasm_2031__xml=table,
    )


@pytest.mark.slow
@pytest.mark.parametrize("unpacked", [False, True])
def test_a_part_that_cannot_be_read_does_not_stop_the_others(
    unpacked: bool, program_with_library: Program, tmp_path: Path
) -> None:
    path = index_with_unread_table(tmp_path)
    if unpacked:
        zipfile.ZipFile(path).extractall(tmp_path / "folder")
        path = tmp_path / "folder"
    outcome = program_with_library.run("add", path)
    assert outcome.status == 0, outcome
    (done,) = outcome.of("done")
    assert done["added"] == ["ICD-10-CM FY2031: Index"]
    (sentence,) = done["unread"]
    assert "icd10cm_neoplasm_2031.xml, line " in sentence
    (remade,) = program_with_library.run("remake").of("done")
    assert any("FY2031: Index" in added for added in remade["added"])
    # A zip is kept as it is, of a folder only what was read.
    assert remade["unread"] == ([] if unpacked else [sentence])


@pytest.mark.slow
def test_other_files_are_skipped_and_reported(program_with_library: Program, tmp_path: Path) -> None:
    good = files.hcpcs(tmp_path / "folder", 2030, RIDES)
    written(good.parent, "letter.txt", b"Dear Sir,\n")
    outcome = program_with_library.run("add", good.parent)
    assert outcome.status == 0
    assert [sentence.partition(":")[0] for sentence in outcome.of("done")[0]["unread"]] == ["letter.txt"]


@pytest.mark.slow
def test_years_mixed_in_one_zip_are_kept_apart(program_with_library: Program, tmp_path: Path) -> None:
    path = files.zipped(
        tmp_path / "mixed.zip",
        icd10cm_order_2030__txt=files.order({code: CM[code] for code in list(CM)[:5]}),
        icd10cm_order_2033__txt=files.order({**NEXT_YEAR, "A03": "Gray fever"}),
    )
    assert program_with_library.run("add", path).of("done")[0]["added"] == [
        "ICD-10-CM FY2030: 5 codes, as history",
        "ICD-10-CM FY2033: 8 codes",
    ]


@pytest.mark.slow
def test_the_same_file_twice_is_added_once(program_with_library: Program, tmp_path: Path) -> None:
    path = files.hcpcs(tmp_path, 2030, RIDES)
    twin = written(tmp_path, "twin october 2030.zip", path.read_bytes())
    done = program_with_library.run("add", path, path, twin).of("done")[0]
    assert len(done["added"]) == 1
    assert len([path for path in program_with_library.library_files() if path.startswith("files/")]) <= 3


def damaged_zips(intact: bytes, count: int) -> Iterator[bytes]:
    generator = random.Random(3)
    for _ in range(count):
        damaged = bytearray(intact)
        for _ in range(generator.randint(1, 4)):
            damaged[generator.randrange(len(damaged))] ^= 1 << generator.randrange(8)
        yield bytes(damaged[: generator.choice((len(damaged), generator.randrange(1, len(damaged))))])


@pytest.mark.slow
def test_zips_with_flipped_bits_are_read_or_refused(program_with_library: Program, tmp_path: Path) -> None:
    intact = files.hcpcs(tmp_path, 2030, RIDES).read_bytes()
    before = program_with_library.library_files()
    for number, content in enumerate(damaged_zips(intact, 5)):
        path = written(tmp_path, f"october-2030-{number}.zip", content)
        outcome = program_with_library.run("add", path)
        assert outcome.errors == ""
        assert outcome.status in (0, 2)
        if outcome.status == 2:
            assert "Unexpected" not in outcome.of("error")[0]
            assert program_with_library.library_files() == before
        else:
            before = program_with_library.library_files()


@pytest.mark.slow
def test_a_folder_of_too_many_files_says_how_many_it_may_have(program: Program, tmp_path: Path) -> None:
    """It is told before the first is read: each of them would have a sentence of its own."""
    folder = tmp_path / "everything"
    for number in range(0, 25_000, 500):
        part = folder / f"{number:06}"
        part.mkdir(parents=True)
        for place in range(500):
            (part / f"{place}.txt").touch()
    files.cm_order(folder / "000000", 2032, NEXT_YEAR)
    sentence = refusal(program, folder)
    assert sentence == (
        "everything: It holds more than 20,000 files, the most that are read; choose the folder with the releases."
    )


# Paths that are too long


def deep_folder(folder: Path, length: int) -> Path:
    """A folder below another whose path has so many characters."""
    while len(str(folder)) + 202 < length:
        folder /= "d" * 200
    folder /= "e" * (length - len(str(folder)) - 1)
    folder.mkdir(parents=True)
    return folder


def test_a_folder_whose_path_is_too_long_for_a_database(program: Program, tmp_path: Path) -> None:
    deep = Program(program.checkout, deep_folder(tmp_path, 560))
    outcome = deep.run("add", files.cm_order(tmp_path, 2032, NEXT_YEAR))
    if outcome.status == 0:
        pytest.skip("this SQLite opens databases at longer paths")
    (sentence,) = outcome.of("error")
    assert sentence.startswith(f"The library in {deep.home} cannot be made: its path of ")
    assert "is too long for a database; 500 are possible" in sentence
    assert "CODARIUM_HOME" in sentence
    assert not deep.library_files()


def test_a_folder_whose_name_is_too_long(program: Program, tmp_path: Path) -> None:
    deep = Program(program.checkout, tmp_path / ("d" * 300))
    (sentence,) = deep.run("add", files.cm_order(tmp_path, 2032, NEXT_YEAR)).of("error")
    assert "cannot be written to" in sentence
    assert "Its path is too long" in sentence


def test_a_named_database_whose_path_is_too_long(program: Program, tmp_path: Path) -> None:
    database = deep_folder(tmp_path, 520) / "codes.db"
    shutil.copyfile(program.checkout / "resources" / "codes.db", database)
    status, _, errors = program.run_as_typed("--db", database, "lookup", "fever")
    if status == 0:
        pytest.skip("this SQLite opens databases at longer paths")
    assert status == 2
    assert f"its path of {len(str(database))} characters is too long for a database; 500 are possible" in errors


def test_a_notebook_whose_path_is_too_long(tmp_path: Path) -> None:
    notebook = Notebook(deep_folder(tmp_path, 520))
    if not notebook.problem:
        pytest.skip("this SQLite opens databases at longer paths")
    assert "is too long for a database" in notebook.problem
    notebook.close()
