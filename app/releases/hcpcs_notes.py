"""The numbered processing notes that come with the HCPCS file (`proc_notes_YYYY.txt`)."""

import re
from collections.abc import Iterator

from app.releases.containers import Member
from app.releases.records import ProcessingNote, ReleaseError
from app.releases.text_lines import LONGEST_LINE, lines

_FIRST_LINE = re.compile(r"\s*([0-9]{4})--(.*)")


def read_processing_notes(member: Member) -> Iterator[ProcessingNote]:
    """The notes in file order, numbered as the field PROCNOTE gives them (`0017`), in the capitals of the file.

    A note opens with its number and two dashes and goes on over indented lines; asterisks down the right side frame
    the page, and what comes before the first note is its heading. Raises ReleaseError, naming the line, for a note
    without text, one of more than LONGEST_LINE characters, one number with two texts, and a file without notes.
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
            raise ReleaseError(f"{member.name}, line {line}: note {number} stands a second time with another text.")
        yield ProcessingNote(number, text)
    if not texts:
        raise ReleaseError(f"{member.name}: expected processing notes such as 0001--TEXT, found none.")


def _notes(member: Member) -> Iterator[tuple[int, str, str]]:
    """(line where it opens, number, text) of each note, with a line feed between its paragraphs."""
    opened = 0
    note = ""
    paragraphs: list[list[str]] = []
    length = 0
    for line, text in lines(member, "utf-8", fallback="cp1252"):
        first = _FIRST_LINE.match(text)
        if first:
            if note:
                yield opened, note, _joined(paragraphs)
            opened, note, length = line, first[1], 0
            paragraphs = [[]]
            text = first[2]
        if not note:
            continue
        words = text.rstrip().removesuffix("*").split()
        if words:
            length += len(text)
            if length > LONGEST_LINE:
                raise ReleaseError(
                    f"{member.name}, line {line}: expected note {note} to end within {LONGEST_LINE:,} characters."
                )
            paragraphs[-1].append(" ".join(words))
        elif paragraphs[-1]:
            paragraphs.append([])
    if note:
        yield opened, note, _joined(paragraphs)


def _joined(paragraphs: list[list[str]]) -> str:
    return "\n".join(" ".join(pieces) for pieces in paragraphs if pieces)
