"""The lines of a publisher's text file, read one after the other within limits of size."""

from collections.abc import Iterator

from app.releases.errors import ReleaseError, unexpected_sign
from app.releases.files.containers import Member

LONGEST_LINE = 100_000
"""Characters. The longest line of the tested official text files has 500, a long CPT descriptor about a thousand."""

_BLOCK = 1 << 18
# A character takes at most four bytes in UTF-8.
_LONGEST_BYTES = 4 * LONGEST_LINE
# Control characters but those of line ends and columns.
_CONTROLS = bytes(byte for byte in (*range(32), 127) if byte not in b"\t\n\r")
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def lines(member: Member, encoding: str = "utf-8", fallback: str | None = None) -> Iterator[tuple[int, str]]:
    """Return (line number from 1, text without its line end) of every line, read block by block.

    Only LF and CR LF end a line: form feeds and the like may occur within a descriptor. A byte order mark is left out,
    and so is the Ctrl-Z with which old tools end a file. A line that is not in `encoding` is read as `fallback`, if
    there is one: CMS writes most of a file in ASCII and its disclaimer in cp1252.

    Raises ReleaseError naming the line if it is longer than LONGEST_LINE, has a NUL byte, or has bytes that are not
    text in either encoding.
    """
    number = 0
    unfinished_line = b""
    with member.open() as stream:
        start = stream.read(_BLOCK)
        if start.startswith(_UTF16_MARKS):
            raise ReleaseError(f"{member.name}, line 1: the text is UTF-16; save it as UTF-8 and add it again.")
        block = start.removeprefix(_UTF8_MARK)
        while block:
            end = block.rfind(b"\n") + 1
            if end:
                for text in _decoded(member, unfinished_line + block[: end - 1], number, encoding, fallback):
                    number += 1
                    yield number, text
                unfinished_line = block[end:]
            else:
                unfinished_line += block
            if len(unfinished_line) > _LONGEST_BYTES:
                raise _too_long(member, number + 1)
            block = stream.read(_BLOCK)
    if unfinished_line.rstrip(b"\x1a"):
        for text in _decoded(member, unfinished_line, number, encoding, fallback):
            number += 1
            yield number, text.rstrip("\x1a")


def _decoded(member: Member, raw: bytes, before: int, encoding: str, fallback: str | None) -> list[str]:
    """Return the lines in `raw`, which has no line end at its end; `before` is the number of lines before them."""
    if b"\0" in raw:
        number = before + 1 + raw.count(b"\n", 0, raw.index(b"\0"))
        raise ReleaseError(f"{member.name}, line {number}: expected text, found a NUL byte; the file is damaged.")
    try:
        texts = raw.decode(encoding).split("\n")
    except UnicodeDecodeError:
        texts = [
            _line(member, line, number, encoding, fallback) for number, line in enumerate(raw.split(b"\n"), before + 1)
        ]
    if b"\r" in raw:
        texts = [text.rstrip("\r") for text in texts]
    if not raw.isascii() or raw.translate(None, _CONTROLS) != raw:
        for number, text in enumerate(texts, before + 1):
            # Old tools end a file with Ctrl-Z.
            sign = unexpected_sign(text.rstrip("\x1a"))
            if sign:
                raise ReleaseError(f"{member.name}, line {number}: {sign}.")
    if max(map(len, texts)) > LONGEST_LINE:
        number = next(number for number, text in enumerate(texts, before + 1) if len(text) > LONGEST_LINE)
        raise _too_long(member, number)
    return texts


def _line(member: Member, raw: bytes, number: int, encoding: str, fallback: str | None) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        if fallback is not None:
            try:
                return raw.decode(fallback)
            except UnicodeDecodeError:
                pass
        byte = raw[error.start : error.start + 1]
        raise ReleaseError(
            f"{member.name}, line {number}: expected text in {encoding}, found the byte {byte.hex()} "
            f"at column {error.start + 1}."
        ) from error


def _too_long(member: Member, number: int) -> ReleaseError:
    return ReleaseError(
        f"{member.name}, line {number}: expected a line of at most {LONGEST_LINE:,} characters, found a longer one."
    )
