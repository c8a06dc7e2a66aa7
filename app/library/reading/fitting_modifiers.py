"""Modifiers that fit a code of HCPCS or CPT, by its section, its number and the words of its title."""

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.codes.node import Level, Node
from app.codes.systems import System
from app.library.reading.node_rows import NodeRows

if TYPE_CHECKING:
    from app.library.own_words.modifier_rules import ModifierRules

MOST_MODIFIERS = 150
"""More than fit any code (97 fit that of a vaccine): the page shows a few, and by a link all; none is left out."""

CIRCUMSTANCES = {"hospice", "outpatient", "preventive", "research", "telehealth"}
"""Kinds that describe the patient and the place, not the service: they may come with any code of their section."""

CIRCUMSTANCES_OF_HCPCS = {"outpatient", "research"}
"""Those of them that may come with any code of HCPCS."""

EVERYDAY_MODIFIERS = ("JZ", "JW", "RT", "LT", "KX", "NU", "RR", "UE", "GA", "GY", "GZ")
"""Modifiers that are appended to HCPCS codes every day, most wanted first."""


def fitting_modifiers(
    db: sqlite3.Connection,
    nodes: NodeRows,
    node: Node,
    ancestors: tuple[Node, ...],
    read_rules: Callable[[], "ModifierRules"],
) -> tuple[Node, ...]:
    """Return modifiers in force that fit a code, at most MOST_MODIFIERS.

    With CPT the general ones come first, then those made for such codes; with HCPCS those made for such codes and,
    before them, the everyday ones. Each group is in the order of codes, Level I before Level II.
    """
    if node.level is not Level.ITEM or node.system not in (System.HCPCS, System.CPT):
        return ()
    # Imported here because it also reads tables, which the start of the program need not wait for.
    from app.library.own_words.modifiers import CATEGORY_I_SECTIONS, MODIFIER_KINDS, section_word

    word = section_word(node.code)
    if not word:
        return ()
    of_hcpcs = node.system is System.HCPCS
    # A heading of HCPCS names many unlike things; one of CPT names the subject of its codes.
    text = " ".join([node.title, *(above.title for above in ancestors if not of_hcpcs)]).lower()
    rules = read_rules()
    code_kinds = rules.kinds_of(node.code, text)
    uses = _uses(db, word)
    modifiers = nodes.nodes(uses)
    ranked: list[tuple[int, int, int]] = []
    for key, modifier in modifiers.items():
        kinds = uses[key].intersection(MODIFIER_KINDS)
        if kinds == {"dme"} and not uses[key].isdisjoint(CATEGORY_I_SECTIONS.values()):
            # A notice or the like, which is given for services as it is for equipment.
            kinds = set[str]()
        if not modifier.billable or (of_hcpcs and not rules.allow(modifier.code, node.code, text, code_kinds)):
            continue
        made_for = not kinds.isdisjoint(code_kinds)
        if kinds and not made_for and kinds.isdisjoint(CIRCUMSTANCES_OF_HCPCS if of_hcpcs else CIRCUMSTANCES):
            continue
        if of_hcpcs and modifier.code in EVERYDAY_MODIFIERS:
            ranked.append((-1, EVERYDAY_MODIFIERS.index(modifier.code), key))
            continue
        general = 0 if not kinds else 2
        rank = (0 if made_for else 1 + general) if of_hcpcs else (1 if made_for else general)
        ranked.append((rank, 0, key))
    return tuple(modifiers[key] for _, _, key in sorted(ranked)[:MOST_MODIFIERS])


def _uses(db: sqlite3.Connection, word: str) -> dict[int, set[str]]:
    """Return the modifiers used with a section, each with every section and kind that it is used with."""
    uses: dict[int, set[str]] = {
        key: set() for (key,) in db.execute("SELECT node FROM modifier_use WHERE applies = ?", (word,))
    }
    for key, applies in db.execute("SELECT node, applies FROM modifier_use"):
        if key in uses:
            uses[key].add(applies)
    return uses
