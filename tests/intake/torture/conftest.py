"""The figures of all scenarios, after the last test."""

from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print how many steps of each kind were interrupted, and how many runs did not reach their end."""
    totals: Counter[str] = Counter()
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for way, figures in dict(report.user_properties).get("torture", {}).items():
            terminalreporter.write_line(
                f"{report.nodeid.partition('[')[2]:40} {way:36} {figures['calls']:6} calls, "
                f"{figures['interrupted']:5} interrupted, {figures['ended']:5} ended there"
            )
            totals[way] += figures["interrupted"]
    for way, count in totals.items():
        terminalreporter.write_line(f"{way}: {count:,}")
