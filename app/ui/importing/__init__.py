"""« Importer depuis ONDE… »: choose, preview, confirm, undo."""
