"""The words of the menus for a person's rights, apart from the dialogs that are read only when they open."""

from __future__ import annotations

ASK = "Effacer cette personne…"
LIMIT = "Limiter le traitement…"
END_LIMIT = "Lever la limitation"
