"""The page of a code: how it is written, shown and copied."""
