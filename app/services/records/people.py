"""Who is who: the rules by which a person of a file is found among the records (DESIGN, « Re-import »).

A pupil is found by INE, else by name and birth date; a guardian by exact folded name and a child, else by the same
children and one equal contact. The preview and the apply function share these rules, so they cannot disagree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz

from app.models.names import fold
from app.models.tables import Row
from app.services.records.rows import SchoolRows

CONTACTS = ("email", "mobile")
"""Contacts that are somebody's own; a home phone or an address is shared by both parents."""
CLOSE_NAMES = 75.0
"""Least likeness of first names (rapidfuzz ratio) for a corrected name: two parents who share a mailbox stay two."""


def pupil_name(values: Mapping[str, Any]) -> tuple[str, str]:
    """(folded family name, folded first name)."""
    return fold(values.get("last_name") or ""), fold(values.get("first_name") or "")


@dataclass(slots=True)
class PeopleIndex:
    """The pupils and guardians of a school, indexed by what they are recognised by."""

    by_ine: dict[str, Row] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))
    guardians: dict[tuple[str, str], list[Row]] = field(default_factory=lambda: defaultdict(list))
    children: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    parents: dict[str, dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, rows: SchoolRows) -> PeopleIndex:
        """The index of everybody in a school, those who left included: they may come back. Not of who was erased."""
        index = cls()
        for pupil in rows.all("pupils"):
            if pupil["last_name"]:
                index.add_pupil(pupil)
        guardians = {row["id"]: row for row in rows.all("guardians") if row["last_name"]}
        for link in rows.all("responsibilities"):
            index.children[link["guardian_id"]].add(link["pupil_id"])
            if link["guardian_id"] in guardians:
                index.parents[link["pupil_id"]][link["guardian_id"]] = guardians[link["guardian_id"]]
        for guardian in guardians.values():
            index.guardians[pupil_name(guardian)].append(guardian)
        return index

    def add_pupil(self, row: Row) -> None:
        """Enter a pupil, or her newer row."""
        if row["ine"]:
            self.by_ine[row["ine"]] = row
        _enter(self.by_name[pupil_name(row)], row)

    def add_guardian(self, row: Row, pupils: Iterable[str]) -> None:
        """Enter a guardian, or his newer row, and his children."""
        _enter(self.guardians[pupil_name(row)], row)
        for pupil_id in pupils:
            self.children[row["id"]].add(pupil_id)
            self.parents[pupil_id][row["id"]] = row

    def pupils_like(self, values: Mapping[str, Any]) -> list[Row]:
        """Every pupil that these values may mean. Two different INE are two pupils, whatever their names."""
        ine = values.get("ine")
        if ine and ine in self.by_ine:
            return [self.by_ine[ine]]
        born = values.get("birth_date")
        return [
            row
            for row in self.by_name.get(pupil_name(values), [])
            if not (ine and row["ine"]) and not (born and row["birth_date"] and born != row["birth_date"])
        ]

    def renumbered(self, values: Mapping[str, Any]) -> list[Row]:
        """Pupils of that very name and birth date under another INE."""
        born = values.get("birth_date")
        return [row for row in self.by_name.get(pupil_name(values), []) if born and row["birth_date"] == born]

    def guardians_like(self, values: Mapping[str, Any], pupils: Iterable[str]) -> list[Row]:
        """Every guardian that these values may mean. The same name at another address stays two records."""
        wanted = set(pupils)
        same_name = [row for row in self.guardians.get(pupil_name(values), []) if self.children[row["id"]] & wanted]
        if len(same_name) > 1:
            at_home = [row for row in same_name if fold(row["address"] or "") == fold(values.get("address") or "")]
            return at_home or same_name
        return same_name or self._same_children(values, wanted)

    def _same_children(self, values: Mapping[str, Any], wanted: set[str]) -> list[Row]:
        """Somebody whose name was corrected: the same children, an equal contact, and a first name that is close."""
        first = fold(values.get("first_name") or "")
        return [
            row
            for row in self.with_contact(values, wanted)
            if fuzz.ratio(fold(row["first_name"]), first) >= CLOSE_NAMES
        ]

    def with_contact(self, values: Mapping[str, Any], wanted: set[str]) -> list[Row]:
        """Guardians of exactly these children with one equal contact of their own, whatever their names."""
        own = {name: values[name] for name in CONTACTS if values.get(name)}
        if not own:
            return []
        candidates: dict[str, Row] = {}
        for pupil_id in wanted:
            candidates |= self.parents.get(pupil_id, {})
        return [
            row
            for row in candidates.values()
            if any(row[name] == value for name, value in own.items()) and self.children[row["id"]] == wanted
        ]


def _enter(rows: list[Row], row: Row) -> None:
    for place, known in enumerate(rows):
        if known["id"] == row["id"]:
            rows[place] = row
            return
    rows.append(row)
