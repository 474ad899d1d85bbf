"""The desktop's half of the synchronisation: acts go up, rows come down (docs/adr, sync protocol)."""
