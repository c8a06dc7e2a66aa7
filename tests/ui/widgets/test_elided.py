"""Labels that are cut with an ellipsis."""

from PySide6.QtGui import QTextDocumentFragment
from pytestqt.qtbot import QtBot

from app.ui.widgets.elided import SummaryLine
from app.ui.widgets.fonts_and_palette import text_font


def test_the_italic_part_of_a_summary_is_cut(qtbot: QtBot) -> None:
    html = "9 results · “mibc” read as <i>cancer &amp; neoplasm of urinary bladder</i>"
    line = SummaryLine()
    qtbot.addWidget(line)
    line.resize(2000, 30)
    line.set_html(html)
    assert (line.text(), line.toolTip()) == (html, "")
    line.resize(line.sizeHint().width() - 40, 30)
    line.show()
    assert line.text().startswith("9 results · “mibc” read as <i>cancer &amp; neo")
    assert line.text().endswith("…</i>")
    assert line.sizeHint().width() <= line.width()
    assert QTextDocumentFragment.fromHtml(line.toolTip()).toPlainText() == (
        "9 results · “mibc” read as cancer & neoplasm of urinary bladder"
    )
    line.resize(2000, 30)
    assert (line.text(), line.toolTip()) == (html, "")


def test_a_summary_without_room_for_its_italic_part_is_cut_before_it(qtbot: QtBot) -> None:
    line = SummaryLine()
    qtbot.addWidget(line)
    line.resize(120, 30)
    line.set_html("1 result + parent heading · “allergic to &lt;x&gt;” read as <i>allergy status</i>")
    assert line.text().startswith("1 result")
    assert line.text().endswith("…")
    assert line.sizeHint().width() <= line.width()
    assert "allergy status" in line.toolTip()


FORMS = (
    "60 of 214 · “dm2 neuropathy” read as <i>type 2 diabetes mellitus with neuropathy</i>",
    "60 of 214 · read as <i>type 2 diabetes mellitus with neuropathy</i>",
    "60 of 214 · <i>type 2 diabetes mellitus with neuropathy</i>",
)


def test_a_summary_that_is_narrow_still_tells_how_the_text_was_read(qtbot: QtBot) -> None:
    line = SummaryLine()
    qtbot.addWidget(line)
    # Tests before this one may have changed the font of the application.
    line.setFont(text_font())
    line.set_html(*FORMS)
    line.show()
    for width in range(600, 180, -7):
        line.resize(width, 30)
        assert "<i>type 2 diab" in line.text(), width
        assert line.sizeHint().width() <= width
        assert line.text() == FORMS[0] or "“dm2 neuropathy” read as type 2" in line.toolTip()
    line.resize(2000, 30)
    assert (line.text(), line.toolTip()) == (FORMS[0], "")


def test_a_summary_without_an_italic_part_has_a_short_form(qtbot: QtBot) -> None:
    line = SummaryLine()
    qtbot.addWidget(line)
    line.setFont(text_font())
    line.show()
    line.set_html("60 of more than 1,000 · searched as typed", "60 of 1,000+ · as typed", "60 of 1,000+")
    line.resize(180, 30)
    assert line.text() == "60 of 1,000+ · as typed"
    line.resize(110, 30)
    assert line.text() == "60 of 1,000+"
