"""Names of the characters of ICD-10-PCS, read from titles, against the official tables."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from app.paths import resource
from app.releases.errors import ReleaseError
from app.releases.files.containers import members
from app.releases.icd.pcs_tables import expand, read_tables
from build.icd10cm_package import data_folder
from build.pcs_sections import OTHER_SECTIONS, TitledSections, read_sections
from build.pcs_titles import TitleForms, names_of_values, read_title_forms
from tests.official import official

SHARE_NAMED = 0.998
"""The measured share of (table, axis, value) that get a name; at least 0.9 was asked for."""

SHARE_RIGHT = 0.998
"""The measured share of names that are those of the tables of FY2025; at least 0.99 was asked for."""


@pytest.fixture(scope="module")
def sections() -> TitledSections:
    return read_sections(data_folder("drg") / "tuva" / "icd_10_pcs.csv")


@pytest.fixture(scope="module")
def forms() -> TitleForms:
    return read_title_forms(resource("tables", "pcs_titles.tsv"), resource("tables", "pcs_values.tsv"))


def official_labels() -> dict[str, tuple[str, ...]]:
    """Return the labels of every code of sections 1 to X in the tables of FY2025, the year after the package's."""
    archive = official("icd10pcs", "2025-icd-10-pcs-code-tables-and-index.zip")
    file = next(member for member in members(archive) if "pcs_tables_" in member.inside)
    return {
        code: labels
        for row in read_tables(file)
        for code, labels in expand(row)
        if code.startswith(tuple(OTHER_SECTIONS))
    }


def forms_of(label: str) -> set[str]:
    """Return the ways in which titles write a label: `Foot, Right` as `Right Foot`, `Open` as `Open Approach`."""
    label = label.removesuffix(" Approach")
    before, comma, after = label.rpartition(", ")
    return {label, f"{after} {before}"} if comma else {label}


def test_names_are_those_of_the_official_tables(sections: TitledSections) -> None:
    truth = official_labels()
    values: dict[tuple[str, int, str], list[bool | None]] = {}
    for code, names in sections.names.items():
        for position, name in enumerate(names, start=1):
            # Codes that ended with the year have no label to compare with.
            if code in truth:
                key = code[: min(position - 1, 3)], position, code[position - 1]
                is_right = bool(forms_of(name) & forms_of(truth[code][position - 1])) if name else None
                values.setdefault(key, []).append(is_right)
    named = {key: answers for key, answers in values.items() if any(answer is not None for answer in answers)}
    wrong = sorted(key for key, answers in named.items() if False in answers)
    assert len(values) > 4_500
    assert len(named) / len(values) >= SHARE_NAMED
    assert 1 - len(wrong) / len(named) >= SHARE_RIGHT, wrong


def test_codes_are_those_of_the_year_before(sections: TitledSections) -> None:
    """All but the changes of one year are in the tables of the next: the release that the package does not name."""
    truth = official_labels()
    assert len(sections.titles) == 10_546
    assert len(truth.keys() - sections.titles.keys()) == 96
    assert len(sections.titles.keys() - truth.keys()) == 61


def test_sections_have_names_and_axes(sections: TitledSections) -> None:
    assert {code[0] for code in sections.titles} == set(OTHER_SECTIONS)
    assert sections.names["3E0P3VZ"] == (
        "Administration",
        "Physiological Systems and Anatomical Regions",
        "Introduction",
        "Female Reproductive",
        "Percutaneous",
        "Hormone",
        "No Qualifier",
    )
    assert sections.names["B020ZZZ"][1:] == (
        "Central Nervous System",
        "Computerized Tomography (CT Scan)",
        "Brain",
        "None",
        "None",
        "None",
    )
    assert sections.names["F07Z9ZZ"][2:5] == ("Motor Treatment", "None", "Gait Training/Functional Ambulation")
    # What no title shows stays without a name.
    assert sections.names["4A02XM4"][5:] == ("Total Activity", "")


def test_meaning_that_depends_on_another_character(sections: TitledSections) -> None:
    assert sections.names["XW033E5"][5] == "Remdesivir Anti-infective"
    assert sections.names["XW033E6"][5] == "Etesevimab Monoclonal Antibody"
    assert sections.names["3E01340"][6] == "Influenza Vaccine"
    assert sections.names["3E030U0"][6] == "Autologous"


def names(forms: TitleForms, rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    return {code: found[2:] for code, found in names_of_values(dict(rows), forms).items()}


def test_phrase_that_all_codes_of_a_value_share(forms: TitleForms) -> None:
    """`Cardiac Output` may be cut in one place only, once another function of the heart is there."""
    rows = [
        ("4A0209Z", "Measurement of Cardiac Output, Open Approach"),
        ("4A020CZ", "Measurement of Cardiac Rate, Open Approach"),
        ("4A090CZ", "Measurement of Respiratory Rate, Open Approach"),
    ]
    assert names(forms, rows)["4A0209Z"] == ("Measurement", "Cardiac", "Open", "Output", "No Qualifier")


def test_title_of_no_known_form_names_only_what_needs_no_title(forms: TitleForms) -> None:
    assert names(forms, [("7W00X0Z", "Something else")])["7W00X0Z"] == ("", "", "External", "", "None")


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        ("pcs_titles.tsv", "1\tno slots\t-", "expected a form such as"),
        ("pcs_values.tsv", "1\tfour\tZ\tNone", "expected a position and a character"),
    ],
)
def test_wrong_row_of_a_table(table: str, row: str, expected: str, tmp_path: Path) -> None:
    for name in ("pcs_titles.tsv", "pcs_values.tsv"):
        (tmp_path / name).write_text(f"{row}\n" if name == table else "", encoding="utf-8")
    with pytest.raises(ReleaseError, match=f"{table}, line 1: {expected}"):
        read_title_forms(tmp_path / "pcs_titles.tsv", tmp_path / "pcs_values.tsv")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"10D00Z0"\n', "line 1: expected a code and its title"),
        ('"10D00Z0","One"\n"10D00Z0","Two"\n', "line 2: 10D00Z0 is there twice"),
        ('"10D00Z","One"\n', "line 1: expected a code and its title"),
    ],
)
def test_damaged_list_of_codes(text: str, expected: str, tmp_path: Path) -> None:
    path = tmp_path / "icd_10_pcs.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReleaseError, match=expected):
        read_sections(path)


def test_missing_list_of_codes(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="install the version that is pinned"):
        read_sections(tmp_path / "icd_10_pcs.csv")
