"""`codarium show`: finds the code that a text names, and prints everything about it as text or as JSON."""

import argparse
import re
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from app.cli.output import FOUND, NOTHING, complain, json_line, print_aside, print_json, print_line
from app.cli.show_facts import edits_in_force, other_icd9, other_reading
from app.codes.detail import Icd9Reading
from app.codes.node import Node
from app.codes.shapes import (
    AROUND_CODES,
    CATEGORY_LENGTH,
    bare_code,
    may_be_procedure,
    of_another_set,
    pasted_code,
    plain,
    shape_of,
    unassigned_place,
    without_hidden_signs,
    without_slip,
)
from app.codes.systems import System
from app.library.ncci.edits_of_code import has_edits
from app.library.open import Library, LibraryError
from app.library.reading.catalogue import Catalogue
from app.paths import edits_path

MOST_PAIRS = 2000
"""NCCI pairs in JSON; a code of anesthesia has some ten thousand."""

MOST_NEAR_SHOWN = 10


def show(library: Library, arguments: argparse.Namespace) -> int:
    """Print everything about the code that `arguments.code` names; return the exit status."""
    catalogue, today = Catalogue(library.connect()), date.today()
    # `show pos 11` and `show 0DTJ 4ZZ` are written with a space.
    arguments.code = without_hidden_signs(" ".join(arguments.code))
    edits = None if arguments.db else edits_path()
    try:
        return _print_code(catalogue, arguments, edits, today)
    except LibraryError as error:
        # The NCCI edits are damaged: everything else about the code is printed without them.
        status = _print_code(catalogue, arguments, None, today)
        complain(str(error))
        return status


def _print_code(catalogue: Catalogue, arguments: argparse.Namespace, edits: Path | None, today: date) -> int:
    lines = list(code_lines(catalogue, arguments.code, arguments.system, edits, today, as_json=arguments.json))
    is_loaded = bool(lines)
    shape = shape_of(arguments.code)
    if not lines and not arguments.json and shape is not None and shape.name in ("cpt", "hcpcs"):
        from app.cli.show_text import edit_lines

        lines = list(edit_lines(catalogue, plain(arguments.code), edits, today))
    if lines and arguments.json:
        print_json(*lines)
    elif lines:
        for line in "\n".join(lines).lstrip("\n").split("\n"):
            print_line(line)
    if is_loaded:
        padded = catalogue.without_placeholders(arguments.code)
        if padded is not None and not catalogue.readings(arguments.code):
            complain(f"{arguments.code.strip()} is read as {padded.code}, with its placeholders X.")
        return FOUND
    print_aside(not_found(catalogue, arguments.code, arguments.system))
    return NOTHING


def code_lines(
    catalogue: Catalogue, text: str, system: System | None, edits: Path | None, today: date, *, as_json: bool
) -> Iterator[str]:
    """Yield the lines about the code that a text names, none where it names none.

    `edits` is the path of the NCCI edits; those in force on `today` are included. Raises LibraryError where they are
    damaged.
    """
    system, text = _split_named_set(text, system)
    nodes = [node for node in _nodes_named(catalogue, text) if system in (None, node.system)]
    # A number in the form of a code of CPT is that code, though it is not loaded: 25000 is no diabetes.
    icd9 = catalogue.icd9(text) if system is None and not may_be_procedure(text) else ()
    if nodes:
        yield from _node_lines(catalogue, nodes, icd9, edits, today, as_json=as_json)
    elif icd9:
        yield from _icd9_lines(catalogue, text, icd9, as_json=as_json)


def _node_lines(
    catalogue: Catalogue,
    nodes: Sequence[Node],
    icd9: Sequence[Icd9Reading],
    edits: Path | None,
    today: date,
    *,
    as_json: bool,
) -> Iterator[str]:
    detail = catalogue.detail(nodes[0].id)
    code = detail.node.code
    also = [*map(other_reading, nodes[1:]), *map(other_icd9, icd9)]
    if as_json:
        from app.cli.show_json import detail_json, edits_json

        code_edits = edits_in_force(edits, code, today, MOST_PAIRS) if has_edits(detail.node) else None
        yield json_line(detail_json(detail, also) | {"ncci": edits_json(catalogue, code, code_edits)})
        return
    from app.cli.show_text import also_lines, detail_lines, edit_lines, release_line

    yield from detail_lines(detail, release_line(catalogue, detail))
    if has_edits(detail.node):
        yield from edit_lines(catalogue, code, edits, today)
    yield from also_lines(also)


