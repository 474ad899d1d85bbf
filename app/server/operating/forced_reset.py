"""A new password asked of many parents at once, for instance because passwords leaked elsewhere.

What April 2024 taught the ministry: those who have no password of their own yet, changed it since the day that counts,
were reset already, or come in by an identity provider alone are left in peace. An account that is being activated is
« never activated »: the same command, given again later, finds it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, select, update

from app.models.clock import Clock, instant
from app.models.codes import clean_uai
from app.models.errors import NotFound, Refused
from app.models.states import AccountState
from app.models.tables import Row, schools
from app.server.accounts.portal_accounts import must_change
from app.server.database import Database
from app.server.inbox import Teller
from app.server.tables import bindings, mail_tokens, portal_accounts, portal_links, sessions

AT_ONCE = 500
"""Accounts of one transaction: a log-in never waits long, and an interrupted command goes on where it stopped."""
ZONE = ZoneInfo("Europe/Paris")


class Spared(StrEnum):
    """Why an account keeps its password."""

    NEVER_ACTIVATED = "never_activated"
    CHANGED_SINCE = "changed_since"
    ALREADY_RESET = "already_reset"
    FEDERATED_ONLY = "federated_only"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Spared.NEVER_ACTIVATED: "jamais activés",
    Spared.CHANGED_SINCE: "mot de passe changé depuis cette date",
    Spared.ALREADY_RESET: "déjà réinitialisés",
    Spared.FEDERATED_ONLY: "sans mot de passe, entrés par un fournisseur d’identité",
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose passwords: of these schools, or of ``everybody``; chosen before a day (in Paris) where one is given."""

    uais: tuple[str, ...] = ()
    everybody: bool = False
    changed_before: date | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many accounts: seen in the scope, forced, spared and why; and how many sessions ended."""

    seen: int
    forced: int
    spared: Mapping[Spared, int]
    sessions: int


@dataclass(frozen=True, slots=True)
class ForcedReset:
    """The operator's command over one base."""

    database: Database
    clock: Clock
    new_id: Callable[[], str]

    def run(self, scope: Scope, *, dry_run: bool) -> Outcome:
        """Ask for new passwords, a few hundred accounts at a time; ``dry_run`` only counts.

        Raises Refused ``bad_scope`` or NotFound ``school_unknown`` before anything is done.
        """
        ids, now, ended = self._accounts(scope), instant(self.clock()), 0
        found: Counter[Spared | None] = Counter()
        for start in range(0, len(ids), AT_ONCE):
            with self.database.read() if dry_run else self.database.write() as connection:
                kinds = _sorted_out(connection, ids[start : start + AT_ONCE], _limit(scope), lock=not dry_run)
                forced = [portal_id for portal_id, why in kinds.items() if why is None]
                ended += self._force(connection, forced, now) if not dry_run else _living(connection, forced)
            found.update(kinds.values())
        return Outcome(sum(found.values()), found[None], {why: found[why] for why in Spared}, ended)

    def _accounts(self, scope: Scope) -> list[str]:
        if bool(scope.uais) is scope.everybody:
            raise Refused("bad_scope", "Dites quelles écoles (--uai), ou toutes (--all)\u00a0: l’un des deux.")
        with self.database.read() as connection:
            statement = select(portal_accounts.c.id).where(portal_accounts.c.merged_into.is_(None))
            if scope.uais:
                statement = statement.where(portal_accounts.c.id.in_(_of_schools(_school_ids(connection, scope.uais))))
            return list(connection.execute(statement.order_by(portal_accounts.c.id)).scalars())

    def _force(self, connection: Connection, portal_ids: Sequence[str], now: str) -> int:
        """Their passwords open nothing from now on; returns how many sessions end."""
        if not portal_ids:
            return 0
        mine = portal_accounts.c.id.in_(portal_ids)
        connection.execute(update(portal_accounts).where(mine).values(forced_reset_at=now))
        ended = connection.execute(
            update(sessions)
            .where(sessions.c.portal_account_id.in_(portal_ids), sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        ).rowcount
        _void_new_addresses(connection, portal_ids, now)
        statement = select(portal_links.c.school_id, portal_links.c.account_id).where(
            portal_links.c.portal_account_id.in_(portal_ids)
        )
        told = sorted((school_id, account_id) for school_id, account_id in connection.execute(statement))
        Teller(self.clock, self.new_id).tell_each(connection, told, "forced_reset", {})
        return ended


def _limit(scope: Scope) -> str | None:
    day = scope.changed_before
    return instant(datetime.combine(day, time(), ZONE)) if day is not None else None


def _school_ids(connection: Connection, uais: Sequence[str]) -> list[str]:
    wanted = {clean_uai(uai) for uai in uais}
    statement = select(schools.c.uai, schools.c.id).where(schools.c.uai.in_(sorted(wanted)))
    found = {row.uai: row.id for row in connection.execute(statement)}
    if unknown := sorted(wanted - found.keys()):
        raise NotFound("school_unknown", f"Ces écoles ne sont pas sur ce serveur\u00a0: {', '.join(unknown)}.")
    return sorted(found.values())


def _of_schools(school_ids: Sequence[str]) -> Select[tuple[str]]:
    return select(portal_links.c.portal_account_id).where(portal_links.c.school_id.in_(school_ids))


def _sorted_out(
    connection: Connection, portal_ids: Sequence[str], limit: str | None, *, lock: bool
) -> dict[str, Spared | None]:
    """Why each account is spared, None for one that is not. ``lock`` holds them until the transaction ends."""
    statement = select(portal_accounts).where(
        portal_accounts.c.id.in_(portal_ids), portal_accounts.c.merged_into.is_(None)
    )
    rows = connection.execute(
        statement.order_by(portal_accounts.c.id).with_for_update() if lock else statement
    ).mappings()
    bound = set(
        connection.execute(
            select(bindings.c.portal_account_id).where(bindings.c.portal_account_id.in_(portal_ids))
        ).scalars()
    )
    return {row["id"]: _why_spared(dict(row), bound, limit) for row in rows}


def _why_spared(row: Row, bound: set[str], limit: str | None) -> Spared | None:
    if row["state"] != AccountState.ACTIVE.value:
        return Spared.NEVER_ACTIVATED
    if row["password_hash"] is None:
        return Spared.FEDERATED_ONLY if row["id"] in bound else Spared.ALREADY_RESET
    if must_change(row):
        return Spared.ALREADY_RESET
    changed = row["password_changed_at"]
    return Spared.CHANGED_SINCE if limit is not None and changed is not None and changed >= limit else None


def _living(connection: Connection, portal_ids: Sequence[str]) -> int:
    statement = select(sessions.c.id_hash).where(
        sessions.c.portal_account_id.in_(portal_ids), sessions.c.ended_at.is_(None)
    )
    return len(connection.execute(statement).all())


def _void_new_addresses(connection: Connection, portal_ids: Sequence[str], now: str) -> None:
    """Who knew the password may have asked for another address: it is not confirmed any more."""
    connection.execute(
        update(mail_tokens)
        .where(
            mail_tokens.c.portal_account_id.in_(portal_ids), mail_tokens.c.purpose == "address",
            mail_tokens.c.used_at.is_(None), mail_tokens.c.voided_at.is_(None),
        )
        .values(voided_at=now)
    )  # fmt: skip
