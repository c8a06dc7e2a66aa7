"""The code set that a text names: `pcs: lung`, `pos 11`, `telehealth modifier`."""

import re

from app.codes.systems import ALIASES, System

LONGEST_ICD9 = 5
"""Characters of a diagnosis of ICD-9-CM in full."""

_SCOPE = re.compile(r"^\s*([a-z0-9]+)\s*:\s*", re.IGNORECASE)

# Labels before codes

_SET_LABEL = r"[ps]?dx|px|icd[-\s]?(?:10|9)?[-\s]?(?:cm|pcs)?|cm|pcs|cpt-?4?|hcpcs|diagnos[ie]s|procedures?|billing"
_RANK_LABEL = r"primary|secondary|principal|admitting"
_FIELD_LABEL = (
    r"codes?|line|claim|item|description|desc|title|charges?|fee|fees|amount|npi|ndc|mrn|dob|acct|account|auth|member|id|tin|ein|dos|date|phone|tel|fax|pointer|ptr"
    r"|assessment|impression|problems?|list|mods?|modifiers?|pos|place|qty|quantity|units?|rev"
)
"""The names of columns and fields beside codes, which by themselves name no code set."""

LABEL = re.compile(rf"(?:{_SET_LABEL}|{_RANK_LABEL}|{_FIELD_LABEL})[0-9]{{0,2}}", re.IGNORECASE)
"""A word that only labels the codes after it: `Dx1`, `CPT`, `Units`."""

FURTHER_LABEL = re.compile(rf"[\s;,](?:{_SET_LABEL})\s*[:#]", re.IGNORECASE)
"""A label after other text: `CPT: 99213; ICD-10: E11.9`."""

_LABEL_FIRST = re.compile(
    rf"^\s*(?:(?:{_RANK_LABEL})\s+)?(?:(?:{_SET_LABEL})(?:\s*codes?)?|codes?)"
    r"(?:\s*[:#=]\s*|\s+(?=(?=\S*[0-9])[a-z0-9]\S{2,})|-(?=(?=\S*[0-9])[a-z0-9]\S{3,}))",
    re.IGNORECASE,
)
"""A label before a code: `dx E11.65`, `procedure code 99213`; before other words only with its sign, `dx: gout`."""

_CLAIMED_FIRST = re.compile(
    r"^\s*(?:claims?|charges?|lines?|items?|services?|bill(?:ed|ing)?|report(?:ed)?|submit(?:ted)?)"
    r"(?:\s+(?:lines?|items?|codes?|for|with|of|as))*\s*[:#]?\s+"
    r"(?=(?:[0-9]{5}|[A-Z][0-9]{4}|[0-9]{4}[FTU]|[A-Z][0-9][0-9A-Z]\.[0-9A-Z]{1,4})(?![0-9A-Z]))",
    re.IGNORECASE,
)
"""A word that says where a code in full stands, or what is done with it: `claim 99213`, `bill for J1885`."""

_ICD9_LABEL = r"icd[-\s]?9(?:[-\s]?cm)?(?:\s*(?:dx|diagnosis))?(?:\s*codes?)?"
_ICD9_CODE = r"[0-9]{3}(?:\.?[0-9]{1,2})?|V[0-9]{2}\.?[0-9]{1,2}|E[0-9]{3}\.?[0-9]"
_LABELED_ICD9 = re.compile(
    rf"\s*(?:{_ICD9_LABEL}\s*[:#=-]?\s*(?P<after>{_ICD9_CODE})|(?P<before>{_ICD9_CODE})\s*[(,-]?\s*{_ICD9_LABEL}\)?)\s*",
    re.IGNORECASE,
)
"""A code that is said to be one of ICD-9-CM: without its dot it may be one of another set (`icd9 25000`)."""

ICD9_AND_WORDS = re.compile(
    r"(?P<before>[^0-9]+[\s(:,-])?(?P<code>[0-9]{3}\.[0-9]{1,2}|[0-9]{4,5}|V[0-9]{2}\.?[0-9]{1,2})(?P<after>[\s:,)-][^0-9]*)?",
    re.IGNORECASE,
)
"""A text that may be a code of ICD-9-CM with its title, or words of it: `401.9 - hypertension`."""

# Names of code sets

_GLUED = re.compile(r"^\s*(pos|mod)(?=[0-9]{1,2}\s*$)", re.IGNORECASE)
"""A code set and a code without a space between them: `pos11`."""

_HYPHEN_FIRST = re.compile(r"^\s*[-–]\s?(?=(?:[0-9]{2}|[0-9][a-z]|[a-z][0-9a-z])\s*$)", re.IGNORECASE)
"""The hyphen before a modifier by itself: `-25`."""

_BETWEEN = r"(?:[\s,;/+&]+and\s+|[\s,;/+&]+)"
"""The signs between codes of two characters."""

