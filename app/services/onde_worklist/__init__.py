"""« À corriger dans ONDE »: what only ONDE can put right, found in the records, and done where an import shows it."""
