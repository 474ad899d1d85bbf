"""« Diagnostic »: why a parent cannot get in, on one page."""
