"""Rows under an empty search box."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.codes.node import Node
from app.codes.systems import System
from app.notebook.history import OpenedCode
from app.ui.results.results_model import RowKind
from app.ui.results.start_rows import opened_text, start_rows

Find = Callable[[str], Node]
NOW = datetime(2026, 3, 10, 15, 30, tzinfo=UTC)


def test_without_recent_codes_there_are_only_examples() -> None:
    rows = start_rows((), lambda _system, _code: None, NOW)
    assert {row.kind for row in rows} == {RowKind.CAPTION, RowKind.EXAMPLE}


def test_a_code_that_is_not_loaded_any_more_keeps_its_title(node: Find) -> None:
    opened_codes = [
        OpenedCode(System.ICD10CM, "E11.9", "An older title", NOW, 1),
        OpenedCode(System.ICD10CM, "E99.9", "A title of its time", NOW, 1),
    ]
    loaded = {"E11.9": node("E11.9")}
    rows = [
        row for row in start_rows(opened_codes, lambda _s, code: loaded.get(code), NOW) if row.kind is RowKind.RECENT
    ]
    assert [(row.title, row.node is None, bool(row.reason)) for row in rows] == [
        (node("E11.9").title, False, False),
        ("A title of its time", True, True),
    ]


@pytest.mark.parametrize(
    ("ago", "text"),
    [
        (timedelta(0), "opened today at 15:30"),
        (timedelta(hours=16), "opened yesterday"),
        (timedelta(days=7), "opened on 3 Mar 2026"),
        (timedelta(seconds=-5), "opened today at 15:30"),
    ],
)
def test_when_a_code_was_opened(ago: timedelta, text: str) -> None:
    assert opened_text(NOW - ago, NOW) == text