_NAMED_FIRST = (
    # A name that means nothing else confines any text after it. A short name, which abbreviates other things as well
    # (CPT deficiency, pos. for positive), confines only a text that looks like one of its codes.
    (System.MODIFIER, re.compile(r"^\s*modifiers?[\s:#]+(?=\S)", re.IGNORECASE)),
    (
        System.MODIFIER,
        re.compile(
            rf"^\s*mods?[\s#-]+(?=(?:[0-9a-z]{{2}}|[0-9]|[0-9]{{2}}(?:{_BETWEEN}[0-9a-z]{{2}})+)\s*$)", re.IGNORECASE
        ),
    ),
    (System.MODIFIER, _HYPHEN_FIRST),
    (System.POS, re.compile(r"^\s*place\s+of\s+service(?:\s+codes?)?[\s:#]+(?=\S)", re.IGNORECASE)),
    (
        System.POS,
        re.compile(
            rf"^\s*pos(?:\s+codes?)?[\s#-]+(?=(?:[0-9]{{1,3}}|[0-9]{{2}}(?:{_BETWEEN}[0-9]{{2}})+)\s*$)", re.IGNORECASE
        ),
    ),
    (System.HCPCS, re.compile(r"^\s*hcpcs(?:\s+codes?)?[\s:#]+(?=\S)", re.IGNORECASE)),
    (System.CPT, re.compile(r"^\s*cpt(?:\s+codes?)?[\s#]+(?=(?:[0-9]{3,4}[0-9a-z]?|i{1,3}|pla)\s*$)", re.IGNORECASE)),
)
_NAMED_LAST = (
    (System.MODIFIER, re.compile(r"^\s*([0-9a-z]{2})\s+mod\s*$", re.IGNORECASE)),
    (System.MODIFIER, re.compile(r"^(.*\S)\s+modifiers?\s*$", re.IGNORECASE | re.DOTALL)),
    (System.HCPCS, re.compile(r"^(.*\S)\s+hcpcs(?:\s+codes?)?\s*$", re.IGNORECASE | re.DOTALL)),
)
"""Names after the text: `25 modifier`, `walker hcpcs`."""

_CODE_FOR = re.compile(
    r"^\s*(?:what\s+is\s+)?(?:the\s+)?(?:icd-?\s?10(?:-?\s?(?:cm|pcs))?|dx|diagnosis|billing|hcpcs|cpt|pos)?\s*codes?\s+(?:for|of)\s+"
    r"(?:the\s+|an?\s+)?(?=\S)",
    re.IGNORECASE,
)
"""`icd 10 code for gout`, as people ask a search engine."""

_SHORT_NAME = re.compile(r"^\s*(pos|mod)\s+(?=[a-z]{2}|[0-9]+[a-z])", re.IGNORECASE)

_TABLE_ROW = re.compile(r'^\s*"[^"\t]*[0-9][^"\t]*"\s*[\t,;]')
"""A row of a table whose cells are quoted: `"E11.9"<tab>"Type 2 diabetes"`."""

_NUMBERING = re.compile(
    r"^\s*(?:[•▪‣*·>](?=[a-z])|(?:[•▪‣*·–—-]|#?[0-9]{1,2}[.):]|\([0-9a-l]\)|[a-l][.)])\s+)+"
    r"(?=[a-z][0-9oil][0-9a-z]\S*|[0-9]\S{4}|[0-9a-z]{7}\b)",
    re.IGNORECASE,
)
"""The bullet or number of a line that begins with a code: `1. E11.9`."""


def split_scope(text: str) -> tuple[frozenset[System], str]:
    """Return the code set of a scope prefix, if any, and the text after it: `pcs: lung` -> {ICD10PCS}, `lung`.

    The name of a code set does the same: `pos 11` -> {POS}, `11`. Words that only ask for a code are removed:
    `icd 10 code for gout` -> `gout`.
    """
    text = _NUMBERING.sub("", _CODE_FOR.sub("", text))
    old_code = _LABELED_ICD9.fullmatch(text)
    if old_code:
        return frozenset(), _with_dot_of_icd9(old_code["after"] or old_code["before"])
    if _TABLE_ROW.match(text):
        text = text.replace('"', "")
    match = _GLUED.match(text) or _SCOPE.match(text)
    if match and match[1].lower() in ALIASES:
        return frozenset({ALIASES[match[1].lower()]}), text[match.end() :]
    for system, pattern in _NAMED_FIRST:
        match = pattern.match(text)
        if match:
            return frozenset({system}), text[match.end() :]
    for system, pattern in _NAMED_LAST:
        match = pattern.match(text)
        if match:
            return frozenset({system}), match[1]
    return frozenset(), _LABEL_FIRST.sub("", _CLAIMED_FIRST.sub("", text))


def _with_dot_of_icd9(code: str) -> str:
    """Return a code of ICD-9-CM with its dot: `25000` -> `250.00`, `E9500` -> `E950.0`. One of four digits may be a
    procedure, whose dot stands elsewhere, and is returned unchanged."""
    if "." in code or (code.isdecimal() and len(code) < LONGEST_ICD9):
        return code
    length = 4 if code[0] in "Ee" else 3
    return f"{code[:length]}.{code[length:]}"


def short_name(text: str) -> tuple[System, str] | None:
    """Return the code set that the first word of a text may name, and the words after it: `pos office` -> POS,
    `office`. The word may mean something else: `pos ana` is a positive test."""
    match = _SHORT_NAME.match(text)
    return (ALIASES[match[1].lower()], text[match.end() :]) if match else None
