"""Histories of codes: they are enough to restore every older release."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.detail import Change, ChangeKind
from app.codes.systems import System
from app.library.code_history import CodeHistory, Snapshot, histories, same_title, snapshot_before, with_snapshot
from app.releases.records import OrderCode, Release

ReleaseCodes = dict[str, tuple[bool, str]]
"""The codes of a release: plain -> valid for submission, title."""

TITLES = ("Meniere's disease", "Ménière's disease", "Meniere's  disease", "Vertigo", "vertigo, once")

releases = st.lists(
    st.dictionaries(
        st.sampled_from(["A00", "A000", "A001", "B99"]),
        st.tuples(st.booleans(), st.sampled_from(TITLES)),
    ),
    min_size=1,
    max_size=7,
)


def october(year: int) -> date:
    return date(year, 10, 1)


def snapshot(year: int, codes: ReleaseCodes, name: str = "") -> Snapshot:
    release = Release(System.ICD10CM, name or f"FY{year + 1}", october(year), date(year + 1, 9, 30), ())
    return Snapshot(release, {plain: OrderCode(plain, *rest) for plain, rest in codes.items()})


def histories_of(*years: ReleaseCodes) -> dict[str, CodeHistory]:
    return histories([snapshot(2030 + number, codes) for number, codes in enumerate(years)])


def without_accents(codes: dict[str, OrderCode]) -> dict[str, tuple[str, bool, int]]:
    """Return codes with each title as the index of the first equivalent one in TITLES, to compare them."""
    firsts = {title: next(n for n, other in enumerate(TITLES) if same_title(title, other)) for title in TITLES}
    return {plain: (code.code, code.valid, firsts[code.title]) for plain, code in codes.items()}


@pytest.mark.slow
@given(releases)
def test_every_release_can_be_restored(years: list[ReleaseCodes]) -> None:
    snapshots = [snapshot(2030 + number, codes) for number, codes in enumerate(years)]
    code_histories = histories(snapshots)
    assert code_histories.keys() == {plain for codes in years for plain in codes}
    for original in snapshots:
        for day in (original.release.effective_from, original.release.effective_to):
            assert without_accents(snapshot_before(code_histories, day)) == without_accents(dict(original.codes))


@given(releases)
def test_restored_releases_give_the_same_histories(years: list[ReleaseCodes]) -> None:
    """As in an import, which knows what is in force and what changed, and adds one more release."""
    snapshots = [snapshot(2030 + number, codes) for number, codes in enumerate(years)]
    code_histories = histories(snapshots)
    restored = [
        Snapshot(original.release, snapshot_before(code_histories, original.release.effective_from))
        for original in snapshots
    ]
    assert histories(restored) == code_histories


@pytest.mark.slow
@given(releases, st.randoms(use_true_random=False))
def test_the_order_in_which_releases_are_added_does_not_matter(years: list[ReleaseCodes], chance: Random) -> None:
    snapshots = [snapshot(2030 + number, codes) for number, codes in enumerate(years)]
    added: tuple[Snapshot, ...] = ()
    for original in chance.sample(snapshots, len(snapshots)):
        added = with_snapshot(added, original)
    assert added == tuple(snapshots)


@pytest.mark.slow
@given(releases)
def test_dates_tell_in_which_releases_a_code_exists(years: list[ReleaseCodes]) -> None:
    for plain, history in histories_of(*years).items():
        present = [plain in codes for codes in years]
        assert (history.valid_from is None) == present[0]
        assert (history.valid_to is None) == present[-1]
        if history.valid_from is not None:
            assert history.valid_from == october(2030 + present.index(True))
        if history.valid_to is not None:
            last = max(number for number, is_present in enumerate(present) if is_present)
            assert history.valid_to == october(2031 + last) - timedelta(days=1)
        days = [change.on for change in history.changes]
        assert days == sorted(days)


def test_a_release_of_the_same_day_replaces_the_other() -> None:
    first, again = snapshot(2030, {"A00": (True, "One")}), snapshot(2030, {"A00": (True, "Two")}, "corrected")
    newer = snapshot(2031, {})
    assert with_snapshot((first, newer), again) == (again, newer)


def test_a_single_release_has_no_changes() -> None:
    history = histories_of({"A00": (True, "Cholera")})["A00"]
    assert history == CodeHistory(OrderCode("A00", True, "Cholera"))


def test_the_changes_of_a_code() -> None:
    history = histories_of(
        {},
        {"A00": (True, "Cholera")},
        {"A00": (False, "Cholera")},
        {},
        {"A00": (True, "Blue cholera")},
        {"A00": (True, "Blue cholera")},
    )["A00"]
    assert history.changes == (
        Change(ChangeKind.NEW, october(2031)),
        Change(ChangeKind.NOW_HEADING, october(2032)),
        Change(ChangeKind.ENDED, october(2033)),
        Change(ChangeKind.RETURNED, october(2034)),
        Change(ChangeKind.REVISED, october(2034), "Cholera"),
        Change(ChangeKind.NOW_VALID, october(2034)),
    )
    assert (history.valid_from, history.valid_to) == (october(2031), None)
    assert history.code == OrderCode("A00", True, "Blue cholera")


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Ménière's disease", "Meniere's disease", True),
        ("Burn,  first degree", "Burn, first degree", True),
        ("Burn, first degree", "Burn, second degree", False),
        ("Burn first degree", "Burn, first degree", False),
        ("", "Burn", False),
    ],
)
def test_equivalent_titles(first: str, second: str, same: bool) -> None:
    assert same_title(first, second) is same
