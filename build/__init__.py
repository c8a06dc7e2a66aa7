"""Makes the bundled code database: `python -m build`. Which sources the bundle is made of, and what only they need."""
