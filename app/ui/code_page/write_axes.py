"""Writes an ICD-10-PCS code axis by axis: what each character stands for, and what the official files say of it."""

from PySide6.QtGui import QFontMetricsF

from app.codes.detail import Axis
from app.ui.code_page.page_writer import Around, PageWriter
from app.ui.code_page.write_lists import FEW, more_link
from app.ui.code_page.write_notes import label

VALUE_AT, MEANING_AT = 22, 122
"""Where the axis and where its meaning begin, from the column's left edge."""

NARROW_MEANING_AT = 22


def write_axes(page: PageWriter, axes: tuple[Axis, ...], opened: frozenset[str]) -> None:
    """One row for each character that the code has, parted by hairlines."""
    beginning = "The first character of 7" if len(axes) == 1 else f"The first {len(axes)} of 7 characters"
    label(page, "Character by character" if len(axes) == 7 else beginning)
    for number, axis in enumerate(axes):
        _write_axis(page, axis, opened, above=9 if number == 0 else 11)
        if number < len(axes) - 1:
            page.decorate(Around.FAINT_RULE)


def _write_axis(page: PageWriter, axis: Axis, opened: frozenset[str], above: float) -> None:
    left = NARROW_MEANING_AT if page.narrow else MEANING_AT
    if page.narrow:
        page.block(above=above, left=VALUE_AT, indent=-VALUE_AT, tabs=(VALUE_AT,))
        page.write(axis.value, mono=True, bold=True)
        page.write(f"\t{axis.axis}", "muted")
        page.block(left=left)
    else:
        page.block(above=above, left=left, indent=-left, tabs=(VALUE_AT, left))
        page.write(axis.value, mono=True, bold=True)
        page.write(f"\t{axis.axis}", "muted")
        if QFontMetricsF(page.style.font()).horizontalAdvance(axis.axis) / page.style.zoom < left - VALUE_AT:
            page.write("\t")
        else:
            page.block(left=left)
    page.write(axis.label, bold=True)
    # What the official terms say again below is left to them.
    is_said = bool(axis.terms) and all(example in axis.terms for example in axis.examples.split("; "))
    examples = f"For example: {axis.examples}" if axis.examples and not is_said else ""
    for text, role in ((axis.definition, "ink"), (axis.explanation, "muted"), (examples, "muted")):
        if text:
            page.block(left=left)
            page.write(text, role)
    if axis.terms:
        _write_terms(page, axis, opened, left)


def _write_terms(page: PageWriter, axis: Axis, opened: frozenset[str], left: float) -> None:
    name = f"terms{axis.position}"
    shown = axis.terms if name in opened else axis.terms[:FEW]
    page.block(left=left)
    page.write("also called ", "muted")
    # No line begins with a dot.
    page.write("\N{NO-BREAK SPACE}· ".join(shown), "muted")
    if len(shown) < len(axis.terms):
        page.write(" · ", "muted")
        more_link(page, name, len(axis.terms), "terms")
