"""Write an ICD-10-PCS code axis by axis: the meaning of each character, with the official definition."""

from PySide6.QtGui import QFontMetricsF

from app.codes.detail import Axis
from app.ui.code_page.page_writer import DecorationKind, PageWriter
from app.ui.code_page.write_lists import SHORT_LIST, write_more_link
from app.ui.code_page.write_notes import write_label

AXIS_LEFT, LABEL_LEFT = 22, 128
"""The left edges of the axis and of its meaning, from the column's left edge."""

NARROW_LABEL_LEFT = 22


def write_axes(page: PageWriter, axes: tuple[Axis, ...], expanded: frozenset[str], releases: str = "") -> None:
    """Write one row for each character of the code, separated by hairlines; `releases` are those of another year."""
    some = "Character 1 of 7" if len(axes) == 1 else f"Characters 1 to {len(axes)} of 7"
    write_label(page, "Character by character" if len(axes) == 7 else some)
    if releases:
        page.write(f" · {releases}", "muted")
    for number, axis in enumerate(axes):
        _write_axis(page, axis, expanded, above=9 if number == 0 else 11)
        if number < len(axes) - 1:
            page.decorate(DecorationKind.FAINT_RULE)


def _write_axis(page: PageWriter, axis: Axis, expanded: frozenset[str], above: float) -> None:
    left = NARROW_LABEL_LEFT if page.is_narrow else LABEL_LEFT
    if page.is_narrow:
        page.block(above=above, left=AXIS_LEFT, indent=-AXIS_LEFT, tabs=(AXIS_LEFT,))
        page.write(axis.value, mono=True, bold=True)
        page.write(f"\t{axis.axis}", "muted")
        page.block(left=left)
    else:
        page.block(above=above, left=left, indent=-left, tabs=(AXIS_LEFT, left))
        page.write(axis.value, mono=True, bold=True)
        page.write(f"\t{axis.axis}", "muted")
        if QFontMetricsF(page.style.font()).horizontalAdvance(axis.axis) / page.style.zoom < left - AXIS_LEFT:
            page.write("\t")
        else:
            page.block(left=left)
    if axis.label:
        page.write(axis.label, bold=True)
    else:
        page.write(axis.without_name, "muted")
    # Examples that are among the official terms are not shown twice.
    examples = f"For example: {axis.other_examples}" if axis.other_examples else ""
    for text, role in ((axis.definition, "ink"), (axis.explanation, "muted"), (examples, "muted")):
        if text:
            page.block(left=left)
            page.write(text, role)
    if axis.terms:
        _write_terms(page, axis, expanded, left)


def _write_terms(page: PageWriter, axis: Axis, expanded: frozenset[str], left: float) -> None:
    name = f"terms{axis.position}"
    terms = axis.terms if name in expanded else axis.terms[:SHORT_LIST]
    page.block(left=left)
    page.write("also called ", "muted")
    # No line may begin with a dot.
    page.write("\N{NO-BREAK SPACE}· ".join(terms), "muted")
    if len(terms) < len(axis.terms):
        page.write(" · ", "muted")
        write_more_link(page, name, len(axis.terms), "terms")
