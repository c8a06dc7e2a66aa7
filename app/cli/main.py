"""The command line without a window: lookup, show, sets. Imports no Qt and answers in a blink."""

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, TextIO

from app import __version__
from app.cli.output import fitted
from app.cli.show import not_there, show, show_edits
from app.codes.code_sets import CodeSet, LoadedPart
from app.codes.node import CodeStatus, Node
from app.codes.parts import Part
from app.codes.shapes import plain, shape_of
from app.codes.systems import ALIASES, System
from app.intake.current_library import open_newest
from app.library.open import REMEDY, Library, LibraryError, open_library
from app.library.reading.catalogue import Catalogue
from app.library.reading.statuses import counted
from app.paths import edits_path, library_folder
from app.search.answer import Answer, Filters, Hit, Question
from app.search.engine import Engine

FOUND, NOTHING, WRONG = 0, 1, 2

ROWS = 60
"""Rows of an answer unless another limit is given; as many as the window asks for."""

INTERRUPTED = 130
"""What a shell says of a program that Ctrl+C has ended: 128 and the number of the signal."""


def main(argv: list[str]) -> int:
    """Run one command (`argv` without the program's name). 0 found, 1 nothing found, 2 wrong use or no database."""
    try:
        arguments = _parser().parse_args(_spelled_out(argv))
        _show_what_can_be_shown(sys.stdout)
        status = _run(arguments)
        # Here, while what goes wrong can still be said in one line; without a standard output this does nothing.
        print(end="", flush=True)
        return status
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the answers has enough of them; the stream must not complain again when Python closes it.
        sys.stdout = None
        return FOUND
    except OSError as error:
        sys.stdout = None
        _complain(f"The answer cannot be given ({error.strerror or error}).")
        return WRONG


def _run(arguments: argparse.Namespace) -> int:
    if "change" in arguments:
        from app.cli.change import change

        return change(arguments)
    try:
        if arguments.db:
            library = open_library(arguments.db)
        else:
            newest = open_newest()
            library = newest.library
            for sentence in newest.passed_over[:1]:
                _complain(f"{sentence} Until then {_called(library.path)} is used.")
    except LibraryError as error:
        _complain(str(error))
        return WRONG
    try:
        return arguments.run(library, arguments)
    except OSError:
        raise
    except Exception as error:
        if isinstance(error, sqlite3.DatabaseError) or not _is_whole(library):
            _complain(f"The code database {library.path} is damaged ({error}). {REMEDY}")
        else:
            _complain(f"unexpected error ({type(error).__name__}: {error}); please report it")
        return WRONG
    finally:
        library.close()


def _called(path: Path) -> str:
    """A library that is used in place of another one."""
    return "the one before" if path.parent == library_folder() else "what came with Codarium"


def _is_whole(library: Library) -> bool:
    """Whether SQLite finds nothing wrong with the file; half a second, which only a failure has to wait for."""
    try:
        return library.connect().execute("PRAGMA quick_check(1)").fetchone() == ("ok",)
    except sqlite3.Error:
        return False


def _complain(sentence: str) -> None:
    """One line on standard error. Where there is none `print` would choose standard output, which others read."""
    if sys.stderr:
        print("codarium:", " ".join(sentence.split()), file=sys.stderr)


