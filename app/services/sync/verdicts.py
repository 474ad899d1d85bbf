"""The server's word on acts: what it has judged leaves the queue and enters the journal."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping, delete, select, update

from app.models.states import Verdict
from app.models.tables import Row, new_row
from app.models.tables import acts as acts_table
from app.models.wire import WireVerdict
from app.services.records.rows import store_rows
from app.services.vault.tables import links, pending_acts

PARTS_MISSING = "parts_missing"
"""Not a verdict on the act: the server has lost parts of it, they must be sent again."""


def take_verdicts(connection: Connection, school_id: str, verdicts: Sequence[WireVerdict]) -> tuple[int, int]:
    """Move judged acts from the queue to the journal; returns how many were accepted and how many refused."""
    accepted = refused = 0
    device_id = connection.execute(select(links.c.device_id).where(links.c.school_id == school_id)).scalar() or ""
    for verdict in verdicts:
        act = _act(connection, school_id, verdict.act_id)
        if act is None:
            continue
        if verdict.verdict == PARTS_MISSING:
            connection.execute(update(pending_acts).where(pending_acts.c.act_id == act["act_id"]).values(parts_sent=0))
            continue
        if not _journaled(connection, school_id, verdict.act_id):
            journaled = journal_row(act, verdict, device_id)
            store_rows(connection, school_id=school_id, images=[("acts", act["act_id"], journaled)])
        connection.execute(delete(pending_acts).where(pending_acts.c.act_id == act["act_id"]))
        accepted += verdict.verdict != Verdict.REFUSED
        refused += verdict.verdict == Verdict.REFUSED
    return accepted, refused


def journal_row(act: RowMapping, verdict: WireVerdict, device_id: str) -> Row:
    """The act as the server's log has it. Kept at once, since its row may come down on a later page only."""
    repushed = act["repushed"] or {}
    return new_row(
        "acts",
        school_id=act["school_id"],
        id=act["act_id"],
        device_id=repushed.get("device_id", device_id),
        device_seq=repushed.get("device_seq", act["position"]),
        author=repushed.get("author", act["author"]),
        kind=act["kind"],
        kind_version=act["kind_version"],
        fields=act["fields"],
        client_time=act["client_time"],
        received_at=verdict.received_at,
        verdict=verdict.verdict,
        code=verdict.code,
        sentence=verdict.sentence,
        outcome=verdict.outcome,
        mac=verdict.mac,
    )


def _act(connection: Connection, school_id: str, act_id: str) -> RowMapping | None:
    statement = select(pending_acts).where(pending_acts.c.school_id == school_id, pending_acts.c.act_id == act_id)
    return connection.execute(statement).mappings().first()


def _journaled(connection: Connection, school_id: str, act_id: str) -> bool:
    """Whether the server's own row of the act came down before its verdict (a copied vault had sent it)."""
    statement = select(acts_table.c.id).where(acts_table.c.school_id == school_id, acts_table.c.id == act_id)
    return connection.execute(statement).first() is not None
