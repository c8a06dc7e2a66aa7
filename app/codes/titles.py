"""What the wording of an official title says by the conventions of ICD-10-CM."""

_ELSEWHERE = "classified elsewhere"


def is_manifestation(title: str) -> bool:
    """Whether a code is never first-listed: its title says `in diseases classified elsewhere`.

    `not elsewhere classified` is something else: there is no better place for it.
    """
    return _ELSEWHERE in title.lower()
