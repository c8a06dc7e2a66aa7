"""Where code sets are added, got and removed: asks the person what must be asked, and says how it ended."""

from collections.abc import Callable, Sequence
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.codes.code_sets import CodeSet
from app.codes.names import set_name
from app.codes.systems import System
from app.library.ncci.edits_of_code import LoadedEdits
from app.ui.code_sets.code_sets_text import FREE, size_words
from app.ui.code_sets.code_sets_view import CodeSetsView
from app.ui.code_sets.consent_dialog import ConsentDialog
from app.ui.code_sets.file_drop import FileDrop, named
from app.ui.code_sets.job_bar import JobBar, result_sentence
from app.ui.code_sets.library_jobs import Job, JobQueue, JobResult, PlannedDownload, RequiredConsent, accepted
from app.ui.settings import Settings
from app.ui.widgets.appearance import Appearance
from app.ui.widgets.color_scheme import Scheme
from app.ui.widgets.page_dialog import page_dialog

NO_TERMS = "none"
"""What a plan says of files that everybody may have."""

REMAKING = "Bringing your code sets up to the new version"

MOST_CHARACTERS = 24_000
"""Windows starts no process with more than 32,767 characters of arguments."""


class CodeSetsController(QObject):
    """Wires the Code sets view, dropped files, the dialogs and the process that does the work.

    `done` carries the Job that has changed the library. `code_sets` gives what is loaded now, `added_to` those of
    them to which the person has added files, `edits` the NCCI edits. `refusal` says why nothing can be changed, empty
    where it can. `remake_failed`: what was begun unasked has come to nothing.
    """

    done = Signal(object)
    remake_failed = Signal()

    def __init__(
        self,
        window: QWidget,
        jobs: JobQueue,
        settings: Settings,
        look: Appearance,
        code_sets: Callable[[], Sequence[CodeSet]],
        added_to: Callable[[Sequence[CodeSet]], frozenset[System]],
        edits: Callable[[], LoadedEdits],
        today: date,
        refusal: str,
        log: Callable[[str], None],
    ) -> None:
        super().__init__(window)
        self._window, self.jobs, self._settings, self._look = window, jobs, settings, look
        self._code_sets, self._added_to, self._edits, self._today = code_sets, added_to, edits, today
        self._refusal, self._log = refusal, log
        self._view: CodeSetsView | None = None
        self._told: list[tuple[str, tuple[str, ...]]] = []
        """What the last jobs said, under headings, for the details."""
        self.job_bar = JobBar(jobs, window)
        self.job_bar.details_asked.connect(self.show_details)
        look.register((self.job_bar,), (self.job_bar,))
        look.changed.connect(self.refresh)
        jobs.consent_required.connect(self._ask_consent)
        jobs.planned.connect(self._ask_download)
        jobs.done.connect(self._say_done)
        jobs.failed.connect(self._say_failed)
        jobs.cancelled.connect(self._say_cancelled)

    @property
    def view(self) -> CodeSetsView | None:
        """The Code sets view, once it has been asked for."""
        return self._view

    def show_view(self) -> None:
        """Opens the Code sets view, or brings it to the front."""
        if self._view is None:
            view = self._view = CodeSetsView(self.jobs, self._today, self._refusal, self._window)
            view.files_asked.connect(self.choose_files)
            view.folder_asked.connect(self.choose_folder)
            view.fetch_asked.connect(self.fetch)
            view.remove_asked.connect(self.remove)
            view.remove_edits_asked.connect(self.remove_edits)
            view.job_bar.details_asked.connect(self.show_details)
            dropping = FileDrop(view, lambda: self._refusal, self._sheet_look)
            dropping.dropped.connect(self.add)
        self.refresh()
        self._view.show()
        self._view.raise_()
        self._view.activateWindow()

    def refresh(self) -> None:
        """Shows in the view what is loaded now."""
        if self._view is not None:
            code_sets = self._code_sets()
            scheme, zoom = self._look.scheme, self._look.zoom
            self._view.show_code_sets(code_sets, self._added_to(code_sets), self._edits(), scheme, zoom)

    # What can be asked for

    def choose_files(self) -> None:
        """Lets the person choose files, and adds them."""
        self._choose(QFileDialog.FileMode.ExistingFiles, "Add official files")

    def choose_folder(self) -> None:
        """Lets the person choose a folder, and adds what is in it."""
        self._choose(QFileDialog.FileMode.Directory, "Add a folder of official files")

    def add(self, paths: Sequence[Path]) -> None:
        """Adds files and folders, whatever they are."""
        if self._refusal:
            self._say(f"{self._refusal}.")
            return
        arguments = tuple(str(path.absolute()) for path in paths)
        if sum(len(argument) + 3 for argument in arguments) > MOST_CHARACTERS:
            self._say("These are too many files to be added one by one: add the folder that they are in.")
            return
        if arguments:
            self.jobs.run(Job("add", arguments, f"Adding {named(paths)}"))

    def fetch(self, system: System | None) -> None:
        """Asks what there is to be downloaded for a code set, None for all free ones; nothing is downloaded yet."""
        if self._refusal:
            self._say(f"{self._refusal}.")
            return
        wanted = FREE if system is None else (system,)
        arguments = ("--plan", *(one.value for one in wanted))
        self.jobs.run(Job("fetch", arguments, "Looking up what there is to get"))

    def remake(self) -> None:
        """Makes the person's library again, without asking: nothing of it is lost."""
        self.jobs.run(Job("remake", (), REMAKING))

    def remove_edits(self) -> None:
        """Asks whether the NCCI edits are to be removed, and removes them."""
        box = self._question(
            "Remove the NCCI edits, and the files that they were read from?",
            "The code sets stay as they are.",
            "Remove",
            "remove_dialog",
        )
        box.accepted.connect(lambda: self.jobs.run(Job("remove", ("ncci",), "Removing the NCCI edits")))
        box.open()

    def remove(self, system: System) -> None:
        """Asks whether a code set's added files are to be removed, and removes them."""
        name = set_name(system)
        words = f"Remove the files that you have added to {name}, and what was read from them?"
        more = "What came with Codarium stays."
        if system is System.CPT:
            more += " The titles of CPT codes in your history go too."
        box = self._question(words, more, "Remove", "remove_dialog")
        box.accepted.connect(lambda: self.jobs.run(Job("remove", (system.value,), f"Removing {name}")))
        box.open()

    def must_confirm_end(self) -> bool:
        """Whether something runs that the person has asked for; what was not asked for is done next time."""
        job = self.jobs.job
        return job is not None and (job.command != "remake" or bool(self.jobs.waiting))

    def confirm_end(self, then: Callable[[], object]) -> None:
        """Asks whether the job that runs is to be ended; `then` closes what waits for it."""
        job = self.jobs.job
        words = f"{job.words if job else 'Adding'} is not done yet. End it and close?"
        box = self._question(words, "Nothing is lost: the code sets stay as they were.", "End and close", "end_dialog")

        def end() -> None:
            self.jobs.close()
            then()

        box.accepted.connect(end)
        box.open()

    def show_details(self) -> None:
        """What the last jobs added and left unread, all of it, and what went wrong."""
        parts: list[str] = []
        for heading, lines in self._told:
            parts.append(f"<p style='margin:12px 0 2px 0;color:{self._look.scheme.muted}'>{escape(heading)}</p>")
            parts += [f"<p style='margin:2px 0'>{escape(line)}</p>" for line in lines]
        page_dialog("Added, and left unread", "".join(parts), "adding_report", self._parent()).open()

    # What the process says

    def _ask_consent(self, job: Job, needs: RequiredConsent) -> None:
        if not needs.kinds or set(needs.kinds) <= set(job.accepted):
            self._say_failed(job, needs.sentence, "")
            return
        self._agree(needs.kinds, needs.sentence, lambda: self.jobs.run(accepted(job, needs.kinds), first=True))

    def _agree(self, kinds: Sequence[str], sentence: str, then: Callable[[], object]) -> None:
        """Asks for the agreement to the terms of each kind to which it was not given before, one after another."""
        lacking = [kind for kind in kinds if not self._settings.has_accepted(kind)]
        if not lacking:
            then()
            return
        dialog = ConsentDialog(lacking[0], sentence, *self._sheet_look(), self._parent())

        def agree() -> None:
            self._settings.accept(lacking[0])
            self._agree(lacking[1:], sentence, then)

        dialog.accepted.connect(agree)
        dialog.rejected.connect(lambda: self._say("Nothing was added: without your agreement CPT is not read."))
        dialog.open()

    def _ask_download(self, job: Job, plan: tuple[PlannedDownload, ...]) -> None:
        systems = tuple(argument for argument in job.arguments if not argument.startswith("--"))
        if not plan:
            self._say("There is nothing to get: what is published is here already.")
            return
        reached = [one for one in plan if not one.trouble]
        if not reached:
            self._say_failed(job, f"Nothing can be got now: {plan[0].trouble}", "")
            return
        hosts = sorted({urlsplit(one.url).hostname or one.url for one in reached})
        sizes = [one.size for one in reached if one.size is not None]
        whole = size_words(sum(sizes) if sizes else None, any(one.is_about for one in reached))
        if 0 < len(sizes) < len(reached):
            whole = f"more than {whole.removeprefix('about ')}"
        files = "1 file" if len(reached) == 1 else f"{len(reached)} files"
        lines = [f"{one.title}: {size_words(one.size, one.is_about)}\n{one.url}" for one in reached]
        lines += [f"{one.title}: cannot be got now\n{one.trouble}" for one in plan if one.trouble]
        box = self._question(
            f"Download {files} ({whole}) from {' and '.join(hosts)}?",
            "\n".join(lines) + "\n\nNothing about you or your work is sent.",
            "Download",
            "download_dialog",
        )
        names = " and ".join(set_name(System(name)) for name in systems)
        kinds = tuple(dict.fromkeys(one.terms for one in reached if one.terms != NO_TERMS))
        fetching = Job("fetch", systems, f"Getting {names}", accepted=kinds)
        # Agreed to before anything is downloaded, and not only before it is read.
        box.accepted.connect(lambda: self._agree(kinds, "", lambda: self.jobs.run(fetching)))
        box.open()

    def _say_done(self, job: Job, outcome: JobResult) -> None:
        told = (("Added", outcome.added), ("There already", outcome.unchanged), ("Left unread", outcome.unread))
        self._told = [(heading, lines) for heading, lines in told if lines]
        self._log(f"{job.words}: {outcome}")
        # Before the sentence, so that what it says is already there to be looked at.
        self.done.emit(job)
        self._say(result_sentence(job, outcome), details=bool(self._told))
        self.refresh()

    def _say_failed(self, job: Job, sentence: str, complaint: str) -> None:
        self._told = [(f"{job.words} did not succeed", (sentence, "The code sets are as they were."))]
        self._log(f"{job.words}: {sentence}\n{complaint}".rstrip())
        if job.command == "remake":
            # Nobody has asked for it, so nobody is stopped.
            self._say("Your code sets are as they were: they could not be made again.", details=True)
            self.remake_failed.emit()
            return
        self._say(f"Nothing was changed: {sentence}", details=True)
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Codarium", sentence, parent=self._parent())
        box.setObjectName("adding_failed")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.setInformativeText("The code sets are as they were.")
        box.addButton("Close", QMessageBox.ButtonRole.AcceptRole)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _say_cancelled(self, job: Job) -> None:
        self._told = []
        self._say(f"{job.words} was canceled: the code sets are as they were.")

    def _say(self, sentence: str, details: bool = False) -> None:
        for line in (self.job_bar, self._view.job_bar if self._view else None):
            if line is not None:
                line.say(sentence, details)

    # Dialogs

    def _choose(self, mode: QFileDialog.FileMode, title: str) -> None:
        if self._refusal:
            self._say(f"{self._refusal}.")
            return
        dialog = QFileDialog(self._parent(), title, self._settings.files_folder)
        dialog.setObjectName("choose_files")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        if mode is QFileDialog.FileMode.ExistingFiles:
            dialog.setNameFilters(
                ["Official files (*.zip *.txt *.xml *.xlsx *.csv *.ZIP *.TXT *.XML)", "All files (*)"]
            )
        dialog.filesSelected.connect(self._take_chosen)
        dialog.open()

    def _take_chosen(self, names: Sequence[str]) -> None:
        paths = [Path(name) for name in names if name]
        if paths:
            self._settings.files_folder = str(paths[0].parent)
            self.add(paths)

    def _question(self, words: str, more: str, does: str, name: str) -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Codarium", words, parent=self._parent())
        box.setObjectName(name)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setInformativeText(more)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.addButton(does, QMessageBox.ButtonRole.AcceptRole)
        keep = box.addButton("Cancel", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(keep)
        box.setEscapeButton(keep)
        return box

    def _parent(self) -> QWidget:
        view = self._view
        if view is not None and view.isVisible() and view.isActiveWindow():
            return view
        return self._window

    def _sheet_look(self) -> tuple[Scheme, float]:
        return self._look.scheme, self._look.zoom
