"""Who may be whom, without reading schools: keyed hashes of the names and mobiles that schools have of their guardians.

Written in the transaction that changes a school's rows (docs/adr/0014-portal-rooms.md, « Who may be whom »). Names are
folded, their spaces dropped; a guardian is found by nom de naissance or nom d'usage, by all first names or the first.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.models.contacts import read_mobile
from app.models.corrections import effective
from app.models.names import fold
from app.models.states import Access
from app.models.tables import Row
from app.models.tables import schools as school_table
from app.server.database import Database
from app.server.sync import heads
from app.server.tables import guardian_keys
from app.services.records.protection import hides
from app.services.records.rows import Change, SchoolRows

Ref = tuple[str, str]
"""(school id, account id)."""
MOST = 200
"""Accounts of one name or one number that are looked at: beyond, nobody is told apart anyway."""
_AT_ONCE = 400
_TOLD_BY = {
    "guardians": ("last_name", "usage_name", "first_name", "mobile", "corrections", "gone_on"),
    "accounts": ("guardian_id", "mobile"),
    "responsibilities": ("guardian_id", "pupil_id", "access", "ended_on"),
    "pupils": ("left_on", "protection", "birth_date", "corrections"),
}
"""The columns that the index stands on."""


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a name and a number mean. ``matches`` is empty where the number is ``shared``.

    ``closed``: name and number are right, and the school shows nothing on line. ``named``: every account of that name,
    ``numbered`` of that number.
    """

    matches: tuple[Ref, ...]
    closed: tuple[Ref, ...]
    named: tuple[Ref, ...]
    numbered: tuple[Ref, ...]
    shared: bool


@dataclass(frozen=True, slots=True)
class GuardianIndex:
    """Keeps the hashes up to date, and looks names and numbers up."""

    key: bytes

    def follow(self, connection: Connection, rows: SchoolRows) -> None:
        """Write what the changes not yet flushed mean; call it right before ``rows.flush``."""
        concerned = _Concerned(rows)
        for change in rows.changes():
            concerned.note(change)
        if account_ids := concerned.account_ids():
            self._write(connection, rows, account_ids)

    def rebuild(self, connection: Connection, *, school_id: str) -> int:
        """Write a school's keys anew; returns the number of accounts. The caller holds the school's head."""
        rows = SchoolRows(connection, school_id)
        connection.execute(delete(guardian_keys).where(guardian_keys.c.school_id == school_id))
        return self._insert(connection, rows, {row["id"] for row in rows.all("accounts")})

    def find(
        self, connection: Connection, *, last_name: str, first_name: str, mobile: str | None, usage_name: str = ""
    ) -> Found:
        """Whom this name and this number (E.164) mean; two queries, whatever they find."""
        names = {name for one in (last_name, usage_name) for name in self._asked(one, first_name)}
        number = self._hash("mobile", mobile) if mobile else "-"
        keys = guardian_keys.c
        same_number = _by_account(connection, keys.mobile_hash == number)
        same_name = _by_account(connection, keys.name_hash.in_(sorted(names) or ["-"]))
        mine = {ref: known for ref, known in same_number.items() if known.names & names}
        ours = set[str]().union(*(known.names for known in mine.values()))
        shared = any(not known.names & ours for ref, known in same_number.items() if ref not in mine)
        right = () if shared else tuple(sorted(mine))
        return Found(
            matches=tuple(ref for ref in right if mine[ref].open), closed=tuple(ref for ref in right if not mine[ref].open),
            named=tuple(sorted(same_name)), numbered=tuple(sorted(same_number)), shared=bool(mine) and shared,
        )  # fmt: skip

    def numbered(self, connection: Connection, mobile: str | None) -> tuple[Ref, ...]:
        """Every account of a number (E.164); one query, whatever it finds."""
        number = self._hash("mobile", mobile) if mobile else "-"
        return tuple(sorted(_by_account(connection, guardian_keys.c.mobile_hash == number)))

    def mark_of_contact(self, contact: str) -> str:
        """What counts the tries of one number or address, without keeping it."""
        return self._hash("contact", contact)

    def mark(self, *, last_name: str, first_name: str) -> str:
        """What counts the tries of one name, without keeping the name."""
        return self._hash("tries", _surname(last_name), _first_names(first_name)[0])

    def _write(self, connection: Connection, rows: SchoolRows, account_ids: set[str]) -> None:
        ids = sorted(account_ids)
        for start in range(0, len(ids), _AT_ONCE):
            some = guardian_keys.c.account_id.in_(ids[start : start + _AT_ONCE])
            connection.execute(delete(guardian_keys).where(guardian_keys.c.school_id == rows.school_id, some))
        self._insert(connection, rows, account_ids)

    def _insert(self, connection: Connection, rows: SchoolRows, account_ids: set[str]) -> int:
        keys = [
            key
            for account, guardian, is_open in _present(rows, account_ids)
            for key in self._keys(account, guardian, is_open)
        ]
        if keys:
            connection.execute(insert(guardian_keys), keys)
        return len(account_ids)

    def _keys(self, account: Row, guardian: Row, is_open: bool) -> Iterator[Row]:
        """One row a way of writing the name and a number: the school's, and the one that the parent verified."""
        read = (
            read_mobile(text, allow_fictional=True).e164 for text in (effective(guardian, "mobile"), account["mobile"])
        )
        numbers = {self._hash("mobile", number) for number in read if number} or {""}
        surnames = {_surname(effective(guardian, field)) for field in ("last_name", "usage_name")} - {""}
        whole, first = _first_names(effective(guardian, "first_name") or "")
        names = {self._hash("all", surname, whole) for surname in surnames if whole}
        names |= {self._hash("first", surname, first) for surname in surnames if first != whole}
        for name in names:
            for number in numbers:
                yield {"school_id": account["school_id"], "account_id": account["id"], "name_hash": name,
                       "mobile_hash": number, "open": is_open}  # fmt: skip

    def _asked(self, last_name: str, first_name: str) -> Iterator[str]:
        """The hashes that a typed name may have been kept under: the first of several first names matches alone."""
        surname, (whole, first) = _surname(last_name), _first_names(first_name)
        if surname and whole:
            yield self._hash("all", surname, whole)
            yield self._hash("first", surname, whole)
            yield self._hash("all", surname, first)

    def _hash(self, *parts: str) -> str:
        return hmac.digest(self.key, "|".join(parts).encode(), "sha256").hex()


