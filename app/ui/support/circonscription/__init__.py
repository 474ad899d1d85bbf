"""« Circonscription »: an officer's schools in counts, without names."""
