"""Processing notes: those of 2019, and small made-up ones."""

from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members, single_file
from app.releases.hcpcs.processing_notes import read_processing_notes
from tests.official import official
from tests.releases.damaged import damaged, refused


@pytest.fixture(scope="module")
def member_2019() -> Member:
    archive = official("hcpcs", "2019-alpha-numeric-hcpcs-file.zip")
    (member,) = (member for member in members(archive) if "proc_notes" in member.inside)
    return member


def test_every_note_of_2019_is_read(member_2019: Member) -> None:
    notes = {note.number: note.text for note in read_processing_notes(member_2019)}
    assert list(notes) == [f"{number:04}" for number in range(1, 219)]
    assert notes["0001"] == "THIS PROCESSING NOTE DELETED 1/1/97."
    # The frame of asterisks is gone, over a page of blanks and one of tabs.
    assert notes["0015"] == "REIMBURSEMENT IS INCLUDED IN THE BASIC ALLOWANCE OF ANOTHER PROCEDURE."
    assert notes["0214"] == ("SERVICES FOR RURAL HEALTH CLINIC OR FEDERALLY QUALIFIED HEALTH CENTER (RHC/FQHC) ONLY.")
    assert not any("*" in text or "  " in text or "\t" in text or "\n" in text for text in notes.values())


def written(folder: Path, content: str) -> Path:
    path = folder / "notes.txt"
    path.write_text(content, encoding="utf-8", newline="")
    return path


def test_paragraphs_stay_apart(tmp_path: Path) -> None:
    content = (
        "PROCESSING NOTES\n____\n\n\t 0007--FIRST,   *\n   1833-1834 SECOND.  *\n   *\n   OTHER\n\n 0009--NEXT 2 * 3 *"
    )
    assert [(note.number, note.text) for note in read_processing_notes(single_file(written(tmp_path, content)))] == [
        ("0007", "FIRST, 1833-1834 SECOND.\nOTHER"),
        ("0009", "NEXT 2 * 3"),
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "notes.txt: expected processing notes such as 0001--TEXT, found none."),
        ("<html>\n0001-A\n", "found none"),
        ("0001--A *\n0002--   *\n", "line 2: expected the text of note 0002, found none."),
        ("0001--A\n0001--B\n", "line 2: expected each note once, found note 0001 again with another text."),
        ("0001--A\n" + ("x" * 900 + "\n") * 200, "expected at most 100,000 characters in note 0001, found more."),
        ("0001--A\x00\n", "NUL byte"),
        ("0001--A\x1b[2J\n", "line 1: expected text, found the character U+001B"),
    ],
    ids=["empty", "page", "no text", "twice", "endless", "NUL", "control"],
)
def test_other_texts_are_refused(tmp_path: Path, content: str, expected: str) -> None:
    with pytest.raises(ReleaseError) as raised:
        tuple(read_processing_notes(single_file(written(tmp_path, content))))
    assert expected in str(raised.value)


@pytest.mark.slow
def test_damaged_notes_are_read_or_refused(tmp_path: Path, member_2019: Member) -> None:
    with member_2019.open() as stream:
        content = stream.read()
    assert refused(tmp_path / "real.txt", damaged(content, 150, seed=12), read_processing_notes) > 20
    small = "".join(f"  {number:04}--NOTE\n   AND MORE *\n" for number in range(12)).encode()
    assert refused(tmp_path / "small.txt", damaged(small, 500, seed=13), read_processing_notes) > 100
