"""The numbered processing notes that come with the HCPCS file (`proc_notes_YYYY.txt`)."""

import re
from collections.abc import Iterator

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.text_lines import LONGEST_LINE, lines
from app.releases.records import ProcessingNote

_FIRST_LINE = re.compile(r"\s*([0-9]{4})--(.*)")


def read_processing_notes(member: Member) -> Iterator[ProcessingNote]:
    """Return the notes in file order, numbered as in the field PROCNOTE (`0017`), in the capitals of the file.

    A note begins with its number and two dashes and continues on indented lines; asterisks on the right side frame the
    page, and the lines before the first note are the heading. Raises ReleaseError naming the line if a note has no
    text, more than LONGEST_LINE characters or the number of a different note, and for a file without notes.
    """
    texts: dict[str, str] = {}
    for line, number, text in _notes(member):
        if not text:
            raise ReleaseError(f"{member.name}, line {line}: expected the text of note {number}, found none.")
        if not text.replace("\n", "").isprintable():
            raise ReleaseError(
                f"{member.name}, line {line}: expected plain text in note {number}, found {text[:60]!r}."
            )
        if texts.setdefault(number, text) != text:
            raise ReleaseError(
                f"{member.name}, line {line}: expected each note once, found note {number} again with another text."
            )
        yield ProcessingNote(number, text)
    if not texts:
        raise ReleaseError(f"{member.name}: expected processing notes such as 0001--TEXT, found none.")


def _notes(member: Member) -> Iterator[tuple[int, str, str]]:
    """Return (number of its first line, number, text) of each note, with a line feed between its paragraphs."""
    first_line = 0
    note = ""
    paragraphs: list[list[str]] = []
    length = 0
    for line, text in lines(member, "utf-8", fallback="cp1252"):
        beginning = _FIRST_LINE.match(text)
        if beginning:
            if note:
                yield first_line, note, _joined(paragraphs)
            first_line, note, length = line, beginning[1], 0
            paragraphs = [[]]
            text = beginning[2]
        if not note:
            continue
        words = text.rstrip().removesuffix("*").split()
        if words:
            length += len(text)
            if length > LONGEST_LINE:
                raise ReleaseError(
                    f"{member.name}, line {line}: expected at most {LONGEST_LINE:,} characters in note {note}, "
                    "found more."
                )
            paragraphs[-1].append(" ".join(words))
        elif paragraphs[-1]:
            paragraphs.append([])
    if note:
        yield first_line, note, _joined(paragraphs)


def _joined(paragraphs: list[list[str]]) -> str:
    return "\n".join(" ".join(pieces) for pieces in paragraphs if pieces)
