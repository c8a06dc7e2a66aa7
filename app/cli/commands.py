"""The words that the command line reads. No argparse here: the program decides by them before it imports anything."""

from pathlib import Path

READ_COMMANDS = {
    "lookup": "find codes by words, abbreviations or the beginning of a code",
    "show": "print everything about one code",
    "sets": "list the code sets that are loaded, with their source files",
    "check": "check a list of codes: the status of each on a date, and what its codes are together",
    "verify": "compare the databases that Codarium reads with their checksums",
}
"""Commands that only read a library, with their help."""

CHANGE_COMMANDS = {
    "add": "add official release files, zip archives or folders",
    "remove": "remove the files that you added to a code set",
    "remake": "build your library again from the bundled data and the files that you added",
    "fetch": "download the official files that are in force from CMS and CDC, and add them",
}
"""Commands that change the user's library, with their help."""

DATABASE_OPTION = "--db"

PROGRAM_OPTIONS = ("-h", "--help", "--version")


def split_database(arguments: list[str]) -> tuple[Path | None, list[str]]:
    """Return the file that a leading `--db FILE` or `--db=FILE` names, and the arguments after it."""
    if len(arguments) > 1 and arguments[0] == DATABASE_OPTION:
        return Path(arguments[1]), arguments[2:]
    if arguments and arguments[0].startswith(f"{DATABASE_OPTION}="):
        return Path(arguments[0].removeprefix(f"{DATABASE_OPTION}=")), arguments[1:]
    return None, arguments


def is_for_command_line(arguments: list[str]) -> bool:
    """Return whether the command line answers: a command, a question about the program, or an option to refuse.

    Anything else is a text that the window opens on.
    """
    _, rest = split_database(arguments)
    first = rest[0] if rest else ""
    is_command = first in READ_COMMANDS or first in CHANGE_COMMANDS
    return is_command or first.startswith("--") or first in PROGRAM_OPTIONS or arguments == [DATABASE_OPTION]
