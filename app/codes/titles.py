"""What the wording of an official title says by the conventions of ICD-10-CM."""

_ELSEWHERE = "classified elsewhere"
_AS_CAUSE = "as the cause of"


def is_manifestation(title: str) -> bool:
    """Whether a code is never first-listed: its title says `in diseases classified elsewhere`, or for short
    `in conditions classified elsewhere`, `disorder classified elsewhere`.

    `not elsewhere classified` is something else: there is no better place for it. So is an agent (B95 to B97) `as the
    cause of diseases classified elsewhere`: it is added to the disease that it causes.
    """
    lower = title.lower()
    return _ELSEWHERE in lower and _AS_CAUSE not in lower
