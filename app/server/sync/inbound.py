"""What happened on the portal enters the school's rows here, under the lock of its head (sync.md, protocol 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from app.models.states import AccountOrigin, AccountState, SheetStatus
from app.models.tables import Row
from app.server import inbox
from app.services.records.rows import SchoolRows


def fold(connection: Connection, rows: SchoolRows, *, at: str) -> int:
    """Fold every waiting item of the school's inbox into its rows; returns how many there were."""
    items = inbox.take(connection, school_id=rows.school_id)
    for item in items:
        account = rows.get("accounts", item.account_id) if item.account_id else None
        if account is None:
            continue
        handler = _HANDLERS.get(item.kind)
        if handler is not None:
            handler(rows, account, item.payload)
        if item.kind != "last_access":
            _note(rows, account, item)
    inbox.mark_folded(connection, items, at=at)
    return len(items)


def _activating(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    contacts = {name: payload.get(name) or account[name] for name in ("email", "mobile")}
    rows.change("accounts", account["id"], state=AccountState.ACTIVATING.value, password_changed=True, **contacts)


def _active(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    contacts = {name: payload.get(name) or account[name] for name in ("email", "mobile")}
    rows.change(
        "accounts",
        account["id"],
        state=AccountState.ACTIVE.value,
        origin=payload.get("origin") or AccountOrigin.SCHOOL.value,
        password_changed=True,
        to_reactivate=False,
        block=None,
        **contacts,
    )


def _last_access(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    rows.change("accounts", account["id"], last_access_on=payload["on"])


def _block(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    rows.change("accounts", account["id"], block=payload["code"])


def _unblock(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    rows.change("accounts", account["id"], block=None)


def _password(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    rows.change("accounts", account["id"], password_changed=True)


def _sheet_used(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    for sheet in rows.where("sheets", account_id=account["id"]):
        if sheet["id"] == payload.get("sheet_id"):
            rows.change("sheets", sheet["id"], status=SheetStatus.USED.value)
        elif sheet["status"] == SheetStatus.KNOWN:
            rows.change("sheets", sheet["id"], status=SheetStatus.REPLACED.value)


def _reset(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    """Another school of the same guardian has reset the password: the sheets handed out here are of no use any more."""
    for sheet in rows.where("sheets", account_id=account["id"]):
        if sheet["with_secret"] and sheet["status"] == SheetStatus.KNOWN:
            rows.change("sheets", sheet["id"], status=SheetStatus.REPLACED.value)


def _note(rows: SchoolRows, account: Row, item: inbox.InboxItem) -> None:
    rows.add(
        "events",
        item.id,
        account_id=account["id"],
        guardian_id=account["guardian_id"],
        at=item.at,
        kind=f"portal_{item.kind}",
        detail=item.payload or None,
    )


_HANDLERS: dict[str, Callable[[SchoolRows, Row, dict[str, Any]], None]] = {
    "activating": _activating,
    "active": _active,
    "last_access": _last_access,
    "block": _block,
    "unblock": _unblock,
    "password": _password,
    "sheet_used": _sheet_used,
    "reset": _reset,
}
