"""The remedies that are an act of their own; the others lead to a dialog or a page."""

from __future__ import annotations

from app.models.acts import AccountsFields
from app.models.acts_sheets import ProlongFields
from app.models.errors import Refused
from app.models.states import SheetStatus
from app.services.desk import Desk
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows

_WAITING = (SheetStatus.KNOWN, SheetStatus.EXPIRED)


def reopen(desk: Desk, *, school_id: str, account_id: str) -> SubmittedAct:
    """Open again what five wrong birth dates have closed."""
    return submit(desk, school_id=school_id, kind="compte.rouvrir", fields=AccountsFields(account_ids=[account_id]))


def prolong(desk: Desk, *, school_id: str, account_id: str) -> SubmittedAct:
    """Keep his latest paper valid for one more life. Raises Refused where none waits for him."""
    with desk.vault.read() as connection:
        found = SchoolRows(connection, school_id).where("sheets", account_id=account_id)
    waiting = [sheet for sheet in found if sheet["with_secret"] and sheet["status"] in _WAITING]
    if not waiting:
        raise Refused(
            "nothing_to_prolong", "Aucune de ses feuilles n’attend encore ce responsable\u00a0: imprimez-en une."
        )
    latest = max(waiting, key=lambda sheet: (sheet["printed_at"], sheet["id"]))
    return submit(desk, school_id=school_id, kind="feuille.prolonger", fields=ProlongFields(sheet_ids=(latest["id"],)))
