"""Packed data on nodes, for the search: the parent of each node, and the groups whose entries stand before or after
others."""

from app.codes.systems import System
from app.library.compiling.search_rows import packed, write_packed
from app.library.compiling.writer import Writer
from app.library.entries import CC_GROUPS
from app.library.reading.node_rows import BILLABLE

REPORTING_RANGES = (
    ("G0029", "G0067"),
    ("G0908", "G0999"),
    ("G2089", "G2167"),
    ("G2173", "G2210"),
    ("G8126", "G8999"),
    ("G9050", "G9140"),
    ("G9188", "G9472"),
    ("G9497", "G9677"),
    ("G9694", "G9977"),
    ("G9988", "G9999"),
    ("M0001", "M0005"),
    ("M1000", "M1999"),
)
"""HCPCS codes by which care is reported for measures of quality, without the services that are among them (home visits
by video, demonstrations with a payment). Their descriptors are sentences of twenty words, which hold nearly any
text."""

STATUS_RANGES = (("Z40", "Z53~"), ("Z79", "Z99~"))
"""Categories of ICD-10-CM for aftercare, and for what somebody has had or has got."""


def _in_ranges(ranges: tuple[tuple[str, str], ...]) -> str:
    return " OR ".join(f"plain BETWEEN '{first}' AND '{last}'" for first, last in ranges)


_GROUPS_WITHOUT_CODES = "level = 'group' AND variants = 0 AND status = 'heading'"

NODE_GROUPS = {
    # Sections, body systems and operations, none of them a part of a body part, and families whose title lacks the
    # operation (`… of Lung`).
    "headings_of_procedures": {
        System.ICD10PCS: "(level IN ('body_system', 'operation') AND last > id)"
        " OR (level = 'family' AND last > id AND title LIKE '… of %')"
        " OR (parent IS NULL AND level = 'pcs_section')",
    },
    # Sections and ranges below which no code is loaded.
    "without_codes": {
        System.ICD10PCS: "parent IS NULL AND level = 'pcs_section' AND variants = 0",
        System.HCPCS: _GROUPS_WITHOUT_CODES,
        System.CPT: _GROUPS_WITHOUT_CODES,
        System.MODIFIER: _GROUPS_WITHOUT_CODES,
        System.POS: _GROUPS_WITHOUT_CODES,
    },
    # Codes for the reporting of quality, and for what has no code of its own, but not for drugs of any maker.
    "reporting_or_unlisted": {
        System.HCPCS: f"{_in_ranges(REPORTING_RANGES)}"
        " OR ((title LIKE '%unlisted%' OR title LIKE '%unclassified%' OR title LIKE '%not otherwise classified%'"
        " OR title LIKE '%miscellaneous%') AND title NOT LIKE '%unlisted make%')",
    },
    "new_technology": {System.ICD10PCS: "plain LIKE 'X%' AND level IN ('family', 'pcs_code')"},
    "after_operations": {System.ICD10CM: _in_ranges(STATUS_RANGES)},
    # Pain and weakness of no said place: with a side they are meant of a place, which is still to be typed.
    "general_symptoms": {System.ICD10CM: _in_ranges((("R52", "R53~"),))},
    # The chapters of the eye and the ear, and diabetes with its complications of the eye.
    "branches_of_eye": {
        System.ICD10CM: "(level = 'chapter' AND code = '7') OR (level = 'section' AND code = 'E08-E13')"
    },
    "branches_of_ear": {System.ICD10CM: "level = 'chapter' AND code = '8'"},
}
"""The condition for the nodes of each group, by code set."""


def write_node_groups(writer: Writer, system: System) -> None:
    """Write the packed data on the nodes of one code set: `parent_of_node`, with 0 for none, by the place of the node
    in its block, and the ids of each group."""
    parents = writer.rows("SELECT coalesce(parent, 0) FROM node WHERE system = ? ORDER BY id", system.value)
    arrays = {"parent_of_node": packed([0, *(parent for (parent,) in parents)])}
    for name, conditions in NODE_GROUPS.items():
        if system in conditions:
            where = f"system = ? AND ({conditions[system]})"
            ids = [key for (key,) in writer.rows(f"SELECT id FROM node WHERE {where} ORDER BY id", system.value)]
            arrays[name] = packed(ids)
    write_packed(writer, system.value, arrays)


def write_cc_groups(writer: Writer) -> None:
    """Write the groups of codes of ICD-10-CM, and of codes that lack a 7th character, by what they are as a secondary
    diagnosis."""
    rows = writer.rows(
        f"SELECT n.id, n.last, {BILLABLE}, coalesce(c.level, ''), n.level IN ('code', 'seventh') OR {BILLABLE}"
        " FROM node n LEFT JOIN cc c ON c.code = n.plain WHERE n.system = ? ORDER BY n.id",
        System.ICD10CM.value,
    )
    groups: dict[str, list[int]] = {name: [] for name in CC_GROUPS}
    for place, (node, last, _, _, is_row) in enumerate(rows):
        # The ids of a code set have no gaps.
        levels = [level for _, _, valid, level, _ in rows[place : place + last - node + 1] if valid] if is_row else []
        if any(levels):
            name = "mcc" if "MCC" in levels else "cc"
            groups[name if len(set(levels)) == 1 else f"some_{name}"].append(node)
    write_packed(writer, System.ICD10CM.value, {name: packed(ids) for name, ids in groups.items()})
