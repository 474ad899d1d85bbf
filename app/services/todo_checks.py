"""What only shows when records are held beside each other: shared numbers, mails that do not arrive."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from app.models.clock import instant, parse_instant
from app.models.contacts import read_mobile
from app.models.corrections import effective
from app.models.names import fold
from app.models.states import Access, AccountState
from app.models.tables import Row
from app.services.deliveries import latest_by_account, standing_delivery
from app.services.records.rows import SchoolRows
from app.services.reports.visibility import kept_until

ACTIVATING_DAYS = 7
ENDING_DAYS = 30
"""How long before documents disappear the director is told."""


def shared_mobiles(accounts: Iterable[Row], guardians: Mapping[str, Row], *, allow_fictional: bool) -> list[str]:
    """The accounts whose mobile is also that of a guardian of another name: neither is let in by it (« mobile partagé »)."""
    by_number: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for account in accounts:
        guardian = guardians[account["guardian_id"]]
        written = account["mobile"] or effective(guardian, "mobile")
        number = read_mobile(written, allow_fictional=allow_fictional).e164
        if number is not None:
            by_number[number][_name(guardian)].append(account["id"])
    return [account for names in by_number.values() if len(names) > 1 for ids in names.values() for account in ids]


def _name(guardian: Row) -> tuple[str, str]:
    return fold(effective(guardian, "last_name") or ""), fold(effective(guardian, "first_name") or "")


def activating_long(rows: SchoolRows, accounts: Iterable[Row], *, now: str) -> list[str]:
    """The accounts whose activation was begun more than a week ago and not finished since."""
    limit = instant(parse_instant(now) - timedelta(days=ACTIVATING_DAYS))
    waiting = {account["id"] for account in accounts if account["state"] == AccountState.ACTIVATING}
    if not waiting:
        return []
    begun: dict[str, str] = {}
    for event in rows.where("events", kind="portal_activating"):
        begun[event["account_id"]] = max(event["at"], begun.get(event["account_id"], ""))
    return sorted(account for account in waiting if account in begun and begun[account] < limit)


def failing_mails(rows: SchoolRows, accounts: Iterable[Row], guardians: Mapping[str, Row]) -> list[str]:
    """The accounts whose latest mail was refused, or could not be handed over, where the address is still the same."""
    latest = latest_by_account(rows.all("deliveries"))
    states = {
        row["id"]: standing_delivery(latest.get(row["id"]), row, guardians[row["guardian_id"]]) for row in accounts
    }
    return sorted(account for account, state in states.items() if state is not None and state.is_failing)


def reports_ending(rows: SchoolRows, *, today: date) -> list[date]:
    """The last day of each document of the livrets that is taken out within a month (lsu.md: until when they are kept)."""
    lasts = (kept_until(row) for row in rows.all("reports") if row["removed_at"] is None)
    return [last for last in lasts if today <= last <= today + timedelta(days=ENDING_DAYS)]


def without_access(rows: SchoolRows, pupils: Iterable[Row]) -> tuple[list[str], list[str]]:
    """(pupils whom nobody is responsible for, pupils whose guardians all see nothing on line)."""
    present = {row["id"] for row in rows.all("guardians") if row["gone_on"] is None}
    accesses: dict[str, set[str]] = defaultdict(set)
    for link in rows.all("responsibilities"):
        if link["ended_on"] is None and link["guardian_id"] in present:
            accesses[link["pupil_id"]].add(link["access"])
    nobody = [row["id"] for row in pupils if not accesses[row["id"]]]
    closed = [row["id"] for row in pupils if accesses[row["id"]] and Access.FULL not in accesses[row["id"]]]
    return nobody, closed
