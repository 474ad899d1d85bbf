"""Erasing people in a school's records: ``personne.effacer`` (docs/adr/0017).

An erasure empties every row that tells of her and takes her out of every act, import and trace that the records keep;
ids, endings, verdicts and dates stay, so that nothing is done twice and every replica ends alike. Done again, on rows
that came back from a backup, it empties them again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.models.acts_erasure import EraseFields
from app.models.acts_reports import Removal
from app.models.acts_requests import LIVING, RequestStatus
from app.models.deliveries import DeliveryState
from app.models.errors import Refused
from app.models.states import AccountOrigin, AccountState, SheetStatus, Verdict
from app.models.support import ProposalStatus
from app.models.tables import BY_NAME, Row
from app.services.records.act_content import without_erased, without_patches
from app.services.records.erased import Erased, seen_of
from app.services.records.named import bears
from app.services.records.rows import SchoolRows, Stamp

ENDS = {"pupils": "left_on", "guardians": "gone_on"}
MOVED = (
    "Cette fiche, ou ce qui la relie à ses proches, a changé depuis l’aperçu\u00a0: rien n’a été effacé. Regardez l’aperçu "
    "de nouveau, puis décidez."
)
_LIVING_SHEETS = (SheetStatus.PRINTED.value, SheetStatus.KNOWN.value)


def erase(fields: EraseFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``personne.effacer``. Raises NotFound; Refused where a record moved since the preview: it is never decided alone."""
    fresh: list[Row] = []
    for person in fields.people:
        row = rows.need(person.table, person.id)
        if Erased(rows).record(row["id"]):
            continue
        if person.seen is not None and person.seen != seen_of(rows, person.table, row):
            raise Refused("erasure_moved", MOVED)
        put_erased(rows, stamp, person.table, row["id"], why=fields.why, mark=person.mark)
        fresh.append(row)
    _close_unmatched(rows, fresh, stamp)
    empty_all(rows, stamp)


def put_erased(rows: SchoolRows, stamp: Stamp, table: str, row_id: str, *, why: str, mark: str | None) -> None:
    """Remember, for as long as the records stand, that this person is never to come back."""
    rows.add(
        "erasures", row_id, record_table=table, at=stamp.at, author=stamp.author, act_id=stamp.act_id, why=why, mark=mark
    )  # fmt: skip


def blank_person(table: str, row: Row, day: str) -> Row:
    """The values of a pupil's or a guardian's record that says nothing any more."""
    kept = ("id", "school_id", "seq", ENDS[table])
    blank = {c.name: None if c.nullable else "" for c in BY_NAME[table].columns if c.name not in kept}
    return {**blank, ENDS[table]: row[ENDS[table]] or day}


def empty_all(rows: SchoolRows, stamp: Stamp) -> None:
    """Empty whatever tells of an erased person, in every table of the school."""
    erased = Erased(rows)
    rows.all("aliases")
    for table in ENDS:
        for row_id in erased.of(table):  # type: ignore[arg-type]
            rows.change(table, row_id, **blank_person(table, rows.need(table, row_id), stamp.at[:10]))
    for table, empty in _EMPTIED.items():
        for row in rows.all(table):
            if erased.row(row):
                rows.change(table, row["id"], **empty(row, stamp))
    _empty_reviews(rows, erased, stamp)
    for table in ("imports", "traces"):
        for row in rows.all(table):
            _empty_before(rows, table, row, erased)
    for act in rows.all("acts"):
        rows.change("acts", act["id"], **emptied_act(act, erased))


def emptied_act(act: Row, erased: Erased) -> Row:
    """The columns of an act of the journal, without what they say of erased people."""
    refused = act["verdict"] == Verdict.REFUSED
    return {
        "fields": without_erased(act["kind"], act["fields"], erased, refused=refused),
        "outcome": without_patches(act["outcome"], erased),
    }


def blank_account() -> Row:
    """An account as before its first notification, without a log-in."""
    return {
        "login": None, "state": AccountState.NOT_NOTIFIED.value, "origin": AccountOrigin.UNKNOWN.value,
        "notified_on": None, "last_access_on": None, "email": None, "mobile": None, "block": None,
        "password_changed": False, "to_reactivate": False, "ways": None, "prefers_paper": False, "merged_into": None,
        "elsewhere": None, "extra": None,
    }  # fmt: skip


def _sheet(row: Row, stamp: Stamp) -> Row:
    status = SheetStatus.WITHDRAWN.value if row["with_secret"] and row["status"] in _LIVING_SHEETS else row["status"]
    return {
        "login": "", "sealed": None, "key_version": None, "classroom_id": None, "classroom_label": None, "status": status,
    }  # fmt: skip


