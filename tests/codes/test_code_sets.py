"""States of code sets, and the nodes that may be submitted."""

from datetime import date

import pytest

from app.codes.code_sets import CodeSet
from app.codes.node import CodeStatus, Level, Node
from app.codes.systems import System

LOADED = CodeSet(System.ICD10CM, "FY2026 (April 2026)", date(2026, 4, 1), date(2026, 9, 30), 98186, 74719, ())


@pytest.mark.parametrize("today", [date(2026, 4, 1), date(2026, 9, 30)])
def test_no_warning_while_in_force(today: date) -> None:
    assert LOADED.warning(today) == ""


def test_warning_from_the_day_after() -> None:
    assert LOADED.warning(date(2026, 10, 1)) == "FY2026 ended on 30 Sep 2026; add the FY2027 release"


def node(level: Level, status: CodeStatus, *, has_children: bool = False) -> Node:
    return Node(1, System.ICD10CM, "X", "x", level, status, None, 1, has_children)


@pytest.mark.parametrize(
    ("status", "billable"),
    [
        (CodeStatus.VALID, True),
        (CodeStatus.MANIFESTATION, True),
        (CodeStatus.HEADING, False),
        (CodeStatus.ENDED, False),
    ],
)
def test_billable_is_what_may_be_submitted(status: CodeStatus, billable: bool) -> None:
    assert node(Level.CODE, status).billable is billable


def test_only_stems_and_pcs_families_stand_for_their_codes() -> None:
    families = {level for level in Level if node(level, CodeStatus.HEADING, has_children=True).is_family}
    assert families == {Level.CODE, Level.FAMILY}
    assert not node(Level.CODE, CodeStatus.VALID).is_family
