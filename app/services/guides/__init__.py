"""The guides of docs/guides: read for the window (F1) and drawn as PDF, from the same Markdown that a forge shows."""
