"""The lines of CMS's fixed-width HCPCS text (`HCPC2019_CONTR_ANWEB.txt`), cut into named columns."""

from collections.abc import Iterator

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.text_lines import lines


def _repeated(name: str, begin: int, width: int, times: int) -> tuple[tuple[str, int, int], ...]:
    """Return the columns of a field that occurs several times side by side, numbered from 1."""
    return tuple(
        (f"{name}{index + 1}", begin + index * width, begin + (index + 1) * width - 1) for index in range(times)
    )


HCPCS_COLUMNS: tuple[tuple[str, int, int], ...] = (
    ("HCPC", 1, 5),
    ("SEQNUM", 6, 10),
    ("RECID", 11, 11),
    ("LONG DESCRIPTION", 12, 91),
    ("SHORT DESCRIPTION", 92, 119),
    *_repeated("PRICE", 120, 2, 4),
    ("MULT_PI", 128, 128),
    *_repeated("CIM", 129, 6, 3),
    *_repeated("MCM", 147, 8, 3),
    ("STATUTE", 171, 180),
    *_repeated("LABCERT", 181, 3, 8),
    *_repeated("XREF", 205, 5, 5),
    ("COV", 230, 230),
    ("ASC_GRP", 231, 232),
    ("ASC_DT", 233, 240),
    ("OPPS", 241, 243),
    ("OPPS_PI", 244, 244),
    ("OPPS_DT", 245, 252),
    ("PROCNOTE", 253, 256),
    ("BETOS", 257, 259),
    *_repeated("TOS", 261, 1, 5),
    ("ANEST_BU", 266, 268),
    ("ADD DT", 269, 276),
    ("ACT EFF DT", 277, 284),
    ("TERM DT", 285, 292),
    ("ACTION CD", 293, 293),
)
"""(name, first and last column, counted from 1), by the contractor record layout of 2019.

Names and order are those of the xlsx file's header (October 2025); the layout calls the outpatient columns MOG. The
columns up to 320 are filler, and their number varies by year.
"""

_SLICES = tuple((name, begin - 1, end) for name, begin, end in HCPCS_COLUMNS)
_DESCRIPTION_END = 91
_ACTION_CODE_COLUMN = 293


def text_rows(member: Member) -> Iterator[tuple[int, dict[str, str]]]:
    """Return (line number, {column name: stripped cell}) of every line with a code, without disclaimers at the top.

    A continuation line (RECID 4 or 8) has only its piece of the long description. Raises ReleaseError for any other
    line after the first code, for a line that ends before its action code, and for a last line that is cut off.
    """
    is_padded = False
    has_begun = False
    cut_line = 0
    for number, text in lines(member, "utf-8", fallback="cp1252"):
        cut_line = 0
        if not text or text.isspace():
            continue
        if not (text[5:11].isdigit() and text[5:11].isascii() and len(text) > 11 and text[10] in "3478"):
            if not has_begun:
                continue
            raise ReleaseError(
                f"{member.name}, line {number}: expected a code, five digits and a record code of 3, 4, 7 or 8 in "
                f"columns 1 to 11, found {text[:11]!r}."
            )
        if text[10] in "48":
            # Some files pad their lines with blanks, others do not; only in padded ones is a short last line cut off.
            if is_padded and len(text) < _DESCRIPTION_END:
                cut_line = number
            cells = {"HCPC": text[:5].strip(), "SEQNUM": text[5:10], "RECID": text[10]}
            cells["LONG DESCRIPTION"] = text[11:_DESCRIPTION_END].strip()
        else:
            if len(text) < _ACTION_CODE_COLUMN:
                raise ReleaseError(
                    f"{member.name}, line {number}: expected at least {_ACTION_CODE_COLUMN} characters, "
                    f"found {len(text)}."
                )
            is_padded = is_padded or len(text) > _ACTION_CODE_COLUMN
            cells = {name: text[begin:end].strip() for name, begin, end in _SLICES}
        has_begun = True
        yield number, cells
    if cut_line:
        raise ReleaseError(f"{member.name}, line {cut_line}: the file is cut off here; download it again.")
