"""What the server decides about answers to parents: a contact that the school did not have waits two days (identity.md).

The former contacts are told at once, so that a parent whom somebody else pretends to be can stop it in time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from app.models.acts import CorrectFields
from app.models.acts_requests import Answer, AnswerRequestFields, RequestKind, RequestStatus, UndoMergeFields
from app.models.clock import Clock, instant, later, local_date
from app.models.contacts import is_mail, read_mobile
from app.models.corrections import effective
from app.models.errors import PreauError
from app.models.tables import Row
from app.server.accounts import merging
from app.server.inbox import Teller
from app.server.outbox.queue import Message, Queue
from app.services.records.apply_corrections import contact_key, correct_guardian
from app.services.records.rows import SchoolRows, Stamp

Patch = tuple[str, str, dict[str, Any]]
WAIT = timedelta(hours=48)


def hold_contact(
    connection: Connection, rows: SchoolRows, fields: AnswerRequestFields, *, queue: Queue | None, clock: Clock,
    new_id: Callable[[], str], again: bool,
) -> list[Patch]:  # fmt: skip
    """Say until when a new contact waits, and tell the former ones. Pushed ``again`` after a restore, it waits anew."""
    request = rows.get("requests", fields.request_id)
    if fields.how is not Answer.CONTACT or request is None or request["status"] != RequestStatus.WAITING:
        return []
    until = later(instant(clock()), WAIT)
    if queue is not None and not again:
        queue.enqueue_all(connection, _notices(rows, request, until, new_id))
    return [("requests", request["id"], {"answer": {**request["answer"], "until": until}})]


def _notices(rows: SchoolRows, request: Row, until: str, new_id: Callable[[], str]) -> list[Message]:
    school, guardian = rows.need("schools", rows.school_id), rows.need("guardians", request["guardian_id"])
    accounts = rows.where("accounts", guardian_id=guardian["id"])
    contact = request["answer"]["contact"]
    new = contact_key(contact["field"], contact["value"])
    params = {
        "school": school["name"], "language": effective(guardian, "language") or "fr",
        "help": " · ".join(part for part in (school["phone"], school["email"]) if part) or "adressez-vous à l’école",
        "phone": school["phone"] or "", "until": local_date(until, school["timezone"] or "Europe/Paris").isoformat(),
    }  # fmt: skip
    return [
        Message(new_id(), rows.school_id, None, channel, known, f"contact_{channel}", params, 0)
        for channel, known in _former(guardian, accounts)
        if known != new
    ]


def _former(guardian: Row, accounts: list[Row]) -> list[tuple[str, str]]:
    """Where the parent could be reached so far: the school's contacts and those that he verified."""
    mails = {effective(guardian, "email"), *(account["email"] for account in accounts)}
    numbers = {effective(guardian, "mobile"), *(account["mobile"] for account in accounts)}
    read = (read_mobile(number, allow_fictional=True).e164 for number in numbers)
    known = {("mail", mail.strip().casefold()) for mail in mails if mail and is_mail(mail)}
    return sorted(known | {("sms", number) for number in read if number})


def ripen(rows: SchoolRows, *, at: str) -> None:
    """Write the contacts whose two days are over into the records; their requests wait for the director again.

    To be called after the acts that came in the same exchange: one of them may have stopped it.
    """
    for request in rows.where("requests", kind=RequestKind.HELP.value, status=RequestStatus.WAITING.value):
        answer = request["answer"] or {}
        if not answer.get("until") or answer["until"] > at:
            continue
        ready = {**answer, "counts": True}
        rows.change("requests", request["id"], status=RequestStatus.OPEN.value, answer=ready)
        mark, guardian = rows.mark(), rows.get("guardians", request["guardian_id"] or "")
        if guardian is None:
            continue
        contact = answer["contact"]
        seen = effective(guardian, contact["field"])
        fields = CorrectFields(record_id=guardian["id"], changes={contact["field"]: (seen, contact["value"])})
        stamp = Stamp(act_id=request["id"], author=answer["by"], device_id="server", at=at)
        try:
            correct_guardian(fields, rows, stamp)
        except PreauError:
            rows.rollback(mark)


def part_accounts(
    connection: Connection, rows: SchoolRows, fields: UndoMergeFields, *, clock: Clock, new_id: Callable[[], str]
) -> None:
    """Undo a grouping on the portal. Raises Refused after thirty days."""
    request = rows.need("requests", fields.request_id)
    merge_id = (request["detail"] or {}).get("merge_id", "")
    merging.undo(connection, merge_id=merge_id, teller=Teller(clock, new_id), clock=clock)
