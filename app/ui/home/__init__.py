"""« Accueil »: what is left to do, where the school stands, the line to the server."""
