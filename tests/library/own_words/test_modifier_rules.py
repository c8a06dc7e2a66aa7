"""The rules on which modifiers fit a code, and the tables that they are read from."""

from pathlib import Path

import pytest

from app.library.own_words.modifier_rules import ModifierRules, read_modifier_rules
from app.library.own_words.modifiers import MODIFIER_KINDS, read_modifiers
from app.releases.errors import ReleaseError

TABLES = Path(__file__).parents[3] / "resources" / "tables"


@pytest.fixture(scope="module")
def rules() -> ModifierRules:
    return read_modifier_rules(TABLES)


@pytest.mark.parametrize(
    ("code", "text", "kinds"),
    [
        ("A6010", "collagen based wound filler", {"dme", "sides", "wounds"}),
        ("J7611", "albuterol, inhalation solution", {"drugs", "inhaled drug", "sides"}),
        ("90791", "psychiatric diagnostic evaluation", {"behavioral", "sides", "telehealth"}),
        ("T2049", "stretcher van mileage", {"ambulance", "behavioral", "sides"}),
        ("T2050", "financial management", {"behavioral", "sides"}),
    ],
)
def test_kinds_of_codes(rules: ModifierRules, code: str, text: str, kinds: set[str]) -> None:
    assert rules.kinds_of(code, text) == kinds


@pytest.mark.parametrize(
    ("modifier", "code", "text", "allowed"),
    [
        ("A1", "A6010", "collagen based wound filler", True),
        ("A1", "E0100", "cane", False),
        ("KM", "L8040", "nasal prosthesis", True),
        ("KM", "L8040", "prosthesis", False),
        ("KM", "V5010", "fitting of an ear mold", True),
        ("KM", "V5010", "years of wear", False),
        ("RT", "G0279", "screening of the breast", True),
        ("RT", "G0008", "giving a vaccine", False),
        ("RT", "L8040", "prosthesis", True),
        ("NU", "E0100", "cane", True),
    ],
)
def test_conditions_of_modifiers(rules: ModifierRules, modifier: str, code: str, text: str, allowed: bool) -> None:
    assert rules.allow(modifier, code, text, rules.kinds_of(code, text)) is allowed


def test_tables_name_modifiers_and_kinds_that_exist(rules: ModifierRules) -> None:
    assert set(rules.conditions) <= {modifier.code for modifier in read_modifiers(TABLES / "modifiers.tsv")}
    assert set(rules.kinds) <= {*MODIFIER_KINDS, "artificial leg", "inhaled drug"}


@pytest.mark.parametrize(
    ("kinds", "conditions", "message"),
    [
        ("dme\t-\tA9-A1\n", "", "code_kinds.tsv, line 1: expected a range"),
        ("dme\t-\tA0001-A01\n", "", "code_kinds.tsv, line 1: expected a range"),
        ("dme\t*\t-\ndme\t*\t-\n", "", "code_kinds.tsv, line 2: the kind 'dme' is there already"),
        ("dme\t*\n", "", "code_kinds.tsv, line 1: expected 3 columns"),
        ("dme\t*\t-\n", "NU\t-\tdrugs\t-\n", "modifier_conditions.tsv, line 1: expected a kind"),
    ],
)
def test_errors_name_file_and_line(tmp_path: Path, kinds: str, conditions: str, message: str) -> None:
    (tmp_path / "code_kinds.tsv").write_text(kinds, encoding="utf-8")
    (tmp_path / "modifier_conditions.tsv").write_text(conditions, encoding="utf-8")
    with pytest.raises(ReleaseError) as raised:
        read_modifier_rules(tmp_path)
    assert str(raised.value).startswith(message)
