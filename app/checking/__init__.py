"""Checks a list of codes against the classification and the edits on a date: entries in, findings out. No Qt."""
