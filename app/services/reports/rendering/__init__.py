"""A bilan as families see it: one presentation, drawn as a page and as a PDF."""
