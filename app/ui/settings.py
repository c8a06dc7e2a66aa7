"""The settings kept between starts: sizes, filters, zoom, scheme and the last code."""

from pathlib import Path

from PySide6.QtCore import QByteArray, QObject, QSettings

from app.codes.systems import System

FILE_NAME = "codarium.ini"
SMALLEST_ZOOM, LARGEST_ZOOM = 0.7, 2.5


class Settings(QObject):
    """The user's settings, in an INI file in the user's folder; without a folder they last as long as the window.

    Invalid values are ignored: the file may have been edited, or written by another version.
    """

    def __init__(self, folder: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._values: dict[str, object] = {}
        self._file = None
        if folder is not None:
            self._file = QSettings(str(folder / FILE_NAME), QSettings.Format.IniFormat, self)

    @property
    def is_persistent(self) -> bool:
        """True if the settings are kept when the window closes."""
        return self._file is not None and self._file.isWritable()

    def save(self) -> None:
        """Write all changes now; Qt would write them when it is idle."""
        if self._file is not None:
            self._file.sync()

    @property
    def scheme(self) -> str:
        """The user's choice: `system`, `light` or `dark`."""
        name = self._text("look/scheme")
        return name if name in ("light", "dark") else "system"

    @scheme.setter
    def scheme(self, name: str) -> None:
        self._put("look/scheme", name)

    @property
    def zoom(self) -> float:
        try:
            zoom = float(self._text("look/zoom"))
        except ValueError:
            return 1.0
        return zoom if SMALLEST_ZOOM <= zoom <= LARGEST_ZOOM else 1.0

    @zoom.setter
    def zoom(self, factor: float) -> None:
        self._put("look/zoom", f"{factor:.2f}")

    @property
    def geometry(self) -> QByteArray:
        return self._bytes("window/geometry")

    @geometry.setter
    def geometry(self, state: QByteArray) -> None:
        self._put("window/geometry", state)

    @property
    def dividers(self) -> tuple[QByteArray, QByteArray]:
        """The states of the dividers beside the tree and between results and page; empty before one was moved."""
        return self._bytes("window/tree_divider"), self._bytes("window/page_divider")

    @dividers.setter
    def dividers(self, states: tuple[QByteArray, QByteArray]) -> None:
        self._put("window/tree_divider", states[0])
        self._put("window/page_divider", states[1])

    @property
    def tree_hidden(self) -> bool:
        return self._text("window/tree_folded") == "true"

    @tree_hidden.setter
    def tree_hidden(self, hidden: bool) -> None:
        self._put("window/tree_folded", "true" if hidden else "false")

    @property
    def valid_only(self) -> bool:
        return self._text("filters/valid_only") == "true"

    @valid_only.setter
    def valid_only(self, on: bool) -> None:
        self._put("filters/valid_only", "true" if on else "false")

    @property
    def cc_only(self) -> bool:
        return self._text("filters/cc_only") == "true"

    @cc_only.setter
    def cc_only(self, on: bool) -> None:
        self._put("filters/cc_only", "true" if on else "false")

    @property
    def shows_cc(self) -> bool:
        """True if rows say which diagnoses are a CC or an MCC, as they do until the user turns it off."""
        return self._text("look/cc_marks") != "false"

    @shows_cc.setter
    def shows_cc(self, on: bool) -> None:
        self._put("look/cc_marks", "true" if on else "false")

    @property
    def worksheet_shown(self) -> bool:
        """True if the worksheet was open when the window was closed."""
        return self._text("window/worksheet") == "true"

    @worksheet_shown.setter
    def worksheet_shown(self, on: bool) -> None:
        self._put("window/worksheet", "true" if on else "false")

    @property
    def system(self) -> System | None:
        """The code set to which searches are limited, None for all."""
        name = self._text("filters/system")
        return System(name) if name in {system.value for system in System} else None

    @system.setter
    def system(self, system: System | None) -> None:
        self._put("filters/system", system.value if system else "")

    @property
    def within(self) -> tuple[System, str] | None:
        """The branch to which searches are limited, by code set and code, since row ids change with every release."""
        return self._code("filters/within")

    @within.setter
    def within(self, key: tuple[System, str] | None) -> None:
        self._put_code("filters/within", key)

    @property
    def last_code(self) -> tuple[System, str] | None:
        return self._code("last/code")

    @last_code.setter
    def last_code(self, key: tuple[System, str] | None) -> None:
        self._put_code("last/code", key)

    @property
    def files_folder(self) -> str:
        """The folder of the files that the user added last, empty before the first time."""
        return self._text("files/folder")

    @files_folder.setter
    def files_folder(self, folder: str) -> None:
        self._put("files/folder", folder)

    def has_accepted(self, kind: str) -> bool:
        """Return whether the user has accepted the terms of a kind of CPT files: `ama`, `cms`."""
        return self._text(f"accepted/{kind}") == "true"

    def accept(self, kind: str) -> None:
        """Save that the user has accepted the terms of a kind of CPT files."""
        self._put(f"accepted/{kind}", "true")
        self.save()

    def _code(self, key: str) -> tuple[System, str] | None:
        name, _, code = self._text(key).partition(":")
        if code and name in {system.value for system in System}:
            return System(name), code
        return None

    def _put_code(self, key: str, code: tuple[System, str] | None) -> None:
        self._put(key, f"{code[0].value}:{code[1]}" if code else "")

    def _text(self, key: str) -> str:
        value = self._get(key)
        return value if isinstance(value, str) else ""

    def _bytes(self, key: str) -> QByteArray:
        value = self._get(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def _get(self, key: str) -> object:
        return self._values.get(key) if self._file is None else self._file.value(key)

    def _put(self, key: str, value: object) -> None:
        if self._file is None:
            self._values[key] = value
        elif self._file.value(key) != value:
            self._file.setValue(key, value)
