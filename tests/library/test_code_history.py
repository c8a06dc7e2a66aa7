"""Releases side by side: what is told of each code's past is enough to have every older release back."""

from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codes.detail import Change, ChangeKind
from app.codes.systems import System
from app.library.code_history import CodeHistory, Snapshot, histories, same_title, snapshot_before, with_snapshot
from app.releases.records import OrderCode, Release

Said = dict[str, tuple[bool, str]]
"""What a release says of its codes: plain -> valid for submission, title."""

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


def snapshot(year: int, said: Said, name: str = "") -> Snapshot:
    release = Release(System.ICD10CM, name or f"FY{year + 1}", october(year), date(year + 1, 9, 30), ())
    return Snapshot(release, {plain: OrderCode(plain, *rest) for plain, rest in said.items()})


def told(*years: Said) -> dict[str, CodeHistory]:
    return histories([snapshot(2030 + number, said) for number, said in enumerate(years)])


def without_accents(codes: dict[str, OrderCode]) -> dict[str, tuple[str, bool, int]]:
    """Codes so that titles are equal that say the same: each by the first of its kind in TITLES."""
    firsts = {title: next(n for n, other in enumerate(TITLES) if same_title(title, other)) for title in TITLES}
    return {plain: (code.code, code.valid, firsts[code.title]) for plain, code in codes.items()}


@pytest.mark.slow
@given(releases)
def test_every_release_can_be_had_back(years: list[Said]) -> None:
    snapshots = [snapshot(2030 + number, said) for number, said in enumerate(years)]
    known = histories(snapshots)
    assert known.keys() == {plain for said in years for plain in said}
    for one in snapshots:
        for day in (one.release.effective_from, one.release.effective_to):
            assert without_accents(snapshot_before(known, day)) == without_accents(dict(one.codes))


@given(releases)
def test_a_history_that_is_had_back_release_by_release_is_the_same_history(years: list[Said]) -> None:
    """As an import does: it knows what is in force and what changed, and puts a release more beside it."""
    snapshots = [snapshot(2030 + number, said) for number, said in enumerate(years)]
    known = histories(snapshots)
    again = [Snapshot(one.release, snapshot_before(known, one.release.effective_from)) for one in snapshots]
    assert histories(again) == known


@pytest.mark.slow
@given(releases, st.randoms(use_true_random=False))
def test_the_order_in_which_releases_are_added_does_not_matter(years: list[Said], chance: Random) -> None:
    snapshots = [snapshot(2030 + number, said) for number, said in enumerate(years)]
    added: tuple[Snapshot, ...] = ()
    for one in chance.sample(snapshots, len(snapshots)):
        added = with_snapshot(added, one)
    assert added == tuple(snapshots)


@pytest.mark.slow
@given(releases)
def test_dates_say_whether_a_code_is_there(years: list[Said]) -> None:
    for plain, history in told(*years).items():
        there = [plain in said for said in years]
        assert (history.valid_from is None) == there[0]
        assert (history.valid_to is None) == there[-1]
        if history.valid_from is not None:
            assert history.valid_from == october(2030 + there.index(True))
        if history.valid_to is not None:
            last = max(number for number, is_there in enumerate(there) if is_there)
            assert history.valid_to == october(2031 + last) - timedelta(days=1)
        days = [change.on for change in history.changes]
        assert days == sorted(days)


def test_a_release_of_the_same_day_takes_the_place_of_the_other() -> None:
    first, again = snapshot(2030, {"A00": (True, "One")}), snapshot(2030, {"A00": (True, "Two")}, "corrected")
    newer = snapshot(2031, {})
    assert with_snapshot((first, newer), again) == (again, newer)


def test_one_release_tells_of_no_change() -> None:
    history = told({"A00": (True, "Cholera")})["A00"]
    assert history == CodeHistory(OrderCode("A00", True, "Cholera"))


def test_what_happens_to_a_code() -> None:
    history = told(
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
    ("one", "other", "same"),
    [
        ("Ménière's disease", "Meniere's disease", True),
        ("Burn,  first degree", "Burn, first degree", True),
        ("Burn, first degree", "Burn, second degree", False),
        ("Burn first degree", "Burn, first degree", False),
        ("", "Burn", False),
    ],
)
def test_titles_that_say_the_same(one: str, other: str, same: bool) -> None:
    assert same_title(one, other) is same
