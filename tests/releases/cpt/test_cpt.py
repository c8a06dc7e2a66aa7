"""The AMA's CPT files, made up in the shape that it gives them: neither its codes nor its texts are here."""

from datetime import date
from pathlib import Path

import pytest

from app.releases.cpt.code_files import CptFile, CptKind, copyright_notice, cpt_kind, merge_cpt, read_cpt
from app.releases.cpt.modifier_files import read_modifiers, read_modul
from app.releases.errors import ReleaseError
from app.releases.files.containers import members
from app.releases.records import CptCode
from tests.official import official
from tests.releases.damaged import damaged, refused
from tests.releases.made_up import (
    CLINICIAN,
    CODES,
    CONSUMER,
    LICENSE,
    MODIFIERS,
    MODUL,
    PLA,
    consolidated,
    longult,
    medu,
    member,
    separated,
    shortu,
    text,
    xlsx,
)

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><x><p><cdCode>&b;</cdCode></p></x>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x><p><cdCode>&a;</cdCode></p></x>'


def licensed_sheet(rows: list[list[str]]) -> bytes:
    return xlsx([[line] for line in LICENSE], [[line] for line in LICENSE] + rows)


FILES = {
    "LONGULT.txt": (CptKind.LONG, text(longult(), mark=True)),
    "MEDU.txt": (CptKind.MEDIUM, text(medu())),
    "SHORTU.txt": (CptKind.SHORT, text(shortu(), "cp1252", end="\n")),
    "ConsumerDescriptor.txt": (CptKind.CONSUMER, text(separated(CONSUMER, "\t"))),
    "ClinicianDescriptor.txt": (CptKind.CLINICIAN, text(separated(CLINICIAN, "\t", []))),
    "CPTPLA.xml": (CptKind.PLA, PLA.encode()),
    "ConsolidatedCodeList.txt": (CptKind.CONSOLIDATED, text(separated(consolidated(), "\t"), mark=True)),
    "ConsolidatedCodeList.csv": (CptKind.CONSOLIDATED, text(separated(consolidated(), ","), "cp1252")),
    "ConsolidatedCodeList.xlsx": (CptKind.CONSOLIDATED, licensed_sheet(consolidated())),
}


def codes(folder: Path, name: str) -> list[CptCode]:
    kind, content = FILES[name]
    return list(read_cpt(member(folder, name, content), kind))


def refusal(folder: Path, kind: CptKind, content: bytes) -> str:
    with pytest.raises(ReleaseError) as raised:
        list(read_cpt(member(folder, "made-up.file", content), kind))
    assert str(raised.value).startswith("made-up.file")
    return str(raised.value)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_known_by_its_content(tmp_path: Path, name: str) -> None:
    kind, content = FILES[name]
    assert cpt_kind(member(tmp_path, "renamed.file", content)) is kind


def test_modifier_files_are_known(tmp_path: Path) -> None:
    assert cpt_kind(member(tmp_path, "a", text(separated(MODIFIERS, "\t")))) is CptKind.MODIFIERS
    assert cpt_kind(member(tmp_path, "MODUL.txt", text(MODUL))) is CptKind.MODUL


@pytest.mark.parametrize("content", [b"", b"<html><body>Sign in</body></html>", b"\n" * 3000, b"%PDF-1.7 ..."])
def test_other_files_have_no_kind(tmp_path: Path, content: bytes) -> None:
    assert cpt_kind(member(tmp_path, "a.txt", content)) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "parts",
    [
        ("icd10cm", "2026-code-descriptions-tabular-order.zip"),
        ("icd10pcs", "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"),
        ("gems", "2018-icd-10-cm-general-equivalence-mappings.zip"),
        ("gems", "2018-icd-10-pcs-general-equivalence-mappings.zip"),
        ("gems", "ICD-9-CM-v32-master-descriptions.zip"),
        ("hcpcs", "2019-alpha-numeric-hcpcs-file.zip"),
    ],
)
def test_no_official_file_of_another_code_set_is_taken_for_one(parts: tuple[str, str]) -> None:
    kinds = {
        official_file.name: cpt_kind(official_file)
        for official_file in members(official(*parts))
        if official_file.name.lower().endswith((".txt", ".xlsx"))
    }
    assert kinds
    assert not any(kinds.values()), kinds


def test_long_descriptors_after_the_license(tmp_path: Path) -> None:
    assert [(code.code, code.long) for code in codes(tmp_path, "LONGULT.txt")] == list(CODES)


