"""An import enters the records, matched again by the importer's own rules (sync.md, protocol 9).

Whoever applies it — the PC that read the files, the server, or a PC that imported the same files offline — finds the
persons already there by the same rules, so that one set of records remains; an id that loses becomes an alias.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.models.acts_erasure import PersonTable
from app.models.acts_import import ChildLink, GuardianEntry, ImportFields, PupilEntry, UndoImportFields
from app.models.codes import cycle_of
from app.models.corrections import settle_corrections
from app.models.errors import Refused
from app.models.states import Access, AccountOrigin, AccountState
from app.models.tables import Row, new_row
from app.services.records.apply_erasure import blank_person, put_erased
from app.services.records.apply_limit import closed_by
from app.services.records.conflicts import Clash, put_clash, put_overtaken, put_unknown
from app.services.records.erased import Erased, erased_before
from app.services.records.extractions import is_older, known_extractions, note_extractions
from app.services.records.people import PeopleIndex, pupil_name
from app.services.records.rows import Change, SchoolRows, Stamp

ENDINGS = {
    "pupils": "left_on", "guardians": "gone_on", "classrooms": "gone_on", "enrolments": "ended_on",
    "responsibilities": "ended_on", "school_years": "undone_at",
}  # fmt: skip
"""The column by which a record of each table ends: what an undone import had created is ended, never erased."""

_BOOKKEEPING = frozenset({"imports", "reviews", "aliases", "events", "schools"})


def apply_import(fields: ImportFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``import.appliquer``. Values that moved meanwhile are left alone and put on « À revoir »."""
    mark = rows.mark()
    _Import(fields, rows, stamp).run()
    before = [_undo_line(change) for change in rows.changes(mark) if change.table not in _BOOKKEEPING]
    rows.add(
        "imports", fields.import_id, act_id=stamp.act_id, at=stamp.at, author=stamp.author, summary=fields.summary,
        before=before,
    )  # fmt: skip


