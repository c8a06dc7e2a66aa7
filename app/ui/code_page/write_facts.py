"""Write the facts that the files give about a code: dates, changes, coded fields, links, modifiers, equivalents."""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtGui import QFontMetricsF

from app.codes.dates import day_in_words
from app.codes.detail import Change, ChangeKind, Detail, Equivalent, Field, Link
from app.codes.node import CodeStatus, Node
from app.ui.code_page.page_writer import PageWriter, node_link
from app.ui.code_page.write_lists import MARK_INDENT, SHORT_LIST, width_of, write_more_link
from app.ui.code_page.write_notes import write_label
from app.ui.widgets.symbols import FacilityMark

SETTING_FIELD = "SETTING"
"""The field of a place of service with the rate that Medicare pays there."""

FACILITY_MARKS = {"facility": FacilityMark.FACILITY, "nonfacility": FacilityMark.NONFACILITY}

FIELDS_SHOWN_ELSEWHERE = ("XREF", "PROCNOTE")
"""Fields whose values are shown elsewhere on the page: as links or as texts."""

LABEL_GAP, MAX_LABEL_WIDTH = 16, 180
"""The gap after the labels of fields, and the widest label that stands beside its meaning."""


# Below the status


def write_dates(page: PageWriter, detail: Detail) -> None:
    """Since when and until when the code is valid, and what became of it, in quiet lines below the status."""
    for line in date_lines(detail):
        page.block(above=2, left=MARK_INDENT)
        page.write(line, "muted")


def date_lines(detail: Detail) -> list[str]:
    """`New on 2025-10-01`, `Title revised on 2025-10-01, before: ...`; what the status says already is left out."""
    is_over = detail.node.status is CodeStatus.ENDED
    first: list[str] = []
    begun = next((change for change in detail.changes if change.kind is ChangeKind.NEW), None)
    if begun is not None:
        first.append(f"New {begun.when}")
    elif detail.valid_from is not None:
        first.append(f"In force {'from' if is_over else 'since'} {day_in_words(detail.valid_from)}")
    if detail.valid_to is not None and day_in_words(detail.valid_to) not in detail.status_text:
        first.append(f"{'Ended' if is_over else 'Ends'} on {day_in_words(detail.valid_to)}")
    # No line begins with a dot.
    lines = ["\N{NO-BREAK SPACE}· ".join(first)] if first else []
    in_first_line = (ChangeKind.NEW, ChangeKind.ENDED)
    changes = [change for change in detail.changes if change.kind not in in_first_line]
    return lines + [change.sentence for change in changes if not _is_told(change, detail.status_text)]


def _is_told(change: Change, status: str) -> bool:
    """Return whether the status text already has the day since when a code needs more characters."""
    return change.kind is ChangeKind.NOW_HEADING and day_in_words(change.on) in status


def is_replacement(link: Link) -> bool:
    """Return whether a link leads to the replacement of the code, which is shown below its status."""
    return link.label.startswith("Replace")


def write_replacements(page: PageWriter, links: Sequence[Link], expanded: frozenset[str]) -> None:
    """Write `Replaced by J1234 its title`, a line each, below the status; only the first of several has the label."""
    replacing = [link for link in links if is_replacement(link)]
    shown = replacing if "replaced" in expanded else replacing[:SHORT_LIST]
    before = ""
    for link in shown:
        at = QFontMetricsF(page.style.font()).horizontalAdvance(link.label) / page.style.zoom + 8
        page.block(above=2, left=MARK_INDENT + at, indent=-at, tabs=(at,))
        page.write(f"{link.label if link.label != before else ''}\t", "muted")
        before = link.label
        _write_link(page, link, "  ", "muted")
    if len(shown) < len(replacing):
        page.block(above=2, left=MARK_INDENT)
        write_more_link(page, "replaced", len(replacing), "codes")


def write_setting(page: PageWriter, fields: Sequence[Field]) -> None:
    """Write whether a place of service is a facility, after a mark of its own shape."""
    for field in fields:
        if field.name == SETTING_FIELD:
            page.block(above=4, left=MARK_INDENT)
            page.add_mark(FACILITY_MARKS.get(field.value, FacilityMark.UNSTATED))
            page.write(field.meaning or field.value)


# Sections of the page


