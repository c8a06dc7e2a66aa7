"""Code sets: what is loaded, and adding, fetching and removing files."""
