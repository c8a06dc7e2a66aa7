"""What is interrupted: commands that change the user's library, and the use, repair and clearing of the notebook."""

import hashlib
import os
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.cli.main import main
from app.codes.systems import System
from app.intake.current_library import delete_leftovers, needs_remake, open_current_library
from app.intake.user_library import UserLibrary
from app.library.ncci.database import open_edits
from app.notebook.backups import find_backups, is_good
from app.notebook.notebook import Notebook
from app.notebook.store import NOTEBOOK_FILE, NotebookError
from app.paths import edits_path, user_folder
from tests.intake import made_up_releases as files
from tests.intake.conftest import contents_of
from tests.intake.made_up_releases import CM, CPT_DESCRIPTORS

Command = tuple[str, ...]

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = b"zymurgy"
"""A word of the made-up descriptors of CPT, which is in no other text."""

DAMAGE = b"SQLite format 3\x00" + b"\xff" * 4000

MOST_BACKUPS_WHEN_KILLED = 8
"""A run that is killed between the newest backup and the deletion of the oldest leaves one too many."""


class BrokenHomeError(Exception):
    """A home in which something is as it must never be; the text says what."""


def expect(holds: object, problem: str) -> None:
    if not holds:
        raise BrokenHomeError(problem)


@dataclass(frozen=True, slots=True)
class Scenario:
    """Something that is done with a home, interrupted at calls that change a file, and what must hold afterwards.

    `prepare` makes the home, `act` does it and returns the exit status; both find the home by `CODARIUM_HOME`.
    `check` raises BrokenHomeError unless all is well after a start that follows; it is given the exit status, None
    for a kill, the states in which the home may be (as it was first, as it is after `act` last), and the output.
    """

    prepare: Callable[[], None]
    act: Callable[[], int]
    check: "Callable[[int | None, list[State], str], None]"
    others: tuple[Callable[[], int], ...] = ()
    """What leads to further states in which the home may be: files that were added together are kept one by one."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a user has: the library's rows, the edits, the added files, and the notebook."""

    library: str
    edits: str
    kept: tuple[tuple[str, str], ...]
    history: tuple[tuple[str, str, str], ...]
    secret: bool = field(compare=False)
    """Whether text of CPT is in any file."""


def digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()


def state() -> State:
    """Return the state of the home, read as the program reads it."""
    home = user_folder()
    current = open_current_library()
    expect(not current.unusable, f"a library does not open: {current.unusable}")
    library = digest(sorted(contents_of(current.library.path).items()))
    current.library.close()
    edits: list[str] = []
    if edits_path().exists():
        with closing(open_edits(edits_path())) as opened:
            pairs, limits = opened.parts()
            edits = sorted([repr(list(part.edits)) for part in pairs] + [repr(list(part.limits)) for part in limits])
    user_library = UserLibrary(home)
    kept = ((str(user_library.relative_name(file.path)), file.path.read_bytes()) for file in user_library.kept_files())
    notebook = Notebook(home)
    expect(notebook.problem == "", notebook.problem)
    opened_codes = sorted(
        (opened.system.value, opened.code, opened.title) for opened in notebook.history.recent(10_000)
    )
    notebook.close()
    everything = (path.read_bytes() for path in home.rglob("*") if path.is_file())
    return State(
        library,
        digest(edits),
        tuple((name, digest(content)) for name, content in kept),
        tuple(opened_codes),
        any(SECRET in content for content in everything),
    )


def run(*arguments: str | Path) -> int:
    """Run a command line of the program in this process."""
    return main([str(argument) for argument in arguments])


def start_again() -> None:
    """Start the program as the window does: what was interrupted is made again, or finished."""
    expect(not open_current_library().unusable, "a library does not open")
    if needs_remake():
        expect(run("remake", "--json") == 0, "the library cannot be made again")
        expect(not needs_remake(), "what was made again is to be made again")
    delete_leftovers()
    user_library = UserLibrary(user_folder())
    unfinished = [path.name for path in user_library.folder.rglob(".*") if path.name != ".lock"]
    expect(not unfinished, f"left over: {unfinished}")
    downloads = [path for path in user_library.folder.glob("downloads/*") if path.is_file()]
    added = [path.name for path in downloads if user_library.find_copy(path)]
    expect(not added, f"added, and still among the downloads: {added}")


