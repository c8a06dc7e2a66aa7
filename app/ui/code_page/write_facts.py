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
    """Write the days on which the code came, changed and ended, in muted lines below the status."""
    for line in date_lines(detail):
        page.block(above=2, left=MARK_INDENT)
        page.write(line, "muted")


def date_lines(detail: Detail) -> list[str]:
    """Return `New on 1 Oct 2025`, `Title revised on 1 Oct 2025, before: ...`, without what the status text has."""
    has_ended = detail.node.status is CodeStatus.ENDED
    days: list[str] = []
    addition = next((change for change in detail.changes if change.kind is ChangeKind.NEW), None)
    if addition is not None:
        days.append(addition.sentence)
    elif detail.valid_from is not None:
        days.append(f"Effective {day_in_words(detail.valid_from)}")
    if detail.valid_to is not None and day_in_words(detail.valid_to) not in detail.status_text:
        days.append(f"{'Ended' if has_ended else 'Ends'} on {day_in_words(detail.valid_to)}")
    # No line may begin with a dot.
    lines = ["\N{NO-BREAK SPACE}· ".join(days)] if days else []
    in_first_line = (ChangeKind.NEW, ChangeKind.ENDED)
    changes = [change for change in detail.changes if change.kind not in in_first_line]
    return lines + [change.sentence for change in changes if not _is_in_status(change, detail.status_text)]


def _is_in_status(change: Change, status: str) -> bool:
    """Return whether the status text already has the day since when a code needs more characters."""
    return change.kind is ChangeKind.NOW_HEADING and day_in_words(change.on) in status


def is_replacement(link: Link) -> bool:
    """Return whether a link leads to the replacement of the code, which is shown below its status."""
    return link.label.startswith("Replace")


def write_replacements(page: PageWriter, links: Sequence[Link], expanded: frozenset[str]) -> None:
    """Write `Replaced by J1234 its title`, a line each, below the status; only the first of several has the label."""
    replacing = [link for link in links if is_replacement(link)]
    rows = replacing if "replaced" in expanded else replacing[:SHORT_LIST]
    last_label = ""
    for link in rows:
        label_width = QFontMetricsF(page.style.font()).horizontalAdvance(link.label) / page.style.zoom + 8
        page.block(above=2, left=MARK_INDENT + label_width, indent=-label_width, tabs=(label_width,))
        page.write(f"{link.label if link.label != last_label else ''}\t", "muted")
        last_label = link.label
        _write_link(page, link, "  ", "muted")
    if len(rows) < len(replacing):
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
    narrow_widths = [width for width in widths.values() if width <= MAX_LABEL_WIDTH]
    left = 0.0 if page.is_narrow or not narrow_widths else max(narrow_widths) + LABEL_GAP
    last_label = ""
    for number, field in enumerate(fields):
        above = 9 if number == 0 else 4
        field_label = field.label if field.label != last_label else ""
        last_label = field.label
        if left:
            page.block(above=above, left=left, indent=-left, tabs=(left,))
            if field_label and widths[field_label] > MAX_LABEL_WIDTH:
                # A label that is too wide has a line of its own, so that the values stay aligned.
                page.write(field_label, "muted")
                page.block(left=left)
            else:
                page.write(f"{field_label}\t", "muted")
        else:
            if field_label:
                page.block(above=above)
                page.write(field_label, "muted")
            page.block(left=MARK_INDENT)
        _write_value(page, field)


def listed_fields(detail: Detail) -> list[Field]:
    """Return the fields of the list, without those that are shown elsewhere on the page."""
    shown_elsewhere = {link.code for link in detail.links}
    shown_elsewhere |= {passage.heading.rpartition(" ")[2] for passage in detail.passages}
    return [
        field
        for field in detail.fields
        if field.name != SETTING_FIELD
        and not (field.name.startswith(FIELDS_SHOWN_ELSEWHERE) and field.value in shown_elsewhere)
    ]


def _write_value(page: PageWriter, field: Field) -> None:
    page.write(field.meaning or field.value)
    # A number, a reference or a date needs no value after it: `1 Jan 2025` is the 20250101 of the file.
    if field.meaning and not field.name.endswith("DT"):
        page.write_value(f"  {field.value}")


def write_links(page: PageWriter, links: Sequence[Link], expanded: frozenset[str]) -> None:
    """Write the other codes that a code is linked with, under the kind of link."""
    others = [link for link in links if not is_replacement(link)]
    for name in dict.fromkeys(link.label for link in others):
        write_label(page, name)
        rows = [link for link in others if link.label == name]
        key = f"links {name}"
        visible_rows = rows if key in expanded else rows[:SHORT_LIST]
        hang = width_of(page, [link.code for link in visible_rows]) + 14
        for number, link in enumerate(visible_rows):
            _begin_row(page, number, hang)
            _write_link(page, link, "\t", "ink")
        if len(visible_rows) < len(rows):
            page.block(above=6)
            write_more_link(page, key, len(rows), "codes")


def _write_link(page: PageWriter, link: Link, gap: str, role: str) -> None:
    if link.target is None:
        page.write(link.code, mono=True)
        page.write(gap + (link.title or _why_not_linked(link)), "muted")
        return
    page.link(link.code, node_link(link.target), mono=True)
    if link.title:
        page.link(gap + link.title, node_link(link.target), role)


def _why_not_linked(link: Link) -> str:
    """Return why a code has no page: its code set is not loaded, or the code was deleted before the oldest release."""
    label = link.system.label
    return f"in none of the {label} releases loaded" if link.is_set_loaded else f"{label}, not loaded"


def write_modifiers(page: PageWriter, modifiers: Sequence[Node], expanded: frozenset[str]) -> None:
    """Write the modifiers of the code's section."""
    write_label(page, "Modifiers that may apply")
    rows = modifiers if "modifiers" in expanded else modifiers[:SHORT_LIST]
    hang = width_of(page, [modifier.code for modifier in rows]) + 14
    for number, modifier in enumerate(rows):
        _begin_row(page, number, hang)
        address = node_link(modifier.id)
        page.link(modifier.code, address, mono=True)
        page.link(f"\t{modifier.title}", address, "ink")
    if len(rows) < len(modifiers):
        page.block(above=6)
        write_more_link(page, "modifiers", len(modifiers), "modifiers")


def write_equivalents(page: PageWriter, equivalents: Sequence[Equivalent], expanded: frozenset[str]) -> None:
    """Write the equivalents by the General Equivalence Maps, each with its remark on how exact it is."""
    for system, of_system in groupby(equivalents, key=lambda equivalent: equivalent.system_label):
        write_label(page, f"{system} equivalents")
        rows = list(of_system)
        key = f"equivalents {system}"
        visible_rows = rows if key in expanded else rows[:SHORT_LIST]
        hang = width_of(page, [row.code for row in visible_rows]) + 14
        for number, row in enumerate(visible_rows):
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
        if len(visible_rows) < len(rows):
            page.block(above=6)
            write_more_link(page, key, len(rows), "codes")


def write_notice(page: PageWriter, notice: str) -> None:
    """Write the copyright notice of the code, at the foot of the page."""
    for number, line in enumerate(notice.split("\n")):
        page.block(above=2 if number else 20)
        page.write(line, "muted")


def _begin_row(page: PageWriter, number: int, hang: float) -> None:
    page.block(above=9 if number == 0 else 4, left=hang, indent=-hang, tabs=(hang,))
