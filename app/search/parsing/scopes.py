"""The code set that a text names: `pcs: lung`, `pos 11`, `telehealth modifier`."""

import re

from app.codes.systems import ALIASES, System

_SCOPE = re.compile(r"^\s*([a-z0-9]+)\s*:\s*", re.IGNORECASE)
_NAMED_FIRST = (
    # A name that means nothing else confines any text after it. A short name, which abbreviates other things as well
    # (CPT deficiency, pos. for positive), confines only a text that looks like one of its codes.
    (System.MODIFIER, re.compile(r"^\s*modifiers?[\s:#]+(?=\S)", re.IGNORECASE)),
    (
        System.MODIFIER,
        re.compile(r"^\s*mod[\s#]+(?=(?:[0-9a-z]{2}|[0-9]|[0-9]{2}(?:[\s,;/]+[0-9a-z]{2})+)\s*$)", re.IGNORECASE),
    ),
    (System.POS, re.compile(r"^\s*place\s+of\s+service(?:\s+codes?)?[\s:#]+(?=\S)", re.IGNORECASE)),
    (System.POS, re.compile(r"^\s*pos(?:\s+code)?[\s#]+(?=[0-9]{1,3}\s*$)", re.IGNORECASE)),
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


_LABEL = re.compile(
    r"^\s*(?:(?:primary|secondary|principal|admitting)\s+)?"
    r"(?:(?:[ps]?dx|px|icd(?:[-\s]?(?:10|9))?(?:[-\s]?(?:cm|pcs))?|diagnos[ie]s|procedure|billing|cpt|hcpcs)(?:\s*codes?)?|codes?)"
    r"(?:\s*[:#=]\s*|\s+(?=(?=\S*[0-9])[a-z0-9]\S{2,})|-(?=(?=\S*[0-9])[a-z0-9]\S{3,}))",
    re.IGNORECASE,
)
"""A label before a code: `dx E11.65`, `procedure code 99213`; before other words only with its sign, `dx: gout`."""


def split_scope(text: str) -> tuple[frozenset[System], str]:
    """Return the code set of a scope prefix, if any, and the text after it: `pcs: lung` -> {ICD10PCS}, `lung`.

    The name of a code set does the same: `pos 11` -> {POS}, `11`. Words that only ask for a code are removed:
    `icd 10 code for gout` -> `gout`.
    """
    text = _CODE_FOR.sub("", text)
    match = _SCOPE.match(text)
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
    return frozenset(), _LABEL.sub("", text)
