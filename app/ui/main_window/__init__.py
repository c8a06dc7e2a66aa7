"""The main window: search bar, panels, status bar, and what joins them."""
