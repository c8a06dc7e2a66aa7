"""Real files, mutated and zipped again: recognized, read and merged, or refused in a sentence; nothing else happens.

`python -m tests.intake.test_fuzzing SECONDS [SEED]` tries as many as there is time for, and says how many.
"""

import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from app.codes.systems import System
from app.intake.add import recognize_all
from app.intake.consent import ConsentError, check_consent
from app.intake.merge import InitialContents, merge
from app.intake.read_files import read_files
from app.library.compiling.icd10pcs import contents_of_release
from app.releases.records import PcsCode, PcsRelease, ReleaseError
from tests.intake.conftest import small_icd10cm
from tests.library.conftest import LABELS, release
from tests.official import RELEASES
from tests.releases.damaged import ODD_BYTES, ODD_CHARACTERS

LONGEST = 200_000
"""Bytes of a member that are kept: enough for every reader to reach its rows, few enough to try many."""

FOLDERS = ("icd10cm", "icd10pcs", "hcpcs", "gems", "ncci", "pfs")


@cache
def beginnings() -> tuple[tuple[str, str, bytes], ...]:
    """(zip, member, its beginning) of every real file; workbooks are kept whole, since they cannot be cut."""
    found: list[tuple[str, str, bytes]] = []
    for path in sorted(path for folder in FOLDERS for path in (RELEASES / folder).glob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as opened:
                for info in opened.infolist():
                    whole = info.filename.lower().endswith(".xlsx")
                    if not info.is_dir() and not info.filename.endswith((".pdf", ".xsd")) and info.file_size < 5 << 20:
                        found.append((path.stem, info.filename, opened.read(info)[: None if whole else LONGEST]))
                    elif not info.is_dir() and info.filename.endswith((".txt", ".xml")):
                        with opened.open(info) as stream:
                            found.append((path.stem, info.filename, stream.read(LONGEST)))
        elif path.suffix in (".txt", ".csv"):
            found.append((path.stem, path.name, path.read_bytes()))
    return tuple(found)


def mutated(content: bytes, dice: random.Random) -> bytes:
    """Bytes flipped, cut and inserted; lines dropped, doubled and swapped; fields swapped."""
    found = bytearray(content)
    for _ in range(dice.choice((0, 1, 1, 1, 2, 4))):
        at = dice.randrange(max(len(found), 1))
        match dice.randrange(8):
            case 0:
                if found:
                    found[at] ^= 1 << dice.randrange(8)
            case 1:
                del found[at:]
            case 2:
                found[at:at] = dice.choice([sign.encode() for sign in ODD_CHARACTERS] + list(ODD_BYTES))
            case 3:
                found[at:at] = bytes([dice.randrange(256)]) * dice.choice((1, 40, 200_000))
            case _:
                lines = bytes(found).split(b"\n")
                one, other = dice.randrange(len(lines)), dice.randrange(len(lines))
                match dice.randrange(5):
                    case 0:
                        del lines[one]
                    case 1:
                        lines.insert(other, lines[one])
                    case 2:
                        lines[one], lines[other] = lines[other], lines[one]
                    case 3:
                        mark = dice.choice((b"\t", b",", b" ", b">"))
                        fields = lines[one].split(mark)
                        dice.shuffle(fields)
                        lines[one] = mark.join(fields)
                    case _:
                        where = dice.randrange(len(lines[one]) + 1)
                        lines[one] = lines[one][:where] + lines[other][where:]
                found = bytearray(b"\n".join(lines))
    return bytes(found)


def inside_out(content: bytes, dice: random.Random) -> bytes:
    """A workbook of which one part is mutated, since a flipped byte of the whole only breaks its checksum."""
    import io

    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w") as new:
        infos = old.infolist()
        victim = dice.choice(infos)
        for info in infos:
            part = old.read(info)
            new.writestr(info.filename, mutated(part, dice) if info is victim else part)
    return held.getvalue()


@cache
def initial_contents() -> InitialContents:
    pcs = PcsRelease((PcsCode("0DTJ0ZZ", "Resection of Appendix, Open Approach", LABELS),), (), ())
    return InitialContents(small_icd10cm(), contents_of_release(release(System.ICD10PCS, 2029), pcs))


def tried(folder: Path, dice: random.Random) -> str:
    """What became of one mutated file: `unread`, `refused`, `merged`, or `asked` where it needs consent."""
    archive, name, content = dice.choice(beginnings())
    workbook = content.startswith(b"PK") and dice.random() < 0.8
    content = inside_out(content, dice) if workbook else mutated(content, dice)
    path = folder / f"{archive}.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(name, content)
    try:
        read, unread = recognize_all([path])
        assert all("\n" not in one.reason for one in unread)
        if not read:
            return "unread"
        try:
            check_consent(read, accepted=False)
        except ConsentError:
            check_consent(read, accepted=True)
        found = read_files(read, lambda _step, _share: None)
        for part in found.pairs:
            for _edit in part.edits:
                pass
        for limits in found.limits:
            for _limit in limits.limits:
                pass
        merge(initial_contents(), found)
    except ReleaseError as error:
        sentence = str(error)
    else:
        return "merged"
    assert "\n" not in sentence
    assert any(part in sentence for part in (archive, Path(name).name, "Tabular List of")), sentence
    return "refused"


def outcomes(folder: Path, seed: int) -> Iterator[str]:
    dice = random.Random(seed)
    while True:
        state = dice.getstate()
        try:
            yield tried(folder, dice)
        except Exception as error:
            dice.setstate(state)
            error.add_note(f"of {dice.choice(beginnings())[:2]}")
            raise


def fewest(counts: "Counter[str]") -> int:
    """How often the rarest of the outcomes came."""
    return min(counts["unread"], counts["refused"], counts["merged"])


@pytest.mark.slow
def test_mutated_real_files_are_read_or_refused(tmp_path: Path) -> None:
    if not RELEASES.exists():
        import pytest

        pytest.skip("needs the official release files")
    found = outcomes(tmp_path, 20261122)
    begin = time.perf_counter()
    counts: Counter[str] = Counter()
    # On a busy machine it goes on until there are enough of each.
    while (seconds := time.perf_counter() - begin) < 3 or (seconds < 30 and fewest(counts) <= 3):
        counts[next(found)] += 1
    assert fewest(counts) > 3, counts


def main(seconds: float, seed: int) -> None:
    counts: Counter[str] = Counter()
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = outcomes(Path(folder), seed)
        while time.perf_counter() - begin < seconds:
            counts[next(found)] += 1
    sys.stdout.write(f"{counts.total():,} files tried: {dict(counts)}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
