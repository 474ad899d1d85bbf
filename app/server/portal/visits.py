"""Who is visiting: sessions after a log-in, and the short visits that a sheet opens. Ids are stored hashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from app.models.clock import Clock, instant, is_within, parse_instant
from app.models.ids import RandomBytes
from app.models.secrets import token_hash
from app.models.tables import Row
from app.server.tables import activations, browsers, portal_accounts, provisional_secrets, sessions

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
VISIT = timedelta(minutes=30)
LIVING_SECRETS = 3
"""Provisional passwords that may open one account at the same time."""

# Each page asks these: written once, since to write a query costs more than to carry it out.
_SESSION = select(sessions).where(sessions.c.id_hash == bindparam("id_hash"))
_ACCOUNT = select(portal_accounts).where(portal_accounts.c.id == bindparam("id"))
_SECRETS = (
    select(provisional_secrets)
    .where(
        provisional_secrets.c.portal_account_id == bindparam("portal_id"),
        provisional_secrets.c.password_hash.is_not(None),
    )
    .order_by(provisional_secrets.c.accepted_at.desc())
)
_BEGIN = insert(sessions)
_SEE = (
    update(sessions)
    .where(sessions.c.id_hash == bindparam("of_hash"), sessions.c.ended_at.is_(None))
    .values(seen_at=bindparam("now"))
)
_END = (
    update(sessions)
    .where(sessions.c.id_hash == bindparam("of_hash"), sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_NEW_BROWSER = insert(browsers)
_SAME_BROWSER = (
    update(browsers)
    .where(browsers.c.id_hash == bindparam("of_hash"), browsers.c.portal_account_id == bindparam("of_portal"))
    .values(seen_at=bindparam("now"))
)
_GIVEN = select(browsers.c.id_hash).where(browsers.c.id_hash == bindparam("id_hash")).limit(1)
_KNOWN = select(browsers.c.id_hash).where(
    browsers.c.id_hash == bindparam("id_hash"), browsers.c.portal_account_id == bindparam("portal_id")
)
_BY_LOGIN = select(portal_accounts).where(portal_accounts.c.login == bindparam("login"))


@dataclass(frozen=True, slots=True)
class Visits:
    """Begins, reads and ends them."""

    clock: Clock
    random_bytes: RandomBytes

    def begin_session(
        self, connection: Connection, portal_id: str, *, way: str, label: str = "", federation: str | None = None
    ) -> str:
        """A new session (256 bits), always with a new id; returns the cookie's value.

        ``way`` is a states.Way, ``label`` by what the parent recognizes the browser.
        """
        value, now = self.random_bytes(32).hex(), instant(self.clock())
        row = {
            "id_hash": token_hash(value), "portal_account_id": portal_id, "created_at": now, "seen_at": now, "way": way,
            "label": label, "federation": federation,
        }  # fmt: skip
        connection.execute(_BEGIN, row)
        return value

    def know_browser(self, connection: Connection, portal_id: str, value: str | None) -> str:
        """Remember that this browser has let the owner in; returns its cookie, made now where it had none."""
        now = instant(self.clock())
        if value is not None and self._was_given(connection, value):
            mine = {"of_hash": token_hash(value), "of_portal": portal_id, "now": now}
            if connection.execute(_SAME_BROWSER, mine).rowcount:
                return value
        else:
            value = self.random_bytes(32).hex()  # never one that somebody else may have planted
        row = {"id_hash": token_hash(value), "portal_account_id": portal_id, "created_at": now, "seen_at": now}
        connection.execute(_NEW_BROWSER, row)
        return value

    def _was_given(self, connection: Connection, value: str) -> bool:
        """Whether this browser's cookie is one of ours."""
        return connection.execute(_GIVEN, {"id_hash": token_hash(value)}).first() is not None

    def knows_browser(self, connection: Connection, portal_id: str, value: str | None) -> bool:
        """Whether the owner of an account has logged in by this browser before."""
        if not value:
            return False
        mine = {"id_hash": token_hash(value), "portal_id": portal_id}
        return connection.execute(_KNOWN, mine).first() is not None

    def session(self, connection: Connection, value: str | None) -> Row | None:
        """A living session; None for anything else."""
        found, now = self.session_row(connection, value), self.clock()
        if found is None or found["ended_at"] is not None:
            return None
        if not is_living(found, now):
            return None
        return found

    def is_unseen(self, session: Row) -> bool:
        """Whether it is to be noted that somebody uses a session: a minute after the last time, so that pages only read."""
        return self.clock() - parse_instant(session["seen_at"]) > SEEN_EVERY

    def see(self, connection: Connection, value: str | None) -> None:
        """Somebody uses a session at this moment."""
        connection.execute(_SEE, {"of_hash": token_hash(value or ""), "now": instant(self.clock())})

    def renew(self, connection: Connection, session: Row) -> str:
        """Another id for a session whose owner has just proven more; the one before opens nothing. The cookie's value."""
        value = self.random_bytes(32).hex()
        mine = sessions.c.id_hash == session["id_hash"]
        connection.execute(update(sessions).where(mine).values(id_hash=token_hash(value)))
        return value

    def session_row(self, connection: Connection, value: str | None) -> Row | None:
        """The session itself, living or not; None for a cookie of nobody."""
        if not value:
            return None
        found = connection.execute(_SESSION, {"id_hash": token_hash(value)}).mappings().first()
        return dict(found) if found is not None else None

    def end_session(self, connection: Connection, value: str | None) -> None:
        """Log out."""
        if value:
            connection.execute(_END, {"of_hash": token_hash(value), "now": instant(self.clock())})

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
                id_hash=token_hash(value), secret_id=secret["id"], portal_account_id=secret["portal_account_id"],
                created_at=instant(self.clock()),
            )
        )  # fmt: skip
        return value

    def visit(self, connection: Connection, value: str | None) -> Row | None:
        """The visit of that cookie while it lives."""
        if not value:
            return None
        found = (
            connection.execute(select(activations).where(activations.c.id_hash == token_hash(value))).mappings().first()
        )
        if found is None or found["ended_at"] is not None:
            return None
        return dict(found) if is_within(found["created_at"], self.clock(), VISIT) else None

    def end_visit(self, connection: Connection, value: str) -> None:
        """The form is filled in."""
        connection.execute(
            update(activations).where(activations.c.id_hash == token_hash(value)).values(ended_at=instant(self.clock()))
        )

    def secret_by_token(self, connection: Connection, token: str) -> Row | None:
        """The living secret of a sheet's QR code, or of the link in a mail."""
        statement = select(provisional_secrets).where(provisional_secrets.c.token_hash == token_hash(token))
        return self._living(connection.execute(statement).mappings().first())

    def dead_secret(self, connection: Connection, token: str) -> tuple[Row, str] | None:
        """The secret of a QR code or a mail that opens nothing any more, and why.

        ``sheet_used``, ``sheet_replaced``, ``sheet_expired``, or the same of a ``link``.
        """
        statement = select(provisional_secrets).where(provisional_secrets.c.token_hash == token_hash(token))
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
        """The living secrets of an account that have a password, the latest first, ``LIVING_SECRETS`` at most."""
        found = connection.execute(_SECRETS, {"portal_id": portal_id}).mappings()
        return [row for one in found if (row := self._living(one))][:LIVING_SECRETS]

    def _living(self, found: object) -> Row | None:
        if found is None:
            return None
        row: Row = dict(found)  # type: ignore[call-overload]
        over = row["used_at"] is not None or row["voided_at"] is not None or row["expires_at"] < instant(self.clock())
        return None if over else row


def is_living(session: Row, now: datetime) -> bool:
    """Whether a session that nobody ended is neither idle nor too old."""
    seen, created = is_within(session["seen_at"], now, IDLE), is_within(session["created_at"], now, ABSOLUTE)
    return seen and created


def account(connection: Connection, portal_id: str) -> Row | None:
    """A portal account, whole."""
    found = connection.execute(_ACCOUNT, {"id": portal_id}).mappings().first()
    return dict(found) if found is not None else None


def account_by_login(connection: Connection, login: str) -> Row | None:
    """A portal account by its log-in, however typed."""
    found = connection.execute(_BY_LOGIN, {"login": login.strip().lower()}).mappings().first()
    return dict(found) if found is not None else None
