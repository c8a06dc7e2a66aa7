"""`codarium show`: everything about one code, as one JSON object or as text for people.

A code of ICD-9-CM, which is no code set here but a way to those that are, is shown in the same shape: `system` is
`icd9cm`, `billable` false, `equivalents` what the General Equivalence Maps give for it and `equivalents_total` how many
codes that is; `release` is `ICD-9-CM` or `ICD-9-CM Volume 3`, `advice` says what else the text may be, and what else a
code has is empty.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.codes.detail import Change, ChangeKind, Detail, Equivalent, Icd9Reading, NoteKind
from app.codes.node import CodeStatus, Node
from app.codes.shapes import AROUND_CODES, of_another_set, pasted_code, shape_of
from app.codes.systems import ALIASES, System
from app.library.ncci.edits_of_code import (
    SETTINGS,
    CodeEdits,
    column_of_other,
    edits_of,
    has_edits,
    limit_words,
    other_code,
    pair_words,
)
from app.library.reading.catalogue import Catalogue

ICD9 = "icd9cm"
ICD9_ENDED = "Ended on 2015-09-30, when ICD-10 took the place of ICD-9-CM"

MOST_LINES = 20
"""Index lines, equivalents and NCCI pairs that are printed for people before it is said how many more there are."""

MOST_PAIRS = 2000
"""NCCI pairs in JSON; a code of anesthesia has some ten thousand."""

CHANGES = {
    ChangeKind.NEW: "New",
    ChangeKind.REVISED: "Revised",
    ChangeKind.ENDED: "Ended",
    ChangeKind.RETURNED: "Valid again",
    ChangeKind.NOW_HEADING: "Became a heading",
    ChangeKind.NOW_VALID: "Became valid for submission",
}


def show(
    catalogue: Catalogue, text: str, system: System | None, edits: Path | None, today: date, *, as_json: bool
) -> Iterator[str]:
    """The lines that say what a text names, none where it names nothing.

    `edits` is where the NCCI edits may lie; those in force today are told. Raises LibraryError where they are damaged.
    """
    system, text = _named_set(text, system)
    readings = [node for node in _readings(catalogue, text) if system in (None, node.system)]
    former = catalogue.icd9(text) if system is None else ()
    if readings:
        detail = catalogue.detail(readings[0].id)
        also = [*map(_also, readings[1:]), *map(_also_icd9, former)]
        if as_json:
            ncci = _ncci(detail.node.code, edits, today, MOST_PAIRS) if has_edits(detail.node) else None
            yield json.dumps(_detail_json(detail, also) | {"ncci": _ncci_json(catalogue, detail.node.code, ncci)})
        else:
            yield from _detail_lines(detail, _release(catalogue, detail))
            if has_edits(detail.node):
                yield from show_edits(catalogue, detail.node.code, edits, today)
            yield from _also_lines(also)
    elif former:
        also = [_also_icd9(other) for other in former[1:]]
        shape = shape_of(text)
        # Without its dot it may be meant as a code of a set that is not loaded: 25000 is also a number of CPT.
        advice = [shape.sentence] if shape is not None and shape.name != "icd9" else []
        if as_json:
            yield json.dumps({**_icd9_json(former[0], also), "advice": advice})
        else:
            yield from [*_icd9_lines(former[0], also), *advice]


def not_there(catalogue: Catalogue, text: str, system: System | None) -> str:
    """One line on a code that there is not, or not in the code set that was asked for."""
    system, text = _named_set(text, system)
    elsewhere = _readings(catalogue, text)
    if system is not None and elsewhere:
        return of_another_set(elsewhere[0].code, elsewhere[0].system)
    shape = shape_of(text)
    said = shape.sentence if shape else f"No code set that is loaded has {text!r}."
    # Of what is likely a code of a set that is not loaded, a beginning that is another code would mislead.
    if shape is not None and shape.name not in ("icd10cm", "icd10pcs"):
        return said
    left = catalogue.longest_beginning(pasted_code(text) or text, lambda node: system in (None, node.system))
    return f"{said} The longest beginning of it that is one is {left.code}." if left else said


def _named_set(text: str, system: System | None) -> tuple[System | None, str]:
    """The code set that a text names and the code behind it, as `lookup` reads it: `pos 11`, `pos11`, `modifier 25`.

    Where another one was asked for, both are left as they are.
    """
    from app.search.parsing.scopes import split_scope

    glued = _GLUED.fullmatch(text.strip())
    systems, code = split_scope(text)
    named = ALIASES[glued["set"].lower()] if glued else next(iter(systems), None)
    if named is None or system not in (None, named):
        return system, text
    return named, glued["code"] if glued else code


_GLUED = re.compile(r"(?P<set>pos|mod)(?P<code>[0-9]{1,2})", re.IGNORECASE)


def _readings(catalogue: Catalogue, text: str) -> Sequence[Node]:
    """What a text names, as `lookup` reads it: a code, a range, or a pasted line that a code opens.

    What is written exactly so comes first: `E1140` is a code of HCPCS and, without its dot, one of ICD-10-CM.
    """
    text = text.strip(AROUND_CODES)
    found = catalogue.readings(text)
    if found:
        return sorted(found, key=lambda node: node.code != text)
    section = catalogue.find_range(text)
    return (section,) if section is not None else catalogue.readings(pasted_code(text))


def _also(node: Node) -> dict[str, str]:
    return {"system": node.system.value, "code": node.code, "title": node.title}


def _also_icd9(reading: Icd9Reading) -> dict[str, str]:
    return {"system": ICD9, "code": reading.code, "title": reading.title}


# JSON


def _detail_json(detail: Detail, also: list[dict[str, str]]) -> dict[str, Any]:
    node = detail.node
    shown: dict[str, Any] = {
        "system": node.system.value,
        "code": node.code,
        "title": node.title,
        "billable": node.billable,
        "status": detail.status_text,
        "ancestors": [{"code": above.code, "title": above.title} for above in detail.ancestors],
        "notes": [
            {
                "from": note.source,
                "kind": note.kind.value,
                "text": note.text,
                "codes": [reference.printed for reference in note.references],
            }
            for note in detail.notes
        ],
        "seventh": [
            {"char": choice.char, "meaning": choice.meaning, "code": choice.code}
            for choice in detail.seventh
            if choice.node is not None
        ],
        "children": [
            {"code": child.code, "title": child.title, "billable": child.billable}
            | ({"ended": True} if child.status is CodeStatus.ENDED else {})
            for child in detail.children
        ],
        "also": also,
        "variants": node.variants,
        "release": detail.release,
        "visual": [
            {"category": row.category, "less_than": list(row.less_than), "at_least": list(row.at_least)}
            for row in detail.visual
        ],
        "index": [{"path": list(line.path), "see": line.see, "book": line.book} for line in detail.index],
        "index_total": detail.index_total,
        "valid_from": detail.valid_from.isoformat() if detail.valid_from else None,
        "valid_to": detail.valid_to.isoformat() if detail.valid_to else None,
        "changes": [
            {
                "kind": change.kind.value,
                "on": change.on.isoformat(),
                "after": change.after.isoformat() if change.after else None,
                "text": change.text,
            }
            for change in detail.changes
        ],
        "fields": [
            {"name": field.name, "value": field.value, "label": field.label, "meaning": field.meaning}
            for field in detail.fields
        ],
        "passages": [
            {"heading": passage.heading, "text": passage.text, "ours": passage.ours} for passage in detail.passages
        ],
        "links": [
            {"label": link.label, "system": link.system.value, "code": link.code, "title": link.title}
            for link in detail.links
        ],
        "equivalents": _equivalents_json(detail.equivalents),
        "modifiers": [{"code": modifier.code, "title": modifier.title} for modifier in detail.modifiers],
        "notice": detail.notice,
    }
    if detail.axes:
        shown["axes"] = [
            {
                "position": axis.position,
                "axis": axis.axis,
                "value": axis.value,
                "label": axis.label,
                "definition": axis.definition,
                "explanation": axis.explanation,
                "examples": axis.examples,
                "terms": list(axis.terms),
            }
            for axis in detail.axes
        ]
    return shown


def _equivalents_json(equivalents: Iterable[Equivalent]) -> list[dict[str, str]]:
    return [
        {"system": one.system_label, "code": one.code, "title": one.title, "remark": one.remark} for one in equivalents
    ]


def _icd9_json(reading: Icd9Reading, also: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "system": ICD9,
        "code": reading.code,
        "title": reading.title,
        "billable": False,
        "status": ICD9_ENDED,
        "ancestors": [],
        "notes": [],
        "seventh": [],
        "children": [],
        "also": also,
        "release": reading.system_label,
        "equivalents": _equivalents_json(reading.equivalents),
        "equivalents_total": reading.total,
    }


# For people


def _release(catalogue: Catalogue, detail: Detail) -> str:
    """The code set and its release; our own words have no release that would say anything."""
    system = detail.node.system
    ours = any(one.ours for one in catalogue.code_sets() if one.system is system)
    return system.label if ours else f"{system.label} {detail.release}"


def show_edits(catalogue: Catalogue, code: str, edits: Path | None, today: date) -> Iterator[str]:
    """The NCCI edits of a code of CPT or HCPCS, which need not be loaded itself."""
    told = _ncci(code, edits, today, MOST_LINES)
    if told is None:
        return
    if told.limits:
        yield "\nUnit limits (NCCI MUE)"
        for limit in told.limits:
            yield f"  {SETTINGS[limit.setting]}: {limit_words(limit)} ({limit.rationale})"
    if told.pairs_total:
        yield "\nNot paid together with (NCCI pairs)"
        for pair in told.pairs:
            other = other_code(pair, code)
            yield f"  {other} {_title_of(catalogue, other)}".rstrip()
            yield f"    {pair_words(pair, code)} ({pair.edit.rationale})"
        yield from _more_lines(told.pairs_total - len(told.pairs))


def _ncci(code: str, edits: Path | None, today: date, most: int) -> CodeEdits | None:
    return edits_of(edits, code, today, most) if edits else None


def _title_of(catalogue: Catalogue, code: str) -> str:
    """The title of a code of CPT or HCPCS, empty where it is not loaded."""
    node = catalogue.find(System.CPT, code) or catalogue.find(System.HCPCS, code)
    return node.title if node else ""


def _ncci_json(catalogue: Catalogue, code: str, told: CodeEdits | None) -> dict[str, Any] | None:
    """None where no edits were added, and for codes for which none are made."""
    if told is None:
        return None
    return {
        "limits": [
            {
                "setting": limit.setting,
                "units": limit.units,
                "indicator": limit.indicator,
                "text": limit_words(limit),
                "rationale": limit.rationale,
            }
            for limit in told.limits
        ],
        "pairs": [
            {
                "code": other_code(pair, code),
                "title": _title_of(catalogue, other_code(pair, code)),
                "column": column_of_other(pair, code),
                "modifier": pair.edit.modifier,
                "settings": list(pair.settings),
                "effective": pair.edit.effective.isoformat(),
                "text": pair_words(pair, code),
                "rationale": pair.edit.rationale,
            }
            for pair in told.pairs
        ],
        "pairs_total": told.pairs_total,
    }


def _detail_lines(detail: Detail, release: str) -> Iterator[str]:
    node = detail.node
    yield f"{node.code}  {node.title}"
    yield f"{detail.status_text} · {release}"
    if detail.ancestors:
        yield " > ".join(f"{above.code} {above.title}" for above in detail.ancestors)
    if detail.notice:
        yield detail.notice
    told = {change.on for change in detail.changes if change.kind is ChangeKind.NEW}
    if detail.valid_from and detail.valid_from not in told:
        yield f"Valid from {detail.valid_from.isoformat()}"
    for change in detail.changes:
        if change.kind is not ChangeKind.ENDED or change.after is not None:
            yield _change(change)
    for axis in detail.axes:
        yield f"  {axis.position} {axis.value}  {axis.axis}: {axis.label}"
    yield from _text_lines(detail)
    if detail.seventh:
        yield "\n7th characters"
        for choice in detail.seventh:
            if choice.node is not None:
                yield f"  {choice.char}  {choice.code}  {choice.meaning}"
    if detail.children and not detail.seventh:
        yield ""
        # Those in force first: they are what is chosen from.
        for child in sorted(detail.children, key=lambda child: child.status is CodeStatus.ENDED):
            over = "  [ended]" if child.status is CodeStatus.ENDED else ""
            yield f"  {child.code:<9} {child.title}{over}"
    yield from _way_lines(detail)


def _text_lines(detail: Detail) -> Iterator[str]:
    """Notes, fields and passages."""
    source = None
    for note in detail.notes:
        if note.source != source:
            source = note.source
            yield f"\nFrom chapter {source}" if source.isdigit() else f"\nFrom {source}"
        kind = note.kind.value.replace("_", " ")
        # Such a text goes on where the kind's own words end: `Use additional code to identify ...`.
        goes_on = note.kind is NoteKind.USE_ADDITIONAL and note.text.startswith("code")
        yield f"  {kind} {note.text}" if goes_on else f"  {kind}: {note.text}"
    if detail.fields:
        yield "\nFields"
        for field in detail.fields:
            # Our own values are words (`facility`), which their meaning says better.
            coded = f"{field.value} ({field.meaning})" if field.meaning else field.value
            said = field.meaning if field.meaning and field.value.islower() else coded
            yield f"  {field.label or field.name}: {said}"
    for passage in detail.passages:
        yield f"\n{passage.heading}"
        for paragraph in passage.text.split("\n"):
            yield f"  {paragraph}"


def _way_lines(detail: Detail) -> Iterator[str]:
    """What leads here and on: other codes, modifiers, equivalents, the Index."""
    if detail.links:
        yield ""
        for link in detail.links:
            yield f"{link.label}: {link.code} {link.title}".rstrip()
    if detail.modifiers:
        yield f"\nModifiers: {', '.join(modifier.code for modifier in detail.modifiers)}"
    yield from _equivalent_lines(detail.equivalents, len(detail.equivalents))
    if detail.index:
        yield "\nIn the Index"
        for line in detail.index[:MOST_LINES]:
            see = f", {line.see}" if line.see else ""
            yield f"  {line.book}: {' > '.join(line.path)}{see}"
        yield from _more_lines(detail.index_total - len(detail.index[:MOST_LINES]))


def _change(change: Change) -> str:
    before = f"; before: {change.text}" if change.text else ""
    return f"{CHANGES[change.kind]} {change.when}{before}"


def _equivalent_lines(equivalents: Sequence[Equivalent], total: int) -> Iterator[str]:
    if not equivalents:
        return
    yield f"\nIn {equivalents[0].system_label}"
    for one in equivalents[:MOST_LINES]:
        yield f"  {one.code} {one.title} ({one.remark})" if one.code else f"  {one.remark}"
    yield from _more_lines(total - len(equivalents[:MOST_LINES]))


def _more_lines(number: int) -> Iterator[str]:
    if number > 0:
        yield f"  and {number:,} more"


def _icd9_lines(reading: Icd9Reading, also: list[dict[str, str]]) -> Iterator[str]:
    yield f"{reading.code}  {reading.title}"
    yield f"{ICD9_ENDED} ({reading.system_label})"
    yield from _equivalent_lines(reading.equivalents, reading.total)
    yield from _also_lines(also)


def _also_lines(also: list[dict[str, str]]) -> Iterator[str]:
    for other in also:
        label = "ICD-9-CM" if other["system"] == ICD9 else System(other["system"]).label
        yield f"\nAlso {label} {other['code']}: {other['title']}"
