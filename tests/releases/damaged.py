"""Files as they come out of a bad download or a bad hand, made from whole ones with a fixed seed."""

import random
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from app.releases.containers import Member, single_file
from app.releases.records import ReleaseError

# Digits that are none for int() or for a date, signs that end a line for some readers, NUL, and bytes of no encoding.
STRANGERS = ("²", "٣", "\u2028", "\x0b", "\x85", "\0", "\t", "\n", "\r\n", "  ", "-", "Z", "9", "0", " ")
BYTES = (b"\x81", b"\xff\xfe", b"\xed\xa0\x80")


def damaged(whole: bytes, times: int, seed: int) -> Iterator[bytes]:
    """`times` files, each with one to three wounds: cut, left out, doubled, swapped, overwritten, inserted."""
    dice = random.Random(seed)
    for _ in range(times):
        found = bytearray(whole)
        for _ in range(dice.randint(1, 3)):
            begin = dice.randrange(len(found) + 1)
            end = min(len(found), begin + dice.choice((1, 1, 2, 8, 40, 400)))
            match dice.randrange(7):
                case 0:
                    del found[begin:]
                case 1:
                    del found[begin:end]
                case 2:
                    found[begin:begin] = found[begin:end]
                case 3:
                    found[begin:end] = bytes(reversed(found[begin:end]))
                case 4:
                    found[begin:end] = dice.choice(STRANGERS).encode()
                case 5:
                    found[begin:begin] = dice.choice(BYTES)
                case _:
                    found[begin:begin] = bytes([dice.randrange(256)]) * dice.choice((1, 10, 1000))
        yield bytes(found)


def refused(path: Path, contents: Iterable[bytes], read: Callable[[Member], Iterable[object]]) -> int:
    """How many of the files were refused with a sentence that names the file. Any other failure is the test's."""
    said: list[str] = []
    for content in contents:
        path.write_bytes(content)
        try:
            for _record in read(single_file(path)):
                pass
        except ReleaseError as error:
            said.append(str(error))
    assert all(path.name in sentence and "\n" not in sentence for sentence in said)
    return len(said)
