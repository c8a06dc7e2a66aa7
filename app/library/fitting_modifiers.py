"""Which modifiers go with a code of HCPCS or CPT, by its section and by what the titles above it speak of."""

import sqlite3

from app.codes.records import Level, Node
from app.codes.systems import System
from app.library.node_rows import NodeRows

MOST_MODIFIERS = 60
"""Rows that a person may want to look through. Medicine has 157 modifiers, 52 of which are made for no kind of code."""

ENOUGH = 40
"""Rows behind which those that are made for other kinds of code are left out."""

UNFIT = 2

SIGNS = {
    "ambulance": ("ambulance",),
    "behavioural": ("mental", "behavio", "psych", "alcohol"),
    "coronary": ("heart", "coronary"),
    "dialysis": ("dialysis", "kidney"),
    "dme": ("equipment", "wheelchair", "bed", "walker", "rental", "monitor"),
    "drugs": ("drug", "inject", "chemotherapy", "infusion"),
    "eyelids": ("eye",),
    "feet": ("foot", "feet", "toe", "shoe"),
    "fingers": ("finger", "hand"),
    "homeinfusion": ("home infusion",),
    "hospice": ("hospice",),
    "mammography": ("breast", "mammogra"),
    "nutrition": ("nutrition", "enteral"),
    "orthotics": ("ortho", "prosthe", "brace"),
    "outpatient": ("outpatient", "hospital"),
    "oxygen": ("oxygen",),
    "preventive": ("screening", "check-up", "prevent"),
    "sides": ("",),
    "telehealth": ("visit", "telehealth"),
    "therapy": ("therapy",),
    "toes": ("toe", "foot"),
    "vaccines": ("vaccin", "immuni"),
    "vision": ("lens", "glasses", "vision"),
    "wounds": ("wound", "dressing"),
}
"""Words in the titles of a code and above it that speak for a kind of modifier; a side fits everywhere."""


def fitting_modifiers(
    db: sqlite3.Connection, nodes: NodeRows, node: Node, ancestors: tuple[Node, ...]
) -> tuple[Node, ...]:
    """Modifiers that go with the section of a code, those in force: general ones, then those that are made for
    such codes, then those that are made for others; each in the order of their codes, Level I before Level II."""
    # Imported here because it reads tables besides, which a start of the program need not wait for.
    from app.library.own_modifiers import KINDS, section_word

    word = section_word(node.code) if node.level is Level.ITEM and node.system in (System.HCPCS, System.CPT) else ""
    if not word:
        return ()
    held = db.execute("SELECT node FROM modifier_use WHERE applies = ?", (word,))
    kinds: dict[int, set[str]] = {key: set() for (key,) in held}
    marks = ",".join("?" * len(KINDS))
    for key, kind in db.execute(f"SELECT node, applies FROM modifier_use WHERE applies IN ({marks})", KINDS):
        if key in kinds:
            kinds[key].add(kind)
    spoken = " ".join([node.title, *(above.title for above in ancestors)]).lower()
    fitting = {kind for kind, signs in SIGNS.items() if any(sign in spoken for sign in signs)}
    known = nodes.nodes(kinds)
    ranked = sorted((_rank(kinds[key], fitting), key) for key, modifier in known.items() if modifier.billable)
    shown = [key for place, (rank, key) in enumerate(ranked) if place < (ENOUGH if rank == UNFIT else MOST_MODIFIERS)]
    return tuple(known[key] for key in shown)


def _rank(kinds: set[str], fitting: set[str]) -> int:
    if not kinds:
        return 0
    return UNFIT if kinds.isdisjoint(fitting) else 1
