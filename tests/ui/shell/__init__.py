"""The main window, offscreen."""
