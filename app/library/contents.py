"""The contents of a code set before compiling: its releases by part, read from files or back from a library."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.codes.parts import Book, Part
from app.codes.systems import System
from app.library.code_history import Snapshot
from app.releases.records import (
    CcCode,
    Conversion,
    CptCode,
    CptModifier,
    DrgAssignment,
    DrgWeight,
    Equivalence,
    HccCode,
    HccLabel,
    HcpcsCode,
    Icd9Code,
    IndexEntry,
    MsDrg,
    PcsDefinition,
    ProcessingNote,
    Release,
    Tabular,
)

PACKAGED = frozenset({"icd10pcs.db", "icd_10_pcs.csv"})
"""The files of the registry's packages that ICD-10-PCS is taken from."""


def is_packaged(release: Release) -> bool:
    """Return whether a release comes from a package of the registry; an official file of its year is better."""
    return any(source.file in PACKAGED for source in release.sources)


ADDENDA_REMARK = "Codes by the order addenda of"
"""The beginning of the remark on a release whose codes were made from those before it and its addenda; an order file of
that release replaces them."""


def is_by_addenda(release: Release) -> bool:
    """Return whether the codes of a release were made from those before it and its addenda."""
    return release.remark.startswith(ADDENDA_REMARK)


VALID_CODES_REMARK = "Valid codes by a list; headings as in the year after."
"""The remark on a release of which a list of valid codes is known alone; what has its headings too replaces it."""


@dataclass(frozen=True, slots=True)
class IndexBook:
    """An Index or table of one release, its lines in the order of the book."""

    release: Release
    book: Book
    lines: tuple[IndexEntry, ...]


PcsLabels = Mapping[tuple[str, int, str], str]
"""The labels of values: (`0DT`, 4, `J`) -> `Appendix`; the table of characters 1 to 3 is the characters before them.

One value of a table can mean several things. Codes in which it does not have the first of these meanings have labels
of their own: (`XW03388`, 6, `8`) -> `Treosulfan`.
"""


@dataclass(frozen=True, slots=True)
class EquivalenceMap:
    """A General Equivalence Map: `cm9to10`, `cm10to9`, `pcs9to10` or `pcs10to9`."""

    release: Release
    name: str
    rows: tuple[Equivalence, ...]


@dataclass(frozen=True, slots=True)
class Icd9Titles:
    """The long titles of ICD-9-CM's diagnoses, or of its procedures."""

    release: Release
    procedure: bool
    codes: tuple[Icd9Code, ...]


@dataclass(frozen=True, slots=True)
class Maps:
    """Maps from ICD-9-CM and back, and titles of ICD-9-CM; each replaces the loaded one of the same name."""

    maps: tuple[EquivalenceMap, ...] = ()
    titles: tuple[Icd9Titles, ...] = ()


@dataclass(frozen=True, slots=True)
class CcList:
    """CC and MCC codes; `exclusions` are the plain principal diagnoses of each numbered collection."""

    release: Release
    codes: tuple[CcCode, ...]
    exclusions: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DrgAssignments:
    """The MS-DRGs of a version of the grouper, and the codes that lead to them."""

    release: Release
    groups: tuple[MsDrg, ...]
    diagnoses: tuple[DrgAssignment, ...]
    procedures: tuple[DrgAssignment, ...]


@dataclass(frozen=True, slots=True)
class DrgWeights:
    """Table 5 of a final rule."""

    release: Release
    rows: tuple[DrgWeight, ...]


@dataclass(frozen=True, slots=True)
class HccMapping:
    """The categories of diagnosis codes in the risk adjustment models of a payment year."""

    release: Release
    codes: tuple[HccCode, ...]
    labels: tuple[HccLabel, ...] = ()


@dataclass(frozen=True, slots=True)
class PoaExemptList:
    """The diagnoses, plain, that need no present-on-admission indicator. Those not loaded count, too."""

    release: Release
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Payment:
    """Facts on how codes are paid; each part replaces the loaded one, and None leaves that as it is."""

    cc: CcList | None = None
    drgs: DrgAssignments | None = None
    weights: DrgWeights | None = None
    hcc: HccMapping | None = None
    poa: PoaExemptList | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether no part is given."""
        return all(part is None for part in (self.cc, self.drgs, self.weights, self.hcc, self.poa))


@dataclass(frozen=True, slots=True)
class PresentPayment:
    """The releases of the facts on payment in a library, and the hospital-acquired condition of each plain code."""

    releases: Mapping[Part, Release] = field(default_factory=dict[Part, Release])
    conditions: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Icd10cm:
    """ICD-10-CM. `snapshots` are the codes of one or more releases, oldest first; the Tabular List may be of another.

    The order file is the truth for what exists: in the year of the Tabular List both must agree.
    """

    tabular_release: Release
    tabular: Tabular
    snapshots: tuple[Snapshot, ...]
    books: tuple[IndexBook, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    conversions_release: Release | None = None

    @property
    def system(self) -> System:
        return System.ICD10CM


@dataclass(frozen=True, slots=True)
class Icd10pcs:
    """ICD-10-PCS. `labels` are those of the newest tables, completed by older ones for codes that have ended.

    `title_labels` are labels of the sections of a package that has no tables, as its titles tell them; they count where
    no tables have one. `titles_release` is its release. Some of these labels may be missing.
    """

    snapshots: tuple[Snapshot, ...]
    tables_release: Release
    labels: PcsLabels
    definitions_release: Release | None = None
    definitions: tuple[PcsDefinition, ...] = ()
    books: tuple[IndexBook, ...] = ()
    titles_release: Release | None = None
    title_labels: PcsLabels = field(default_factory=dict[tuple[str, int, str], str])

    @property
    def system(self) -> System:
        return System.ICD10PCS


@dataclass(frozen=True, slots=True)
class Hcpcs:
    """HCPCS Level II: the codes of the newest release with their fields, and older snapshots, oldest first."""

    release: Release | None = None
    codes: tuple[HcpcsCode, ...] = ()
    older: tuple[Snapshot, ...] = ()
    notes_release: Release | None = None
    notes: tuple[ProcessingNote, ...] = ()

    @property
    def system(self) -> System:
        return System.HCPCS


@dataclass(frozen=True, slots=True)
class Modifiers:
    """Modifiers: the official wording of Level II from the HCPCS file, that of Level I from the AMA's."""

    release: Release | None = None
    official: tuple[HcpcsCode, ...] = ()
    cpt_release: Release | None = None
    cpt: tuple[CptModifier, ...] = ()
    notice: str = ""

    @property
    def system(self) -> System:
        return System.MODIFIER


@dataclass(frozen=True, slots=True)
class Cpt:
    """CPT: our own words alone, or with the codes of files that the user has added, and their copyright notice."""

    release: Release | None = None
    codes: tuple[CptCode, ...] = ()
    notice: str = ""

    @property
    def system(self) -> System:
        return System.CPT


@dataclass(frozen=True, slots=True)
class Places:
    """Place of Service, all of it in our own words."""

    @property
    def system(self) -> System:
        return System.POS


Contents = Icd10cm | Icd10pcs | Hcpcs | Modifiers | Cpt | Places


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """The only part of a code set that changed, beside which nothing has to be compiled again.

    That is the conversion table of ICD-10-CM, or the definitions of ICD-10-PCS: neither is searched.
    """

    contents: Icd10cm | Icd10pcs

    @property
    def part(self) -> Part:
        return Part.CONVERSIONS if isinstance(self.contents, Icd10cm) else Part.DEFINITIONS

    @property
    def system(self) -> System:
        return self.contents.system