def check_command(status: int | None, allowed: list[State], output: str) -> None:
    """A command has done everything or nothing; where it ended with an error, nothing."""
    start_again()
    now = state()
    expect(status in (None, 0, 2), f"exit status {status}")
    expect(now in allowed, f"neither as before nor as after, with {[name for name, _ in now.kept]}")
    if status == 0:
        expect(now == allowed[-1], "done, and not as it should be")
    if status == 2:
        expect(now == allowed[0], "failed, and not as it was")
    if now == allowed[-1]:
        expect(now.secret == allowed[-1].secret, "text of CPT is left after its removal")


def command(before: list[Command], act: Command, *others: Command) -> Scenario:
    """A scenario of the command line, on a home with a notebook."""

    def prepare() -> None:
        for arguments in before:
            expect(run(*arguments) == 0, f"{arguments} does not run")
        notebook = Notebook(user_folder())
        for code in ("00001", "00002"):
            notebook.history.record(System.CPT, code, CPT_DESCRIPTORS[0], NOON)
        notebook.history.record(System.ICD10CM, "A00.0", "Blue fever, right arm", NOON)
        notebook.close()

    return Scenario(
        prepare, lambda: run(*act, "--json"), check_command, tuple(lambda other=other: run(*other) for other in others)
    )


# The notebook

ACKNOWLEDGED = "CODARIUM_ACKNOWLEDGED"
"""The variable with the path of a file, outside the home, to which the codes are written that were recorded."""


def acknowledged() -> set[str]:
    path = Path(os.environ[ACKNOWLEDGED])
    return set(path.read_text().split()) if path.exists() else set()


