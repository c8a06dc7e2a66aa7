"""The order files: counts of the real ones, and small made-up ones for what the real ones must never have."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.releases.errors import ReleaseError
from app.releases.files.containers import Member, members, single_file
from app.releases.icd.order_file import read_order
from app.releases.records import OrderCode
from tests.official import official


def real(*parts: str) -> Member:
    (member,) = (member for member in members(official(*parts)) if "_order_2" in member.inside)
    return member


def line(number: int, code: str, flag: str, title: str, short: str = "Made-up") -> str:
    return f"{number:05} {code:<7} {flag} {short:<60} {title}"


WHOLE = [
    line(1, "A00", "0", "Made-up disease"),
    line(2, "A000", "1", "Made-up disease, first kind"),
    line(3, "A001", "1", "Made-up disease, second kind"),
]


def made_up(folder: Path, *rows: str) -> Member:
    path = folder / "made-up.txt"
    path.write_text("".join(f"{row}\r\n" for row in rows), encoding="utf-8", newline="")
    return single_file(path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parts", "rows", "valid"),
    [
        (("icd10cm", "2026-code-descriptions-tabular-order.zip"), 98_186, 74_719),
        (("icd10cm", "2025-code-descriptions-tabular-order.zip"), 97_584, 74_260),
        (("icd10pcs", "2026-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"), 80_029, 79_115),
        (("icd10pcs", "2025-icd-10-pcs-order-file-long-and-abbreviated-titles.zip"), 79_856, 78_948),
    ],
)
def test_the_real_files_have_as_many_codes_as_their_readme_says(parts: tuple[str, str], rows: int, valid: int) -> None:
    counts = Counter(code.valid for code in read_order(real(*parts)))
    assert (counts.total(), counts[True]) == (rows, valid)


def test_a_code_comes_with_both_titles_and_the_flag(tmp_path: Path) -> None:
    rows = list(read_order(made_up(tmp_path, *WHOLE, "", line(4, "B20AXXD", "1", "Ménière, long", "Short"))))
    assert rows[0] == OrderCode("A00", False, "Made-up disease", "Made-up")
    assert rows[3] == OrderCode("B20AXXD", True, "Ménière, long", "Short")


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (line(4, "A002", "2", "Title"), r"made-up\.txt, line 4: expected a number, a code and 0 or 1"),
        (line(4, "a002", "1", "Title"), "line 4: expected a number, a code"),
        (line(4, "A0", "1", "Title"), "line 4: expected a number, a code"),
        ("00004 A002", "line 4: expected a number, a code"),
        (line(4, "A002", "1", ""), "line 4: expected a title of A002 from column 78 on, found none"),
        (line(4, "A001", "1", "Title"), "line 4: expected each code once, found A001 again"),
        (line(6, "A002", "1", "Title"), "line 4: expected the number 00004, found '00006'; lines are missing"),
        ("²²²²² A002    1 " + "x" * 61 + "Title", "line 4: expected the number 00004"),
    ],
)
def test_a_line_of_another_shape_is_refused(tmp_path: Path, row: str, expected: str) -> None:
    with pytest.raises(ReleaseError, match=expected):
        list(read_order(made_up(tmp_path, *WHOLE, row)))


def test_a_file_without_codes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="found none"):
        list(read_order(made_up(tmp_path, "")))


RAW = "\r\n".join(WHOLE).encode()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(RAW)), st.integers(0, 40), st.binary(max_size=8) | st.text(max_size=4).map(str.encode))
def test_a_mutated_file_raises_only_release_errors(tmp_path: Path, at: int, cut: int, put: bytes) -> None:
    path = tmp_path / "mutated.txt"
    path.write_bytes(RAW[:at] + put + RAW[at + cut :])
    try:
        rows = list(read_order(single_file(path)))
    except ReleaseError:
        return
    assert all(isinstance(row, OrderCode) and row.title for row in rows)
