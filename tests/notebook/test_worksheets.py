"""Worksheets: in the user's order, safe from a kill, and shared by two windows."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app.codes.systems import System
from app.notebook.notebook import Notebook
from app.notebook.store import NotebookError
from app.notebook.worksheets import LONGEST_REMARK, MOST_LINES, Line, Worksheet

CM = System.ICD10CM


def line(code: str) -> Line:
    return Line(CM, code)


def codes(notebook: Notebook, worksheet: Worksheet) -> list[str]:
    return [one.code for one in notebook.worksheets.lines(worksheet)]


def test_lines_stand_in_the_users_order(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    sheet = notebook.worksheets.create("Chart 4", (line("E11.40"), line("R73.9")))
    (added,) = notebook.worksheets.insert(sheet, (Line(System.CPT, "99213", ("25",), 1, "apart"),))
    assert codes(notebook, sheet) == ["E11.40", "R73.9", "99213"]
    notebook.worksheets.insert(sheet, (line("L97.412"), line("Z79.4")), 1)
    assert codes(notebook, sheet) == ["E11.40", "L97.412", "Z79.4", "R73.9", "99213"]
    notebook.worksheets.move(sheet, added, 0)
    assert codes(notebook, sheet) == ["99213", "E11.40", "L97.412", "Z79.4", "R73.9"]
    notebook.worksheets.move(sheet, added, 99)
    notebook.worksheets.remove(sheet, notebook.worksheets.lines(sheet)[1:3])
    assert codes(notebook, sheet) == ["E11.40", "R73.9", "99213"]
    notebook.close()
    again = Notebook(tmp_path)
    assert again.worksheets.last_opened() == sheet
    assert again.worksheets.lines(sheet)[2] == added
    again.close()


def test_a_line_keeps_what_was_written(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    sheet = notebook.worksheets.create(lines=(line("G0127"),))
    (only,) = notebook.worksheets.lines(sheet)
    changed = replace(only, modifiers=("Q8", "59"), units=2, remark="nail\n care")
    notebook.worksheets.change(changed)
    assert notebook.worksheets.lines(sheet) == (replace(changed, remark="nail care"),)
    for refused in (replace(only, remark="x" * (LONGEST_REMARK + 1)), replace(only, units=-1)):
        with pytest.raises(NotebookError):
            notebook.worksheets.change(refused)
    assert notebook.worksheets.lines(sheet) == (replace(changed, remark="nail care"),)
    notebook.close()


def test_names_are_the_users_and_each_is_there_once(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    first, second = notebook.worksheets.create(), notebook.worksheets.create()
    assert (first.name, second.name) == ("Worksheet", "Worksheet 2")
    with pytest.raises(NotebookError, match="already"):
        notebook.worksheets.rename(second, "worksheet")
    with pytest.raises(NotebookError, match="needs a name"):
        notebook.worksheets.rename(second, "  ")
    named = notebook.worksheets.rename(second, "  Wound   clinic ")
    assert named.name == "Wound clinic"
    assert notebook.worksheets.rename(named, "WOUND clinic").name == "WOUND clinic"
    notebook.close()


def test_the_last_opened_stands_first(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    first, second = notebook.worksheets.create("a"), notebook.worksheets.create("b")
    template = notebook.worksheets.create("t", (line("I10"),), is_template=True)
    assert notebook.worksheets.all() == (second, first, template)
    notebook.worksheets.mark_opened(first)
    assert notebook.worksheets.all() == (first, second, template)
    assert notebook.worksheets.last_opened() == first
    copied = notebook.worksheets.copy(template)
    assert (copied.name, copied.is_template, codes(notebook, copied)) == ("t 2", False, ["I10"])
    notebook.close()


def test_a_deleted_one_takes_no_more_lines(tmp_path: Path) -> None:
    one, two = Notebook(tmp_path), Notebook(tmp_path)
    sheet = one.worksheets.create("a", (line("I10"),))
    two.worksheets.delete(sheet)
    with pytest.raises(NotebookError, match="deleted in another window"):
        one.worksheets.insert(sheet, (line("E11.9"),))
    assert one.worksheets.lines(sheet) == ()
    one.close()
    two.close()


def test_two_windows_add_to_one_list_and_see_it(tmp_path: Path) -> None:
    one, two = Notebook(tmp_path), Notebook(tmp_path)
    sheet = one.worksheets.create("a", (line("A00.0"),))
    before = two.file.version()
    assert two.file.version() == before
    one.worksheets.insert(sheet, (line("A00.1"),))
    two.worksheets.insert(sheet, (line("A00.9"),))
    assert codes(one, sheet) == codes(two, sheet) == ["A00.0", "A00.1", "A00.9"]
    assert two.file.version() != before
    one.close()
    two.close()


def test_too_many_lines_are_refused_whole(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path)
    sheet = notebook.worksheets.create("a", (line("I10"),))
    with pytest.raises(NotebookError, match="1,001"):
        notebook.worksheets.insert(sheet, tuple(line(f"A{number}") for number in range(MOST_LINES)))
    assert codes(notebook, sheet) == ["I10"]
    notebook.close()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.slow
def test_a_kill_loses_no_line_that_was_saved(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from app.codes.systems import System\n"
        "from app.notebook.notebook import Notebook\n"
        "from app.notebook.worksheets import Line\n"
        f"notebook = Notebook(Path({str(tmp_path)!r}))\n"
        "sheet = notebook.worksheets.last_opened() or notebook.worksheets.create()\n"
        "for number in range(100000):\n"
        "    first = notebook.worksheets.lines(sheet)[:1]\n"
        "    if len(notebook.worksheets.lines(sheet)) > 20:\n"
        "        notebook.worksheets.remove(sheet, first)\n"
        "    notebook.worksheets.insert(sheet, (Line(System.ICD10CM, f'{sys.argv[1]}-{number}'),))\n"
        "    print(f'{sys.argv[1]}-{number}', flush=True)\n"
    )
    for attempt in range(5):
        process = subprocess.Popen([sys.executable, "-c", script, str(attempt)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(7 * attempt + 3):
            process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        saved = rest.split()[-1] if rest.split() else f"{attempt}-{7 * attempt + 2}"
        notebook = Notebook(tmp_path)
        assert notebook.problem == ""
        sheet = notebook.worksheets.last_opened()
        assert sheet is not None
        assert saved in codes(notebook, sheet)[-2:]
        notebook.close()
