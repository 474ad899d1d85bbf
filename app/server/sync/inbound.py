"""What happened on the portal enters the school's rows here, under the lock of its head (sync.md, protocol 5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from app.models.acts_mail import GoOnFields
from app.models.contacts import LANDLINE, read_mobile
from app.models.corrections import effective
from app.models.deliveries import PAUSED, DeliveryState
from app.models.ids import derived_id
from app.models.states import AccountOrigin, AccountState, SheetStatus
from app.models.tables import Row
from app.server import inbox
from app.server.sync.grouping import (
    contact_changed,
    note_grouped,
    note_parted,
    prefers_paper,
    take_over,
    told,
    ways_now,
)
from app.server.sync.inbound_requests import fold_request
from app.services.records.apply_mail import PAUSED_REVIEW, go_on
from app.services.records.erased import Erased
from app.services.records.rows import SchoolRows, Stamp


def fold(connection: Connection, rows: SchoolRows, *, at: str) -> int:
    """Fold every waiting item of the school's inbox into its rows; returns how many there were."""
    items = inbox.take(connection, school_id=rows.school_id)
    for item in items:
        if item.account_id and Erased(rows).account(item.account_id):  # written while the erasure came up
            inbox.drop(connection, item)
            continue
        if item.kind in _OF_THE_SCHOOL:
            _OF_THE_SCHOOL[item.kind](rows, item)
        fold_request(rows, item)
        account = rows.get("accounts", item.account_id) if item.account_id else None
        if account is None:
            continue
        handler = _HANDLERS.get(item.kind)
        if handler is not None:
            handler(rows, account, item.payload)
        ways_now(connection, rows, account["id"])
        if item.kind not in _UNTOLD:
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
    if payload.get("ends_sheets"):
        _end_sheets(rows, account)


def _end_sheets(rows: SchoolRows, account: Row) -> None:
    """The parent came in otherwise: a sheet not handed out yet must not be, one that was opens nothing any more."""
    for sheet in rows.where("sheets", account_id=account["id"]):
        if sheet["with_secret"] and sheet["status"] == SheetStatus.KNOWN:
            over = SheetStatus.REPLACED if sheet["handed_on"] else SheetStatus.DO_NOT_HAND_OUT
            rows.change("sheets", sheet["id"], status=over.value)


