"""« Assistance »: why a parent cannot get in, duplicates, what to correct in ONDE, who helps the school."""
