"""What belongs to the person, kept apart from the code database: so far, which codes were opened. No Qt."""