def _entered(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    rows.change("accounts", account["id"], mobile=payload["mobile"])


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


def _notified(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    """Another school of the same guardian has notified the account."""
    if account["state"] == AccountState.NOT_NOTIFIED:
        values = {"state": AccountState.NOTIFIED.value, "origin": AccountOrigin.SCHOOL.value}
        rows.change("accounts", account["id"], **values)


def _reset(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    """Another school of the same guardian has reset the password: the sheets handed out here are of no use any more."""
    rows.change("accounts", account["id"], password_changed=False)
    for sheet in rows.where("sheets", account_id=account["id"]):
        if sheet["with_secret"] and sheet["status"] == SheetStatus.KNOWN:
            rows.change("sheets", sheet["id"], status=SheetStatus.REPLACED.value)


def _address(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    if account["state"] == AccountState.ACTIVATING:
        rows.change("accounts", account["id"], email=payload["email"])


def _delivery(rows: SchoolRows, account: Row, payload: dict[str, Any]) -> None:
    """What became of a mail; one that the portal sent has no row here yet."""
    values = {"state": payload["state"], "at": payload["at"], "reason": payload["reason"] or None}
    if rows.get("deliveries", payload["id"]) is not None:
        rows.change("deliveries", payload["id"], known_at=payload["at"], **values)
    else:
        rows.add(
            "deliveries", payload["id"], account_id=account["id"], guardian_id=account["guardian_id"],
            letter=payload["letter"], address=payload["email"], asked_at=payload["at"], known_at=payload["at"], **values,
        )  # fmt: skip
    if DeliveryState(payload["state"]).is_failing:
        rows.add(
            "events", derived_id(payload["id"], payload["state"]), account_id=account["id"],
            guardian_id=account["guardian_id"], at=payload["at"], kind="portal_mail_failed",
            detail={name: payload[name] for name in ("email", "reason", "letter", "state")},
        )  # fmt: skip


def _report_read(rows: SchoolRows, item: inbox.InboxItem) -> None:
    """A guardian read, opened or downloaded a document: told once, by himself, of that very document."""
    account = rows.get("accounts", item.account_id or "")
    report = rows.get("reports", item.payload["report_id"])
    if account is None or report is None:
        return
    values = {"report_id": report["id"], "guardian_id": account["guardian_id"], "kind": item.payload["kind"],
              "document": item.payload["document"]}  # fmt: skip
    if not rows.where("receipts", **values):
        rows.add("receipts", item.id, pupil_id=report["pupil_id"], account_id=account["id"], at=item.at, **values)


def _mails_paused(rows: SchoolRows, item: inbox.InboxItem) -> None:
    """A run of mails waits: each mail says so, and the director is asked."""
    run, tried, refused = item.payload["run"], item.payload["tried"], item.payload["refused"]
    for mail in rows.where("deliveries", act_id=run):
        if mail["state"] == DeliveryState.QUEUED:
            rows.change("deliveries", mail["id"], reason=PAUSED)
    rows.add(
        "reviews", item.id, at=item.at, kind=PAUSED_REVIEW, act_id=run,
        sentence=(
            f"L’envoi des courriels est en pause\u00a0: {refused} adresses sur {tried} ont été refusées. Vérifiez-les, puis "
            "reprenez ou abandonnez l’envoi dans «\u00a0Responsables\u00a0»."
        ),
    )  # fmt: skip


def _mails_resumed(rows: SchoolRows, item: inbox.InboxItem) -> None:
    """The operator lets a run go on."""
    fields = GoOnFields(run_id=item.payload["run"], go_on=True)
    go_on(fields, rows, Stamp(act_id=item.id, author="Exploitant du serveur", device_id="server", at=item.at))


_OF_THE_SCHOOL: dict[str, Callable[[SchoolRows, inbox.InboxItem], None]] = {
    "report_read": _report_read,
    "mails_paused": _mails_paused,
    "mails_resumed": _mails_resumed,
    "merged": note_grouped,
    "unmerged": note_parted,
}
"""What concerns the school, beside an account or none."""


def _note(rows: SchoolRows, account: Row, item: inbox.InboxItem) -> None:
    rows.add(
        "events",
        item.id,
        account_id=account["id"],
        guardian_id=account["guardian_id"],
        at=item.at,
        kind=f"portal_{item.kind}",
        detail=_explained(rows, account, item) or None,
    )


def _explained(rows: SchoolRows, account: Row, item: inbox.InboxItem) -> dict[str, Any]:
    """What was told; for a number that is not the guardian's, also what the school has in its place."""
    if item.payload.get("reason") != "unknown_number":
        return told(item)
    guardian = rows.get("guardians", account["guardian_id"])
    known = read_mobile(effective(guardian, "mobile") if guardian else None, allow_fictional=True)
    reason = {LANDLINE: "landline", None: "unknown_number"}.get(known.flag, "bad_number")
    return {**item.payload, "reason": reason if known.e164 or known.flag else "no_number"}


_UNTOLD = ("last_access", "delivery", "help_request", "report_read", "right_asked")
"""Kinds that are no event of the account's story, or make their own."""

_HANDLERS: dict[str, Callable[[SchoolRows, Row, dict[str, Any]], None]] = {
    "activating": _activating,
    "active": _active,
    "entered": _entered,
    "last_access": _last_access,
    "block": _block,
    "unblock": _unblock,
    "password": _password,
    "sheet_used": _sheet_used,
    "link_used": _sheet_used,
    "address": _address,
    "delivery": _delivery,
    "notified": _notified,
    "reset": _reset,
    "contact": contact_changed,
    "prefers_paper": prefers_paper,
    "way_removed": contact_changed,
    "merged": take_over,
    "unmerged": take_over,
}
