"""« Anciens élèves »."""
