"""The written forms of codes, and the code sets that a text could belong to by its form alone."""

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from app.codes.cpt_sections import cpt_section
from app.codes.dates import day_in_words
from app.codes.pcs import PCS_SECTIONS
from app.codes.systems import System

AROUND_CODES = " \t\ufeff()[]{}\"'“”‘’«»`,;:#!/\\|_~^"
"""Characters that are copied along with a code: notes print codes in parentheses."""

ICD9_ENDED = day_in_words(date(2015, 9, 30))
"""The last day on which ICD-9-CM was valid for submission."""

PLACEHOLDER = "X"
CATEGORY_LENGTH = 3
"""Characters of a category of ICD-10-CM or of a table of ICD-10-PCS."""

PCS_LENGTH = 7
"""Characters of a code of ICD-10-PCS; a shorter text is the beginning of one."""

SEVENTH_PLACE = 7

LEAST_FULL_LENGTH, LEAST_DIGITS = 5, 3
"""Characters, and digits among them, from which on a text without a dot can hardly be anything but a code."""

_HIDDEN_SIGNS = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"), "") | {
    ord(sign): keyboard for signs, keyboard in (("\u2010\u2011", "-"), ("\u00a0\u2007\u202f", " ")) for sign in signs
}
_ICD10CM = re.compile(r"[A-Z][0-9A][0-9A-Z][0-9A-Z]{0,4}")
_SLIP = re.compile(
    r"([A-Z][0-9OIl][0-9A-Z])(?:\s*[,;:/\-–_·]\s*|\s+\.\s*|\.\s+)(?![A-Z][0-9][0-9A-Z])([0-9A-Z]{1,4})", re.IGNORECASE
)
_STRAY_HYPHEN = re.compile(
    r"([A-Z])\s?[-–]\s?([0-9OIl][0-9A-Z](?:\.?[0-9A-Z]{1,4})?)|(?=[^-–]+[-–][^-–]+$)(?=.{8}$)([0-9A-Z]{2,5})[-–]([0-9A-Z]{2,5})",
    re.IGNORECASE,
)
_RANGE = re.compile(r"([0-9A-Z]{2,5}(?:\.[0-9A-Z]{1,4})?)\s*[-–]\s*([0-9A-Z]{2,5}(?:\.[0-9A-Z]{1,4})?)", re.IGNORECASE)
_AMOUNT = re.compile(r"\$\s?[0-9][0-9,]*(?:\.[0-9]{1,2})?|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{2})?")
_AMOUNT_WITH_CENTS = re.compile(r"[0-9]{1,4}\.[0-9]{2}")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATE = (
    r"(?:[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{4}|[0-9]{2})|(?:19|20)[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}"
    rf"|{_MONTH}\s?[0-9]{{1,2}},?\s(?:19|20)[0-9]{{2}}|[0-9]{{1,2}}[-\s]?{_MONTH}[-\s]?(?:19|20)[0-9]{{2}})"
)
_ONLY_DATE = re.compile(rf"(?:(?:dob|dos|date)\s*[:#]?\s*)?{_DATE}(?:\s*(?:-|–|to)\s*{_DATE})?", re.IGNORECASE)
_ONLY_NUMBER = re.compile(
    r"(?:\+?1[-. ])?(?:\([0-9]{3}\) ?|[0-9]{3}[-. ])[0-9]{3}[-. ][0-9]{4}|[0-9]{3}-[0-9]{4}"  # a telephone
    r"|[0-9]{3}[- ][0-9]{2}[- ][0-9]{4}|[0-9]{2}-[0-9]{7}|[0-9]{6,}"  # a person, a taxpayer, a provider
    r"|[0-9]{1,3}(?:/[0-9]{1,3})+|[0-9]{1,2}:[0-9]{2}(?:\s?[ap]\.?m\.?)?"  # a share, a time
    r"|(?:age|weight|wt|height)\s*:?\s*[0-9]{1,3}(?:\.[0-9])?\s*(?:yo|y/o|yrs?|years?|lbs?|pounds?|kgs?|cm|in|inches)?"
    r"|(?:visual acuity|vision|va)\s*:?\s*20/[0-9]{2,3}"
    r"|(?:mrn|ssn|npi|tin|ein|acct|account|member|policy|phone|tel|fax|zip)"
    r"(?:\s+(?:id|no\.?|number))?\s*[:#]?\s*[0-9(][-0-9() .]{3,}"
    r"|(?:claim|invoice|referral|order|case|auth(?:orization)?)(?:\s+(?:id|no\.?|number))?\s*[:#]?\s*[0-9]{6,}",
    re.IGNORECASE,
)
"""The number of a person, a telephone or an account, or a measure of a person without a usual value, by its form or by
the name before it."""
_DIGIT = re.compile(r"[0-9]")
_WORD = re.compile(r"(?:^|\s)[A-Z]{4,}(?:\s|$)", re.IGNORECASE)
_LACKS_PLACEHOLDER = re.compile(r"[A-Z][0-9][0-9A-Z]{1,7}[0-9A-WYZ]")
_ICD10PCS = re.compile(rf"[{''.join(PCS_SECTIONS)}][0-9A-HJ-NP-Z]{{6}}")
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


