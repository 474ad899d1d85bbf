"""Shared pieces of the windows, offscreen."""
