"""Medicare's rules of payment: the physician fee schedule and the NCCI edits."""