def without_hidden_signs(text: str) -> str:
    """Return a text as it looks: without characters that are not seen, and with the hyphen and the space of a keyboard
    in place of those that do not break a line, which word processors set into codes."""
    return text if text.isascii() else text.translate(_HIDDEN_SIGNS)


def plain(text: str) -> str:
    """Return the bare characters of a code, upper case, without dot, spaces or trailing dash: `e11.40 ` -> `E1140`."""
    return _bare(text).upper()


def _bare(text: str) -> str:
    return re.sub(r"[\s.]", "", text).rstrip("-")


def dotted(code: str) -> str:
    """Return an ICD-10-CM code with its dot: `E1140` -> `E11.40`, `E11` -> `E11`."""
    return code if len(code) <= 3 else f"{code[:3]}.{code[3:]}"


def written(system: System, code: str) -> str:
    """Return a plain code in the written form of its code set."""
    return dotted(code) if system is System.ICD10CM and "-" not in code else code


def finished(stem: str, char: str) -> str:
    """Return a plain ICD-10-CM stem completed by its 7th character, padded with X: `T07`, `A` -> `T07XXXA`."""
    return stem.ljust(SEVENTH_PLACE - 1, PLACEHOLDER) + char


def covered(sections: Sequence[str]) -> str:
    """Return the range that sections in the order of the book cover together: `A00-A09`, `A15-A19` -> `A00-A19`.

    The highest end counts, not the last: a section may hold those that follow it (`C00-C96`, then `C00-C14`).
    """
    return f"{sections[0].split('-')[0]}-{max(section.split('-')[1] for section in sections)}"


def bare_code(text: str) -> str:
    """Return a text without the signs that are copied along with a code: `(E11.9).` -> `E11.9`. The dot after a code
    is left, since the next character may be typed after it."""
    stripped = text.strip(AROUND_CODES)
    closed = stripped.rstrip(".")
    return closed.strip(AROUND_CODES) if closed != closed.rstrip(AROUND_CODES) else stripped


def pasted_code(text: str) -> str:
    """Return the code that starts a pasted line, or an empty text: `E11.9 - Type 2 diabetes ...` -> `E11.9`."""
    match = _PASTED.match(text)
    return match["code"] if match else ""


def without_slip(text: str) -> str:
    """Return a code without a slip: with a dot in place of the comma or hyphen that was typed (`E11,9`, `e11-9` and
    `E11 . 9` -> `E11.9`), or without a hyphen that no code has (`E-11.9`, `0DTJ-4ZZ`). Any other text is returned
    unchanged: `E08-E13` is a range, `J1885-RT` a code and a modifier. The code need not exist.
    """
    match = _SLIP.fullmatch(text.strip())
    if match:
        return f"{match[1]}.{match[2]}"
    match = _STRAY_HYPHEN.fullmatch(text.strip())
    return "".join(part for part in match.groups() if part) if match else text


