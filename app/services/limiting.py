"""Limit what is done with one person's record (GDPR, article 18): it is kept, and nothing else, until the limit ends."""

from __future__ import annotations

from sqlalchemy import Select, Table, select, union_all

from app.models.acts_erasure import MAX_WHY, LimitFields, PersonTable
from app.models.clock import local_date
from app.models.errors import Refused
from app.models.tables import guardians, pupils
from app.services.desk import Desk
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows

CONSEQUENCE = (
    "Limiter cette fiche\u202f? Elle reste, et ne sert plus à rien\u00a0: ni feuille, ni courriel, ni liste, ni taux\u202f; "
    "sur le portail, rien n’est montré. Cela se lève à tout moment."
)


def limited_ids(desk: Desk, *, school_id: str) -> frozenset[str]:
    """The pupils and guardians who are limited."""
    wanted = union_all(*(_limited(table, school_id) for table in (pupils, guardians)))
    with desk.vault.read() as connection:
        return frozenset(connection.scalars(wanted))


def _limited(table: Table, school_id: str) -> Select[tuple[str]]:
    return select(table.c.id).where(table.c.school_id == school_id, table.c.limited.is_not(None))


def limit(
    desk: Desk, *, school_id: str, table: PersonTable, record_id: str, limited: bool, reason: str | None = None
) -> SubmittedAct | None:
    """Limit, or end the limit; None where it is so already. Raises NotFound, Refused for a reason that is too long."""
    said = " ".join((reason or "").split()) or None
    if said and len(said) > MAX_WHY:
        raise Refused("reason_too_long", f"Le motif ne peut pas dépasser {MAX_WHY} caractères.")
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        row = rows.need(table, record_id)
        zone = rows.need("schools", school_id)["timezone"] or "Europe/Paris"
    seen = row["limited"] is not None
    if seen == limited:
        return None
    fields = LimitFields(
        table=table, record_id=row["id"], seen=seen, limited=limited, reason=said if limited else None,
        since=local_date(desk.now(), zone).isoformat(),
    )  # fmt: skip
    return submit(desk, school_id=school_id, kind="personne.limiter", fields=fields)
