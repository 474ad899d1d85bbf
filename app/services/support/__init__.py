"""Support: what a director opens to an officer (ERUN), what the officer does with it, and the counts of her schools."""
