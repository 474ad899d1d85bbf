"""Windows, offscreen."""
