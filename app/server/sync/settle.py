"""What only the server can decide about an act: log-ins, the life of sheets, doors that open or close.

Decisions are written into the school's rows and returned as an outcome, which the journal keeps with the act: an act
pushed again after a restore finds its log-ins, already printed, in there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from app.models.acts import AccountsFields, ActFields
from app.models.acts_duplicates import GroupRecordsFields
from app.models.acts_erasure import EraseFields
from app.models.acts_mail import GoOnFields, NotifyByMailFields, ResendFields
from app.models.acts_notify import NotifyFields, ResetFields, SheetFields
from app.models.acts_people import HandoverFields, RevokeFields
from app.models.acts_reports import RemindFields
from app.models.acts_requests import AnswerRequestFields, UndoMergeFields
from app.models.acts_sheets import ProlongFields
from app.models.acts_undo import UndoFields
from app.models.clock import Clock, instant
from app.models.corrections import effective
from app.models.states import Letter, SheetStatus
from app.models.tables import Row
from app.server.accounts import doors, erasing, other_schools, portal_accounts, sheet_dates
from app.server.sync import people, settle_duplicates, settle_mail, settle_reports, settle_requests
from app.server.sync.settle_mail import Sending
from app.services.records.erased import Erased
from app.services.records.grouped import links_of
from app.services.records.rows import SchoolRows

Patch = tuple[str, str, dict[str, Any]]
Outcome = dict[str, Any]


def settle(
    connection: Connection,
    rows: SchoolRows,
    *,
    kind: str,
    fields: ActFields,
    mark: int,
    before: Outcome | None,
    clock: Clock,
    new_id: Callable[[], str],
    sheet_life: timedelta,
    sending: Sending | None = None,
) -> Outcome | None:
    """Decide and write what is the server's about the act just applied since ``mark``; None where there is nothing."""
    patches: list[Patch] = []
    erased = Erased(rows)
    newcomers = [
        c.after for c in rows.changes(mark)
        if c.table == "accounts" and c.after["login"] is None and not erased.record(c.after["guardian_id"])
    ]  # fmt: skip
    if newcomers:
        patches += _give_logins(connection, rows, newcomers, before, clock, new_id)
    if isinstance(fields, NotifyFields | ResetFields):
        installed = _install_sheets(connection, rows, fields, clock, sheet_life, new_id)
        patches += installed + _end_older_sheets(connection, rows, fields, installed, clock, new_id)
    links: list[Row] = []
    if sending is not None:
        mailed, links = _settle_mails(sending, fields, sheet_life)
        patches += mailed
        if isinstance(fields, RemindFields):
            settle_reports.remind(sending, fields)
    if kind == "compte.rouvrir" and isinstance(fields, AccountsFields):
        portal_accounts.reopen(connection, subjects=_children_subjects(rows, fields))
    patches += _settle_decisions(connection, rows, fields, sheet_life, clock)
    patches += _settle_people(connection, rows, fields, mark, clock, new_id, sending)
    patches += doors.close_doors(connection, rows, mark=mark, clock=clock)
    for table, row_id, values in patches:
        rows.change(table, row_id, **values)
    kept = {"links": links} if links else {}
    return {"patches": [list(patch) for patch in patches], **kept} if patches else None


def _settle_people(
    connection: Connection, rows: SchoolRows, fields: ActFields, mark: int, clock: Clock, new_id: Callable[[], str],
    sending: Sending | None,
) -> list[Patch]:  # fmt: skip
    """Who is who on the portal once people were erased, parted, grouped or answered, or an act was undone."""
    patches: list[Patch] = []
    if isinstance(fields, EraseFields):
        erasing.forget(connection, rows, fields, mark=mark)
    if isinstance(fields, UndoMergeFields):
        settle_requests.part_accounts(connection, rows, fields, clock=clock, new_id=new_id)
    if isinstance(fields, AnswerRequestFields):
        queue, again = (sending.room.queue, sending.again) if sending else (None, False)
        patches += settle_requests.hold_contact(
            connection, rows, fields, queue=queue, clock=clock, new_id=new_id, again=again
        )
    if isinstance(fields, GroupRecordsFields | UndoFields):
        settle_duplicates.follow(connection, rows, mark=mark, clock=clock, new_id=new_id)
    if isinstance(fields, UndoFields):
        sheet_dates.follow(connection, rows, mark=mark)
    return patches


