"""``compte.notifier``: the batch and its sheets enter the records, the accounts are notified (arena.md, Rules)."""

from __future__ import annotations

from app.models.acts_notify import BatchFields, NotifyFields, SheetFields
from app.models.errors import Refused
from app.models.ids import derived_id
from app.models.states import AccountOrigin, AccountState, Letter, SheetStatus
from app.models.tables import Row
from app.services.records.conflicts import add_event
from app.services.records.rows import SchoolRows, Stamp

SKIPPED = "sheet_skipped"
"""Kind of review: a sheet whose account is not in the records, so that it was printed for nothing."""


def apply_notify(fields: NotifyFields, rows: SchoolRows, stamp: Stamp) -> None:
    """Notify the accounts of a batch. A sheet whose account is unknown becomes an item to review, the others count.

    Raises Refused where the batch has no sheet at all, or where none of its accounts is known.
    """
    if not fields.sheets:
        raise Refused("no_sheet", "Ce lot ne contient aucune feuille.")
    rows.expect(len(fields.sheets), "accounts", "guardians", "sheets")
    notified = [sheet for sheet in fields.sheets if _notify(sheet, fields, rows, stamp)]
    if not notified:
        raise Refused("no_account_known", "Aucun des comptes de ce lot n’est connu de l’école : aucun n’a été notifié.")
    put_batch(fields.batch, rows, stamp, sheet_count=len(notified), reset=fields.reset)


def _notify(sheet: SheetFields, fields: NotifyFields, rows: SchoolRows, stamp: Stamp) -> bool:
    account = rows.get("accounts", sheet.account_id)
    guardian = rows.get("guardians", sheet.guardian_id)
    if account is None or guardian is None:
        _put_skipped(sheet, fields, rows, stamp)
        return False
    if rows.get("sheets", sheet.sheet_id) is None:
        put_sheet(sheet, fields.batch, account, guardian, rows)
        _change_account(sheet, fields, account, rows)
        add_event(
            rows, stamp, kind="notified", account_id=account["id"], guardian_id=guardian["id"], letter=sheet.letter,
            batch=fields.batch.number, sheet_id=sheet.sheet_id, reset=fields.reset,
        )  # fmt: skip
    return True


def put_batch(batch: BatchFields, rows: SchoolRows, stamp: Stamp, *, sheet_count: int, **values: bool) -> None:
    """Write the row of a batch that was made on a PC, unless it is there; ``values`` are its columns reset and paper."""
    if rows.get("batches", batch.id) is None:
        rows.add(
            "batches", batch.id, created_at=batch.created_at, number=batch.number, author=stamp.author,
            sheet_count=sheet_count, act_id=stamp.act_id, **values,
        )  # fmt: skip


def put_sheet(sheet: SheetFields, batch: BatchFields, account: Row, guardian: Row, rows: SchoolRows) -> None:
    """Write the row of a sheet that was made on a PC; the server does not know it yet."""
    values = sheet.model_dump(mode="json", exclude={"sheet_id", "password_hash", "token_hash"})
    rows.add(
        "sheets",
        sheet.sheet_id,
        **{**values, "account_id": account["id"], "guardian_id": guardian["id"]},
        batch_id=batch.id,
        printed_at=batch.created_at,
        status=SheetStatus.PRINTED.value,
    )


def _change_account(sheet: SheetFields, fields: NotifyFields, account: Row, rows: SchoolRows) -> None:
    values: Row = {"notified_on": max(fields.notified_on, account["notified_on"] or "")}
    if account["state"] == AccountState.NOT_NOTIFIED:
        values |= {"state": AccountState.NOTIFIED.value, "origin": AccountOrigin.SCHOOL.value}
    if sheet.letter is Letter.C05 and fields.reset:
        # The password in use is provisional again, so the eye shows it until the guardian has chosen another.
        values["password_changed"] = False
    rows.change("accounts", account["id"], **values)


def _put_skipped(sheet: SheetFields, fields: NotifyFields, rows: SchoolRows, stamp: Stamp) -> None:
    group = sheet.classroom_label or "sans classe"
    rows.add(
        "reviews",
        derived_id(stamp.act_id, SKIPPED, sheet.sheet_id),
        at=stamp.at,
        kind=SKIPPED,
        act_id=stamp.act_id,
        record_table="accounts",
        record_id=sheet.account_id,
        lost={"login": sheet.login, "number": sheet.number, "batch": fields.batch.number},
        lost_author=stamp.author,
        sentence=(
            f"Ne remettez pas la feuille {sheet.number}\u00a0/\u00a0{sheet.total} "
            f"({group}, lot {fields.batch.number})\u00a0: le compte {sheet.login} "
            "n’est pas (ou plus) dans les dossiers de l’école."
        ),
    )