def write_fields(page: PageWriter, detail: Detail) -> None:
    """Write every coded field in words: its label, the meaning of its value, and the bare value after that."""
    fields = listed_fields(detail)
    if not fields:
        return
    write_label(page, "Official fields")
    face = QFontMetricsF(page.style.font())
    widths = {field.label: face.horizontalAdvance(field.label) / page.style.zoom for field in fields}
    beside = [width for width in widths.values() if width <= MAX_LABEL_WIDTH]
    left = 0.0 if page.is_narrow or not beside else max(beside) + LABEL_GAP
    before = ""
    for number, field in enumerate(fields):
        above = 9 if number == 0 else 4
        said = field.label if field.label != before else ""
        before = field.label
        if left:
            page.block(above=above, left=left, indent=-left, tabs=(left,))
            if said and widths[said] > MAX_LABEL_WIDTH:
                # The one label that is too wide has a line of its own, so that the values keep their edge.
                page.write(said, "muted")
                page.block(left=left)
            else:
                page.write(f"{said}\t", "muted")
        else:
            if said:
                page.block(above=above)
                page.write(said, "muted")
            page.block(left=MARK_INDENT)
        _write_value(page, field)


def listed_fields(detail: Detail) -> list[Field]:
    """Return the fields of the list, without those that are shown elsewhere on the page."""
    told = {link.code for link in detail.links}
    told |= {passage.heading.rpartition(" ")[2] for passage in detail.passages}
    return [
        field
        for field in detail.fields
        if field.name != SETTING_FIELD and not (field.name.startswith(FIELDS_SHOWN_ELSEWHERE) and field.value in told)
    ]


def _write_value(page: PageWriter, field: Field) -> None:
    page.write(field.meaning or field.value)
    # A number, a reference or a date has said it all: `1 Jan 2025` is the 20250101 of the file.
    if field.meaning and not field.name.endswith("_DT"):
        page.write_value(f"  {field.value}")


def write_links(page: PageWriter, links: Sequence[Link], expanded: frozenset[str]) -> None:
    """Write the other codes that a code is linked with, under the kind of link."""
    others = [link for link in links if not is_replacement(link)]
    for name in dict.fromkeys(link.label for link in others):
        write_label(page, name)
        rows = [link for link in others if link.label == name]
        key = f"links {name}"
        shown = rows if key in expanded else rows[:SHORT_LIST]
        hang = width_of(page, [link.code for link in shown]) + 14
        for number, link in enumerate(shown):
            _begin_row(page, number, hang)
            _write_link(page, link, "\t", "ink")
        if len(shown) < len(rows):
            page.block(above=6)
            write_more_link(page, key, len(rows), "codes")


def _write_link(page: PageWriter, link: Link, gap: str, role: str) -> None:
    if link.target is None:
        page.write(link.code, mono=True)
        page.write(gap + (link.title or f"{link.system.label}, not loaded"), "muted")
        return
    page.link(link.code, node_link(link.target), mono=True)
    if link.title:
        page.link(gap + link.title, node_link(link.target), role)


def write_modifiers(page: PageWriter, modifiers: Sequence[Node], expanded: frozenset[str]) -> None:
    """Write the modifiers of the code's section."""
    write_label(page, "Modifiers that may apply")
    shown = modifiers if "modifiers" in expanded else modifiers[:SHORT_LIST]
    hang = width_of(page, [modifier.code for modifier in shown]) + 14
    for number, modifier in enumerate(shown):
        _begin_row(page, number, hang)
        address = node_link(modifier.id)
        page.link(modifier.code, address, mono=True)
        page.link(f"\t{modifier.title}", address, "ink")
    if len(shown) < len(modifiers):
        page.block(above=6)
        write_more_link(page, "modifiers", len(modifiers), "modifiers")


def write_equivalents(page: PageWriter, equivalents: Sequence[Equivalent], expanded: frozenset[str]) -> None:
    """Write the equivalents by the General Equivalence Maps, each with its remark on how exact it is."""
    for system, of_system in groupby(equivalents, key=lambda equivalent: equivalent.system_label):
        write_label(page, f"{system} equivalents")
        rows = list(of_system)
        key = f"equivalents {system}"
        shown = rows if key in expanded else rows[:SHORT_LIST]
        hang = width_of(page, [row.code for row in shown]) + 14
        for number, row in enumerate(shown):
            if not row.code:
                page.block(above=9 if number == 0 else 4)
                page.write("No equivalent", "muted")
                continue
            _begin_row(page, number, hang)
            if row.target is not None:
                page.link(row.code, node_link(row.target), mono=True)
                page.link(f"\t{row.title}", node_link(row.target), "ink")
            else:
                page.write(row.code, mono=True)
                page.write(f"\t{row.title}")
            if row.remark:
                page.write(f"  {row.remark}", "muted")
        if len(shown) < len(rows):
            page.block(above=6)
            write_more_link(page, key, len(rows), "codes")


def write_notice(page: PageWriter, notice: str) -> None:
    """Write the copyright notice of the code, at the foot of the page."""
    for number, line in enumerate(notice.split("\n")):
        page.block(above=2 if number else 20)
        page.write(line, "muted")


def _begin_row(page: PageWriter, number: int, hang: float) -> None:
    page.block(above=9 if number == 0 else 4, left=hang, indent=-hang, tabs=(hang,))