class _Import:
    """The application of one import to one school's rows."""

    def __init__(self, fields: ImportFields, rows: SchoolRows, stamp: Stamp) -> None:
        self._fields = fields
        self._rows = rows
        self._stamp = stamp
        self._people = PeopleIndex.of(rows)
        self._erased = Erased(rows)
        self._enrolments = {
            (row["pupil_id"], row["year_id"]): row for row in rows.all("enrolments") if row["ended_on"] is None
        }
        self._links = {(row["pupil_id"], row["guardian_id"]): row for row in rows.all("responsibilities")}
        self._closed = [key for key, row in self._links.items() if row["access"] != Access.FULL]
        self._accounts = {row["guardian_id"]: row["id"] for row in rows.all("accounts")}
        rows.all("aliases")  # loaded once: thousands of ids are about to be looked up, one by one
        self._claimed: set[str] = set()
        """Records that an entry of this import already means: two entries are never one person."""

    def run(self) -> None:
        year_id = self._year()
        self._classrooms(year_id)
        for pupil in self._fields.pupils:
            self._pupil(pupil, year_id)
        for guardian in self._fields.guardians:
            self._guardian(guardian)
        self._departures()
        note_extractions(self._rows, self._fields.as_of)

    def _year(self) -> str:
        year = self._fields.year
        for row in self._rows.all("school_years"):
            if row["label"] == year.label:
                self._rows.alias("school_years", year.id, row["id"])
                return str(self._rows.change("school_years", row["id"], undone_at=None)["id"])
        self._rows.add("school_years", year.id, label=year.label, starts_on=year.starts_on)
        return year.id

    def _classrooms(self, year_id: str) -> None:
        known = {row["label"]: row for row in self._rows.all("classrooms") if row["year_id"] == year_id}
        for entry in self._fields.classrooms:
            row = known.get(entry.label)
            if row is not None:
                self._rows.alias("classrooms", entry.id, row["id"])
                self._rows.change("classrooms", row["id"], gone_on=None)
            else:
                values = entry.model_dump(exclude={"id"})
                known[entry.label] = self._rows.add("classrooms", entry.id, year_id=year_id, **values)

    def _pupil(self, entry: PupilEntry, year_id: str) -> None:
        new = {name: values[1] for name, values in entry.changes.items()}
        if self._is_erased("pupils", entry, new):
            return
        row = self._rows.get("pupils", entry.id) or self._same_pupil(entry, new, year_id)
        if row is None and not _is_whole(new):
            put_unknown(self._rows, self._stamp, "pupils", entry.id, new)
            return
        if row is None:
            row = self._rows.add("pupils", entry.id, **new)
        else:
            self._rows.alias("pupils", entry.id, row["id"])
            row = self._merge("pupils", row, entry.changes, ending="left_on")
        self._claimed.add(row["id"])
        self._people.add_pupil(row)
        if entry.placed:
            self._enrol(entry, row["id"], year_id)

    def _same_pupil(self, entry: PupilEntry, new: Row, year_id: str) -> Row | None:
        """Who a new pupil already is, where another PC imported her: of several homonyms, the one in the same class."""
        found = self._not_apart(self._people.pupils_like(new), entry.apart)
        if len(found) > 1 and entry.classroom_id:
            room = self._rows.resolve(entry.classroom_id)
            found = [row for row in found if self._enrolments.get((row["id"], year_id), {}).get("classroom_id") == room]
        return found[0] if len(found) == 1 else None

    def _not_apart(self, found: list[Row], apart: tuple[str, ...]) -> list[Row]:
        """Those that no other entry means, and that nobody has said to be somebody else."""
        others = {self._rows.resolve(row_id) for row_id in apart} if found else set()
        return [row for row in found if row["id"] not in self._claimed and row["id"] not in others]

    def _enrol(self, entry: PupilEntry, pupil_id: str, year_id: str) -> None:
        classroom_id = self._rows.resolve(entry.classroom_id) if entry.classroom_id else None
        values: Row = {"classroom_id": classroom_id, "level": entry.level, "cycle": cycle_of(entry.level)}
        row = self._enrolments.get((pupil_id, year_id))
        if row is None:
            row = self._rows.add("enrolments", entry.enrolment_id, pupil_id=pupil_id, year_id=year_id, **values)
        else:
            self._rows.alias("enrolments", entry.enrolment_id, row["id"])
            seen = self._rows.resolve(entry.seen_classroom_id) if entry.seen_classroom_id else None
            if row["classroom_id"] not in (seen, classroom_id):
                self._clash("enrolments", row, "classroom_id", classroom_id)
                return
            row = self._rows.change("enrolments", row["id"], **values)
        self._enrolments[(pupil_id, year_id)] = row

    def _guardian(self, entry: GuardianEntry) -> None:
        new = {name: values[1] for name, values in entry.changes.items()}
        pupils = [self._rows.resolve(child.pupil_id) for child in entry.children]
        if self._is_erased("guardians", entry, new):
            self._account(entry, self._rows.need("guardians", entry.id))
            return
        row = self._rows.get("guardians", entry.id)
        if row is None:
            found = self._not_apart(self._people.guardians_like(new, pupils), entry.apart)
            row = found[0] if len(found) == 1 else None
        if row is None and not _is_whole(new):
            put_unknown(self._rows, self._stamp, "guardians", entry.id, new)
            return
        if row is None:
            row = self._rows.add("guardians", entry.id, **new)
        else:
            self._rows.alias("guardians", entry.id, row["id"])
            row = self._merge("guardians", row, entry.changes, ending="gone_on")
        self._claimed.add(row["id"])
        for child in entry.children:
            self._responsibility(child, row["id"])
        self._people.add_guardian(row, pupils)
        self._account(entry, row)

    def _is_erased(self, table: PersonTable, entry: PupilEntry | GuardianEntry, new: Row) -> bool:
        """Whether an entry means somebody whose content is gone: then her record stands, empty, under that id too."""
        if self._erased.record(entry.id):
            return True
        if entry.erased:
            if self._rows.get(table, entry.id) is None:
                blank = blank_person(table, new_row(table), self._fields.day)
                self._rows.add(table, entry.id, **blank)
            put_erased(self._rows, self._stamp, table, self._rows.resolve(entry.id), why="asked", mark=None)
            self._erased = Erased(self._rows)
            return True
        day = self._fields.as_of.get(table) or self._fields.day
        same = erased_before(self._rows, table, new, day=day) if self._rows.get(table, entry.id) is None else None
        if same is not None:
            self._rows.alias(table, entry.id, same)
        return same is not None

    def _responsibility(self, child: ChildLink, guardian_id: str) -> None:
        pupil = self._rows.get("pupils", child.pupil_id)
        if pupil is None or self._erased.record(pupil["id"]):
            return
        known = self._links.get((pupil["id"], guardian_id))
        if known is None:
            self._links[(pupil["id"], guardian_id)] = self._rows.add(
                "responsibilities", child.responsibility_id, pupil_id=pupil["id"], guardian_id=guardian_id,
                **self._access(pupil["id"], guardian_id),
            )  # fmt: skip
            return
        self._rows.alias("responsibilities", child.responsibility_id, known["id"])
        self._rows.change("responsibilities", known["id"], ended_on=None)

    def _access(self, pupil_id: str, guardian_id: str) -> Row:
        """Full, unless somebody of that very name had less: a second record of a person opens no closed door."""
        if (limited := closed_by(self._rows, pupil_id, guardian_id)) is not None:
            return limited
        name = pupil_name(self._rows.need("guardians", guardian_id))
        for other_pupil, other_id in self._closed:
            link = self._links[(other_pupil, other_id)]
            other = self._rows.get("guardians", other_id)
            if other_pupil == pupil_id and other is not None and pupil_name(other) == name:
                return {column: link[column] for column in ("access", "access_reason", "access_since")}
        return {"access": Access.FULL.value}

    def _account(self, entry: GuardianEntry, guardian: Row) -> None:
        known = self._accounts.get(guardian["id"])
        if known is not None:
            self._rows.alias("accounts", entry.account_id, known)
            return
        self._rows.add(
            "accounts", entry.account_id, guardian_id=guardian["id"], state=AccountState.NOT_NOTIFIED.value,
            origin=AccountOrigin.UNKNOWN.value,
        )  # fmt: skip
        self._accounts[guardian["id"]] = entry.account_id

    def _merge(self, table: str, row: Row, changes: dict[str, tuple[str | None, str | None]], *, ending: str) -> Row:
        moved: dict[str, str | None] = {}
        for name, (seen, new) in changes.items():
            if row[name] == new:
                continue
            if row[name] != seen:
                self._clash(table, row, name, new)
            else:
                moved[name] = new
        self._tell_replaced(table, row, moved)
        back = {**settle_corrections(row, moved), ending: None}
        return self._rows.change(table, row["id"], **{name: back[name] for name in (*moved, "corrections", ending)})

    def _tell_replaced(self, table: str, row: Row, moved: dict[str, str | None]) -> None:
        """ONDE has moved on from a value that somebody had corrected: the correction ends, its author must see it."""
        for name, entry in (row["corrections"] or {}).items():
            if name in moved and moved[name] != entry["value"]:
                clash = Clash(table, row["id"], name, moved[name], entry["value"], self._stamp.author, entry["by"])
                put_clash(self._rows, self._stamp, clash, kind="correction_replaced")

    def _clash(self, table: str, row: Row, field: str, new: Any) -> None:
        clash = Clash(table, row["id"], field, kept=row[field], lost=new, lost_author=self._stamp.author)
        put_clash(self._rows, self._stamp, clash, kind="import_stale")

    def _departures(self) -> None:
        """Mark who is gone, unless a file extracted later came in since the director's preview."""
        fields, day = self._fields, self._fields.day
        for kind, gone in (
            ("pupils", {"pupils": fields.gone_pupils, "classrooms": fields.gone_classrooms}),
            ("guardians", {"guardians": fields.gone_guardians, "responsibilities": fields.ended_links}),
        ):
            here = [
                (table, row["id"]) for table, ids in gone.items() for row_id in ids
                if (row := self._rows.get(table, row_id)) is not None and row[ENDINGS[table]] is None
            ]  # fmt: skip
            if here and self._is_overtaken(kind):
                put_overtaken(self._rows, self._stamp, kind, len(here))
                continue
            for table, row_id in here:
                self._rows.change(table, row_id, **{ENDINGS[table]: day})

    def _is_overtaken(self, kind: str) -> bool:
        known = known_extractions(self._rows).get(kind)
        return is_older(self._fields.as_of.get(kind), known) and is_older(self._fields.seen_as_of.get(kind, "0"), known)


