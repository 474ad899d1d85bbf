"""Erase one person: first exactly what will be emptied, then a confirmation by name, then an act (docs/adr/0017)."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select, update
from sqlalchemy.exc import SQLAlchemyError

from app.models.acts_erasure import ErasedPerson, EraseFields, PersonTable
from app.models.clock import instant, parse_instant
from app.models.errors import NotFound, PreauError, Refused
from app.models.names import fold
from app.models.tables import Row, guardians, imports, pupils, responsibilities, traces
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.records.act_content import without_erased
from app.services.records.departed import KEPT_DAYS, past_time
from app.services.records.erased import Erased, mark_of, seen_of
from app.services.records.grouped import Grouped
from app.services.records.journal import SubmittedAct, submit_in
from app.services.records.kinds import KINDS
from app.services.records.rows import SchoolRows, Stamp
from app.services.schools import list_schools
from app.services.vault.tables import links, pending_acts

KIND = "personne.effacer"
KEEPER = "Préau (durée de conservation)"
"""Who erases what is past its time."""
UNDO_DAYS = 365
"""How long the values before an import or an act are kept."""
PEOPLE_AT_ONCE = 500
COUNTED = (
    ("guardians", "fiche de responsable", "fiches de responsable"), ("pupils", "fiche d’élève", "fiches d’élève"),
    ("responsibilities", "lien avec un proche", "liens avec des proches"), ("enrolments", "inscription", "inscriptions"),
    ("accounts", "compte", "comptes"), ("sheets", "feuille", "feuilles"), ("deliveries", "courriel", "courriels"),
    ("events", "évènement de l’histoire du compte", "évènements de l’histoire du compte"),
    ("requests", "demande du portail", "demandes du portail"),
    ("reviews", "ligne d’«\u00a0À revoir\u00a0»", "lignes d’«\u00a0À revoir\u00a0»"),
    ("reports", "document du livret", "documents du livret"),
    ("acts", "action du journal", "actions du journal"), ("imports", "import", "imports"),
    ("traces", "valeur d’avant, gardée pour une annulation", "valeurs d’avant, gardées pour une annulation"),
)  # fmt: skip
CONSEQUENCE = (
    "Noms, dates, adresses, contacts, mots de passe et messages disparaissent partout où ils sont, ici puis sur le serveur et "
    "sur les autres postes. Son accès au portail prend fin pour cette école. Rien ne pourra être retrouvé, et cette action "
    "ne s’annule pas."
)
COPIES = (
    "Les sauvegardes du coffre et les listes, feuilles ou courriels déjà sortis de Préau ne sont pas touchés\u00a0: "
    "détruisez-les."
)


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would be erased, and exactly what would be emptied. ``name`` is what the person types to confirm."""

    school_id: str
    name: str
    people: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    """(table, rows), in the order in which they are told."""
    warnings: tuple[str, ...]
    fields: EraseFields

    @property
    def lines(self) -> tuple[str, ...]:
        """« 2 feuilles », « 1 compte »."""
        words = {table: (one, several) for table, one, several in COUNTED}
        return tuple(f"{count}\u00a0{words[table][count > 1]}" for table, count in self.counts)

    @property
    def question(self) -> str:
        """What is asked on a terminal."""
        return f"Effacer {', '.join(self.people)} pour de bon ({', '.join(self.lines)})\u202f? {CONSEQUENCE}"

    def is_named_by(self, typed: str) -> bool:
        """Whether what was typed is the name of the person."""
        return bool(fold(typed)) and sorted(fold(typed).split()) == sorted(fold(self.name).split())


