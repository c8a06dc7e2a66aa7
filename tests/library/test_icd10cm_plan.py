"""ICD-10-CM as nodes: which finished codes exist is said by the list of codes alone."""

import pytest

from app.codes.records import Level, Standing
from app.library.icd10cm import plan
from app.releases.records import ReleaseError, TabularNode

INITIAL, DEATH = ("A", "initial encounter"), ("D", "subsequent encounter")


def nodes(*, stem_seventh: tuple[tuple[str, str], ...] = ()) -> list[TabularNode]:
    return [
        TabularNode("19", "Injuries", Level.CHAPTER, None),
        TabularNode("S00-S09", "Head", Level.SECTION, "19"),
        TabularNode("S06", "Head injury", Level.CATEGORY, "S00-S09", (), (INITIAL, DEATH)),
        TabularNode("S061", "Oedema", Level.CODE, "S06", (), stem_seventh),
        TabularNode("S062", "Finished in six", Level.CODE, "S06"),
    ]


def planned(existing: set[str], **options: tuple[tuple[str, str], ...]) -> dict[str, tuple[Level, Standing, str]]:
    found = plan(nodes(**options), existing)
    return {node.plain: (node.level, node.standing, node.title) for node in found}


def test_only_listed_codes_are_finished() -> None:
    found = planned({"S06", "S061", "S061XXA", "S062"})
    assert found["S061XXA"] == (Level.SEVENTH, Standing.VALID, "Oedema, initial encounter")
    assert "S061XXD" not in found
    assert found["S061"][1] is Standing.HEADING


def test_a_stem_that_nothing_finishes_is_valid_itself() -> None:
    assert planned({"S06", "S061", "S061XXA", "S062"})["S062"][1] is Standing.VALID


def test_nearest_characters_alone_apply() -> None:
    own = (("1", "mild stage"),)
    found = planned({"S06", "S061", "S061XX1", "S062", "S062XXA"}, stem_seventh=own)
    assert found["S061XX1"][2] == "Oedema, mild stage"
    with pytest.raises(ReleaseError, match="S061XXA"):
        planned({"S06", "S061", "S061XX1", "S061XXA", "S062"}, stem_seventh=own)


def test_each_finished_code_follows_its_stem() -> None:
    assert list(planned({"S06", "S061", "S061XXA", "S061XXD", "S062"})) == [
        "19",
        "S00-S09",
        "S06",
        "S061",
        "S061XXA",
        "S061XXD",
        "S062",
    ]


def test_manifestations_are_never_first_listed() -> None:
    title = "Dementia in other diseases classified elsewhere"
    (node,) = plan([TabularNode("F02", title, Level.CODE, None)], {"F02"})
    assert node.standing is Standing.MANIFESTATION


def test_code_that_is_not_listed_contradicts() -> None:
    with pytest.raises(ReleaseError, match=r"S062.*not in the list of codes"):
        planned({"S06", "S061"})


def test_listed_code_that_the_tabular_list_lacks_contradicts() -> None:
    with pytest.raises(ReleaseError, match=r"Z99.*not in the Tabular List"):
        planned({"S06", "S061", "S062", "Z99"})
