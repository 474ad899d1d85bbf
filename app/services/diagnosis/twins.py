"""The other records of a guardian, as « Doublons » has them: the name that the portal compares, or signs that say so.

A record of which it was said that it is another person's is none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from app.models.corrections import effective
from app.models.names import first_name_keys, surname_key
from app.models.tables import Row
from app.services.duplicates.evidence import Surroundings
from app.services.duplicates.people import Person, School, people_of
from app.services.duplicates.quick import are_apart, is_doubtful, keys_of, said_apart
from app.services.records.rows import SchoolRows

Fetch = Callable[[str, str, str], list[Row]]
"""(table, column, value) to rows."""
OF_GUARDIANS = ("id", "last_name", "usage_name", "first_name", "mobile", "email", "corrections", "gone_on", "limited")


class Twins:
    """The standing accounts of a school by what brings two records together."""

    def __init__(self, rows: SchoolRows, fetch: Fetch, accounts: Iterable[Row], guardians: dict[str, Row]) -> None:
        self._rows, self._fetch = rows, fetch
        self._by_name: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._by_key: dict[str, list[Row]] = defaultdict(list)
        for account in accounts:
            guardian = guardians.get(account["guardian_id"])
            for name in names_of(guardian) if guardian else ():
                self._by_name[name].append(account)
            for key in keys_of(guardian) if guardian else ():
                self._by_key[key].append(account)

    def of(self, account: Row, guardian: Row) -> tuple[Row, ...]:
        """The accounts of the other records of an account's owner."""
        named = {other["id"]: other for name in names_of(guardian) for other in self._by_name.get(name, ())}
        near = {other["id"]: other for key in keys_of(guardian) for other in self._by_key.get(key, ())}
        for found in (named, near):
            found.pop(account["id"], None)
        asked = {other_id: other for other_id, other in near.items() if other_id not in named}
        told = self._judged(guardian, asked) if asked else {}
        return tuple(other for other in named.values() if not self._is_apart(guardian, other)) + tuple(told.values())

    def _is_apart(self, guardian: Row, other: Row) -> bool:
        return said_apart(guardian, self._rows.need("guardians", other["guardian_id"]))

    def _judged(self, guardian: Row, asked: dict[str, Row]) -> dict[str, Row]:
        """Those of whom more than a name says so."""
        people = self._people(frozenset({guardian["id"], *(other["guardian_id"] for other in asked.values())}))
        mine, around = people.get(guardian["id"]), Surroundings.of(list(people.values()))
        return {
            other_id: other
            for other_id, other in asked.items()
            if mine
            and (one := people.get(other["guardian_id"]))
            and not are_apart(mine, one)
            and is_doubtful(mine, one, around)
        }

    def _people(self, wanted: frozenset[str]) -> dict[str, Person]:
        """Some guardians with the families around them, grouped records among these."""
        ids = wanted | self._grouped_with(wanted)
        pupil_ids = {
            link["pupil_id"] for row_id in ids for link in self._fetch("responsibilities", "guardian_id", row_id)
        }
        links = [link for row_id in pupil_ids for link in self._fetch("responsibilities", "pupil_id", row_id)]
        ids |= {link["guardian_id"] for link in links}
        ids |= self._grouped_with(ids)
        accounts = [row for row_id in ids for row in self._fetch("accounts", "guardian_id", row_id)]
        found = School(
            self._rows.school_id, self._known("guardians", ids), links, self._known("pupils", pupil_ids), accounts
        )
        return {person.guardian_id: person for person in people_of(found, only=wanted)}

    def _grouped_with(self, guardian_ids: Iterable[str]) -> set[str]:
        """The guardians whose accounts stand, or stood, for these."""
        mine = [row for row_id in guardian_ids for row in self._fetch("accounts", "guardian_id", row_id)]
        under = [row for one in mine for row in self._fetch("accounts", "merged_into", one["id"])]
        above = self._known("accounts", {one["merged_into"] for one in mine if one["merged_into"]})
        return {row["guardian_id"] for row in (*under, *above)}

    def _known(self, table: str, ids: Iterable[str]) -> list[Row]:
        return [row for row_id in ids if (row := self._rows.get(table, row_id)) is not None]


def names_of(guardian: Row) -> set[tuple[str, str]]:
    """(surname, first name) by nom de famille and by nom d'usage, as the portal compares them."""
    first = first_name_keys(effective(guardian, "first_name"))[0]
    surnames = {surname_key(effective(guardian, field)) for field in ("last_name", "usage_name")} - {""}
    return {(surname, first) for surname in surnames}
