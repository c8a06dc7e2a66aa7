"""The rows under an empty search box: recent codes, and a few things to try."""

from collections.abc import Callable, Sequence
from datetime import datetime

from app.codes.dates import day_in_words
from app.codes.node import Node
from app.codes.systems import System
from app.notebook.history import OpenedCode
from app.ui.results.results_model import Row, RowKind

SEARCH_EXAMPLES = (
    ("dm2 neurop", "an abbreviation and the beginning of a word"),
    ("e1140", "a code without its dot, whole or in part"),
    ("heart attack", "everyday words"),
    ("nuemonia", "a misspelling"),
    ("repo femur shaft", "the beginnings of words, in any order"),
    ("pcs: appendectomy", "one code set only"),
    ("keytruda", "a drug by its brand name"),
    ("pos 11", "a place of service; mod 25 is a modifier"),
)

RECENT_CAPTION, TRY_CAPTION = "Recent codes", "Things to try"

NOT_IN_LIBRARY = "not in the loaded code sets"


def start_rows(recent: Sequence[OpenedCode], find: Callable[[System, str], Node | None], now: datetime) -> list[Row]:
    """Return the rows under an empty search box. `now` must have a time zone."""
    rows: list[Row] = []
    if recent:
        rows.append(Row(RowKind.CAPTION, title=RECENT_CAPTION))
        rows += [recent_row(entry, find(entry.system, entry.code), now) for entry in recent]
    rows.append(Row(RowKind.CAPTION, title=TRY_CAPTION))
    rows += [
        Row(RowKind.EXAMPLE, code=text, title=text, own_place=explanation) for text, explanation in SEARCH_EXAMPLES
    ]
    return rows


def recent_row(entry: OpenedCode, node: Node | None, now: datetime) -> Row:
    """Return the row of a recent code; one that is no longer loaded keeps the title it had."""
    return Row(
        RowKind.RECENT,
        node=node,
        code=entry.code,
        title=node.title if node else entry.title,
        own_place=opened_text(entry.last_opened, now),
        own_reason="" if node else f"{NOT_IN_LIBRARY} ({entry.system.label})",
    )


def opened_text(moment: datetime, now: datetime) -> str:
    """Return `opened today at 14:05`, `opened yesterday`, `opened on 3 Mar 2026`."""
    local_moment = moment.astimezone(now.tzinfo)
    days = (now.date() - local_moment.date()).days
    if days <= 0:
        return f"opened today at {local_moment:%H:%M}"
    if days == 1:
        return "opened yesterday"
    return f"opened on {day_in_words(local_moment.date())}"