def preview(desk: Desk, *, school_id: str, table: PersonTable, record_id: str) -> Preview:
    """What erasing one person would empty; a guardian with every record that he has grouped. Raises NotFound."""
    with desk.vault.read() as connection:
        rows = SchoolRows(connection, school_id)
        row = rows.need(table, record_id)
        if not row["last_name"]:
            raise NotFound("person_erased", "Cette personne est déjà effacée.")
        records = _records(rows, table, row)
        people = tuple(
            ErasedPerson(table=table, id=one["id"], mark=mark_of(table, one), seen=seen_of(rows, table, one))
            for one in records
        )
        warnings = (*_still_here(rows, table, records), *_left_alone(rows, table, row), COPIES)
        fields = EraseFields(people=people, why="asked")
        counts = _counted(rows, fields, desk)
    return Preview(school_id, listed_name(row), tuple(map(listed_name, records)), counts, warnings, fields)


def erase(desk: Desk, *, preview: Preview) -> SubmittedAct:
    """Do it. Raises Refused where the record moved since the preview."""
    return _erase(desk, preview.school_id, preview.fields)


def _erase(desk: Desk, school_id: str, fields: EraseFields) -> SubmittedAct:
    with desk.vault.write() as connection:
        done = submit_in(connection, desk, school_id=school_id, kind=KIND, fields=fields)
        if not _is_linked(connection, school_id):
            _empty_pending(connection, school_id)
    return done


def keep_in_time(desk: Desk, *, school_id: str) -> int:
    """In a school that no server keeps: erase who left too long ago, and forget the values of undoings that are too old.

    Returns how many people were erased. Where there is a server, it does so for everybody, and the rows come down.
    """
    now = parse_instant(desk.now())
    undo, kept = (instant(now - timedelta(days=days)) for days in (UNDO_DAYS, KEPT_DAYS))
    with desk.vault.read() as connection:
        if _is_linked(connection, school_id) or not _is_due(connection, school_id, undo, kept):
            return 0
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, school_id)
        _forget_before(rows, undo)
        people = past_time(rows, kept)
        rows.flush()
        _first_images(connection, school_id, rows)
    signed = desk.signed_by(KEEPER)
    for start in range(0, len(people), PEOPLE_AT_ONCE):
        _erase(signed, school_id, EraseFields(people=people[start : start + PEOPLE_AT_ONCE], why="kept_time"))
    return len(people)


def _is_due(connection: Connection, school_id: str, undo: str, kept: str) -> bool:
    """Whether anything may be past its time, without reading the records: the window asks each time that it opens."""
    old: list[tuple[Table, tuple[ColumnElement[bool], ...]]] = [
        (table, (table.c.before.is_not(None), table.c.at < undo)) for table in (imports, traces)
    ]
    for table, day in ((pupils, pupils.c.left_on), (guardians, guardians.c.gone_on)):
        old.append((table, (table.c.last_name != "", day < kept)))
    old.append((responsibilities, (responsibilities.c.ended_on < kept,)))
    asked = (
        select(table.c.id).where(table.c.school_id == school_id, *conditions).limit(1) for table, conditions in old
    )
    return any(connection.execute(statement).first() is not None for statement in asked)


def keep_all_in_time(desk: Desk) -> None:
    """Do so for every school of the vault; what fails, also because the vault is closed meanwhile, is done another day."""
    with suppress(PreauError, SQLAlchemyError):
        for school in list_schools(desk):
            keep_in_time(desk, school_id=school.school_id)


def _forget_before(rows: SchoolRows, before: str) -> None:
    for table in ("imports", "traces"):
        for row in rows.all(table):
            if row["before"] is not None and row["at"] < before:
                rows.change(table, row["id"], before=None)


def _is_linked(connection: Connection, school_id: str) -> bool:
    return connection.execute(select(links.c.school_id).where(links.c.school_id == school_id)).first() is not None


def _empty_pending(connection: Connection, school_id: str) -> None:
    """What waits for a server one day is all that this school has: it says nothing of her any more either."""
    rows = SchoolRows(connection, school_id)
    erased = Erased(rows)
    rows.all("aliases")
    for act in connection.execute(_pending(school_id)).mappings().all():
        kept = without_erased(act["kind"], act["fields"], erased)
        if kept != act["fields"]:
            mine = pending_acts.c.act_id == act["act_id"]
            connection.execute(update(pending_acts).where(mine).values(fields=kept))
    _first_images(connection, school_id, rows)


