"""Damaged files, as after a bad download or a bad edit, made from sound ones with a fixed seed."""

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, single_file

# Digits that int() or a date does not accept, characters that end a line for some readers, and NUL.
ODD_CHARACTERS = ("²", "٣", "\u2028", "\x0b", "\x85", "\0", "\t", "\n", "\r\n", "  ", "-", "Z", "9", "0", " ")
# Bytes that are not text in the encodings of the files.
ODD_BYTES = (b"\x81", b"\xff\xfe", b"\xed\xa0\x80")


def damaged(content: bytes, times: int, seed: int) -> Iterator[bytes]:
    """Return `times` files, each with one to three damages: cut, left out, doubled, reversed, overwritten, inserted."""
    dice = random.Random(seed)
    for _ in range(times):
        damaged_content = bytearray(content)
        for _ in range(dice.randint(1, 3)):
            begin = dice.randrange(len(damaged_content) + 1)
            end = min(len(damaged_content), begin + dice.choice((1, 1, 2, 8, 40, 400)))
            match dice.randrange(7):
                case 0:
                    del damaged_content[begin:]
                case 1:
                    del damaged_content[begin:end]
                case 2:
                    damaged_content[begin:begin] = damaged_content[begin:end]
                case 3:
                    damaged_content[begin:end] = bytes(reversed(damaged_content[begin:end]))
                case 4:
                    damaged_content[begin:end] = dice.choice(ODD_CHARACTERS).encode()
                case 5:
                    damaged_content[begin:begin] = dice.choice(ODD_BYTES)
                case _:
                    damaged_content[begin:begin] = bytes([dice.randrange(256)]) * dice.choice((1, 10, 1000))
        yield bytes(damaged_content)


def refused(path: Path, contents: Iterable[bytes], read: Callable[[Member], Iterable[object]]) -> int:
    """Return the number of files refused with a sentence that names the file. Any other error fails the test."""
    sentences: list[str] = []
    for content in contents:
        path.write_bytes(content)
        try:
            for _record in read(single_file(path)):
                pass
        except ReleaseError as error:
            sentences.append(str(error))
    assert all(path.name in sentence and "\n" not in sentence for sentence in sentences)
    return len(sentences)
