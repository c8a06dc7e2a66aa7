"""The publisher, serving for one test."""

from collections.abc import Iterator

import pytest

from tests.intake.download.publisher import Publisher, serving


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving(Publisher()) as server:
        yield server
