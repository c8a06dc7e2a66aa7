"""`codarium lookup`: the answer to a search, as rows of text or as one JSON object on a line."""

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from io import TextIOWrapper
from typing import Any, TextIO

from app.cli.output import FOUND, NOTHING, flush_output, json_line, print_aside, print_json, print_line, print_lines
from app.codes.names import NEAR_CAPTION, count_words
from app.codes.node import CodeStatus, Node
from app.codes.systems import System
from app.library.open import Library
from app.search.answer import Answer, Filters, Hit, Question, TypedCode
from app.search.engine import Engine
from app.search.parsing.query import MatchKind

ROWS = 60
"""Rows of an answer unless another limit is given; as many as the window asks for."""


def lookup(library: Library, arguments: argparse.Namespace) -> int:
    """Print the answer to a query, or to each line of standard input for the query `-`; return the exit status."""
    engine = Engine(library.connect())
    systems: frozenset[System] = frozenset({arguments.system} if arguments.system else ())

    def ask(text: str) -> Answer:
        filters = Filters(systems=systems)
        if not arguments.explain:
            return engine.search(Question(text, filters, limit=arguments.limit or ROWS))
        # The explanation is imported only where it is asked for: a look-up does not wait for it.
        from app.cli.explain import ROWS_EXPLAINED, first_rows

        # Searched as the window does: with fewer rows a heading further down would not be put before its details.
        limit = arguments.limit or ROWS_EXPLAINED
        return first_rows(engine.search(Question(text, filters, limit=max(ROWS, limit), explain=True)), limit)

    if arguments.query == ["-"]:
        engine.warm()
        for line in _queries(sys.stdin) if sys.stdin else ():
            _print_answer(ask(line), as_json=arguments.json)
        return FOUND
    answer = ask(" ".join(arguments.query))
    _print_answer(answer, as_json=arguments.json)
    return FOUND if answer.hits else NOTHING


def _queries(stream: TextIO) -> Iterable[str]:
    """Yield the lines of a stream, each as soon as it is there; bytes that are not UTF-8 are replaced, not refused.

    The byte order mark that Windows puts before a file is not part of the first line.
    """
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8-sig", errors="replace")
    for line in iter(stream.readline, ""):
        yield line.rstrip("\r\n")


def _print_answer(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print_json(json_line(_answer_json(answer)))
        return
    if answer.explained is not None:
        from app.cli.explain import explained_lines

        for line in explained_lines(answer):
            print_lines(f"{line}\n", sys.stdout)
    else:
        _print_typed_codes(answer.typed_codes)
        _print_hits(() if answer.typed_codes else answer.hits)
    if answer.hits or answer.typed_codes:
        for sentence in answer.advice:
            print_line(sentence, 0)
    elif answer.advice:
        print_aside(" ".join(answer.advice))
    if answer.near:
        print_line(f"{NEAR_CAPTION}:")
        _print_hits(answer.near)
    if answer.total > len(answer.hits):
        more = "more than " if answer.at_least else ""
        print_line(f"{len(answer.hits)} of {more}{answer.total:,}")
    counts = list(_counts(answer))
    if len(counts) > 1:
        print_line(", ".join(counts), 0)
    flush_output()


def _counts(answer: Answer) -> Iterator[str]:
    """Yield the number of rows of each code set that has any: `HCPCS 214`, `ICD-10-CM more than 1,000`."""
    for system, count in answer.by_system.items():
        if count:
            more = "more than " if answer.is_lower_bound(system) else ""
            yield f"{system.label} {more}{count:,}"


def _print_hits(hits: Sequence[Hit]) -> None:
    # One text may be a code of several sets: 25 is a modifier and a place of service.
    labels = {hit.node.system: hit.node.system.label.removeprefix("ICD-10-") for hit in hits}
    label_width = max(map(len, labels.values())) + 2 if len(labels) > 1 else 0
    code_width = max([9, *(len(hit.node.code) for hit in hits)]) + 1
    for hit in hits:
        reason = f"  ({hit.reason})" if hit.reason else ""
        label = f"{labels[hit.node.system]:<{label_width}}" if label_width else ""
        line = f"{hit.node.code:<{code_width}}{label}{hit.node.title}{_remark(hit.node)}{reason}"
        print_line(line, code_width + label_width)


def _print_typed_codes(typed_codes: Sequence[TypedCode]) -> None:
    """Print the codes of a text that has several, in the order typed."""
    width = max([9, *(len(typed.hit.node.code if typed.hit else typed.typed) for typed in typed_codes)]) + 1
    for typed in typed_codes:
        if typed.hit is None:
            print_line(f"{typed.typed:<{width}}{typed.statement}", width)
        else:
            print_line(f"{typed.hit.node.code:<{width}}{typed.hit.node.title}  ({typed.hit.reason})", width)


def _remark(node: Node) -> str:
    """Return what a row says of a code that may not be submitted: `  [16 codes]`, `  [ended]`."""
    if node.status is CodeStatus.ENDED:
        return "  [ended]"
    return "" if node.billable or not node.variants else f"  [{count_words(node.variants, 'code')}]"


def _answer_json(answer: Answer) -> dict[str, Any]:
    explained = answer.explained
    hits = [_typed_json(typed) for typed in answer.typed_codes] or [_hit_json(hit) for hit in answer.hits]
    explanation: dict[str, Any] = {}
    if explained is not None:
        from app.cli.explain import explained_json, row_json

        explanation = {"explain": explained_json(explained)}
        rows = (row_json(explained, hit) for hit in answer.hits)
        hits = [{**hit, "explain": row} for hit, row in zip(hits, rows, strict=True)]
    return {
        "query": answer.question.text,
        "elapsed_ms": round(answer.elapsed_ms, 3),
        "total": max(answer.total, len(answer.hits)),
        "total_at_least": answer.at_least,
        "hits": hits,
        "advice": list(answer.advice),
        "near": [_hit_json(hit) for hit in answer.near],
        "read_as": answer.read_as,
        "by_system": {system.value: count for system, count in answer.by_system.items()},
        **explanation,
    }


def _typed_json(typed: TypedCode) -> dict[str, Any]:
    """Return one of several codes as fields: those of a hit; a text that is no code has neither system nor
    code."""
    if typed.hit is None:
        match = {"kind": MatchKind.CODE.value, "text": ""}
        fields = {
            "system": None,
            "code": None,
            "title": typed.statement,
            "billable": False,
            "variants": 0,
            "match": match,
        }
    else:
        fields = _hit_json(typed.hit)
    return {**fields, "typed": typed.typed, "units": typed.units or None}


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "system": hit.node.system.value,
        "code": hit.node.code,
        "title": hit.node.title,
        "billable": hit.node.billable,
        "variants": hit.node.variants,
        "match": {"kind": hit.kind.value, "text": hit.reason},
    }
