"""Facts on how codes are paid: those of MS-DRG v43.1, Table 5 of FY2026 and the HCC mapping of payment year 2027."""

import sqlite3
from datetime import date

import pytest

from app.codes.payment import Payment, drg_ranges, summary
from app.codes.systems import System
from app.library.open import Library
from app.library.reading.catalogue import Catalogue
from app.library.reading.payment import payment
from tests.library.reading.made_up_codes import Altered
from tests.library.reading.real_codes import detail, node

LEVELS = {
    "A41.9": "MCC",
    "I50.23": "MCC",
    "J96.01": "MCC",
    "J18.9": "MCC",
    "I21.4": "MCC",
    "G93.41": "MCC",
    "E43": "MCC",
    "N17.0": "MCC",
    "L89.153": "MCC",
    "N17.9": "CC",
    "E87.1": "CC",
    "I50.22": "CC",
    "D62": "CC",
    "N39.0": "CC",
    "J44.1": "CC",
    "E44.0": "CC",
    "F05": "CC",
    "E11.40": None,
    "I10": None,
    "E11.9": None,
    "I25.10": None,
    "Z79.4": None,
    "Z66": None,
}

NEVER_EXCLUDED = {"J12.82": "MCC", "K77": "CC", "Z16.12": "CC", "Z59.00": "CC", "D89.834": "CC"}

UNKNOWN_PROCEDURES = 263
"""Of 56,720 in the lists of the Definitions Manual: those of the packages are of FY2024 and FY2025."""

CATEGORIES = {
    "E11.40": ["37"],
    "E11.621": ["37", "383"],
    "E11.9": ["38"],
    "I50.23": ["224"],
    "A41.9": ["2"],
    "J44.9": ["280"],
    "I48.91": ["238"],
    "C50.911": ["23"],
    "I10": [],
    "N17.9": [],
}


@pytest.fixture(scope="module")
def database(library: Library) -> sqlite3.Connection:
    return library.connect()


def payment_of(catalogue: Catalogue, code: str) -> Payment:
    facts = detail(catalogue, code).payment
    assert facts is not None, code
    return facts


@pytest.mark.parametrize("code", LEVELS)
def test_level_of_a_diagnosis(catalogue: Catalogue, code: str) -> None:
    facts = payment_of(catalogue, code)
    assert facts.cc == LEVELS[code]
    assert bool(facts.excluded_by) is bool(facts.exclusions) is (facts.cc is not None)


@pytest.mark.parametrize("code", NEVER_EXCLUDED)
def test_level_that_nothing_excludes(catalogue: Catalogue, code: str) -> None:
    facts = payment_of(catalogue, code)
    assert (facts.cc, facts.excluded_by, facts.exclusions) == (NEVER_EXCLUDED[code], 0, ())


@pytest.mark.parametrize("code", CATEGORIES)
def test_categories_of_the_model_of_medicare_advantage(catalogue: Catalogue, code: str) -> None:
    categories = [row.category for row in payment_of(catalogue, code).hcc if row.model == "CMS-HCC V28"]
    assert categories == CATEGORIES[code]


def test_counts_are_those_of_tables_6i_and_6j(database: sqlite3.Connection) -> None:
    counts = dict(database.execute("SELECT level, count(*) FROM cc GROUP BY level").fetchall())
    assert counts == {"CC": 15_078, "MCC": 3_354}
    assert database.execute("SELECT count(*) FROM drg_weight").fetchone() == (770,)


def test_every_code_exists(database: sqlite3.Connection) -> None:
    existing: dict[str, set[str]] = {"icd10cm": set(), "icd10pcs": set()}
    for system, plain in database.execute("SELECT system, plain FROM node WHERE system IN ('icd10cm', 'icd10pcs')"):
        existing[system].add(plain)
    diagnoses = existing["icd10cm"]
    assert [code for (code,) in database.execute("SELECT code FROM cc") if code not in diagnoses] == []
    assigned = [code for (code,) in database.execute("SELECT code FROM drg_code WHERE procedure = 0")]
    assert [code for code in assigned if code not in diagnoses] == []
    assert [code for (code,) in database.execute("SELECT code FROM hcc") if code not in diagnoses] == []
    # The groups are newer than the procedures of the packages.
    procedures = [code for (code,) in database.execute("SELECT code FROM drg_code WHERE procedure = 1")]
    unknown = [code for code in procedures if code not in existing["icd10pcs"]]
    assert len(unknown) <= UNKNOWN_PROCEDURES


