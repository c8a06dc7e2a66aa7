"""The sections of ICD-10-PCS, and the headings of its definitions."""

PCS_SECTIONS = {
    "0": "Medical and Surgical",
    "1": "Obstetrics",
    "2": "Placement",
    "3": "Administration",
    "4": "Measurement and Monitoring",
    "5": "Extracorporeal or Systemic Assistance and Performance",
    "6": "Extracorporeal or Systemic Therapies",
    "7": "Osteopathic",
    "8": "Other Procedures",
    "9": "Chiropractic",
    "B": "Imaging",
    "C": "Nuclear Medicine",
    "D": "Radiation Therapy",
    "F": "Physical Rehabilitation and Diagnostic Audiology",
    "G": "Mental Health",
    "H": "Substance Abuse Treatment",
    "X": "New Technology",
}
"""The seventeen sections by the first character of their codes, under their names in the official tables."""


def named_sections(characters: str) -> str:
    """Return sections in words: `sections 1 to X`, `section 0`, `sections 0, B`."""
    order = "".join(PCS_SECTIONS)
    if len(characters) > 2 and characters in order:
        return f"sections {characters[0]} to {characters[-1]}"
    return f"section{'s' if len(characters) > 1 else ''} {', '.join(characters)}"


def definition_headings(label: str, section: str, body_system: str, operation: str) -> tuple[str, ...]:
    """Return the headings that the definition of a label of a table may have, the most special first.

    `section`, `body_system` and `operation` are the labels of the first three characters of the table.

        Spacer, Medical and Surgical, Lower Joints, Insertion
        -> Spacer for Insertion in Lower Joints; Spacer in Lower Joints; Spacer in Medical and Surgical; ... ; Spacer

    In the releases of 2025 and 2026 no label of any table has more than one of its headings in the file.
    """
    # Rehabilitation distinguishes assessment from treatment; Device Fitting and Caregiver Training count as treatment.
    kind = "Assessment" if operation.endswith("Assessment") else "Treatment"
    return (
        f"{label} for {operation} in {body_system}",
        f"{label} in {body_system}",
        f"{label} in {section}",
        f"{label} ({kind})",
        label,
    )
