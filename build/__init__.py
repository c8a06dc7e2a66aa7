"""The builder of the bundled code database, `python -m build`: its sources, and the code that only they need."""
