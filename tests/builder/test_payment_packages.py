"""The lists of the MS-DRG Definitions Manual as the package has them: groups that lists of codes lead to."""

import pytest

from app.releases.errors import ReleaseError
from app.releases.medicare.cc_exclusions import NO_EXCLUSIONS
from build.payment_packages import diagnosis_groups, package_file, payment_facts, procedure_groups

MEDICAL = {"177", "178", "179", "371", "372", "373", "175", "176", "793", "945", "946", "974", "975", "976"}


@pytest.mark.parametrize(
    ("lists", "groups"),
    [
        (["_MDC06", "371&372&373|PDX"], ("371", "372", "373")),
        (["_MDC04", "177&178&179|WITH SDX", "177&178&179|OR PDX"], ("177", "178", "179")),
        (["177&178&179|WITH SDX", "793|OR SDX"], ()),
        (["974&975&976|AND PSDX OF MAJOR RELATED CONDITION"], ()),
        (["945&946|OR FIRST CONDITION - ANY MDC 23 PDX EXCEPT"], ()),
        (["173|PULMONARY EMBOLISM PDX", "175&176|ACUTE COR PULMONALE"], ("175", "176")),
    ],
)
def test_medical_groups_of_a_principal_diagnosis(lists: list[str], groups: tuple[str, ...]) -> None:
    assert diagnosis_groups(lists, MEDICAL) == groups


def test_groups_of_a_procedure() -> None:
    lists = ["397&398&399|APPENDECTOMY ORPCS", "275|CARDIAC DEFIBRILLATOR IMPLANT ORPCS|0JH608Z", "786|WITHOUT ORPCS"]
    assert procedure_groups(lists, ["397"]) == ("275", "397", "398", "399")
    assert procedure_groups(["768|WITH ANY ORPCS EXCEPT"], []) == ()


def test_packages_agree_with_each_other() -> None:
    facts = payment_facts()
    assert facts.cc is not None
    assert facts.drgs is not None
    assert facts.weights is not None
    assert facts.hcc is not None
    groups = {group.drg for group in facts.drgs.groups}
    # 998 and 999 are no groups that are paid.
    assert groups - {row.drg for row in facts.weights.rows} == {"998", "999"}
    assert {drg for row in facts.drgs.diagnoses for drg in row.drgs} <= groups
    assert {drg for row in facts.drgs.procedures for drg in row.drgs} <= groups
    assert {row.collection for row in facts.cc.codes} - {NO_EXCLUSIONS} == facts.cc.exclusions.keys()
    labels = {(row.model, row.category) for row in facts.hcc.labels}
    assert {(row.model, row.category) for row in facts.hcc.codes} <= labels


def test_lists_of_other_publishers_agree() -> None:
    """Tables 6I and 6J of FY2026 in another package; no code of April 2026 changed them."""
    facts = payment_facts()
    assert facts.cc is not None
    for level, name in (("CC", "cc_list.txt"), ("MCC", "mcc_list.txt")):
        text = package_file("drg", "data", "cms", name).read_text(encoding="cp1252")
        firsts = (line.split("\t")[0].replace(".", "") for line in text.splitlines()[2:])
        listed = {code for code in firsts if code}
        ours = {row.code for row in facts.cc.codes if row.level == level}
        assert listed == ours


def test_file_that_a_package_lacks() -> None:
    with pytest.raises(ReleaseError, match=r"drg lacks other\.txt; install the version that is pinned"):
        package_file("drg", "data", "other.txt")
