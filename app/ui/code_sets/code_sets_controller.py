"""The controller of code sets: asks the user what must be asked, has the work done, and shows the result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.codes.code_sets import CodeSet
from app.codes.names import count_words, set_name
from app.codes.systems import System
from app.library.ncci.edits_of_code import LoadedEdits
from app.ui.code_sets.code_sets_text import FREE, size_in_words
from app.ui.code_sets.code_sets_view import CodeSetsView
from app.ui.code_sets.consent_dialog import ConsentDialog
from app.ui.code_sets.file_drop import FileDrop, list_names
from app.ui.code_sets.job_bar import JobBar, result_sentence
from app.ui.code_sets.library_jobs import (
    Job,
    JobQueue,
    JobResult,
    PlannedDownload,
    RequiredConsent,
    with_accepted,
)
from app.ui.settings import Settings
from app.ui.widgets.appearance import Appearance
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.page_dialog import page_dialog
from app.ui.widgets.plain_text import menu_text, message_box

NO_TERMS = "none"
"""The terms of files that everyone may have."""

REMAKING = "Bringing your code sets up to the new version"

DIALOG_TITLE = "Code sets"

UNCHANGED = "The code sets are unchanged."

MOST_CHARACTERS = 24_000
"""Characters of file names in one command line: Windows starts no process with more than 32,767 of arguments."""


@dataclass(frozen=True, slots=True)
class LibraryContents:
    """Functions that return the loaded data, and the day on which it is judged.

    `code_sets` returns what is loaded now, `added_to` those of the code sets to which the user has added files,
    `edits` the NCCI edits.
    """

    code_sets: Callable[[], Sequence[CodeSet]]
    added_to: Callable[[Sequence[CodeSet]], frozenset[System]]
    edits: Callable[[], LoadedEdits]
    today: date


@dataclass(frozen=True, slots=True)
class LibraryChanges:
    """The means to change the library: the queue that runs the jobs, and a log for what they print.

    `refusal` is the reason why nothing can be changed, empty where it can.
    """

    jobs: JobQueue
    refusal: str
    log: Callable[[str], None]


class CodeSetsController(QObject):
    """Joins the Code sets view, dropped files, the dialogs and the queue of jobs.

    `done` carries the Job that has changed the library. `remake_failed`: the job that the program started by itself
    did not succeed.
    """

    done = Signal(object)
    remake_failed = Signal()

    def __init__(
        self,
        window: QWidget,
        changes: LibraryChanges,
        contents: LibraryContents,
        settings: Settings,
        appearance: Appearance,
    ) -> None:
        super().__init__(window)
        self._window, self._contents, self._settings, self._appearance = window, contents, settings, appearance
        self.jobs, self._refusal, self._log = changes.jobs, changes.refusal, changes.log
        self._view: CodeSetsView | None = None
        self._details: list[tuple[str, tuple[str, ...]]] = []
        """The sentences of the last job, under headings."""
        self.job_bar = JobBar(self.jobs, window)
        self.job_bar.details_requested.connect(self.show_details)
        appearance.register((self.job_bar,), (self.job_bar,))
        appearance.changed.connect(self.refresh)
        self.jobs.consent_required.connect(self._ask_consent)
        self.jobs.planned.connect(self._ask_download)
        self.jobs.done.connect(self._show_done)
        self.jobs.failed.connect(self._show_failed)
        self.jobs.canceled.connect(self._show_canceled)

    @property
    def view(self) -> CodeSetsView | None:
        """The Code sets view, None until it is first shown."""
        return self._view

    def show_view(self) -> None:
        """Open the Code sets view, or bring it to the front."""
        if self._view is None:
            view = self._view = CodeSetsView(self.jobs, self._contents.today, self._refusal, self._window)
            view.files_requested.connect(self.choose_files)
            view.folder_requested.connect(self.choose_folder)
            view.fetch_requested.connect(self.fetch)
            view.remove_requested.connect(self.remove)
            view.remove_edits_requested.connect(self.remove_edits)
            view.job_bar.details_requested.connect(self.show_details)
            file_drop = FileDrop(view, lambda: self._refusal, self._scheme_and_zoom)
            file_drop.dropped.connect(self.add)
        self.refresh()
        self._view.show()
        self._view.raise_()
        self._view.activateWindow()

    def refresh(self) -> None:
        """Show in the view the code sets that are loaded now."""
        if self._view is not None:
            contents = self._contents
            code_sets = contents.code_sets()
            self._view.show_code_sets(
                code_sets, contents.added_to(code_sets), contents.edits(), *self._scheme_and_zoom()
            )

    # Changes that the user can ask for

    def choose_files(self) -> None:
        """Let the user choose files, and add them."""
        self._choose(QFileDialog.FileMode.ExistingFiles, "Add official files")

    def choose_folder(self) -> None:
        """Let the user choose a folder, and add the files in it."""
        self._choose(QFileDialog.FileMode.Directory, "Add folder of official files")

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders of any kind."""
        if self._refusal:
            self._show_sentence(f"{self._refusal}.")
            return
        arguments = tuple(str(path.absolute()) for path in paths)
        if sum(len(argument) + 3 for argument in arguments) > MOST_CHARACTERS:
            self._show_sentence("These are too many files to add one by one: add the folder that they are in.")
            return
        if arguments:
            self.jobs.submit(Job("add", arguments, f"Adding {list_names(paths)}"))

    def fetch(self, system: System | None) -> None:
        """Look up what can be downloaded for a code set, None for all free ones, and ask before it is downloaded."""
        if self._refusal:
            self._show_sentence(f"{self._refusal}.")
            return
        systems = FREE if system is None else (system,)
        arguments = ("--plan", *(system.value for system in systems))
        self.jobs.submit(Job("fetch", arguments, "Looking up what can be downloaded"))

    def remake(self, description: str = REMAKING) -> None:
        """Build the user's library again, without asking: nothing of it is lost."""
        self.jobs.submit(Job("remake", (), description))

    def remove_edits(self) -> None:
        """Ask whether to remove the NCCI edits, and remove them."""
        box = self._question(
            "Remove the NCCI edits and the files that they were read from?",
            "The code sets stay unchanged.",
            "Remove",
            "remove_dialog",
        )
        box.accepted.connect(lambda: self.jobs.submit(Job("remove", ("ncci",), "Removing the NCCI edits")))
        box.open()

    def remove(self, system: System) -> None:
        """Ask whether to remove the files that were added to a code set, and remove them."""
        name = set_name(system)
        question = f"Remove the files that you have added to {name}, and what was read from them?"
        explanation = "Data that came with Codarium stays."
        if system is System.CPT:
            explanation += " The titles of CPT codes in your history are removed too."
        box = self._question(question, explanation, "Remove", "remove_dialog")
        box.accepted.connect(lambda: self.jobs.submit(Job("remove", (system.value,), f"Removing {name}")))
        box.open()

    def must_confirm_end(self) -> bool:
        """Return whether a job runs that the user has asked for; any other is repeated at the next start."""
        job = self.jobs.job
        return job is not None and (job.command != "remake" or bool(self.jobs.waiting))

    def confirm_end(self, then: Callable[[], object]) -> None:
        """Ask whether to end the job that runs, and call `then` after it has ended."""
        job = self.jobs.job
        question = f"{job.description if job else 'Adding'} is not done yet. End it and close?"
        box = self._question(question, f"Nothing is lost. {UNCHANGED}", "End and close", "end_dialog")

        def end() -> None:
            self.jobs.close()
            then()

        box.accepted.connect(end)
        box.open()

    def show_details(self) -> None:
        """Show all sentences of the last job: what it added and skipped, or what went wrong."""
        parts: list[str] = []
        for heading, lines in self._details:
            muted = self._appearance.scheme.muted
            parts.append(f"<p style='margin:12px 0 2px 0;color:{muted}'>{escape(heading)}</p>")
            parts += [f"<p style='margin:2px 0'>{escape(line)}</p>" for line in lines]
        page_dialog("Added and skipped files", "".join(parts), "job_report", self._parent()).open()

    # Answers of the process

    def _ask_consent(self, job: Job, consent: RequiredConsent) -> None:
        if not consent.kinds or set(consent.kinds) <= set(job.accepted_terms):
            self._show_failed(job, consent.sentence, "")
            return
        again = with_accepted(job, consent.kinds)
        self._accept_terms(consent.kinds, consent.sentence, lambda: self.jobs.submit(again, first=True))

    def _accept_terms(self, kinds: Sequence[str], sentence: str, then: Callable[[], object]) -> None:
        """Ask for each kind of terms that was not accepted before, one after another; then call `then`."""
        lacking = [kind for kind in kinds if not self._settings.has_accepted(kind)]
        if not lacking:
            then()
            return
        dialog = ConsentDialog(lacking[0], sentence, *self._scheme_and_zoom(), self._parent())

        def accept() -> None:
            self._settings.accept(lacking[0])
            self._accept_terms(lacking[1:], sentence, then)

        dialog.accepted.connect(accept)
        dialog.rejected.connect(
            lambda: self._show_sentence("Nothing was added: CPT is not read without your agreement.")
        )
        dialog.open()

    def _ask_download(self, job: Job, plan: tuple[PlannedDownload, ...]) -> None:
        systems = tuple(argument for argument in job.arguments if not argument.startswith("--"))
        if not plan:
            self._show_sentence("There is nothing to download: everything that is published is here.")
            return
        downloads = [download for download in plan if not download.problem]
        if not downloads:
            self._show_failed(job, f"Nothing can be downloaded now: {plan[0].problem}", "")
            return
        box = self._question(
            download_question(downloads),
            f"{download_list(plan)}\n\nNothing about you or your work is sent.",
            "Download",
            "download_dialog",
        )
        names = " and ".join(set_name(System(name)) for name in systems)
        kinds = tuple(dict.fromkeys(download.terms for download in downloads if download.terms != NO_TERMS))
        fetching = Job("fetch", systems, f"Downloading {names}", accepted_terms=kinds)
        # Terms are accepted before anything is downloaded, and not only before it is read.
        box.accepted.connect(lambda: self._accept_terms(kinds, "", lambda: self.jobs.submit(fetching)))
        box.open()

    def _show_done(self, job: Job, result: JobResult) -> None:
        details = (("Added", result.added), ("Already here", result.unchanged), ("Skipped", result.unread))
        self._details = [(heading, lines) for heading, lines in details if lines]
        self._log(f"{job.description}: {result}")
        # Before the sentence is shown, so that the data it speaks of is there.
        self.done.emit(job)
        self._show_sentence(result_sentence(job, result), details=bool(self._details))
        self.refresh()

    def _show_failed(self, job: Job, sentence: str, complaint: str) -> None:
        self._details = [(f"{job.description} did not succeed", (sentence, UNCHANGED))]
        self._log(f"{job.description}: {sentence}\n{complaint}".rstrip())
        if job.command == "remake":
            # The user has not asked for it, so no dialog interrupts.
            self._show_sentence("Your code sets are unchanged: they could not be built again.", details=True)
            self.remake_failed.emit()
            return
        # That nothing was changed stands in the dialog, which opens beside it.
        self._show_sentence(sentence, details=True)
        box = message_box(DIALOG_TITLE, sentence, self._parent())
        box.setObjectName("job_failed")
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setInformativeText(UNCHANGED)
        box.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _show_canceled(self, job: Job) -> None:
        self._details = []
        self._show_sentence(f"{job.description} was canceled. {UNCHANGED}")

    def _show_sentence(self, sentence: str, details: bool = False) -> None:
        for bar in (self.job_bar, self._view.job_bar if self._view else None):
            if bar is not None:
                bar.show_result(sentence, details)

    # Dialogs

    def _choose(self, mode: QFileDialog.FileMode, title: str) -> None:
        if self._refusal:
            self._show_sentence(f"{self._refusal}.")
            return
        dialog = QFileDialog(self._parent(), title, self._settings.files_folder)
        dialog.setObjectName("choose_files")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.ExistingFiles:
            dialog.setNameFilters(
                ["Official files (*.zip *.txt *.xml *.xlsx *.csv *.ZIP *.TXT *.XML)", "All files (*)"]
            )
        dialog.filesSelected.connect(self._add_chosen)
        dialog.open()

    def _add_chosen(self, names: Sequence[str]) -> None:
        paths = [Path(name) for name in names if name]
        if paths:
            self._settings.files_folder = str(paths[0].parent)
            self.add(paths)

    def _question(self, question: str, explanation: str, action: str, name: str) -> QMessageBox:
        """Return a dialog, named `name`, whose buttons are `action` and Cancel, which is the default."""
        box = message_box(DIALOG_TITLE, question, self._parent())
        box.setObjectName(name)
        box.setInformativeText(explanation)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.addButton(menu_text(action), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        return box

    def _parent(self) -> QWidget:
        view = self._view
        if view is not None and view.isVisible() and view.isActiveWindow():
            return view
        return self._window

    def _scheme_and_zoom(self) -> tuple[Scheme, float]:
        return self._appearance.scheme, self._appearance.zoom


def download_question(downloads: Sequence[PlannedDownload]) -> str:
    """Return the question before a download: `Download 2 files (about 12.7 MB) from www.cms.gov?`."""
    hosts = sorted({urlsplit(download.url).hostname or download.url for download in downloads})
    sizes = [download.size for download in downloads if download.size is not None]
    is_estimate = any(download.is_estimate for download in downloads)
    size = size_in_words(sum(sizes) if sizes else None, is_estimate)
    if 0 < len(sizes) < len(downloads):
        size = f"more than {size.removeprefix('about ')}"
    return f"Download {count_words(len(downloads), 'file')} ({size}) from {' and '.join(hosts)}?"


def download_list(plan: Sequence[PlannedDownload]) -> str:
    """Return the files of a plan with sizes and addresses, those that cannot be downloaded now last."""
    lines = [
        f"{download.title}: {size_in_words(download.size, download.is_estimate)}\n{download.url}"
        for download in plan
        if not download.problem
    ]
    lines += [
        f"{download.title}: cannot be downloaded now\n{download.problem}" for download in plan if download.problem
    ]
    return "\n".join(lines)
