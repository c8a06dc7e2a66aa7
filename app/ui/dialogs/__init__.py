"""Windows over the main window: actions, abbreviations, keys, About, errors."""
