"""Widgets and painting shared by all panels: color scheme, fonts, lines of text, chips, symbols."""
