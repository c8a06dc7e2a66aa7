"""The NCCI edits: a database beside the library, how it is made and asked."""
