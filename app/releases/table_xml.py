"""The ICD-10-CM Neoplasm Table and Table of Drugs and Chemicals in the XML of CDC (`icd10cm_drug_YYYY.xml`)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.releases import index_xml
from app.releases.containers import Member
from app.releases.index_xml import SEE_ELEMENTS, IndexTerm, checked_code, index_terms
from app.releases.records import IndexEntry, ReleaseError
from app.releases.xml_stream import line_of, one_line, text_of, unknown_element

_HOLDS = frozenset({"see", "seeAlso", "manif", "cell"})
# What stands in a cell that has no code: `-` in the Neoplasm Table, `--` in that of drugs.
_NO_CODE = {"", "-", "--"}
# The book marks cells and sites whose code depends on more with these; the XML at hand has left them out.
_FOOTNOTES = "*◊ "


def read_table(member: Member) -> Iterator[IndexEntry]:
    """The cells of a table that hold a code, row by row, each with the terms of its row and the head of its column.

        Neoplasm, neoplastic > breast, column "Malignant Primary", <cell col="2">C50.9-</cell>
        -> path ("Neoplasm, neoplastic", "breast", "Malignant Primary"), kind "code", codes ("C50.9-",)

    Heads are as printed, which varies by year (`Poisoning, Accidental (unintentional)` in 2017, without the comma in
    2026). A cell without a code (`-`, `--`) yields nothing, and a footnote sign after a code is left out. What `see`
    and `seeAlso` refer to follows the cells of its row, as in `read_index`. `<manif>` is not a code here but a remark
    on the term, which the book prints in brackets, and so it stands in the path: `book-leaf (mouth) [ventral ...]`.
    Codes of the Table of Drugs lack their 7th character without a dash that says so (`T36.0X1`).

    Raises ReleaseError with file and line as `read_index` does, and for a cell that is in none of the columns.
    """
    heads: dict[str, str] = {}
    for row in index_terms(member, _HOLDS):
        if not row.path:
            heads = _heads(member, row)
            continue
        path = row.path
        references: list[IndexEntry] = []
        for part in row.parts:
            if part.tag == "manif":
                path = (*path[:-1], f"{path[-1]} [{text_of(member, part).strip('[] ')}]")
            elif part.tag == "cell":
                code = _code(member, part)
                head = heads.get(part.get("col") or "")
                if head is None:
                    said = f"expected a cell of one of the columns {', '.join(heads)}, found {part.get('col')!r:.40}."
                    raise ReleaseError(f"{member.name}, line {line_of(part)}: {said}")
                if code:
                    yield IndexEntry((*path, head), "code", codes=(code,))
            else:
                references.append(IndexEntry(path, SEE_ELEMENTS[part.tag], see=text_of(member, part)))
        yield from references


def version(member: Member) -> str:
    """The year that the file gives itself (`2026`), from its first lines."""
    return index_xml.version(member)


def _heads(member: Member, top: IndexTerm) -> dict[str, str]:
    """The heads of the columns by their number, without the first column, which holds the terms."""
    heads: dict[str, str] = {}
    for heading in (part for part in top.parts if part.tag == "indexHeading"):
        for head in heading:
            if head.tag != "head":
                raise unknown_element(member, heading.tag, head)
            column = head.get("col") or ""
            if not (column.isascii() and column.isdigit()) or column in heads:
                said = f"expected a column with a number of its own, found {column[:40]!r}."
                raise ReleaseError(f"{member.name}, line {line_of(head)}: {said}")
            heads[column] = text_of(member, head)
    heads.pop("1", None)
    if not heads:
        said = "expected the columns of a table before the first letter, found none."
        raise ReleaseError(f"{member.name}, line {top.number}: {said}")
    return heads


def _code(member: Member, cell: Element) -> str:
    """The code of a cell, empty where it has none."""
    for child in cell:
        raise unknown_element(member, cell.tag, child)
    found = one_line(cell.text).rstrip(_FOOTNOTES)
    return "" if found in _NO_CODE else checked_code(member, cell, found)
