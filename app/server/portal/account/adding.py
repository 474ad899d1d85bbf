"""« Ajouter des enfants depuis un autre compte »: the other account is grouped into this one (deck, « Mon compte »)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

from sqlalchemy import Connection, update

from app.models.clock import instant
from app.models.corrections import effective
from app.models.tables import Row
from app.server.accounts import limits, merging
from app.server.accounts.limits import Subject
from app.server.accounts.portal_accounts import links_of, must_change
from app.server.portal import family
from app.server.portal.opening import open_by_password
from app.server.portal.site import Site
from app.server.portal.visits import account, account_by_login
from app.server.tables import provisional_secrets
from app.services.records.named import bears, surnames
from app.services.records.rows import SchoolRows

CAUSE = "account"
_TRIES, _LOGIN = "gather", "login"


@dataclass(frozen=True, slots=True)
class Other:
    """The account that a log-in and a password open, and the sheet where it was a provisional one."""

    portal: Row
    sheet_id: str | None


@dataclass(frozen=True, slots=True)
class Adding:
    """The steps."""

    site: Site

    async def open(self, login: str, password: str) -> Other | None:
        """The account of that log-in; the same work and the same answer for one that does not exist."""
        opened = await open_by_password(self.site, login, password)
        if opened is None:
            return None
        portal, sheet = opened
        if sheet is None:
            return None if must_change(portal) else Other(portal, None)
        return Other(portal, sheet["id"])

    def subjects(self, portal_id: str, login: str, where: str) -> list[Subject]:
        """Whose tries are counted: this account's, and those at the other one from this network."""
        return [(_TRIES, portal_id), (_LOGIN, f"{login.lower()}|{where}")]

    def refuse(self, connection: Connection, login: str, count: int) -> None:
        """The schools of the other account hear of a try that opened nothing, at first and at each fifth time."""
        other = account_by_login(connection, login)
        told = links_of(connection, other["id"] if other else "")
        if count == 1 or count % 5 == 0:
            self.site.teller.tell_each(connection, list(told), "failed_try", {"reason": "gather", "tries": count})

    def accept(self, connection: Connection, subjects: list[Subject]) -> None:
        """The tries begin again."""
        for scope, subject in subjects:
            limits.forget(connection, scope=scope, subject=subject)

    def fits(self, connection: Connection, portal: Row, other: Row) -> bool:
        """Whether both accounts are of one person: the same name, as schools write it or as it is used."""
        if portal["id"] == other["id"]:
            return False
        ours, theirs = (_guardians(connection, one["id"]) for one in (portal, other))
        return any(_same_name(one, another) for one, another in product(ours, theirs))

    def children(self, connection: Connection, other: Row, sheet_id: str | None) -> list[family.Child]:
        """Whom the other account brings: with a sheet of the school in hand, everybody whom schools tie to it."""
        if sheet_id is None:
            return family.children_of(connection, other["id"])
        found = {
            (child.school_id, child.pupil_id): child
            for child in family.allowed_children(connection, links_of(connection, other["id"]))
        }
        return list(found.values())

    def add(self, connection: Connection, portal: Row, other_id: str, sheet_id: str | None) -> bool:
        """Group the other account into this one. False where it was used or grouped otherwise meanwhile."""
        other = account(connection, other_id)
        if other is None or other["merged_into"] or not self.fits(connection, portal, other):
            return False
        if sheet_id is not None and not self._use(connection, other_id, sheet_id):
            return False
        merging.merge(
            connection, kept_id=portal["id"], gone_id=other_id, cause=CAUSE, teller=self.site.teller,
            clock=self.site.clock, new_id=self.site.new_id,
        )  # fmt: skip
        return True

    def _use(self, connection: Connection, other_id: str, sheet_id: str) -> bool:
        """Use a sheet up: it proves every child that the schools tie to its account."""
        sheet = self.site.visits.secret_by_id(connection, sheet_id)
        if sheet is None or sheet["portal_account_id"] != other_id:
            return False
        used = {"used_at": instant(self.site.clock())}
        connection.execute(update(provisional_secrets).where(provisional_secrets.c.id == sheet_id).values(**used))
        family.prove_all(connection, other_id, clock=self.site.clock)
        self.site.teller.tell_school(
            connection, sheet["school_id"], sheet["account_id"], "sheet_used", {"sheet_id": sheet_id}
        )
        return True


def _guardians(connection: Connection, portal_id: str) -> list[Row]:
    """What each school has of the owner of an account."""
    found = []
    for school_id, account_id in links_of(connection, portal_id):
        rows = SchoolRows(connection, school_id)
        known = rows.get("accounts", account_id)
        guardian = rows.get("guardians", known["guardian_id"]) if known else None
        if guardian is not None:
            found.append(guardian)
    return found


def _same_name(one: Row, other: Row) -> bool:
    first = effective(one, "first_name") or ""
    return any(bears(other, last_name=surname, first_name=first) for surname in surnames(one))
