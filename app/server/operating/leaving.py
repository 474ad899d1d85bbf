"""Who left long ago, out of the schools' records and off the portal: the purges that are more than a deletion."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, or_, select

from app.models.acts_erasure import EraseFields
from app.models.clock import instant
from app.models.tables import guardians, pupils, responsibilities
from app.server.accounts.erasing import end_portal_account, forget_school_account
from app.server.accounts.portal_accounts import links_of
from app.server.sync import heads, inbound
from app.server.sync.exchange import SyncService
from app.server.tables import portal_accounts, portal_links
from app.services.records.apply_erasure import blank_account
from app.services.records.departed import last_day, past_time
from app.services.records.rows import SchoolRows

KEEPER = "Préau (durée de conservation)"
"""Who signs the erasures that nobody asked for."""
AT_ONCE = 500
"""People erased by one act."""


def erase_former(service: SyncService, before: str, for_good: bool) -> int:
    """Erase those who left before that instant, school by school; returns how many they are."""
    count = 0
    for school_id in _schools_with_leavers(service, before):
        with service.database.read() as connection:
            people = past_time(SchoolRows(connection, school_id), before)
        count += len(people)
        for start in range(0, len(people) if for_good else 0, AT_ONCE):
            fields = EraseFields(people=people[start : start + AT_ONCE], why="kept_time")
            service.by_server(school_id=school_id, author=KEEPER, kind="personne.effacer", fields=fields)
    return count


def _schools_with_leavers(service: SyncService, before: str) -> list[str]:
    found: set[str] = set()
    with service.database.read() as connection:
        for column in (pupils.c.left_on, guardians.c.gone_on, responsibilities.c.ended_on):
            statement = select(column.table.c.school_id).where(column < before).distinct()
            found.update(connection.execute(statement).scalars())
    return sorted(found)


def end_dormant(service: SyncService, before: str, for_good: bool) -> int:
    """End the portal accounts without child nor log-in since that instant; returns how many they are.

    The school's record stays for its own time: its account is as before its first notification, for a child who comes
    back.
    """
    with service.database.read() as connection:
        idle = connection.execute(select(portal_accounts.c.id).where(*_idle(before))).scalars().all()
        found = [portal_id for portal_id in idle if _is_alone(connection, portal_id, before)]
    for portal_id in found if for_good else ():
        with service.database.write() as connection:
            _end(service, connection, portal_id, before)
    return len(found)


def _idle(before: str) -> tuple[ColumnElement[bool], ...]:
    account = portal_accounts.c
    return (
        account.merged_into.is_(None), account.created_at < before,
        or_(account.last_access_on.is_(None), account.last_access_on < before),
    )  # fmt: skip


def _is_alone(connection: Connection, portal_id: str, before: str) -> bool:
    """Whether no school has had a child of this account since."""
    for school_id, account_id in links_of(connection, portal_id):
        rows = SchoolRows(connection, school_id)
        account = rows.get("accounts", account_id)
        guardian = rows.get("guardians", account["guardian_id"]) if account else None
        day = last_day(rows, guardian) if guardian else before
        if day is None or (guardian is not None and day >= before):
            return False
    return True


def _end(service: SyncService, connection: Connection, portal_id: str, before: str) -> None:
    """Under the heads of its schools, in order: what was true a moment ago is asked again."""
    linked = links_of(connection, portal_id)
    locked = {school_id: heads.lock(connection, school_id) for school_id in sorted({one for one, _ in linked})}
    still = select(portal_accounts.c.id).where(portal_accounts.c.id == portal_id, *_idle(before))
    if connection.execute(still).first() is None or not _is_alone(connection, portal_id, before):
        return
    for school_id, head in locked.items():
        rows = SchoolRows(connection, school_id)
        inbound.fold(connection, rows, at=instant(service.clock()))
        for account_id in (account for school, account in linked if school == school_id):
            if rows.get("accounts", account_id) is not None:
                rows.change("accounts", account_id, **blank_account())
            forget_school_account(connection, school_id=school_id, account_id=account_id)
        if service.index is not None:
            service.index.follow(connection, rows)
        rows.flush(next_seq=head.next)
        heads.save(connection, head)
    if not connection.execute(
        select(portal_links.c.account_id).where(portal_links.c.portal_account_id == portal_id)
    ).first():
        end_portal_account(connection, portal_id=portal_id)