def test_medium_and_short_descriptors_by_their_columns(tmp_path: Path) -> None:
    medium, short = codes(tmp_path, "MEDU.txt"), codes(tmp_path, "SHORTU.txt")
    assert [code.medium for code in medium] == [title.upper()[:48].strip() for _, title in CODES]
    assert [code.short for code in short] == [title.upper()[:28].strip() for _, title in CODES]
    # Written as cp1252.
    assert short[1].short == "MADE-UP PROCEDURE; SECOND, W"


def test_the_consolidated_list_is_the_same_as_tab_csv_and_sheet(tmp_path: Path) -> None:
    tab = codes(tmp_path, "ConsolidatedCodeList.txt")
    assert tab == codes(tmp_path, "ConsolidatedCodeList.csv")
    assert tab == codes(tmp_path, "ConsolidatedCodeList.xlsx")
    assert [code.code for code in tab] == [code for code, _ in CODES]
    assert tab[3] == CptCode(
        "0001U",
        long="Made-up test",
        medium="MADE-UP TEST",
        short="MADE-UP TEST",
        consumer="Plainly: Made-up test",
        effective=date(2030, 1, 1),
        fields=(("Test name", "Madeuptest"), ("Lab name", "Madeuplab Inc"), ("Manufacturer", "Madeupmaker")),
    )


def test_consumer_and_clinician_descriptors(tmp_path: Path) -> None:
    assert codes(tmp_path, "ConsumerDescriptor.txt")[1].consumer == 'The "second" made-up thing'
    assert [code.clinician for code in codes(tmp_path, "ClinicianDescriptor.txt")] == [
        ("Made-up procedure on the left",),
        ("Made-up procedure on the right",),
    ]


def test_pla_tests_in_force(tmp_path: Path) -> None:
    (code,) = codes(tmp_path, "CPTPLA.xml")
    assert (code.code, code.medium, code.effective) == ("0001U", "MADE-UP", date(2030, 1, 1))
    assert code.fields == (("Test name", "Madeup"), ("Lab name", "Madeuplab Inc"))


def test_modifiers_of_both_generations(tmp_path: Path) -> None:
    new = list(read_modifiers(member(tmp_path, "Modifiers.txt", text(separated(MODIFIERS, "\t")))))
    assert [(modifier.code, modifier.name) for modifier in new] == [("22", "Made-up More Work"), ("LT", "Made-up Left")]
    old = list(read_modul(member(tmp_path, "MODUL.txt", text(MODUL))))
    assert [modifier.code for modifier in old] == ["22", "59", "P1"]
    assert old[0].text.endswith("it 59 times out of 100, is marked with a 59. It goes on.")
    assert (old[2].name, old[2].text) == ("A Made-up Healthy Patient", "")


@pytest.mark.parametrize("name", [name for name in FILES if name[:5] not in ("CPTPL", "Clini")])
def test_the_notice_comes_from_the_license(tmp_path: Path, name: str) -> None:
    license_file = member(tmp_path, name, FILES[name][1])
    assert copyright_notice(license_file) == LICENSE[2]


def file(folder: Path, name: str, kind: CptKind, content: bytes) -> CptFile:
    return CptFile(name, kind, read_cpt(member(folder, name, content), kind))


def test_several_files_give_one_record_for_each_code(tmp_path: Path) -> None:
    merged = merge_cpt(
        [
            file(tmp_path, name, *kind_and_content)
            for name, kind_and_content in FILES.items()
            if not name.startswith("Consol")
        ]
    )
    assert [record.code for record in merged] == sorted(code for code, _ in CODES)
    assert merged[0] == CptCode(
        "00001",
        long="Made-up procedure, first",
        medium="MADE-UP PROCEDURE, FIRST",
        short="MADE-UP PROCEDURE, FIRST",
        consumer="First made-up thing",
        clinician=("Made-up procedure on the left", "Made-up procedure on the right"),
    )
    assert merged[3].effective == date(2030, 1, 1)


def test_the_first_file_with_a_text_is_used(tmp_path: Path) -> None:
    cms = CptFile("fees.csv", None, [CptCode("00001", short="CMS'S OWN", fields=(("STATUS CODE", "A"),))])
    merged = merge_cpt([file(tmp_path, "SHORTU.txt", *FILES["SHORTU.txt"]), cms])
    assert (merged[0].short, merged[0].fields) == ("MADE-UP PROCEDURE, FIRST", (("STATUS CODE", "A"),))


