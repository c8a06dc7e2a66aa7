"""`codarium show`: everything about one code as lines of text."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from app.cli.show_facts import ICD9_STATUS, OtherReading, edits_in_force, title_of
from app.codes.dates import day_in_words
from app.codes.detail import Axis, ChangeKind, Detail, Equivalent, Icd9Reading, NoteKind, axes_releases
from app.codes.node import CodeStatus
from app.codes.payment import summary
from app.library.ncci.edits_of_code import SETTINGS, limit_words, other_code, pair_words
from app.library.reading.catalogue import Catalogue

MOST_LINES = 20
"""Index lines, equivalents and NCCI pairs that are printed before the number of the others."""


def release_line(catalogue: Catalogue, detail: Detail) -> str:
    """Return a code's set and release; what Codarium says in its own words has no meaningful release."""
    system = detail.node.system
    ours = any(code_set.ours for code_set in catalogue.code_sets() if code_set.system is system)
    return system.label if ours else f"{system.label} {detail.release}"


def edit_lines(catalogue: Catalogue, code: str, edits: Path | None, today: date) -> Iterator[str]:
    """Yield the NCCI edits of a code of CPT or HCPCS, which need not be loaded itself."""
    in_force = edits_in_force(edits, code, today, MOST_LINES)
    if in_force is None:
        return
    if in_force.limits:
        yield "\nUnit limits (NCCI MUE)"
        for limit in in_force.limits:
            yield f"  {SETTINGS[limit.setting]}: {limit_words(limit)} ({limit.rationale})"
    if in_force.pairs_total:
        yield "\nNot paid together with (NCCI pairs)"
        for pair in in_force.pairs:
            other = other_code(pair, code)
            yield f"  {other} {title_of(catalogue, other)}".rstrip()
            yield f"    {pair_words(pair, code)} ({pair.edit.rationale})"
        yield from _more_lines(in_force.pairs_total - len(in_force.pairs))


def detail_lines(detail: Detail, release: str) -> Iterator[str]:
    """Yield everything about a code but its NCCI edits; `release` is the line of its set and release."""
    node = detail.node
    yield f"{node.code}  {node.title}"
    yield f"{detail.status_text} · {release}"
    if detail.ancestors:
        yield " > ".join(f"{above.code} {above.title}" for above in detail.ancestors)
    if detail.notice:
        yield detail.notice
    if detail.payment is not None:
        payment = detail.payment
        facts = summary(payment)
        yield f"{' · '.join(facts)} ({payment.release_in_words or f'POA exempt list of {payment.poa_release}'})"
        if payment.release and payment.poa_exempt is not None:
            exempt = "Exempt from the POA indicator" if payment.poa_exempt else "Needs a POA indicator"
            yield f"{exempt} (POA exempt list of {payment.poa_release})"
    first_days = {change.on for change in detail.changes if change.kind is ChangeKind.NEW}
    if detail.valid_from and detail.valid_from not in first_days:
        yield f"Valid from {day_in_words(detail.valid_from)}"
    for change in detail.changes:
        if change.kind is not ChangeKind.ENDED or change.after is not None:
            yield change.sentence
    if detail.axes and (of_other_year := axes_releases(detail)):
        yield f"\n{of_other_year}"
    for axis in detail.axes:
        yield from _axis_lines(axis)
    yield from _text_lines(detail)
    if detail.seventh:
        yield f"\n7th characters{f' in the Tabular List of {detail.notes_release}' if detail.notes_release else ''}"
        for choice in detail.seventh:
            if choice.node is not None:
                yield f"  {choice.char}  {choice.code}  {choice.meaning}"
    if detail.children and not detail.seventh:
        yield ""
        # Those in force first: one of them is to be chosen.
        for child in sorted(detail.children, key=lambda child: child.status is CodeStatus.ENDED):
            remark = "  [ended]" if child.status is CodeStatus.ENDED else ""
            yield f"  {child.code:<9} {child.title}{remark}"
    yield from _link_lines(detail)


def _axis_lines(axis: Axis) -> Iterator[str]:
    """Yield a value of an ICD-10-PCS code with its official definition."""
    yield f"  {axis.position} {axis.value}  {axis.axis}: {axis.label or axis.without_name}"
    if axis.definition:
        yield f"       {axis.definition}"
    if axis.explanation:
        yield f"       {axis.explanation}"
    if axis.other_examples:
        yield f"       For example: {axis.other_examples}"
    if axis.terms:
        yield f"       Includes: {'; '.join(axis.terms)}"


def _text_lines(detail: Detail) -> Iterator[str]:
    """Yield notes, fields and passages."""
    source = None
    for note in detail.notes:
        if note.source != source:
            source = note.source
            level = f"chapter {source}" if source.isdigit() else source
            yield f"\nFrom {level}{f' in the Tabular List of {detail.notes_release}' if detail.notes_release else ''}"
        kind = note.kind.value.replace("_", " ")
        # Such a text continues the kind's own words: `Use additional code to identify ...`, `Code first, if ...`.
        if note.text.startswith((",", ".")):
            yield f"  {kind}{note.text}"
        else:
            continues = note.kind is NoteKind.USE_ADDITIONAL and note.text.startswith("code")
            yield f"  {kind} {note.text}" if continues else f"  {kind}: {note.text}"
    if detail.fields:
        yield "\nFields"
        for field in detail.fields:
            coded = f"{field.value} ({field.meaning})" if field.meaning else field.value
            # Our own values are words (`facility`), which their meaning says better.
            value = field.meaning if field.meaning and field.value.islower() else coded
            yield f"  {field.label or field.name}: {value}"
    for passage in detail.passages:
        yield f"\n{passage.heading}"
        for paragraph in passage.text.split("\n"):
            yield f"  {paragraph}"


def _link_lines(detail: Detail) -> Iterator[str]:
    """Yield other codes, modifiers, equivalents and the Index entries for the code."""
    if detail.links:
        yield ""
        for link in detail.links:
            yield f"{link.label}: {link.code} {link.title}".rstrip()
    if detail.modifiers:
        yield f"\nModifiers: {', '.join(modifier.code for modifier in detail.modifiers)}"
    yield from _equivalent_lines(detail.equivalents, len(detail.equivalents))
    if detail.index:
        yield "\nIndex entries for this code"
        for line in detail.index[:MOST_LINES]:
            see = f", {line.see}" if line.see else ""
            yield f"  {line.dated_book}: {' > '.join(line.path)}{see}"
        yield from _more_lines(detail.index_total - len(detail.index[:MOST_LINES]))


def _equivalent_lines(equivalents: Sequence[Equivalent], total: int) -> Iterator[str]:
    if not equivalents:
        return
    yield f"\nIn {equivalents[0].system_label}"
    for row in equivalents[:MOST_LINES]:
        yield f"  {row.code} {row.title} ({row.remark})" if row.code else f"  {row.remark}"
    yield from _more_lines(total - len(equivalents[:MOST_LINES]))


def _more_lines(number: int) -> Iterator[str]:
    if number > 0:
        yield f"  and {number:,} more"


def icd9_lines(reading: Icd9Reading, also: Sequence[OtherReading]) -> Iterator[str]:
    """Yield a code of ICD-9-CM with the codes that replace it."""
    yield f"{reading.code}  {reading.title}"
    yield f"{ICD9_STATUS} ({reading.system_label})"
    yield from _equivalent_lines(reading.equivalents, reading.total)
    yield from also_lines(also)


def also_lines(also: Sequence[OtherReading]) -> Iterator[str]:
    """Yield the other codes that the text may mean."""
    for other in also:
        yield f"\nAlso {other.label} {other.code}: {other.title}"
