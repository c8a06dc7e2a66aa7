"""The Code sets view and what can be done from it, with a real process that says what the command line says."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QLabel,
    QMessageBox,
    QPushButton,
    QTextBrowser,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app import main
from app.codes.code_sets import CodeSet, LoadedPart, Source
from app.codes.systems import READING_ORDER, System
from app.intake.user_library import UserLibrary
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.notebook.notebook import Notebook
from app.paths import bundled_library
from app.search.answer import Answer
from app.ui.code_sets.code_sets_text import (
    code_counts,
    current_first,
    part_text,
    release_status,
    size_in_words,
    what_to_add,
)
from app.ui.code_sets.code_sets_view import CodeSetsView
from app.ui.code_sets.consent_dialog import ConsentDialog
from app.ui.code_sets.library_jobs import Job, JobQueue, PlannedDownload
from app.ui.main_window.window import Window
from tests.official import official
from tests.ui.libraries import RELEASE, RENAMED, Libraries, make_newer

Ask = Callable[[Window, str], Answer]
MakeWindow = Callable[..., Window]
Key = Qt.Key


@pytest.fixture(scope="module")
def libraries(library_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Libraries:
    return make_newer(library_path, tmp_path_factory.mktemp("libraries"))


@pytest.fixture
def window(open_window: MakeWindow, libraries: Libraries, monkeypatch: pytest.MonkeyPatch) -> Window:
    """A window with a small fake command line, whose output depends on the names of the files."""
    program = str(Path(__file__).with_name("fake_command_line.py"))
    monkeypatch.setattr(main, "own_command", lambda: (sys.executable, program))
    monkeypatch.setenv("FAKE_LIBRARY", str(libraries.newer))
    return open_window()


@pytest.fixture
def view(window: Window, qtbot: QtBot) -> CodeSetsView:
    window.actions_by_name["code_sets"].trigger()
    view = window.code_sets_controller.view
    assert view is not None
    qtbot.waitExposed(view)
    return view


def dialog(window: Window, name: str) -> QDialog:
    """The dialog of that name that stands before the window or its view."""
    dialogs = [widget for widget in window.findChildren(QDialog, name) if widget.isVisible()]
    assert len(dialogs) == 1, name
    return dialogs[0]


def press(dialog: QDialog, words: str) -> None:
    """Clicks the button that says these words."""
    buttons = [button for button in dialog.findChildren(QPushButton) if button.text() == words]
    assert len(buttons) == 1, words
    buttons[0].click()


def test_every_code_set_is_listed_with_its_status(view: CodeSetsView, catalogue: Catalogue) -> None:
    expected = view.accessible_text().splitlines()
    assert len(expected) == len(READING_ORDER)
    for line, code_set in zip(expected, catalogue.code_sets(), strict=True):
        assert code_set.release in line
    assert "ended on 30 Sep 2026: add the FY2027 release" in expected[0]
    assert expected[5].endswith("in Codarium's words")


def shown_lines(panel: QWidget) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def test_the_files_to_get_are_one_key_away(view: CodeSetsView) -> None:
    panel = view.panel(System.ICD10CM)
    assert panel.due_button.isVisible()
    assert "to get" in panel.due_button.text()
    panel.due_button.setFocus()
    QTest.keyClick(panel.due_button, Key.Key_Space)
    assert any("Index" in line and "from https://" in line for line in shown_lines(panel))
    QTest.keyClick(panel.due_button, Key.Key_Space)
    assert not any("from https://" in line for line in shown_lines(panel))


def test_source_files_are_one_key_away(view: CodeSetsView, qtbot: QtBot) -> None:
    panel = view.panel(System.ICD10CM)
    assert not panel.is_open
    panel.parts_button.setFocus()
    QTest.keyClick(panel.parts_button, Key.Key_Space)
    assert panel.is_open
    text = " ".join(label.text() for label in panel.findChildren(QLabel))
    assert "Tabular List" in text
    assert "icd10c-tabular-April-1-2026.xml" in text


def test_tab_reaches_every_button(view: CodeSetsView) -> None:
    view.files_button.setFocus()
    reached: list[str] = []
    for _ in range(40):
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused.accessibleName() or isinstance(focused, QPushButton):
            reached.append(focused.accessibleName() or getattr(focused, "text", str)())
        QTest.keyClick(focused, Key.Key_Tab)
        if QApplication.focusWidget() is view.files_button:
            break
    assert reached[:3] == ["Add files…", "Add folder…", "Download from CMS…"]
    assert "Download ICD-10-PCS from CMS" in reached
    assert "Source files of CPT" in reached
    assert reached[-1] == "Close"
    assert not any("Remove" in name for name in reached)


def test_status_bar_and_page_open_the_view(window: Window) -> None:
    window.status_bar.code_sets_requested.emit()
    assert window.code_sets_controller.view is not None
    assert window.code_sets_controller.view.isVisible()
    window.code_sets_controller.view.close()
    window.panels.code_panel.action_asked.emit("code_sets")
    assert window.code_sets_controller.view.isVisible()


def test_codes_of_an_added_file_are_found(window: Window, view: CodeSetsView, ask: Ask, qtbot: QtBot) -> None:
    window.code_sets_controller.add([Path("/tmp/codes.zip")])
    assert window.code_sets_controller.job_bar.isVisible()
    assert view.job_bar.isVisible()
    with qtbot.waitSignal(window.library_switch.switched, timeout=10_000):
        # Searching goes on meanwhile.
        assert ask(window, "heart attack").hits
    assert f"ICD-10-CM {RELEASE}" in window.status_bar.text()
    assert ask(window, "E11.43").hits[0].node.title == RENAMED
    assert view.accessible_text().splitlines()[0].startswith(f"ICD-10-CM {RELEASE}: in force until")
    assert window.code_sets_controller.job_bar.text() == "Added codes.zip: 79,115 codes. Skipped 1 file."
    window.code_sets_controller.show_details()
    report = dialog(window, "job_report")
    assert "readme.pdf: not a file of codes" in report.findChildren(QTextBrowser)[0].toPlainText()
    report.close()
    assert not view.panel(System.ICD10CM).remove_button.isHidden()
    assert view.panel(System.CPT).remove_button.isHidden()


def test_canceling_changes_nothing(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.code_sets_controller.jobs.progressed):
        window.code_sets_controller.add([Path("/tmp/slow.zip")])
    window.code_sets_controller.job_bar.cancel_button.click()
    with qtbot.waitSignal(window.code_sets_controller.jobs.canceled):
        pass
    assert "was canceled. The code sets are unchanged" in window.code_sets_controller.job_bar.text()
    assert not window.code_sets_controller.job_bar.cancel_button.isVisible()


def test_error_is_one_sentence_and_stays_in_the_details(window: Window, own_home: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.code_sets_controller.jobs.failed):
        window.code_sets_controller.add([Path("/tmp/wrong.zip")])
    box = dialog(window, "job_failed")
    assert isinstance(box, QMessageBox)
    assert box.text() == "wrong.zip, line 3: expected a code, found '????'."
    assert box.informativeText() == "The code sets are unchanged."
    assert window.code_sets_controller.job_bar.text() == box.text()
    press(box, "Close")
    window.code_sets_controller.job_bar.details_button.click()
    again = dialog(window, "job_report")
    assert "wrong.zip, line 3" in again.findChildren(QTextBrowser)[0].toPlainText()
    again.close()
    log = (own_home / "codarium.log").read_text()
    assert "wrong.zip, line 3" in log
    assert "details for the log" in log


@pytest.mark.slow
def test_cpt_is_read_after_one_consent_only(window: Window, qtbot: QtBot) -> None:
    jobs = window.code_sets_controller.jobs
    with qtbot.waitSignal(jobs.consent_required):
        window.code_sets_controller.add([Path("/tmp/cpt.zip")])
    consent = dialog(window, "consent_dialog")
    assert isinstance(consent, ConsentDialog)
    assert not consent.add_button.isEnabled()
    QTest.keyClick(consent.check_box, Key.Key_Space)
    assert consent.add_button.isEnabled()
    with qtbot.waitSignal(jobs.done):
        consent.add_button.click()
    with qtbot.waitSignal(jobs.done):
        window.code_sets_controller.add([Path("/tmp/cpt.zip")])
    assert not [widget for widget in window.findChildren(ConsentDialog) if widget.isVisible()]


def test_two_kinds_of_terms_are_accepted_one_after_the_other(window: Window, qtbot: QtBot) -> None:
    jobs = window.code_sets_controller.jobs
    with qtbot.waitSignal(jobs.consent_required):
        window.code_sets_controller.add([Path("/tmp/both.zip")])
    first = dialog(window, "consent_dialog")
    assert isinstance(first, ConsentDialog)
    assert "AMA's files" in first.windowTitle()
    first.check_box.setChecked(True)
    first.add_button.click()
    assert jobs.job is None
    second = next(widget for widget in window.findChildren(ConsentDialog) if widget.isVisible())
    assert "fee schedule" in second.windowTitle()
    second.check_box.setChecked(True)
    with qtbot.waitSignal(jobs.done):
        second.add_button.click()
    with qtbot.waitSignal(jobs.done):
        window.code_sets_controller.add([Path("/tmp/both.zip"), Path("/tmp/cpt.zip")])


def test_terms_are_accepted_before_the_download(window: Window, qtbot: QtBot) -> None:
    jobs = window.code_sets_controller.jobs
    with qtbot.waitSignal(jobs.planned):
        window.code_sets_controller.fetch(System.CPT)
    press(dialog(window, "download_dialog"), "Download")
    consent = dialog(window, "consent_dialog")
    assert isinstance(consent, ConsentDialog)
    assert "fee schedule" in consent.windowTitle()
    assert jobs.job is None
    consent.check_box.setChecked(True)
    with qtbot.waitSignal(jobs.done):
        consent.add_button.click()
        job = jobs.job
    assert isinstance(job, Job)
    assert job.command_line() == ["fetch", "--json", "--accept-cpt=cms", "cpt"]


def test_nothing_is_added_without_consent(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.code_sets_controller.jobs.consent_required):
        window.code_sets_controller.add([Path("/tmp/cpt.zip")])
    press(dialog(window, "consent_dialog"), "Cancel")
    assert window.code_sets_controller.jobs.job is None
    assert "without your agreement" in window.code_sets_controller.job_bar.text()
    assert not window.code_sets_controller.job_bar.cancel_button.isVisible()


def test_nothing_is_downloaded_without_confirmation(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.code_sets_controller.jobs.planned):
        window.actions_by_name["fetch"].trigger()
    box = dialog(window, "download_dialog")
    assert isinstance(box, QMessageBox)
    assert box.text() == "Download 3 files (more than 12.7 MB) from www.cms.gov?"
    assert "Files of icd10cm: 12.4 MB\nhttps://www.cms.gov/icd10cm.zip" in box.informativeText()
    assert "Files of hcpcs: size not known" in box.informativeText()
    assert window.code_sets_controller.jobs.job is None
    with qtbot.waitSignal(window.code_sets_controller.jobs.done):
        press(box, "Download")


def test_removing_cpt_is_confirmed_and_deletes_titles_in_the_history(
    window: Window, own_home: Path, qtbot: QtBot
) -> None:
    notebook = Notebook(own_home)
    notebook.history.record(System.CPT, "00001", "Made-up procedure, first", datetime.now(UTC))
    window.code_sets_controller.remove(System.CPT)
    box = dialog(window, "remove_dialog")
    assert notebook.history.recent()[0].title
    with qtbot.waitSignal(window.code_sets_controller.jobs.done):
        press(box, "Remove")
    assert [(code.code, code.title) for code in notebook.history.recent()] == [("00001", "")]
    notebook.close()


def test_files_are_chosen_in_the_dialog_of_the_system(window: Window, tmp_path: Path, qtbot: QtBot) -> None:
    window.actions_by_name["add_files"].trigger()
    chooser = dialog(window, "choose_files")
    assert isinstance(chooser, QFileDialog)
    with qtbot.waitSignal(window.code_sets_controller.jobs.done):
        chooser.filesSelected.emit([str(tmp_path / "codes.zip")])
    chooser.close()


def test_closing_is_confirmed_while_files_are_added(window: Window, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.code_sets_controller.jobs.progressed):
        window.code_sets_controller.add([Path("/tmp/slow.zip")])
    window.close()
    assert window.isVisible()
    press(dialog(window, "end_dialog"), "Cancel")
    assert window.code_sets_controller.jobs.job is not None
    window.close()
    press(dialog(window, "end_dialog"), "End and close")
    assert not window.isVisible()
    assert window.code_sets_controller.jobs.job is None


def test_window_on_a_given_database_adds_nothing(
    qapp: QApplication, library: Library, own_home: Path, qtbot: QtBot
) -> None:
    window = main.make_window(qapp, library, own_home, False)
    window.start()
    qtbot.waitExposed(window)
    try:
        assert not window.actions_by_name["add_files"].isEnabled()
        window.code_sets_controller.show_view()
        assert window.code_sets_controller.view is not None
        assert not window.code_sets_controller.view.files_button.isVisible()
        assert window.code_sets_controller.view.panel(System.ICD10CM).fetch_button.isHidden()
        window.code_sets_controller.add([Path("/tmp/codes.zip")])
        assert window.code_sets_controller.jobs.job is None
        assert "--db" in window.code_sets_controller.job_bar.text()
    finally:
        window.close()
        window.finish()
        window.deleteLater()


@pytest.mark.slow
def test_official_file_is_added_by_the_real_command_line(
    open_window: MakeWindow, ask: Ask, own_home: Path, qtbot: QtBot
) -> None:
    archive = official("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip")
    window = open_window()
    ask(window, "heart attack")
    before = window.panels.navigation.node
    window.code_sets_controller.add([archive])
    with qtbot.waitSignal(window.library_switch.switched, timeout=240_000):
        pass
    assert "HCPCS Oct" in window.status_bar.text()
    assert "Added HCPCS October 2025" in window.code_sets_controller.job_bar.text()
    after = window.panels.navigation.node
    assert before is not None
    assert after is not None
    assert after.code == before.code
    window.code_sets_controller.show_view()
    view = window.code_sets_controller.view
    assert view is not None
    assert not view.panel(System.HCPCS).remove_button.isHidden()
    assert view.panel(System.ICD10CM).remove_button.isHidden()
    window.code_sets_controller.remove(System.HCPCS)
    with qtbot.waitSignal(window.library_switch.switched, timeout=240_000):
        press(dialog(window, "remove_dialog"), "Remove")
    assert "HCPCS Oct" not in window.status_bar.text()
    assert view.panel(System.HCPCS).remove_button.isHidden()


def test_unreachable_downloads_are_reported(window: Window) -> None:
    jobs = window.code_sets_controller.jobs
    trouble = "www.cms.gov was tried 3 times in vain; look whether this computer is online."
    plan = (PlannedDownload("icd10cm", "ICD-10-CM FY2027", "https://www.cms.gov/a.zip", 2_200_000, True, trouble),)
    jobs.planned.emit(Job("fetch", ("--plan", "icd10cm"), "Looking"), plan)
    box = dialog(window, "job_failed")
    assert isinstance(box, QMessageBox)
    assert box.text() == f"Nothing can be downloaded now: {trouble}"
    press(box, "Close")
    jobs.planned.emit(Job("fetch", ("--plan", "icd10cm"), "Looking"), (replace(plan[0], problem=""), *plan))
    offered = dialog(window, "download_dialog")
    assert isinstance(offered, QMessageBox)
    assert offered.text() == "Download 1 file (about 2.2 MB) from www.cms.gov?"
    assert "cannot be downloaded now" in offered.informativeText()
    press(offered, "Cancel")


@pytest.mark.slow
def test_notice_takes_the_place_of_the_releases(open_window: MakeWindow, qtbot: QtBot) -> None:
    window = open_window()
    before = window.status_bar.text()
    window.status_bar.show_notice("27447 is not among the codes that are loaded now")
    notice = window.status_bar.findChild(QLabel, "notice")
    assert notice is not None
    qtbot.waitUntil(lambda: notice.width() >= notice.fontMetrics().horizontalAdvance(notice.text()))
    qtbot.waitUntil(lambda: notice.text() == "", timeout=6000)
    assert window.status_bar.text() == before


# Made again by itself


@pytest.fixture
def stale(own_home: Path, library_path: Path) -> Path:
    """The folder of a library that was made from another bundle, with the file that was added to it."""
    keeping = UserLibrary(own_home)
    keeping.files.mkdir(parents=True)
    (keeping.files / "codes.zip").touch()
    (keeping.folder / "library-1.db").hardlink_to(library_path)
    (keeping.folder / "made-from.json").write_text('{"size": 1, "modified": 2}')
    return keeping.folder


def use_fake_command_line(monkeypatch: pytest.MonkeyPatch, library: Path | None, *more: str) -> None:
    program = str(Path(__file__).with_name("fake_command_line.py"))
    monkeypatch.setattr(main, "own_command", lambda: (sys.executable, program, *more))
    monkeypatch.setenv("FAKE_LIBRARY", str(library) if library else "")


def test_library_is_built_again_once_after_an_update(
    stale: Path, open_window: MakeWindow, libraries: Libraries, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    use_fake_command_line(monkeypatch, libraries.newer)
    ran: list[str] = []
    run = JobQueue.submit

    def count(jobs: JobQueue, job: Job, first: bool = False) -> None:
        ran.append(job.description)
        run(jobs, job, first)

    monkeypatch.setattr(JobQueue, "submit", count)
    window = open_window()
    qtbot.waitUntil(lambda: bool(ran))
    qtbot.waitUntil(lambda: window.library_switch.current.path.name == "library-4.db", timeout=10_000)
    assert window.code_sets_controller.job_bar.text() == "Your code sets are up to the new version. Skipped 1 file."
    assert ran == ["Bringing your code sets up to the new version"]
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    assert len(ran) == 1


def test_failed_rebuild_shows_no_dialog(
    stale: Path, open_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (stale / "library-2.db").write_bytes(b"no database")
    monkeypatch.setattr(main, "own_command", lambda: ("/no/such/program",))
    window = open_window()
    qtbot.waitUntil(lambda: "unchanged" in window.code_sets_controller.job_bar.text())
    assert not [widget for widget in window.findChildren(QDialog) if widget.isVisible()]
    window.code_sets_controller.show_details()
    assert "could not start" in dialog(window, "job_report").findChildren(QTextBrowser)[0].toPlainText()


def test_rebuild_does_not_keep_the_window_open(
    stale: Path, open_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    use_fake_command_line(monkeypatch, None, "remake", "slow.zip")
    window = open_window()
    qtbot.waitUntil(lambda: "niceness" in window.code_sets_controller.job_bar.text())
    assert window.code_sets_controller.job_bar.text().startswith("Bringing your code sets up to the new version")
    window.close()
    assert not window.isVisible()


def test_library_of_this_version_is_not_rebuilt(
    stale: Path, open_window: MakeWindow, own_home: Path, qtbot: QtBot
) -> None:
    UserLibrary(own_home).write_made_from(bundled_library())
    window = open_window()
    # The window accepts drops once it has made everything that its first picture does without.
    qtbot.waitUntil(window.acceptDrops)
    assert window.code_sets_controller.jobs.job is None
    assert not window.code_sets_controller.job_bar.isVisible()


def test_warns_of_a_library_that_cannot_be_rebuilt(
    qapp: QApplication, library: Library, own_home: Path, qtbot: QtBot
) -> None:
    window = main.make_window(qapp, library, own_home, notices=("library-3.db is damaged. Nothing was kept of it.",))
    window.start()
    try:
        qtbot.waitUntil(lambda: "library-3.db is damaged" in window.status_bar.text())
    finally:
        window.close()
        window.finish()
        window.deleteLater()


# Words


def made(**changes: object) -> CodeSet:
    """A code set of ICD-10-CM."""
    facts: dict[str, object] = {
        "system": System.ICD10CM,
        "release": "FY2026",
        "effective_from": date(2025, 10, 1),
        "effective_to": date(2026, 9, 30),
        "codes": 98_186,
        "valid": 74_719,
        "sources": (),
    }
    return CodeSet(**(facts | changes))  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("code_set", "expected", "warns"),
    [
        (made(), "in force until 30 Sep 2026", False),
        (made(effective_to=date(2026, 3, 20)), "ends soon, on 20 Mar 2026", True),
        (made(effective_to=date(2025, 9, 30)), "ended on 30 Sep 2025: add the FY2026 release", True),
        (made(effective_to=None), "in force", False),
        (made(ours=True), "in Codarium's words", False),
        (None, "not loaded", True),
    ],
)
def test_release_status(code_set: CodeSet | None, expected: str, warns: bool) -> None:
    status = release_status(code_set, date(2026, 3, 10))
    assert (status.text, status.is_warning) == (expected, warns)


def part(name: str, *, current: bool = True, release: str = "FY2026") -> LoadedPart:
    return LoadedPart(name, name.capitalize(), release, None, None, 1234, current, (Source("a.xml", "00"),))


def test_counts_and_what_to_add() -> None:
    assert code_counts(made()) == "98,186 codes, 74,719 of them valid for submission · since 1 Oct 2025"
    assert what_to_add(System.ICD10CM, made()) == ""
    assert what_to_add(System.HCPCS, None)


def test_current_parts_come_first() -> None:
    parts = current_first([part("codes", current=False, release="FY2025"), part("codes"), part("index")])
    assert [part_text(part) for part in parts] == [
        "Codes · FY2026 · 1,234 codes",
        "Index · FY2026 · 1,234 entries",
        "Codes · FY2025 · 1,234 codes · replaced by the newer release",
    ]


@pytest.mark.parametrize(("size", "expected"), [(None, "size not known"), (12_400_000, "12.4 MB"), (400, "1 KB")])
def test_sizes(size: int | None, expected: str) -> None:
    assert size_in_words(size) == expected
