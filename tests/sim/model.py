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


@dataclass
class Model:
    """``values`` are ONDE's, ``corrections`` people's, as {field: (value, act)}; ``owed`` are the items to review."""

    aliases: Mapping[str, str]
    values: dict[Key, dict[str, Any]] = field(default_factory=dict)
    corrections: dict[Key, dict[str, tuple[Any, str]]] = field(default_factory=dict)
    places: dict[Key, str] = field(default_factory=dict)
    links: set[Key] = field(default_factory=set)
    imports: dict[str, tuple[Moves, set[Key]]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)
    owed: set[tuple[str, str, str | None]] = field(default_factory=set)
    notified: dict[str, int] = field(default_factory=dict)
    batches: set[str] = field(default_factory=set)
    sheets: set[str] = field(default_factory=set)
    resets: set[tuple[str, str]] = field(default_factory=set)
    """(act, sheet): each is a sheet, or an item to review where its account had nothing to reset."""
    access: dict[str, str] = field(default_factory=dict)
    protected: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _moves: Moves = field(default_factory=dict)

    def tell(self, acts: Sequence[Row]) -> Model:
        """Read the accepted acts of a log, in its order."""
        readers = {
            "import.appliquer": self._import, "import.annuler": self._undo, "responsable.corriger": self._correct,
            "eleve.corriger": self._correct, "compte.notifier": self._notify, "compte.reinitialiser": self._reset,
            "acces.regler": self._access, "eleve.proteger": self._protect, "responsable.souhait": self._wish,
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
        corrections = dict(self.corrections.get(key, {}))
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
                corrections[name] = (new, act["id"])
        self.corrections[key] = corrections

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

    def _access(self, act: Row, fields: dict[str, Any]) -> None:
        link = self.who(fields["responsibility_id"])
        present, wanted = self.access.get(link, STRICTNESS[0]), fields["access"]
        if present not in (fields["seen"], wanted):
            self.owed.add((act["id"], link, "access"))
            wanted = max(present, wanted, key=STRICTNESS.index)
        self.access[link] = wanted

    def _protect(self, act: Row, fields: dict[str, Any]) -> None:
        pupil = self.who(fields["pupil_id"])
        present, seen, wanted = self.protected.get(pupil), self._those(fields["seen"]), self._those(fields["knows"])
        if present not in (seen, wanted):
            self.owed.add((act["id"], pupil, "protection"))
            known = [who for who in (present, wanted) if who is not None]
            wanted = frozenset.intersection(*known)
        self.protected[pupil] = wanted

    def _those(self, ids: list[str] | None) -> frozenset[str] | None:
        return None if ids is None else frozenset(self.who(one) for one in ids)

    def _wish(self, act: Row, fields: dict[str, Any]) -> None:
        guardian = self.who(fields["guardian_id"])
        values = self.values[("guardians", guardian)]
        if values.get("wish") not in (fields["seen"], fields["wish"]):
            self.owed.add((act["id"], guardian, "wish"))
        values["wish"] = fields["wish"]
