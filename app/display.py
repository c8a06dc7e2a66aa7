"""Finds out, before Qt ends the process over it, whether a window can be shown at all. No Qt."""

import ctypes
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

NO_DISPLAY = (
    "There is no display to show a window on: `xvfb-run -a make run` shows it on a virtual screen, and "
    "`codarium lookup QUERY` needs none."
)

WINDOW_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
"""What Qt's own libraries need of the system, with the Debian packages that bring it."""

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
"""What the xcb plugin needs besides, by which Qt draws on an X11 screen."""


def display_problem(environment: Mapping[str, str], platform: str, loads: Callable[[str], bool] | None = None) -> str:
    """One sentence on why no window can be shown, empty where one can.

    Qt would end the process with a message about its plugins, so this is asked first. Only Linux has the question.
    """
    if not platform.startswith("linux"):
        return ""
    loads = loads or can_load
    chosen = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    on_x11 = bool(environment.get("DISPLAY"))
    on_wayland = bool(environment.get("WAYLAND_DISPLAY"))
    if not chosen and not on_x11 and not on_wayland:
        return NO_DISPLAY
    needed = dict(WINDOW_LIBRARIES)
    uses_xcb = chosen == "xcb" or (not chosen and on_x11 and not on_wayland)
    if uses_xcb:
        needed |= XCB_LIBRARIES
    missing = {library: package for library, package in needed.items() if not loads(library)}
    if missing:
        packages = " ".join(sorted(set(missing.values())))
        return (
            f"The window needs {', '.join(missing)} of the system: on Debian and Ubuntu `sudo apt install {packages}` "
            "brings it; `codarium lookup QUERY` works without."
        )
    if uses_xcb and loads is can_load and not x11_answers():
        return f"The display {environment.get('DISPLAY', '')!r} does not answer. {NO_DISPLAY}"
    return ""


def can_load(library: str) -> bool:
    """Whether a shared library is there, in a frozen program's own folder or in the system."""
    own = getattr(sys, "_MEIPASS", "")
    if own and (Path(own) / library).exists():
        return True
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def x11_answers() -> bool:
    """Whether an X server listens at $DISPLAY."""
    own = getattr(sys, "_MEIPASS", "")
    bundled = Path(own) / "libxcb.so.1"
    xcb = ctypes.CDLL(str(bundled) if own and bundled.exists() else "libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connection_has_error.argtypes = [ctypes.c_void_p]
    xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(None, None)
    failed = bool(xcb.xcb_connection_has_error(connection))
    xcb.xcb_disconnect(connection)
    return not failed
