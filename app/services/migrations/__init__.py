"""How the tables of an older vault or server base become those of this program (docs/adr/0005)."""
