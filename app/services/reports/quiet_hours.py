"""When families may be written to about the livret: never between 21 h and 7 h, where the school is."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WAKES, SLEEPS = time(7), time(21)
"""Messages leave between these hours."""


def is_night(now: datetime, zone: str | None) -> bool:
    """Whether nobody is to be woken by a message."""
    return not WAKES <= now.astimezone(ZoneInfo(zone or "Europe/Paris")).time() < SLEEPS


def morning(now: datetime, zone: str | None) -> datetime | None:
    """When a message that is made at night may leave; None by day."""
    local = now.astimezone(ZoneInfo(zone or "Europe/Paris"))
    if not is_night(now, zone):
        return None
    day = local.date() + timedelta(days=1 if local.time() >= SLEEPS else 0)
    return datetime.combine(day, WAKES, local.tzinfo)


def first_told(on: date, now: datetime, zone: str | None) -> datetime:
    """When families hear, at the earliest, of what is published from the day ``on``; where the school is."""
    local = now.astimezone(ZoneInfo(zone or "Europe/Paris"))
    begins = datetime.combine(on, WAKES, local.tzinfo)
    return begins if begins > local else morning(now, zone) or local