def _settle_decisions(
    connection: Connection, rows: SchoolRows, fields: ActFields, life: timedelta, clock: Clock
) -> list[Patch]:
    """What a director decided about papers and people."""
    if isinstance(fields, ProlongFields):
        return sheet_dates.prolong(connection, rows, fields.sheet_ids, life=_life(rows, life), clock=clock)
    if isinstance(fields, RevokeFields):
        return people.revoke(connection, rows, fields, clock=clock)
    if isinstance(fields, HandoverFields):
        people.expect_successor(connection, rows, fields, clock=clock)
    return []


def _settle_mails(sending: Sending, fields: ActFields, life: timedelta) -> tuple[list[Patch], list[Row]]:
    """Queue what an act sends."""
    if isinstance(fields, NotifyByMailFields):
        return settle_mail.notify(sending, fields, life=_life(sending.rows, life))
    if isinstance(fields, ResendFields):
        return settle_mail.resend(sending, fields), []
    if isinstance(fields, GoOnFields):
        return settle_mail.go_on(sending, fields), []
    return [], []


def _life(rows: SchoolRows, usual: timedelta) -> timedelta:
    """How long a provisional secret of this school works."""
    days = (rows.need("schools", rows.school_id)["settings"] or {}).get("sheet_life_days")
    return timedelta(days=days) if days else usual


def _children_subjects(rows: SchoolRows, fields: AccountsFields) -> list[str]:
    links = [link for account_id in fields.account_ids for link in links_of(rows, rows.need("accounts", account_id))]
    return sorted({f"{rows.school_id}:{link['pupil_id']}" for link in links})


def _give_logins(
    connection: Connection,
    rows: SchoolRows,
    newcomers: list[Row],
    before: Outcome | None,
    clock: Clock,
    new_id: Callable[[], str],
) -> list[Patch]:
    printed = {
        rows.resolve(row_id): values["login"]
        for table, row_id, values in (before or {}).get("patches", [])
        if table == "accounts" and values.get("login")
    }
    ines = _ines_by_guardian(rows)
    accounts = [_new_account(rows, account, ines) for account in newcomers]
    given = portal_accounts.ensure(
        connection,
        school_id=rows.school_id,
        accounts=accounts,
        printed_logins=printed,
        clock=clock,
        new_id=new_id,
    )
    ids = [account["id"] for account in newcomers]
    for account_id, values in other_schools.known(connection, school_id=rows.school_id, account_ids=ids).items():
        rows.change("accounts", account_id, **values)
    return [("accounts", account_id, {"login": given[account_id]}) for account_id in ids]


def _new_account(rows: SchoolRows, account: Row, ines: dict[str, list[str]]) -> portal_accounts.NewAccount:
    guardian = rows.need("guardians", account["guardian_id"])
    return portal_accounts.NewAccount(
        account_id=account["id"],
        last_name=effective(guardian, "last_name") or "",
        usage_name=effective(guardian, "usage_name"),
        first_name=effective(guardian, "first_name") or "",
        children_ines=tuple(sorted(ines.get(guardian["id"], []))),
    )


def _ines_by_guardian(rows: SchoolRows) -> dict[str, list[str]]:
    ine_of = {pupil["id"]: effective(pupil, "ine") for pupil in rows.all("pupils")}
    found: dict[str, list[str]] = {}
    for link in rows.all("responsibilities"):
        ine = ine_of.get(link["pupil_id"])
        if ine and link["ended_on"] is None:
            found.setdefault(link["guardian_id"], []).append(ine)
    return found