def _icd9_lines(catalogue: Catalogue, text: str, icd9: Sequence[Icd9Reading], *, as_json: bool) -> Iterator[str]:
    also = [other_icd9(reading) for reading in icd9[1:]]
    shape = shape_of(text)
    # Without its dot it may be meant as a code of a set that is not loaded: 25000 is also a number of CPT.
    advice = [catalogue.missing_code_sentence(shape)] if shape is not None and shape.name != "icd9" else []
    if as_json:
        from app.cli.show_json import icd9_json

        yield json_line({**icd9_json(icd9[0], also), "advice": advice})
    else:
        from app.cli.show_text import icd9_lines

        yield from [*icd9_lines(icd9[0], also), *advice]


def not_found(catalogue: Catalogue, text: str, system: System | None) -> str:
    """Return one line on a text that is not a code, or not one of the code set that was named."""
    system, text = _split_named_set(text, system)
    if system is System.POS and text.isdecimal():
        return unassigned_place(text)
    if system is System.MODIFIER and text.isalnum() and len(text) <= len("25"):
        return _not_a_modifier(catalogue, text.upper())
    elsewhere = _nodes_named(catalogue, text)
    if system is not None and elsewhere:
        return of_another_set(elsewhere[0].code, elsewhere[0].system)
    shape = shape_of(text)
    first, *others = re.split(r"[\s,;/-]+", text.strip(AROUND_CODES))
    if shape is None and others and len(first) > 2 and catalogue.readings(first):
        return f"{text!r} is more than one code. `codarium lookup` reads them all."
    sentence = f"No loaded code set has {text!r}."
    if shape is not None:
        sentence = catalogue.missing_code_sentence(shape)
    # For a text that is likely a code of a set that is not loaded, the beginning of it that is a code would mislead.
    if shape is not None and shape.name not in ("icd10cm", "icd10pcs"):
        return sentence
    closest = catalogue.longest_beginning(pasted_code(text) or text, lambda node: system in (None, node.system))
    return f"{sentence} Closest: {closest.code}." if closest else sentence


def _not_a_modifier(catalogue: Catalogue, text: str) -> str:
    """Return one line on a text that is no modifier, with those that begin with it, or with its first character."""
    near: list[str] = []
    for beginning in (text, text[:1]):
        rows = catalogue.select(
            "WHERE n.system = ? AND n.level != 'group' AND n.code LIKE ? ORDER BY n.code LIMIT ?",
            System.MODIFIER.value,
            f"{beginning}%",
            MOST_NEAR_SHOWN,
        )
        near = near or [node.code for node in rows]
    return f"{text} is not among the loaded modifiers." + (f" Near: {', '.join(near)}." if near else "")


def _split_named_set(text: str, system: System | None) -> tuple[System | None, str]:
    """Return the code set that a text names and the code after it, as `lookup` reads it: `pos 11`, `pos11`.

    Where --system names another code set, both are returned unchanged. A place of service has two digits.
    """
    from app.search.parsing.scopes import split_scope

    systems, code = split_scope(text)
    named = next(iter(systems), None)
    if named is not None and system not in (None, named):
        return system, text
    return named or system, code.zfill(2) if (named or system) is System.POS and code.isdecimal() else code


def _nodes_named(catalogue: Catalogue, text: str) -> Sequence[Node]:
    """Return the nodes that a text names, as `lookup` reads it: a code, a range, or a pasted line that begins with one.

    A code that is written exactly so comes first: `E1140` is a code of HCPCS and, without its dot, one of ICD-10-CM.
    """
    text = bare_code(text)
    nodes = catalogue.readings(text) or catalogue.readings(without_slip(text))
    if nodes:
        return sorted(nodes, key=lambda node: node.code != text)
    section = catalogue.find_range(text)
    padded = catalogue.without_placeholders(text)
    named = section or padded
    if named is not None:
        return (named,)
    pasted = pasted_code(text)
    # Of several codes, or a range, the first one alone is not what was asked for.
    others = re.split(r"[\s,;/–-]+", text)[1:]
    is_several = any(
        len(other) >= CATEGORY_LENGTH and other.isupper() and catalogue.readings(other) for other in others
    )
    return () if is_several else catalogue.readings(pasted)
