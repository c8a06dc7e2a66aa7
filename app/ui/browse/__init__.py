"""The left column: the tree of code sets."""
