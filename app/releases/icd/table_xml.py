"""The ICD-10-CM Neoplasm Table and Table of Drugs and Chemicals in CDC's XML (`icd10cm_drug_YYYY.xml`)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.xml_stream import error_at, one_line, text_of, unknown_element
from app.releases.icd.index_xml import SEE_ELEMENTS, IndexTerm, checked_icd10_code, index_terms
from app.releases.records import IndexEntry

_ROW_CONTENT = frozenset({"see", "seeAlso", "manif", "cell"})
# The texts of a cell without a code: `-` in the Neoplasm Table, `--` in the Table of Drugs.
_NO_CODE = {"", "-", "--"}
# The printed tables mark cells and sites with these if the code depends on more; the tested XML leaves them out.
_FOOTNOTES = "*◊ "


def read_table(member: Member) -> Iterator[IndexEntry]:
    """Return the cells of a table that have a code, row by row, with the terms of the row and the column's header.

        Neoplasm, neoplastic > breast, column "Malignant Primary", <cell col="2">C50.9-</cell>
        -> path ("Neoplasm, neoplastic", "breast", "Malignant Primary"), kind "code", codes ("C50.9-",)

    Headers are as printed, which varies by year (`Poisoning, Accidental (unintentional)` in 2017, without the comma in
    2026). A cell without a code (`-`, `--`) has no entry, and a footnote sign after a code is left out. The references
    of `see` and `seeAlso` follow the cells of their row, as in `read_index`. `<manif>` is not a code here but a remark
    on the term that is printed in brackets, so it is part of the path: `book-leaf (mouth) [ventral ...]`. Codes of the
    Table of Drugs lack their 7th character without a dash to mark it (`T36.0X1`).

    Raises ReleaseError with file and line as `read_index` does, and for a cell that is in none of the columns.
    """
    headers: dict[str, str] = {}
    for row in index_terms(member, _ROW_CONTENT):
        if not row.path:
            headers = _column_headers(member, row)
            continue
        path = row.path
        references: list[IndexEntry] = []
        for element in row.elements:
            if element.tag == "manif":
                path = (*path[:-1], f"{path[-1]} [{text_of(member, element).strip('[] ')}]")
            elif element.tag == "cell":
                code = _code(member, element)
                header = headers.get(element.get("col") or "")
                if header is None:
                    raise error_at(
                        member,
                        element,
                        f"expected one of the columns {', '.join(headers)}, found {element.get('col')!r:.40}.",
                    )
                if code:
                    yield IndexEntry((*path, header), "code", codes=(code,))
            else:
                references.append(IndexEntry(path, SEE_ELEMENTS[element.tag], see=text_of(member, element)))
        yield from references


def _column_headers(member: Member, top: IndexTerm) -> dict[str, str]:
    """Return the headers of the columns by their number, without the first column, which has the terms."""
    headers: dict[str, str] = {}
    for heading in (element for element in top.elements if element.tag == "indexHeading"):
        for head in heading:
            if head.tag != "head":
                raise unknown_element(member, heading.tag, head)
            column = head.get("col") or ""
            if not (column.isascii() and column.isdigit()) or column in headers:
                raise error_at(member, head, f"expected a column with a number of its own, found {column[:40]!r}.")
            headers[column] = text_of(member, head)
    headers.pop("1", None)
    if not headers:
        raise ReleaseError(
            f"{member.name}, line {top.number}: expected the columns of a table before the first letter, found none."
        )
    return headers


def _code(member: Member, cell: Element) -> str:
    """Return the code of a cell, empty if it has none."""
    for child in cell:
        raise unknown_element(member, cell.tag, child)
    code = one_line(cell.text).rstrip(_FOOTNOTES)
    return "" if code in _NO_CODE else checked_icd10_code(member, cell, code)
