"""What this build holds: the packaged desktop leaves the server and the demonstration out."""

from __future__ import annotations

from importlib.util import find_spec

from app.models.errors import Refused


def need_server() -> None:
    """Raises Refused where the server is not part of this build."""
    if find_spec("app.server") is None:
        raise Refused(
            "no_server",
            "Cette version de Préau est l’application de bureau : elle ne contient ni le serveur, ni son administration, "
            "ni la démonstration. Installez Préau depuis ses sources pour les avoir.",
        )
