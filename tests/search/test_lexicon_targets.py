"""Meanings of the lexicon have matches in the bundled code sets, or in the official files."""

from collections.abc import Iterator

import pytest

from app.library.entries import VARIANT_MARK
from app.library.open import Library
from app.library.tokens import word_list
from app.releases.files.containers import members
from app.releases.hcpcs.code_file import read_hcpcs
from app.releases.icd.index_xml import read_index
from app.releases.icd.order_file import read_order
from app.releases.icd.pcs_index import read_pcs_index
from tests.official import official

MOST_UNBUNDLED = 0.03
"""The share of meanings that only the official files answer: imaging, the 16 other sections of ICD-10-PCS, orthoses."""


@pytest.fixture(scope="module")
def unbundled(library: Library) -> tuple[int, list[tuple[str, frozenset[str]]]]:
    """Return the number of meanings, and those whose words no bundled text holds together, with their phrases."""
    connection = library.connect()
    systems = [name for (name,) in connection.execute("SELECT DISTINCT system FROM packed WHERE system != ''")]
    meanings = connection.execute("SELECT phrase, words FROM meaning").fetchall()

    def is_found(words: str) -> bool:
        expression = " AND ".join(f'("{word}" OR "{VARIANT_MARK}{word}")' for word in words.split())
        tables = [f"entry_words_{system}" for system in systems]
        return any(
            connection.execute(f"SELECT 1 FROM {table} WHERE {table} MATCH ? LIMIT 1", (expression,)).fetchone()
            for table in tables
        )

    missed = [(phrase, frozenset(words.split())) for phrase, words in meanings if not is_found(words)]
    return len(meanings), missed


@pytest.mark.slow
def test_nearly_every_meaning_finds_something_bundled(unbundled: tuple[int, list[tuple[str, frozenset[str]]]]) -> None:
    number, missed = unbundled
    assert len(missed) < MOST_UNBUNDLED * number, [phrase for phrase, _ in missed]


def official_texts() -> Iterator[str]:
    """Titles and Index lines that the bundled database lacks."""
    for member in members(official("icd10pcs", "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip")):
        if "_order_2" in member.inside:
            yield from (row.title for row in read_order(member))
    for member in members(official("hcpcs", "october-2025-alpha-numeric-hcpcs-file.zip")):
        if member.inside.endswith("ANWEB.xlsx"):
            yield from (record.title for record in read_hcpcs(member))
    for member in members(official("icd10pcs", "2025-icd-10-pcs-code-tables-and-index.zip")):
        if "index" in member.inside.lower() and member.inside.endswith(".xml"):
            yield from (" ".join(line.path) for line in read_pcs_index(member))
    for member in members(official("icd10cm", "ICD10CM_FY2017_Full_XML.zip")):
        if member.inside.endswith("icd10cm_index_2017.xml"):
            yield from (" ".join(line.path) for line in read_index(member))


@pytest.mark.slow
def test_other_meanings_have_matches_in_the_official_files(
    unbundled: tuple[int, list[tuple[str, frozenset[str]]]],
) -> None:
    _, missed = unbundled
    missing_words = frozenset[str]().union(*(words for _, words in missed))
    remaining = dict(enumerate(missed))
    for text in official_texts():
        text_words = missing_words.intersection(word_list(text))
        for number in [number for number, (_, words) in remaining.items() if words <= text_words]:
            del remaining[number]
    assert not remaining, sorted(phrase for phrase, _ in remaining.values())
