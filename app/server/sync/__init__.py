"""The server's half of the synchronisation: it applies acts for good, and serves the rows that changed."""
