"""Names of supplies lead to their codes; other texts with these words do not."""

import pytest

from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.paths import resource
from app.search.answer import Filters, Question
from app.search.engine import Engine


def codes(engine: Engine, typed: str) -> list[str]:
    return [hit.node.code for hit in engine.search(Question(typed)).hits]


def table() -> dict[str, list[str]]:
    lines = (resource("lexicon") / "supplies.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    return {phrase: named.split(" ") for phrase, named in rows}


def test_every_row_names_different_codes_of_hcpcs() -> None:
    for phrase, named in table().items():
        assert len(set(named)) == len(named), phrase
        assert all(len(code) == 5 and code[0] in "ABEGKLPQSTV" and code[1:].isdigit() for code in named), phrase


def test_most_rows_lead_to_a_bundled_code(catalogue: Catalogue) -> None:
    led = [any(catalogue.find(System.HCPCS, code) for code in named) for named in table().values()]
    assert sum(led) > 0.85 * len(led)


def test_reason_states_the_name(engine: Engine) -> None:
    assert engine.search(Question("glucometer")).hits[0].reason == "supply: glucometer"


@pytest.mark.parametrize("typed", ["crutches", "Crutches", "crutchs", "underarm crutches"])
def test_name_alone_leads_to_the_plain_supply(engine: Engine, typed: str) -> None:
    assert codes(engine, typed)[0] == "E0114"


def test_supply_with_further_words_stands_before_what_shares_them(engine: Engine) -> None:
    assert codes(engine, "glucometer battery")[0] == "A4233"


@pytest.mark.parametrize("typed", ["fall from scooter", "wheelchair dependence", "catheter infection"])
def test_accident_or_status_with_a_supply_is_none(engine: Engine, typed: str) -> None:
    assert engine.search(Question(typed)).hits[0].node.system is System.ICD10CM


def test_filter_on_another_code_set_hides_supplies(engine: Engine) -> None:
    filters = Filters(systems=frozenset({System.ICD10CM}))
    hits = engine.search(Question("scooter", filters)).hits
    assert {hit.node.system for hit in hits} == {System.ICD10CM}
