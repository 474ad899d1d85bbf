"""``acte.annuler``: an act's trace is put back, unit by unit, where nobody decided otherwise since (sync.md, protocol 8).

What moved stays and goes to « À revoir ». Of rights the stricter of both stands, as for any other decision: an undoing
shows nobody more than both had decided.
"""

from __future__ import annotations

from typing import Any

from app.models.acts_undo import UndoFields
from app.models.errors import Refused
from app.models.states import Access, Verdict, Wish
from app.models.tables import Row
from app.services.records.apply_rights import knowing_words, stricter_knowing
from app.services.records.conflicts import Clash, add_event, put_clash
from app.services.records.rows import SchoolRows, Stamp
from app.services.records.traces import Standing, Unit, essence, read, row_of, standing, units, write

TOO_OLD = "Cette action est trop ancienne\u00a0: les valeurs d’avant ne sont plus gardées, rien n’est annulé."
RIGHTS = frozenset({"access", "protection"})
SILENT = frozenset({"requests", "reviews", "traces"})
"""Tables whose units are nobody's word: one that moved is left alone without a line on « À revoir »."""
NOBODYS = ("expires_at", "onde_ticks.")
"""Columns of which the same holds."""


def undo(fields: UndoFields, rows: SchoolRows, stamp: Stamp) -> None:
    """Put back what an act changed; one that is undone already, or that a server refused, leaves nothing to do.

    One whose part the server has not settled yet is marked undone all the same.

    Raises Refused for an act that is not in the records, that cannot be undone, or that is of another kind.
    """
    trace = rows.get("traces", fields.act_id)
    if trace is None:
        _check_refused(fields, rows)
        return
    if trace["kind"] != fields.kind:
        raise Refused("undo_other_kind", "L’action à annuler n’est pas celle qui est dite\u00a0: rien n’a été annulé.")
    if trace["before"] is None:
        raise Refused("undo_too_old", TOO_OLD)
    found = units(trace)
    done = [unit for unit in reversed(found) if trace["undone_at"] is None and _put_back(unit, rows, stamp)]
    if found and not done:
        return
    _close_answered(trace, done, rows, stamp)
    rows.change("traces", trace["id"], undone_at=stamp.at, undone_by=stamp.author)
    for account_id, guardian_id in sorted(_concerned(rows, done)):
        add_event(
            rows, stamp, kind="undone", account_id=account_id or None, guardian_id=guardian_id, act=trace["kind"],
            again=fields.again,
        )  # fmt: skip


def _check_refused(fields: UndoFields, rows: SchoolRows) -> None:
    act = rows.get("acts", fields.act_id)
    if act is None or act["verdict"] != Verdict.REFUSED:
        raise Refused(
            "undo_unknown",
            "L’action à annuler n’est pas (ou pas encore) dans les dossiers de l’école\u00a0: rien n’a été annulé.",
        )


def _put_back(unit: Unit, rows: SchoolRows, stamp: Stamp) -> bool:
    """Write one unit as it was; False where it stays as it is."""
    row, found = row_of(rows, unit), standing(rows, unit)
    if row is None or found is Standing.BACK:
        return False
    values = unit.before if found is Standing.AS_LEFT else _stricter(unit, row, rows)
    if found is Standing.MOVED and unit.table not in SILENT and not unit.lead.startswith(NOBODYS):
        _put_moved(unit, row, values, rows, stamp)
    if values is None:
        return False
    write(rows, unit.table, row, values)
    return True


def _stricter(unit: Unit, row: Row, rows: SchoolRows) -> Row | None:
    """What is written of a right that somebody decided otherwise since; None where the present one stands."""
    before = unit.before[unit.lead]
    if unit.lead == "access":
        present = Access(row["access"])
        return None if Access(before).stricter(present) is present else unit.before
    if unit.lead != "protection" or before is None:
        return None
    there = essence(rows, "protection", row["protection"])
    kept = stricter_knowing(essence(rows, "protection", before), there)
    return None if kept == there else {"protection": {**before, "knows": sorted(kept or ())}}


def _put_moved(unit: Unit, row: Row, values: Row | None, rows: SchoolRows, stamp: Stamp) -> None:
    there, wanted = _shown(rows, unit, row, read(row, unit.lead)), _shown(rows, unit, row, unit.before[unit.lead])
    if values is not None:
        kept = _shown(rows, unit, row, values[unit.lead])
        clash = Clash(unit.table, row["id"], unit.field, kept, there, stamp.author)
    else:
        entry = read(row, unit.lead) if unit.lead.startswith("corrections.") else None
        clash = Clash(unit.table, row["id"], unit.field, there, wanted, (entry or {}).get("by"), stamp.author)
    put_clash(rows, stamp, clash, kind="never_alone" if unit.lead in RIGHTS else "undo_blocked")


def _shown(rows: SchoolRows, unit: Unit, row: Row, value: Any) -> Any:
    """A value as « À revoir » keeps it."""
    if unit.lead == "protection":
        return knowing_words(essence(rows, "protection", value))
    if unit.lead in ("limited", "merged_into"):
        return "oui" if value else "non"
    if unit.lead == "wish":
        return Wish(value).label if value else None
    if unit.lead.startswith("corrections."):
        return value["value"] if value else row[unit.field]
    return value


def _close_answered(trace: Row, done: list[Unit], rows: SchoolRows, stamp: Stamp) -> None:
    """Items that the act had put on « À revoir » are answered where its value has gone."""
    gone = {(unit.table, rows.resolve(unit.row_id), unit.field) for unit in done}
    for review in rows.where("reviews", act_id=trace["id"]):
        place = (review["record_table"], rows.resolve(review["record_id"] or ""), review["field"])
        if review["closed_at"] is None and place in gone:
            rows.change("reviews", review["id"], closed_at=stamp.at, closed_by=stamp.author)


def _concerned(rows: SchoolRows, done: list[Unit]) -> set[tuple[str, str]]:
    """The (account, guardian) in whose story the undoing is told; no account is ``""``."""
    guardians = {guardian for unit in done for guardian in _guardians(rows, unit)}
    accounts = {one: rows.where("accounts", guardian_id=one) for one in guardians}
    return {(found[0]["id"] if found else "", one) for one, found in accounts.items()}


def _guardians(rows: SchoolRows, unit: Unit) -> list[str]:
    row = row_of(rows, unit)
    if row is None:
        return []
    if unit.table == "guardians":
        return [row["id"]]
    if unit.table == "pupils" and unit.lead == "protection":
        return [link["guardian_id"] for link in rows.where("responsibilities", pupil_id=row["id"])]
    return [row["guardian_id"]] if unit.table in ("responsibilities", "sheets") else []
