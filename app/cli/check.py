"""`codarium check`: the status of each code of a list on a date, and what its codes are together."""

import argparse
import sys
from collections.abc import Iterator
from datetime import date

from app.checking.check import Checker
from app.checking.records import CheckedCode, Finding, Report, Severity
from app.cli.output import FOUND, NOTHING, complain, json_line, print_json, print_line
from app.codes.names import count_words
from app.codes.visible_text import decoded_text
from app.library.open import Library, LibraryError
from app.library.reading.catalogue import Catalogue
from app.paths import edits_path

STANDARD_INPUT = "-"

LONGEST_INPUT = 1_000_000
"""Characters; a chart has some hundred."""

ERRORS = NOTHING
"""The exit status where the list has an error."""


def check(library: Library, arguments: argparse.Namespace) -> int:
    """Check the codes that `arguments.codes` gives, or those on standard input; return the exit status."""
    catalogue = Catalogue(library.connect())
    text = " ".join(arguments.codes)
    if arguments.codes == [STANDARD_INPUT]:
        text = decoded_text(sys.stdin.read(LONGEST_INPUT + 1)) if sys.stdin is not None else ""
        if len(text) > LONGEST_INPUT:
            complain(f"The list is longer than {LONGEST_INPUT:,} characters; check it in parts.")
            return 2
    day: date = arguments.date or date.today()
    edits = None if arguments.db else edits_path()
    checker = Checker(catalogue, edits)
    try:
        report = checker.check(checker.entries(text), day)
    except LibraryError as error:
        # The edits are damaged: the rest of the list is checked without them.
        complain(str(error))
        checker = Checker(catalogue)
        report = checker.check(checker.entries(text), day)
    if arguments.json:
        print_json(json_line(report_json(report)))
    else:
        for line in report_lines(report):
            print_line(line)
    return ERRORS if report.has_errors else FOUND


def report_json(report: Report) -> dict[str, object]:
    """Return a report as JSON, in the form that scripts rely on."""
    return {
        "date": report.day.isoformat(),
        "codes": [
            {
                "typed": code.entry.typed,
                "system": code.node.system.value if code.node is not None else None,
                "code": code.node.code if code.node is not None else None,
                "title": code.node.title if code.node is not None else "",
                "status": code.status,
                "valid": code.is_valid,
                "advice": code.advice,
                "modifiers": list(code.entry.modifiers),
                "units": code.entry.units,
            }
            for code in report.codes
        ],
        "findings": [_finding_json(finding) for finding in report.findings],
        "remarks": list(report.remarks),
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    return {
        "severity": finding.severity.value,
        "rule": finding.rule.value,
        "codes": list(finding.codes),
        "text": finding.sentence,
        "source": finding.source,
        "note": finding.note,
        "note_from": finding.note_from,
        "choices": list(finding.choices),
    }


def _with_claim(code: CheckedCode) -> str:
    """Return a code with its modifiers and units: `99213-25 x2`."""
    units = f" x{code.entry.units}" if code.entry.units else ""
    return "-".join((code.code, *code.entry.modifiers)) + units


def report_lines(report: Report) -> Iterator[str]:
    """Yield the lines of a report for reading."""
    if not report.codes:
        yield "The list has no code."
        return
    names = [_with_claim(code) for code in report.codes]
    width = max(map(len, names))
    for name, code in zip(names, report.codes, strict=True):
        facts = [code.node.title, code.status] if code.node is not None else [code.status]
        yield f"{name.ljust(width)}  {' · '.join(facts)}"
    if report.findings:
        yield ""
    for finding in report.findings:
        yield f"{finding.severity.value.capitalize()}: {finding.sentence}" + (
            f" [{finding.source}]" if finding.source else ""
        )
    yield ""
    counts = [
        count_words(number, severity.value)
        for severity in Severity
        if (number := sum(finding.severity is severity for finding in report.findings))
    ]
    yield f"{count_words(len(report.codes), 'code')}: {', '.join(counts) or 'nothing found'}."
    yield from report.remarks
