"""Details of codes in the made-up library, for the tests of this folder."""

from collections.abc import Callable

from app.codes.detail import Detail
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue

Altered = Callable[..., Catalogue]
"""The type of the fixture `altered`: it takes SQL statements."""


def detail(catalogue: Catalogue, system: System, code: str) -> Detail:
    node = catalogue.find(system, code)
    assert node is not None, code
    return catalogue.detail(node.id)


def diagnosis(catalogue: Catalogue, code: str) -> Detail:
    return detail(catalogue, System.ICD10CM, code)