def _show_what_can_be_shown(stream: TextIO) -> None:
    """A terminal or pipe whose encoding lacks a letter (`Ménière` in ASCII, an arrow on Windows) shows `?` for it."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="replace")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage that a script would have to skip."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        # What --help has said may not fit on a full disk, which Python would complain of only when it ends.
        print(end="", flush=True)
        super().exit(status, message)

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG, f"{self.prog}: {message} (see {self.prog} --help)\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="codarium", description="Find medical codes. Without a command: the window.")
    parser.add_argument("--version", action="version", version=f"codarium {__version__}")
    parser.add_argument("--db", type=Path, metavar="FILE", help="use this code database alone")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    lookup = commands.add_parser("lookup", help="codes for words, abbreviations or the beginning of a code")
    lookup.add_argument("query", nargs="+", metavar="QUERY", help="what to look for; - reads one query a line")
    lookup.add_argument("--limit", type=_positive, metavar="N", help="at most so many rows (60; explained, 10)")
    lookup.add_argument(
        "--explain", action="store_true", help="how the text was read, and the figures behind the order"
    )
    lookup.set_defaults(run=_lookup)

    one = commands.add_parser("show", help="everything about one code")
    one.add_argument("code", metavar="CODE")
    one.set_defaults(run=_show)

    for command in (lookup, one):
        systems = ", ".join(ALIASES)
        command.add_argument("--system", type=_system, metavar="S", help=f"one code set: {systems}")
    sets = commands.add_parser("sets", help="which code sets are loaded")
    sets.set_defaults(run=_sets)
    for command in (lookup, one, sets):
        command.add_argument("--json", action="store_true", help="one JSON object on a line")
    _add_changes(commands.add_parser)
    return parser


def _add_changes(add_parser: Callable[..., argparse.ArgumentParser]) -> None:
    """The commands that change the person's library; what they do is imported when one of them is run."""
    add = add_parser("add", help="add official release files, zips or folders")
    add.add_argument("files", nargs="+", type=Path, metavar="FILE")
    remove = add_parser("remove", help="take away the files that were added to a code set")
    remove.add_argument("system", type=_removable, metavar="S", help="a code set, or ncci for the NCCI edits")
    remake = add_parser("remake", help="make your library again from the bundle and the files that you added")
    fetch = add_parser("fetch", help="get the official files that are in force from CMS and CDC, and add them")
    fetch.add_argument("systems", nargs="*", type=_system, metavar="S", help="code sets; all free ones unless given")
    fetch.add_argument("--plan", action="store_true", help="only say what would be fetched, and how large it is")
    for command in (add, fetch):
        command.add_argument(
            ACCEPT,
            action="append",
            choices=(*TERMS, ALL_TERMS),
            default=[],
            help="you hold a license for the AMA's files (ama), accept CMS's terms (cms); both unless one is named",
        )
    for name, command in (("add", add), ("remove", remove), ("fetch", fetch), ("remake", remake)):
        command.add_argument("--json", action="store_true", help="progress and outcome, one JSON object a line")
        command.set_defaults(change=name)


ACCEPT = "--accept-cpt"
TERMS = ("ama", "cms")
"""Whose terms there are to be accepted with CPT."""

ALL_TERMS = "all"


def _spelled_out(argv: list[str]) -> list[str]:
    """The arguments with `--accept-cpt` as `--accept-cpt=all` where none of TERMS follows: argparse would take a file
    for them."""
    end = argv.index("--") if "--" in argv else len(argv)
    spelled = [
        f"{ACCEPT}={ALL_TERMS}" if one == ACCEPT and argv[after : after + 1] not in ([kind] for kind in TERMS) else one
        for after, one in enumerate(argv[:end], start=1)
    ]
    return [*spelled, *argv[end:]]


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 on is expected, not {text!r}")
    return number


def _system(text: str) -> System:
    if text.lower() not in ALIASES:
        raise argparse.ArgumentTypeError(f"{text!r} is no code set; choose from {', '.join(ALIASES)}")
    return ALIASES[text.lower()]


def _removable(text: str) -> System | None:
    """A code set, None for the NCCI edits, which are none."""
    return None if text.lower() == "ncci" else _system(text)


# lookup


