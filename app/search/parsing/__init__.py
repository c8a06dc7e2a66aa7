"""Typed text into a query: its words, their readings, and the code set that it names. No Qt."""
