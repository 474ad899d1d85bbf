"""The list: what is to be done, what a person says to have done, and what an import has shown since.

What an import has done is told by the same gathering over the rows as they were before it: the import keeps what it
changed for its undoing, and a line that is there before and not after was put right by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from app.models.acts_erasure import PersonTable
from app.models.acts_onde import TickFields
from app.models.clock import local_date
from app.models.errors import NotFound, Refused
from app.models.tables import Row
from app.services.desk import Desk
from app.services.diagnosis.facts import SchoolFacts, school_facts
from app.services.onde_worklist.checking import every_line
from app.services.onde_worklist.gathering import Scene, known_lines, shown
from app.services.onde_worklist.lines import FIELDS, Key, Line, State, in_order
from app.services.records.apply_import import ENDINGS
from app.services.records.extractions import is_older, known_extractions
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows
from app.services.support.copies import is_copy

SHOWN_DAYS = 30
"""How long a line stays once an import has shown it done."""
NOT_HERE = (
    "Une copie ouverte à l’assistance n’a pas de quoi corriger ONDE\u00a0: la liste se lit à l’école, dans "
    "«\u00a0Assistance\u00a0», «\u00a0À corriger dans ONDE\u00a0»."
)
People = Mapping[PersonTable, Mapping[str, Row]]
_FULL = 0.9
"""The share of a school beyond which a file is the whole of it: one of a class says nothing of the others."""


@dataclass(frozen=True, slots=True)
class Worklist:
    """Every line, in the order in which one works in ONDE: class, pupil, columns."""

    lines: tuple[Line, ...]

    def of(self, *states: State) -> tuple[Line, ...]:
        """The lines that are so far."""
        return tuple(line for line in self.lines if line.state in states)

    @property
    def left(self) -> tuple[Line, ...]:
        """What is to be done in ONDE, doubted ones included."""
        return self.of(State.TODO, State.DOUBTED)


def worklist(desk: Desk, *, school_id: str) -> Worklist:
    """The whole list. Slow on a large school (duplicates are looked for): not for the window's thread.

    Raises Refused on a support officer's PC, whose copy lacks addresses, dates and what was ticked.
    """
    if is_copy(desk, school_id=school_id):
        raise Refused("role", NOT_HERE)
    with desk.vault.read() as connection:
        facts = school_facts(connection, desk, school_id=school_id)
        present = every_line(facts)
        since = _seen_since(facts.rows)
        lines = [_ticked(_dated(line, since, facts.zone), facts.rows, facts.zone) for line in present.values()]
        return Worklist(tuple(sorted((*lines, *_done(facts, present)), key=in_order)))


def open_known(rows: SchoolRows) -> tuple[Line, ...]:
    """What can be copied into ONDE at once and was not, in order: quick, for what counts it."""
    scene = Scene(rows)
    lines = (_ticked(line, rows, scene.zone) for line in known_lines(scene).values() if line.known)
    return tuple(sorted((line for line in lines if line.state is not State.TICKED), key=in_order))


def known(desk: Desk, *, school_id: str) -> tuple[Line, ...]:
    """The same, of a school's records as they stand."""
    with desk.vault.read() as connection:
        return open_known(SchoolRows(connection, school_id))


def tick(desk: Desk, *, school_id: str, line: Line, done: bool = True) -> SubmittedAct:
    """« Fait dans ONDE », or not yet. Raises NotFound."""
    fields = TickFields(table=line.table, record_id=line.record_id, what=line.what, label=line.field, done=done)
    return submit(desk, school_id=school_id, kind="onde.cocher", fields=fields)


def line_of(found: Worklist, code: str) -> Line:
    """The line that a code means, unless it is done. Raises NotFound."""
    line = next((line for line in found.lines if line.code == code and line.state is not State.DONE), None)
    if line is None:
        raise NotFound("line_unknown", "Cette ligne n’est pas (ou plus) à corriger dans ONDE.")
    return line


def _dated(line: Line, since: Mapping[Key, str], zone: str) -> Line:
    if line.at:
        return line
    at = since.get(line.key) or since.get((line.table, line.record_id, ""))
    return replace(line, since=local_date(at, zone)) if at else line


