"""A term of activations, as the journal tells them: sheets in September, a first rush, reminders in November."""

from __future__ import annotations

import random
from datetime import timedelta

from app.models.clock import instant
from app.models.states import AccountOrigin, AccountState
from app.services.records.rows import SchoolRows
from tests.ui.desk_stage import NOW, StandIn

ORIGINS = (AccountOrigin.SCHOOL, AccountOrigin.GUARDIAN, AccountOrigin.FRANCECONNECT, AccountOrigin.ENT)


def live_a_term(stage: StandIn) -> None:
    """Notifications, activations, and one activation in twenty of last year."""
    dice = random.Random(11)
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        for place, account in enumerate(sorted(rows.all("accounts"), key=lambda row: str(row["id"]))):
            state = dice.choices(list(AccountState), (14, 18, 4, 64))[0]
            origin = dice.choices(ORIGINS, (60, 25, 12, 3))[0] if state is AccountState.ACTIVE else AccountOrigin.SCHOOL
            told = NOW - timedelta(days=dice.choice((70, 69, 68, 40, 12)), hours=dice.randint(0, 5))
            active = told + timedelta(days=dice.expovariate(1 / 9))
            active = active if active < NOW else told + (NOW - told) * dice.random()
            if dice.random() < 0.05:
                told, active = told - timedelta(days=300), active - timedelta(days=300)
            _write(rows, account["id"], place, state, origin, instant(told), instant(active))
        rows.flush()


def _write(
    rows: SchoolRows, account_id: str, place: int, state: AccountState, origin: AccountOrigin, told: str, active: str
) -> None:
    fresh = state is AccountState.NOT_NOTIFIED
    rows.change(
        "accounts", account_id, login=f"p.parent{place}", state=state.value,
        origin=AccountOrigin.UNKNOWN.value if fresh else origin.value,
        notified_on=told[:10] if not fresh and origin is AccountOrigin.SCHOOL else None,
    )  # fmt: skip
    if not fresh and origin is AccountOrigin.SCHOOL:
        rows.add("events", f"told-{place}", account_id=account_id, at=told, kind="notified", detail={"letter": "C01"})
    if state is AccountState.ACTIVE:
        rows.add("events", f"active-{place}", account_id=account_id, at=active, kind="portal_active")
