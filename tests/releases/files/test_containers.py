"""Files that a reader may open: zips, folders and files as users have them; damaged and hostile ones are refused."""

import io
import os
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.releases.errors import ReleaseError
from app.releases.files import containers
from app.releases.files.containers import Member, inspected_files, members, single_file
from app.releases.files.text_lines import LONGEST_LINE, lines

TEXT = b"one\r\ntwo\r\n"
LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.write_bytes(packed(files, method))
    return path


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def patched(path: Path, local_at: int, central_at: int, value: bytes) -> Path:
    """The zip with bytes of the headers of its first member overwritten."""
    raw = bytearray(path.read_bytes())
    for signature, at in ((LOCAL, local_at), (CENTRAL, central_at)):
        start = raw.index(signature) + at
        raw[start : start + len(value)] = value
    path.write_bytes(raw)
    return path


def read(member: Member) -> bytes:
    with member.open() as stream:
        return stream.read()


def everything(path: Path) -> list[bytes]:
    return [read(member) for member in members(path)]


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(ReleaseError) as raised:
        everything(path)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_a_zip_a_folder_and_a_file_give_the_same_members(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    (folder / "below").mkdir(parents=True)
    (folder / "a.txt").write_bytes(TEXT)
    (folder / "below" / "b.txt").write_bytes(TEXT * 2)
    archive = zipped(tmp_path / "release.zip", {"a.txt": TEXT, "below/b.txt": TEXT * 2, "below/": b""})
    assert [member.name for member in members(folder)] == ["a.txt", "b.txt"]
    assert [member.name for member in members(archive)] == ["release.zip › a.txt", "release.zip › below/b.txt"]
    for path in (folder, archive):
        assert [read(member) for member in members(path)] == [TEXT, TEXT * 2]
        assert [member.size for member in members(path)] == [len(TEXT), 2 * len(TEXT)]
    assert list(members(folder / "a.txt")) == [single_file(folder / "a.txt")]


def test_a_zip_in_a_zip_and_in_a_folder_is_opened(tmp_path: Path) -> None:
    inner = packed({"a.txt": TEXT})
    zipped(tmp_path / "outer.zip", {"inner.zip": inner, "z.txt": TEXT})
    first, second = members(tmp_path)
    assert (first.name, second.name) == ("outer.zip › inner.zip › a.txt", "outer.zip › z.txt")
    assert read(first) == read(second) == TEXT


def test_a_zip_is_recognized_by_its_content_and_a_workbook_is_not_one(tmp_path: Path) -> None:
    zipped(tmp_path / "a zip.txt", {"a.txt": TEXT})
    zipped(tmp_path / "a workbook.zip", {"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<a/>"})
    zipped(tmp_path / "odd order.zip", {"made/up.xml": b"<a/>", "[Content_Types].xml": b"<a/>"})
    names = [member.name for member in members(tmp_path)]
    assert names == ["a workbook.zip", "a zip.txt › a.txt", "odd order.zip"]
    zipped(tmp_path / "both.zip", {"a.xlsx": (tmp_path / "odd order.zip").read_bytes()})
    assert [member.name for member in members(tmp_path / "both.zip")] == ["both.zip › a.xlsx"]


def test_system_files_are_skipped(tmp_path: Path) -> None:
    zipped(
        tmp_path / "a.zip",
        {"a.txt": TEXT, "__MACOSX/._a.txt": b"x", ".DS_Store": b"x", "~$a.xlsx": b"x", "./b.txt": TEXT},
    )
    (tmp_path / "Thumbs.db").write_bytes(b"x")
    assert [member.name for member in members(tmp_path)] == ["a.zip › ./b.txt", "a.zip › a.txt"]


def test_links_that_form_a_circle_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT)
    try:
        (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    except OSError as error:
        pytest.skip(f"needs a system that lets any user create links: {error}")
    assert [member.name for member in members(tmp_path)] == ["a.txt"]
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert "self: it cannot be read" in refusal(tmp_path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("needs a system with named pipes")
    os.mkfifo(tmp_path / "pipe")
    assert refusal(tmp_path) == "pipe: it is not an ordinary file."


@pytest.mark.slow
def test_a_member_is_streamed(tmp_path: Path) -> None:
    size = 100 << 20
    path = zipped(tmp_path / "large.zip", {"large.txt": os.urandom(1 << 20) * 100}, zipfile.ZIP_STORED)
    tracemalloc.start()
    try:
        (member,) = members(path)
        with member.open() as stream:
            assert sum(len(block) for block in iter(lambda: stream.read(1 << 16), b"")) == size
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20


def damaged(path: Path) -> Path:
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"a.txt") + len("a.txt") + 2] ^= 0xFF
    path.write_bytes(raw)
    return path


