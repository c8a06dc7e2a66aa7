"""The code database: its schema, how it is compiled and verified, how it is opened, and what can be asked by key."""
