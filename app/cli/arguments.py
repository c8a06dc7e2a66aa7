"""The arguments of the command line: the parser, and what its values may be."""

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from app import __version__
from app.cli.commands import CHANGE_COMMANDS, DATABASE_OPTION, READ_COMMANDS
from app.cli.output import WRONG, flush_output, print_lines
from app.codes.systems import ALIASES, System
from app.codes.visible_text import decoded_text

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

ACCEPT_OPTION = "--accept-cpt"

TERMS = ("ama", "cms")
"""The owners of terms that must be accepted before CPT is read."""

ALL_TERMS = "all"

_NAMES = ", ".join(ALIASES)


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Return the arguments (`argv` without the program's name). Ends the process on wrong use, --help and --version."""
    return _parser().parse_args(_spell_out_terms(argv))


class _Parser(argparse.ArgumentParser):
    """A parser that reports an error in one line, without the usage that a script would have to skip."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        # The text of --help may not fit on a full disk, which Python would report only when it ends.
        flush_output()
        super().exit(status, message)

    def _print_message(self, message: str, file: "SupportsWrite[str] | None" = None) -> None:
        print_lines(message, sys.stdout if file is sys.stdout else sys.stderr)

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="codarium", description="Find US medical codes offline. Without a command, the window opens.")
    parser.add_argument("--version", action="version", version=f"codarium {__version__}")
    parser.add_argument(DATABASE_OPTION, type=Path, metavar="FILE", help="read only this code database")
    commands = parser.add_subparsers(metavar="COMMAND", dest="command", required=True)
    _add_reading(commands.add_parser)
    _add_changes(commands.add_parser)
    return parser


def _add_reading(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    lookup, show, sets, check, verify = (add_parser(name, help=words) for name, words in READ_COMMANDS.items())
    lookup.add_argument(
        "query",
        nargs="+",
        type=decoded_text,
        metavar="QUERY",
        help="text to search for; - reads one query a line from standard input",
    )
    lookup.add_argument("--limit", type=_positive, metavar="N", help="print at most N rows (default: 60, explained 10)")
    lookup.add_argument(
        "--explain", action="store_true", help="show how the text was read, and the figures behind the order"
    )
    show.add_argument(
        "code", nargs="+", type=decoded_text, metavar="CODE", help="a code; pos 11 and mod 25 name their code set"
    )
    for command in (lookup, show):
        command.add_argument("--system", type=_system, metavar="S", help=f"read only this code set: {_NAMES}")
    check.add_argument(
        "codes", nargs="+", type=decoded_text, metavar="CODE", help="a code, 99213-25 or x2; - reads standard input"
    )
    check.add_argument("--date", type=_day, metavar="D", help="date of service, YYYY-MM-DD (default: today)")
    for command in (lookup, show, sets, check, verify):
        command.add_argument("--json", action="store_true", help="print one JSON object on a line")


def _add_changes(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands that change the user's library."""
    parsers = {name: add_parser(name, help=words) for name, words in CHANGE_COMMANDS.items()}
    parsers["add"].add_argument("files", nargs="+", type=Path, metavar="FILE")
    parsers["remove"].add_argument(
        "system", type=_removable, metavar="S", help="a code set, or ncci for the NCCI edits"
    )
    fetch = parsers["fetch"]
    fetch.add_argument(
        "systems", nargs="*", type=_system, metavar="S", help="code sets to download (default: all free ones)"
    )
    fetch.add_argument("--plan", action="store_true", help="only list what would be downloaded, with its size")
    for name in ("add", "fetch"):
        parsers[name].add_argument(
            ACCEPT_OPTION,
            action="append",
            choices=(*TERMS, ALL_TERMS),
            default=[],
            help="accept the terms for CPT: ama (you hold a license of the AMA) or cms (CMS's terms for its fee "
            "schedule); both unless one is named",
        )
    for command in parsers.values():
        command.add_argument(
            "--json", action="store_true", help="print progress and outcome, one JSON object on a line"
        )


def _spell_out_terms(argv: list[str]) -> list[str]:
    """Return the arguments with `--accept-cpt` as `--accept-cpt=all` where none of TERMS follows it.

    Otherwise argparse would take the file behind it for its value.
    """
    end = argv.index("--") if "--" in argv else len(argv)
    spelled = [
        f"{ACCEPT_OPTION}={ALL_TERMS}"
        if argument == ACCEPT_OPTION and argv[after : after + 1] not in ([kind] for kind in TERMS)
        else argument
        for after, argument in enumerate(argv[:end], start=1)
    ]
    return [*spelled, *argv[end:]]


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, not {text!r}")
    return number


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a date; write it as YYYY-MM-DD") from None


def _system(text: str) -> System:
    if text.lower() not in ALIASES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a code set; choose from {_NAMES}")
    return ALIASES[text.lower()]


def _removable(text: str) -> System | None:
    """Return a code set, or None for the NCCI edits, which are not one."""
    if text.lower() == "ncci":
        return None
    if text.lower() not in ALIASES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a code set; choose from {_NAMES}, ncci")
    return _system(text)