def _lookup(library: Library, arguments: argparse.Namespace) -> int:
    engine = Engine(library.connect())
    systems: frozenset[System] = frozenset({arguments.system} if arguments.system else ())

    def ask(text: str) -> Answer:
        # Whatever explains is imported where it is asked for: a look-up does not wait for it.
        filters = Filters(systems=systems)
        if not arguments.explain:
            return engine.search(Question(text, filters, limit=arguments.limit or ROWS))
        from app.cli.explain import ROWS_EXPLAINED, first

        # Searched as the window does: with fewer rows a heading that stands further down is not put before its details.
        limit = arguments.limit or ROWS_EXPLAINED
        return first(engine.search(Question(text, filters, limit=max(ROWS, limit), explain=True)), limit)

    if arguments.query == ["-"]:
        engine.warm()
        for line in _queries(sys.stdin) if sys.stdin else ():
            _print_answer(ask(line), as_json=arguments.json)
        return FOUND
    answer = ask(" ".join(arguments.query))
    _print_answer(answer, as_json=arguments.json)
    return FOUND if answer.hits else NOTHING


def _queries(stream: TextIO) -> Iterable[str]:
    """The lines of a stream, each as soon as it is there; bytes that are no UTF-8 are replaced, not refused.

    The mark that Windows puts before a file is no part of the first line.
    """
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8-sig", errors="replace")
    for line in iter(stream.readline, ""):
        yield line.rstrip("\r\n")


def _print_answer(answer: Answer, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_answer_json(answer)), flush=True)
        return
    if answer.explained is not None:
        from app.cli.explain import explained_lines

        for line in explained_lines(answer):
            print(line)
    else:
        _print_hits(answer)
    if answer.hits:
        for sentence in answer.advice:
            print(fitted(sentence, 0))
    elif answer.advice and sys.stderr:
        print(*answer.advice, file=sys.stderr)
    if answer.total > len(answer.hits):
        more = "more than " if answer.at_least else ""
        print(f"{len(answer.hits)} of {more}{answer.total:,}")
    counts = list(_counts(answer))
    if len(counts) > 1:
        print(fitted(", ".join(counts), 0))
    print(end="", flush=True)


def _counts(answer: Answer) -> Iterator[str]:
    """How many rows each code set has that has any: `HCPCS 214`, `ICD-10-CM more than 1,000`."""
    for system, count in answer.by_system.items():
        if count:
            more = "more than " if answer.is_lower_bound(system) else ""
            yield f"{system.label} {more}{count:,}"


def _print_hits(answer: Answer) -> None:
    # One code may be several: 25 is a modifier and a place of service.
    sets = {hit.node.system: hit.node.system.label.removeprefix("ICD-10-") for hit in answer.hits}
    names = max(map(len, sets.values())) + 2 if len(sets) > 1 else 0
    codes = max([9, *(len(hit.node.code) for hit in answer.hits)]) + 1
    for hit in answer.hits:
        reason = f"  ({hit.reason})" if hit.reason else ""
        named = f"{sets[hit.node.system]:<{names}}" if names else ""
        print(fitted(f"{hit.node.code:<{codes}}{named}{hit.node.title}{_held(hit.node)}{reason}", codes + names))


def _held(node: Node) -> str:
    """What a row holds beside a code that may be submitted: `  [16 codes]`."""
    if node.status is CodeStatus.ENDED:
        return "  [ended]"
    return "" if node.billable or not node.variants else f"  [{counted(node.variants)}]"


def _answer_json(answer: Answer) -> dict[str, Any]:
    explained = answer.explained
    hits = [_hit_json(hit) for hit in answer.hits]
    added: dict[str, Any] = {}
    if explained is not None:
        from app.cli.explain import explained_json, row_json

        added = {"explain": explained_json(explained)}
        told = (row_json(explained, hit) for hit in answer.hits)
        hits = [{**hit, "explain": by} for hit, by in zip(hits, told, strict=True)]
    return {
        "query": answer.question.text,
        "elapsed_ms": round(answer.elapsed_ms, 3),
        "total": max(answer.total, len(answer.hits)),
        "total_at_least": answer.at_least,
        "hits": hits,
        "advice": list(answer.advice),
        "read_as": answer.read_as,
        "by_system": {system.value: count for system, count in answer.by_system.items()},
        **added,
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "system": hit.node.system.value,
        "code": hit.node.code,
        "title": hit.node.title,
        "billable": hit.node.billable,
        "variants": hit.node.variants,
        "match": {"kind": hit.kind.value, "text": hit.reason},
    }


