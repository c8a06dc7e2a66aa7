"""Files dropped anywhere onto the window are added; text stays for the box."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.code_sets.file_drop import DropOverlay, dropped_files, list_names
from app.ui.main_window.window import Window


def files(*paths: Path | str) -> QMimeData:
    """The data that a file browser drags: addresses, and the same as text."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    data.setText("\n".join(str(path) for path in paths))
    return data


def words(text: str) -> QMimeData:
    data = QMimeData()
    data.setText(text)
    return data


def enter(widget: QWidget, data: QMimeData) -> bool:
    """Drags something onto a widget; says whether it or what it stands in would take it."""
    event = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.CopyAction | Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drop(widget: QWidget, data: QMimeData) -> None:
    QApplication.sendEvent(
        widget,
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        ),
    )


def overlay(window: Window) -> DropOverlay | None:
    overlays = [widget for widget in window.findChildren(DropOverlay) if widget.isVisible()]
    return overlays[0] if overlays else None


@pytest.fixture
def dropped(window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, ...]]:
    """The dropped files, which are not added here."""
    dropped: list[tuple[Path, ...]] = []
    qtbot.waitUntil(window.acceptDrops)
    monkeypatch.setattr(window.code_sets_controller, "add", dropped.append)
    return dropped


@pytest.mark.parametrize("name", ["", "search_box", "results_list", "browse_tree", "code_panel", "status_bar"])
def test_files_can_be_dropped_anywhere(
    window: Window, dropped: list[tuple[Path, ...]], name: str, qtbot: QtBot
) -> None:
    target = window.findChild(QWidget, name) if name else window
    assert target is not None
    data = files("/tmp/a.zip", "/tmp/folder")
    assert enter(target, data)
    cover = overlay(window)
    assert cover is not None
    assert cover.geometry() == window.rect()
    assert cover.accessibleName().startswith("Add a.zip and folder")
    # Qt goes over to what lies on top as soon as the mouse moves.
    assert enter(cover, data)
    drop(cover, data)
    assert dropped == [(Path("/tmp/a.zip"), Path("/tmp/folder"))]
    assert window.search_bar.text() == ""
    assert overlay(window) is None


def test_overlay_disappears_when_files_are_dragged_away(window: Window, dropped: list[tuple[Path, ...]]) -> None:
    enter(window, files("/tmp/a.zip"))
    cover = overlay(window)
    assert cover is not None
    enter(cover, files("/tmp/a.zip"))
    QApplication.sendEvent(cover, QDragLeaveEvent())
    assert overlay(window) is None
    assert dropped == []


def test_files_that_are_dropped_or_leave_before_the_mouse_moves(
    window: Window, dropped: list[tuple[Path, ...]], qtbot: QtBot
) -> None:
    enter(window, files("/tmp/a.zip"))
    QApplication.sendEvent(window, QDragLeaveEvent())
    qtbot.waitUntil(lambda: overlay(window) is None)
    enter(window, files("/tmp/a.zip"))
    drop(window, files("/tmp/a.zip"))
    assert dropped == [(Path("/tmp/a.zip"),)]
    assert overlay(window) is None


def test_text_can_be_dropped_on_the_box_only(window: Window, dropped: list[tuple[Path, ...]]) -> None:
    assert enter(window.search_bar.box, words("heart attack"))
    drop(window.search_bar.box, words("heart attack"))
    assert window.search_bar.text() == "heart attack"
    assert not enter(window, words("heart attack"))
    assert overlay(window) is None


def test_web_address_is_not_a_file() -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://www.cms.gov/codes.zip"), QUrl.fromLocalFile("/tmp/a.zip")])
    assert dropped_files(data) == (Path("/tmp/a.zip"),)
    assert dropped_files(words("/tmp/a.zip")) == ()


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["/x/a.zip"], "a.zip"),
        (["/x/a.zip", "/x/b"], "a.zip and b"),
        (["/x/a", "/x/b", "/x/c"], "a, b and c"),
        (["/x/a", "/x/b", "/x/c", "/x/d", "/x/e"], "a, b, c and 2 more"),
        (["/"], "/"),
    ],
)
def test_list_of_file_names(paths: list[str], expected: str) -> None:
    assert list_names([Path(path) for path in paths]) == expected
