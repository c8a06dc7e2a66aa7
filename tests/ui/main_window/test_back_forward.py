"""Back and forward through visited codes."""

from app.codes.systems import System
from app.ui.main_window.back_forward import MOST_VISITS, BackForward

A, B, C, PREVIEWED = ((System.ICD10CM, code) for code in ("A00", "B00", "C00", "D50"))


def test_back_and_forward_lead_through_the_visited_codes() -> None:
    history = BackForward()
    for code in (A, B, C):
        history.visit(code)
    assert [history.back(C), history.back(B), history.back(A)] == [B, A, None]
    assert [history.forward(), history.forward(), history.forward()] == [B, C, None]


def test_a_visit_after_going_back_removes_the_codes_ahead() -> None:
    history = BackForward()
    for code in (A, B):
        history.visit(code)
    history.back(B)
    history.visit(C)
    assert not history.can_go_forward()
    assert history.back(C) == A


def test_back_from_a_code_that_was_only_passed_over_is_the_last_visit() -> None:
    history = BackForward()
    history.visit(A)
    assert history.back(PREVIEWED) == A
    assert history.back(A) is None
    assert history.can_go_back(PREVIEWED)
    assert not history.can_go_back(A)


def test_the_oldest_visits_are_dropped() -> None:
    history = BackForward()
    codes = [(System.ICD10CM, f"A{number}") for number in range(2 * MOST_VISITS)]
    for code in codes:
        history.visit(code)
    went_back_to = [history.back(history.current) for _ in range(MOST_VISITS)]
    assert went_back_to == [*reversed(codes[MOST_VISITS:-1]), None]
    assert history.forward() == codes[MOST_VISITS + 1]
