"""« Mon compte »: what a parent sees and changes of an account, and how children of another one come to it."""
