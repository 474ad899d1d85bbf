"""Time as the records hold it: text, UTC, comparable as text."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns an aware UTC datetime. Passed in everywhere, so that tests and the simulator decide of the time."""


def system_clock() -> datetime:
    """The machine's own clock, aware, UTC."""
    return datetime.now(UTC)


def instant(moment: datetime) -> str:
    """``moment`` as ``YYYY-MM-DDTHH:MM:SS.ffffffZ`` (UTC), the form of every stored instant."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """The aware UTC datetime of a stored instant. Raises ValueError on anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


SLACK = timedelta(minutes=5)
"""By how much two machines of one server may disagree."""


def is_within(text: str, now: datetime, life: timedelta) -> bool:
    """Whether a stored instant is no more than ``life`` ago; not where it is to come, since the clock was ahead then."""
    return -SLACK <= now - parse_instant(text) <= life


def local_date(text: str, zone: str) -> date:
    """The calendar day of a stored instant in the school's own ``zone`` (IANA name)."""
    return parse_instant(text).astimezone(ZoneInfo(zone)).date()


def later(text: str, delta: timedelta) -> str:
    """The stored instant that lies ``delta`` after the stored instant ``text``."""
    return instant(parse_instant(text) + delta)
