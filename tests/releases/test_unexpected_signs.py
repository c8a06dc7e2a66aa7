"""No title acts on a terminal or turns its direction: every way in refuses such characters, and names their place."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from app.releases.cpt.standard_files import read_pla
from app.releases.errors import ReleaseError
from app.releases.files.containers import Member
from app.releases.files.spreadsheet import sheet_rows
from app.releases.files.text_lines import lines
from app.releases.files.xml_stream import xml_events
from tests.releases.made_up import member, xlsx

SIGNS = ("\u202e", "\u2066", "\u200f", "\u061c", "\x9b", "\x7f", "\ufff9")
"""Characters that XML and spreadsheets allow; the other control characters occur in texts only."""


def text_file(folder: Path, title: str) -> Iterable[object]:
    return lines(member(folder, "file.txt", f"E119 first\nE118 {title}\n"))


def xml_file(folder: Path, title: str) -> Iterable[object]:
    file = member(folder, "file.xml", f"<list>\n<title>{title}</title></list>")
    return xml_events(file, frozenset({"list"}), frozenset({"title"}))


def workbook(folder: Path, title: str) -> Iterable[object]:
    return sheet_rows(member(folder, "file.xlsx", xlsx([["code", "title"], ["E119", title]])))


def pla_file(folder: Path, title: str) -> Iterable[object]:
    first = "<code><cdCode>0001U</cdCode><cdDesc>first</cdDesc></code>"
    second = f"<code><cdCode>0002U</cdCode><cdDesc>{title}</cdDesc></code>"
    return read_pla(member(folder, "CPTPLA.xml", f"<plaCodes>{first}{second}</plaCodes>"))


WAYS_IN = (text_file, xml_file, workbook, pla_file)


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("way_in", WAYS_IN)
def test_a_sign_that_no_title_has_is_refused(
    tmp_path: Path, way_in: Callable[[Path, str], Iterable[object]], sign: str
) -> None:
    with pytest.raises(ReleaseError) as refusal:
        list(way_in(tmp_path, f"Gout {sign}desrever"))
    sentence = str(refusal.value)
    assert f"U+{ord(sign):04X}" in sentence
    assert sentence.isprintable()
    assert sentence.startswith(("file.", "CPTPLA.xml, line 2"))
    assert "2:" in sentence


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x08", "\x01"])
def test_so_are_control_characters_of_a_text(tmp_path: Path, sign: str) -> None:
    with pytest.raises(ReleaseError, match=f"file.txt, line 2: .* U\\+{ord(sign):04X}"):
        list(text_file(tmp_path, f"Gout {sign}[2J"))


@pytest.mark.parametrize("title", ["Ménière’s disease – left", "two  blanks", "entéropathie", "a\tb", "a\xa0b"])
@pytest.mark.parametrize("way_in", WAYS_IN)
def test_letters_and_blanks_of_every_kind_are_read(
    tmp_path: Path, way_in: Callable[[Path, str], Iterable[object]], title: str
) -> None:
    assert list(way_in(tmp_path, title))


def test_form_feeds_and_the_end_sign_of_old_tools_stay(tmp_path: Path) -> None:
    file: Member = member(tmp_path, "file.txt", "one\x0ctwo\nthree\x1a")
    assert [line for _, line in lines(file)] == ["one\x0ctwo", "three"]
