"""One figure of the bench."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """``value`` must be at least ``at_least`` (1 is as fast as the floor); ``detail`` gives what was measured."""

    name: str
    value: float
    at_least: float
    detail: str

    @property
    def holds(self) -> bool:
        return self.value >= self.at_least