def range_ends(text: str) -> tuple[str, str] | None:
    """Return the plain ends of a range of codes of one kind, the lower first: `J0120-J0190`, `E11-E13`, `99202-99205`.
    None for any other text, also for two codes of different chapters that a hyphen joins."""
    match = _RANGE.fullmatch(text.strip())
    if match is None:
        return None
    first, last = plain(match[1]), plain(match[2])
    is_alike = len(first) == len(last) >= CATEGORY_LENGTH and first[0].isalpha() == last[0].isalpha()
    in_one_chapter = first[0] == last[0] and first[1:2].isdigit() and last[1:2].isdigit()
    return (first, last) if is_alike and in_one_chapter and first < last else None


def is_amount(text: str) -> bool:
    """Return whether a text is an amount of money and can be no code: `$185`, `1,250.00`."""
    return _AMOUNT.fullmatch(text) is not None


def may_be_amount(text: str) -> bool:
    """Return whether a text is an amount, or a code of ICD-9-CM that is written like one: `185.00`."""
    return is_amount(text) or _AMOUNT_WITH_CENTS.fullmatch(text) is not None


def with_placeholders(text: str) -> str:
    """Return a code of ICD-10-CM that ends in the letter of a 7th character with as many placeholders X as it needs:
    `W21.89A` -> `W2189XA`, `T07XXXXD` -> `T07XXXD`; an empty text for a code that cannot be meant so.

    The code is plain, and need not exist. A digit as the 7th character may be the next character of the code as well.
    """
    bare = plain(text)
    if not _LACKS_PLACEHOLDER.fullmatch(bare):
        return ""
    stem = bare[:-1].rstrip(PLACEHOLDER)
    padded = finished(stem, bare[-1])
    return padded if len(padded) == SEVENTH_PLACE and padded != bare and len(stem) >= CATEGORY_LENGTH else ""


def code_spellings(text: str) -> tuple[str, ...]:
    """Return the plain codes that a typed text may mean, likeliest first.

    The letters O, I and l are often typed for the digits 0 and 1: ICD-10-PCS has no O and no I at all, ICD-10-CM has
    digits in the second place and no L after the first. A text without any digit stays as it is: `mi` is not M1.
    The tuple is empty for a text that cannot be a code.
    """
    bare = plain(text)
    if not bare or len(bare) > 9 or not bare.isascii() or not bare.isalnum():
        return ()
    if not any(c.isdigit() for c in bare):
        return (bare,)
    letters = str.maketrans("OI", "01")
    digits = bare.translate(letters)
    spellings = [bare, digits]
    if bare[0].isalpha():
        # Only the small letter looks like a 1.
        ones = _bare(text)[1:].replace("l", "1").upper()
        of_icd10cm = [bare[0] + digits[1:], bare[0] + ones.translate(letters)]
        # Only ICD-10-CM has a dot, and a letter first.
        spellings = [bare, *of_icd10cm, digits] if "." in text else [*spellings, *of_icd10cm]
    return tuple(dict.fromkeys(spellings))


class CodeShape(NamedTuple):
    """The form of code that a text has although no loaded code set has it.

    `name` is `icd9`, `cpt`, `cdt`, `hcpcs`, `icd10pcs` or `icd10cm`; or `amount` or `number`, for a text that
    is none. `statement` begins a sentence for the user (`J1100 has the form of a HCPCS code`), which `ending` completes
    while no official file of `system` is loaded. Without a system it always does; without an ending the code is missing
    from the loaded codes of the system.
    """

    name: str
    statement: str
    ending: str = ""
    system: System | None = None

    def sentence(self, release: str = "", *, has_file: bool = False) -> str:
        """Return the sentence for the user.

        `release` is given if all of `system` is loaded: `FY2026 (April 2026)`; `has_file` if an official file of it is.
        """
        if self.system is None or (self.ending and not has_file):
            return f"{self.statement}{self.ending}."
        missing = f"not in the {release.split(' (')[0]} release" if release else "not among the loaded codes"
        return f"{self.statement} but is {missing}."


