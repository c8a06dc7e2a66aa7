"""Each rule on lists of real codes: what it finds, how sure it is, and what it leaves alone."""

from datetime import date

import pytest

from app.checking.records import Finding, Severity
from app.codes.detail import Change, ChangeKind
from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System
from app.library.reading.dated_codes import DatedCode
from tests.checking.conftest import Check

FOUND = [
    # Excludes1, at the code and above it, as one code, a dash, a range, with a condition
    ("E11.40 R73.9", "error excludes1 E11.40 R73.9"),
    ("R73.9 E11.40", "error excludes1 R73.9 E11.40"),
    ("N39.0 N30.00", "error excludes1 N39.0 N30.00"),
    ("J18.9 J84.9", "error excludes1 J18.9 J84.9"),
    ("G63 E11.42", "error excludes1 G63 E11.42"),
    ("E10.9 E11.9", "error excludes1 E10.9 E11.9"),
    ("I10 O13.1", "error excludes1 I10 O13.1"),
    ("F32.A F31.9", "error excludes1 F32.A F31.9"),
    # Code first and use additional
    ("N18.31 E11.22", "warning code_first N18.31 E11.22"),
    ("R65.20 A41.9", "warning code_first R65.20 A41.9"),
    ("L97.412 E11.40", "warning code_first L97.412"),
    ("I10 G63", "hint code_first G63"),
    ("O80", "warning use_additional O80"),
    ("E11.22", "warning use_additional E11.22"),
    ("E11.9", "hint use_additional E11.9"),
    # Order
    ("G63 E85.4", "error manifestation_first G63"),
    ("G63 E85.4", "error code_first G63 E85.4"),
    ("W01.0XXA S52.501A", "error external_cause_first W01.0XXA"),
    # Repetition
    ("E11.9 I10 E11.9", "error duplicate E11.9"),
    ("G0127 G0127", "warning duplicate G0127"),
    ("S72.001A S72.001D", "warning encounter_mix S72.001A S72.001D"),
    # Sides
    ("H25.11 H25.12", "warning laterality H25.11 H25.12"),
    ("H25.13 H25.11", "warning laterality H25.13 H25.11"),
    ("M17.0 M17.11", "warning laterality M17.0 M17.11"),
    ("M25.561 M25.569", "warning laterality M25.561 M25.569"),
    # Says less than it could
    ("E11.40", "hint unspecified E11.40"),
    ("E11.40 E11.42", "warning unspecified E11.40 E11.42"),
    ("J18.9", "hint unspecified J18.9"),
    # By itself
    ("E11.4", "error not_specific E11.4"),
    ("S72.001", "error not_specific S72.001"),
    ("E11.99", "error unknown E11.99"),
    ("E08-E13", "error invalid E08-E13"),
    ("00100", "hint unknown 00100"),
    ("99999", "warning unknown 99999"),
    # Others
    ("O80 N40.0", "warning invalid O80 N40.0"),
    ("99213-ZZ", "modifier_unknown 99213"),
    ("E11.9 99213-25", ""),
]

WITHOUT_FAULT = [
    "E11.22 N18.31 Z79.4",
    "E11.42 I10 E78.5",
    "A41.9 R65.20 N17.9",
    "S72.001A W01.0XXA Y92.010",
    "S52.501A S52.502A",
    "M25.561 M25.562",
    "I12.9 N18.31",
    "J44.1 J44.0 J18.9",
    "C50.911 C79.51 Z79.811",
    "O80 Z37.0",
    "E85.4 G63",
    "99213-25 20610-LT",
    "0DTJ4ZZ 0DTJ4ZZ",
]


def named(finding: Finding) -> str:
    return f"{finding.severity.value} {finding.rule.value} {' '.join(finding.codes)}"


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_what_is_wrong_is_found(check: Check, text: str, expected: str) -> None:
    found = [named(finding) for finding in check(text).findings]
    assert any(expected in one for one in found) or not expected, found


@pytest.mark.parametrize("text", WITHOUT_FAULT)
def test_what_is_right_has_neither_error_nor_warning(check: Check, text: str) -> None:
    found = [named(finding) for finding in check(text).findings if finding.severity is not Severity.HINT]
    assert found == []


