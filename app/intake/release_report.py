"""Sentences on the releases of a code set that were added, and on those that changed nothing."""

from collections.abc import Collection
from dataclasses import dataclass, field

from app.library.contents import is_packaged
from app.releases.records import Release


@dataclass(slots=True)
class Sentences:
    """One sentence for each part of a release that was added, and for each that changed nothing."""

    added: list[str] = field(default_factory=list[str])
    unchanged: list[str] = field(default_factory=list[str])


class ReleaseReporter:
    """Reports the releases of one code set, except those of files that were only read again.

    `code_set` begins each sentence. `unreported` are the SHA-256 of files that nothing is reported of.
    """

    def __init__(self, sentences: Sentences, code_set: str, unreported: Collection[str]) -> None:
        self._sentences = sentences
        self._code_set = code_set
        self._unreported = unreported
        self.changed = False

    def added(self, release: Release, what: str) -> None:
        """Report a part of a release that was added."""
        self.changed = True
        self._report(self._sentences.added, release, what)

    def unchanged(self, release: Release, what: str) -> None:
        """Report a part of a release that is in the library already."""
        self.ignored(release, f"{what}, unchanged")

    def ignored(self, release: Release, reason: str) -> None:
        """Report a release that changes nothing."""
        self._report(self._sentences.unchanged, release, reason)

    def replaces(self, release: Release, present: Release | None, what: str, *, same_contents: bool = False) -> bool:
        """Return whether a release replaces the one that the library has, and report it either way.

        An official file replaces one of the registry's package of the same year; an older one replaces nothing.
        `same_contents`: its contents are those of the library, whatever file they came in.
        """
        if present is not None and is_packaged(present):
            if release.effective_to < present.effective_to:
                self.ignored(release, f"{what}, older than {present.name}; not added")
                return False
        elif present is not None:
            same = same_contents or has_same_sources(release, present)
            if same and release.effective_from == present.effective_from:
                self.unchanged(release, what)
                return False
            if release.effective_from < present.effective_from:
                self.ignored(release, f"{what}, older than {present.name}; not added")
                return False
        self.added(release, what)
        return True

    def _report(self, sentences: list[str], release: Release, what: str) -> None:
        if not release.sources or any(source.sha256 not in self._unreported for source in release.sources):
            name = release.name.removeprefix(f"{self._code_set} ")
            sentences.append(f"{self._code_set} {name}: {what}")


def has_same_sources(release: Release, other: Release) -> bool:
    """Return whether two releases come from the same files, under whatever names."""
    return {source.sha256 for source in release.sources} == {source.sha256 for source in other.sources}