# show


def _show(library: Library, arguments: argparse.Namespace) -> int:
    catalogue, today = Catalogue(library.connect()), date.today()
    edits = None if arguments.db else edits_path()
    try:
        return _print_code(catalogue, arguments, edits, today)
    except LibraryError as error:
        # The edits are damaged: what else is known of the code is told without them.
        status = _print_code(catalogue, arguments, None, today)
        _complain(str(error))
        return status


def _print_code(catalogue: Catalogue, arguments: argparse.Namespace, edits: Path | None, today: date) -> int:
    lines = list(show(catalogue, arguments.code, arguments.system, edits, today, as_json=arguments.json))
    found = bool(lines)
    shape = shape_of(arguments.code)
    if not found and not arguments.json and shape is not None and shape.name in ("cpt", "hcpcs"):
        lines = list(show_edits(catalogue, plain(arguments.code), edits, today))
    if lines and arguments.json:
        print(*lines)
    elif lines:
        print(fitted("\n".join(lines).lstrip("\n")))
    if found:
        return FOUND
    if sys.stderr:
        print(not_there(catalogue, arguments.code, arguments.system), file=sys.stderr)
    return NOTHING


# sets


def _sets(library: Library, arguments: argparse.Namespace) -> int:
    code_sets = Catalogue(library.connect()).code_sets()
    today = date.today()
    if arguments.json:
        print(json.dumps({"sets": [_set_json(code_set, today) for code_set in code_sets]}))
        return FOUND
    for code_set in code_sets:
        _print_set(code_set, today)
    return FOUND


def _print_set(code_set: CodeSet, today: date) -> None:
    in_force = "" if code_set.ours else f"  {_dates(code_set)}"
    print(fitted(f"{code_set.system.label}  {code_set.release}{in_force}"))
    valid = "" if code_set.system in NEVER_SUBMITTED else f", {code_set.valid:,} valid for submission"
    print(fitted(f"  {code_set.codes:,} codes{valid}"))
    for note in (code_set.remark, code_set.warning(today)):
        if note:
            print(fitted(f"  {note}"))
    for part in code_set.parts:
        if part.part != (Part.OURS if code_set.ours else Part.CODES) or not part.current:
            print(fitted(f"  {part.title}: {part.release}{f', {_dates(part)}' if part.effective_to else ''}"))
    every = dict.fromkeys([*code_set.sources, *(source for part in code_set.parts for source in part.sources)])
    for source in every:
        print(fitted(f"  {source.file}  SHA-256 {source.sha256}"))


NEVER_SUBMITTED = (System.MODIFIER, System.POS)
"""What stands beside a code on a claim and is no code for submission itself."""


def _dates(loaded: CodeSet | LoadedPart) -> str:
    """From when to when: `2025-10-01 to 2026-09-30`."""
    return f"{_day(loaded.effective_from)} to {_day(loaded.effective_to)}"


def _day(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None


def _set_json(code_set: CodeSet, today: date) -> dict[str, Any]:
    return {
        "system": code_set.system.value,
        "release": code_set.release,
        "effective_from": _day(code_set.effective_from),
        "effective_to": _day(code_set.effective_to),
        "codes": code_set.codes,
        "valid": code_set.valid,
        "sources": _sources_json(code_set),
        "remark": code_set.remark,
        "state": code_set.state(today).value,
        "parts": [
            {
                "part": part.part,
                "title": part.title,
                "release": part.release,
                "effective_from": _day(part.effective_from),
                "effective_to": _day(part.effective_to),
                "codes": part.codes,
                "current": part.current,
                "sources": _sources_json(part),
            }
            for part in code_set.parts
        ],
    }


def _sources_json(loaded: CodeSet | LoadedPart) -> list[dict[str, str]]:
    return [{"file": source.file, "sha256": source.sha256} for source in loaded.sources]
