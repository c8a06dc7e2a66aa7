"""The NCCI edits, in a database beside the library: compiling it and asking it."""