def reindex(database: Database, index: GuardianIndex) -> int:
    """Write the keys of every school anew, each in its own transaction; returns the number of accounts."""
    with database.read() as connection:
        school_ids = connection.execute(select(school_table.c.id).order_by(school_table.c.id)).scalars().all()
    count = 0
    for school_id in school_ids:
        with database.write() as connection:
            heads.lock(connection, school_id)
            count += index.rebuild(connection, school_id=school_id)
    return count


@dataclass(slots=True)
class _Known:
    names: set[str]
    open: bool


def _by_account(connection: Connection, condition: Any) -> dict[Ref, _Known]:
    """The accounts that a condition finds, each with every way of its name."""
    keys = guardian_keys.c
    accounts = select(keys.school_id, keys.account_id).where(condition).distinct().limit(MOST).subquery()
    statement = select(keys.school_id, keys.account_id, keys.name_hash, keys.open).join(
        accounts, (accounts.c.school_id == keys.school_id) & (accounts.c.account_id == keys.account_id)
    )
    found: dict[Ref, _Known] = {}
    for school_id, account_id, name, is_open in connection.execute(statement):
        found.setdefault((school_id, account_id), _Known(set(), bool(is_open))).names.add(name)
    return found


def _surname(text: str | None) -> str:
    return fold(text or "").replace(" ", "")


def _first_names(text: str) -> tuple[str, str]:
    """All first names as one word, and the first of them."""
    words = fold(text).split(" ")
    return "".join(words), words[0]


class _Concerned:
    """Collects whose keys some changes move."""

    def __init__(self, rows: SchoolRows) -> None:
        self._rows = rows
        self._accounts: set[str] = set()
        self._guardians: set[str] = set()
        self._pupils: set[str] = set()

    def note(self, change: Change) -> None:
        columns, before = _TOLD_BY.get(change.table, ()), change.before or {}
        if all(before.get(name) == change.after[name] for name in columns):
            return
        if change.table == "accounts":
            self._accounts.add(change.row_id)
        elif change.table == "guardians":
            self._guardians.add(change.row_id)
        elif change.table == "responsibilities":
            self._guardians |= {row["guardian_id"] for row in (change.before, change.after) if row}
        elif change.before is not None:  # a new pupil counts by those who follow her
            self._pupils.add(change.row_id)

    def account_ids(self) -> set[str]:
        rows = self._rows
        rows.expect(len(self._pupils) + len(self._guardians), "responsibilities", "accounts")
        if self._pupils:
            self._guardians |= {
                link["guardian_id"] for link in _where(rows, "responsibilities", "pupil_id", self._pupils)
            }
        return self._accounts | {row["id"] for row in _where(rows, "accounts", "guardian_id", self._guardians)}


def _where(rows: SchoolRows, table: str, column: str, wanted: Iterable[str]) -> list[Row]:
    """The rows of a table by one column: one pass where there are many, else one query each."""
    values = set(wanted)
    rows.expect(len(values), table)
    if len(values) > 20:
        return [row for row in rows.all(table) if row[column] in values]
    return [row for value in sorted(values) for row in rows.where(table, **{column: value})]


def _present(rows: SchoolRows, account_ids: set[str]) -> Iterator[tuple[Row, Row, bool]]:
    """(account, guardian, whether there is something to show on line) of those who have a child in the school."""
    rows.expect(len(account_ids), "accounts", "guardians", "responsibilities", "pupils")
    accounts = [row for account_id in sorted(account_ids) if (row := rows.get("accounts", account_id))]
    links: dict[str, list[Row]] = {}
    for link in _where(rows, "responsibilities", "guardian_id", (row["guardian_id"] for row in accounts)):
        links.setdefault(link["guardian_id"], []).append(link)
    for account in accounts:
        guardian = rows.get("guardians", account["guardian_id"])
        living = list(_children(rows, links.get(account["guardian_id"], [])))
        if guardian is not None and guardian["gone_on"] is None and living:
            yield account, guardian, any(is_offered(rows, link, pupil) for link, pupil in living)


def _children(rows: SchoolRows, links: list[Row]) -> Iterator[tuple[Row, Row]]:
    for link in links:
        pupil = rows.get("pupils", link["pupil_id"])
        if link["ended_on"] is None and pupil is not None and pupil["left_on"] is None:
            yield link, pupil


def is_offered(rows: SchoolRows, link: Row, pupil: Row) -> bool:
    """Whether a child may be named to who proves to be this guardian: seen on line, not hidden, with a date to ask for."""
    return bool(
        link["access"] == Access.FULL and effective(pupil, "birth_date") and not hides(rows, pupil, link["guardian_id"])
    )
