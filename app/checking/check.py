"""Checks a list: what each code is on the date, and what the codes are together."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from app.checking.edit_rules import edit_findings, modifier_findings
from app.checking.entries import read_entries
from app.checking.list_rules import list_findings
from app.checking.note_rules import NoteRules
from app.checking.records import CheckedCode, Entry, Finding, Report, Rule
from app.checking.resolving import check_codes
from app.codes.dates import day_in_words
from app.codes.parts import Part
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue


class Checker:
    """Checks lists by the code sets of a library. `edits` is the database of the NCCI edits, None for none."""

    def __init__(self, catalogue: Catalogue, edits: Path | None = None) -> None:
        self._catalogue, self._edits = catalogue, edits

    def entries(self, text: str) -> tuple[Entry, ...]:
        """Return the codes of a text in its order, with their modifiers and units."""
        find = self._catalogue.find
        return read_entries(text, lambda modifier: find(System.MODIFIER, modifier) is not None)

    def check(self, entries: Sequence[Entry], day: date) -> Report:
        """Return the codes of a list on a day, and the findings in the order of the list.

        Raises LibraryError if the NCCI edits are damaged, sqlite3.Error if the library is.
        """
        codes, findings = check_codes(self._catalogue, entries, day)
        findings += NoteRules(self._catalogue, codes, self._tabular_release()).findings()
        findings += list_findings(self._catalogue, codes)
        findings += modifier_findings(self._catalogue, codes)
        by_edits, remarks = edit_findings(self._edits, codes, day)
        findings += by_edits
        rules = list(Rule)
        findings.sort(key=lambda finding: (min(finding.places), rules.index(finding.rule)))
        return Report(day, codes, tuple(_once(findings)), (*self._dates(codes, day), *remarks))

    def _tabular_release(self) -> str:
        for code_set in self._catalogue.code_sets():
            for part in code_set.parts:
                if code_set.system is System.ICD10CM and part.part == Part.TABULAR and part.current:
                    return f"ICD-10-CM {part.release}"
        return "ICD-10-CM"

    def _dates(self, codes: Sequence[CheckedCode], day: date) -> Iterator[str]:
        """Yield a sentence for each code set of the list of which no release of the day is loaded."""
        listed = {code.node.system for code in codes if code.node is not None}
        for code_set in self._catalogue.code_sets():
            if code_set.system not in listed or code_set.ours:
                continue
            parts = [part for part in code_set.parts if part.part == Part.CODES and part.effective_from]
            first = min((part.effective_from for part in parts if part.effective_from), default=code_set.effective_from)
            last = code_set.effective_to
            if last is not None and day > last:
                yield (
                    f"{code_set.system.label} {code_set.release} ended on {day_in_words(last)}; the list is checked by "
                    f"it. Add the release in force on {day_in_words(day)}."
                )
            elif first is not None and day < first:
                yield (
                    f"No release of {code_set.system.label} from before {day_in_words(first)} is loaded; the list is "
                    f"checked by the first one. Add that of {day_in_words(day)}."
                )


def _once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """Yield each finding once: a code that is listed twice is wrong in the same way twice.

    Two notes at one code are two findings.
    """
    seen: set[tuple[Rule, tuple[str, ...], str]] = set()
    for finding in findings:
        key = finding.rule, tuple(sorted(finding.codes)), finding.note
        if key not in seen:
            seen.add(key)
            yield finding
