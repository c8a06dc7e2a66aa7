"""The order files of ICD-10-CM and ICD-10-PCS: every code and header in the order of the book, one on each line."""

from collections.abc import Iterator

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.text_lines import lines
from app.releases.records import OrderCode

VALID_FLAGS = {"0": False, "1": True}


def read_order(member: Member) -> Iterator[OrderCode]:
    """Return the codes of an order file, headers included, in its order; codes are plain.

    CMS order file layout (icd10OrderFiles.pdf): columns 1-5 sequence number, 7-13 code, 15 validity for submission (1
    valid, 0 header), 17-76 short title, from 78 on long title:

        00002 A000    1 Cholera due to Vibrio cholerae 01, biovar cholerae           Cholera due to Vibrio cholerae ...

    Raises ReleaseError naming the line if it has another shape, if its number is not 1 or does not follow the one
    before (lines are missing), if a code occurs twice, and if the last line is a header, whose codes are missing.
    """
    seen: set[str] = set()
    expected = 1
    header = ""
    # The official files of all tested years are ASCII; CMS's older files use cp1252 for accents.
    for number, line in lines(member, fallback="cp1252"):
        if not line.strip():
            continue
        code = line[6:13].rstrip()
        valid = VALID_FLAGS.get(line[14:15])
        sequence = line[:5]
        if valid is None or line[5:6] + line[13:14] + line[15:16] != "   " or not is_icd10_code(code):
            raise ReleaseError(
                f"{member.name}, line {number}: expected a number, a code and 0 or 1 in columns 1, 7 and 15, "
                f"found {line[:40]!r}."
            )
        if not sequence.isascii() or not sequence.isdigit() or int(sequence) != expected:
            raise ReleaseError(
                f"{member.name}, line {number}: expected the number {expected:05}, found {sequence!r}; "
                "lines are missing or moved."
            )
        expected = int(sequence) + 1
        title = line[77:].strip()
        if not title:
            raise ReleaseError(
                f"{member.name}, line {number}: expected a title of {code} from column 78 on, found none."
            )
        if code in seen:
            raise ReleaseError(f"{member.name}, line {number}: expected each code once, found {code} again.")
        seen.add(code)
        header = "" if valid else code
        yield OrderCode(code, valid, title, line[16:76].strip())
    if header:
        raise ReleaseError(
            f"{member.name}: expected codes after {header}, a header, found the end of the file; it is cut, "
            "download it again."
        )
    if not seen:
        raise ReleaseError(f"{member.name}: expected the codes of an order file, found none.")


def is_icd10_code(text: str) -> bool:
    """Return whether a text has the shape of a plain ICD-10 code: three to seven capitals and digits."""
    return 3 <= len(text) <= 7 and text.isascii() and text.isalnum() and text.upper() == text
