"""The rights of one parent over all the schools of the server: what there is of him, and nothing any more (articles 15, 17)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.models.acts_erasure import ErasedPerson, EraseFields
from app.models.clock import instant
from app.models.errors import NotFound, Refused
from app.models.states import Verdict
from app.models.tables import Row
from app.models.tables import schools as school_table
from app.server.accounts.erasing import end_portal_account
from app.server.accounts.portal_accounts import links_of
from app.server.database import Database
from app.server.portal.account.data import contents, zipped
from app.server.portal.pages import Pages
from app.server.sync.exchange import SyncService
from app.server.tables import outbox, portal_accounts, sessions
from app.services.records.erased import mark_of
from app.services.records.rows import SchoolRows

OPERATOR = "Exploitant du serveur"
"""Who signs an erasure done here, in the journals of the schools."""


@dataclass(frozen=True, slots=True)
class Person:
    """A parent, by one of his log-ins: where he stands, and how much there is of him."""

    login: str
    portal_id: str
    schools: tuple[str, ...]
    sessions: int
    messages: int


def find(database: Database, *, login: str) -> Person:
    """The owner of a log-in, also of one that he has grouped. Raises NotFound."""
    with database.read() as connection:
        portal = _portal(connection, login)
        ids = [school_id for school_id, _ in links_of(connection, portal["id"])]
        named = {row.id: row for row in connection.execute(select(school_table).where(school_table.c.id.in_(ids)))}
        found = [f"{row.name} ({row.uai or 'fermée'})" for school_id in ids if (row := named.get(school_id))]
        counts = [
            len(connection.execute(select(column).where(column == portal["id"])).all())
            for column in (sessions.c.portal_account_id, outbox.c.account_id)
        ]
        return Person(portal["login"], portal["id"], tuple(dict.fromkeys(found)), *counts)


def export(service: SyncService, *, login: str) -> bytes:
    """What « Télécharger mes données » gives to him, as a ZIP. Raises NotFound."""
    with service.database.read() as connection:
        portal = _portal(connection, login)
        mine = (sessions.c.portal_account_id == portal["id"], sessions.c.ended_at.is_(None))
        devices = [
            {"label": row.label, "since": row.created_at, "seen": row.seen_at}
            for row in connection.execute(select(sessions).where(*mine).order_by(sessions.c.seen_at.desc()))
        ]
        data = contents(connection, portal, at=instant(service.clock()), devices=devices)
    return zipped(data, bytes(Pages({}).render("account/export.html", data=data).body))


def erase(service: SyncService, *, login: str) -> Person:
    """Erase a parent in each of his schools, by an act that their PCs keep, then his portal account. Raises NotFound.

    Raises Refused where a school's records refuse it; the schools before it are done, and stay so.
    """
    person = find(service.database, login=login)
    for school_id, people in _records(service.database, person.portal_id):
        fields = EraseFields(people=people, why="asked")
        verdict = service.by_server(school_id=school_id, author=OPERATOR, kind="personne.effacer", fields=fields)
        if verdict.verdict == Verdict.REFUSED:
            raise Refused(verdict.code or "refused", verdict.sentence or "")
    with service.database.write() as connection:
        end_portal_account(connection, portal_id=person.portal_id)
    return person


def _records(database: Database, portal_id: str) -> Iterator[tuple[str, tuple[ErasedPerson, ...]]]:
    """By school, the guardian's records that the account stands for."""
    with database.read() as connection:
        found: dict[str, list[ErasedPerson]] = {}
        for school_id, account_id in links_of(connection, portal_id):
            rows = SchoolRows(connection, school_id)
            account = rows.get("accounts", account_id)
            guardian = rows.get("guardians", account["guardian_id"]) if account else None
            if guardian is not None:
                mark = mark_of("guardians", guardian)
                found.setdefault(school_id, []).append(ErasedPerson(table="guardians", id=guardian["id"], mark=mark))
    return ((school_id, tuple(people)) for school_id, people in sorted(found.items()))


def _portal(connection: Connection, login: str) -> Row:
    """The account that stands for a log-in, however typed."""
    wanted = portal_accounts.c.login == login.strip().casefold()
    while (found := connection.execute(select(portal_accounts).where(wanted)).mappings().first()) is not None:
        if found["merged_into"] is None:
            return dict(found)
        wanted = portal_accounts.c.id == found["merged_into"]
    raise NotFound("login_unknown", f"Aucun compte de ce serveur n’a l’identifiant «\u00a0{login}\u00a0».")
