"""Table 6K of Medicare's final rule for inpatient payment: which diagnoses are a CC or MCC, and what excludes them."""

import re
from collections.abc import Iterator

from app.releases.errors import QUOTED_LENGTH, ReleaseError
from app.releases.files.containers import Member
from app.releases.files.text_lines import lines
from app.releases.records import CcCode, CcExclusions

NO_EXCLUSIONS = "0"
"""The collection of a code that no principal diagnosis excludes."""

_FIRST_PART, _OF_COLLECTION = "1", "PDX "
_PART = re.compile(r"\s*(?:K )?Part ([0-9])\b", re.IGNORECASE)
_COLUMNS = re.compile(r"\s*I10 Dx\s+Lev\s+PDX Exclusions\b", re.IGNORECASE)
_CODE = re.compile(
    r"\s*(?P<code>[A-Z][0-9A-Z]{2,6}) +(?P<level>CC|MCC) +"
    r"(?:No Excl|(?P<collection>[0-9]{1,5}):(?P<count>[0-9]{1,3}(?:,[0-9]{3})*) codes?) +\S"
)
_COLLECTION = re.compile(r"PDX collection ([0-9]{1,5})\s*", re.IGNORECASE)
_PRINCIPAL = re.compile(r"\s+(?P<code>[A-Z][0-9A-Z]{2,6}) +\S")


def read_cc_exclusions(member: Member) -> CcExclusions:
    """Read Table 6K as CMS publishes it as text, after a title and some sentences.

    Part 1 lists the codes, ` A000    CC  0002:3 codes     Cholera due to ...`: level, number of the collection of
    principal diagnoses, and how many these are; `No Excl` for none. The collections follow, `PDX collection 0002` with
    a line for each diagnosis, `  A000    Cholera ...`. Parts 2 and 3, which count for some discharges and groups
    alone, are not read.

    Raises ReleaseError naming the line for one of another shape, for a code that is listed twice, and for a collection
    that is missing or has not as many diagnoses as Part 1 says: such a file is cut or mixed up.
    """
    codes: dict[str, CcCode] = {}
    counts: dict[str, tuple[int, int]] = {}
    collections: dict[str, list[str]] = {}
    for number, part, text in _lines_of_parts(member):
        if part == _FIRST_PART:
            match = _CODE.match(text)
            if match is None:
                raise _unexpected(member, number, "a code, CC or MCC, and its exclusions", text)
            code, collection = match["code"], _number(match["collection"])
            if code in codes:
                raise ReleaseError(f"{member.name}, line {number}: expected each code once, found {code} again.")
            codes[code] = CcCode(code, match["level"], collection)
            if collection != NO_EXCLUSIONS:
                count = int(match["count"].replace(",", ""))
                if counts.setdefault(collection, (count, number))[0] != count:
                    raise ReleaseError(
                        f"{member.name}, line {number}: expected {counts[collection][0]:,} codes in the collection "
                        f"{collection} as before, found {count:,}."
                    )
        else:
            match = _PRINCIPAL.match(text)
            if match is None:
                raise _unexpected(member, number, "a principal diagnosis", text)
            collections.setdefault(part.removeprefix(_OF_COLLECTION), []).append(match["code"])
    if not codes:
        raise ReleaseError(f"{member.name}: expected the codes of Part 1 of Table 6K, found none.")
    for collection, (count, number) in counts.items():
        found = len(collections.get(collection, ()))
        if found != count:
            raise ReleaseError(
                f"{member.name}, line {number}: expected {count:,} principal diagnoses in the collection {collection}, "
                f"found {found:,}; the file is not complete."
            )
    return CcExclusions(
        tuple(codes.values()), {collection: tuple(sorted(collections[collection])) for collection in counts}
    )


def _lines_of_parts(member: Member) -> Iterator[tuple[int, str, str]]:
    """Yield (line number, `1` or a collection, `PDX 2`, text) of each line with a diagnosis."""
    part = ""
    for number, text in lines(member, "utf-8", "cp1252"):
        if not text.strip():
            continue
        if heading := _PART.match(text):
            part = heading[1]
        elif collection := _COLLECTION.fullmatch(text):
            part = f"{_OF_COLLECTION}{_number(collection[1])}"
        elif part.startswith(_OF_COLLECTION) or (part == _FIRST_PART and not _COLUMNS.match(text)):
            yield number, part, text


def _number(text: str | None) -> str:
    return str(int(text or NO_EXCLUSIONS))


def _unexpected(member: Member, number: int, expected: str, text: str) -> ReleaseError:
    return ReleaseError(f"{member.name}, line {number}: expected {expected}, found {text.strip()[:QUOTED_LENGTH]!r}.")
