"""Real files, mutated and zipped again: recognized, read and merged, or refused in a sentence; nothing else happens.

`python -m tests.intake.test_fuzzing SECONDS [SEED]` tries as many as there is time for, and prints how many.
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
from app.releases.errors import ReleaseError
from app.releases.records import PcsCode, PcsRelease
from tests.intake.conftest import small_icd10cm
from tests.library.conftest import LABELS, release
from tests.official import RELEASES
from tests.releases.damaged import ODD_BYTES, ODD_CHARACTERS

LONGEST_MEMBER = 200_000
"""The number of bytes of a member that are used: enough for every reader to reach its rows, few enough to try many."""

FOLDERS = ("icd10cm", "icd10pcs", "hcpcs", "gems", "ncci", "pfs")


@cache
def beginnings() -> tuple[tuple[str, str, bytes], ...]:
    """(zip, member, its beginning) of every real file; workbooks are complete, since they cannot be cut."""
    members: list[tuple[str, str, bytes]] = []
    for path in sorted(path for folder in FOLDERS for path in (RELEASES / folder).glob("*")):
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as opened:
                for info in opened.infolist():
                    is_workbook = info.filename.lower().endswith(".xlsx")
                    if not info.is_dir() and not info.filename.endswith((".pdf", ".xsd")) and info.file_size < 5 << 20:
                        members.append(
                            (path.stem, info.filename, opened.read(info)[: None if is_workbook else LONGEST_MEMBER])
                        )
                    elif not info.is_dir() and info.filename.endswith((".txt", ".xml")):
                        with opened.open(info) as stream:
                            members.append((path.stem, info.filename, stream.read(LONGEST_MEMBER)))
        elif path.suffix in (".txt", ".csv"):
            members.append((path.stem, path.name, path.read_bytes()))
    return tuple(members)


def mutated(content: bytes, generator: random.Random) -> bytes:
    """Bytes flipped, cut and inserted; lines dropped, doubled and swapped; fields swapped."""
    mutation = bytearray(content)
    for _ in range(generator.choice((0, 1, 1, 1, 2, 4))):
        position = generator.randrange(max(len(mutation), 1))
        match generator.randrange(8):
            case 0:
                if mutation:
                    mutation[position] ^= 1 << generator.randrange(8)
            case 1:
                del mutation[position:]
            case 2:
                mutation[position:position] = generator.choice(
                    [sign.encode() for sign in ODD_CHARACTERS] + list(ODD_BYTES)
                )
            case 3:
                mutation[position:position] = bytes([generator.randrange(256)]) * generator.choice((1, 40, 200_000))
            case _:
                lines = bytes(mutation).split(b"\n")
                first, second = generator.randrange(len(lines)), generator.randrange(len(lines))
                match generator.randrange(5):
                    case 0:
                        del lines[first]
                    case 1:
                        lines.insert(second, lines[first])
                    case 2:
                        lines[first], lines[second] = lines[second], lines[first]
                    case 3:
                        mark = generator.choice((b"\t", b",", b" ", b">"))
                        fields = lines[first].split(mark)
                        generator.shuffle(fields)
                        lines[first] = mark.join(fields)
                    case _:
                        cut = generator.randrange(len(lines[first]) + 1)
                        lines[first] = lines[first][:cut] + lines[second][cut:]
                mutation = bytearray(b"\n".join(lines))
    return bytes(mutation)


def with_mutated_part(content: bytes, generator: random.Random) -> bytes:
    """Return a workbook with one part mutated, since a flipped byte of the zip only breaks its checksum."""
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w") as new:
        infos = old.infolist()
        chosen = generator.choice(infos)
        for info in infos:
            part = old.read(info)
            new.writestr(info.filename, mutated(part, generator) if info is chosen else part)
    return buffer.getvalue()


@cache
def initial_contents() -> InitialContents:
    pcs = PcsRelease((PcsCode("0DTJ0ZZ", "Resection of Appendix, Open Approach", LABELS),), (), ())
    return InitialContents(small_icd10cm(), contents_of_release(release(System.ICD10PCS, 2029), pcs))


def outcome_of_one_file(folder: Path, generator: random.Random) -> str:
    """Return the outcome of one mutated file: `unread`, `refused` or `merged`."""
    archive, name, content = generator.choice(beginnings())
    workbook = content.startswith(b"PK") and generator.random() < 0.8
    content = with_mutated_part(content, generator) if workbook else mutated(content, generator)
    path = folder / f"{archive}.zip"
    with zipfile.ZipFile(path, "w") as opened:
        opened.writestr(name, content)
    try:
        read, unread = recognize_all([path])
        assert all("\n" not in file.reason for file in unread)
        if not read:
            return "unread"
        try:
            check_consent(read, accepted=False)
        except ConsentError:
            check_consent(read, accepted=True)
        records = read_files(read, lambda _step, _share: None)
        for part in records.pairs:
            for _edit in part.edits:
                pass
        for limits in records.limits:
            for _limit in limits.limits:
                pass
        merge(initial_contents(), records)
    except ReleaseError as error:
        sentence = str(error)
    else:
        return "merged"
    assert "\n" not in sentence
    assert any(part in sentence for part in (archive, Path(name).name, "Tabular List of")), sentence
    return "refused"


def outcomes(folder: Path, seed: int) -> Iterator[str]:
    generator = random.Random(seed)
    while True:
        state = generator.getstate()
        try:
            yield outcome_of_one_file(folder, generator)
        except Exception as error:
            generator.setstate(state)
            error.add_note(f"of {generator.choice(beginnings())[:2]}")
            raise


def rarest_count(counts: "Counter[str]") -> int:
    """Return the count of the rarest outcome."""
    return min(counts["unread"], counts["refused"], counts["merged"])


@pytest.mark.slow
def test_mutated_real_files_are_read_or_refused(tmp_path: Path) -> None:
    if not RELEASES.exists():
        import pytest

        pytest.skip("needs the official release files")
    results = outcomes(tmp_path, 20261122)
    begin = time.perf_counter()
    counts: Counter[str] = Counter()
    # On a busy machine it goes on until there are enough of each.
    while (seconds := time.perf_counter() - begin) < 3 or (seconds < 30 and rarest_count(counts) <= 3):
        counts[next(results)] += 1
    assert rarest_count(counts) > 3, counts


def main(seconds: float, seed: int) -> None:
    counts: Counter[str] = Counter()
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        results = outcomes(Path(folder), seed)
        while time.perf_counter() - begin < seconds:
            counts[next(results)] += 1
    sys.stdout.write(f"{counts.total():,} files tried: {dict(counts)}\n")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
