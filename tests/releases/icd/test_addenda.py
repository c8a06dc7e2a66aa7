"""The addenda: applied to an order file they give the next year's, and made-up ones for every layout and damage."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members, single_file
from app.releases.icd.addenda import read_addenda
from app.releases.icd.order_file import read_order
from app.releases.records import Addendum, AddendumKind
from tests.official import official

CM = ("icd10cm", "{}-code-descriptions-tabular-order.zip")
PCS = ("icd10pcs", "{}-icd-10-pcs-order-file-long-and-abbreviated-titles.zip")


def real(parts: tuple[str, str], year: int, part: str) -> Member:
    archive = official(parts[0], parts[1].format(year))
    (member,) = (member for member in members(archive) if part in member.inside)
    return member


def updated(parts: tuple[str, str]) -> tuple[dict[str, tuple[str, bool]], dict[str, tuple[str, bool]]]:
    """FY2025 with the addenda applied, and FY2026, each as code -> (title, valid)."""
    codes = {row.code: (row.title, row.valid) for row in read_order(real(parts, 2025, "_order_2"))}
    for change in read_addenda(real(parts, 2026, "order_addenda")):
        # The addenda of ICD-10-PCS have no flag: codes have seven characters, headers three.
        valid = len(change.code) == 7 if change.valid is None else change.valid
        if change.kind is AddendumKind.ADD:
            assert change.code not in codes
            codes[change.code] = (change.title, valid)
        elif change.kind is AddendumKind.DELETE:
            assert codes.pop(change.code) == (change.title, valid)
        else:
            assert codes[change.code] == (change.before, valid)
            codes[change.code] = (change.title, valid)
    return codes, {row.code: (row.title, row.valid) for row in read_order(real(parts, 2026, "_order_2"))}


@pytest.mark.slow
def test_icd10cm_of_one_year_with_the_addenda_is_the_next_year() -> None:
    codes, following = updated(CM)
    assert codes == following


@pytest.mark.slow
def test_fy2027_by_its_addenda_has_the_codes_that_their_statistics_count() -> None:
    """There is no order file of FY2027 to compare with, but the addenda count its codes and headers."""
    addenda = single_file(official("icd10cm", "icd10cm_order_addenda_2027.txt"))
    valid = {row.code: row.valid for row in read_order(real(CM, 2026, "_order_2"))}
    changes = list(read_addenda(addenda))
    for change in changes:
        if change.kind is AddendumKind.DELETE:
            assert valid.pop(change.code) is change.valid
        else:
            assert (change.code in valid) == (change.kind is AddendumKind.REVISE)
            assert change.valid is not None
            valid[change.code] = change.valid
    assert (sum(valid.values()), len(valid)) == (74_879, 74_879 + 23_524)
    kinds = Counter((change.kind, change.valid) for change in changes)
    assert kinds[AddendumKind.ADD, False] + kinds[AddendumKind.ADD, True] == 63 + 190


@pytest.mark.slow
def test_icd10pcs_of_one_year_with_the_addenda_is_the_next_year_except_for_april() -> None:
    """The file of FY2025 is that of October 2024, but the addenda of FY2026 assume the update of April 2025,
    as their statistics show: 78,986 codes and 910 headers, where October 2024 had 78,948 and 908."""
    codes, following = updated(PCS)
    added = following.keys() - codes.keys()
    ended = codes.keys() - following.keys()
    retitled = {code for code in codes.keys() & following.keys() if codes[code] != following[code]}
    assert (len([code for code in added if len(code) == 7]), len(ended)) == (50, 12)
    assert 78_948 + 50 - 12 == 78_986
    assert {code for code in added if len(code) == 3} == {"0CY", "D22"}
    # Lumbosacral and other fusions were moved in April; a product got its generic name.
    assert {code[:4] for code in ended} == {"0SG6"}
    assert {(codes[code][0].split()[2], following[code][0].split()[2]) for code in retitled} == {
        ("OTL-200", "Atidarsagene")
    }


def test_codes_addenda_are_the_order_addenda_without_headers() -> None:
    for year in (2025, 2026):
        order = [
            (change.kind, change.code, change.title, change.before)
            for change in read_addenda(real(CM, year, "order_addenda"))
            if change.valid
        ]
        codes = list(read_addenda(real(CM, year, "codes_addenda")))
        assert [(change.kind, change.code, change.title, change.before) for change in codes] == order
        assert all(change.valid is None for change in codes)


ORDER = [
    f"Delete:      1 B880    {'Other':<60} Other",
    f"Add:         0 B880    {'Other':<60} Other",
    f"Revise from: 1 L0221   {'Old short':<60} Old long",
    f"Revise to:   1 L0221   {'New short':<60} New long",
]
TALLY = [
    "",
    "Headers",
    "  10 headers in icd10cm_order_2029.txt",
    "   1 additions",
    "of which",
    "   0 revisions to short title only",
    "Codes",
    "   1 deletions",
    "   1 revisions",
]
CODES = ["Add:         B8801   Made-up infestation", "Delete:      B880    Other"]
PCS_ROWS = [f"Add:         00H033J {'Short title':<60} Long title", f"Delete:      001     {'Short':<60} Long"]


def made_up(folder: Path, *rows: str) -> Member:
    path = folder / "made-up.txt"
    path.write_text("".join(f"{row}\r\n" for row in rows), encoding="utf-8", newline="")
    return single_file(path)


def test_three_layouts(tmp_path: Path) -> None:
    assert list(read_addenda(made_up(tmp_path, *ORDER, *TALLY))) == [
        Addendum(AddendumKind.DELETE, "B880", "Other", valid=True),
        Addendum(AddendumKind.ADD, "B880", "Other", valid=False),
        Addendum(AddendumKind.REVISE, "L0221", "New long", "Old long", True),
    ]
    assert list(read_addenda(made_up(tmp_path, *CODES))) == [
        Addendum(AddendumKind.ADD, "B8801", "Made-up infestation"),
        Addendum(AddendumKind.DELETE, "B880", "Other"),
    ]
    assert list(read_addenda(made_up(tmp_path, *PCS_ROWS))) == [
        Addendum(AddendumKind.ADD, "00H033J", "Long title"),
        Addendum(AddendumKind.DELETE, "001", "Long"),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([*ORDER, "Change:      1 B880    Other"], r"made-up\.txt, line 5: expected one of Add:, Delete:"),
        ([*ORDER[:3]], "expected 'Revise to:' of L0221 at the end, found none; the file is cut"),
        ([ORDER[2], ORDER[0]], "line 2: expected 'Revise to:' of L0221"),
        ([ORDER[3]], "line 1: expected 'Revise from:' before 'Revise to:' of L0221"),
        ([*ORDER[1:], *TALLY], "expected 1 additions, 1 deletions, 1 revisions by its own statistics, found 1 add"),
        (["Add:         b8801   Made-up infestation"], "line 1: expected a code and its title after 'Add:'"),
        (["Add:         B8801"], "line 1: expected a code and its title"),
        ([""], "expected the changes of an addenda file, found none"),
    ],
)
def test_damaged_addenda_are_refused(tmp_path: Path, rows: list[str], expected: str) -> None:
    with pytest.raises(ReleaseError, match=expected):
        list(read_addenda(made_up(tmp_path, *rows)))


RAW = "\r\n".join([*ORDER, *TALLY]).encode()


@pytest.mark.slow
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(RAW)), st.integers(0, 40), st.binary(max_size=8) | st.text(max_size=4).map(str.encode))
def test_mutated_addenda_raise_only_release_errors(tmp_path: Path, at: int, cut: int, put: bytes) -> None:
    path = tmp_path / "mutated.txt"
    path.write_bytes(RAW[:at] + put + RAW[at + cut :])
    try:
        changes = list(read_addenda(single_file(path)))
    except ReleaseError:
        return
    assert all(change.code and change.title for change in changes)
