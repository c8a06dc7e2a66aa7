"""The page of a code, and the panel that shows it."""
