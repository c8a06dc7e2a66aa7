"""How a code is paid, on its page: the short line, the unfolded facts, and the page that says what they mean."""

import pytest
from pytestqt.qtbot import QtBot

from app.codes.payment import Payment
from app.library.reading.catalogue import Catalogue
from app.ui.code_page.code_panel import CodePanel
from app.ui.code_page.write_lists import PAYMENT_FOLD
from app.ui.code_page.write_payment import TERMS, TERMS_TITLE, write_payment
from tests.ui.code_page.written import written

pytestmark = pytest.mark.usefixtures("qapp")

FOLD = f"fold:{PAYMENT_FOLD}"
OPEN = frozenset({PAYMENT_FOLD})


def payment_of(catalogue: Catalogue, code: str) -> Payment:
    facts = catalogue.detail(catalogue.readings(code)[0].id).payment
    assert facts is not None
    return facts


def test_one_line_says_the_main_facts(catalogue: Catalogue) -> None:
    page = written(lambda writer: write_payment(writer, payment_of(catalogue, "E11.40"), frozenset()))
    (line,) = (line.replace("\N{NO-BREAK SPACE}", " ") for line in page.lines if line)
    assert line == ("▸\tNeither CC nor MCC · HCC 37 Diabetes with Chronic Complications (V28) · MDC 1 · MS-DRG 073–074")
    assert {address for _, address in page.links} == {FOLD}


@pytest.mark.parametrize("is_narrow", [False, True])
def test_unfolded_it_has_everything(catalogue: Catalogue, is_narrow: bool) -> None:
    page = written(lambda writer: write_payment(writer, payment_of(catalogue, "S72.001A"), OPEN), is_narrow=is_narrow)
    text = "\n".join(page.lines).replace("\N{NO-BREAK SPACE}", " ")
    for fact in (
        "Excluded by",
        "principal diagnoses: ",
        "05 Falls and trauma",
        "8 Diseases and disorders of the musculoskeletal system",
        "535  Fractures of Hip and Pelvis with MCC  weight ",
        "arithmetic mean",
        "HCC 402",
        "MS-DRG v43.1 (April 2026), until 30 Sep 2026 · Table 5 of FY2026 · Payment year 2027",
    ):
        assert fact in text
    assert page.links[-1] == ("what these mean", "payment_terms:")


def test_long_lists_are_cut(catalogue: Catalogue) -> None:
    facts = payment_of(catalogue, "N17.9")
    page = written(lambda writer: write_payment(writer, facts, OPEN))
    more = (f"show all {len(facts.exclusions)} ranges", "more:exclusions")
    assert more in page.links
    whole = written(lambda writer: write_payment(writer, facts, OPEN | {"exclusions"}))
    assert more not in whole.links
    assert facts.exclusions[-1] in "\n".join(whole.lines)


def test_procedure_of_the_operating_room(catalogue: Catalogue) -> None:
    page = written(lambda writer: write_payment(writer, payment_of(catalogue, "0DTJ4ZZ"), OPEN))
    assert "Operating room procedure" in page.lines[0]
    assert not any("Excluded by" in line for line in page.lines)


def test_facts_stay_unfolded_from_code_to_code(catalogue: Catalogue, qtbot: QtBot) -> None:
    panel = CodePanel(catalogue)
    qtbot.addWidget(panel)
    panel.show_node(catalogue.readings("A41.9")[0].id)
    assert "Excluded by" not in panel.page.toPlainText()
    panel.page.link_followed.emit(FOLD)
    assert "Excluded by" in panel.page.toPlainText()
    panel.show_node(catalogue.readings("N17.9")[0].id)
    assert "Excluded by" in panel.page.toPlainText()
    panel.page.link_followed.emit(FOLD)
    assert "Excluded by" not in panel.page.toPlainText()


def test_page_of_terms(catalogue: Catalogue, qtbot: QtBot) -> None:
    panel = CodePanel(catalogue)
    qtbot.addWidget(panel)
    panel.show_node(catalogue.readings("A41.9")[0].id)
    panel.page.link_followed.emit("payment_terms:")
    text = panel.page.toPlainText()
    assert TERMS_TITLE in text
    assert all(name in text for name, _ in TERMS)
    assert "they group no case" in text
