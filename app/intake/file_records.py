"""The records of official files, by what they are, ready to be merged with those of a library."""

from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.library.code_history import Snapshot
from app.library.contents import (
    CcList,
    DrgWeights,
    EquivalenceMap,
    HccMapping,
    Icd9Titles,
    IndexBook,
    PoaExemptList,
)
from app.library.ncci.database import MuePart, PtpPart
from app.releases.cpt.code_files import CptFile
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.records import (
    AddendaCounts,
    Addendum,
    Conversion,
    CptModifier,
    HcpcsCode,
    PcsDefinition,
    ProcessingNote,
    Release,
    Tabular,
)


class DamagedError(ReleaseError):
    """A file that cannot be read to its end; the text says what is wrong where.

    `path` is the file on the disk. `is_part` is True for a file in a zip whose bytes are as they were packed: it has
    contents that are not understood, and the others in the zip are not damaged.
    """

    def __init__(self, member: Member, text: str, *, is_part: bool) -> None:
        super().__init__(text)
        self.member = member
        self.path = member.path
        self.is_part = is_part


class UnusableError(ReleaseError):
    """Records of a file that was read to its end, and that no library can be made of; the text says why.

    `record` is the one of FileRecords that is to blame.
    """

    def __init__(self, record: object, text: str) -> None:
        super().__init__(text)
        self.record = record


@dataclass(slots=True)
class CptRecords:
    """CPT as the files of one edition give it; their codes are merged once all are read.

    `release` is that of the codes: the AMA's edition, or else the fee schedule, with the sources of both. `older` are
    the releases of files that were not read because a newer edition is there.
    """

    files: list[CptFile] = field(default_factory=list[CptFile])
    older: list[Release] = field(default_factory=list[Release])
    modifiers: list[CptModifier] = field(default_factory=list[CptModifier])
    notices: list[str] = field(default_factory=list[str])
    release: Release | None = None
    modifiers_release: Release | None = None

    @property
    def has_fee_schedule(self) -> bool:
        """Return whether the codes of a fee schedule are among them."""
        return any(file.kind is None for file in self.files)

    def extend(self, other: "CptRecords") -> None:
        """Add the records of one more file.

        The name and days of the release are those of the first file of an edition, even if a fee schedule came first.
        """
        if other.release is not None:
            fee_schedule_alone = all(file.kind is None for file in self.files)
            keeps_name = other.has_fee_schedule or not fee_schedule_alone
            self.release = _with_sources(other.release, self.release, keeps_name=keeps_name)
        if other.modifiers_release is not None:
            self.modifiers_release = _with_sources(other.modifiers_release, self.modifiers_release, keeps_name=True)
        self.files += other.files
        self.older += other.older
        self.modifiers += other.modifiers
        self.notices += other.notices


class ReleaseAddenda(NamedTuple):
    """The changes of an addenda file, with the release that they lead to. `counts` are its statistics, if any."""

    release: Release
    changes: tuple[Addendum, ...]
    counts: AddendaCounts | None = None


@dataclass(slots=True)
class FileRecords:
    """The records of some files, by what they are; releases of one kind stand in the order in which they were read."""

    tabulars: list[tuple[Release, Tabular]] = field(default_factory=list[tuple[Release, Tabular]])
    orders: list[Snapshot] = field(default_factory=list[Snapshot])
    addenda: list[ReleaseAddenda] = field(default_factory=list[ReleaseAddenda])
    books: list[IndexBook] = field(default_factory=list[IndexBook])
    conversions: list[tuple[Release, tuple[Conversion, ...]]] = field(
        default_factory=list[tuple[Release, tuple[Conversion, ...]]]
    )
    tables: list[tuple[Release, dict[tuple[str, int, str], str]]] = field(
        default_factory=list[tuple[Release, dict[tuple[str, int, str], str]]]
    )
    definitions: list[tuple[Release, tuple[PcsDefinition, ...]]] = field(
        default_factory=list[tuple[Release, tuple[PcsDefinition, ...]]]
    )
    hcpcs: list[tuple[Release, tuple[HcpcsCode, ...]]] = field(
        default_factory=list[tuple[Release, tuple[HcpcsCode, ...]]]
    )
    notes: list[tuple[Release, tuple[ProcessingNote, ...]]] = field(
        default_factory=list[tuple[Release, tuple[ProcessingNote, ...]]]
    )
    cpt: CptRecords = field(default_factory=CptRecords)
    maps: list[EquivalenceMap] = field(default_factory=list[EquivalenceMap])
    titles: list[Icd9Titles] = field(default_factory=list[Icd9Titles])
    cc: list[CcList] = field(default_factory=list[CcList])
    weights: list[DrgWeights] = field(default_factory=list[DrgWeights])
    hcc: list[HccMapping] = field(default_factory=list[HccMapping])
    pairs: list[PtpPart] = field(default_factory=list[PtpPart])
    limits: list[MuePart] = field(default_factory=list[MuePart])
    poa: list[PoaExemptList] = field(default_factory=list[PoaExemptList])
    unreported: set[str] = field(default_factory=set[str])
    """The SHA-256 of files that are read again because others need them: nothing is reported of them."""

    def extend(self, other: "FileRecords") -> None:
        """Add the records of other files, after those that are here."""
        self.tabulars += other.tabulars
        self.orders += other.orders
        self.addenda += other.addenda
        self.books += other.books
        self.conversions += other.conversions
        self.tables += other.tables
        self.definitions += other.definitions
        self.hcpcs += other.hcpcs
        self.notes += other.notes
        self.cpt.extend(other.cpt)
        self.maps += other.maps
        self.titles += other.titles
        self.cc += other.cc
        self.weights += other.weights
        self.hcc += other.hcc
        self.pairs += other.pairs
        self.limits += other.limits
        self.poa += other.poa
        self.unreported |= other.unreported

    def holds(self, record: object) -> bool:
        """Return whether one of the records is this very one."""
        parts = (self.tabulars, self.orders, self.hcpcs)
        return any(own is record for part in parts for own in part)

    def releases(self) -> list[Release]:
        """The releases of everything except CPT, maps, payment and NCCI, each as often as there are parts of it."""
        parts = (self.tabulars, self.addenda, self.conversions, self.tables, self.definitions, self.hcpcs, self.notes)
        releases = [release for part in parts for release, *_ in part]
        return [*releases, *(order.release for order in self.orders), *(book.release for book in self.books)]


def _with_sources(release: Release, earlier: Release | None, *, keeps_name: bool) -> Release:
    """A release with the sources of both, under the name and with the days of the earlier one or of its own."""
    sources = tuple(dict.fromkeys((*(earlier.sources if earlier else ()), *release.sources)))
    return replace(earlier if earlier is not None and keeps_name else release, sources=sources)
