"""What the line to the server is worth, in figures and in words: always on screen (sync.md, protocol 14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, func, select

from app.models.clock import parse_instant
from app.models.tables import reviews, schools
from app.services.desk import Desk
from app.services.vault.tables import links, officer, pending_acts


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Instants are stored instants. ``linked`` is False for a school begun offline that knows no server yet."""

    linked: bool
    server_url: str | None
    pending_count: int
    oldest_pending_at: str | None
    last_success_at: str | None
    last_attempt_at: str | None
    last_error: str | None
    review_count: int
    timezone: str


def status(desk: Desk, *, school_id: str) -> SyncStatus:
    """The present state of a school's line."""
    with desk.vault.read() as connection:
        link = _link(connection, school_id)
        pending = connection.execute(
            select(func.count(), func.min(pending_acts.c.client_time)).where(pending_acts.c.school_id == school_id)
        ).one()
        waiting = select(func.count()).where(reviews.c.school_id == school_id, reviews.c.closed_at.is_(None))
        review_count = connection.execute(waiting).scalar_one()
        zone = connection.execute(select(schools.c.timezone).where(schools.c.school_id == school_id)).scalar()
    return SyncStatus(
        linked=link is not None,
        server_url=link["server_url"] if link else None,
        pending_count=pending[0],
        oldest_pending_at=pending[1],
        last_success_at=link["last_success_at"] if link else None,
        last_attempt_at=link.get("last_attempt_at") if link else None,
        last_error=link["last_error"] if link else None,
        review_count=review_count,
        timezone=zone or "Europe/Paris",
    )


def _link(connection: Connection, school_id: str) -> RowMapping | None:
    """A school's link; an officer's PC with no school before it has her own."""
    found = select(links).where(links.c.school_id == school_id) if school_id else select(officer)
    return connection.execute(found).mappings().first()


def sentence(state: SyncStatus, *, now: datetime) -> str:
    """The words of the pill at the top right: « Synchronisé il y a 2 min », « 3 modifications à envoyer · hors ligne … »."""
    parts = []
    if state.pending_count:
        plural = "s" if state.pending_count > 1 else ""
        parts.append(f"{state.pending_count} modification{plural} à envoyer")
    parts.append(_line(state, now))
    if state.review_count:
        plural = "s" if state.review_count > 1 else ""
        parts.append(f"{state.review_count} élément{plural} à revoir")
    text = " · ".join(parts)
    return text[0].upper() + text[1:]


def _line(state: SyncStatus, now: datetime) -> str:
    if not state.linked:
        return "pas encore relié à un serveur"
    if state.last_success_at is None:
        return "jamais synchronisé"
    if state.last_error is not None:
        return f"hors ligne depuis {_moment(state.last_success_at, state.timezone, now)}"
    return f"synchronisé {_ago(state.last_success_at, now)}"


def _ago(at: str, now: datetime) -> str:
    minutes = int((now - parse_instant(at)).total_seconds() // 60)
    if minutes < 1:
        return "à l’instant"
    if minutes < 60:
        return f"il y a {minutes} min"
    if minutes < 48 * 60:
        return f"il y a {minutes // 60} h"
    return f"il y a {minutes // (24 * 60)} jours"


def _moment(at: str, zone: str, now: datetime) -> str:
    local, today = parse_instant(at).astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    clock = f"{local.hour} h {local.minute:02d}"
    return clock if local.date() == today.date() else f"le {local:%d-%m-%Y} à {clock}"
