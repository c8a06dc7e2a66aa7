"""Typed text into a query: its words, what each may stand for, and the code set that it asks for. No Qt."""
