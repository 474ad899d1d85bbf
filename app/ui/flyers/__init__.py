"""« Flyers pour les familles »: which, for which classes, in which language, on A4 or A5."""
