"""What Codarium says in its own words, read from the tables under resources/tables."""