def damaged_name(path: Path) -> Path:
    """Put a NUL in front of the member's name, which zipfile reads as an empty one."""
    raw = bytearray(path.read_bytes())
    raw[raw.rindex(b"a.txt")] = 0
    path.write_bytes(raw)
    return path


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-30])
    return path


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "empty file": (lambda path: written(path, b""), "the file is empty"),
    "empty zip": (lambda path: zipped(path, {}), "the zip holds no files"),
    "folders alone": (lambda path: zipped(path, {"folder/": b""}), "the zip holds no files"),
    "empty member": (lambda path: zipped(path, {"a.txt": b""}), "a.txt: the file is empty"),
    "cut": (lambda path: cut(zipped(path, {"a.txt": TEXT})), "damaged or incomplete, download it again"),
    "start alone": (lambda path: written(path, LOCAL + b"x" * 50), "damaged or incomplete"),
    "flipped byte": (lambda path: damaged(zipped(path, {"a.txt": TEXT * 99})), "a.txt: the packed data is damaged"),
    "encrypted": (
        lambda path: patched(zipped(path, {"a.txt": TEXT}), 6, 8, b"\x01"),
        "a.txt: it is encrypted; unpack it with its password",
    ),
    "packed otherwise": (
        lambda path: patched(zipped(path, {"a.txt": TEXT}), 8, 10, b"\x09"),
        "a.txt: packed in a way that is not supported",
    ),
    "wrong sum": (
        lambda path: patched(zipped(path, {"a.txt": TEXT}), 14, 16, b"\x00\x01\x02\x03"),
        "a.txt: the packed data is damaged",
    ),
    "declared too small": (
        lambda path: patched(zipped(path, {"a.txt": TEXT * 99}), 22, 24, struct.pack("<L", 5)),
        "a.txt: the packed data is damaged",
    ),
    "declared too large": (
        lambda path: patched(zipped(path, {"a.txt": TEXT}), 22, 24, struct.pack("<L", 0x7FFFFFFF)),
        "unpacked it is larger than 1 GB",
    ),
    "bomb": (lambda path: zipped(path, {"a.txt": bytes(16 << 20)}), "a.txt: unpacked it is more than 200 times"),
    "climbs": (lambda path: zipped(path, {"../a.txt": TEXT}), "'../a.txt' leads out of the zip"),
    "climbs within": (lambda path: zipped(path, {"x/../../a.txt": TEXT}), "leads out of the zip"),
    "climbs backwards": (lambda path: zipped(path, {"x\\..\\a.txt": TEXT}), "leads out of the zip"),
    "absolute": (lambda path: zipped(path, {"/etc/a.txt": TEXT}), "leads out of the zip"),
    "drive": (lambda path: zipped(path, {"C:a.txt": TEXT}), "leads out of the zip"),
    "no name": (lambda path: damaged_name(zipped(path, {"a.txt": TEXT})), "damaged or incomplete, download it again"),
    "thousands": (lambda path: zipped(path, {f"{n}.txt": b"x" for n in range(2001)}), "more than 2,000 files"),
    "hundred thousand": (lambda path: zipped(path, {f"{n}.txt": b"" for n in range(30000)}), "more than 2,000 files"),
    "zip in a zip in a zip": (
        lambda path: zipped(path, {"b.zip": packed({"c.zip": packed({"a.txt": TEXT})})}),
        "b.zip › c.zip: a zip in a zip in a zip",
    ),
    "damaged zip in a zip": (lambda path: zipped(path, {"b.zip": packed({"a.txt": TEXT})[:-9]}), "› b.zip: the zip is"),
    "bomb in a zip": (lambda path: zipped(path, {"b.zip": packed({"a.txt": bytes(16 << 20)})}), "more than 200 times"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_names_the_file_and_the_reason(tmp_path: Path, case: str) -> None:
    make, reason = REFUSED[case]
    sentence = refusal(make(tmp_path / "given.zip"))
    assert sentence.startswith("given.zip")
    assert reason in sentence
    assert [path.name for path in tmp_path.iterdir()] == ["given.zip"], "something was unpacked"


def test_a_name_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", TEXT)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.txt", TEXT * 2)
    assert "stands in it twice" in refusal(path)


