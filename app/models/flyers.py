"""The kinds of flyers."""

from __future__ import annotations

from enum import StrEnum


class FlyerKind(StrEnum):
    """The three flyers of the deck (arena.md, « Help given to families »)."""

    ALONE = "autonomie"
    NOTIFIED = "notification"
    DIRECTOR = "directeur"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    FlyerKind.ALONE: "Flyer parents création en autonomie",
    FlyerKind.NOTIFIED: "Flyer parents notification",
    FlyerKind.DIRECTOR: "Flyer directeur",
}
