"""What owners change in « Mon compte » and which accounts they group, as each of their schools sees it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from app.models.acts_requests import RequestKind, RequestStatus
from app.models.clock import later
from app.models.deliveries import DeliveryState
from app.models.ids import derived_id
from app.models.states import SheetStatus
from app.models.tables import Row
from app.server.accounts import merging, ways
from app.server.accounts.portal_accounts import portal_of
from app.server.inbox import InboxItem
from app.server.sync import settle_duplicates
from app.services.records.rows import SchoolRows

_TAKEN_OVER = ("login", "state", "origin", "password_changed", "email", "mobile", "prefers_paper")


def take_over(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    """An account is now what the payload says; what was handed out for one that is gone is of no use any more."""
    values = {name: payload[name] for name in _TAKEN_OVER}
    rows.change("accounts", account["id"], merged_into=payload["into"], **values)
    if payload["role"] != "gone":
        return
    for sheet in rows.where("sheets", account_id=account["id"]):
        if sheet["with_secret"] and sheet["status"] == SheetStatus.KNOWN:
            rows.change("sheets", sheet["id"], status=SheetStatus.REPLACED.value)
    for mail in rows.where("deliveries", account_id=account["id"]):
        if mail["state"] == DeliveryState.QUEUED:
            rows.change("deliveries", mail["id"], state=DeliveryState.FAILED.value, reason=merging.REASON)


def note_grouped(rows: SchoolRows, item: InboxItem) -> None:
    """Both directors see it, and may part the accounts for thirty days: one line a school.

    What a director grouped herself is an act of her journal, undone there.
    """
    if item.payload["by"] == settle_duplicates.CAUSE:
        return
    account = rows.get("accounts", item.account_id or "")
    request_id = _request_id(rows, item)
    if account is None or rows.get("requests", request_id) is not None:
        return
    into = rows.get("accounts", item.payload["into"] or "") or account
    detail = {name: item.payload[name] for name in ("merge_id", "former", "login", "by")}
    rows.add(
        "requests", request_id, at=item.at, kind=RequestKind.MERGE.value, account_id=into["id"],
        guardian_id=into["guardian_id"], detail={**detail, "until": later(item.at, merging.UNDO_LIFE)},
        status=RequestStatus.ANSWERED.value, closed_at=item.at,
    )  # fmt: skip


def note_parted(rows: SchoolRows, item: InboxItem) -> None:
    """A director of one of the schools has undone it."""
    request = rows.get("requests", _request_id(rows, item))
    if request is not None and request["status"] != RequestStatus.UNDONE:
        rows.change("requests", request["id"], status=RequestStatus.UNDONE.value, closed_at=item.at)


def _request_id(rows: SchoolRows, item: InboxItem) -> str:
    return derived_id(item.payload["merge_id"], rows.school_id)


def contact_changed(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    """A mail address or a mobile was confirmed, or taken away."""
    values = {name: payload[name] for name in ("email", "mobile") if name in payload}
    if values:
        rows.change("accounts", account["id"], **values)


def prefers_paper(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    """The parent's own wish."""
    rows.change("accounts", account["id"], prefers_paper=payload["on"])


def ways_now(connection: Connection, rows: SchoolRows, account_id: str) -> None:
    """How the owner may come in, after whatever happened."""
    portal = portal_of(connection, school_id=rows.school_id, account_id=account_id)
    if portal is not None:
        rows.change("accounts", account_id, ways=ways.words_for_schools(connection, portal) or None)


def told(item: InboxItem) -> dict[str, Any]:
    """What the event keeps of an item: that a contact changed, never the contact; it stands in the account's row."""
    if item.kind not in ("contact", "way_removed", "merged", "unmerged"):
        return item.payload
    kept = {name: value for name, value in item.payload.items() if name not in ("email", "mobile")}
    what = next((name for name in ("email", "mobile") if name in item.payload), None)
    return {**kept, "what": what} if item.kind == "contact" else kept
