"""The memory after each thousand keystrokes, after the last test."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for line in dict(report.user_properties).get("soak", ()):
            terminalreporter.write_line(line)
