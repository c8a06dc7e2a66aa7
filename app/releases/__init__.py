"""Official files in, records out: one module per file format, each a generator that fails loudly. No Qt."""
