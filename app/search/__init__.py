"""Typed text in, rows out: the engine, its four steps, and the values that cross threads. No Qt."""