def _delivery(row: Row, stamp: Stamp) -> Row:
    waits = row["state"] == DeliveryState.QUEUED
    return {"address": "", "reason": None, "state": DeliveryState.FAILED.value if waits else row["state"]}


def _request(row: Row, stamp: Stamp) -> Row:
    blank: Row = {"detail": None, "answer": None, "reference": None}
    if row["status"] in LIVING:
        blank |= {"status": RequestStatus.ANSWERED.value, "closed_at": stamp.at, "closed_by": stamp.author}
    return blank


def _proposal(row: Row, stamp: Stamp) -> Row:
    blank: Row = {"fields": None, "reason": None, "said": None}
    if row["status"] == ProposalStatus.OPEN:
        blank |= {"status": ProposalStatus.REFUSED.value, "closed_at": stamp.at, "closed_by": stamp.author}
    return blank


def _link(row: Row, stamp: Stamp) -> Row:
    return {"access_reason": None, "ended_on": row["ended_on"] or stamp.at[:10]}


def _report(row: Row, stamp: Stamp) -> Row:
    """Out of the livret; the document itself goes as that of any other that was taken out."""
    gone = {"removed_at": stamp.at, "removed_why": Removal.BY_HAND.value} if row["removed_at"] is None else {}
    return {"level": None, "classroom": None, "flags": None, **gone}


def _enrolment(row: Row, stamp: Stamp) -> Row:
    return {"classroom_id": None, "level": None, "cycle": None, "ended_on": row["ended_on"] or stamp.at[:10]}


_EMPTIED: dict[str, Callable[[Row, Stamp], Row]] = {
    "accounts": lambda row, stamp: blank_account(), "sheets": _sheet, "deliveries": _delivery, "requests": _request,
    "responsibilities": _link, "enrolments": _enrolment, "events": lambda row, stamp: {"detail": None},
    "reports": _report, "proposals": _proposal,
}  # fmt: skip
"""What becomes of the rows that name an erased person by her id, or by that of her account."""


def _empty_reviews(rows: SchoolRows, erased: Erased, stamp: Stamp) -> None:
    """Items of « À revoir » about her record, her account, her ties or what she asked."""
    checks: dict[str | None, Callable[[str], bool]] = {
        "guardians": erased.record, "pupils": erased.record, "accounts": erased.account,
        "responsibilities": lambda one: erased.about({"responsibility_id": one}),
        "requests": lambda one: erased.about({"request_id": one}),
    }  # fmt: skip
    for row in rows.all("reviews"):
        check = checks.get(row["record_table"])
        if check is not None and row["record_id"] and check(row["record_id"]):
            _empty_review(rows, row, stamp)


def _empty_review(rows: SchoolRows, row: Row, stamp: Stamp) -> None:
    closed = {} if row["closed_at"] else {"closed_at": stamp.at, "closed_by": stamp.author}
    rows.change("reviews", row["id"], kept=None, lost=None, sentence=None, **closed)


def _empty_before(rows: SchoolRows, table: str, row: Row, erased: Erased) -> None:
    """Values kept for an undoing: what an import had created still ends by it, nothing of hers is put back."""
    kept: list[Any] = []
    for name, row_id, cells in row["before"] or []:
        target = rows.get(name, row_id)
        mine = target is not None and (erased.row(target) or (name in ENDS and erased.record(target["id"])))
        if not mine:
            kept.append([name, row_id, cells])
        elif table == "imports":
            kept.append([name, row_id, None if cells is None else {}])
    if row["before"] is not None:
        rows.change(table, row["id"], before=kept)


def _close_unmatched(rows: SchoolRows, people: list[Row], stamp: Stamp) -> None:
    """Help requests that nobody matched, and lines of an import about a record that is not here, under her name."""
    waiting = [row for row in rows.all("requests") if row["detail"] and not row["guardian_id"]]
    unknown = rows.where("reviews", kind="import_unknown")
    for person in people:
        for row in waiting:
            said = row["detail"] or {}
            asks = bears(person, last_name=said.get("last_name", ""), first_name=said.get("first_name", ""))
            child = bears(
                person, last_name=said.get("child_last_name", ""), first_name=said.get("child_first_name", "")
            )  # fmt: skip
            if asks or child:
                rows.change("requests", row["id"], **_request(rows.need("requests", row["id"]), stamp))
        for row in unknown:
            lost = (row["lost"] or {}).get("value") or {}
            if bears(person, last_name=lost.get("last_name") or "", first_name=lost.get("first_name") or ""):
                _empty_review(rows, rows.need("reviews", row["id"]), stamp)
