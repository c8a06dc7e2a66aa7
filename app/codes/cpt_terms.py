"""The terms that a user accepts before CPT is read, by the publisher of the files."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CptTerms:
    """The terms of one publisher: a heading, what they say, and the sentence by which a user accepts them."""

    heading: str
    text: str
    agreement: str


CPT_TERMS = {
    "ama": CptTerms(
        "Adding CPT from the AMA's files",
        "CPT is the American Medical Association's work and is protected by copyright. Codarium comes with none of it. "
        "Add these files only if you hold a license for them from the AMA, or work for someone who does.",
        "I hold such a license, or work under one, and will keep to it",
    ),
    "cms": CptTerms(
        "Adding CPT from CMS's fee schedule",
        "The Medicare physician fee schedule file contains CPT codes with short titles. CPT is the American Medical "
        "Association's work and is protected by copyright. CMS gives the file out on terms: the titles are for your "
        "own use with Medicare, Medicaid and other programs that CMS runs, in the United States; they may not be sold "
        "or passed on, nor made part of another work; and the AMA's notice stays with them. CMS shows the full terms "
        "where the file is downloaded.",
        "I accept these terms, for myself and those for whom I work",
    ),
}
"""By kind of file, as `--accept-cpt` and the `needs` object of `codarium add --json` name it."""
