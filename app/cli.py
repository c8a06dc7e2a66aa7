"""The command line without a window: lookup, show, sets. Imports no Qt and answers in a blink."""

import argparse
import json
import sqlite3
import sys
from collections.abc import Iterable
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NoReturn, TextIO

from app import __version__
from app.codes.records import CodeSet, Detail, Node
from app.codes.shapes import AROUND_CODES, of_another_set, pasted_code, recognise
from app.codes.systems import ALIASES, System
from app.library.catalogue import Catalogue, counted
from app.library.open import REMEDY, Library, LibraryError, open_library
from app.paths import bundled_library
from app.search.engine import Engine
from app.search.records import Answer, Filters, Question

FOUND, NOTHING, WRONG = 0, 1, 2

INTERRUPTED = 130
"""What a shell says of a program that Ctrl+C has ended: 128 and the number of the signal."""


def main(argv: list[str]) -> int:
    """Run one command (`argv` without the program's name). 0 found, 1 nothing found, 2 wrong use or no database."""
    try:
        arguments = _parser().parse_args(argv)
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
    try:
        library = open_library(arguments.db or bundled_library())
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
    lookup.add_argument("--limit", type=_positive, default=60, metavar="N", help="at most so many rows (60)")
    lookup.set_defaults(run=_lookup)

    show = commands.add_parser("show", help="everything about one code")
    show.add_argument("code", metavar="CODE")
    show.set_defaults(run=_show)

    for command in (lookup, show):
        systems = ", ".join(ALIASES)
        command.add_argument("--system", type=_system, metavar="S", help=f"one code set: {systems}")
    sets = commands.add_parser("sets", help="which code sets are loaded")
    sets.set_defaults(run=_sets)
    for command in (lookup, show, sets):
        command.add_argument("--json", action="store_true", help="one JSON object on a line")
    return parser


def _positive(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a number from 1 on is expected, not {text!r}")
    return number


def _system(text: str) -> System:
    if text.lower() not in ALIASES:
        raise argparse.ArgumentTypeError(f"{text!r} is no code set; choose from {', '.join(ALIASES)}")
    return ALIASES[text.lower()]


# lookup


def _lookup(library: Library, arguments: argparse.Namespace) -> int:
    engine = Engine(library.connect())
    systems: frozenset[System] = frozenset({arguments.system} if arguments.system else ())

    def ask(text: str) -> Answer:
        return engine.search(Question(text, Filters(systems=systems), limit=arguments.limit))

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
    for hit in answer.hits:
        variants = "" if hit.node.billable else f"  [{counted(hit.node.variants)}]"
        reason = f"  ({hit.reason})" if hit.reason else ""
        print(f"{hit.node.code:<9} {hit.node.title}{variants}{reason}")
    if answer.hits:
        for sentence in answer.advice:
            print(sentence)
    elif answer.advice and sys.stderr:
        print(*answer.advice, file=sys.stderr)
    if answer.total > len(answer.hits):
        more = "more than " if answer.at_least else ""
        print(f"{len(answer.hits)} of {more}{answer.total:,}")
    print(end="", flush=True)


def _answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "query": answer.question.text,
        "elapsed_ms": round(answer.elapsed_ms, 3),
        "total": answer.total,
        "total_at_least": answer.at_least,
        "hits": [
            {
                "system": hit.node.system.value,
                "code": hit.node.code,
                "title": hit.node.title,
                "billable": hit.node.billable,
                "variants": hit.node.variants,
                "match": {"kind": hit.kind.value, "text": hit.reason},
            }
            for hit in answer.hits
        ],
        "advice": list(answer.advice),
        "read_as": answer.read_as,
    }


# show


def _show(library: Library, arguments: argparse.Namespace) -> int:
    catalogue = Catalogue(library.connect())
    everywhere = _readings(catalogue, arguments.code)
    readings = [node for node in everywhere if arguments.system in (None, node.system)]
    if not readings:
        if sys.stderr:
            print(_not_there(catalogue, arguments.code, arguments.system, everywhere), file=sys.stderr)
        return NOTHING
    detail, also = catalogue.detail(readings[0].id), readings[1:]
    if arguments.json:
        print(json.dumps(_detail_json(detail, also)))
    else:
        _print_detail(detail, also)
    return FOUND


def _readings(catalogue: Catalogue, text: str) -> tuple[Node, ...]:
    """What a text names, as `lookup` reads it: a code, a range, or a pasted line that a code opens."""
    text = text.strip(AROUND_CODES)
    found = catalogue.readings(text)
    if found:
        return found
    section = catalogue.find_range(text)
    return (section,) if section is not None else catalogue.readings(pasted_code(text))


