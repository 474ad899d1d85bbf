"""Scenario C: from a sheet to an account. One function a step, each in the transaction that it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select, update

from app.models.clock import Clock, instant, later
from app.models.contacts import is_mail, read_mobile
from app.models.ids import RandomBytes
from app.models.secrets import token_hash
from app.models.states import AccountOrigin, AccountState
from app.models.tables import Row
from app.server.accounts import birth_dates, limits
from app.server.accounts.passwords import Policy
from app.server.accounts.portal_accounts import links_of, void_secrets
from app.server.inbox import Teller
from app.server.outbox.queue import Queue
from app.server.portal import family
from app.server.portal.visits import Visits, account
from app.server.tables import mail_tokens, portal_accounts, provisional_secrets
from app.services.languages import source as _
from app.services.records.rows import SchoolRows

MAIL_LIFE = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class Form:
    """What the parent typed. ``day``, ``month`` and ``year`` are the birth date of the child shown."""

    day: str = ""
    month: str = ""
    year: str = ""
    email: str = ""
    mobile: str = ""
    password: str = ""

    def birth_date(self) -> str | None:
        """The date as stored, or None where it is not a date."""
        return birth_dates.read_date(self.day, self.month, self.year)


@dataclass(frozen=True, slots=True)
class Opened:
    """What the activation page needs: the sheet's secret, the account, the child whose date is asked."""

    secret: Row
    portal: Row
    child: family.Child | None
    schools: tuple[family.School, ...]
    address: str | None = None
    """Where the link that opened this was sent: by opening it, its owner has confirmed it."""

    @property
    def again(self) -> bool:
        """An account that was activated before, whose password the director reset: only the password is asked anew."""
        return bool(self.portal["state"] == AccountState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Activation:
    """The steps, with what they need from outside."""

    clock: Clock
    random_bytes: RandomBytes
    new_id: Callable[[], str]
    visits: Visits
    teller: Teller
    queue: Queue
    policy: Policy
    public_url: str

    def open(self, connection: Connection, *, visit: str | None, token: str | None) -> Opened | None:
        """The activation that the cookies open: by the password of the sheet, or by its QR code."""
        secret = None
        if (found := self.visits.visit(connection, visit)) is not None:
            secret = self.visits.secret_by_id(connection, found["secret_id"])
        if secret is None and token:
            secret = self.visits.secret_by_token(connection, token)
        portal = account(connection, secret["portal_account_id"]) if secret else None
        if secret is None or portal is None:
            return None
        allowed = family.allowed_children(connection, links_of(connection, portal["id"]))
        dated = [child for child in allowed if child.birth_date]
        child = next((child for child in dated if child.school_id == secret["school_id"]), None)
        schools = tuple(family.schools_of(connection, portal["id"]))
        return Opened(secret, portal, child, schools, _sent_to(connection, secret))

    def problems(self, opened: Opened, form: Form) -> dict[str, str]:
        """What is wrong in the form, by field; the birth date is judged apart, since its tries are counted."""
        found: dict[str, str] = {}
        if form.birth_date() is None:
            found["birth_date"] = birth_dates.INCOMPLETE
        if form.email.strip() and not is_mail(form.email):
            found["email"] = _("Cette adresse mail n’est pas complète, par exemple prenom.nom@exemple.fr.")
        if form.mobile.strip() and read_mobile(form.mobile, allow_fictional=True).e164 is None:
            found["mobile"] = _("Ce numéro de portable n’est pas complet, par exemple 06 12 34 56 78.")
        own = (opened.portal["login"], *opened.portal["folded_name"].split("|"), form.email.partition("@")[0])
        if (trouble := self.policy.problem(form.password, own=own)) is not None:
            found["password"] = trouble
        return found

    def check_birth_date(self, connection: Connection, opened: Opened, form: Form) -> bool:
        """Whether the date is the child's. Five wrong ones over all paths close the way, and the school sees why."""
        if opened.child is None:
            return False
        record = birth_dates.Record(*opened.child.key, opened.child.birth_date)
        typed = form.birth_date()
        return bool(birth_dates.confirm(connection, [record], typed, teller=self.teller, clock=self.clock))

    def finish(self, connection: Connection, opened: Opened, form: Form, password_hash: str) -> AccountState:
        """Use the sheet up and set the password. Returns ACTIVATING where a mail must be opened first, else ACTIVE."""
        now = instant(self.clock())
        portal_id = opened.portal["id"]
        connection.execute(
            update(provisional_secrets).where(provisional_secrets.c.id == opened.secret["id"]).values(used_at=now)
        )
        void_secrets(connection, portal_id=portal_id, reason="used", now=now, but=opened.secret["id"])
        self.visits.end_all(connection, portal_id)
        family.prove_all(connection, portal_id, clock=self.clock)
        used = "sheet_used" if opened.secret["password_hash"] else "link_used"
        self.teller.tell(connection, opened.portal["id"], used, {"sheet_id": opened.secret["id"]})
        values: Row = {"password_hash": password_hash, "password_changed_at": now}
        if opened.again:
            self._write(connection, portal_id, values)
            self.teller.tell(connection, opened.portal["id"], "password", {})
            return AccountState.ACTIVE
        mobile = read_mobile(form.mobile, allow_fictional=True).e164
        if mobile is not None:
            values["mobile"] = mobile
        email = form.email.strip()
        if opened.address is not None and email.lower() in ("", opened.address.lower()):
            return self._activate(connection, portal_id, {**values, **_confirmed(opened.address, now)})
        if email:
            self._write(
                connection, portal_id, {**values, "state": AccountState.ACTIVATING.value, "pending_email": email}
            )
            self.teller.tell(connection, opened.portal["id"], "activating", {"email": email})
            self.send_link(connection, portal_id=portal_id, email=email, schools=opened.schools)
            return AccountState.ACTIVATING
        return self._activate(connection, portal_id, values)

    def _activate(self, connection: Connection, portal_id: str, values: Row) -> AccountState:
        """The account is active; its schools hear it, with the address where one was confirmed."""
        origin = AccountOrigin.SCHOOL.value
        self._write(connection, portal_id, {**values, "state": AccountState.ACTIVE.value, "origin": origin})
        said = {"email": values["email"]} if "email" in values else {}
        self.teller.tell(connection, portal_id, "active", {"origin": origin, **said})
        return AccountState.ACTIVE

    def send_link(
        self, connection: Connection, *, portal_id: str, email: str, schools: tuple[family.School, ...],
        message_id: str | None = None,
    ) -> None:  # fmt: skip
        """Queue C07 with a fresh link; the links before it are void."""
        now = instant(self.clock())
        connection.execute(
            update(mail_tokens)
            .where(mail_tokens.c.portal_account_id == portal_id, mail_tokens.c.used_at.is_(None))
            .values(voided_at=now)
        )
        token = self.random_bytes(32).hex()
        connection.execute(
            mail_tokens.insert().values(
                token_hash=token_hash(token), portal_account_id=portal_id, email=email, created_at=now,
                expires_at=later(now, MAIL_LIFE),
            )
        )  # fmt: skip
        portal = account(connection, portal_id)
        school = schools[0] if schools else family.School("l’école", None, None)
        contact = " · ".join(part for part in (school.phone, school.email) if part) or "adressez-vous à l’école"
        self.queue.enqueue(
            connection,
            new_id=(lambda: message_id) if message_id else self.new_id,
            recipient=email,
            template="C07",
            account_id=portal_id,
            params={
                "login": portal["login"] if portal else "",
                "link": f"{self.public_url}/c/{token}",
                "school": school.name,
                "help": contact,
                "language": family.language_of(connection, portal_id),
            },
        )

    def change_address(self, connection: Connection, portal: Row, email: str) -> None:
        """Send the link again, to ``email`` where it is an address, else to the one given before."""
        wanted = email if is_mail(email) else portal["pending_email"]
        if wanted != portal["pending_email"]:
            self._write(connection, portal["id"], {"pending_email": wanted})
            self.teller.tell(connection, portal["id"], "activating", {"email": wanted})
        schools = tuple(family.schools_of(connection, portal["id"]))
        self.send_link(connection, portal_id=portal["id"], email=wanted, schools=schools)

    def send_again(self, connection: Connection, portal: Row, email: str, *, school_id: str, message_id: str) -> bool:
        """The director sends the link again, perhaps elsewhere; False where activation is not under way (any more)."""
        if portal["state"] != AccountState.ACTIVATING:
            return False
        if email != portal["pending_email"]:
            self._write(connection, portal["id"], {"pending_email": email})
            self.teller.tell(connection, portal["id"], "address", {"email": email}, but=school_id)
        schools = tuple(family.schools_of(connection, portal["id"]))
        self.send_link(connection, portal_id=portal["id"], email=email, schools=schools, message_id=message_id)
        return True

    def mail_token(self, connection: Connection, token: str | None) -> Row | None:
        """The living link of a mail."""
        if not token:
            return None
        mine = (mail_tokens.c.token_hash == token_hash(token), mail_tokens.c.purpose == "activation")
        statement = select(mail_tokens).where(*mine).with_for_update()
        found = connection.execute(statement).mappings().first()
        if found is None or found["used_at"] or found["voided_at"] or found["expires_at"] < instant(self.clock()):
            return None
        return dict(found)

    def confirm(self, connection: Connection, token: Row) -> None:
        """The address is the parent's: the account is active."""
        now, portal_id = instant(self.clock()), token["portal_account_id"]
        connection.execute(
            update(mail_tokens).where(mail_tokens.c.token_hash == token["token_hash"]).values(used_at=now)
        )
        self._activate(connection, portal_id, _confirmed(token["email"], now))

    def note_dead_sheet(self, connection: Connection, token: str | None) -> None:
        """Tell the school, once a day, which QR code no longer opens anything, and why."""
        found = self.visits.dead_secret(connection, token) if token else None
        if found is None:
            return
        secret, reason = found
        subject = f"{secret['id']}:{instant(self.clock())[:10]}"
        if limits.note_failure(connection, scope="dead_sheet", subject=subject, clock=self.clock) == 1:
            payload = {"reason": reason, "sheet_id": secret["id"]}
            self.teller.tell_school(connection, secret["school_id"], secret["account_id"], "failed_try", payload)

    def note_dead_link(self, connection: Connection, token: str | None) -> None:
        """Tell the schools, once a day, which activation link no longer opens anything, and why."""
        mine = (mail_tokens.c.token_hash == token_hash(token or ""), mail_tokens.c.purpose == "activation")
        found = connection.execute(select(mail_tokens).where(*mine)).mappings().first()
        if found is None:
            return
        why = "used" if found["used_at"] else "replaced" if found["voided_at"] else "expired"
        subject = f"{found['token_hash']}:{instant(self.clock())[:10]}"
        if limits.note_failure(connection, scope="dead_link", subject=subject, clock=self.clock) == 1:
            self.teller.tell(connection, found["portal_account_id"], "failed_try", {"reason": f"mail_link_{why}"})

    def _write(self, connection: Connection, portal_id: str, values: Row) -> None:
        connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**values))


def _confirmed(email: str, now: str) -> Row:
    """A portal account's own address, which its owner has shown to be hers."""
    return {"email": email.lower(), "email_verified_at": now, "pending_email": None}


def _sent_to(connection: Connection, secret: Row) -> str | None:
    """The address of the mail whose link this is; None for a sheet, and where the address was emptied since."""
    if secret["password_hash"] is not None:
        return None
    sent = SchoolRows(connection, secret["school_id"]).get("deliveries", secret["id"])
    return (sent["address"] or None) if sent else None
