"""One account for every child that a guardian has proven: whose accounts they are, which one stays, what it becomes.

A mobile (by a code) and a birth date prove who somebody is, unless an account is in use already and its owner verified
another mobile or mail there: nothing of that one is taken (identity.md, « Never reveal before proof »).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from app.models.clock import Clock, instant
from app.models.states import AccountOrigin, AccountState
from app.models.tables import Row
from app.server.accounts.child_claims import Key
from app.server.accounts.merging import merge
from app.server.accounts.portal_accounts import portal_of, void_secrets
from app.server.inbox import Teller
from app.server.tables import activations, mail_tokens, portal_accounts, sessions

_ORDER = (AccountState.ACTIVE, AccountState.ACTIVATING, AccountState.NOTIFIED, AccountState.NOT_NOTIFIED)
"""Which account stays: the one in use, else one whose log-in the guardian has on paper."""

LOOKS = 5
"""Times that accounts are looked at again while somebody groups them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of the accounts of some proven children. ``kept`` is None where nothing may be taken."""

    kept: Row | None
    gone: tuple[str, ...]
    keys: tuple[Key, ...]
    """The proven children that end on ``kept``."""
    elsewhere: tuple[Key, ...]
    """Those of accounts in use whose owner verified something else."""

    @property
    def is_owned(self) -> bool:
        """Whether the account that stays is in use already."""
        return self.kept is not None and self.kept["state"] == AccountState.ACTIVE


def plan(connection: Connection, keys: Sequence[Key], *, mobile: str) -> Plan:
    """Look at the accounts of proven children, locked until the transaction ends. ``mobile`` is proven, in E.164."""
    homes = _locked(connection, keys)
    usable = {row["id"]: row for row in homes.values() if not _is_anothers(row, mobile)}
    ranked = sorted(usable.values(), key=lambda row: (_ORDER.index(AccountState(row["state"])), row["created_at"]))
    kept = ranked[0] if ranked else None
    mine = tuple(key for key in keys if key in homes and homes[key]["id"] in usable)
    return Plan(
        kept=kept, gone=tuple(row["id"] for row in ranked[1:]), keys=mine,
        elsewhere=tuple(key for key in keys if key in homes and key not in mine),
    )  # fmt: skip


def _locked(connection: Connection, keys: Sequence[Key]) -> dict[Key, Row]:
    """The portal account of each child's account, locked in the order of ids; read again where one was grouped meanwhile."""
    for _ in range(LOOKS):
        ids = {key: found["id"] for key in keys if (found := _portal(connection, key))}
        statement = select(portal_accounts).where(portal_accounts.c.id.in_(sorted(set(ids.values()))))
        locked = connection.execute(statement.order_by(portal_accounts.c.id).with_for_update()).mappings().all()
        rows = {row["id"]: dict(row) for row in locked if not row["merged_into"]}
        if len(rows) == len(locked):
            break
    return {key: rows[portal_id] for key, portal_id in ids.items() if portal_id in rows}


def _portal(connection: Connection, key: Key) -> dict[str, str] | None:
    return portal_of(connection, school_id=key[0], account_id=key[1])


def may_be_taken(connection: Connection, account: tuple[str, str], *, mobile: str) -> bool:
    """Whether a school's account may go to who has proven this mobile and a child's date."""
    portal = portal_of(connection, school_id=account[0], account_id=account[1])
    return portal is not None and not _is_anothers(portal, mobile)


def _is_anothers(portal: Row, mobile: str) -> bool:
    """Whether an account in use has a verified contact, and not this number."""
    if portal["state"] != AccountState.ACTIVE:
        return False
    if portal["mobile_verified_at"]:
        return bool(portal["mobile"] != mobile)
    return portal["email_verified_at"] is not None


@dataclass(frozen=True, slots=True)
class Gathering:
    """Carries a plan out."""

    teller: Teller
    clock: Clock
    new_id: Callable[[], str]

    def activate(
        self, connection: Connection, found: Plan, *, mobile: str, origin: AccountOrigin, password_hash: str | None,
        cause: str,
    ) -> str:  # fmt: skip
        """Make the account that stays active, and group the others into it; returns its id. Sheets still out are ended.

        The plan's account must not be in use yet.
        """
        portal_id, now = self._kept(found), instant(self.clock())
        self._end_former(connection, portal_id, now)
        self._write(
            connection, portal_id, state=AccountState.ACTIVE.value, origin=origin.value, password_hash=password_hash,
            password_changed_at=now if password_hash else None, mobile=mobile, mobile_verified_at=now, pending_email=None,
        )  # fmt: skip
        self._group(connection, found, cause)
        said = {"origin": origin.value, "mobile": mobile, "ends_sheets": True}
        self.teller.tell(connection, portal_id, "active", said)
        return portal_id

    def enter(self, connection: Connection, found: Plan, *, mobile: str, cause: str) -> str:
        """Let the owner of an account in use in by her mobile, the other accounts grouped into it; returns its id."""
        portal_id, now = self._kept(found), instant(self.clock())
        self._write(connection, portal_id, mobile=mobile, mobile_verified_at=now)
        self._group(connection, found, cause)
        self.teller.tell(connection, portal_id, "entered", {"by": cause, "mobile": mobile})
        return portal_id

    def bring(self, connection: Connection, portal_id: str, keys: Sequence[Key], *, mobile: str, cause: str) -> None:
        """Group the accounts of proven children into the one whose owner is logged in, where they may be taken."""
        found = plan(connection, keys, mobile=mobile)
        taken = [found.kept["id"], *found.gone] if found.kept else []
        for gone_id in (one for one in taken if one != portal_id):
            self._merge(connection, portal_id, gone_id, cause)
        self.tell_elsewhere(connection, found)

    def tell_elsewhere(self, connection: Connection, found: Plan) -> None:
        """Who has the name, the mobile and a date, but verified another contact: the directors hear of it."""
        for school_id, account_id in sorted({key[:2] for key in found.elsewhere}):
            self.teller.tell_school(connection, school_id, account_id, "failed_try", {"reason": "other_contact"})

    def _kept(self, found: Plan) -> str:
        assert found.kept is not None
        return str(found.kept["id"])

    def _group(self, connection: Connection, found: Plan, cause: str) -> None:
        for gone_id in found.gone:
            self._merge(connection, self._kept(found), gone_id, cause)

    def _merge(self, connection: Connection, kept_id: str, gone_id: str, cause: str) -> None:
        merge(
            connection, kept_id=kept_id, gone_id=gone_id, cause=cause, teller=self.teller, clock=self.clock,
            new_id=self.new_id,
        )  # fmt: skip

    def _end_former(self, connection: Connection, portal_id: str, now: str) -> None:
        """An activation under way, its mail, the sheets: what was begun otherwise ends."""
        void_secrets(connection, portal_id=portal_id, reason="used", now=now)
        for table, ended in ((sessions, "ended_at"), (activations, "ended_at"), (mail_tokens, "voided_at")):
            mine = (table.c.portal_account_id == portal_id, table.c[ended].is_(None))
            connection.execute(update(table).where(*mine).values({ended: now}))

    def _write(self, connection: Connection, portal_id: str, **values: object) -> None:
        connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**values))
