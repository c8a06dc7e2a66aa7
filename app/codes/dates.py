"""Dates as they are printed on the screen and in plain text, and as official files write them.

JSON and the database have them in ISO form.
"""

from datetime import date

MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Names of our own, since those of `strftime` follow the locale of the computer."""


def day_in_words(day: date) -> str:
    """Return a day as it is printed for users, the same in every locale.

    >>> day_in_words(date(2026, 9, 30))
    '30 Sep 2026'
    >>> day_in_words(date(2025, 1, 1))
    '1 Jan 2025'
    """
    return f"{day.day} {MONTH_NAMES[day.month - 1]} {day.year}"


def days_in_words(first: date, last: date) -> str:
    """Return the days between which something is in force: `1 Oct 2025 to 30 Sep 2026`."""
    return f"{day_in_words(first)} to {day_in_words(last)}"


def day_of_field(name: str, value: str) -> date | None:
    """Return the day in a date field of the HCPCS file (`ASC_DT` 20250101, `ACT EFF DT` 2025-01-01); None for any
    other field, and for the zeros and typing errors that the file has in place of a day."""
    return day_of_digits(value.replace("-", "")) if name.endswith("DT") else None


def day_of_digits(text: str) -> date | None:
    """Return the day of eight digits, as most official files write it; None for any other text.

    >>> day_of_digits("20260930")
    datetime.date(2026, 9, 30)
    >>> day_of_digits("00000000")
    """
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
