"""Nobody is woken by a bilan."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.services.reports.quiet_hours import first_told, is_night, morning


@pytest.mark.parametrize(
    ("hour", "night", "waits_until"),
    [(4, True, "2026-09-09 07:00"), (6, False, None), (18, False, None), (20, True, "2026-09-10 07:00")],
)
def test_night_is_from_21_to_7_where_the_school_is(hour: int, night: bool, waits_until: str | None) -> None:
    now = datetime(2026, 9, 9, hour, tzinfo=UTC)
    assert is_night(now, "Europe/Paris") is night
    leaves = morning(now, "Europe/Paris")
    assert (f"{leaves:%Y-%m-%d %H:%M}" if leaves else None) == waits_until
    assert is_night(now, "Indian/Reunion") is (hour in (18, 20))


@pytest.mark.parametrize(
    ("on", "hour", "told"),
    [
        ("2026-12-18", 10, "2026-12-18 07:00"), ("2026-09-09", 10, "2026-09-09 12:00"),
        ("2026-09-09", 4, "2026-09-09 07:00"), ("2026-09-09", 20, "2026-09-10 07:00"),
        ("2026-09-01", 10, "2026-09-09 12:00"),
    ],
)  # fmt: skip
def test_families_hear_on_the_day_or_the_morning_after(on: str, hour: int, told: str) -> None:
    now = datetime(2026, 9, 9, hour, tzinfo=UTC)
    assert f"{first_told(date.fromisoformat(on), now, 'Europe/Paris'):%Y-%m-%d %H:%M}" == told
