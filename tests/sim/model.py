"""The school in memory, told again from the server's log alone: what every count and every value must be.

It shares no code with the apply functions. It knows who won an identity (the aliases) and reads the acts in the order
of the log; it says what the records must hold, and which acts must have left an item on « À revoir ».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.models.tables import Row

NEVER_ALONE = {"birth_date", "access", "ine"}
TABLES = {"responsable.corriger": "guardians", "eleve.corriger": "pupils"}
ENDS = {"pupils": "left_on", "guardians": "gone_on", "enrolments": "ended_on"}
STRICTNESS = ("full", "paper", "none")
Key = tuple[str, str]
Cell = tuple[str, str, str]
Moves = dict[Cell, tuple[Any, Any]]
Entry = tuple[Any, str, Any]
Right = tuple[Any, str | None]
"""(what is allowed, what else stands with it): the day of an access, the author of a protection."""
Place = tuple[str, int]
"""(pupil, period): a livret has one bilan there."""


@dataclass
class Traced:
    """What one act changed: {(of what, record, field): (before, after)}; ``marked`` are the acts that it undid."""

    moves: Moves
    marked: list[str] = field(default_factory=list)
    undone: bool = False


@dataclass
class Model:
    """``values`` are ONDE's, ``corrections`` people's, as {field: (value, whose, ONDE's)}; ``owed`` are the items to review."""

    aliases: Mapping[str, str]
    values: dict[Key, dict[str, Any]] = field(default_factory=dict)
    corrections: dict[Key, dict[str, Entry]] = field(default_factory=dict)
    places: dict[Key, str] = field(default_factory=dict)
    links: set[Key] = field(default_factory=set)
    imports: dict[str, tuple[Moves, set[Key]]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    owed: set[tuple[str, str, str | None]] = field(default_factory=set)
    notified: dict[str, int] = field(default_factory=dict)
    mails: dict[str, tuple[str, str]] = field(default_factory=dict)
    """(act, account) of each mail that notifies: it is a delivery, or an item to review where none could leave."""
    resent: set[str] = field(default_factory=set)
    batches: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)
    resets: set[tuple[str, str]] = field(default_factory=set)
    """(act, sheet): each is a sheet, or an item to review where its account had nothing to reset."""
    access: dict[str, Right] = field(default_factory=dict)
    protected: dict[str, Right] = field(default_factory=dict)
    bilans: dict[Place, set[str]] = field(default_factory=dict)
    """The documents that were imported for each place of a livret."""
    shown: dict[str, str | None] = field(default_factory=dict)
    """{bilan: the day of its publication}."""
    grouped: set[str] = field(default_factory=set)
    """Guardians whom somebody took for one and the same: one account stands, or stood, for another."""
    traced: dict[str, Traced] = field(default_factory=dict)
    _moves: Moves = field(default_factory=dict)

    def tell(self, acts: Sequence[Row]) -> Model:
        """Read the accepted acts of a log, in its order."""
        readers = {
            "compte.notifier_mail": self._notify_by_mail, "compte.renvoyer": self._resend,
            "import.appliquer": self._import, "import.annuler": self._undo, "responsable.corriger": self._correct,
            "eleve.corriger": self._correct, "compte.notifier": self._notify, "compte.reinitialiser": self._reset,
            "acces.regler": self._access, "eleve.proteger": self._protect, "responsable.souhait": self._wish,
            "acte.annuler": self._undo_act, "bilan.importer": self._bring_bilans, "bilan.publier": self._publish,
            "doublon.regrouper": self._group,
        }  # fmt: skip
        for act in acts:
            reader = readers.get(act["kind"])
            if reader is not None and act["verdict"] in ("accepted", "conflict"):
                reader(act, act["fields"])
        return self

    def who(self, one: str) -> str:
        """The id under which a record lives."""
        seen = set()
        while one in self.aliases and one not in seen:
            seen.add(one)
            one = self.aliases[one]
        return one

    def effective(self, key: Key, name: str) -> Any:
        """The value that counts."""
        found = self.corrections.get(key, {}).get(name)
        return found[0] if found else self.values[key].get(name)

    def _import(self, act: Row, fields: dict[str, Any]) -> None:
        created: set[Key] = set()
        self._moves = {}
        for table in ("pupils", "guardians"):
            for entry in fields[table]:
                if not self._record(table, entry, act, created):
                    continue
                if table == "pupils" and entry["placed"]:
                    self._place(entry, self.who(fields["year"]["id"]), act, created)
                elif table == "guardians":
                    self.links |= self._children(entry)
        for table in ("pupils", "guardians"):
            for one in fields[f"gone_{table}"]:
                key = (table, self.who(one))
                if key in self.values and self.values[key].get(ENDS[table]) is None:
                    self._move(key, ENDS[table], fields["day"])
        self.imports[fields["import_id"]] = (self._moves, created)

    def _record(self, table: str, entry: dict[str, Any], act: Row, created: set[Key]) -> bool:
        """Enter one record; False for a change of one that is not there."""
        key = (table, self.who(entry["id"]))
        if key not in self.values:
            new = {name: value for name, (_, value) in entry["changes"].items()}
            if not (new.get("last_name") and new.get("first_name")):
                self.owed.add((act["id"], entry["id"], None))
                return False
            created.add(key)
            self.values[key] = new
            return True
        for name, (seen, new) in entry["changes"].items():
            current = self.values[key].get(name)
            if current == new:
                continue
            if current != seen:
                self.owed.add((act["id"], key[1], name))
                continue
            self._move(key, name, new)
            self._drop_correction(key, name, new, act)
        self._move(key, ENDS[table], None)
        return True

    def _drop_correction(self, key: Key, name: str, new: Any, act: Row) -> None:
        before = self.corrections.get(key, {})
        if name in before:
            if before[name][0] != new:
                self.owed.add((act["id"], key[1], name))
            after = {other: entry for other, entry in before.items() if other != name}
            self._moves[(*key, "corrections")] = (self._first((*key, "corrections"), before), after)
            self.corrections[key] = after

    def _move(self, key: Key, name: str, new: Any) -> None:
        before = self.values[key].get(name)
        if before != new:
            self._moves[(*key, name)] = (self._first((*key, name), before), new)
            self.values[key][name] = new

    def _first(self, cell: Cell, before: Any) -> Any:
        return self._moves[cell][0] if cell in self._moves else before

    def _place(self, entry: dict[str, Any], year: str, act: Row, created: set[Key]) -> None:
        pupil, room = self.who(entry["id"]), self._room(entry["classroom_id"])
        known = self.places.get((pupil, year))
        if known is None:
            key = ("enrolments", entry["enrolment_id"])
            created.add(key)
            self.values[key] = {"classroom_id": room}
            self.places[(pupil, year)] = key[1]
            return
        key = ("enrolments", known)
        if self.values[key]["classroom_id"] not in (self._room(entry["seen_classroom_id"]), room):
            self.owed.add((act["id"], known, "classroom_id"))
        else:
            self._move(key, "classroom_id", room)

    def _room(self, one: str | None) -> str | None:
        return self.who(one) if one else None

    def _children(self, entry: dict[str, Any]) -> set[Key]:
        pupils = [self.who(child["pupil_id"]) for child in entry["children"]]
        return {(pupil, self.who(entry["id"])) for pupil in pupils if ("pupils", pupil) in self.values}

    def _undo(self, act: Row, fields: dict[str, Any]) -> None:
        self.undone.add(fields["import_id"])
        moves, created = self.imports[fields["import_id"]]
        for table, one in created:
            if self.values[(table, one)].get(ENDS[table]) is None:
                self.values[(table, one)][ENDS[table]] = act["received_at"][:10]
        self.places = {cell: one for cell, one in self.places.items() if ("enrolments", one) not in created}
        for (table, one, name), (before, after) in moves.items():
            if before == after or (table, one) in created:
                continue
            if name == "corrections":
                self.corrections[(table, one)] = self._put_back(
                    (act["id"], one, name), self.corrections.get((table, one), {}), before, after
                )
            else:
                values = self.values[(table, one)]
                values[name] = self._put_back((act["id"], one, name), values.get(name), before, after)

    def _put_back(self, owed: tuple[str, str, str], current: Any, before: Any, after: Any) -> Any:
        if current == after:
            return before
        if current != before:
            self.owed.add(owed)
        return current

    def _correct(self, act: Row, fields: dict[str, Any]) -> None:
        key = (TABLES[act["kind"]], self.who(fields["record_id"]))
        before = self.corrections.get(key, {})
        corrections = dict(before)
        for name, (seen, new) in fields["changes"].items():
            current = self.effective(key, name)
            if current == new:
                continue
            if current != seen:
                self.owed.add((act["id"], key[1], name))
                if name in NEVER_ALONE:
                    continue
            if new == self.values[key].get(name):
                corrections.pop(name, None)
            else:
                whose = f"{act['author']} {act['received_at']}"
                corrections[name] = (new, whose, self.values[key].get(name))
        self.corrections[key] = corrections
        moved = [name for name in sorted({*before, *corrections}) if before.get(name) != corrections.get(name)]
        moves = {(*key, name): (before.get(name), corrections.get(name)) for name in moved}
        self.traced[act["id"]] = Traced(moves)

    def _notify(self, act: Row, fields: dict[str, Any]) -> None:
        self.batches.add(fields["batch"]["id"])
        for sheet in fields["sheets"]:
            if ("guardians", self.who(sheet["guardian_id"])) in self.values and sheet["sheet_id"] not in self.sheets:
                self.sheets.add(sheet["sheet_id"])
                account = self.who(sheet["account_id"])
                self.notified[account] = self.notified.get(account, 0) + 1

    def _reset(self, act: Row, fields: dict[str, Any]) -> None:
        self.batches.add(fields["batch"]["id"])
        self.resets |= {(act["id"], sheet["sheet_id"]) for sheet in fields["sheets"]}

    def _notify_by_mail(self, act: Row, fields: dict[str, Any]) -> None:
        for mail in fields["mails"]:
            self.mails.setdefault(mail["delivery_id"], (act["id"], mail["account_id"]))

    def _resend(self, act: Row, fields: dict[str, Any]) -> None:
        self.resent.add(fields["delivery_id"])

    def _access(self, act: Row, fields: dict[str, Any]) -> None:
        link = self.who(fields["responsibility_id"])
        before = self.access.get(link, (STRICTNESS[0], None))
        present, wanted = before[0], fields["access"]
        if present not in (fields["seen"], wanted):
            self.owed.add((act["id"], link, "access"))
            wanted = max(present, wanted, key=STRICTNESS.index)
            if wanted == present:
                self.traced[act["id"]] = Traced({})
                return
        self.access[link] = (wanted, fields["since"])
        self._note(act, ("access", link, "access"), before, self.access[link])

    def _protect(self, act: Row, fields: dict[str, Any]) -> None:
        pupil = self.who(fields["pupil_id"])
        before = self.protected.get(pupil, (None, None))
        present, seen, wanted = before[0], self._those(fields["seen"]), self._those(fields["knows"])
        if present not in (seen, wanted):
            self.owed.add((act["id"], pupil, "protection"))
            wanted = _both(present, wanted)
        if wanted != present:
            self.protected[pupil] = (wanted, act["author"] if wanted is not None else None)
        self._note(act, ("protection", pupil, "protection"), before, self.protected.get(pupil, before))

    def _note(self, act: Row, cell: Cell, before: Any, after: Any) -> None:
        self.traced[act["id"]] = Traced({cell: (before, after)} if before != after else {})

    def _bring_bilans(self, act: Row, fields: dict[str, Any]) -> None:
        for line in fields["reports"]:
            pupil = self.who(line["pupil_id"])
            if ("pupils", pupil) in self.values:
                self.bilans.setdefault((pupil, line["period_index"]), set()).add(line["document"])
                self.shown.setdefault(self.who(line["report_id"]), None)

    def _group(self, act: Row, fields: dict[str, Any]) -> None:
        self.grouped |= {self.who(fields["guardian_id"]), self.who(fields["other_id"])}

    def _publish(self, act: Row, fields: dict[str, Any]) -> None:
        known = {one for one in map(self.who, fields["report_ids"]) if one in self.shown}
        moves: Moves = {("shown", one, "published_on"): (self.shown[one], fields["on"]) for one in known}
        self.traced[act["id"]] = Traced({cell: move for cell, move in moves.items() if move[0] != move[1]})
        self.shown |= dict.fromkeys(known, fields["on"])

    def _undo_act(self, act: Row, fields: dict[str, Any]) -> None:
        """Put back what an act changed, where nobody decided otherwise since; the undoing can be undone in its turn."""
        undone = self.traced.get(fields["act_id"])
        mine = self.traced[act["id"]] = Traced({})
        if undone is None or undone.undone:
            return
        for cell, (before, after) in undone.moves.items():
            present = self._present(cell)
            wanted = self._back(act, cell, present, before, after)
            if wanted != present:
                self._set(cell, wanted)
                mine.moves[cell] = (present, wanted)
        for one in undone.marked:
            self.traced[one].undone = False
        if mine.moves or undone.marked or not undone.moves:
            undone.undone = True
            mine.marked.append(fields["act_id"])

    def _back(self, act: Row, cell: Cell, present: Any, before: Any, after: Any) -> Any:
        """What one cell holds after the undoing."""
        what, record, name = cell
        corrected = what in ENDS
        moved_on = corrected and before is not None and before[2] != self.values[(what, record)].get(name)
        if present == after and not moved_on:
            return before
        if _essence(what, present) == _essence(what, before):
            return present
        self.owed.add((act["id"], record, name))
        if what == "access":
            return (
                max(before, present, key=lambda right: STRICTNESS.index(right[0]))
                if before[0] != present[0]
                else present
            )
        if what == "protection" and before[0] is not None:
            kept = _both(before[0], present[0])
            return present if kept == present[0] else (kept, before[1])
        return present

    def _present(self, cell: Cell) -> Any:
        what, record, name = cell
        if what == "access":
            return self.access.get(record, (STRICTNESS[0], None))
        if what == "protection":
            return self.protected.get(record, (None, None))
        if what == "wish":
            return self.values[("guardians", record)].get("wish")
        if what == "shown":
            return self.shown[record]
        return self.corrections.get((what, record), {}).get(name)

    def _set(self, cell: Cell, value: Any) -> None:
        what, record, name = cell
        if what == "access":
            self.access[record] = value
        elif what == "protection":
            self.protected[record] = value
        elif what == "wish":
            self.values[("guardians", record)]["wish"] = value
        elif what == "shown":
            self.shown[record] = value
        else:
            kept = {one: entry for one, entry in self.corrections.get((what, record), {}).items() if one != name}
            self.corrections[(what, record)] = {**kept, name: value} if value is not None else kept

    def _those(self, ids: list[str] | None) -> frozenset[str] | None:
        return None if ids is None else frozenset(self.who(one) for one in ids)

    def _wish(self, act: Row, fields: dict[str, Any]) -> None:
        guardian = self.who(fields["guardian_id"])
        values = self.values[("guardians", guardian)]
        if values.get("wish") not in (fields["seen"], fields["wish"]):
            self.owed.add((act["id"], guardian, "wish"))
        self._note(act, ("wish", guardian, "wish"), values.get("wish"), fields["wish"])
        values["wish"] = fields["wish"]


def _both(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """Protected rather than not, and known to those whom both name."""
    known = [who for who in (one, other) if who is not None]
    return frozenset.intersection(*known) if known else None


def _essence(what: str, value: Any) -> Any:
    return value if what in ("wish", "shown") or value is None else value[0]
