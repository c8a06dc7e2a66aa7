"""The list of results, the strip that narrows it, and recent codes."""
