"""Parts without a subject of their own: color scheme, fonts, lines of text, chips, symbols."""
