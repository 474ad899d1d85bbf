"""What the server alone has of somebody who was erased: nothing of it is left (docs/adr/0017).

A portal account ends with its last school; until then it lives on for the others, without anything of this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from app.models.acts_erasure import EraseFields
from app.models.corrections import effective
from app.models.tables import Row
from app.models.tables import pupils as pupil_table
from app.server.accounts.portal_accounts import links_of, portal_of, retired_mark
from app.server.tables import (
    activations,
    bindings,
    browsers,
    child_claims,
    child_keys,
    guardian_keys,
    help_tickets,
    inbox,
    mail_tokens,
    merges,
    outbox,
    portal_accounts,
    portal_links,
    provisional_secrets,
    retired_logins,
    sessions,
    tries,
)
from app.services.records.rows import SchoolRows

_OF_A_PORTAL_ACCOUNT = (sessions, browsers, bindings, provisional_secrets, mail_tokens, activations, child_keys)
_OF_A_SCHOOL_ACCOUNT = (portal_links, guardian_keys, child_claims, provisional_secrets, inbox)


def forget(connection: Connection, rows: SchoolRows, fields: EraseFields, *, mark: int) -> None:
    """Follow an erasure that was just applied, since ``mark``, to the rows of a school."""
    before = {(change.table, change.row_id): change.before or {} for change in rows.changes(mark)}
    for person in fields.people:
        row_id = rows.resolve(person.id)
        if person.table == "guardians":
            for account in rows.where("accounts", guardian_id=row_id):
                forget_school_account(connection, school_id=rows.school_id, account_id=account["id"])
        else:
            _forget_pupil(connection, rows.school_id, row_id, before.get(("pupils", row_id)))
    asked = [row["id"] for row in rows.all("requests") if row["detail"] is None]
    _delete(connection, help_tickets, help_tickets.c.request_id, asked)


def forget_school_account(connection: Connection, *, school_id: str, account_id: str) -> None:
    """Untie an account of a school from the portal; the portal account ends where it has no school left."""
    portal = portal_of(connection, school_id=school_id, account_id=account_id)
    for table in _OF_A_SCHOOL_ACCOUNT:
        connection.execute(delete(table).where(table.c.school_id == school_id, table.c.account_id == account_id))
    if portal is None:
        return
    connection.execute(delete(outbox).where(outbox.c.account_id == portal["id"], outbox.c.school_id == school_id))
    if not links_of(connection, portal["id"]):
        end_portal_account(connection, portal_id=portal["id"])


def end_portal_account(connection: Connection, *, portal_id: str) -> None:
    """Take a portal account away, with those that its owner had grouped with it. Its log-ins are never given again."""
    gone = _grouped_with(connection, portal_id)
    ids = [row["id"] for row in gone]
    for table in _OF_A_PORTAL_ACCOUNT:
        _delete(connection, table, table.c.portal_account_id, ids)
    _delete(connection, child_keys, child_keys.c.home_id, ids)
    _delete(connection, outbox, outbox.c.account_id, ids)
    _delete(connection, tries, tries.c.subject, [*ids, *(row["login"] for row in gone)])
    connection.execute(delete(merges).where(or_(merges.c.kept_id.in_(ids), merges.c.gone_id.in_(ids))))
    known = set(connection.execute(select(retired_logins.c.mark)).scalars())
    fresh = sorted({retired_mark(row["login"]) for row in gone} - known)
    if fresh:
        connection.execute(insert(retired_logins), [{"mark": one} for one in fresh])
    _delete(connection, portal_accounts, portal_accounts.c.id, ids)


def _grouped_with(connection: Connection, portal_id: str) -> list[Row]:
    """An account and all those that it stands for."""
    found, edge = {portal_id}, {portal_id}
    while edge:
        statement = select(portal_accounts.c.id).where(portal_accounts.c.merged_into.in_(sorted(edge)))
        edge = set(connection.execute(statement).scalars()) - found
        found |= edge
    statement = select(portal_accounts).where(portal_accounts.c.id.in_(sorted(found))).with_for_update()
    return [dict(row) for row in connection.execute(statement).mappings()]


def _forget_pupil(connection: Connection, school_id: str, pupil_id: str, before: Row | None) -> None:
    claims = child_claims.c
    connection.execute(delete(child_claims).where(claims.school_id == school_id, claims.pupil_id == pupil_id))
    subject = f"{school_id}:{pupil_id}"
    connection.execute(delete(tries).where(tries.c.scope == "birth_date", tries.c.subject == subject))
    ine = effective(before, "ine") if before else None
    elsewhere = select(pupil_table.c.id).where(pupil_table.c.ine == ine, pupil_table.c.school_id != school_id)
    if ine and connection.execute(elsewhere).first() is None:
        connection.execute(delete(child_keys).where(child_keys.c.ine == ine))


def _delete(connection: Connection, table: Any, column: Any, values: Iterable[str]) -> None:
    wanted: Sequence[str] = sorted(set(values))
    for start in range(0, len(wanted), 500):
        connection.execute(delete(table).where(column.in_(wanted[start : start + 500])))
