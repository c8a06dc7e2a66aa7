"""Window or command line, and what is said where no window can be shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import app.main
from app.cli.commands import is_for_command_line, split_database
from app.display import NO_DISPLAY, WINDOW_LIBRARIES, XCB_LIBRARIES, display_problem


@pytest.mark.parametrize(
    ("arguments", "database", "command_line"),
    [
        ([], None, False),
        (["heart", "attack"], None, False),
        (["lookup", "heart"], None, True),
        (["show", "E11.9"], None, True),
        (["sets"], None, True),
        (["add", "file.zip"], None, True),
        (["remove", "cpt"], None, True),
        (["fetch", "--plan", "icd10cm"], None, True),
        (["--help"], None, True),
        (["-h"], None, True),
        (["--version"], None, True),
        (["--nonsense"], None, True),
        (["--db", "codes.db"], "codes.db", False),
        (["--db", "codes.db", "heart"], "codes.db", False),
        (["--db=codes.db", "lookup", "x"], "codes.db", True),
        (["--db"], None, True),
        (["-open"], None, False),
    ],
)
def test_command_line_or_window(arguments: list[str], database: str | None, command_line: bool) -> None:
    path, _ = split_database(arguments)
    assert path == (Path(database) if database else None)
    assert is_for_command_line(arguments) is command_line


@pytest.mark.parametrize(
    ("environment", "missing", "expected"),
    [
        ({}, set[str](), NO_DISPLAY),
        ({"DISPLAY": ":0"}, {"libxcb-cursor.so.0"}, "sudo apt install libxcb-cursor0"),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}, {"libxkbcommon-x11.so.0"}, "libxkbcommon-x11-0"),
        ({"DISPLAY": ":0"}, {"libEGL.so.1", "libGL.so.1"}, "libegl1 libgl1"),
        ({"QT_QPA_PLATFORM": "offscreen"}, {"libEGL.so.1"}, "libegl1"),
    ],
)
def test_reasons_why_no_window_can_be_shown(environment: dict[str, str], missing: set[str], expected: str) -> None:
    sentence = display_problem(environment, "linux", lambda library: library not in missing)
    assert expected in sentence
    assert "codarium lookup" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({"DISPLAY": ":0"}, "linux"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux"),
        ({"QT_QPA_PLATFORM": "offscreen"}, "linux"),
        ({}, "win32"),
        ({}, "darwin"),
    ],
)
def test_where_a_window_can_be_shown(environment: dict[str, str], platform: str) -> None:
    assert display_problem(environment, platform, lambda _library: True) == ""


@pytest.mark.parametrize("environment", [{"WAYLAND_DISPLAY": "wayland-0"}, {"QT_QPA_PLATFORM": "offscreen"}])
def test_x11_libraries_are_required_only_on_x11(environment: dict[str, str]) -> None:
    asked: list[str] = []

    def loads(library: str) -> bool:
        asked.append(library)
        return True

    display_problem(environment, "linux", loads)
    assert set(asked) == set(WINDOW_LIBRARIES)
    assert not set(asked) & set(XCB_LIBRARIES)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as a process of its own, with only this environment besides the necessary."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "CODARIUM_HOME", "SYSTEMROOT") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).resolve().parent.parent,
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux may be without a display")
def test_missing_display_is_one_sentence_of_advice() -> None:
    done = run()
    assert done.returncode == 2
    assert done.stderr == NO_DISPLAY + "\n"
    assert done.stdout == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux may be without a display")
def test_unresponsive_display_is_refused_before_qt_aborts() -> None:
    done = run(DISPLAY=":6543")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("content", [None, b"", b"not a database", b"SQLite format 3\x00" + bytes(2000)])
def test_unusable_database_is_one_sentence(tmp_path: Path, content: bytes | None) -> None:
    database = tmp_path / "codes.db"
    if content is not None:
        database.write_bytes(content)
    # The dialog would wait for a click for ever.
    script = (
        "import sys\n"
        "import app.ui.dialogs.error_dialog as trouble\n"
        "trouble.show_refusal = lambda sentence: print('dialog:', sentence)\n"
        "from app.main import main\n"
        f"sys.exit(main(['codarium', '--db', {str(database)!r}]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).resolve().parent.parent,
    )
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.startswith("dialog: ")
    assert "Reinstall" not in done.stdout
    assert str(database) in done.stdout


def test_a_byte_of_the_arguments_that_is_no_text_reaches_the_window_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[Path | None, str]] = []

    def open_window(database: Path | None, query: str) -> int:
        opened.append((database, query))
        return 0

    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    monkeypatch.setattr(app.main, "open_window", open_window)
    assert app.main.main(["codarium", "Méni\udce8re", "gout"]) == 0
    assert opened == [(None, "Méni�re gout")]


@pytest.mark.slow
def test_the_window_opens_and_closes_in_a_process_of_its_own() -> None:
    script = (
        "import sys\n"
        "from PySide6.QtCore import QTimer\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from app.ui.main_window.window import Window\n"
        "start = Window.start\n"
        "def and_close(window, query=''):\n"
        "    start(window, query)\n"
        "    QTimer.singleShot(700, window.close)\n"
        "Window.start = and_close\n"
        "from app.main import main\n"
        "sys.exit(main(['codarium', 'heart', 'attack']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", script],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).resolve().parent.parent,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_modules_for_adding_are_not_loaded_before_the_first_picture() -> None:
    script = (
        "import sys\n"
        "from app.ui.main_window.window import Window\n"
        "finish_start = Window._finish_start\n"
        "def and_tell(window):\n"
        "    print(*sorted(name for name in sys.modules if name.startswith('app.')))\n"
        "    finish_start(window)\n"
        "    window.close()\n"
        "Window._finish_start = and_tell\n"
        "from app.main import main\n"
        "sys.exit(main(['codarium']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).resolve().parent.parent,
    )
    loaded = set(done.stdout.split())
    assert "app.ui.main_window.library_switch" in loaded
    late = ("app.ui.code_sets", "app.ui.code_page.code_panel", "app.ui.main_window.navigation")
    assert not {name for name in loaded if name.startswith(late)}
    assert {name for name in loaded if name.startswith("app.intake.")} == {"app.intake.current_library"}


def test_pyside_reads_no_source_of_later_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtCore import qVersion

    from app.main import skip_feature_scan

    feature = vars(sys.modules["shibokensupport.feature"])
    monkeypatch.setitem(feature, "_mod_uses_pyside", feature["_mod_uses_pyside"])
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    for name in ("imported_before", "imported_after"):
        (tmp_path / f"{name}.py").write_text("BINDING = 'PySide6'\n", encoding="utf-8")
        __import__(name)
        skip_feature_scan()
    # 0 is a module that PySide found its own name in, -1 one that it ignores.
    assert feature["pyside_feature_dict"]["imported_before"] == 0, qVersion()
    assert feature["pyside_feature_dict"]["imported_after"] == -1, qVersion()