def shape_of(text: str) -> CodeShape | None:
    """Return the form of code that a text has, for texts that are in no loaded code set; None for ordinary words."""
    if not _DIGIT.search(text):
        return None
    bare = plain(text)
    # First, since `250.00` without its dot is spelled like a CPT code.
    typed = text.strip().upper()
    if is_amount(typed):
        return CodeShape("amount", f"{typed} is an amount", ", not a code")
    if _ONLY_DATE.fullmatch(typed):
        return CodeShape("number", f"{text.strip()} is a date", ", not a code")
    if _ONLY_NUMBER.fullmatch(typed):
        return CodeShape("number", f"{text.strip()} is a number without the form of a code")
    if " " in typed and _WORD.search(typed):
        # Spaces stand within codes too, but no code has a word in it: `grade 99`.
        return None
    if _ICD9CM.fullmatch(typed) or _ICD9_PROCEDURE.fullmatch(typed):
        kind = "code" if _ICD9CM.fullmatch(typed) else "procedure code"
        return CodeShape("icd9", f"{typed} has the form of an ICD-9-CM {kind}", f", which ended on {ICD9_ENDED}")
    # Only ICD codes are written with a dot: `E11.45` is not a HCPCS code.
    undotted = "" if "." in text else bare
    if _CPT.fullmatch(undotted):
        return _cpt_shape(bare)
    if _CDT.fullmatch(undotted):
        ending = "; dental codes are licensed by the American Dental Association and are not included"
        return CodeShape("cdt", f"{bare} has the form of a dental code (CDT)", ending)
    if _HCPCS.fullmatch(undotted):
        return CodeShape("hcpcs", f"{bare} has the form of a HCPCS code", system=System.HCPCS)
    if _ICD10PCS.fullmatch(undotted) and any(c.isdigit() for c in bare) and any(c.isalpha() for c in bare):
        statement = f"{bare} has the form of an ICD-10-PCS code ({PCS_SECTIONS[bare[0]]})"
        return CodeShape("icd10pcs", statement, system=System.ICD10PCS)
    if _ICD10CM.fullmatch(bare) and any(c.isdigit() for c in bare[1:]):
        return CodeShape("icd10cm", f"{dotted(bare)} has the form of an ICD-10-CM code", system=System.ICD10CM)
    return None


def has_form_of_code(text: str) -> bool:
    """Return whether a text has the full form of a code and can hardly be a word: `99215`, `Q9999`, `E11.45`, `E1140F`.

    Shorter ones may be words: `b12` and `t12` are no codes of ICD-10-CM, but names.
    """
    shape = shape_of(text)
    if shape is None or shape.name != "icd10cm":
        return shape is not None
    bare = plain(text)
    return "." in text.strip(" .") or (len(bare) >= LEAST_FULL_LENGTH and sum(map(str.isdigit, bare)) >= LEAST_DIGITS)


def may_be_procedure(text: str) -> bool:
    """Return whether a text has the form of a code of CPT or HCPCS, so that it is one first although without its dot a
    code of ICD-9-CM is spelled alike: `80053`, `E9600`. Of CPT a section must have the number."""
    shape = shape_of(text)
    return shape is not None and shape.system in (System.CPT, System.HCPCS)


def _cpt_shape(code: str) -> CodeShape:
    section = cpt_section(code)
    if not section:
        ending = ", but no section of CPT has that number; check for a typing error"
        return CodeShape("cpt", f"{code} has the form of a CPT code", ending)
    ending = "; add your licensed file to see it"
    return CodeShape("cpt", f"{code} has the form of a CPT code ({section})", ending, System.CPT)


def of_another_set(code: str, system: System) -> str:
    """Return a sentence on a code or section that exists, but in a code set that is not searched."""
    return f"{code} is in {system.label}, which is not searched."


def unassigned_place(code: str) -> str:
    """Return a sentence on a two-digit number that is no place of service."""
    if not code.isdigit() or len(code) > 2 or not int(code):
        return f"{code} is not a place of service. Its codes are 01 to 99."
    return f"{code.zfill(2)} is an unassigned place of service: CMS has given the number no place."