def _not_there(catalogue: Catalogue, text: str, system: System | None, elsewhere: tuple[Node, ...]) -> str:
    """One line on a code that is not shown; `elsewhere` are its readings in code sets that were not asked for."""
    if system is not None and elsewhere:
        return of_another_set(elsewhere[0].code, elsewhere[0].system)
    shape = recognise(text)
    said = shape.sentence if shape else f"No code set that is loaded has {text!r}."
    # Of what is likely a code of a set that is not loaded, a beginning that is another code would mislead.
    if shape is not None and shape.name not in ("icd10cm", "icd10pcs"):
        return said
    left = catalogue.longest_beginning(pasted_code(text) or text, lambda node: system in (None, node.system))
    return f"{said} The longest beginning of it that is one is {left.code}." if left else said


def _detail_json(detail: Detail, also: list[Node]) -> dict[str, Any]:
    node = detail.node
    shown: dict[str, Any] = {
        "system": node.system.value,
        "code": node.code,
        "title": node.title,
        "billable": node.billable,
        "status": detail.status,
        "ancestors": [{"code": above.code, "title": above.title} for above in detail.ancestors],
        "notes": [
            {
                "from": note.source,
                "kind": note.kind.value,
                "text": note.text,
                "codes": [reference.printed for reference in note.references],
            }
            for note in detail.notes
        ],
        "seventh": [
            {"char": choice.char, "meaning": choice.meaning, "code": choice.code}
            for choice in detail.seventh
            if choice.node is not None
        ],
        "children": [
            {"code": child.code, "title": child.title, "billable": child.billable} for child in detail.children
        ],
        "also": [{"system": other.system.value, "code": other.code, "title": other.title} for other in also],
        "variants": node.variants,
        "release": detail.release,
        "visual": [
            {"category": row.category, "less_than": list(row.less_than), "at_least": list(row.at_least)}
            for row in detail.visual
        ],
        "index": [{"path": list(line.path), "see": line.see} for line in detail.index],
    }
    if detail.axes:
        shown["axes"] = [
            {
                "position": axis.position,
                "axis": axis.axis,
                "value": axis.value,
                "label": axis.label,
                "definition": axis.definition,
                "explanation": axis.explanation,
                "examples": axis.examples,
                "terms": list(axis.terms),
            }
            for axis in detail.axes
        ]
    return shown


def _print_detail(detail: Detail, also: list[Node]) -> None:
    node = detail.node
    print(f"{node.code}  {node.title}")
    print(f"{detail.status} ({node.system.label} {detail.release})")
    print(" > ".join(f"{above.code} {above.title}" for above in detail.ancestors))
    for axis in detail.axes:
        print(f"  {axis.position} {axis.value}  {axis.axis}: {axis.label}")
    source = None
    for note in detail.notes:
        if note.source != source:
            source = note.source
            print(f"\nFrom {source}")
        print(f"  {note.kind.value.replace('_', ' ')}: {note.text}")
    if detail.seventh:
        print("\n7th characters")
        for choice in detail.seventh:
            if choice.node is not None:
                print(f"  {choice.char}  {choice.code}  {choice.meaning}")
    if detail.children and not detail.seventh:
        print()
        for child in detail.children:
            print(f"  {child.code:<9} {child.title}")
    for other in also:
        print(f"\nAlso {other.system.label} {other.code}: {other.title}")


# sets


def _sets(library: Library, arguments: argparse.Namespace) -> int:
    code_sets = Catalogue(library.connect()).code_sets()
    if arguments.json:
        print(json.dumps({"sets": [_set_json(code_set) for code_set in code_sets]}))
        return FOUND
    today = date.today()
    for code_set in code_sets:
        print(f"{code_set.system.label}  {code_set.release}  {code_set.effective_from} to {code_set.effective_to}")
        print(f"  {code_set.codes:,} codes, {code_set.valid:,} valid for submission")
        for note in (code_set.remark, code_set.warning(today)):
            if note:
                print(f"  {note}")
        for source in code_set.sources:
            print(f"  {source.file}  SHA-256 {source.sha256}")
    return FOUND


def _set_json(code_set: CodeSet) -> dict[str, Any]:
    return {
        "system": code_set.system.value,
        "release": code_set.release,
        "effective_from": code_set.effective_from.isoformat(),
        "effective_to": code_set.effective_to.isoformat(),
        "codes": code_set.codes,
        "valid": code_set.valid,
        "sources": [{"file": source.file, "sha256": source.sha256} for source in code_set.sources],
        "remark": code_set.remark,
    }
