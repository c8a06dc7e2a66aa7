"""The number ranges of CPT, bare facts without any title of the AMA: which section of CPT a number belongs to."""

CATEGORY_I = (
    ("00100", "01999", "Anesthesia"),
    ("10004", "69990", "Surgery"),
    ("70010", "79999", "Radiology"),
    ("80047", "89398", "Pathology and Laboratory"),
    ("90281", "97999", "Medicine"),
    # Visits by video and the reading of data sent from home stand with the visits, far from their numbers.
    ("98000", "98016", "Evaluation and Management"),
    ("98017", "99090", "Medicine"),
    ("99091", "99091", "Evaluation and Management"),
    ("99092", "99199", "Medicine"),
    ("99202", "99499", "Evaluation and Management"),
    ("99500", "99607", "Medicine"),
)
"""First and last number of each run of five-digit codes with its section, in order."""

LETTERS = {
    "F": ("0001F", "9007F", "Category II, performance measurement"),
    "T": ("0042T", "9999T", "Category III, new procedures with a provisional number"),
    "U": ("0001U", "9999U", "PLA, one laboratory's or maker's own test"),
    "M": ("0002M", "9999M", "MAAA, a laboratory test with a formula"),
    "A": ("0001A", "0174A", "giving a COVID-19 vaccine, ended in 2023"),
}
"""By the letter behind four digits: first and last code, and what they are. 9999 stands for a range still growing."""


def cpt_section(code: str) -> str:
    """What a code of the shape of CPT belongs to: `Category I, Surgery`; empty where CPT has no such number."""
    if code[-1:] in LETTERS:
        first, last, name = LETTERS[code[-1]]
        return name if first <= code <= last else ""
    return next((f"Category I, {name}" for first, last, name in CATEGORY_I if first <= code <= last), "")
