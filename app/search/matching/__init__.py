"""A query into candidates: the full-text index, the tiers in which it is asked, and the score of each entry. No Qt."""
