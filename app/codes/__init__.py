"""What a code is: frozen records, shapes of codes, dots and padding. Pure: no files, no database, no Qt."""
