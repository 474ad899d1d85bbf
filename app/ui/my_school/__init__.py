"""« Mon école »: the school, its contact and signatory, the server, the PCs, the backups."""
