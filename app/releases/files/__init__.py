"""Files of every publisher: their containers, and the lines, rows or elements in them."""
