"""The number ranges of CPT and the section that each belongs to: facts only, no title of the AMA."""

CATEGORY_I_RANGES = (
    ("00100", "01999", "Anesthesia"),
    ("10004", "69990", "Surgery"),
    ("70010", "79999", "Radiology"),
    ("80047", "89398", "Pathology and Laboratory"),
    ("90281", "97999", "Medicine"),
    # Visits by video, and the review of data sent from home, belong to Evaluation and Management by subject.
    ("98000", "98016", "Evaluation and Management"),
    ("98017", "99090", "Medicine"),
    ("99091", "99091", "Evaluation and Management"),
    ("99092", "99199", "Medicine"),
    ("99202", "99499", "Evaluation and Management"),
    ("99500", "99607", "Medicine"),
)
"""First and last number of each run of five-digit codes with its section, in order."""

LETTER_RANGES = {
    "F": ("0001F", "9007F", "Category II, performance measurement"),
    "T": ("0042T", "9999T", "Category III, emerging technology with a temporary number"),
    "U": ("0001U", "9999U", "PLA, a proprietary laboratory test"),
    "M": ("0002M", "9999M", "MAAA, a laboratory test with an algorithm"),
    "A": ("0001A", "0174A", "COVID-19 vaccine administration, ended in 2023"),
}
"""First and last code and their subject, by the letter after four digits. 9999 marks a range that still grows."""


def cpt_section(code: str) -> str:
    """Return the section of a code that has the form of CPT: `Category I, Surgery`; empty if CPT has no such number."""
    if code[-1:] in LETTER_RANGES:
        first, last, name = LETTER_RANGES[code[-1]]
        return name if first <= code <= last else ""
    return next((f"Category I, {name}" for first, last, name in CATEGORY_I_RANGES if first <= code <= last), "")
