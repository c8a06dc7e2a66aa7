"""The command line: one module a command, and what they share. Imports no Qt."""
