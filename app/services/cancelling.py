"""Work that a person may stop: it asks from time to time, and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Callable

from app.models.errors import PreauError

Cancelled = Callable[[], bool]
"""Whether the person has asked to stop."""


class Cancellation(PreauError):
    """The person stopped the work; nothing was kept."""

    def __init__(self, sentence: str = "Impression annulée : aucun responsable n’a été notifié.") -> None:
        super().__init__("cancelled", sentence)
