"""Codes that say less than others: beside a more specific one in the list, or where the tree has some."""

import re
from collections.abc import Iterator, Sequence

from app.checking.records import CheckedCode, Finding, Rule, Severity
from app.codes.node import Level, Node
from app.codes.shapes import plain
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue

MOST_NAMED = 3
"""Codes that a finding names."""

UNSPECIFIED = "unspecified"
SOURCE = "ICD-10-CM"

MOST_LEVELS = 3
"""Levels above a code at which more specific ones are looked for: those of C50.911 stand beside C50.9."""

_LETTERS = 6
"""First letters by which words are compared: depression and depressive."""
_IDLE_WORDS = frozenset({UNSPECIFIED, "other", "with", "without", "type", "part", "site", "disease", "disorder"})


def specificity_findings(catalogue: Catalogue, codes: Sequence[CheckedCode]) -> Iterator[Finding]:
    """Yield a finding for each unspecified diagnosis for which there is a more specific code."""
    diagnoses = [
        (place, code.node)
        for place, code in enumerate(codes)
        if code.node is not None and code.node.system is System.ICD10CM and code.is_valid
    ]
    for place, node in diagnoses:
        stem = catalogue.node(node.parent) if node.level is Level.SEVENTH and node.parent is not None else node
        if not _is_unspecified(stem):
            continue
        others = _more_specific(catalogue, stem)
        if not others:
            continue
        beside = next(
            (
                (where, listed)
                for where, listed in diagnoses
                if listed.id != node.id
                and not _is_unspecified(listed)
                and any(plain(listed.code).startswith(plain(other.code)) for other in others)
            ),
            None,
        )
        if beside is not None:
            yield _beside(place, node, *beside)
            continue
        specific = [other for other in others if "other" not in other.title.casefold().split()] or others
        choices = tuple(other.code for other in specific[:MOST_NAMED])
        text = f"{node.code} is unspecified"
        remedy = f"More specific where the record says so: {', '.join(choices)}"
        yield Finding(Severity.HINT, Rule.UNSPECIFIED, (node.code,), (place,), text, remedy, SOURCE, choices=choices)


def _beside(place: int, node: Node, where: int, listed: Node) -> Finding:
    return Finding(
        Severity.WARNING,
        Rule.UNSPECIFIED,
        (node.code, listed.code),
        (place, where),
        f"{node.code} says less than {listed.code}, which is listed too",
        f"Remove {node.code} unless it stands for another condition",
        SOURCE,
    )


def _more_specific(catalogue: Catalogue, stem: Node) -> list[Node]:
    """Return the codes and headings beside a code, else beside the heading above it, that say more of the same."""
    node, words = stem, _words(stem)
    for _ in range(MOST_LEVELS):
        if node.parent is None or node.level is Level.SECTION:
            return []
        others = [
            other
            for other in catalogue.children(node.parent)
            if other.id != node.id and not _is_unspecified(other) and _words(other) & words
        ]
        if others:
            return others
        node = catalogue.node(node.parent)
    return []


def _is_unspecified(node: Node) -> bool:
    """Return whether a title leaves something open; `stage 1 to 4, or unspecified` only names what it includes."""
    title = node.title.casefold()
    return UNSPECIFIED in title and f"or {UNSPECIFIED}" not in title


def _words(node: Node) -> set[str]:
    """Return the words of a title that name something: a sibling that shares none of them is another condition."""
    return {word[:_LETTERS] for word in re.findall(r"[a-z]{4,}", node.title.casefold()) if word not in _IDLE_WORDS}
