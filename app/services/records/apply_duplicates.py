"""Two records that may be one guardian: told apart, or grouped (docs/adr/0020-who-stands-twice.md).

Grouping leaves both records as ONDE has them: one account stands for the other (grouped.py), as where a parent groups his
own, and of two decisions on one child the stricter holds. So an import undoes nothing, and all of it can be taken back.
"""

from __future__ import annotations

from app.models.acts import CorrectFields
from app.models.acts_duplicates import GroupRecordsFields, SetApartFields
from app.models.acts_requests import LIVING
from app.models.errors import Refused
from app.models.states import AccountState, SheetStatus
from app.models.tables import Row
from app.services.records.apply_corrections import correct_guardian
from app.services.records.conflicts import add_event
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows, Stamp

IN_USE = (AccountState.ACTIVE.value, AccountState.ACTIVATING.value)
"""Somebody has chosen a password: no director gives his children to another account."""
_OUT = (SheetStatus.PRINTED.value, SheetStatus.KNOWN.value)
BOTH_USED = (
    "Les deux comptes sont utilisés\u00a0: seul le parent peut les réunir, depuis «\u00a0Mon compte\u00a0», «\u00a0Ajouter des "
    "enfants depuis un autre compte\u00a0». Rien n’a été changé."
)
MOVED = (
    "L’un de ces comptes a été utilisé ou regroupé depuis l’aperçu\u00a0: rien n’a été changé. Regardez donc l’aperçu de "
    "nouveau."
)
SAME = "Il faut deux fiches différentes pour les regrouper."
GONE = "L’une de ces fiches n’est plus dans ONDE\u00a0: il n’y a plus rien à regrouper."
LIMITED = (
    "Le traitement de l’une de ces fiches est limité, à la demande d’une famille\u00a0: levez d’abord la limitation."
)
PROTECTED = (
    "Un élève en situation protégée suit l’une de ces fiches, et l’autre n’est pas parmi les responsables qui savent où il "
    "est\u00a0: rien n’a été regroupé. Si c’est bien la même personne, dites-le d’abord dans la situation protégée."
)


def set_apart(fields: SetApartFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``doublon.ecarter``: remembered in the record of ``guardian_id``. Raises NotFound."""
    guardian = rows.need("guardians", fields.guardian_id)
    other_id = rows.resolve(fields.other_id)
    known = guardian["apart"] or {}
    if other_id == guardian["id"]:
        raise Refused("one_record", SAME)
    if other_id not in known:
        said = {"by": stamp.author, "at": stamp.at}
        rows.change("guardians", guardian["id"], apart={**known, other_id: said})


def group(fields: GroupRecordsFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``doublon.regrouper``. Grouped already, by whom ever, it leaves nothing to do.

    Raises NotFound; Refused where both accounts are used, where one moved since the preview, where a record is limited or
    gone, and where it would tell somebody of a protected pupil.
    """
    kept, gone = rows.need("guardians", fields.guardian_id), rows.need("guardians", fields.other_id)
    mine, theirs = _account(rows, kept), _account(rows, gone)
    if mine["id"] in (theirs["id"], theirs["merged_into"]) or mine["merged_into"] == theirs["id"]:
        return
    check_grouping(rows, kept, gone)
    rows.change("accounts", theirs["id"], merged_into=mine["id"])
    _end_sheets(rows, theirs)
    for request in rows.where("requests", account_id=theirs["id"]):
        if request["status"] in LIVING:
            rows.change("requests", request["id"], account_id=mine["id"], guardian_id=kept["id"])
    if fields.changes:
        correct_guardian(CorrectFields(record_id=kept["id"], changes=fields.changes), rows, stamp)
    for account in (mine, theirs):
        add_event(
            rows, stamp, kind="grouped", account_id=account["id"], guardian_id=account["guardian_id"],
            role="kept" if account is mine else "gone",
        )  # fmt: skip


def check_grouping(rows: SchoolRows, kept: Row, gone: Row) -> None:
    """Raise Refused where the account of ``kept`` must not stand for that of ``gone``."""
    mine, theirs = _account(rows, kept), _account(rows, gone)
    if kept["id"] == gone["id"]:
        raise Refused("one_record", SAME)
    if kept["gone_on"] or gone["gone_on"]:
        raise Refused("record_gone", GONE)
    if kept["limited"] or gone["limited"]:
        raise Refused("limited", LIMITED)
    if mine["state"] in IN_USE and theirs["state"] in IN_USE:
        raise Refused("both_used", BOTH_USED)
    if theirs["state"] in IN_USE or mine["merged_into"] or theirs["merged_into"]:
        raise Refused("grouping_moved", MOVED)
    if any(hides(rows, pupil, kept["id"]) != hides(rows, pupil, gone["id"]) for pupil in _pupils(rows, kept, gone)):
        raise Refused("protected", PROTECTED)


def _pupils(rows: SchoolRows, *guardians: Row) -> list[Row]:
    links = [link for guardian in guardians for link in rows.where("responsibilities", guardian_id=guardian["id"])]
    found = (rows.get("pupils", link["pupil_id"]) for link in links if link["ended_on"] is None)
    return [pupil for pupil in found if pupil is not None]


def _account(rows: SchoolRows, guardian: Row) -> Row:
    found = rows.where("accounts", guardian_id=guardian["id"])
    if not found:
        raise Refused("account_unknown", "L’une de ces fiches n’a pas (ou plus) de compte\u00a0: rien n’a été changé.")
    return found[0]


def _end_sheets(rows: SchoolRows, account: Row) -> None:
    """The log-in on them opens nothing any more: one still in the director's hands is not to be given."""
    for sheet in rows.where("sheets", account_id=account["id"]):
        if sheet["with_secret"] and sheet["status"] in _OUT:
            over = SheetStatus.REPLACED if sheet["handed_on"] else SheetStatus.DO_NOT_HAND_OUT
            rows.change("sheets", sheet["id"], status=over.value)
