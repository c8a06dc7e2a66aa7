"""The command `verify`: whether the databases that the program reads are as they were made."""

import argparse

from app.cli.output import FOUND, WRONG, complain, json_line, print_json, print_line
from app.intake.damage import databases_in_use
from app.library.checksums import BLOCK_BYTES
from app.library.open import LibraryError


def verify(arguments: argparse.Namespace) -> int:
    """Compare every block of each database with its checksum; return the exit status."""
    results: list[dict[str, object]] = []
    for database in databases_in_use(arguments.db):
        blocks, problem = 0, ""
        try:
            for _block in database.blocks():
                blocks += 1
        except LibraryError as error:
            problem = str(error)
        results.append({"file": str(database.path), "intact": not problem, "blocks": blocks, "problem": problem})
    is_intact = all(result["intact"] for result in results)
    if arguments.json:
        print_json(json_line({"intact": is_intact, "files": results}))
    for result in results:
        if result["problem"]:
            complain(str(result["problem"]))
        elif is_intact and not arguments.json:
            print_line(f"{result['file']}: as it was made, {result['blocks']:,} blocks of {BLOCK_BYTES // 1024} KB")
    return FOUND if is_intact else WRONG
