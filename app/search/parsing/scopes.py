"""The code set that a text asks for by name: `pcs: lung`, `pos 11`, `telehealth modifier`."""

import re

from app.codes.systems import ALIASES, System

_SCOPE = re.compile(r"^\s*([a-z0-9]+)\s*:\s*", re.IGNORECASE)
_NAMED = (
    # Names that are words of nothing else confine whatever follows; short ones, which abbreviate other things as well
    # (CPT deficiency, pos. for positive), only what looks like one of their codes.
    (System.MODIFIER, re.compile(r"^\s*modifiers?[\s:#]+(?=\S)", re.IGNORECASE)),
    (System.MODIFIER, re.compile(r"^\s*mod[\s#]+(?=[0-9a-z]{2}\s*$)", re.IGNORECASE)),
    (System.POS, re.compile(r"^\s*place\s+of\s+service(?:\s+codes?)?[\s:#]+(?=\S)", re.IGNORECASE)),
    (System.POS, re.compile(r"^\s*pos(?:\s+code)?[\s#]+(?=[0-9]{1,2}\s*$)", re.IGNORECASE)),
    (System.HCPCS, re.compile(r"^\s*hcpcs(?:\s+codes?)?[\s:#]+(?=\S)", re.IGNORECASE)),
    (System.CPT, re.compile(r"^\s*cpt(?:\s+codes?)?[\s#]+(?=(?:[0-9]{3,4}[0-9a-z]?|i{1,3}|pla)\s*$)", re.IGNORECASE)),
)
_NAMED_BEHIND = (
    (System.MODIFIER, re.compile(r"^\s*([0-9a-z]{2})\s+mod\s*$", re.IGNORECASE)),
    (System.MODIFIER, re.compile(r"^(.*\S)\s+modifiers?\s*$", re.IGNORECASE | re.DOTALL)),
    (System.HCPCS, re.compile(r"^(.*\S)\s+hcpcs(?:\s+codes?)?\s*$", re.IGNORECASE | re.DOTALL)),
)
"""`25 modifier`, `walker hcpcs`, as people say it."""

_CODE_FOR = re.compile(
    r"^\s*(?:what\s+is\s+)?(?:the\s+)?(?:icd-?\s?10(?:-?\s?(?:cm|pcs))?|dx|diagnosis|billing|hcpcs|cpt|pos)?\s*codes?\s+(?:for|of)\s+"
    r"(?:the\s+|an?\s+)?(?=\S)",
    re.IGNORECASE,
)
"""`icd 10 code for gout`, as people ask a search engine."""


def split_scope(text: str) -> tuple[frozenset[System], str]:
    """The code set of a scope prefix, if there is one, and the text behind it: `pcs: lung` -> {ICD10PCS}, `lung`.

    A code set that is called by its name asks for the same: `pos 11` -> {POS}, `11`. What only says that a code is
    looked for is no part of it: `icd 10 code for gout` -> `gout`.
    """
    text = _CODE_FOR.sub("", text)
    match = _SCOPE.match(text)
    if match and match[1].lower() in ALIASES:
        return frozenset({ALIASES[match[1].lower()]}), text[match.end() :]
    for system, pattern in _NAMED:
        match = pattern.match(text)
        if match:
            return frozenset({system}), text[match.end() :]
    for system, pattern in _NAMED_BEHIND:
        match = pattern.match(text)
        if match:
            return frozenset({system}), match[1]
    return frozenset(), text
