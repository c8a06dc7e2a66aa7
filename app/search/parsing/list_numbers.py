"""Numbers of a list before its entries: `1. hypertension`, `#2 COPD`. They are no stage, type or group."""

import re

_NUMBER = r"(?:#\s?[0-9]{1,2}[.):]?(?=\s)|[0-9]{1,2}[.)]|\([0-9]{1,2}\))\s*(?=[a-z]{2})"
_FIRST = re.compile(rf"\s*{_NUMBER}", re.IGNORECASE)
_AFTER_SIGN = re.compile(rf"(?<=[,;\n])\s*{_NUMBER}", re.IGNORECASE)
_AFTER_ENTRY = re.compile(rf"(?<![,;.\s])[,;.\s]+{_NUMBER}", re.IGNORECASE)
"""Looked for only where a run of signs and spaces begins: a pasted one of thousands would take seconds else."""

_AFTER_SPACE = re.compile(rf"(?<=[^,;\s])\s+{_NUMBER}", re.IGNORECASE)


def without_list_numbers(text: str) -> str:
    """Return a text without the numbers of a list: at its beginning and after signs, and if it begins with one, also
    between words, where a comma then parts the entries."""
    first = _FIRST.match(text)
    if first:
        text = _AFTER_SPACE.sub(", ", text[first.end() :])
    return _AFTER_SIGN.sub(" ", text)


def list_entries(text: str) -> list[str]:
    """Return the entries of a text that is a numbered list, without their numbers: `1. HTN 2. DM`; none of a text with
    fewer than two."""
    first = _FIRST.match(text)
    entries = _AFTER_ENTRY.split(text[first.end() :]) if first else []
    entries = [entry.strip(" ,;.\n\t") for entry in entries]
    return entries if len(entries) > 1 and all(entries) else []
