"""``compte.reinitialiser``: new provisional passwords without paper (arena.md, Rules; docs/adr/0008)."""

from __future__ import annotations

from app.models.acts_notify import ResetFields, SheetFields
from app.models.errors import Refused
from app.models.ids import derived_id
from app.models.states import AccountState, Letter
from app.services.records.apply_notify import put_batch, put_sheet
from app.services.records.conflicts import add_event
from app.services.records.rows import SchoolRows, Stamp

SKIPPED = "reset_skipped"
"""Kind of review: an account that is not in the records, or was never notified, so that it has nothing to reset."""


def apply_reset(fields: ResetFields, rows: SchoolRows, stamp: Stamp) -> None:
    """Make the passwords of a batch the provisional ones; states, origins and dates of distribution stay.

    An account that is unknown or « Non notifié » becomes an item to review. Raises Refused where all of them are.
    """
    rows.expect(len(fields.sheets), "accounts", "guardians", "sheets")
    done = [sheet for sheet in fields.sheets if _reset(sheet, fields, rows, stamp)]
    if not done:
        raise Refused("nothing_to_reset", "Aucun des comptes choisis n’a de mot de passe à réinitialiser.")
    put_batch(fields.batch, rows, stamp, sheet_count=len(done), reset=True, paper=False)


def _reset(sheet: SheetFields, fields: ResetFields, rows: SchoolRows, stamp: Stamp) -> bool:
    account, guardian = rows.get("accounts", sheet.account_id), rows.get("guardians", sheet.guardian_id)
    if account is None or guardian is None or account["state"] == AccountState.NOT_NOTIFIED:
        _put_skipped(sheet, rows, stamp)
        return False
    if rows.get("sheets", sheet.sheet_id) is None:
        put_sheet(sheet, fields.batch, account, guardian, rows)
        if sheet.letter is Letter.C05:  # else the account may have been activated meanwhile, and keeps its password
            rows.change("accounts", account["id"], password_changed=False)
        add_event(
            rows, stamp, kind="reset", account_id=account["id"], guardian_id=guardian["id"], sheet_id=sheet.sheet_id,
            batch=fields.batch.number,
        )  # fmt: skip
    return True


def _put_skipped(sheet: SheetFields, rows: SchoolRows, stamp: Stamp) -> None:
    rows.add(
        "reviews",
        derived_id(stamp.act_id, SKIPPED, sheet.sheet_id),
        at=stamp.at,
        kind=SKIPPED,
        act_id=stamp.act_id,
        record_table="accounts",
        record_id=sheet.account_id,
        lost={"login": sheet.login},
        lost_author=stamp.author,
        sentence=(
            f"Le mot de passe du compte {sheet.login} n’a pas été réinitialisé\u00a0: ce compte n’est pas notifié, "
            "ou n’est plus dans les dossiers de l’école."
        ),
    )
