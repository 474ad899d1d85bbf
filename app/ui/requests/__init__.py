"""« Demandes »: what parents ask of the school, why they are not in, and the answers."""
