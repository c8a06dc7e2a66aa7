"""Counts of rows by code set, those outside the filter included."""

from collections import Counter
from collections.abc import Set

from app.codes.systems import System
from app.library.ids import BLOCK_BITS, system_of
from app.search.answer import MOST_COUNTED
from app.search.code_search import CodeReading, CodeSearch
from app.search.finding import Findings, is_only_a_code
from app.search.matching.candidates import FEW_ROWS
from app.search.matching.index import SearchIndex
from app.search.matching.tiers import TieredSearch


class RowCounter:
    """Counts rows by code set."""

    def __init__(self, index: SearchIndex, codes: CodeSearch, tiers: TieredSearch) -> None:
        self._index = index
        self._codes = codes
        self._tiers = tiers

    def by_system(self, findings: Findings, nodes: Set[int]) -> dict[System, int]:
        """Return the number of rows of each code set, 1,000 meaning 1,000 or more; `nodes` are those of all rows.

        A code set outside the filter is counted as if it alone were searched; it is left out if that would take a whole
        further search.
        """
        counts = dict.fromkeys(self._index.systems, 0)
        # Of tens of thousands of rows: counted by block, by built-in functions.
        for block, count in Counter(map(BLOCK_BITS.__rrshift__, nodes)).items():
            counts[system_of(block << BLOCK_BITS)] += count
        counts.update(dict.fromkeys(findings.matches.crowded, MOST_COUNTED))
        if findings.query.systems:
            return {system: min(count, MOST_COUNTED) for system, count in counts.items()}
        chosen = findings.question.filters.systems
        if not chosen and self._may_lack_rows(findings, nodes):
            # Looser tiers would run if such a code set alone were searched: 0 would deny what choosing it shows.
            counts = {system: count for system, count in counts.items() if count}
        for system in tuple(counts):
            if chosen and system not in chosen:
                count = self._count_outside(system, findings)
                if count is None:
                    del counts[system]
                else:
                    counts[system] = count
        return {system: min(count, MOST_COUNTED) for system, count in counts.items()}

    def _may_lack_rows(self, findings: Findings, nodes: Set[int]) -> bool:
        """Return whether a code set without rows may have some for looser tiers, which have not searched it."""
        is_words = findings.codes.reading is CodeReading.NONE and bool(findings.query.slots)
        return is_words and len(nodes) >= FEW_ROWS and not findings.query.phrases

    def _count_outside(self, system: System, findings: Findings) -> int | None:
        """Return the number of rows of a code set outside the filter; None if only a whole search would tell it."""
        query, codes, matches = findings.query, findings.codes, findings.matches
        filters = findings.question.filters
        if codes.reading is not CodeReading.CODE_AND_WORDS:
            rows = self._codes.rows(query.text, frozenset({system}), filters)
            if rows.reading is not CodeReading.NONE:
                only_code = rows.reading in (CodeReading.CODE_ONLY, CodeReading.PADDED)
                only_code = only_code or (rows.reading is CodeReading.CODE and is_only_a_code(query))
                return len(self._index.rows_for(rows.rows[:MOST_COUNTED])) if only_code else None
        if not query.slots:
            return 0
        if not matches.strict or query.phrases or codes.reading is not CodeReading.NONE:
            return None
        count = self._tiers.count(query, filters, system, matches.excluded)
        return count if count >= FEW_ROWS else None
