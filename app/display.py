"""Checks whether a window can be shown, before Qt would end the process. Imports no Qt."""

import ctypes
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

NO_DISPLAY = (
    "There is no display to show a window on. `codarium lookup QUERY` works without one; "
    "`xvfb-run -a make run` uses a virtual screen."
)

WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""System libraries that Qt needs, with the Debian packages that contain them."""

XCB_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
"""System libraries that Qt's xcb plugin needs too, which draws on an X11 screen."""


def display_problem(environment: Mapping[str, str], platform: str, loads: Callable[[str], bool] | None = None) -> str:
    """Return one sentence on why no window can be shown, empty where one can.

    Qt would end the process with a message about its plugins. Only Linux may lack a display or libraries. `loads`
    returns whether a shared library can be loaded.
    """
    if not platform.startswith("linux"):
        return ""
    loads = loads or can_load
    platform_plugin = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    on_x11 = bool(environment.get("DISPLAY"))
    on_wayland = bool(environment.get("WAYLAND_DISPLAY"))
    if not platform_plugin and not on_x11 and not on_wayland:
        return NO_DISPLAY
    required = dict(WINDOW_LIBRARIES)
    uses_xcb = platform_plugin == "xcb" or (not platform_plugin and on_x11 and not on_wayland)
    if uses_xcb:
        required |= XCB_LIBRARIES
    missing = {library: package for library, package in required.items() if not loads(library)}
    if missing:
        packages = " ".join(sorted(set(missing.values())))
        return (
            f"The window needs {', '.join(missing)}. On Debian and Ubuntu: `sudo apt install {packages}`. "
            "`codarium lookup QUERY` works without a window."
        )
    if uses_xcb and loads is can_load and not x11_answers():
        return f"The display {environment.get('DISPLAY', '')!r} does not answer. {NO_DISPLAY}"
    return ""


def can_load(library: str) -> bool:
    """Return whether a shared library can be loaded, from a frozen program's own folder or from the system."""
    frozen_folder = getattr(sys, "_MEIPASS", "")
    if frozen_folder and (Path(frozen_folder) / library).exists():
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def x11_answers() -> bool:
    """Return whether an X server listens at $DISPLAY."""
    frozen_folder = getattr(sys, "_MEIPASS", "")
    bundled = Path(frozen_folder) / "libxcb.so.1"
    xcb = ctypes.CDLL(str(bundled) if frozen_folder and bundled.exists() else "libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
