"""Everything that is asked of a library by key."""
