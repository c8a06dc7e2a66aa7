"""The two color schemes by role. Colors are defined only here; style sheets and painters refer to roles."""

from typing import NamedTuple


class Scheme(NamedTuple):
    """Every color of a scheme, as `#rrggbb`, by its role."""

    name: str
    ground: str
    panel: str
    ink: str
    muted: str
    hairline: str
    frame: str
    """For the edge of anything that floats over the window: a hairline is invisible between two light grounds."""
    chip: str
    accent: str
    accent_ground: str
    selected: str
    matched: str
    excludes1: str
    excludes1_ground: str
    warning: str
    warning_ground: str
    valid: str

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"


LIGHT = Scheme(
    name="light",
    ground="#f7f7f5",
    panel="#ffffff",
    ink="#1c1f23",
    muted="#666d76",
    hairline="#e2e3e0",
    frame="#b4b8b3",
    chip="#eeefec",
    accent="#1f6f78",
    accent_ground="#e3f1f1",
    selected="#e6f0f1",
    matched="#fff0b3",
    excludes1="#b3261e",
    excludes1_ground="#fdf1f0",
    warning="#8a6100",
    warning_ground="#fdf7e8",
    valid="#2f7d4f",
)

DARK = Scheme(
    name="dark",
    ground="#16181b",
    panel="#1d2024",
    ink="#e7e9ec",
    muted="#9aa2ab",
    hairline="#2d3137",
    frame="#4b525b",
    chip="#2a2d32",
    accent="#6cc3c9",
    accent_ground="#1f3436",
    selected="#23353a",
    matched="#5a4a12",
    excludes1="#ff9a92",
    excludes1_ground="#33211f",
    warning="#e8bf5a",
    warning_ground="#2e2817",
    valid="#7ccf9b",
)
