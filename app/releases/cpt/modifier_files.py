"""The AMA's modifier files: MODUL.txt of the older generation, Modifiers of the newer one."""

import re
from collections.abc import Iterator

from app.releases.cpt.table_rows import FIRST_COLUMN, PREAMBLE_LINES, headed_rows, words
from app.releases.errors import ReleaseError, quoted
from app.releases.files.containers import Member
from app.releases.files.text_lines import lines
from app.releases.records import CptModifier

LONGEST_BLOCK = 200
"""Lines of one modifier's text; the longest has about twenty."""

_MODIFIER_COLUMNS = {"modifiercode": "modifier", "modifiername": "name", "modifierdescription": "text"}
_MODIFIER_CODE = re.compile(r"[0-9A-Z]{2}")
# A wrapped line of text may begin with a number of two digits, but not with a capitalized name after it. Two letters
# begin a block only before a tab, since capitalized words of two letters occur in the text.
_BLOCK_BEGINNING = re.compile(
    r"([0-9]{2}|[0-9][A-Z]|[A-Z][0-9])(?:\t[ \t]*| +[-–]? ?)(?=[A-Z])|([A-Z]{2})\t[ \t]*(?=\S)"
)


def is_modifiers(cells: list[str]) -> bool:
    names = [words(cell) for cell in cells]
    return names[:1] == [FIRST_COLUMN] and "modifiercode" in names


def read_modifiers(member: Member) -> Iterator[CptModifier]:
    """Return the modifiers of a Modifiers file (tab, csv or xlsx), Level II modifiers too if the file has them.

    Columns: ConceptID, Modifier Code, Level I/II, Modifier Descriptor Effective, Modifier Name, Modifier Description,
    Section (Main Section). A modifier has a row for each section; the first row is used. Raises ReleaseError naming
    the line.
    """
    seen: set[str] = set()
    for number, row in headed_rows(member, FIRST_COLUMN, _MODIFIER_COLUMNS, "modifier"):
        code = row["modifier"]
        if not _MODIFIER_CODE.fullmatch(code):
            raise ReleaseError(
                f"{member.name}, line {number}: expected a modifier of two characters, found {quoted(code)}."
            )
        if not row.get("name"):
            raise ReleaseError(f"{member.name}, line {number}: expected the name of the modifier {code}, found none.")
        if code not in seen:
            seen.add(code)
            yield CptModifier(code, row["name"], row.get("text", ""))
    if not seen:
        raise ReleaseError(f"{member.name}: expected modifiers below the header, found none.")


def read_modul(member: Member) -> Iterator[CptModifier]:
    """Return the modifiers of MODUL.txt: after the license a block for each one, `22 Name: text`, on one line or more.

    A block begins with a modifier that has not occurred before; the name ends at the colon, else with the line. Raises
    ReleaseError if no block begins in the first lines, and if a block is longer than LONGEST_BLOCK.
    """
    seen: set[str] = set()
    code, block, first_line = "", list[str](), 0
    for number, line in lines(member, "utf-8", "cp1252"):
        beginning = _BLOCK_BEGINNING.match(line)
        if beginning and (beginning[1] or beginning[2]) not in seen:
            if code:
                yield _modifier(code, block)
            code, block, first_line = beginning[1] or beginning[2], [line[beginning.end() :]], number
            seen.add(code)
        elif code:
            block.append(line)
            if number - first_line > LONGEST_BLOCK:
                raise ReleaseError(
                    f"{member.name}, line {first_line}: expected at most {LONGEST_BLOCK} lines of the modifier {code}, "
                    "found more."
                )
        elif number > PREAMBLE_LINES:
            break
    if not code:
        raise ReleaseError(
            f"{member.name}: expected lines such as '22 Name: text' in the first {PREAMBLE_LINES} lines."
        )
    yield _modifier(code, block)


def _modifier(code: str, block: list[str]) -> CptModifier:
    name, colon, text = block[0].partition(":")
    if not colon:
        name, _, text = block[0].partition("\t")
    return CptModifier(code, name.strip(), " ".join(" ".join([text, *block[1:]]).split()))
