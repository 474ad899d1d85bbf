"""The whole of « Statistiques » for 15,000 guardians, beside a bare pass over the same rows in memory.

The floor is one plain loop over the same rows that sorts states into the school, the classes and the levels, looks at
the day of each activation and at its delay, and counts; it orders nothing, draws no curve, finds nothing missing. Both
begin from what was read; the seconds of reading it from an encrypted vault are said beside.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from app.models.codes import LEVELS, NURSERY
from app.models.states import AccountOrigin, AccountState
from app.services.activations import Facts
from app.services.demo.people import FAMILY_NAMES
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.roll import Member, Place, Roll
from app.services.stats import count
from app.services.stats_sources import Sources, read_sources
from app.services.vault.vault import create_vault
from tests.bench.ratio import Ratio
from tests.ui.desk_stage import NOW

GUARDIANS = 15_000
CLASSES = 40
ROUNDS = 9
AT_MOST = 3.0
START, TODAY = date(2026, 8, 1), date(2026, 11, 21)


def measure() -> list[Ratio]:
    """One ratio; what the vault costs is in its detail."""
    sources = make_sources()
    ours, floor = [], []
    for _ in range(ROUNDS):
        floor.append(_seconds(lambda: bare_pass(sources)))
        ours.append(_seconds(lambda: count(sources)))
    checked = count(sources)
    assert bare_pass(sources)["accounts"] == checked.school.accounts == GUARDIANS
    detail = (
        f"{1000 * median(ours):.0f} ms, floor {1000 * median(floor):.0f}; read from the vault in "
        f"{1000 * _reading_s():.0f} ms"
    )
    value = median(floor) / median(ours)
    return [Ratio(f"statistics of {GUARDIANS} guardians", value, 1 / AT_MOST, detail)]


def bare_pass(sources: Sources) -> dict[str, Any]:
    """What no statistics could do without."""
    states: dict[str, AccountState] = {}
    rated: dict[str, AccountState] = {}
    by_class: dict[str, dict[str, AccountState]] = {}
    by_level: dict[str, dict[str, AccountState]] = {}
    reached = set()
    for member in sources.roll.members:
        place = sources.roll.pupils[member.pupil_id]
        account, state = member.account_id, member.state
        states[account] = state
        by_class.setdefault(place.classroom, {})[account] = state
        by_level.setdefault(place.level, {})[account] = state
        if place.level not in NURSERY:
            rated[account] = state
        if state is AccountState.ACTIVE:
            reached.add(member.pupil_id)
    days: Counter[tuple[AccountOrigin, date]] = Counter()
    delays = []
    for account, state in states.items():
        facts = sources.facts[account]
        if state is AccountState.ACTIVE and facts.active_on is not None:
            days[facts.origin, facts.active_on] += 1
            if facts.notified_on is not None:
                delays.append((facts.active_on - facts.notified_on).days)
    delays.sort()
    tables = [
        {label: Counter(group.values()) for label, group in groups.items()} for groups in (by_class, by_level)
    ]  # fmt: skip
    return {
        "accounts": len(states), "counts": Counter(states.values()), "rated": Counter(rated.values()), "tables": tables,
        "reached": len(reached), "days": days, "median": delays[len(delays) // 2],
    }  # fmt: skip


def make_sources() -> Sources:
    """A town's worth of guardians: two thirds as many pupils, some followed by two, some guardians of two."""
    dice = random.Random(15)
    pupils = {
        f"p{number}": Place(f"Classe {number % CLASSES} {FAMILY_NAMES[number % 20]}", LEVELS[number % len(LEVELS)])
        for number in range(GUARDIANS * 2 // 3)
    }
    members, facts = [], {}
    for number in range(GUARDIANS):
        account, state = f"a{number}", dice.choice(list(AccountState))
        notified = START + timedelta(days=dice.randint(5, 60))
        active = notified + timedelta(days=dice.randint(0, 50)) if state is AccountState.ACTIVE else None
        facts[account] = Facts(dice.choice(list(AccountOrigin)), notified, active, number % 9 != 0)
        followed = {number % len(pupils), dice.randrange(len(pupils)) if number % 2 else number % len(pupils)}
        members += [Member(f"p{pupil}", f"g{number}", account, state) for pupil in followed]
    roll = Roll("2026-2027", pupils, tuple(members))
    return Sources("2026-11-21T13:02:00.000000Z", "Europe/Paris", TODAY, START, False, roll, facts)


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _reading_s() -> float:
    with TemporaryDirectory() as name, create_vault(Path(name) / "v.preau", key=bytes(32)) as vault:
        desk = Desk(vault, lambda: NOW, random.Random(1).randbytes)
        with vault.write() as connection:
            rows = SchoolRows(connection, "school")
            _write(rows, make_sources())
            rows.flush()
        read_sources(desk, school_id="school")
        return median(_seconds(lambda: read_sources(desk, school_id="school")) for _ in range(3))


def _write(rows: SchoolRows, sources: Sources) -> None:
    rows.add("schools", "school", name="École")
    rows.add("school_years", "y", label="2026-2027", starts_on="2026-08-01")
    for label in {place.classroom for place in sources.roll.pupils.values()}:
        rows.add("classrooms", label, year_id="y", label=label)
    for pupil, place in sources.roll.pupils.items():
        rows.add("pupils", pupil, last_name="A", first_name="B")
        rows.add(
            "enrolments", f"e{pupil}", pupil_id=pupil, year_id="y", classroom_id=place.classroom, level=place.level
        )
    states = sources.roll.states
    for account, facts in sources.facts.items():
        guardian = f"g{account[1:]}"
        rows.add("guardians", guardian, last_name="A", first_name="B", email="a@example.org")
        rows.add("accounts", account, guardian_id=guardian, state=states[account].value, origin=facts.origin.value)
        for kind, day in (("notified", facts.notified_on), ("portal_active", facts.active_on)):
            if day is not None:
                rows.add("events", f"{kind}-{account}", account_id=account, kind=kind, at=f"{day}T09:00:00.000000Z")
    for place, member in enumerate(sources.roll.members):
        rows.add(
            "responsibilities", f"r{place}", pupil_id=member.pupil_id, guardian_id=member.guardian_id, access="full"
        )


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least:.2f}) — {ratio.detail}")
