"""« Statistiques »: the three tables of Arena."""
