"""What an account opens: the children of a guardian, school by school. Reads only; pages change schools by the inbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.models.clock import Clock
from app.models.corrections import effective
from app.models.names import fold
from app.models.states import Access
from app.models.tables import Row
from app.server.accounts.child_claims import PROVEN, claim, claims_of
from app.server.accounts.portal_accounts import links_of
from app.server.tables import portal_accounts
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class Child:
    """One child as the guardian sees it; class and school are empty where he must not learn them."""

    school_id: str
    account_id: str
    pupil_id: str
    first_name: str
    folded_name: str
    birth_date: str | None
    classroom: str | None
    school_name: str
    ine: str | None
    hidden: bool
    """Whether the guardian must not learn where the child is."""
    left: bool = False
    """Whether the child has left that school."""

    @property
    def key(self) -> tuple[str, str, str]:
        return self.school_id, self.account_id, self.pupil_id


@dataclass(frozen=True, slots=True)
class School:
    """Whom to ask, in words."""

    name: str
    phone: str | None
    email: str | None
    hours: str | None = None


def children_of(connection: Connection, portal_id: str, *, with_left: bool = False) -> list[Child]:
    """The children that this account sees online, the youngest first: allowed by the school, and proven by the owner.

    ``with_left``: also in the schools that they have left, where their livret goes on to be read.
    """
    claims = claims_of(connection, portal_id)
    found: dict[tuple[str, str], Child] = {}
    for child in allowed_children(connection, links_of(connection, portal_id), with_left=with_left):
        if claims.proves(child.school_id, child.pupil_id, child.ine):
            found.setdefault((child.school_id, child.pupil_id), child)
    return list(found.values())


def allowed_children(
    connection: Connection, accounts: list[tuple[str, str]], *, with_left: bool = False
) -> list[Child]:
    """The children whom these accounts of schools, all of one person, may see online, proven or not, youngest first.

    Where a school has two records of the person, what it decided on one of them holds for both.
    """
    records = [(SchoolRows(connection, school_id), account_id) for school_id, account_id in accounts]
    closed, hidden = set[tuple[str, str]](), set[tuple[str, str]]()
    for rows, account_id in records:
        for link, pupil in _ties(rows, account_id):
            closed |= {(rows.school_id, pupil["id"])} if link["access"] != Access.FULL else set()
            hidden |= {(rows.school_id, pupil["id"])} if hides(rows, pupil, link["guardian_id"]) else set()
    found = [
        child
        for rows, account_id in records
        for child in _children(rows, account_id, hidden)
        if (child.school_id, child.pupil_id) not in closed and (with_left or not child.left)
    ]
    return sorted(found, key=lambda child: (child.birth_date or "", child.first_name), reverse=True)


def prove_all(connection: Connection, portal_id: str, *, clock: Clock) -> None:
    """A sheet or a mail of the school was used: every child that a school ties to this account is her own."""
    for school_id, account_id in links_of(connection, portal_id):
        rows = SchoolRows(connection, school_id)
        tied = [((school_id, account_id, pupil["id"]), effective(pupil, "ine")) for _, pupil in _ties(rows, account_id)]
        claim(connection, tied, state=PROVEN, clock=clock)


def _children(rows: SchoolRows, account_id: str, secret: set[tuple[str, str]]) -> list[Child]:
    """The children; of those in ``secret`` nothing says where they are."""
    school = rows.need("schools", rows.school_id)
    children = []
    for _, pupil in _ties(rows, account_id):
        hidden = (rows.school_id, pupil["id"]) in secret
        children.append(
            Child(
                rows.school_id, account_id, pupil["id"], effective(pupil, "first_name") or "",
                fold(f"{effective(pupil, 'last_name')}|{effective(pupil, 'first_name')}"),
                effective(pupil, "birth_date"), None if hidden else _classroom(rows, pupil["id"]),
                "" if hidden else school["name"], effective(pupil, "ine"), hidden, pupil["left_on"] is not None,
            )
        )  # fmt: skip
    return children


def _ties(rows: SchoolRows, account_id: str) -> Iterator[tuple[Row, Row]]:
    """(responsibility, pupil) of each child whom a school ties to an account, whatever may be seen.

    None where ONDE has the guardian no more beside a child who is still there; who comes back finds them again.
    """
    account = rows.get("accounts", account_id)
    guardian = rows.get("guardians", account["guardian_id"]) if account else None
    here = guardian is not None and guardian["gone_on"] is None
    for link in rows.where("responsibilities", guardian_id=guardian["id"]) if guardian and here else []:
        pupil = rows.get("pupils", link["pupil_id"])
        if link["ended_on"] is None and pupil is not None:
            yield link, pupil


def _classroom(rows: SchoolRows, pupil_id: str) -> str | None:
    enrolments = [row for row in rows.where("enrolments", pupil_id=pupil_id) if row["ended_on"] is None]
    placed: list[Row] = [room for row in enrolments if (room := rows.get("classrooms", row["classroom_id"] or ""))]
    return str(placed[-1]["label"]) if placed else None


def schools_of(connection: Connection, portal_id: str) -> list[School]:
    """The schools of an account, to be called when something does not work; those that he must not learn of left out."""
    found = []
    for school_id, account_id in links_of(connection, portal_id):
        rows = SchoolRows(connection, school_id)
        row = rows.get("schools", school_id)
        if row is not None and not is_secret(rows, account_id):
            found.append(School(row["name"], row["phone"], row["email"], row["opening_hours"]))
    return found


def language_of(connection: Connection, portal_id: str) -> str:
    """The language that the owner of an account chose; else the one that a school noted, the first where several did."""
    chosen = connection.execute(select(portal_accounts.c.language).where(portal_accounts.c.id == portal_id)).scalar()
    if chosen:
        return str(chosen)
    for school_id, account_id in links_of(connection, portal_id):
        rows = SchoolRows(connection, school_id)
        account = rows.get("accounts", account_id)
        guardian = rows.get("guardians", account["guardian_id"]) if account else None
        if guardian is not None and (language := effective(guardian, "language")):
            return language
    return "fr"


def is_secret(rows: SchoolRows, account_id: str) -> bool:
    """Whether the guardian must not learn that a child is in this school: unless another one brought him here openly."""
    account = rows.get("accounts", account_id)
    links = rows.where("responsibilities", guardian_id=account["guardian_id"]) if account else []
    hidden = open_ties = False
    for link in links:
        pupil = rows.get("pupils", link["pupil_id"])
        if pupil is not None and hides(rows, pupil, link["guardian_id"]):
            hidden = True
        elif pupil is not None and link["ended_on"] is None and link["access"] != Access.NONE:
            open_ties = open_ties or pupil["left_on"] is None
    return hidden and not open_ties


def zone_of(connection: Connection, portal_id: str) -> str:
    """The time zone of the owner of an account: of the first of the schools."""
    links = links_of(connection, portal_id)
    school = SchoolRows(connection, links[0][0]).get("schools", links[0][0]) if links else None
    return str((school or {}).get("timezone") or "Europe/Paris")
