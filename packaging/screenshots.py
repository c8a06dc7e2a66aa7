"""`make screenshots`: pictures of the real window on a virtual screen, in both schemes and at 1.5 times the size."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QImage
from virtual_screen import Person, missing_tools, virtual_screen

ROOT = Path(__file__).parent.parent
PICTURES = ROOT / "dist" / "screenshots"
WIDTH, HEIGHT = 1440, 900
# How long nothing may have changed on the screen before it is taken as finished, in seconds.
STILL = 0.4


@dataclass(frozen=True, slots=True)
class Scene:
    """What a person does before the picture: types, then presses keys by their X11 names."""

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


def take(scene: Scene) -> Path:
    """The program started afresh, with nothing remembered but the scheme."""
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
            person = Person(screen, program)
            person.type(scene.typed)
            wait_until_still(screen.picture)
            person.press(*scene.keys)
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
    """Until nothing on the screen has changed for a while; a blinking caret is given up on."""
    deadline = time.monotonic() + 4 * STILL
    seen, since = picture(), time.monotonic()
    while time.monotonic() < min(since + STILL, deadline):
        time.sleep(0.05)
        now = picture()
        if now != seen:
            seen, since = now, time.monotonic()


def main(names: Sequence[str]) -> int:
    """Takes the named pictures, or all."""
    missing = missing_tools()
    if missing:
        print(missing, file=sys.stderr)
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    for scene in SCENES:
        if not names or scene.name in names:
            print(take(scene).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
