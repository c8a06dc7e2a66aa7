"""The format, code set and release of a file, by its content and its names."""
