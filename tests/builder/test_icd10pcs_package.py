"""The ICD-10-PCS Index, put together again from its chunks."""

from pathlib import Path

import pytest

from app.releases.errors import ReleaseError
from app.releases.records import IndexEntry
from build.icd10pcs_package import icd10pcs_contents, index_entries


def entries(*chunks: tuple[str, str]) -> list[IndexEntry]:
    return list(index_entries(chunks))


def test_path_of_indented_lines() -> None:
    assert entries(("Bypass", "Artery\n\tCoronary\n\t\tOne Artery **0210**\n\tIliac **041C**")) == [
        IndexEntry(("Bypass", "Artery", "Coronary", "One Artery"), "code", "", ("0210",)),
        IndexEntry(("Bypass", "Artery", "Iliac"), "code", "", ("041C",)),
    ]


def test_chunk_that_continues_another() -> None:
    found = entries(
        ("Bypass", "Artery\n\tCoronary\n\t\tOne Artery **0210**"),
        ("Bypass", "Artery (continued)\n\tCoronary (continued)\n\t\tTwo Arteries **0211**\nVein **061**"),
    )
    assert found[1:] == [
        IndexEntry(("Bypass", "Artery", "Coronary", "Two Arteries"), "code", "", ("0211",)),
        IndexEntry(("Bypass", "Vein"), "code", "", ("061",)),
    ]


def test_line_that_two_chunks_share_is_given_once() -> None:
    chunk = ("Appendectomy", "see Excision, Appendix **0DBJ**")
    assert len(entries(chunk, chunk)) == 1


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        (
            "see Resection, Appendix **0DTJ**",
            IndexEntry(("Term",), "see", "Resection, Appendix", ("0DTJ",)),
        ),
        ("use Appendix", IndexEntry(("Term",), "use", "Appendix")),
        ("see also Excision", IndexEntry(("Term",), "see also", "Excision")),
        ("Left see Repair, Left **0YQ6**", IndexEntry(("Term", "Left"), "see", "Repair, Left", ("0YQ6",))),
        ("Two codes **0DTJ** **0DBJ**", IndexEntry(("Term", "Two codes"), "code", "", ("0DTJ", "0DBJ"))),
    ],
)
def test_how_a_line_leads_on(line: str, entry: IndexEntry) -> None:
    assert entries(("Term", line)) == [entry]


@pytest.mark.parametrize("content", ["", "\n\n", "(continued)", "Subterm", "\t\t"])
def test_lines_that_lead_nowhere_are_none(content: str) -> None:
    assert entries(("Term", content)) == []


def test_line_that_skips_a_level() -> None:
    assert entries(("Term", "\t\tDeep **0DTJ**\nNext **0DBJ**")) == [
        IndexEntry(("Term", "Deep"), "code", "", ("0DTJ",)),
        IndexEntry(("Term", "Next"), "code", "", ("0DBJ",)),
    ]


def test_package_of_another_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def empty_folder(_package: str) -> Path:
        return tmp_path

    monkeypatch.setattr("build.icd10pcs_package.data_folder", empty_folder)
    with pytest.raises(ReleaseError, match="install the version that is pinned"):
        icd10pcs_contents()