def open_codes() -> int:
    """Open codes on nine days, as the window does, so that backups are made and the oldest deleted."""
    notebook = Notebook(user_folder())
    failed = not notebook.is_persistent
    with Path(os.environ[ACKNOWLEDGED]).open("w", buffering=1) as stream:
        for number in range(18):
            moment = NOON + timedelta(days=number // 2, seconds=number)
            try:
                notebook.history.record(System.ICD10CM, f"A{number:02}", f"Made-up title {number}", moment)
            except NotebookError:
                failed = True
            else:
                if notebook.is_persistent:
                    print(f"A{number:02}", file=stream)
    notebook.close()
    return 2 if failed else 0


def codes_now() -> set[str]:
    notebook = Notebook(user_folder())
    expect(notebook.is_persistent, notebook.problem)
    expect(notebook.problem == "", notebook.problem)
    codes = {opened.code for opened in notebook.history.recent(1000)}
    notebook.close()
    backups = find_backups(user_folder())
    bad = [path.name for _, path in backups if not is_good(path)]
    expect(not bad, f"backups that are no notebooks: {bad}")
    expect(len(backups) <= MOST_BACKUPS_WHEN_KILLED, f"{len(backups)} backups")
    return codes


def check_opened(_status: int | None, _allowed: list[State], _output: str) -> None:
    lost = acknowledged() - codes_now()
    expect(not lost, f"recorded and lost: {sorted(lost)}")


def prepare_damaged() -> None:
    open_codes()
    (user_folder() / NOTEBOOK_FILE).write_bytes(DAMAGE)


def open_damaged() -> int:
    notebook = Notebook(user_folder())
    notebook.close()
    return 0 if notebook.is_persistent else 2


def check_restored(status: int | None, _allowed: list[State], _output: str) -> None:
    home = user_folder()
    if status in (None, 2) and (home / NOTEBOOK_FILE).read_bytes()[:4000] == DAMAGE[:4000]:
        notebook = Notebook(home)
        expect("restored from the backup" in notebook.problem, f"not restored: {notebook.problem!r}")
        notebook.close()
    lost = {f"A{number:02}" for number in range(16)} - codes_now()
    expect(not lost, f"not restored: {sorted(lost)}")
    aside = [path.read_bytes() for path in home.glob("notebook-damaged-*.db")]
    expect(DAMAGE in aside, "the damaged notebook is gone")


def clear() -> int:
    notebook = Notebook(user_folder())
    try:
        notebook.history.clear()
    except NotebookError:
        return 2
    finally:
        notebook.close()
    return 0 if notebook.is_persistent else 2


def check_cleared(status: int | None, _allowed: list[State], _output: str) -> None:
    codes = codes_now()
    expect(codes in (set(), {f"A{number:02}" for number in range(18)}), f"a part is left: {sorted(codes)}")
    if status == 0:
        expect(not codes, "cleared, and still there")
        left = [path.name for path in user_folder().rglob("*.db") if b"Made-up title" in path.read_bytes()]
        with suppress(ValueError):
            # Pages of the notebook itself that are no longer used are the matter of another test.
            left.remove(NOTEBOOK_FILE)
        expect(not left, f"cleared, and still in {left}")


NAMES = (
    "add two files",
    "add in place of an older file",
    "add NCCI edits",
    "fetch",
    "remove HCPCS",
    "remove CPT, which is all there is",
    "remove CPT from several",
    "remove NCCI edits",
    "open codes on nine days",
    "start with a damaged notebook",
    "clear the history",
)


def scenario_of(name: str, folder: Path) -> Scenario:
    """Return the scenario of a name; `folder` is for the files that are added."""
    rides = {f"A{number:04}": f"Ride number {number}" for number in range(100, 130)}
    hcpcs = files.hcpcs(folder / "1", 2029, rides)
    newer_hcpcs = files.hcpcs(folder, 2030, {**rides, "A0131": "One more ride"})
    order = files.cm_order(folder, 2032, {**CM, "A02": "Green fever"})
    cpt, newer_cpt = files.cpt_long(folder / "1"), files.cpt_long(folder / "2", 2031, f"{CPT_DESCRIPTORS[0]}, revised")
    pairs, newer_pairs = files.ptp(folder, 2), files.ptp(folder, 3, (("00001", "00002"), ("00001", "00003")))
    limits = files.mue(folder)
    accept = "--accept-cpt=all"
    have_hcpcs = ("add", str(hcpcs))
    have_cpt = ("add", accept, str(cpt))
    have_pairs = ("add", str(pairs))
    before: dict[str, list[Command]] = {
        "add two files": [have_hcpcs],
        "add in place of an older file": [have_cpt],
        "add NCCI edits": [have_pairs],
        "fetch": [have_hcpcs],
        "remove HCPCS": [have_hcpcs, ("add", str(newer_hcpcs), str(order))],
        "remove CPT, which is all there is": [have_cpt],
        "remove CPT from several": [have_hcpcs, have_cpt, have_pairs],
        "remove NCCI edits": [have_hcpcs, have_pairs],
    }
    match name:
        case "add two files":
            return command(
                before[name],
                ("add", str(newer_hcpcs), str(order)),
                ("add", str(newer_hcpcs)),
                ("add", str(order)),
            )
        case "add in place of an older file":
            return command(before[name], ("add", accept, str(newer_cpt)))
        case "add NCCI edits":
            return command(
                before[name],
                ("add", str(newer_pairs), str(limits)),
                ("add", str(newer_pairs)),
                ("add", str(limits)),
            )
        case "fetch":
            return command(before[name], ("fetch", "cm"))
        case "open codes on nine days":
            return Scenario(lambda: None, open_codes, check_opened)
        case "start with a damaged notebook":
            return Scenario(prepare_damaged, open_damaged, check_restored)
        case "clear the history":
            return Scenario(lambda: expect(open_codes() == 0, "no codes"), clear, check_cleared)
        case _:
            removed = {"remove HCPCS": "hcpcs", "remove NCCI edits": "ncci"}.get(name, "cpt")
            return command(before[name], ("remove", removed))
