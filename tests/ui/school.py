"""A school on a real vault for the windows' tests: imported by the real importer, then as a first sync leaves it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.models.names import login_stem
from app.models.tables import Row
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from app.services.vault.tables import links, pending_acts
from tests.ui.desk_stage import demo_stage

PORTAL = "https://portail.exemple.fr"
STATES = ("active",) * 11 + ("notified",) * 4 + ("activating",) + ("not_notified",) * 4
ORIGINS = ("school", "school", "guardian", "franceconnect", "ent")


@contextmanager
def demo_desk(folder: Path, *, pupils: int = 60, synced: bool = True) -> Iterator[tuple[Desk, str]]:
    """A desk and its school; ``synced`` gives log-ins, states and the portal's address."""
    with demo_stage(folder, pupils=pupils, imported=pupils > 0) as stage:
        if synced:
            as_synced(stage.desk, stage.school_id)
        yield stage.desk, stage.school_id


def as_synced(desk: Desk, school_id: str) -> None:
    """What the server would have said: log-ins, states in the proportions of November, nothing left to send."""
    generator = random.Random(7)
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, school_id)
        rows.change("schools", school_id, portal_url=PORTAL)
        taken: dict[str, int] = {}
        for account in sorted(rows.all("accounts"), key=lambda row: str(row["id"])):
            guardian = rows.need("guardians", account["guardian_id"])
            _settle(rows, account, guardian, taken, generator)
        rows.flush()
        connection.execute(pending_acts.delete())
        connection.execute(links.insert().values(**_link(school_id)))


def _settle(rows: SchoolRows, account: Row, guardian: Row, taken: dict[str, int], generator: random.Random) -> None:
    stem = login_stem(guardian["first_name"], guardian["usage_name"] or guardian["last_name"])
    number = taken[stem] = taken.get(stem, -1) + 1
    state = generator.choice(STATES)
    origin = "unknown" if state == "not_notified" else generator.choice(ORIGINS) if state == "active" else "school"
    notified = origin == "school"
    rows.change(
        "accounts",
        account["id"],
        login=f"{stem}{number or ''}",
        state=state,
        origin=origin,
        notified_on=f"2026-09-{generator.randint(7, 28):02d}" if notified else None,
        last_access_on=f"2026-11-{generator.randint(1, 20):02d}" if state == "active" else None,
        password_changed=state in ("active", "activating"),
    )


def _link(school_id: str) -> Row:
    return {"school_id": school_id, "server_url": PORTAL, "device_id": "pc-1", "person_id": "p-1",
            "person_name": "Mme Rouvière", "role": "director", "last_success_at": "2026-11-21T13:00:00.000000Z"}  # fmt: skip
