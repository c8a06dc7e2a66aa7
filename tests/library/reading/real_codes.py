"""Nodes and details of real codes by their text, for the tests of this folder."""

from app.codes.detail import Detail
from app.codes.node import Node
from app.library.reading.catalogue import Catalogue


def node(catalogue: Catalogue, code: str) -> Node:
    """The code of that text in the code set that reads it first."""
    (match, *_) = catalogue.readings(code) or (catalogue.find_range(code),)
    assert match is not None, code
    return match


def detail(catalogue: Catalogue, code: str) -> Detail:
    return catalogue.detail(node(catalogue, code).id)


def codes(nodes: tuple[Node, ...]) -> list[str]:
    return [node.code for node in nodes]
