"""Candidates into rows: variants of families, the reason for each row, and advice when there are few. No Qt."""