def _first_images(connection: Connection, school_id: str, rows: SchoolRows) -> None:
    """Of the rows before each act only the first counts, and is as the records are now where there was one already."""
    known: set[tuple[str, str]] = set()
    for act in connection.execute(_pending(school_id)).mappings().all():
        images: list[list[Any]] = []
        for table, row_id, row in act["before_images"] or []:
            if (table, row_id) not in known:
                known.add((table, row_id))
                images.append([table, row_id, row and rows.get(table, row_id)])
        mine = pending_acts.c.act_id == act["act_id"]
        connection.execute(update(pending_acts).where(mine).values(before_images=images))


def _pending(school_id: str) -> Any:
    return select(pending_acts).where(pending_acts.c.school_id == school_id).order_by(pending_acts.c.position)


def _records(rows: SchoolRows, table: PersonTable, row: Row) -> list[Row]:
    """A person's records: of a guardian also those whose accounts he has grouped with this one."""
    if table == "pupils":
        return [row]
    grouped = Grouped.read(rows)
    mine = grouped.guardian(row["id"])
    found = [one for one in rows.all("guardians") if one["last_name"] and grouped.guardian(one["id"]) == mine]
    return sorted(found, key=lambda one: (one["id"] != row["id"], str(one["id"])))


def _counted(rows: SchoolRows, fields: EraseFields, desk: Desk) -> tuple[tuple[str, int], ...]:
    """How many rows the act itself would empty: it is applied, and never written."""
    mark = rows.mark()
    KINDS[KIND].carry_out(fields, rows, Stamp(act_id="preview", author="", device_id="", at=desk.now()))
    changed = Counter(change.table for change in rows.changes(mark))
    rows.rollback(mark)
    return tuple((table, changed[table]) for table, _, _ in COUNTED if changed[table])


def _still_here(rows: SchoolRows, table: PersonTable, records: list[Row]) -> list[str]:
    ending = "left_on" if table == "pupils" else "gone_on"
    if all(row[ending] for row in records):
        return []
    return [
        "Cette personne est encore dans l’école d’après ONDE\u00a0: le prochain import la ramènera si elle n’en est pas "
        "retirée. L’école peut aussi refuser d’effacer ce dont elle a besoin pour scolariser l’enfant\u00a0: limiter "
        "suffit souvent."
    ]  # fmt: skip


def _left_alone(rows: SchoolRows, table: PersonTable, row: Row) -> list[str]:
    """The guardians of a pupil who follow nobody else here."""
    if table == "guardians":
        return []
    alone = []
    for link in rows.where("responsibilities", pupil_id=row["id"]):
        others = [one for one in rows.where("responsibilities", guardian_id=link["guardian_id"]) if one != link]
        guardian = rows.get("guardians", link["guardian_id"])
        if guardian is not None and guardian["last_name"] and all(one["ended_on"] for one in others):
            alone.append(listed_name(guardian))
    if not alone:
        return []
    return [
        f"Ne suivent personne d’autre ici, et restent\u00a0: {', '.join(sorted(alone))}. Effacez-les aussi s’ils le demandent."
    ]


def person_of_account(desk: Desk, *, school_id: str, account_id: str) -> str:
    """The guardian of an account, or the id itself where it is none's."""
    with desk.vault.read() as connection:
        account = SchoolRows(connection, school_id).get("accounts", account_id)
    return str(account["guardian_id"]) if account else account_id


def check_named(found: Preview, typed: str) -> None:
    """Raises Refused where the name that was typed is not hers."""
    if not found.is_named_by(typed):
        raise Refused("name_not_typed", f"Pour confirmer, écrivez le nom tel qu’il est affiché\u00a0: {found.name}.")
