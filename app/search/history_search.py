"""Rows for a disease that a patient had, if no code names the history of it: its category's code, and the disease."""

import sqlite3
from collections.abc import Mapping
from functools import cached_property
from typing import TypeVar

from app.codes.shapes import CATEGORY_LENGTH
from app.codes.systems import System
from app.library.reading.catalogue import Catalogue
from app.search.answer import Question
from app.search.matching.candidates import Candidate, Matches, Tier
from app.search.matching.tiers import TieredSearch
from app.search.parsing.packed import packed_rows
from app.search.parsing.parser import Parser
from app.search.parsing.query import Query
from app.search.parsing.roles import HISTORY

OWN_VALUE = 0.8
"""The value of a title that names this history, and not the history of a kind of the disease."""

FIRST_VALUE = 2.0
"""The value of a history's code: above that of any text."""


_Row = TypeVar("_Row")


class HistorySearch:
    """Finds the code of a history by the code of the disease. Which it is, is a fact in a table: histories.tsv for the
    patient's own, family_histories.tsv for a relative's."""

    def __init__(
        self, connection: sqlite3.Connection, catalogue: Catalogue, parser: Parser, tiers: TieredSearch
    ) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._parser = parser
        self._tiers = tiers

    @cached_property
    def _histories(self) -> dict[str, tuple[str, bool]]:
        """The code of a history, and whether the disease mostly lasts, by the beginning of the disease's code."""
        rows = packed_rows(self._connection, "histories")
        return {begins: (code, lasts == "yes") for begins, code, lasts in rows}

    @cached_property
    def _family_histories(self) -> dict[str, str]:
        """The code of a family history, by the beginning of the disease's code."""
        return {row[0]: row[1] for row in packed_rows(self._connection, "family_histories")}

    def find_of_family(self, disease: Query, question: Question, systems: frozenset[System]) -> Candidate | None:
        """Return the candidate for a relative's disease; None if nothing is found that it certainly is."""
        matches = self._tiers.run(disease, question, question.filters, systems)
        best = min(matches.candidates, key=lambda candidate: candidate.order, default=None)
        if best is None or best.tier.is_loose or matches.only_offered:
            return None
        code = self._longest(self._family_histories, best)
        candidate = None
        # An older edition lacks what has been divided since.
        while code and candidate is None and len(code.rstrip(".")) >= CATEGORY_LENGTH:
            candidate, code = self._titled(code, question, systems), code[:-1]
        return None if candidate is None else candidate._replace(tier=Tier.WHOLE, value=FIRST_VALUE)

    def find(self, disease: Query, question: Question, systems: frozenset[System]) -> tuple[Matches, bool] | None:
        """Return the candidates for a history of a disease, the history's code first, and whether the disease mostly
        lasts; None if there is no code for the history."""
        matches = self._tiers.run(disease, question, question.filters, systems)
        ordered = sorted(matches.candidates, key=lambda candidate: candidate.order)
        history = self._longest(self._histories, ordered[0]) if ordered else None
        if history is None:
            return None
        code, lasts = history
        candidate = self._titled(code, question, systems)
        if candidate is None:
            return None
        matches.candidates.append(candidate._replace(tier=Tier.WHOLE, value=FIRST_VALUE))
        matches.add_nodes((candidate.entry.node,))
        return matches, lasts

    def _titled(self, code: str, question: Question, systems: frozenset[System]) -> Candidate | None:
        """Return the title of a code as a candidate; None if it is not loaded or not searched."""
        for node in self._catalogue.readings(code):
            titles = self._tiers.run(self._parser.parse(node.title, as_typed=True), question, question.filters, systems)
            return next((candidate for candidate in titles.candidates if candidate.entry.node == node.id), None)
        return None

    def _longest(self, by_beginning: Mapping[str, _Row], disease: Candidate) -> "_Row | None":
        """Return the row for the longest beginning of a disease's code; None if there is none."""
        node = self._catalogue.nodes([disease.entry.node])[disease.entry.node]
        if node.system is not System.ICD10CM:
            return None
        beginnings = (node.code[:length] for length in range(len(node.code), 0, -1))
        return next((by_beginning[text] for text in beginnings if text in by_beginning), None)


def names_history(matches: Matches) -> bool:
    """Return whether a code names the history itself."""
    return any(
        HISTORY in candidate.entry.words and not candidate.tier.is_loose and candidate.value > OWN_VALUE
        for candidate in matches.candidates
    )
