"""A code to a confirmed mail or mobile, and the account behind it (identity.md; never by a birth date)."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from app.models.clock import Clock, instant
from app.models.contacts import is_mail, read_mobile
from app.models.states import AccountState
from app.models.tables import Row
from app.server.accounts import limits
from app.server.accounts.codes import Codes, Recipient
from app.server.accounts.guardian_index import GuardianIndex
from app.server.accounts.portal_accounts import links_of
from app.server.inbox import Teller
from app.server.portal import family
from app.server.tables import bindings, portal_accounts
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class Contact:
    """What was typed, as it is compared: ``channel`` is sms or mail, ``value`` E.164 or an address in small letters."""

    channel: str
    value: str


def read_contact(text: str) -> Contact | None:
    """A mail address or a mobile number, however typed; None where it is neither."""
    if "@" in text:
        return Contact("mail", text.strip().lower()) if is_mail(text) else None
    number = read_mobile(text, allow_fictional=True).e164
    return Contact("sms", number) if number else None


@dataclass(frozen=True, slots=True)
class Found:
    """An account that a contact opens, as the parent recognizes it once he has proven the contact."""

    portal_id: str
    login: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """The steps."""

    clock: Clock
    codes: Codes
    teller: Teller
    index: GuardianIndex

    def send(self, connection: Connection, contact: Contact) -> str | None:
        """Send a code, or pretend to; returns its id, None where this contact has had its share."""
        owners = self._owners(connection, contact)
        someone = self._someone(connection)
        first = owners[0]["id"] if owners else someone
        schools, language = family.schools_of(connection, first), family.language_of(connection, first)
        links = links_of(connection, first)
        to = Recipient(
            contact.channel, contact.value, schools[0].name if owners and schools else "Préau",
            account_id=first if owners else None, school_id=links[0][0] if owners else None, language=language,
        )  # fmt: skip
        self._note(connection, contact, known=bool(owners))
        return self.codes.send(connection, to, really=bool(owners))

    def _note(self, connection: Connection, contact: Contact, *, known: bool) -> None:
        """Where nobody has confirmed a number, the schools that have it hear of it, once a day; the same work for all."""
        numbered = self.index.numbered(connection, contact.value if contact.channel == "sms" else None)
        subject = f"{self.index.mark_of_contact(contact.value)}:{instant(self.clock())[:10]}"
        count = limits.note_failure(connection, scope="recovery", subject=subject, clock=self.clock)
        told = numbered if count == 1 and not known else ()
        self.teller.tell_each(connection, told, "failed_try", {"reason": "recovery_unconfirmed"})

    def _someone(self, connection: Connection) -> str:
        """Any account: it is looked at where nobody has the contact, so that the same work is done; nothing of it is used."""
        active = portal_accounts.c.state == AccountState.ACTIVE.value
        return connection.execute(select(portal_accounts.c.id).where(active).limit(1)).scalar() or ""

    def found(self, connection: Connection, contact: Contact) -> list[Found]:
        """The accounts that the proven contact opens."""
        return [Found(row["id"], row["login"]) for row in self._owners(connection, contact)]

    def enter(self, connection: Connection, contact: Contact, portal_id: str) -> bool:
        """Whether that account is one of the contact's; its schools hear that it was found again."""
        if portal_id not in {row["id"] for row in self._owners(connection, contact)}:
            return False
        self.teller.tell(connection, portal_id, "recovered", {"by": contact.channel})
        return True

    def choose_password(self, connection: Connection, portal_id: str, password_hash: str) -> None:
        """The new password; its schools hear that there is one."""
        values = {"password_hash": password_hash, "password_changed_at": instant(self.clock()), "forced_reset_at": None}
        connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**values))
        self.teller.tell(connection, portal_id, "password", {})

    def providers(self, connection: Connection, portal_id: str) -> tuple[str, ...]:
        """The identity providers by which an account opens."""
        statement = select(bindings.c.provider).where(bindings.c.portal_account_id == portal_id).order_by("provider")
        return tuple(connection.execute(statement).scalars())

    def _owners(self, connection: Connection, contact: Contact) -> list[Row]:
        """The active accounts whose owner confirmed this contact, log-ins in order.

        Where two people share a mailbox or a telephone, an account that follows a protected child is not one of them.
        """
        kind = "email" if contact.channel == "mail" else "mobile"
        column, verified = portal_accounts.c[kind], portal_accounts.c[f"{kind}_verified_at"]
        statement = (
            select(portal_accounts)
            .where(column == contact.value, verified.is_not(None), portal_accounts.c.merged_into.is_(None))
            .where(portal_accounts.c.state == AccountState.ACTIVE.value)
            .order_by(portal_accounts.c.login)
        )
        found = [dict(row) for row in connection.execute(statement).mappings()]
        return found if len(found) < 2 else [row for row in found if not _protected(connection, row["id"])]


def _protected(connection: Connection, portal_id: str) -> bool:
    for school_id, account_id in links_of(connection, portal_id):
        rows = SchoolRows(connection, school_id)
        account = rows.get("accounts", account_id)
        links = rows.where("responsibilities", guardian_id=account["guardian_id"]) if account else []
        pupils = (rows.get("pupils", link["pupil_id"]) for link in links)
        if any(pupil is not None and pupil["protection"] for pupil in pupils):
            return True
    return False
