"""Codarium: find medical codes offline, and read how the code sets are built."""

__version__ = "0.1.0"
