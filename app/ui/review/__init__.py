"""« À revoir »: conflicts and refusals, corrections for ONDE, past imports."""
