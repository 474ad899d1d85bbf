"""Another mail address or mobile: confirmed where it is, told where the former one is. Each function is one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, bindparam, select, update

from app.models.clock import instant, later
from app.models.secrets import token_hash
from app.models.states import AccountState
from app.models.tables import Row
from app.server.accounts import limits
from app.server.accounts.codes import Recipient
from app.server.accounts.portal_accounts import links_of
from app.server.portal import family
from app.server.portal.site import Site
from app.server.portal.visits import account
from app.server.tables import mail_tokens, portal_accounts

PURPOSE = "address"
LIFE = timedelta(hours=72)
DAILY = 5
"""Links that one account may have sent in a day."""
SCOPE = "address"
_LIVING = select(mail_tokens).where(
    mail_tokens.c.purpose == PURPOSE, mail_tokens.c.used_at.is_(None), mail_tokens.c.voided_at.is_(None),
    mail_tokens.c.expires_at >= bindparam("now"),
)  # fmt: skip
_WAITING = _LIVING.where(mail_tokens.c.portal_account_id == bindparam("portal_id"))
_OF_TOKEN = _LIVING.where(mail_tokens.c.token_hash == bindparam("token")).with_for_update()


@dataclass(frozen=True, slots=True)
class Contacts:
    """The steps."""

    site: Site

    def waiting(self, connection: Connection, portal_id: str) -> str | None:
        """The address that waits to be confirmed."""
        found = connection.execute(_WAITING, {"portal_id": portal_id, "now": self._now()}).mappings()
        latest = max((dict(row) for row in found), key=lambda row: str(row["created_at"]), default=None)
        return latest["email"] if latest else None

    def ask_mail(self, connection: Connection, portal: Row, email: str) -> bool:
        """Send a link to a new address; the former one counts until it is opened. False after five in a day."""
        now = self._now()
        subject = f"{portal['id']}:{now[:10]}"
        if limits.is_closed(connection, scope=SCOPE, subject=subject, limit=DAILY):
            return False
        limits.note_failure(connection, scope=SCOPE, subject=subject, clock=self.site.clock)
        self.forget_mail(connection, portal["id"])
        token = self.site.random_bytes(32).hex()
        connection.execute(
            mail_tokens.insert().values(
                token_hash=token_hash(token), portal_account_id=portal["id"], email=email, purpose=PURPOSE,
                created_at=now, expires_at=later(now, LIFE),
            )
        )  # fmt: skip
        self._write_to(connection, portal, "mail", email, "address", link=f"{self.site.public_url}/e/{token}")
        return True

    def forget_mail(self, connection: Connection, portal_id: str) -> None:
        """The links sent before open nothing any more."""
        mine = (mail_tokens.c.portal_account_id == portal_id, mail_tokens.c.purpose == PURPOSE)
        unused = (mail_tokens.c.used_at.is_(None), mail_tokens.c.voided_at.is_(None))
        connection.execute(update(mail_tokens).where(*mine, *unused).values(voided_at=self._now()))

    def token(self, connection: Connection, value: str | None) -> Row | None:
        """The living link of that cookie."""
        if not value:
            return None
        found = connection.execute(_OF_TOKEN, {"token": token_hash(value), "now": self._now()}).mappings().first()
        owner = account(connection, found["portal_account_id"]) if found else None
        return dict(found) if found and owner and owner["state"] == AccountState.ACTIVE else None

    def confirm_mail(self, connection: Connection, token: Row) -> None:
        """The address is the parent's: it counts from now on, and the former one hears of it."""
        now, portal = self._now(), account(connection, token["portal_account_id"])
        assert portal is not None
        mine = mail_tokens.c.token_hash == token["token_hash"]
        connection.execute(update(mail_tokens).where(mine).values(used_at=now))
        self._write(connection, portal["id"], email=token["email"], email_verified_at=now)
        if portal["email_verified_at"] and portal["email"] != token["email"]:
            self._write_to(connection, portal, "mail", portal["email"], "changed", what="email")
        self.site.teller.tell(connection, portal["id"], "contact", {"email": token["email"]})

    def ask_mobile(self, connection: Connection, portal: Row, number: str) -> str | None:
        """Send a code to a new number; returns its id, None where this number has had its share."""
        to = recipient_of(connection, portal, "sms", number)
        return self.site.codes.send(connection, to, really=True)

    def confirm_mobile(self, connection: Connection, portal: Row, number: str) -> None:
        """The number is the parent's; the confirmed address hears of it, else the former number."""
        self._write(connection, portal["id"], mobile=number, mobile_verified_at=self._now())
        former = portal["mobile"] if portal["mobile_verified_at"] and portal["mobile"] != number else None
        self.tell_owner(connection, portal, "mobile", former=former)
        self.site.teller.tell(connection, portal["id"], "contact", {"mobile": number})

    def tell_owner(self, connection: Connection, portal: Row, what: str, *, former: str | None = None) -> None:
        """A notice of what changed, to the confirmed address; to the ``former`` number where there is none."""
        if portal["email_verified_at"]:
            self._write_to(connection, portal, "mail", portal["email"], "changed", what=what)
        elif former:
            self._write_to(connection, portal, "sms", former, "changed", what=what)

    def _write_to(
        self, connection: Connection, portal: Row, channel: str, to: str, template: str, **params: str
    ) -> None:
        known = recipient_of(connection, portal, channel, to)
        said = {"school": known.school, "help": _help(connection, portal["id"]), "language": known.language,
                "login": portal["login"], **params}  # fmt: skip
        self.site.queue.enqueue(
            connection, new_id=self.site.new_id, recipient=to, template=f"{template}_{channel}", params=said,
            channel=channel, school_id=known.school_id, account_id=portal["id"],
        )  # fmt: skip

    def _write(self, connection: Connection, portal_id: str, **values: object) -> None:
        connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**values))

    def _now(self) -> str:
        return instant(self.site.clock())


def recipient_of(connection: Connection, portal: Row, channel: str, contact: str) -> Recipient:
    """A contact of the owner of an account, with the school that writes to him."""
    schools, links = family.schools_of(connection, portal["id"]), links_of(connection, portal["id"])
    return Recipient(
        channel, contact, schools[0].name if schools else "Préau", school_id=links[0][0] if links else None,
        account_id=portal["id"], language=family.language_of(connection, portal["id"]),
    )  # fmt: skip


def _help(connection: Connection, portal_id: str) -> str:
    schools = family.schools_of(connection, portal_id)
    known = (schools[0].phone, schools[0].email) if schools else ()
    return " · ".join(part for part in known if part) or "adressez-vous à l’école"
