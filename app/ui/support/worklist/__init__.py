"""« À corriger dans ONDE »."""
