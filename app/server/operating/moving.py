"""What the server holds by school beside the school's rows, moved to the school that takes over."""

from __future__ import annotations

from sqlalchemy import Connection, Table, delete, insert, select, update

from app.server.accounts.child_claims import DENIED
from app.server.accounts.erasing import end_portal_account
from app.server.operating.uniting_rows import Union
from app.server.tables import (
    child_claims,
    guardian_keys,
    help_codes,
    help_tickets,
    mail_runs,
    noticed_reports,
    outbox,
    portal_links,
    provisional_secrets,
    tries,
)

WHOLE = (help_codes, help_tickets, mail_runs, noticed_reports, outbox)
"""Tables in which only the school changes."""
BIRTH_DATE = "birth_date"


def move_portal(connection: Connection, union: Union) -> None:
    """Links, sheets, what parents have said of their children, closed birth dates, flyers, mails on their way."""
    here, there = union.source.school_id, union.target.school_id
    for account_id, portal_id in union.relinked.items():
        mine = (portal_links.c.school_id == there, portal_links.c.account_id == account_id)
        connection.execute(delete(portal_links).where(*mine))
        connection.execute(
            insert(portal_links).values(school_id=there, account_id=account_id, portal_account_id=portal_id)
        )
    for old, new in union.accounts():
        _move_account(connection, old, new, here=here, there=there)
    _move_claims(connection, union)
    _move_tries(connection, union)
    for table in WHOLE:
        _whole(connection, table, here, there)
    connection.execute(delete(guardian_keys).where(guardian_keys.c.school_id == here))
    for portal_id in union.retired:
        _retire(connection, portal_id)


def _move_account(connection: Connection, old: str, new: str, *, here: str, there: str) -> None:
    """Its link and its sheets; one that another stands for leaves its link to that one's."""
    link = (portal_links.c.school_id == here, portal_links.c.account_id == old)
    portal_id = connection.execute(select(portal_links.c.portal_account_id).where(*link)).scalar()
    if old == new:
        connection.execute(update(portal_links).where(*link).values(school_id=there))
    else:
        connection.execute(delete(portal_links).where(*link))
    standing = connection.execute(
        select(portal_links.c.portal_account_id).where(
            portal_links.c.school_id == there, portal_links.c.account_id == new
        )
    ).scalar()
    secrets = (provisional_secrets.c.school_id == here, provisional_secrets.c.account_id == old)
    values = {"school_id": there, "account_id": new, "portal_account_id": standing or portal_id}
    connection.execute(update(provisional_secrets).where(*secrets).values(values))


def _move_claims(connection: Connection, union: Union) -> None:
    """« Not mine » holds over « mine » where both were said."""
    here, there = union.source.school_id, union.target.school_id
    found = connection.execute(select(child_claims).where(child_claims.c.school_id == here)).mappings().all()
    connection.execute(delete(child_claims).where(child_claims.c.school_id == here))
    place = dict(union.accounts())
    for row in found:
        account, pupil = place.get(row["account_id"], row["account_id"]), union.now_of(row["pupil_id"])
        mine = (
            child_claims.c.school_id == there, child_claims.c.account_id == account, child_claims.c.pupil_id == pupil,
        )  # fmt: skip
        if connection.execute(select(child_claims.c.state).where(*mine)).scalar() is None:
            moved = {**row, "school_id": there, "account_id": account, "pupil_id": pupil}
            connection.execute(insert(child_claims).values(moved))
        elif row["state"] == DENIED:
            connection.execute(update(child_claims).where(*mine).values(state=DENIED, at=row["at"]))


def _move_tries(connection: Connection, union: Union) -> None:
    """A child whose birth date was guessed at stays closed."""
    here, there = union.source.school_id, union.target.school_id
    mine = (tries.c.scope == BIRTH_DATE, tries.c.subject.startswith(f"{here}:", autoescape=True))
    for row in connection.execute(select(tries).where(*mine)).mappings().all():
        subject = f"{there}:{union.now_of(row['subject'].removeprefix(f'{here}:'))}"
        known = (tries.c.scope == BIRTH_DATE, tries.c.subject == subject)
        present = connection.execute(select(tries).where(*known)).mappings().first()
        if present is None:
            connection.execute(insert(tries).values({**row, "subject": subject}))
        else:
            closed = present["closed_at"] or row["closed_at"]
            values = {"count": max(present["count"], row["count"]), "closed_at": closed}
            connection.execute(update(tries).where(*known).values(values))
    connection.execute(delete(tries).where(*mine))


def _whole(connection: Connection, table: Table, here: str, there: str) -> None:
    connection.execute(update(table).where(table.c.school_id == here).values(school_id=there))


def _retire(connection: Connection, portal_id: str) -> None:
    """A portal account that nobody used and no school holds any more; its log-in is never given again."""
    mine = portal_links.c.portal_account_id == portal_id
    if connection.execute(select(portal_links.c.account_id).where(mine)).first() is None:
        end_portal_account(connection, portal_id=portal_id)
