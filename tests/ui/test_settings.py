"""Settings that are kept between starts."""

from pathlib import Path

from PySide6.QtCore import QByteArray

from app.codes.systems import System
from app.ui.settings import Settings


def test_settings_are_kept(tmp_path: Path) -> None:
    first = Settings(tmp_path)
    first.zoom, first.scheme, first.system = 1.25, "dark", System.ICD10PCS
    first.within = first.last_code = (System.ICD10CM, "E08-E13")
    first.valid_only = first.cc_only = first.tree_hidden = True
    first.shows_cc = False
    first.geometry = QByteArray(b"\x00\x01 and so on")
    first.dividers = first.geometry, QByteArray(b"\x02")
    first.save()
    again = Settings(tmp_path)
    assert (again.zoom, again.scheme, again.system) == (1.25, "dark", System.ICD10PCS)
    assert again.within == again.last_code == (System.ICD10CM, "E08-E13")
    assert again.valid_only
    assert again.cc_only
    assert not again.shows_cc
    assert Settings(tmp_path / "another").shows_cc
    assert again.tree_hidden
    assert again.geometry == QByteArray(b"\x00\x01 and so on")
    assert again.dividers == (again.geometry, QByteArray(b"\x02"))
    assert again.is_persistent


def test_terms_are_accepted_for_each_kind_of_files(tmp_path: Path) -> None:
    first = Settings(tmp_path)
    assert not first.has_accepted("ama")
    first.accept("ama")
    first.files_folder = "/some/where"
    again = Settings(tmp_path)
    assert again.has_accepted("ama")
    assert not again.has_accepted("cms")
    assert again.files_folder == "/some/where"


def test_without_a_folder_settings_last_as_long_as_the_window() -> None:
    settings = Settings(None)
    settings.zoom = 1.5
    settings.save()
    assert settings.zoom == 1.5
    assert not settings.is_persistent


def test_invalid_values_are_ignored(tmp_path: Path) -> None:
    (tmp_path / "codarium.ini").write_text(
        "[look]\nzoom=enormous\nscheme=mauve\n[filters]\nsystem=icd9\nwithin=nothing\n[last]\ncode=icd10cm:\n"
        "[window]\ngeometry=@ByteArray(rubbish)\ntree_divider=7\n",
        encoding="utf-8",
    )
    settings = Settings(tmp_path)
    assert (settings.zoom, settings.scheme) == (1.0, "system")
    assert (settings.system, settings.within, settings.last_code) == (None, None, None)
    assert settings.dividers[0].isEmpty()
    (tmp_path / "codarium.ini").write_bytes(b"\xff\xfe\x00[[[zoom=9999")
    assert Settings(tmp_path).zoom == 1.0
