"""General Equivalence Maps between ICD-9-CM and ICD-10, diagnoses and procedures, in either direction."""

from collections.abc import Iterator

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.text_lines import lines
from app.releases.records import Equivalence

_CODE_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
# No code begins with this: the second character of an ICD-10-CM or ICD-9-CM code is a digit, and ICD-10-PCS has no O.
_NO_MAP_BEGINNING = "NO"


def read_gem(member: Member) -> Iterator[Equivalence]:
    """Return the rows of one map in file order: source, target and five flags, separated by blanks.

    `E1140   25060 10000`: plain codes; the flags are approximate, no map, combination, scenario and choice, one digit
    each (CMS's guide to the diagnosis GEMs, 2018). If there is no map, the target reads `NoDx`, `NoPCS` or `NoI9` and
    is returned as `""`; the flag for no map is then set here, since 29 rows of 2018 lack it. Raises ReleaseError naming
    the line for a row of another shape, and for a file without rows.
    """
    is_empty = True
    for number, text in lines(member, "ascii"):
        # CMS wrote one code of 2018 in lower case: T88.53XD leads to `v5889`.
        cells = text.upper().split()
        if not cells:
            continue
        if len(cells) != 3:
            raise ReleaseError(
                f"{member.name}, line {number}: expected a source, a target and five flags, "
                f"found {text.strip()[:60]!r}."
            )
        source, target, flags = cells
        if len(flags) != 5 or flags.strip("0123456789") or flags[:3].strip("01"):
            raise ReleaseError(
                f"{member.name}, line {number}: expected five digits as flags, the first three 0 or 1, "
                f"found {flags[:20]!r}."
            )
        no_map = flags[1] == "1"
        if target.startswith(_NO_MAP_BEGINNING):
            target, no_map = "", True
        elif no_map:
            raise ReleaseError(
                f"{member.name}, line {number}: expected no target with the flag for no map, found {target[:20]!r}."
            )
        for code in (source, target or source):
            if not 3 <= len(code) <= 7 or code.strip(_CODE_CHARACTERS) or code.startswith(_NO_MAP_BEGINNING):
                raise ReleaseError(f"{member.name}, line {number}: expected a code, found {code[:20]!r}.")
        is_empty = False
        yield Equivalence(source, target, flags[0] == "1", no_map, flags[2] == "1", int(flags[3]), int(flags[4]))
    if is_empty:
        raise ReleaseError(f"{member.name}: expected rows of an equivalence map, found an empty file.")
