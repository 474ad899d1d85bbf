"""Scenario C: from a sheet to an account. One function a step, each in the transaction that it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, select, update

from app.models.clock import Clock, instant, later
from app.models.contacts import is_mail, read_mobile
from app.models.ids import RandomBytes
from app.models.states import AccountOrigin, AccountState
from app.models.tables import Row
from app.server import inbox, limits
from app.server.outbox.queue import Queue
from app.server.passwords import Policy
from app.server.portal import family
from app.server.portal.visits import Visits, account, hashed
from app.server.portal_accounts import void_secrets
from app.server.tables import mail_tokens, portal_accounts, provisional_secrets

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
        try:
            year = int(self.year) + (2000 if len(self.year.strip()) == 2 else 0)
            return date(year, int(self.month), int(self.day)).isoformat()
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Opened:
    """What the activation page needs: the sheet's secret, the account, the child whose date is asked."""

    secret: Row
    portal: Row
    child: family.Child | None
    schools: tuple[family.School, ...]

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
        dated = [child for child in family.children_of(connection, portal["id"]) if child.birth_date]
        child = next((child for child in dated if child.school_id == secret["school_id"]), None)
        return Opened(secret, portal, child, tuple(family.schools_of(connection, portal["id"])))

    def problems(self, opened: Opened, form: Form) -> dict[str, str]:
        """What is wrong in the form, by field; the birth date is judged apart, since its tries are counted."""
        found: dict[str, str] = {}
        if form.birth_date() is None:
            found["birth_date"] = "Indiquez le jour, le mois et l’année, par exemple 14 3 2018."
        if form.email.strip() and not is_mail(form.email):
            found["email"] = "Cette adresse mail n’est pas complète, par exemple prenom.nom@exemple.fr."
        if form.mobile.strip() and read_mobile(form.mobile, allow_fictional=True).e164 is None:
            found["mobile"] = "Ce numéro de portable n’est pas complet, par exemple 06 12 34 56 78."
        own = (opened.portal["login"], *opened.portal["folded_name"].split("|"), form.email.partition("@")[0])
        if (trouble := self.policy.problem(form.password, own=own)) is not None:
            found["password"] = trouble
        return found

    def check_birth_date(self, connection: Connection, opened: Opened, form: Form) -> bool:
        """Whether the date is the child's. Five wrong ones over all paths close the way, and the school sees why."""
        child = opened.child
        if child is None:
            return False
        subject = f"{child.school_id}:{child.pupil_id}"
        if limits.is_closed(connection, scope="birth_date", subject=subject):
            return False
        if form.birth_date() == child.birth_date:
            limits.forget(connection, scope="birth_date", subject=subject)
            return True
        count = limits.note_failure(connection, scope="birth_date", subject=subject, clock=self.clock)
        self._tell(connection, opened, "failed_try", {"reason": "birth_date", "tries": count})
        if count >= limits.BIRTH_DATE_TRIES:
            self._tell(connection, opened, "block", {"code": "birth_date_tries"})
        return False

    def finish(self, connection: Connection, opened: Opened, form: Form, password_hash: str) -> AccountState:
        """Use the sheet up and set the password. Returns ACTIVATING where a mail must be opened first, else ACTIVE."""
        now = instant(self.clock())
        portal_id = opened.portal["id"]
        connection.execute(
            update(provisional_secrets).where(provisional_secrets.c.id == opened.secret["id"]).values(used_at=now)
        )
        void_secrets(connection, portal_id=portal_id, reason="used", now=now, but=opened.secret["id"])
        self.visits.end_all(connection, portal_id)
        used = "sheet_used" if opened.secret["password_hash"] else "link_used"
        self._tell(connection, opened, used, {"sheet_id": opened.secret["id"]})
        values: Row = {"password_hash": password_hash, "password_changed_at": now}
        if opened.again:
            self._write(connection, portal_id, values)
            self._tell(connection, opened, "password", {})
            return AccountState.ACTIVE
        mobile = read_mobile(form.mobile, allow_fictional=True).e164
        if mobile is not None:
            values["mobile"] = mobile
        email = form.email.strip()
        if email:
            self._write(
                connection, portal_id, {**values, "state": AccountState.ACTIVATING.value, "pending_email": email}
            )
            self._tell(connection, opened, "activating", {"email": email})
            self.send_link(connection, portal_id=portal_id, email=email, schools=opened.schools)
            return AccountState.ACTIVATING
        origin = AccountOrigin.SCHOOL.value
        self._write(connection, portal_id, {**values, "state": AccountState.ACTIVE.value, "origin": origin})
        self._tell(connection, opened, "active", {"origin": origin})
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
                token_hash=hashed(token), portal_account_id=portal_id, email=email, created_at=now,
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
            self._tell_all(connection, portal["id"], "activating", {"email": wanted})
        schools = tuple(family.schools_of(connection, portal["id"]))
        self.send_link(connection, portal_id=portal["id"], email=wanted, schools=schools)

    def send_again(self, connection: Connection, portal: Row, email: str, *, school_id: str, message_id: str) -> bool:
        """The director sends the link again, perhaps elsewhere; False where activation is not under way (any more)."""
        if portal["state"] != AccountState.ACTIVATING:
            return False
        if email != portal["pending_email"]:
            self._write(connection, portal["id"], {"pending_email": email})
            self._tell_all(connection, portal["id"], "address", {"email": email}, but=school_id)
        schools = tuple(family.schools_of(connection, portal["id"]))
        self.send_link(connection, portal_id=portal["id"], email=email, schools=schools, message_id=message_id)
        return True

    def mail_token(self, connection: Connection, token: str | None) -> Row | None:
        """The living link of a mail."""
        if not token:
            return None
        statement = select(mail_tokens).where(mail_tokens.c.token_hash == hashed(token)).with_for_update()
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
        origin = AccountOrigin.SCHOOL.value
        values = {
            "state": AccountState.ACTIVE.value, "origin": origin, "email": token["email"], "email_verified_at": now,
            "pending_email": None,
        }  # fmt: skip
        self._write(connection, portal_id, values)
        self._tell_all(connection, portal_id, "active", {"origin": origin, "email": token["email"]})

    def note_access(self, connection: Connection, portal: Row, day: str) -> None:
        """The last access, once a day."""
        if portal["last_access_on"] != day:
            self._write(connection, portal["id"], {"last_access_on": day})
            self._tell_all(connection, portal["id"], "last_access", {"on": day})

    def note_refused_login(self, connection: Connection, portal: Row | None, *, subject: str) -> None:
        """Count a refused log-in; the schools of a known account hear of it, at first and at each fifth time."""
        count = limits.note_failure(connection, scope="login", subject=subject, clock=self.clock)
        if portal is None or (count != 1 and count % 5):
            return
        waits_for_sheet = portal["password_hash"] is None
        lost = waits_for_sheet and not self.visits.secrets_of(connection, portal["id"])
        reason = "no_living_sheet" if lost else "password"
        self._tell_all(connection, portal["id"], "failed_try", {"reason": reason, "tries": count})

    def note_dead_sheet(self, connection: Connection, token: str | None) -> None:
        """Tell the school, once a day, which QR code no longer opens anything, and why."""
        found = self.visits.dead_secret(connection, token) if token else None
        if found is None:
            return
        secret, reason = found
        subject = f"{secret['id']}:{instant(self.clock())[:10]}"
        if limits.note_failure(connection, scope="dead_sheet", subject=subject, clock=self.clock) == 1:
            inbox.append(
                connection, school_id=secret["school_id"], account_id=secret["account_id"], kind="failed_try",
                payload={"reason": reason, "sheet_id": secret["id"]}, at=instant(self.clock()), new_id=self.new_id,
            )  # fmt: skip

    def _write(self, connection: Connection, portal_id: str, values: Row) -> None:
        connection.execute(update(portal_accounts).where(portal_accounts.c.id == portal_id).values(**values))

    def _tell(self, connection: Connection, opened: Opened, kind: str, payload: Row) -> None:
        self._tell_all(connection, opened.portal["id"], kind, payload)

    def _tell_all(self, connection: Connection, portal_id: str, kind: str, payload: Row, *, but: str = "") -> None:
        """Append to the inbox of each school of the account, schools in order, ``but`` one."""
        for school_id, account_id in family.links_of(connection, portal_id):
            if school_id == but:
                continue
            inbox.append(
                connection, school_id=school_id, account_id=account_id, kind=kind, payload=payload,
                at=instant(self.clock()), new_id=self.new_id,
            )  # fmt: skip
