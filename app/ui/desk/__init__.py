"""The coder's own: the worksheet with the codes of a chart."""
