"""A worksheet written into a file that the user chooses."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app import __version__
from app.codes.names import count_words
from app.durable_files import written_beside
from app.notebook.list_export import as_csv, as_text, stamp
from app.notebook.worksheets import Line
from app.ui.settings import Settings

CSV_FILTER, TEXT_FILTER = "Table for spreadsheets (*.csv)", "Text (*.txt)"


@dataclass(frozen=True, slots=True)
class ListToExport:
    """A list by its name: its lines with their titles, and the releases of their code sets (`ICD-10-CM FY2026`)."""

    name: str
    lines: tuple[tuple[Line, str], ...]
    releases: tuple[str, ...]


def ask_and_export(listed: ListToExport, window: QWidget, settings: Settings, tell: Callable[[str], object]) -> None:
    """Ask for a file, and write a list into it."""
    folder = Path(settings.files_folder or Path.home())
    suggested = str(folder / f"{file_name(listed.name)}.csv")
    path, chosen = QFileDialog.getSaveFileName(window, "Export list", suggested, f"{CSV_FILTER};;{TEXT_FILTER}")
    if path:
        is_text = chosen == TEXT_FILTER or path.lower().endswith(".txt")
        tell(export(listed, Path(path), as_table=not is_text))


def export(listed: ListToExport, path: Path, *, as_table: bool) -> str:
    """Write a list into a file, as CSV or as text, and return the sentence for the user.

    A file that is there is replaced in one step; one that cannot be written stays as it was.
    """
    titles = {line.id: title for line, title in listed.lines}
    lines = [line for line, _ in listed.lines]
    if as_table:
        text = as_csv(lines, lambda line: titles[line.id], stamp(listed.releases, date.today(), __version__))
    else:
        text = as_text(lines, lambda line: titles[line.id])
    try:
        with written_beside(path) as unfinished:
            # Without the mark a spreadsheet takes a text for one in the old encoding of the machine.
            unfinished.write_bytes(text.encode("utf-8-sig" if as_table else "utf-8"))
    except OSError as error:
        return f"{path.name} cannot be written ({error.strerror}); nothing was exported"
    return f"{count_words(len(lines), 'code')} exported to {path.name}. Lists are for codes, not for patients"


def file_name(name: str) -> str:
    """Return the name of a list as that of a file, without what a file system does not take."""
    return "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in name).strip() or "list"
