"""The list of results, what narrows it, and recent codes."""
