"""« Feuilles »: what became of the printed sheets, class by class."""
