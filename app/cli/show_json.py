"""`codarium show --json`: everything about one code as fields.

A code of ICD-9-CM, which is not a code set here but leads to those that are, has the same fields: `system` is
`icd9cm`, `billable` false, `equivalents` the first codes that the General Equivalence Maps give for it and
`equivalents_total` the number of all; `release` is `ICD-9-CM` or `ICD-9-CM Volume 3`, `advice` says what else the text
may be, and the other fields are empty.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from app.cli.show_facts import ICD9, ICD9_STATUS, OtherReading, title_of
from app.codes.dates import day_of_field
from app.codes.detail import Detail, Equivalent, Field, Icd9Reading
from app.codes.node import CodeStatus
from app.codes.payment import Payment
from app.library.ncci.edits_of_code import CodeEdits, column_of_other, limit_words, other_code, pair_words
from app.library.reading.catalogue import Catalogue


def detail_json(detail: Detail, also: Sequence[OtherReading]) -> dict[str, Any]:
    """Return a code as fields; dates are in ISO form, codes as people write them."""
    node = detail.node
    fields: dict[str, Any] = {
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
        "also": _also_json(also),
        "variants": node.variants,
        "release": detail.release,
        "visual": [
            {"category": row.category, "less_than": list(row.less_than), "at_least": list(row.at_least)}
            for row in detail.visual
        ],
        "index": [{"path": list(line.path), "see": line.see, "book": line.book} for line in detail.index],
        "index_total": detail.index_total,
        **({"tables_release": detail.tables_release} if detail.axes and detail.tables_release else {}),
        **({"definitions_release": detail.definitions_release} if detail.axes and detail.definitions_release else {}),
        **({"notes_release": detail.notes_release} if detail.notes_release else {}),
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
        "fields": [_field_json(field) for field in detail.fields],
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
        "payment": _payment_json(detail.payment),
    }
    if detail.axes:
        fields["axes"] = [
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
    return fields


def _payment_json(payment: Payment | None) -> dict[str, Any] | None:
    if payment is None:
        return None
    groups = [{"drg": group.drg, "title": group.title} for group in payment.ms_drgs]
    if payment.operating_room is not None:
        return {"release": payment.release, "operating_room": payment.operating_room, "ms_drgs": groups}
    return {
        "release": payment.release,
        "cc": payment.cc,
        "cc_excluded_by": payment.excluded_by,
        "hac": payment.hac,
        # Two where the patient's sex decides: `12/13`.
        "mdc": "/".join(payment.mdcs) or None,
        "ms_drgs": groups,
        "poa_exempt": payment.poa_exempt,
        "hcc": [{"model": row.model, "category": row.category, "label": row.label} for row in payment.hcc],
        # Each may be newer or older than that of CC and MCC.
        "groups_release": payment.groups_release,
        "weights_release": payment.weights_release,
        "hcc_release": payment.hcc_release,
    }


def _field_json(field: Field) -> dict[str, str]:
    day = day_of_field(field.name, field.value)
    value, meaning = (field.value, field.meaning) if day is None else (day.isoformat(), day.isoformat())
    return {"name": field.name, "value": value, "label": field.label, "meaning": meaning}


def _equivalents_json(equivalents: Iterable[Equivalent]) -> list[dict[str, str]]:
    return [
        {
            "system": equivalent.system_label,
            "code": equivalent.code,
            "title": equivalent.title,
            "remark": equivalent.remark,
        }
        for equivalent in equivalents
    ]


def _also_json(also: Iterable[OtherReading]) -> list[dict[str, str]]:
    return [{"system": other.system, "code": other.code, "title": other.title} for other in also]


def icd9_json(reading: Icd9Reading, also: Sequence[OtherReading]) -> dict[str, Any]:
    """Return a code of ICD-9-CM as fields."""
    return {
        "system": ICD9,
        "code": reading.code,
        "title": reading.title,
        "billable": False,
        "status": ICD9_STATUS,
        "ancestors": [],
        "notes": [],
        "seventh": [],
        "children": [],
        "also": _also_json(also),
        "release": reading.system_label,
        "equivalents": _equivalents_json(reading.equivalents),
        "equivalents_total": reading.total,
    }


def edits_json(catalogue: Catalogue, code: str, edits: CodeEdits | None) -> dict[str, Any] | None:
    """Return the NCCI edits of a code as fields, None where there are none."""
    if edits is None:
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
            for limit in edits.limits
        ],
        "pairs": [
            {
                "code": other_code(pair, code),
                "title": title_of(catalogue, other_code(pair, code)),
                "column": column_of_other(pair, code),
                "modifier": pair.edit.modifier,
                "settings": list(pair.settings),
                "effective": pair.edit.effective.isoformat(),
                "text": pair_words(pair, code),
                "rationale": pair.edit.rationale,
            }
            for pair in edits.pairs
        ],
        "pairs_total": edits.pairs_total,
    }