def test_standard_files_with_other_codes_are_refused_with_the_first_that_differs(tmp_path: Path) -> None:
    cut = text(medu()[:-2])
    with pytest.raises(ReleaseError, match=r"^MEDU.txt: .* LONGULT.txt, but 0001U is missing"):
        merge_cpt(
            [
                file(tmp_path, "LONGULT.txt", *FILES["LONGULT.txt"]),
                file(tmp_path, "MEDU.txt", CptKind.MEDIUM, cut),
            ]
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        (CptKind.LONG, b"", "lines with a CPT code"),
        (CptKind.LONG, text([*longult(), "0000"]), "line 12: expected a code, a tab"),
        (CptKind.LONG, text([*longult(), "D0001\tMade-up tooth"]), "line 12: expected a CPT code, found 'D0001'"),
        (CptKind.LONG, text([*longult(), "1234²\tMade-up"]), "line 12: expected a CPT code"),
        (CptKind.LONG, text(medu()), "line 7: expected a code, a tab"),
        (CptKind.MEDIUM, text(longult()), "line 7: expected a code, a blank"),
        (CptKind.SHORT, text(medu()), "line 8: expected at most 34 characters"),
        (CptKind.CONSUMER, text(longult()), "header"),
        (CptKind.CONSOLIDATED, text(separated(consolidated()[:1], "\t")), "below the header"),
        (
            CptKind.CONSOLIDATED,
            text(separated([*consolidated(), ["9", "100", "Made-up"]], ",")),
            "removed its leading zeros",
        ),
        (CptKind.CONSOLIDATED, text([*separated(consolidated(), "\t"), "1\t00003"]), "line 13: expected a long"),
        (CptKind.CONSOLIDATED, text(separated([row[:1] for row in consolidated()], "\t")), "header"),
        (CptKind.CONSOLIDATED, text([*separated(consolidated(), ","), '"1,"2"\n' * 20_000]), "line 13: expected"),
        (CptKind.LONG, text([*longult(), "00003\t" + "x" * 200_000]), "line 12: expected a line of at most"),
        (CptKind.PLA, b"<plaCodes/>", "cdCode"),
        (CptKind.PLA, PLA[:200].encode(), "well-formed"),
        (CptKind.PLA, b"<x>" * 200_000, "well-formed"),
        (CptKind.PLA, b"<x><cdCode>0</cdCode>" * 100_000 + b"</x>" * 100_000, "expected a CPT code, found '0'"),
        (CptKind.PLA, ENTITIES.encode(), "entities"),
        (CptKind.PLA, OUTSIDE.encode(), "entities"),
        (CptKind.MODIFIERS, text(separated(MODIFIERS, "\t")), "modifiers"),
    ],
)
def test_errors_are_refused_with_their_line(tmp_path: Path, kind: CptKind, content: bytes, expected: str) -> None:
    assert expected in refusal(tmp_path, kind, content)


def test_an_impossible_date_is_refused(tmp_path: Path) -> None:
    rows = consolidated()
    rows[2][7] = "20301301"
    assert "line 9: expected a date as YYYYMMDD, found '20301301'" in refusal(
        tmp_path, CptKind.CONSOLIDATED, text(separated(rows, "\t"))
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_read_or_refused(tmp_path: Path, name: str) -> None:
    kind, content = FILES[name]
    assert (
        refused(tmp_path / name, damaged(content, 300, seed=5), lambda damaged_file: read_cpt(damaged_file, kind)) > 50
    )


@pytest.mark.parametrize("name", FILES)
def test_damaged_files_are_recognized_or_refused(tmp_path: Path, name: str) -> None:
    copies = damaged(FILES[name][1], 100, seed=6)
    refused(
        tmp_path / name,
        copies,
        lambda damaged_file: [cpt_kind(damaged_file), copyright_notice(damaged_file)],
    )


@pytest.mark.slow
def test_damaged_modifier_files_are_read_or_refused(tmp_path: Path) -> None:
    new, old = text(separated(MODIFIERS, "\t")), text(MODUL)
    assert refused(tmp_path / "Modifiers.txt", damaged(new, 300, seed=7), read_modifiers) > 50
    assert refused(tmp_path / "MODUL.txt", damaged(old, 300, seed=8), read_modul) > 50
