"""The addenda of ICD-10-CM and ICD-10-PCS: the codes that a release adds, deletes and revises."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.text_lines import lines
from app.releases.icd.order_file import VALID_FLAGS, is_icd10_code
from app.releases.records import AddendaCounts, Addendum, AddendumKind

ADD, DELETE, REVISE_FROM, REVISE_TO = "Add:", "Delete:", "Revise from:", "Revise to:"
LABELS = (ADD, DELETE, REVISE_FROM, REVISE_TO)

_LABEL_WIDTH = 13
_STATISTICS_LINE = re.compile(
    r"\s*(?:Headers|Codes|of which|(?P<count>[0-9]{1,9}) "
    r"(?:(?P<change>additions|deletions|revisions)|(?:headers|codes) in .*|revisions to .*))\s*"
)
_FILE_COUNT = re.compile(
    r"\s*([0-9]{1,9}) (headers|codes) in icd10(?:cm|pcs)_order_\w*?(20[0-9]{2})(?![0-9])", re.IGNORECASE
)
_STATISTICS_KINDS = {"additions": AddendumKind.ADD, "deletions": AddendumKind.DELETE, "revisions": AddendumKind.REVISE}


@dataclass(frozen=True, slots=True)
class _AddendaLine:
    number: int
    label: str
    code: str
    title: str
    valid: bool | None


def read_addenda(member: Member) -> Iterator[Addendum]:
    """Return the changes in an order addenda or codes addenda file, in its order; codes are plain, titles long.

    There are three layouts, all with the label in columns 1-13:

        Add:         1 B8801   Infestation by Demodex mites       Infestation by Demodex mites   ICD-10-CM order
        Add:         00H033J Insertion of Infusion Device ...     Insertion of Infusion ...      ICD-10-PCS order
        Add:         B8801   Infestation by Demodex mites                                        ICD-10-CM codes

    Only the first states whether a code is valid for submission. `Revise from:` is followed by `Revise to:` of the
    same code; a revision of the short title alone leaves the long title unchanged. In the first layout a code that
    becomes a header is deleted with flag 1 and added with flag 0.

    Raises ReleaseError naming the line if it has another shape, and if the statistics at the end of the file count
    other changes than the file contains: then the file is cut or damaged.
    """
    title_at = 82 if _has_short_titles(member) else 21
    counts: Counter[AddendumKind] = Counter()
    statistics: Counter[AddendumKind] = Counter()
    revise_from: _AddendaLine | None = None
    for number, line in lines(member, fallback="cp1252"):
        entry = _parsed_line(member, number, line, title_at)
        if revise_from is not None and (entry is None or entry.label != REVISE_TO or entry.code != revise_from.code):
            raise ReleaseError(
                f"{member.name}, line {number}: expected {REVISE_TO!r} of {revise_from.code}, found {line[:40]!r}."
            )
        if entry is None:
            tally = _STATISTICS_LINE.fullmatch(line)
            if line.strip() and tally is None:
                raise ReleaseError(
                    f"{member.name}, line {number}: expected one of {', '.join(LABELS)} or the statistics at the end, "
                    f"found {line[:40]!r}."
                )
            if tally is not None and tally["change"]:
                statistics[_STATISTICS_KINDS[tally["change"]]] += int(tally["count"])
        elif entry.label == REVISE_FROM:
            revise_from = entry
        else:
            addendum = _addendum(member, entry, revise_from)
            revise_from = None
            counts[addendum.kind] += 1
            yield addendum
    if revise_from is not None:
        raise ReleaseError(
            f"{member.name}: expected {REVISE_TO!r} of {revise_from.code} at the end, found none; the file is cut."
        )
    if statistics and statistics != counts:
        raise ReleaseError(
            f"{member.name}: expected {_counts_text(statistics)} by its own statistics, found {_counts_text(counts)}; "
            "the file is cut, download it again."
        )
    if not counts and not statistics:
        raise ReleaseError(f"{member.name}: expected the changes of an addenda file, found none.")


def read_addenda_counts(member: Member) -> AddendaCounts | None:
    """Return the statistics at the end of an order addenda file; None if it does not have all of them.

    They count the headers (`23467 headers in icd10cm_order_2026.txt`) and the codes of two order files, first of that
    before the changes, then of that after them.
    """
    counts: dict[str, list[tuple[int, int]]] = {"headers": [], "codes": []}
    for _, line in lines(member, fallback="cp1252"):
        if match := _FILE_COUNT.match(line):
            counts[match[2].lower()].append((int(match[3]), int(match[1])))
    if len(counts["headers"]) != 2 or len(counts["codes"]) != 2:
        return None
    (_, headings_before), (_, headings_after) = counts["headers"]
    (year_before, codes_before), (year_after, codes_after) = counts["codes"]
    return AddendaCounts(year_before, codes_before, headings_before, year_after, codes_after, headings_after)


def _addendum(member: Member, entry: _AddendaLine, revise_from: _AddendaLine | None) -> Addendum:
    if entry.label == REVISE_TO:
        if revise_from is None:
            raise ReleaseError(
                f"{member.name}, line {entry.number}: expected {REVISE_FROM!r} before {REVISE_TO!r} of {entry.code}."
            )
        return Addendum(AddendumKind.REVISE, entry.code, entry.title, revise_from.title, entry.valid)
    kind = AddendumKind.ADD if entry.label == ADD else AddendumKind.DELETE
    return Addendum(kind, entry.code, entry.title, valid=entry.valid)


def _parsed_line(member: Member, number: int, line: str, title_at: int) -> _AddendaLine | None:
    """Return a line that names a code; None for a blank one and for statistics.

    A flag before the code moves all columns by two.
    """
    label = line[:_LABEL_WIDTH].rstrip()
    if label not in LABELS:
        return None
    shift, valid = 0, None
    if line[14:15] == " " and line[13:14] in VALID_FLAGS:
        shift, valid = 2, VALID_FLAGS[line[13:14]]
        title_at = 82
    code = line[13 + shift : 20 + shift].rstrip()
    title = line[title_at + shift :].strip()
    if not is_icd10_code(code) or line[20 + shift : 21 + shift] != " " or not title:
        raise ReleaseError(
            f"{member.name}, line {number}: expected a code and its title after {label!r}, found {line[13:60]!r}."
        )
    return _AddendaLine(number, label, code, title, valid)


def _has_short_titles(member: Member) -> bool:
    """Return whether every long title follows a short title of 60 characters, as in the addenda of ICD-10-PCS."""
    for _, line in lines(member, fallback="cp1252"):
        names_code = line[:_LABEL_WIDTH].rstrip() in LABELS and line[14:15] != " "
        if names_code and (line[81:82] != " " or not line[82:83].strip()):
            return False
    return True


def _counts_text(counts: Counter[AddendumKind]) -> str:
    return ", ".join(f"{counts[kind]:,} {change}" for change, kind in _STATISTICS_KINDS.items())
