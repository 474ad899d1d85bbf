"""Who is visiting: sessions after a log-in, and the short visits that a sheet opens. Ids are stored hashed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from app.models.clock import Clock, instant, parse_instant
from app.models.ids import RandomBytes
from app.models.tables import Row
from app.server.tables import activations, portal_accounts, provisional_secrets, sessions

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
VISIT = timedelta(minutes=30)


def hashed(text: str) -> str:
    """The stored form of a cookie's value."""
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Visits:
    """Begins, reads and ends them."""

    clock: Clock
    random_bytes: RandomBytes

    def begin_session(self, connection: Connection, portal_id: str) -> str:
        """A new session (256 bits), always with a new id; returns the cookie's value."""
        value, now = self.random_bytes(32).hex(), instant(self.clock())
        connection.execute(
            insert(sessions).values(id_hash=hashed(value), portal_account_id=portal_id, created_at=now, seen_at=now)
        )
        return value

    def session(self, connection: Connection, value: str | None) -> Row | None:
        """The portal account of a living session, which is thereby seen; None for anything else."""
        if not value:
            return None
        found = connection.execute(select(sessions).where(sessions.c.id_hash == hashed(value))).mappings().first()
        now = self.clock()
        if found is None or found["ended_at"] is not None:
            return None
        if now - parse_instant(found["seen_at"]) > IDLE or now - parse_instant(found["created_at"]) > ABSOLUTE:
            return None
        connection.execute(update(sessions).where(sessions.c.id_hash == found["id_hash"]).values(seen_at=instant(now)))
        return account(connection, found["portal_account_id"])

    def end_session(self, connection: Connection, value: str | None) -> None:
        """Log out."""
        if value:
            connection.execute(
                update(sessions)
                .where(sessions.c.id_hash == hashed(value), sessions.c.ended_at.is_(None))
                .values(ended_at=instant(self.clock()))
            )

    def end_all(self, connection: Connection, portal_id: str) -> None:
        """A new password ends every session."""
        connection.execute(
            update(sessions)
            .where(sessions.c.portal_account_id == portal_id, sessions.c.ended_at.is_(None))
            .values(ended_at=instant(self.clock()))
        )

    def begin_visit(self, connection: Connection, secret: Row) -> str:
        """A visit opened by a sheet's password, good for the activation form only."""
        value = self.random_bytes(32).hex()
        connection.execute(
            insert(activations).values(
                id_hash=hashed(value), secret_id=secret["id"], portal_account_id=secret["portal_account_id"],
                created_at=instant(self.clock()),
            )
        )  # fmt: skip
        return value

    def visit(self, connection: Connection, value: str | None) -> Row | None:
        """The visit of that cookie while it lives."""
        if not value:
            return None
        found = connection.execute(select(activations).where(activations.c.id_hash == hashed(value))).mappings().first()
        if found is None or found["ended_at"] is not None:
            return None
        return dict(found) if self.clock() - parse_instant(found["created_at"]) <= VISIT else None

    def end_visit(self, connection: Connection, value: str) -> None:
        """The form is filled in."""
        connection.execute(
            update(activations).where(activations.c.id_hash == hashed(value)).values(ended_at=instant(self.clock()))
        )

    def secret_by_token(self, connection: Connection, token: str) -> Row | None:
        """The living secret of a sheet's QR code, or of the link in a mail."""
        statement = select(provisional_secrets).where(provisional_secrets.c.token_hash == hashed(token))
        return self._living(connection.execute(statement).mappings().first())

    def dead_secret(self, connection: Connection, token: str) -> tuple[Row, str] | None:
        """The secret of a QR code or a mail that opens nothing any more, and why.

        ``sheet_used``, ``sheet_replaced``, ``sheet_expired``, or the same of a ``link``.
        """
        statement = select(provisional_secrets).where(provisional_secrets.c.token_hash == hashed(token))
        found = connection.execute(statement).mappings().first()
        if found is None or self._living(found) is not None:
            return None
        what = "sheet" if found["password_hash"] else "link"
        why = "used" if found["used_at"] else "replaced" if found["voided_at"] else "expired"
        return dict(found), f"{what}_{why}"

    def secret_by_id(self, connection: Connection, secret_id: str) -> Row | None:
        """The living secret of that sheet."""
        statement = select(provisional_secrets).where(provisional_secrets.c.id == secret_id).with_for_update()
        return self._living(connection.execute(statement).mappings().first())

    def secrets_of(self, connection: Connection, portal_id: str) -> list[Row]:
        """The living secrets of an account that have a password, the latest first, three at most."""
        statement = (
            select(provisional_secrets)
            .where(
                provisional_secrets.c.portal_account_id == portal_id, provisional_secrets.c.password_hash.is_not(None)
            )
            .order_by(provisional_secrets.c.accepted_at.desc())
        )
        living = [row for found in connection.execute(statement).mappings() if (row := self._living(found))]
        return living[:3]

    def _living(self, found: object) -> Row | None:
        if found is None:
            return None
        row: Row = dict(found)  # type: ignore[call-overload]
        over = row["used_at"] is not None or row["voided_at"] is not None or row["expires_at"] < instant(self.clock())
        return None if over else row


def account(connection: Connection, portal_id: str) -> Row | None:
    """A portal account, whole."""
    found = connection.execute(select(portal_accounts).where(portal_accounts.c.id == portal_id)).mappings().first()
    return dict(found) if found is not None else None


def account_by_login(connection: Connection, login: str) -> Row | None:
    """A portal account by its log-in, however typed."""
    statement = select(portal_accounts).where(portal_accounts.c.login == login.strip().lower())
    found = connection.execute(statement).mappings().first()
    return dict(found) if found is not None else None