def test_a_missing_file_is_a_release_error(tmp_path: Path) -> None:
    assert "it cannot be read (No such file" in refusal(tmp_path / "missing.zip")
    with pytest.raises(ReleaseError, match="missing"):
        single_file(tmp_path / "missing.txt")


def test_the_bytes_that_come_out_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "a.zip", {"a.txt": TEXT * 100_000})
    (member,) = members(path)
    monkeypatch.setattr(containers, "LARGEST_MEMBER", 1000)
    with pytest.raises(ReleaseError, match=r"a\.zip › a\.txt: unpacked it is larger"):
        read(member)


def test_other_files_are_returned_beside_an_unreadable_one(tmp_path: Path) -> None:
    zipped(tmp_path / "a.zip", {"a.txt": TEXT, "b.txt": b""})
    (tmp_path / "c.zip").write_bytes(LOCAL)
    (tmp_path / "d.txt").write_bytes(TEXT)
    problems = {file.member.name: file.problem for file in inspected_files(tmp_path)}
    assert [name for name, problem in problems.items() if not problem] == ["a.zip › a.txt", "d.txt"]
    assert len(problems) == 4


SMALL = packed({"a.txt": TEXT * 20, "b.zip": packed({"c.txt": TEXT})})


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), max_size=6), st.integers(0, len(SMALL)))
def test_a_mutated_zip_raises_only_release_errors(tmp_path: Path, changes: list[tuple[int, int]], end: int) -> None:
    raw = bytearray(SMALL)
    for at, value in changes:
        raw[at] = value
    path = tmp_path / "mutated.zip"
    path.write_bytes(raw[:end] if end % 5 == 0 else raw)
    for file in inspected_files(path):
        if not file.problem:
            with suppress(ReleaseError):
                read(file.member)
        assert file.problem.startswith("mutated.zip") or not file.problem


# Lines of text


def text_file(folder: Path, content: bytes) -> Member:
    path = folder / "made-up.txt"
    path.write_bytes(content)
    return single_file(path)


def test_lines_are_numbered_and_have_no_line_end(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbfone\r\n\ntwo \x0cthree\r\r\n\xe2\x80\xa8 four\n\x1a"
    numbered = list(lines(text_file(tmp_path, content)))
    assert numbered == [(1, "one"), (2, ""), (3, "two \x0cthree"), (4, "\u2028 four")]


def test_lines_across_blocks_are_complete(tmp_path: Path) -> None:
    expected = [f"{number} " + "é" * (number % 700) for number in range(5_000)]
    member = text_file(tmp_path, "\r\n".join(expected).encode())
    assert list(lines(member)) == list(enumerate(expected, 1))


def test_a_line_in_another_encoding_is_read_as_the_fallback(tmp_path: Path) -> None:
    member = text_file(tmp_path, b"M\xc3\xa9ni\xc3\xa8re\nM\xe9ni\xe8re\n")
    assert [line for _, line in lines(member, fallback="cp1252")] == ["Ménière", "Ménière"]
    with pytest.raises(ReleaseError, match=r"made-up\.txt, line 2: expected text in utf-8, found the byte e9"):
        list(lines(member))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"one\ntwo\0\n", "line 2: expected text, found a NUL byte"),
        (b"one\n" + b"x" * (LONGEST_LINE + 1) + b"\n", "line 2: expected a line of at most 100,000 characters"),
        (b"one\n" + b"x" * (1 << 21), "line 2: expected a line of at most 100,000 characters"),
        (b"one\n\x81\n", "line 2: expected text in utf-8"),
        ("one".encode("utf-16"), "line 1: the text is UTF-16"),
    ],
)
def test_bytes_that_are_not_text_are_refused_with_their_line(tmp_path: Path, content: bytes, expected: str) -> None:
    with pytest.raises(ReleaseError, match=expected):
        list(lines(text_file(tmp_path, content), fallback="cp1252"))