def _is_whole(new: dict[str, str | None]) -> bool:
    """Whether the values are enough for a record; a mere change of one that is not here is not."""
    return bool(new.get("last_name")) and bool(new.get("first_name"))


def _undo_line(change: Change) -> tuple[str, str, dict[str, tuple[Any, Any]] | None]:
    if change.before is None:
        return change.table, change.row_id, None
    before = change.before
    moved = {name: (before[name], value) for name, value in change.after.items() if before[name] != value}
    return change.table, change.row_id, moved


def undo_import(fields: UndoImportFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``import.annuler``: put back what the import changed, end what it created; nothing is erased.

    Raises Refused where it is undone already, where something newer rests on it (a later import, a notified account), or
    where it is so old that the values before it are no longer kept.
    What changed otherwise since stays, and is put on « À revoir ».
    """
    done = rows.need("imports", fields.import_id)
    check_undo(done, rows, others=rows.all("imports"))
    for table, row_id, moved in reversed(done["before"] or []):
        row = rows.get(table, row_id)
        if row is None:
            continue
        if moved is None:
            ending = ENDINGS.get(table)
            if ending is not None and row[ending] is None:
                rows.change(table, row["id"], **{ending: stamp.at[:10]})
        else:
            _put_back(rows, stamp, table, row, moved)
    rows.change("imports", done["id"], undone_at=stamp.at)


def _put_back(rows: SchoolRows, stamp: Stamp, table: str, row: Row, moved: dict[str, tuple[Any, Any]]) -> None:
    values: Row = {}
    for name, (before, after) in moved.items():
        if name == "seq":
            continue
        if row[name] == after:
            values[name] = before
        elif row[name] != before:
            clash = Clash(table, row["id"], name, kept=row[name], lost=before, lost_author=stamp.author)
            put_clash(rows, stamp, clash, kind="undo_blocked")
    rows.change(table, row["id"], **values)


def check_undo(done: Row, rows: SchoolRows, *, others: Sequence[Row]) -> None:
    """Raise Refused where an import cannot be undone; ``others`` are the school's imports, this one among them."""
    if done["undone_at"] is not None:
        raise Refused("already_undone", "Cet import a déjà été annulé.")
    if done["before"] is None:
        raise Refused(
            "undo_too_old",
            "Cet import est trop ancien\u00a0: les valeurs d’avant ne sont plus gardées, rien n’est annulé.",
        )
    if any(other["undone_at"] is None and other["at"] > done["at"] for other in others):
        raise Refused(
            "undo_not_last", "Un import plus récent s’appuie sur celui-ci\u00a0: annulez d’abord le plus récent."
        )
    made = {row_id for table, row_id, moved in done["before"] or [] if table == "accounts" and moved is None}
    notified = sum(
        row["id"] in made and row["state"] != AccountState.NOT_NOTIFIED.value for row in rows.all("accounts")
    )
    if notified:
        raise Refused(
            "undo_notified",
            f"Des comptes créés par cet import ont déjà été notifiés ({notified})\u00a0: il ne peut plus être annulé. "
            "Importez plutôt des fichiers à jour.",
        )
