"""« Mes droits »: what a parent may ask of the school about his data (GDPR, articles 15 to 21), sent as a request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, select

from app.models.acts_requests import RequestKind, RequestStatus, Right
from app.models.clock import instant, later
from app.models.tables import Row
from app.server.accounts.portal_accounts import links_of
from app.server.portal.site import Site
from app.server.tables import inbox
from app.services.languages import source as _
from app.services.records.rows import SchoolRows

KIND = "right_asked"
DAILY = 3
MOST_WORDS = 500
RIGHTS = {
    Right.ERASE.value: _("Effacer mes données"),
    Right.LIMIT.value: _("Limiter ce qui est fait de mes données"),
    Right.OBJECT.value: _("M’opposer à ce qui est fait de mes données"),
    Right.OTHER.value: _("Autre demande sur mes données"),
}
NOT_CHOSEN = _("Choisissez ce que vous demandez.")
TOO_LONG = _("Votre message est trop long\u00a0: 500 caractères au plus.")
TOO_MANY = _("Vous avez déjà envoyé plusieurs demandes aujourd’hui. Réessayez demain, ou adressez-vous à l’école.")


@dataclass(frozen=True, slots=True)
class Asked:
    """One that was made. ``said`` is the director's sentence."""

    right: str
    at: str
    status: str
    said: str


@dataclass(frozen=True, slots=True)
class Rights:
    """The steps."""

    site: Site

    def ask(self, connection: Connection, portal_id: str, *, right: str, words: str) -> bool:
        """Tell each school of the parent; False where too many were sent since yesterday."""
        accounts = links_of(connection, portal_id)
        since = later(instant(self.site.clock()), -timedelta(days=1))
        mine = (inbox.c.kind == KIND, inbox.c.at > since, inbox.c.account_id.in_([one for _school, one in accounts]))
        if len(connection.execute(select(inbox.c.id).where(*mine)).all()) >= DAILY * len(accounts):
            return False
        self.site.teller.tell(connection, portal_id, KIND, {"right": right, "words": words})
        return True

    def made(self, connection: Connection, portal_id: str) -> list[Asked]:
        """Those that the schools have, and those on their way, the latest first; the same to two schools is one."""
        found: dict[tuple[str, str], Asked] = {}
        for school_id, account_id in links_of(connection, portal_id):
            for one in _of_school(connection, school_id, account_id):
                known = found.get((one.right, one.at[:16]))
                if known is None or known.status == RequestStatus.OPEN:
                    found[one.right, one.at[:16]] = one
        return sorted(found.values(), key=lambda one: one.at, reverse=True)


def _of_school(connection: Connection, school_id: str, account_id: str) -> list[Asked]:
    rows = SchoolRows(connection, school_id)
    asked = rows.where("requests", kind=RequestKind.RIGHT.value, account_id=account_id)
    there = [_read(row["detail"] or {}, row["at"], row["status"], row["answer"] or {}) for row in asked]
    waiting = (inbox.c.kind == KIND, inbox.c.account_id == account_id, inbox.c.folded_at.is_(None))
    statement = select(inbox.c.payload, inbox.c.at).where(inbox.c.school_id == school_id, *waiting)
    return there + [
        _read(item.payload, item.at, RequestStatus.OPEN.value, {}) for item in connection.execute(statement)
    ]


def _read(detail: Row, at: str, status: str, answer: Row) -> Asked:
    return Asked(detail.get("right") or Right.OTHER.value, at, status, answer.get("said") or "")
