"""Reminders of documents that were not read: what the director asks for, the server sends (lsu.md, « asked for »).

One message an account, whatever is to be read; none at night, none to whom the school closed the child, none to whom it
cannot be sent: that is told on « À revoir », for a reminder on paper.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.models.acts_reports import RemindFields
from app.models.clock import instant
from app.models.ids import derived_id
from app.models.states import Access
from app.models.tables import Row
from app.server.outbox.queue import Message
from app.server.portal import family
from app.server.portal.reports.notices import message, way_of
from app.server.sync.settle_mail import Sending
from app.server.tables import portal_accounts, portal_links
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows
from app.services.reports.quiet_hours import morning

MAIL_SKIPPED = "mail_skipped"


def remind(sending: Sending, fields: RemindFields) -> None:
    """Queue the reminders of an act. One that comes again after a restore sends nothing."""
    if sending.again:
        return
    wanted: dict[str, list[str]] = {}
    for line in fields.reminders:
        wanted.setdefault(line.account_id, []).append(line.report_id)
    messages = []
    for account_id, report_ids in wanted.items():
        account = sending.rows.get("accounts", account_id)
        pupils = _open_pupils(sending.rows, account, report_ids) if account else []
        if account is None or not pupils:
            continue
        made = _message(sending, account, pupils)
        if made is None:
            _tell_skipped(sending, account)
        else:
            messages.append(made)
    sending.room.queue.enqueue_all(sending.connection, messages)


def _open_pupils(rows: SchoolRows, account: Row, report_ids: list[str]) -> list[Row]:
    """The pupil of each of these reports that stands and whose child the guardian may see online."""
    found = []
    for report_id in report_ids:
        report = rows.get("reports", report_id)
        if report is None or report["removed_at"] or not report["locked_at"] or not report["published_on"]:
            continue
        links = rows.where("responsibilities", guardian_id=account["guardian_id"], pupil_id=report["pupil_id"])
        if any(link["ended_on"] is None and link["access"] == Access.FULL for link in links):
            found.append(rows.need("pupils", report["pupil_id"]))
    return found


def _message(sending: Sending, account: Row, pupils: list[Row]) -> Message | None:
    portal = _portal(sending.connection, sending.rows.school_id, account["id"])
    way = way_of(portal) if portal else None
    if portal is None or way is None:
        return None
    school = sending.rows.need("schools", sending.rows.school_id)
    secret = any(hides(sending.rows, pupil, account["guardian_id"]) for pupil in pupils)
    later = morning(sending.room.clock(), school["timezone"])
    made = message(
        sending.room.new_id(), portal, way, template="report_reminder", count=len(pupils),
        school="" if secret else school["name"], school_id=sending.rows.school_id, public_url=sending.room.public_url,
        language=family.language_of(sending.connection, portal["id"]),
    )  # fmt: skip
    return made.leaving(instant(later) if later else None)


def _portal(connection: Connection, school_id: str, account_id: str) -> Row | None:
    statement = select(portal_accounts).join(
        portal_links, portal_links.c.portal_account_id == portal_accounts.c.id
    ).where(portal_links.c.school_id == school_id, portal_links.c.account_id == account_id)  # fmt: skip
    found = connection.execute(statement).mappings().first()
    return dict(found) if found else None


def _tell_skipped(sending: Sending, account: Row) -> None:
    """Nobody is reminded in silence: the director sees whom a message cannot reach."""
    rows = sending.rows
    rows.add(
        "reviews", derived_id(sending.act_id, account["id"], MAIL_SKIPPED), at=instant(sending.room.clock()),
        kind=MAIL_SKIPPED, act_id=sending.act_id, record_table="accounts", record_id=account["id"],
        sentence=(
            "Ce rappel n’est pas parti\u00a0: le compte n’est pas activé, n’a ni adresse mail ni portable confirmés, ou "
            "préfère le papier. Donnez un rappel sur papier."
        ),
    )  # fmt: skip