def test_groups_of_a_principal_diagnosis_with_weight_and_length_of_stay(catalogue: Catalogue) -> None:
    facts = payment_of(catalogue, "E11.621")
    assert facts.mdcs == ("10",)
    assert [(group.drg, group.title) for group in facts.ms_drgs] == [
        ("637", "Diabetes with MCC"),
        ("638", "Diabetes with CC"),
        ("639", "Diabetes without CC/MCC"),
    ]
    weights = [group.weight for group in facts.ms_drgs]
    assert all(weight is not None and 0.3 < weight < 3 for weight in weights)
    assert weights == sorted(weights, key=lambda weight: -(weight or 0))
    assert all((group.geometric_stay or 0) < (group.arithmetic_stay or 0) for group in facts.ms_drgs)


@pytest.mark.parametrize(
    ("code", "mdcs", "drgs"),
    [
        ("A41.9", ("18",), ["870–872"]),
        ("J18.9", ("04",), ["193–195"]),
        # As principal diagnosis; the joint replacements of DRG 521 and 522 are surgical.
        ("S72.001A", ("08",), ["535–536"]),
        # The groups of MDC 20 ask for any principal diagnosis of it.
        ("F10.20", ("20",), ["894–897"]),
        ("O80", ("14",), []),
        # Related to HIV too, but only beside it.
        ("A02.1", ("18",), ["870–872"]),
        ("B20", ("25",), ["974–977"]),
    ],
)
def test_principal_diagnosis(catalogue: Catalogue, code: str, mdcs: tuple[str, ...], drgs: list[str]) -> None:
    facts = payment_of(catalogue, code)
    assert facts.mdcs == mdcs
    assert drg_ranges([group.drg for group in facts.ms_drgs]) == drgs


def test_excluding_diagnoses_are_ranges_of_written_codes(catalogue: Catalogue) -> None:
    facts = payment_of(catalogue, "A41.9")
    assert facts.excluded_by == 46
    assert facts.exclusions[:3] == ("A02.1", "A20.7", "A22.7")
    # Without A40.3, sepsis due to Streptococcus pneumoniae.
    assert facts.exclusions[6:8] == ("A40.0–A40.1", "A40.8–A41.9")


@pytest.mark.parametrize(
    ("code", "operating_room", "first"), [("0DTJ4ZZ", True, "397"), ("5A1955Z", False, "003"), ("0DJ08ZZ", False, "")]
)
def test_procedure(catalogue: Catalogue, code: str, operating_room: bool, first: str) -> None:
    facts = payment_of(catalogue, code)
    assert facts.operating_room is operating_room
    if first:
        assert facts.ms_drgs[0].drg == first
    assert (facts.cc, facts.mdcs, facts.hcc) == (None, (), ())


@pytest.mark.parametrize("code", ["E11", "S72.001", "0DTJ", "E08-E13", "G0127", "0DT"])
def test_headings_families_and_other_code_sets_have_none(catalogue: Catalogue, code: str) -> None:
    assert detail(catalogue, code).payment is None


def test_code_that_is_newer_than_the_release_has_none(altered: Altered) -> None:
    catalogue = altered()
    fever = node(catalogue, "A010")
    (code_set, *_) = catalogue.code_sets()
    database = sqlite3.connect(":memory:")
    database.execute("CREATE TABLE poa_exempt (code TEXT)")
    assert catalogue.detail(fever.id).payment is not None
    assert payment(database, fever, code_set, date(2031, 10, 1)) is None


def test_hospital_acquired_condition(catalogue: Catalogue) -> None:
    assert payment_of(catalogue, "S72.001A").hac == "05"
    assert payment_of(catalogue, "I10").hac is None


def test_marks_of_rows(catalogue: Catalogue) -> None:
    marks = catalogue.cc_marks()
    assert [marks.get(node(catalogue, code).id) for code in ("A41.9", "N17.9", "I10", "E11")] == [
        *("MCC", "CC"),
        *(None, None),
    ]
    # Its initial encounters are an MCC, later ones a CC or neither.
    assert marks[node(catalogue, "S72.001").id] == "some MCC"
    assert marks[node(catalogue, "S72.001A").id] == "MCC"


def test_short_line(catalogue: Catalogue) -> None:
    assert summary(payment_of(catalogue, "E11.40")) == (
        "Neither CC nor MCC",
        "HCC 37 Diabetes with Chronic Complications (V28)",
        "MDC 1",
        "MS-DRG 073–074",
    )
    assert summary(payment_of(catalogue, "E11.621"))[1] == "HCC 37, HCC 383 (V28)"
    assert summary(payment_of(catalogue, "0DTJ4ZZ"))[0] == "Operating room procedure"


def test_facts_name_their_releases(catalogue: Catalogue) -> None:
    facts = payment_of(catalogue, "A41.9")
    assert facts.release == "MS-DRG v43.1 (April 2026)"
    assert (facts.weights_release, facts.hcc_release) == ("Table 5 of FY2026", "Payment year 2027")
    (code_set,) = (loaded for loaded in catalogue.code_sets() if loaded.system is System.ICD10PCS)
    assert any(part.release == facts.release for part in code_set.parts)
