"""The AMA's files of CPT and its modifiers."""