def test_a_finding_says_which_note_and_what_to_do(check: Check) -> None:
    (finding,) = [one for one in check("E11.40 R73.9").findings if one.rule.value == "excludes1"]
    assert finding.places == (0, 1)
    assert (finding.note_from, finding.note) == ("R73", "diabetes mellitus (E08-E13)")
    assert finding.source.startswith("ICD-10-CM FY2026")
    assert finding.sentence.startswith("R73.9 is not coded with E11.40: R73 says “diabetes mellitus (E08-E13)”. Remove")


def test_two_instructions_at_one_code_are_two_findings(check: Check) -> None:
    notes = [
        one.note for one in check("I13.0").findings if one.rule.value == "use_additional" and one.note_from == "I13.0"
    ]
    assert len(notes) == 2
    assert any("heart failure" in note for note in notes)
    assert any("kidney" in note for note in notes)


def test_another_condition_is_not_more_specific(check: Check) -> None:
    assert [finding for finding in check("R73.9").findings if finding.rule.value == "unspecified"] == []


def test_the_choices_of_a_heading_are_named(check: Check) -> None:
    report = check("S72.001")
    (finding,) = report.findings
    assert finding.choices[:2] == ("S72.001A", "S72.001B")
    assert report.codes[0].status == "Not valid: needs a 7th character"
    assert not report.codes[0].is_valid


def test_near_codes_are_offered_for_one_that_does_not_exist(check: Check) -> None:
    report = check("E11.99 W21.89A")
    assert report.codes[0].node is None
    assert report.findings[0].choices[0] == "E11.9"
    assert report.findings[1].choices == ("W21.89XA",)


def test_a_code_with_a_modifier_is_a_procedure(check: Check) -> None:
    with_modifier, without = check("J1100-JW J1100").codes
    assert with_modifier.node is not None
    assert with_modifier.node.system is System.HCPCS
    assert without.code == "J1100"


def test_a_release_of_another_time_is_told(check: Check) -> None:
    assert any("ended on 30 Sep 2026" in remark for remark in check("I10", date(2026, 11, 2)).remarks)
    assert not any("ICD-10-CM" in remark for remark in check("I10").remarks)
    assert any("NCCI edits are not loaded" in remark for remark in check("99213").remarks)


def node(status: CodeStatus) -> Node:
    return Node(1, System.ICD10CM, "D69.1", "title", Level.CODE, status, None, 1, False)


OCTOBER = date(2026, 10, 1)


@pytest.mark.parametrize(
    ("status", "kind", "before", "after"),
    [
        (CodeStatus.VALID, ChangeKind.NEW, None, CodeStatus.VALID),
        (CodeStatus.ENDED, ChangeKind.ENDED, CodeStatus.VALID, CodeStatus.ENDED),
        (CodeStatus.HEADING, ChangeKind.NOW_HEADING, CodeStatus.VALID, CodeStatus.HEADING),
        (CodeStatus.VALID, ChangeKind.NOW_VALID, CodeStatus.HEADING, CodeStatus.VALID),
        (CodeStatus.VALID, ChangeKind.RETURNED, CodeStatus.ENDED, CodeStatus.VALID),
        (CodeStatus.MANIFESTATION, ChangeKind.REVISED, CodeStatus.MANIFESTATION, CodeStatus.MANIFESTATION),
    ],
)
def test_a_change_counts_from_its_day_on(
    status: CodeStatus, kind: ChangeKind, before: CodeStatus | None, after: CodeStatus
) -> None:
    dated = DatedCode(changes=(Change(kind, OCTOBER),))
    assert dated.status_on(node(status), date(2026, 9, 30)) is before
    assert dated.status_on(node(status), OCTOBER) is after


def test_the_last_day_of_a_code_counts() -> None:
    ended = DatedCode(valid_from=date(2020, 1, 1), valid_to=date(2025, 12, 31))
    assert ended.status_on(node(CodeStatus.ENDED), date(2025, 12, 31)) is CodeStatus.VALID
    assert ended.status_on(node(CodeStatus.ENDED), date(2026, 1, 1)) is CodeStatus.ENDED
    assert ended.status_on(node(CodeStatus.ENDED), date(2019, 12, 31)) is None
