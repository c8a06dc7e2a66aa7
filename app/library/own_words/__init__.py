"""Codarium's own texts on code sets, read from the tables under resources/tables."""
