"""`make screenshots`: pictures of the real window on a virtual screen, in both color schemes and two sizes."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage
from virtual_screen import User, missing_tools, virtual_screen

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "dist" / "screenshots"
WIDTH, HEIGHT = 1440, 900
# Seconds without a change on the screen, after which the window is taken as finished.
STILL = 0.4


@dataclass(frozen=True, slots=True)
class Scene:
    """Input before the picture: typed text, then keys by their X11 names."""

    name: str
    typed: str
    keys: Sequence[str] = ()
    scheme: str = "light"
    scale: float = 1.0
    width: int = WIDTH


SCENES = (
    Scene("beginning", ""),
    Scene("words-light", "dm2 neurop"),
    Scene("words-dark", "dm2 neurop", scheme="dark"),
    Scene("words-light-150", "dm2 neurop", scale=1.5),
    Scene("code", "e1140"),
    Scene("excludes", "j18"),
    Scene("seventh-characters", "s72301a"),
    Scene("family-open", "colles fracture right", ["End", "Right"]),
    Scene("procedure", "0dtj4zz"),
    Scene("procedure-dark", "0dtj4zz", scheme="dark"),
    Scene("narrowing", "fracture femur", ["ctrl+n", "Right"]),
    Scene("spelling", "nuemonia"),
    Scene("nothing-found", "qqqqzzzz"),
    Scene("actions", "", ["ctrl+k"]),
    Scene("lexicon", "", ["ctrl+shift+d"]),
    Scene("lexicon-dark-150", "", ["ctrl+shift+d"], scheme="dark", scale=1.5),
    Scene("narrow", "sept shock", width=1000),
    Scene("narrowest", "sept shock", width=760),
)


def take_picture(scene: Scene) -> Path:
    """Start the program without any settings but the scheme, and return the path of the picture."""
    with (
        tempfile.TemporaryDirectory() as home,
        virtual_screen(round(scene.width * scene.scale), round(HEIGHT * scene.scale)) as screen,
    ):
        Path(home, "codarium.ini").write_text(f"[look]\nscheme={scene.scheme}\n", encoding="utf-8")
        environment = os.environ | {
            "CODARIUM_HOME": home,
            "DISPLAY": screen.display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_SCALE_FACTOR": str(scene.scale),
        }
        program = subprocess.Popen([sys.executable, "-m", "app"], cwd=ROOT, env=environment)
        try:
            user = User(screen, program)
            user.type(scene.typed)
            wait_until_still(screen.picture)
            user.press(*scene.keys)
            wait_until_still(screen.picture)
            image = QImage(screen.picture(), screen.width, screen.height, QImage.Format.Format_RGB32)
            picture = PICTURES / f"{scene.name}.png"
            if not image.save(str(picture)):
                raise OSError(f"{picture} cannot be written")
            return picture
        finally:
            program.terminate()
            program.wait()


def wait_until_still(picture: Callable[[], bytes]) -> None:
    """Wait until the screen has not changed for a while, or, with a blinking caret, for four times as long."""
    deadline = time.monotonic() + 4 * STILL
    previous, since = picture(), time.monotonic()
    while time.monotonic() < min(since + STILL, deadline):
        time.sleep(0.05)
        current = picture()
        if current != previous:
            previous, since = current, time.monotonic()


def main(names: Sequence[str]) -> int:
    """Take the named pictures, or all."""
    missing = missing_tools()
    if missing:
        print(missing, file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        if not names or scene.name in names:
            print(take_picture(scene).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
