"""« Télécharger mes données »: what the server has of a parent, as JSON and as a page, in one ZIP (GDPR, article 15).

Only his own data, and the children whom he may see; a school that he must not learn of has no name in it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import Connection, select

from app.models.acts_requests import RequestKind
from app.models.clock import instant
from app.models.corrections import effective
from app.models.states import AccountOrigin, AccountState
from app.models.tables import Row
from app.server.accounts.portal_accounts import links_of
from app.server.accounts.ways import ways_in
from app.server.portal import family
from app.server.portal.account.entries import Entries
from app.server.portal.account.gate import Visitor
from app.server.portal.site import Site
from app.server.tables import outbox
from app.services.account_card import event_words
from app.services.languages import source as _
from app.services.records.rows import SchoolRows

HIDDEN = _("École non communiquée")
NAME = "mes-donnees.zip"
_MINE = (
    "civility", "first_name", "last_name", "usage_name", "address", "postal_code", "town", "country", "email", "mobile",
    "phone_home", "phone_work", "language",
)  # fmt: skip
_ACCOUNT = (
    "login", "email", "email_verified_at", "mobile", "mobile_verified_at", "language", "prefers_paper", "created_at",
    "last_access_on", "password_changed_at", "terms_version", "terms_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Data:
    """The steps."""

    site: Site

    def of(self, connection: Connection, visitor: Visitor) -> dict[str, Any]:
        """Everything, JSON-native."""
        seen = [
            {"label": one.label, "since": one.since, "seen": one.seen}
            for one in Entries(self.site).sessions(connection, visitor.session)
        ]
        return contents(connection, visitor.portal, at=instant(self.site.clock()), devices=seen)


def contents(connection: Connection, portal: Row, *, at: str, devices: list[Row]) -> dict[str, Any]:
    """Everything that the server has of the owner of a portal account, JSON-native."""
    return {
        "date": at,
        "compte": {
            **{name: portal[name] for name in _ACCOUNT},
            "state": AccountState(portal["state"]).label, "origin": AccountOrigin(portal["origin"]).label,
        },
        "acces": [
            {"kind": way.provider or way.kind, "contact": way.contact, "since": way.since}
            for way in ways_in(connection, portal)
        ],
        "appareils": devices,
        "enfants": [
            {"first_name": child.first_name, "birth_date": child.birth_date, "classroom": child.classroom,
             "school": child.school_name}
            for child in family.children_of(connection, portal["id"])
        ],
        "ecoles": [_school(connection, *link) for link in links_of(connection, portal["id"])],
        "messages": _messages(connection, portal["id"]),
    }  # fmt: skip


def zipped(data: dict[str, Any], page: bytes) -> bytes:
    """The ZIP: the same twice, for a program and for a person."""
    memory = BytesIO()
    day = tuple(int(part) for part in data["date"][:10].split("-"))
    with ZipFile(memory, "w", ZIP_DEFLATED) as archive:
        whole = json.dumps(data, ensure_ascii=False, indent=2).encode()
        for name, content in (("mes-donnees.json", whole), ("mes-donnees.html", page)):
            archive.writestr(ZipInfo(name, (day[0], day[1], day[2], 0, 0, 0)), content, ZIP_DEFLATED)
    return memory.getvalue()


def _school(connection: Connection, school_id: str, account_id: str) -> Row:
    """What one school has of the parent, what he did there and what he asked."""
    rows = SchoolRows(connection, school_id)
    account, school = rows.need("accounts", account_id), rows.need("schools", school_id)
    guardian = rows.get("guardians", account["guardian_id"])
    hidden = family.is_secret(rows, account_id)
    events = [row for row in rows.where("events", account_id=account_id) if row["kind"].startswith("portal_")]
    asked = [row for row in rows.where("requests", account_id=account_id) if row["kind"] != RequestKind.MERGE]
    return {
        "school": HIDDEN if hidden else school["name"],
        "mine": {name: value for name in _MINE if guardian and (value := effective(guardian, name))},
        "events": [{"at": row["at"], "words": event_words(row)} for row in sorted(events, key=_at)],
        "requests": [
            {"at": row["at"], "kind": row["kind"], "detail": row["detail"], "status": row["status"],
             "answer": (row["answer"] or {}).get("said")}
            for row in sorted(asked, key=_at)
        ],
    }  # fmt: skip


def _at(row: Row) -> str:
    return str(row["at"])


def _messages(connection: Connection, portal_id: str) -> list[Row]:
    columns = (outbox.c.created_at, outbox.c.channel, outbox.c.recipient, outbox.c.template, outbox.c.state)
    statement = select(*columns).where(outbox.c.account_id == portal_id).order_by(outbox.c.created_at)
    return [dict(row) for row in connection.execute(statement).mappings()]
