"""The HCPCS file as CMS's fixed-width text (`HCPC2019_CONTR_ANWEB.txt`): its lines, cut into named columns."""

from collections.abc import Iterator

from app.releases.containers import Member
from app.releases.records import ReleaseError
from app.releases.text_lines import lines


def _repeated(name: str, begin: int, width: int, times: int) -> tuple[tuple[str, int, int], ...]:
    """The columns of a field that stands several times in a row, numbered from 1."""
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
"""(name, first and last column, counted from 1): the contractor record layout of 2019, which gives the outpatient
columns as MOG, under the names and in the order of the xlsx file's header (October 2025). The columns up to 320 are
filler, and their number changes with the years."""

_SLICES = tuple((name, begin - 1, end) for name, begin, end in HCPCS_COLUMNS)
_FIRST_PIECE_END = 91
_ACTION_CODE = 293


def text_rows(member: Member) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, stripped cells by column name) of every line with a code, disclaimers at the top left out.

    A continuation line (RECID 4 or 8) has its piece of the long description alone. Raises ReleaseError for another
    line among those with codes, for one that ends before its action code, and for a last line that is cut off.
    """
    padded = False
    found = False
    cut = 0
    for number, text in lines(member, "utf-8", fallback="cp1252"):
        cut = 0
        if not text or text.isspace():
            continue
        if not (text[5:11].isdigit() and text[5:11].isascii() and len(text) > 11 and text[10] in "3478"):
            if not found:
                continue
            raise ReleaseError(
                f"{member.name}, line {number}: expected a code, five digits and a record code of 3, 4, 7 or 8 in "
                f"columns 1 to 11, found {text[:11]!r}."
            )
        if text[10] in "48":
            # Files come padded with blanks or without; only in the former does a short last line tell of a cut.
            if padded and len(text) < _FIRST_PIECE_END:
                cut = number
            cells = {"HCPC": text[:5].strip(), "SEQNUM": text[5:10], "RECID": text[10]}
            cells["LONG DESCRIPTION"] = text[11:_FIRST_PIECE_END].strip()
        else:
            if len(text) < _ACTION_CODE:
                raise ReleaseError(
                    f"{member.name}, line {number}: expected at least {_ACTION_CODE} characters, found {len(text)}."
                )
            padded = padded or len(text) > _ACTION_CODE
            cells = {name: text[begin:end].strip() for name, begin, end in _SLICES}
        found = True
        yield number, cells
    if cut:
        raise ReleaseError(f"{member.name}, line {cut}: the file is cut off here; download it again.")
