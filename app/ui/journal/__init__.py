"""« Journal »: who did what, when, on which PC."""
