"""ONDE's extractions: read, matched with the records, shown before anything is written."""
