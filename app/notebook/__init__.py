"""The user's own data, separate from the code database: so far, the history of opened codes. No Qt."""