def _install_sheets(
    connection: Connection, rows: SchoolRows, fields: NotifyFields | ResetFields, clock: Clock, life: timedelta,
    new_id: Callable[[], str],
) -> list[Patch]:  # fmt: skip
    known = [sheet for sheet in fields.sheets if rows.get("sheets", sheet.sheet_id) is not None]
    shut_out = {sheet.sheet_id for sheet in known if _shut_out(rows, sheet)}
    secrets = [
        portal_accounts.NewSecret(
            sheet_id=sheet.sheet_id,
            account_id=rows.resolve(sheet.account_id),
            password_hash=sheet.password_hash,
            token_hash=sheet.token_hash,
            reset=sheet.letter is Letter.C05 and _is_reset(fields),
            alone=_is_reset(fields),
            repeats=sheet.letter is Letter.C05,
        )
        for sheet in known
        if sheet.with_secret and sheet.password_hash and sheet.token_hash and sheet.sheet_id not in shut_out
    ]
    results = portal_accounts.install_secrets(
        connection,
        school_id=rows.school_id,
        secrets=secrets,
        life=_life(rows, life),
        clock=clock,
    )
    accepted_at = instant(clock())
    for secret in secrets:
        if results[secret.sheet_id].first:
            other_schools.tell(
                connection, school_id=rows.school_id, account_id=secret.account_id, kind="notified", at=accepted_at,
                new_id=new_id,
            )  # fmt: skip
    patches: list[Patch] = [("batches", fields.batch.id, {"accepted_at": accepted_at})]
    for sheet in known:
        result = results.get(sheet.sheet_id) or _without_secret(sheet, accepted_at)
        if sheet.sheet_id in shut_out:
            result = portal_accounts.SecretResult(SheetStatus.WITHDRAWN.value, accepted_at, None)
        values = {"status": result.status, "accepted_at": result.accepted_at, "expires_at": result.expires_at}
        patches.append(("sheets", sheet.sheet_id, values))
    return patches


def _shut_out(rows: SchoolRows, sheet: SheetFields) -> bool:
    """Whether the access was closed while another PC printed."""
    account = rows.get("accounts", sheet.account_id)
    return account is not None and doors.is_shut_out(rows, account)


def _is_reset(fields: NotifyFields | ResetFields) -> bool:
    return isinstance(fields, ResetFields) or fields.reset


def _end_older_sheets(
    connection: Connection, rows: SchoolRows, fields: NotifyFields | ResetFields, installed: list[Patch], clock: Clock,
    new_id: Callable[[], str],
) -> list[Patch]:  # fmt: skip
    """What a reset ended: the sheets handed out before it, here and in the guardian's other schools, which are told."""
    if not _is_reset(fields):
        return []
    now = instant(clock())
    fresh = {
        row_id for table, row_id, values in installed if table == "sheets" and values["status"] == SheetStatus.KNOWN
    }
    ended: list[Patch] = []
    for sheet in fields.sheets:
        if not sheet.with_secret or sheet.sheet_id not in fresh:
            continue
        account_id = rows.resolve(sheet.account_id)
        ended += [
            ("sheets", older["id"], {"status": SheetStatus.REPLACED.value})
            for older in rows.where("sheets", account_id=account_id)
            if older["id"] not in fresh and older["with_secret"] and older["status"] == SheetStatus.KNOWN
        ]
        other_schools.tell(
            connection, school_id=rows.school_id, account_id=account_id, kind="reset", at=now, new_id=new_id
        )
    return ended


def _without_secret(sheet: SheetFields, accepted_at: str) -> portal_accounts.SecretResult:
    """A reminder carries no secret and is good at once; a sheet whose secret did not come is good for nobody."""
    if sheet.with_secret:
        return portal_accounts.SecretResult(SheetStatus.DO_NOT_HAND_OUT.value, None, None)
    return portal_accounts.SecretResult(SheetStatus.KNOWN.value, accepted_at, None)
