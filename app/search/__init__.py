"""Typed text in, hits out: parsing, words and their families, the engine, and what to mark in a title. No Qt."""
