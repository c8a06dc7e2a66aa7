"""The AMA's tables with a header: ConsolidatedCodeList of the newer generation and the descriptor lists of both."""

from collections.abc import Iterator

from app.releases.cpt.table_rows import FIRST_COLUMN, checked_cpt_code, checked_date, headed_rows, words
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.records import CptCode

_CODE_COLUMN = "code"
_CONSOLIDATED = {
    "cptcode": _CODE_COLUMN,
    "long": "long",
    "medium": "medium",
    "short": "short",
    "consumer": "consumer",
    "currentdescriptoreffective": "effective",
    "testname": "Test name",
    "labname": "Lab name",
    "manufacturername": "Manufacturer",
}
_FIELDS = ("Test name", "Lab name", "Manufacturer")
_CONSUMER = {"cptcode": _CODE_COLUMN, "consumerfriendlydescriptor": "text"}
# The id comes first in the file and begins with the same words.
_CLINICIAN = {"cptcode": _CODE_COLUMN, "cliniciandescriptorid": "id", "cliniciandescriptor": "text"}


def is_consolidated(cells: list[str]) -> bool:
    names = [words(cell) for cell in cells]
    return names[:2] == [FIRST_COLUMN, "cptcode"] and any(name.startswith("medium") for name in names)


def is_consumer(cells: list[str]) -> bool:
    names = [words(cell) for cell in cells]
    return names[:2] == [FIRST_COLUMN, "cptcode"] and any(name.startswith("consumerfriendly") for name in names)


def is_clinician(cells: list[str]) -> bool:
    names = [words(cell) for cell in cells]
    return names[:2] == [FIRST_COLUMN, "cptcode"] and "cliniciandescriptor" in names


def read_consolidated(member: Member) -> Iterator[CptCode]:
    """Return the codes of ConsolidatedCodeList (tab, csv or xlsx), which has all texts of a code in one row.

    Columns: Concept Id, CPT Code, Long, Medium, Short, Consumer, Spanish Consumer (not read), Current Descriptor
    Effective Date (YYYYMMDD), Test Name, Lab Name, Manufacturer Name. Raises ReleaseError naming the line.
    """
    is_empty = True
    for number, row in headed_rows(member, FIRST_COLUMN, _CONSOLIDATED, _CODE_COLUMN):
        if not row.get("long"):
            raise ReleaseError(
                f"{member.name}, line {number}: expected a long descriptor of {row[_CODE_COLUMN]!r}, found none."
            )
        is_empty = False
        yield CptCode(
            checked_cpt_code(member, number, row[_CODE_COLUMN]),
            long=row["long"],
            medium=row.get("medium", ""),
            short=row.get("short", ""),
            consumer=row.get("consumer", ""),
            effective=checked_date(member, number, row.get("effective", "")),
            fields=tuple((name, row[name]) for name in _FIELDS if row.get(name)),
        )
    if is_empty:
        raise _no_codes(member)


def read_consumer(member: Member) -> Iterator[CptCode]:
    """Return the codes of ConsumerDescriptor. Raises ReleaseError naming the line.

    Columns: Concept Id, CPT Code, Consumer Friendly Descriptor.
    """
    for number, code, text in _texts(member, _CONSUMER):
        yield CptCode(checked_cpt_code(member, number, code), consumer=text)


def read_clinician(member: Member) -> Iterator[CptCode]:
    """Return the codes of ClinicianDescriptor, one record for each row; a code has several until they are merged.

    Columns: Concept Id, CPT Code, Clinician Descriptor Id, Clinician Descriptor. Raises ReleaseError naming the line.
    """
    for number, code, text in _texts(member, _CLINICIAN):
        yield CptCode(checked_cpt_code(member, number, code), clinician=(text,))


def _texts(member: Member, columns: dict[str, str]) -> Iterator[tuple[int, str, str]]:
    """Return (line number, code, descriptor) of every row below the header."""
    is_empty = True
    for number, row in headed_rows(member, FIRST_COLUMN, columns, _CODE_COLUMN):
        if not row.get("text"):
            raise ReleaseError(
                f"{member.name}, line {number}: expected a descriptor of {row[_CODE_COLUMN]!r}, found none."
            )
        is_empty = False
        yield number, row[_CODE_COLUMN], row["text"]
    if is_empty:
        raise _no_codes(member)


def _no_codes(member: Member) -> ReleaseError:
    return ReleaseError(f"{member.name}: expected CPT codes below the header, found none.")
