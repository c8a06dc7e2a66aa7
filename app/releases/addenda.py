"""The addenda of ICD-10-CM and ICD-10-PCS: what a new release adds, deletes and revises of the one before."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from app.releases.containers import Member
from app.releases.order_file import VALID_FLAGS, is_icd10_code
from app.releases.records import Addendum, AddendumKind, ReleaseError
from app.releases.text_lines import lines

ADD, DELETE, REVISE_FROM, REVISE_TO = "Add:", "Delete:", "Revise from:", "Revise to:"
LABELS = (ADD, DELETE, REVISE_FROM, REVISE_TO)

_LABEL_WIDTH = 13
_TALLY = re.compile(
    r"\s*(?:Headers|Codes|of which|(?P<count>[0-9]{1,9}) "
    r"(?:(?P<what>additions|deletions|revisions)|(?:headers|codes) in .*|revisions to .*))\s*"
)
_TALLIED = {"additions": AddendumKind.ADD, "deletions": AddendumKind.DELETE, "revisions": AddendumKind.REVISE}


@dataclass(frozen=True, slots=True)
class _Entry:
    number: int
    label: str
    code: str
    title: str
    valid: bool | None


def read_addenda(member: Member) -> Iterator[Addendum]:
    """The changes of an order addenda or codes addenda file, in its order; codes are plain, titles the long ones.

    Three layouts occur, all with the label in columns 1-13:

        Add:         1 B8801   Infestation by Demodex mites       Infestation by Demodex mites   ICD-10-CM order
        Add:         00H033J Insertion of Infusion Device ...     Insertion of Infusion ...      ICD-10-PCS order
        Add:         B8801   Infestation by Demodex mites                                        ICD-10-CM codes

    Only the first says whether a code is valid for submission. `Revise from:` is followed by `Revise to:` of the same
    code; a revision of the short title alone leaves the long one as it was. In the first layout a code that turns into
    a header is deleted with flag 1 and added with flag 0.

    Raises ReleaseError naming the line for one of another shape, and where the statistics at the end of the file count
    other changes than it holds, since then it is cut or damaged.
    """
    title_at = 82 if _has_short_titles(member) else 21
    found: Counter[AddendumKind] = Counter()
    told: Counter[AddendumKind] = Counter()
    before: _Entry | None = None
    for number, line in lines(member, fallback="cp1252"):
        entry = _entry(member, number, line, title_at)
        if before is not None and (entry is None or entry.label != REVISE_TO or entry.code != before.code):
            raise ReleaseError(
                f"{member.name}, line {number}: expected {REVISE_TO!r} of {before.code}, found {line[:40]!r}."
            )
        if entry is None:
            tally = _TALLY.fullmatch(line)
            if line.strip() and tally is None:
                raise ReleaseError(
                    f"{member.name}, line {number}: expected one of {', '.join(LABELS)} or the statistics at the end, "
                    f"found {line[:40]!r}."
                )
            if tally is not None and tally["what"]:
                told[_TALLIED[tally["what"]]] += int(tally["count"])
        elif entry.label == REVISE_FROM:
            before = entry
        else:
            addendum = _addendum(member, entry, before)
            before = None
            found[addendum.kind] += 1
            yield addendum
    if before is not None:
        raise ReleaseError(f"{member.name}: expected {REVISE_TO!r} of {before.code} at the end; the file is cut.")
    if told and told != found:
        raise ReleaseError(
            f"{member.name}: expected {_counts(told)} by its own statistics, found {_counts(found)}; the file is cut."
        )
    if not found and not told:
        raise ReleaseError(f"{member.name}: expected the changes of an addenda file, found none.")


def _addendum(member: Member, entry: _Entry, before: _Entry | None) -> Addendum:
    if entry.label == REVISE_TO:
        if before is None:
            raise ReleaseError(
                f"{member.name}, line {entry.number}: expected {REVISE_FROM!r} before {REVISE_TO!r} of {entry.code}."
            )
        return Addendum(AddendumKind.REVISE, entry.code, entry.title, before.title, entry.valid)
    kind = AddendumKind.ADD if entry.label == ADD else AddendumKind.DELETE
    return Addendum(kind, entry.code, entry.title, valid=entry.valid)


def _entry(member: Member, number: int, line: str, title_at: int) -> _Entry | None:
    """A line that names a code; None for blank ones and statistics. A flag before the code moves all by two."""
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
    return _Entry(number, label, code, title, valid)


def _has_short_titles(member: Member) -> bool:
    """Whether a short title of 60 characters stands before every long one: in PCS addenda it does, in codes addenda
    it would be chance."""
    for _, line in lines(member, fallback="cp1252"):
        counts = line[:_LABEL_WIDTH].rstrip() in LABELS and line[14:15] != " "
        if counts and (line[81:82] != " " or not line[82:83].strip()):
            return False
    return True


def _counts(counts: Counter[AddendumKind]) -> str:
    return ", ".join(f"{counts[kind]:,} {what}" for what, kind in _TALLIED.items())
