"""What parents ask enters the school's table of requests, under the lock of its head; the school's records say who asks.

Inbox kinds: ``help_request`` {reference, last_name, first_name, child_last_name, child_first_name, email?, mobile?, words,
step} (of the account whose sheet was in hand, where there was one), ``correction_proposed`` {field, value, seen?,
pupil_id?}, ``not_guardian`` {pupil_id}, ``right_asked`` {right, words}.
"""

from __future__ import annotations

from collections.abc import Callable

from app.models.acts_requests import RequestKind, RequestStatus
from app.models.tables import Row
from app.server.inbox import InboxItem
from app.services.records.named import bears, guardians_of, pupils_named
from app.services.records.rows import SchoolRows


def fold_request(rows: SchoolRows, item: InboxItem) -> None:
    """Write the request that an item of the inbox makes; nothing for any other kind."""
    handler = _HANDLERS.get(item.kind)
    if handler is not None:
        handler(rows, item)


def _help(rows: SchoolRows, item: InboxItem) -> None:
    """A parent cannot come in: matched to a guardian where exactly one fits."""
    detail = {name: value for name, value in item.payload.items() if name != "reference" and value}
    pupils = pupils_named(
        rows, last_name=detail.get("child_last_name", ""), first_name=detail.get("child_first_name", "")
    )
    guardian = _asking(rows, item, pupils)
    mine = [pupil for pupil in pupils if guardian and guardian in guardians_of(rows, pupil["id"])]
    accounts = rows.where("accounts", guardian_id=guardian["id"]) if guardian else []
    pupil_id = mine[0]["id"] if len(mine) == 1 else pupils[0]["id"] if len(pupils) == 1 else None
    account_id = accounts[0]["id"] if accounts else None
    _add(
        rows, item, RequestKind.HELP, detail=detail, reference=item.payload.get("reference"),
        guardian_id=guardian["id"] if guardian else None, account_id=account_id, pupil_id=pupil_id,
    )  # fmt: skip
    if account_id and guardian:
        rows.add(
            "events", item.id, account_id=account_id, guardian_id=guardian["id"], at=item.at,
            kind="portal_help_request", detail={"reference": item.payload.get("reference")},
        )  # fmt: skip


def _asking(rows: SchoolRows, item: InboxItem, pupils: list[Row]) -> Row | None:
    """The one guardian of that name who has a child of that name, else the one whose sheet was in hand."""
    name = {field: item.payload.get(field, "") for field in ("last_name", "first_name")}
    around = {row["id"]: row for pupil in pupils for row in guardians_of(rows, pupil["id"])}
    fitting = [row for row in around.values() if bears(row, **name)]
    if len(fitting) == 1:
        return fitting[0]
    account = rows.get("accounts", item.account_id) if item.account_id else None
    holder = rows.get("guardians", account["guardian_id"]) if account else None
    return holder if holder is not None and not fitting and holder["id"] in around else None


def _correction(rows: SchoolRows, item: InboxItem) -> None:
    account = rows.get("accounts", item.account_id) if item.account_id else None
    if account is not None:
        _add(
            rows, item, RequestKind.CORRECTION, account_id=account["id"], guardian_id=account["guardian_id"],
            pupil_id=item.payload.get("pupil_id"),
            detail={name: item.payload.get(name) for name in ("field", "value", "seen")},
        )  # fmt: skip


def _not_guardian(rows: SchoolRows, item: InboxItem) -> None:
    """Said twice of the same child, it is one request."""
    account = rows.get("accounts", item.account_id) if item.account_id else None
    pupil_id = item.payload.get("pupil_id")
    if account is None or rows.get("pupils", pupil_id or "") is None:
        return
    said = rows.where(
        "requests", kind=RequestKind.NOT_GUARDIAN.value, account_id=account["id"], pupil_id=pupil_id,
        status=RequestStatus.OPEN.value,
    )  # fmt: skip
    if not said:
        _add(
            rows, item, RequestKind.NOT_GUARDIAN, account_id=account["id"], guardian_id=account["guardian_id"],
            pupil_id=pupil_id,
        )  # fmt: skip


def _right(rows: SchoolRows, item: InboxItem) -> None:
    account = rows.get("accounts", item.account_id) if item.account_id else None
    if account is not None:
        _add(
            rows, item, RequestKind.RIGHT, account_id=account["id"], guardian_id=account["guardian_id"],
            detail={name: item.payload.get(name) for name in ("right", "words")},
        )  # fmt: skip


def _add(rows: SchoolRows, item: InboxItem, kind: RequestKind, **values: object) -> None:
    rows.add("requests", item.id, at=item.at, kind=kind.value, status=RequestStatus.OPEN.value, **values)


_HANDLERS: dict[str, Callable[[SchoolRows, InboxItem], None]] = {
    "help_request": _help,
    "correction_proposed": _correction,
    "not_guardian": _not_guardian,
    "right_asked": _right,
}
