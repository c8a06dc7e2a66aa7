"""Words with which the rows of an answer can be narrowed. No Qt."""
