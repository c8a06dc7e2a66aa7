"""How codes are written, and what a typed text could be a code of, judged by its shape alone."""

import re
from dataclasses import dataclass

from app.codes.systems import System

PLACEHOLDER = "X"
SEVENTH_PLACE = 7

_ICD10CM = re.compile(r"[A-Z][0-9A][0-9A-Z][0-9A-Z]{0,4}")
_ICD10PCS = re.compile(r"[0-9A-HJ-NP-Z]{7}")
_CPT = re.compile(r"[0-9]{5}|[0-9]{4}[FTUAM]")
_CDT = re.compile(r"D[0-9]{4}")
_HCPCS = re.compile(r"[A-CE-V][0-9]{4}")
_ICD9CM = re.compile(r"(?:[0-9]{3}|V[0-9]{2})\.[0-9]{1,2}|E[0-9]{3}\.[0-9]")

_PASTED = re.compile(
    r"""^\W*
    (?P<code>[A-Za-z][0-9OoIl][0-9A-Za-z](?:\.\s?[0-9A-Za-z]{1,4}|[0-9A-Za-z]{0,4})|[0-9A-Za-z]{7}|[0-9]{4}[0-9A-Za-z])
    (?:\.?-)?\s*[-:,;|\t–—]\s*\D""",
    re.VERBOSE,
)


def plain(text: str) -> str:
    """The bare characters of a code, upper case, without dot, spaces or trailing dash: `e11.40 ` -> `E1140`."""
    return re.sub(r"[\s.]", "", text).upper().rstrip("-")


def dotted(code: str) -> str:
    """An ICD-10-CM code with its dot: `E1140` -> `E11.40`, `E11` -> `E11`."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def written(system: System, code: str) -> str:
    """A plain code as people write it in its code set."""
    return dotted(code) if system is System.ICD10CM and "-" not in code else code


def finished(stem: str, char: str) -> str:
    """A plain ICD-10-CM stem completed by its 7th character, padded with X: `T07`, `A` -> `T07XXXA`."""
    return stem.ljust(SEVENTH_PLACE - 1, PLACEHOLDER) + char


def pasted_code(text: str) -> str:
    """The code at the start of a pasted line (`E11.9 - Type 2 diabetes ...` -> `E11.9`); empty if there is none."""
    match = _PASTED.match(text)
    return match["code"] if match else ""


def code_spellings(text: str) -> tuple[str, ...]:
    """The plain codes that a typed text may mean, likeliest first.

    The letters O, I and l are often typed for the digits 0 and 1: ICD-10-PCS has no O and no I at all, ICD-10-CM has
    digits in the second place. A text without any digit is taken as it is: `mi` is not M1. Nothing is returned for
    text that cannot be a code.
    """
    bare = plain(text)
    if not bare or len(bare) > 9 or not bare.isascii() or not bare.isalnum():
        return ()
    if not any(c.isdigit() for c in bare):
        return (bare,)
    digits = bare.translate(str.maketrans("OI", "01"))
    found = [bare, digits]
    if bare[0].isalpha() and len(bare) >= 2:
        found.append(bare[0] + digits[1:])
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text looks like when no loaded code set has it: a sentence for the person."""

    name: str
    sentence: str


def recognise(text: str) -> Shape | None:
    """What kind of code a text looks like, for texts that are in no loaded code set; None for ordinary words."""
    bare = plain(text)
    # First, since `250.00` without its dot is spelled like a CPT code.
    if _ICD9CM.fullmatch(text.strip().upper()):
        return Shape("icd9", f"{text.strip().upper()} looks like an ICD-9-CM code, which ended on 2015-09-30.")
    # Only ICD codes are written with a dot: `E11.45` is no HCPCS code.
    undotted = "" if "." in text else bare
    if _CPT.fullmatch(undotted):
        return Shape("cpt", f"{bare} looks like a CPT code; import your licensed file to see it.")
    if _CDT.fullmatch(undotted):
        return Shape(
            "cdt",
            f"{bare} looks like a dental code (CDT); these belong to the American Dental Association and are left out.",
        )
    if _HCPCS.fullmatch(undotted):
        return Shape("hcpcs", f"{bare} looks like a HCPCS Level II code, a code set that is not loaded.")
    if _ICD10PCS.fullmatch(bare) and any(c.isdigit() for c in bare) and any(c.isalpha() for c in bare):
        return Shape("icd10pcs", f"{bare} has the shape of an ICD-10-PCS code, but no loaded section holds it.")
    if _ICD10CM.fullmatch(bare) and any(c.isdigit() for c in bare[1:]):
        return Shape("icd10cm", f"{dotted(bare)} has the shape of an ICD-10-CM code, but there is none of that name.")
    return None
