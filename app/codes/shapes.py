"""How codes are written, and what a typed text could be a code of, judged by its shape alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.codes.cpt_sections import cpt_section
from app.codes.pcs_sections import SECTIONS
from app.codes.systems import System

AROUND_CODES = " \t\ufeff()[]{}\"'“”,;:#"
"""What is copied along with a code: notes print codes in parentheses."""

PLACEHOLDER = "X"
CATEGORY_LENGTH = 3
SEVENTH_PLACE = 7

_ICD10CM = re.compile(r"[A-Z][0-9A][0-9A-Z][0-9A-Z]{0,4}")
_ICD10PCS = re.compile(rf"[{''.join(SECTIONS)}][0-9A-HJ-NP-Z]{{6}}")
_CPT = re.compile(r"[0-9]{5}|[0-9]{4}[FTUAM]")
_CDT = re.compile(r"D[0-9]{4}")
_HCPCS = re.compile(r"[A-CE-V][0-9]{4}")
_ICD9CM = re.compile(r"(?:[0-9]{3}|V[0-9]{2})\.[0-9]{1,2}|E[0-9]{3}\.[0-9]")
_ICD9_PROCEDURE = re.compile(r"[0-9]{2}\.[0-9]{1,2}")

_PASTED = re.compile(
    r"""^\W*
    (?P<code>[A-Za-z][0-9OoIl][0-9A-Za-z](?:\.\s?[0-9A-Za-z]{1,4}|[0-9A-Za-z]{0,4})|[0-9A-Za-z]{7}|[0-9]{4}[0-9A-Za-z])
    (?:\.?-)?\s*[-:,;|\t–—]\s*\D""",
    re.VERBOSE,
)


def plain(text: str) -> str:
    """The bare characters of a code, upper case, without dot, spaces or trailing dash: `e11.40 ` -> `E1140`."""
    return _bare(text).upper()


def _bare(text: str) -> str:
    return re.sub(r"[\s.]", "", text).rstrip("-")


def dotted(code: str) -> str:
    """An ICD-10-CM code with its dot: `E1140` -> `E11.40`, `E11` -> `E11`."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def written(system: System, code: str) -> str:
    """A plain code as people write it in its code set."""
    return dotted(code) if system is System.ICD10CM and "-" not in code else code


def finished(stem: str, char: str) -> str:
    """A plain ICD-10-CM stem completed by its 7th character, padded with X: `T07`, `A` -> `T07XXXA`."""
    return stem.ljust(SEVENTH_PLACE - 1, PLACEHOLDER) + char


def covered(sections: Sequence[str]) -> str:
    """The range that sections in the order of the book cover together: `A00-A09`, `A15-A19` -> `A00-A19`.

    The highest end counts, not the last: a section may hold those that follow it (`C00-C96`, then `C00-C14`).
    """
    return f"{sections[0].split('-')[0]}-{max(section.split('-')[1] for section in sections)}"


def pasted_code(text: str) -> str:
    """The code at the start of a pasted line (`E11.9 - Type 2 diabetes ...` -> `E11.9`); empty if there is none."""
    match = _PASTED.match(text)
    return match["code"] if match else ""


def code_spellings(text: str) -> tuple[str, ...]:
    """The plain codes that a typed text may mean, likeliest first.

    The letters O, I and l are often typed for the digits 0 and 1: ICD-10-PCS has no O and no I at all, ICD-10-CM has
    digits in the second place and no L behind the first. A text without any digit is taken as it is: `mi` is not M1.
    Nothing is returned for text that cannot be a code.
    """
    bare = plain(text)
    if not bare or len(bare) > 9 or not bare.isascii() or not bare.isalnum():
        return ()
    if not any(c.isdigit() for c in bare):
        return (bare,)
    letters = str.maketrans("OI", "01")
    digits = bare.translate(letters)
    found = [bare, digits]
    if bare[0].isalpha():
        # Only the small letter looks like a 1.
        ones = _bare(text)[1:].replace("l", "1").upper()
        found += [bare[0] + digits[1:], bare[0] + ones.translate(letters)]
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text looks like when no loaded code set has it: a sentence for the person."""

    name: str
    sentence: str


def shape_of(text: str) -> Shape | None:
    """What kind of code a text looks like, for texts that are in no loaded code set; None for ordinary words."""
    bare = plain(text)
    # First, since `250.00` without its dot is spelled like a CPT code.
    written_so = text.strip().upper()
    if _ICD9CM.fullmatch(written_so):
        return Shape("icd9", f"{written_so} looks like an ICD-9-CM code, which ended on 30 Sep 2015.")
    if _ICD9_PROCEDURE.fullmatch(written_so):
        return Shape("icd9", f"{written_so} looks like an ICD-9-CM procedure code, which ended on 30 Sep 2015.")
    # Only ICD codes are written with a dot: `E11.45` is no HCPCS code.
    undotted = "" if "." in text else bare
    if _CPT.fullmatch(undotted):
        return Shape("cpt", _cpt_sentence(bare))
    if _CDT.fullmatch(undotted):
        return Shape(
            "cdt",
            f"{bare} looks like a dental code (CDT), D and four digits for what dentists do; these are licensed by the "
            "American Dental Association and are left out.",
        )
    if _HCPCS.fullmatch(undotted):
        return Shape("hcpcs", f"{bare} looks like a HCPCS Level II code, but none of that name is loaded.")
    if _ICD10PCS.fullmatch(undotted) and any(c.isdigit() for c in bare) and any(c.isalpha() for c in bare):
        section = SECTIONS[bare[0]]
        return Shape(
            "icd10pcs",
            f"{bare} has the shape of an ICD-10-PCS code ({section}), but no code of that name is loaded.",
        )
    if _ICD10CM.fullmatch(bare) and any(c.isdigit() for c in bare[1:]):
        return Shape("icd10cm", f"{dotted(bare)} has the shape of an ICD-10-CM code, but there is none of that name.")
    return None


def _cpt_sentence(code: str) -> str:
    section = cpt_section(code)
    if not section:
        return f"{code} is written like a CPT code, but no section of CPT has that number now; look for a slip."
    return f"{code} looks like a CPT code ({section}); import your licensed file to see it."


def of_another_set(code: str, system: System) -> str:
    """What to say of a code or section that exists, but in a code set that is not searched."""
    return f"{code} is in {system.label}, which is not searched."
