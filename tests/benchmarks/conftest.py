"""Options of the benchmarks: the code database that is measured, and the report of the figures."""

from pathlib import Path

import pytest
from report import FILE, ROOT, Report

REPORT = pytest.StashKey[Report]()

README_SECTIONS = {"keystrokes", "growth"}
"""Sections of the README: a run of some benchmarks alone must not remove the figures of the others."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("codarium")
    group.addoption("--db", type=Path, metavar="FILE", help="the code database, else resources/codes.db")
    group.addoption("--readme", action="store_true", help="put the figures into the README")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[REPORT] = Report()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: pytest.ExitCode, config: pytest.Config
) -> None:
    report = config.stash[REPORT]
    if not report.names:
        return
    report.write()
    terminalreporter.section(str(FILE.relative_to(ROOT)))
    terminalreporter.write_line(str(report))
    if not config.getoption("--readme"):
        return
    if (
        exitstatus == pytest.ExitCode.OK
        and report.names == README_SECTIONS
        and not terminalreporter.stats.get("deselected")
    ):
        report.write_into_readme()
    else:
        terminalreporter.write_line("Not put into the README: not every benchmark passed.", red=True)


@pytest.fixture(scope="session")
def report(request: pytest.FixtureRequest) -> Report:
    """Return the report that is printed at the end."""
    return request.config.stash[REPORT]


@pytest.fixture(scope="session")
def library_path(request: pytest.FixtureRequest, library_path: Path) -> Path:
    """Return the code database of the option `--db`, else the bundled one."""
    chosen: Path | None = request.config.getoption("--db")
    return chosen or library_path
