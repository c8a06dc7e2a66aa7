"""The user's own data, separate from the code database: opened codes, favorites, notes on codes, worksheets. No Qt."""