def _seen_since(rows: SchoolRows) -> dict[Key, str]:
    """When imports last brought each value; « what » is empty for the record as a whole."""
    found: dict[Key, str] = {}
    for row in sorted(_imports(rows), key=lambda row: str(row["at"])):
        for table, row_id, moved in row["before"] or ():
            if table in FIELDS:
                found.update({(table, row_id, what): row["at"] for what in (moved if moved is not None else ("",))})
    return found


def _ticked(line: Line, rows: SchoolRows, zone: str) -> Line:
    """The line with what a person said of it, and whether a later import says otherwise."""
    said = (rows.need(line.table, line.record_id)["onde_ticks"] or {}).get(line.what)
    if said is not None and said["at"] >= line.at:
        at = said["at"]
        line = replace(line, ticked_on=local_date(at, zone), ticked_by=said.get("by") or "", answered=False)
    elif line.ticked_on is not None:
        at = line.at
    else:
        return line
    later = [row["at"] for row in _imports(rows) if row["at"] > at and _covers(rows, row, line)]
    known = known_extractions(rows).get(line.table)
    if not later or is_older(known, at):
        return line
    return replace(line, doubted_on=local_date(min(later), zone))


def _covers(rows: SchoolRows, row: Row, line: Line) -> bool:
    """Whether an import held (nearly) everybody of that table."""
    counted = (row["summary"] or {}).get(line.table) or {}
    held: int = sum(counted.get(name, 0) for name in ("new", "changed", "unchanged"))
    present = sum(one[ENDINGS[line.table]] is None for one in rows.all(line.table))
    return held > 0 and held >= present * _FULL


def _imports(rows: SchoolRows) -> Iterable[Row]:
    return (row for row in rows.all("imports") if row["undone_at"] is None)


def _done(facts: SchoolFacts, present: Mapping[Key, Line]) -> list[Line]:
    """What the imports of the last days have put right: the latest first, each over the rows as they were before it."""
    limit = facts.today - timedelta(days=SHOWN_DAYS)
    rows, after, found = facts.rows, dict(present), dict[Key, Line]()
    now: People = {table: {row["id"]: row for row in rows.all(table)} for table in FIELDS}
    recent = [row for row in _imports(rows) if row["before"] and local_date(row["at"], facts.zone) >= limit]
    for one in sorted(recent, key=lambda row: str(row["at"]), reverse=True):
        _take_back(rows, one["before"])
        before = every_line(SchoolFacts(rows, facts.now, facts.line, allow_fictional=facts.allow_fictional))
        day = local_date(one["at"], facts.zone)
        for key, line in before.items():
            if key not in after and key not in present and key not in found:
                found[key] = _shown_done(line, now[key[0]].get(key[1]), day)
        after = before
    return [line for line in found.values() if _is_done(line, now)]


def _shown_done(line: Line, row: Row | None, day: date) -> Line:
    """The line with what ONDE says by now."""
    is_column = row is not None and line.what in row
    says = shown(line.what, row[line.what]) if row is not None and is_column else ""
    return replace(line, done_on=day, onde=says or line.onde, right=line.right or says)


def _is_done(line: Line, now: People) -> bool:
    """ONDE agrees, or has the record no more; where it says a third value, that is on « À revoir »."""
    row = now[line.table].get(line.record_id)
    gone = row is None or row[ENDINGS[line.table]] is not None
    return gone or not line.value or line.onde == line.value


def _take_back(rows: SchoolRows, before: Iterable[Any]) -> None:
    """Put the rows back as they were before an import, as far as nobody has moved them since; nothing is ever written."""
    for table, row_id, moved in reversed(list(before)):
        row = rows.get(table, row_id)
        if row is None:
            continue
        if moved is None:
            values = {ENDINGS[table]: row[ENDINGS[table]] or "0001-01-01"} if table in ENDINGS else {}
        else:
            values = {name: old for name, (old, new) in moved.items() if name != "seq" and row[name] == new}
            if "corrections" in moved:
                old, new = moved["corrections"]
                ended = {name: entry for name, entry in (old or {}).items() if name not in (new or {})}
                values["corrections"] = {**ended, **(row["corrections"] or {})} or None
        rows.change(table, row["id"], **values)
