"""A checker on the real database, and one way to ask it."""

from collections.abc import Callable
from datetime import date

import pytest

from app.checking.check import Checker
from app.checking.records import Report
from app.library.open import Library
from app.library.reading.catalogue import Catalogue

DAY = date(2026, 5, 4)

Check = Callable[..., Report]


@pytest.fixture(scope="session")
def check(library: Library) -> Check:
    """Return a function that checks a list as it is typed."""
    checker = Checker(Catalogue(library.connect()))

    def check_one(text: str, day: date = DAY) -> Report:
        return checker.check(checker.entries(text), day)

    return check_one
