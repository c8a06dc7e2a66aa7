"""The AMA's modifier files: MODUL.txt of the older generation, Modifiers of the newer one."""

import re
from collections.abc import Iterator

from app.releases.containers import Member
from app.releases.cpt_rows import PREAMBLE_LINES, SHOWN, headed_rows, words
from app.releases.records import CptModifier, ReleaseError
from app.releases.text_lines import lines

LONGEST_BLOCK = 200
"""Lines of one modifier's text; the longest has some twenty."""

_FIRST = "conceptid"
_COLUMNS = {"modifiercode": "modifier", "modifiername": "name", "modifierdescription": "text"}
_CODE = re.compile(r"[0-9A-Z]{2}")
# A wrapped text may go on with a number of two digits, but not with a name in capitals behind it. Two letters alone
# begin a block only before a tab, since words in capitals have two letters too.
_BLOCK = re.compile(r"([0-9]{2}|[0-9][A-Z]|[A-Z][0-9])(?:\t[ \t]*| +[-–]? ?)(?=[A-Z])|([A-Z]{2})\t[ \t]*(?=\S)")


def is_modifiers(cells: list[str]) -> bool:
    names = [words(cell) for cell in cells]
    return names[:1] == [_FIRST] and "modifiercode" in names


def read_modifiers(member: Member) -> Iterator[CptModifier]:
    """Modifiers, tab, csv or xlsx; Level II modifiers too, where the file holds them. Raises ReleaseError.

    Columns: ConceptID, Modifier Code, Level I/II, Modifier Descriptor Effective, Modifier Name, Modifier Description,
    Section (Main Section). A modifier stands in a row for each section; the first counts.
    """
    seen: set[str] = set()
    for number, row in headed_rows(member, _FIRST, _COLUMNS, "modifier"):
        code = row["modifier"]
        if not _CODE.fullmatch(code):
            raise ReleaseError(
                f"{member.name}, line {number}: expected a modifier of two characters, found {code[:SHOWN]!r}."
            )
        if not row.get("name"):
            raise ReleaseError(f"{member.name}, line {number}: expected the name of the modifier {code}, found none.")
        if code not in seen:
            seen.add(code)
            yield CptModifier(code, row["name"], row.get("text", ""))
    if not seen:
        raise ReleaseError(f"{member.name}: expected modifiers below the header, found none.")


def read_modul(member: Member) -> Iterator[CptModifier]:
    """MODUL.txt: after the license a block for each modifier, `22 Name: text`, wrapped over lines or not.

    A block begins with a modifier that had none yet; the name goes up to the colon, else to the end of the line.
    Raises ReleaseError where no block begins, and where one never ends.
    """
    seen: set[str] = set()
    code, parts, began = "", list[str](), 0
    for number, line in lines(member, "utf-8", "cp1252"):
        found = _BLOCK.match(line)
        if found and (found[1] or found[2]) not in seen:
            if code:
                yield _modifier(code, parts)
            code, parts, began = found[1] or found[2], [line[found.end() :]], number
            seen.add(code)
        elif code:
            parts.append(line)
            if number - began > LONGEST_BLOCK:
                raise ReleaseError(
                    f"{member.name}, line {began}: expected at most {LONGEST_BLOCK} lines of the modifier {code}."
                )
        elif number > PREAMBLE_LINES:
            break
    if not code:
        raise ReleaseError(
            f"{member.name}: expected lines such as '22 Name: text' in the first {PREAMBLE_LINES} lines."
        )
    yield _modifier(code, parts)


def _modifier(code: str, parts: list[str]) -> CptModifier:
    name, colon, text = parts[0].partition(":")
    if not colon:
        name, _, text = parts[0].partition("\t")
    return CptModifier(code, name.strip(), " ".join(" ".join([text, *parts[1:]]).split()))
