"""Under which headings the ICD-10-PCS definitions speak of a value that the tables name."""


def headings(label: str, section: str, body_system: str, operation: str) -> tuple[str, ...]:
    """The headings under which the definitions may speak of a label of a table, whose first three labels are given.

        Spacer, Medical and Surgical, Lower Joints, Insertion
        -> Spacer for Insertion in Lower Joints; Spacer in Lower Joints; Spacer in Medical and Surgical; ... ; Spacer

    In the releases of 2025 and 2026 no label of any table has more than one of its headings in the file.
    """
    # Rehabilitation tells assessment from treatment; Device Fitting and Caregiver Training are held to be treatment.
    kind = "Assessment" if operation.endswith("Assessment") else "Treatment"
    return (
        f"{label} for {operation} in {body_system}",
        f"{label} in {body_system}",
        f"{label} in {section}",
        f"{label} ({kind})",
        label,
    )
