"""What an account opens: the children of a guardian, school by school. Reads only; pages change schools by the inbox."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.models.corrections import effective
from app.models.states import Access
from app.models.tables import Row
from app.server.tables import portal_links
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class Child:
    """One child as the guardian sees it; class and school are empty where he must not learn them."""

    school_id: str
    pupil_id: str
    first_name: str
    birth_date: str | None
    classroom: str | None
    school_name: str


@dataclass(frozen=True, slots=True)
class School:
    """Whom to ask, in words."""

    name: str
    phone: str | None
    email: str | None


def links_of(connection: Connection, portal_id: str) -> list[tuple[str, str]]:
    """(school id, account id) of a portal account, schools in order."""
    statement = (
        select(portal_links.c.school_id, portal_links.c.account_id)
        .where(portal_links.c.portal_account_id == portal_id)
        .order_by(portal_links.c.school_id)
    )
    return [(school_id, account_id) for school_id, account_id in connection.execute(statement)]


def children_of(connection: Connection, portal_id: str) -> list[Child]:
    """The children that this account may see online, the youngest first."""
    found = [
        child
        for school_id, account_id in links_of(connection, portal_id)
        for child in _children(SchoolRows(connection, school_id), account_id)
    ]
    return sorted(found, key=lambda child: (child.birth_date or "", child.first_name), reverse=True)


def _children(rows: SchoolRows, account_id: str) -> list[Child]:
    account = rows.get("accounts", account_id)
    school = rows.get("schools", rows.school_id)
    if account is None or school is None:
        return []
    children = []
    for link in rows.where("responsibilities", guardian_id=account["guardian_id"]):
        pupil = rows.get("pupils", link["pupil_id"])
        if (
            link["ended_on"] is not None
            or link["access"] != Access.FULL
            or pupil is None
            or pupil["left_on"] is not None
        ):
            continue
        hidden = hides(rows, pupil, account["guardian_id"])
        children.append(
            Child(
                rows.school_id, pupil["id"], effective(pupil, "first_name") or "", effective(pupil, "birth_date"),
                None if hidden else _classroom(rows, pupil["id"]), "" if hidden else school["name"],
            )
        )  # fmt: skip
    return children


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
        if row is not None and not _secret(rows, account_id):
            found.append(School(row["name"], row["phone"], row["email"]))
    return found


def language_of(connection: Connection, portal_id: str) -> str:
    """The language that a school noted for the owner of an account, beside French; the first where several did."""
    for school_id, account_id in links_of(connection, portal_id):
        rows = SchoolRows(connection, school_id)
        account = rows.get("accounts", account_id)
        guardian = rows.get("guardians", account["guardian_id"]) if account else None
        if guardian is not None and (language := effective(guardian, "language")):
            return language
    return "fr"


def _secret(rows: SchoolRows, account_id: str) -> bool:
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
