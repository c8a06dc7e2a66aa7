"""Our own texts on modifiers: those of CPT, and the common ones of HCPCS Level II."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.codes.cpt_sections import cpt_section
from app.library.own_words.hcpcs import HCPCS_LETTERS
from app.library.own_words.table_rows import parts, table_rows
from app.releases.errors import ReleaseError


class ModifierLevel(StrEnum):
    """The level of a modifier, in the order of the table."""

    CPT = "I"
    PERFORMANCE = "performance"
    """For the Category II codes of CPT."""
    ANESTHESIA = "anesthesia"
    """The physical status of the patient."""
    HCPCS = "II"


_CODES = {
    ModifierLevel.CPT: re.compile(r"[0-9]{2}"),
    ModifierLevel.PERFORMANCE: re.compile(r"[0-9]P"),
    ModifierLevel.ANESTHESIA: re.compile(r"P[0-9]"),
    ModifierLevel.HCPCS: re.compile(r"[A-Z][A-Z0-9]"),
}

_HCPCS_CODE = re.compile(r"[A-Z][0-9]{4}")

CATEGORY_I_SECTIONS = {
    "Category I, Evaluation and Management": "em",
    "Category I, Anesthesia": "anesthesia",
    "Category I, Surgery": "surgery",
    "Category I, Radiology": "radiology",
    "Category I, Pathology and Laboratory": "laboratory",
    "Category I, Medicine": "medicine",
}
"""The sections of CPT as `cpt_section` returns them, and their words in the table."""

HCPCS_SECTIONS = tuple(f"hcpcs:{letter}" for letter in HCPCS_LETTERS)

SECTION_WORDS = (*CATEGORY_I_SECTIONS.values(), "performance", *HCPCS_SECTIONS)
"""The words for sections in the column `applies`, in its order."""

MODIFIER_KINDS = (
    "ambulance",
    "behavioral",
    "coronary",
    "dialysis",
    "dme",
    "drugs",
    "eyelids",
    "feet",
    "fingers",
    "homeinfusion",
    "hospice",
    "mammography",
    "nutrition",
    "orthotics",
    "outpatient",
    "oxygen",
    "preventive",
    "research",
    "sides",
    "telehealth",
    "therapy",
    "toes",
    "vaccines",
    "vision",
    "wounds",
)
"""The words for kinds of codes within those sections; a hint and no limit."""


@dataclass(frozen=True, slots=True)
class OwnModifier:
    """A modifier explained in our words.

    `goes_with` is in words what `applies` is for the program, in SECTION_WORDS and then MODIFIER_KINDS. `everyday` are
    the words that users type for it, lower case.
    """

    code: str
    level: ModifierLevel
    name: str
    meaning: str
    when: str
    goes_with: str
    mistake: str
    everyday: tuple[str, ...]
    applies: tuple[str, ...]


def read_modifiers(path: Path) -> tuple[OwnModifier, ...]:
    """Read all modifiers from `modifiers.tsv`: by level, CPT's first, and then by code.

    Raises ReleaseError, naming file and line, for a wrong row.
    """
    modifiers: list[OwnModifier] = []
    levels = list(ModifierLevel)
    for place, (code, level, name, meaning, when, goes_with, mistake, everyday, applies) in table_rows(path, 9):
        if level not in levels:
            raise ReleaseError(f"{place}: expected {', '.join(levels)} as the level, found {level!r}.")
        modifier = OwnModifier(
            code=code,
            level=ModifierLevel(level),
            name=name,
            meaning=meaning,
            when=when,
            goes_with=goes_with,
            mistake=mistake,
            everyday=parts(place, everyday, "; "),
            applies=_applies(place, applies),
        )
        if not _CODES[modifier.level].fullmatch(code):
            raise ReleaseError(f"{place}: expected a modifier of level {level}, found {code!r}.")
        if modifiers and (levels.index(modifier.level), code) <= (
            levels.index(modifiers[-1].level),
            modifiers[-1].code,
        ):
            raise ReleaseError(f"{place}: expected a modifier behind {modifiers[-1].code}, found {code}.")
        modifiers.append(modifier)
    if not modifiers:
        raise ReleaseError(f"{path.name}: expected modifiers, found none.")
    return tuple(modifiers)


def section_word(code: str) -> str:
    """Return the word of SECTION_WORDS for a CPT or HCPCS code as printed: `99213` -> `em`, `J1100` -> `hcpcs:J`.

    Empty for other texts, and for CPT's Category III, whose codes are in no section.
    """
    if code[:1].isalpha():
        word = f"hcpcs:{code[0]}"
        return word if _HCPCS_CODE.fullmatch(code) and word in HCPCS_SECTIONS else ""
    section = cpt_section(code)
    if section.startswith("Category II,"):
        return "performance"
    if section.startswith(("PLA,", "MAAA,")):
        return "laboratory"
    return CATEGORY_I_SECTIONS.get(section, "")


def _applies(place: str, cell: str) -> tuple[str, ...]:
    words = parts(place, cell, ";")
    allowed = (*SECTION_WORDS, *MODIFIER_KINDS)
    for word in words:
        if word not in allowed:
            raise ReleaseError(f"{place}: expected a word that the table's opening lines explain, found {word!r}.")
    if list(words) != sorted(words, key=allowed.index):
        raise ReleaseError(f"{place}: expected sections first and in order, found {cell!r}.")
    if words[0] not in SECTION_WORDS:
        raise ReleaseError(f"{place}: expected a section of CPT or HCPCS, found only {cell!r}.")
    return words
