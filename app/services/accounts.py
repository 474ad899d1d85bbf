"""« Responsables »: one line for each pupil and guardian, found and sorted in memory (arena.md, Responsables).

Names are folded once, when the list is read; a keystroke is one pass over a list of strings. The list is a picture of
the vault at one moment: it never waits for the disk, and is read anew when something has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import compress, repeat
from operator import contains
from typing import Any

from sqlalchemy import select

from app.models.codes import LEVELS
from app.models.corrections import effective
from app.models.deliveries import DeliveryState
from app.models.names import fold
from app.models.states import AccountOrigin, AccountState
from app.models.tables import Row, schools
from app.services.deliveries import latest_by_account
from app.services.desk import Desk
from app.services.records.rows import SchoolRows

NO_CLASS = "Sans classe"


class Mail(StrEnum):
    """The choices of « Adresse mail »: Arena's three, and those whose latest mail was refused or could not leave."""

    ALL = "all"
    WITH = "with"
    WITHOUT = "without"
    FAILING = "failing"


class Column(StrEnum):
    """The columns of the table that can be sorted, in Arena's order."""

    PUPIL = "pupil"
    CLASSROOM = "classroom"
    GUARDIAN = "guardian"
    LOGIN = "login"
    EMAIL = "email"
    ORIGIN = "origin"
    STATE = "state"
    NOTIFIED_ON = "notified_on"
    LAST_ACCESS_ON = "last_access_on"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One pupil and one of the guardians. Dates are ``YYYY-MM-DD``; ``email`` is the parent's own where verified."""

    pupil_id: str
    guardian_id: str
    account_id: str
    pupil: str
    classroom: str
    level: str | None
    guardian: str
    login: str | None
    email: str | None
    mobile: str | None
    origin: AccountOrigin
    state: AccountState
    notified_on: str | None
    last_access_on: str | None
    block: str | None
    pupil_key: str = field(repr=False)
    guardian_key: str = field(repr=False)
    delivery: DeliveryState | None = None
    """What became of the latest mail to one of his present addresses."""

    @property
    def search_key(self) -> str:
        """What a search looks into: both names, in both orders."""
        return f"{self.pupil_key}|{self.guardian_key}"


@dataclass(frozen=True, slots=True)
class Criteria:
    """What the band of criteria asks. None means everything, as when every box is ticked."""

    text: str = ""
    classrooms: frozenset[str] | None = None
    states: frozenset[AccountState] | None = None
    mail: Mail = Mail.ALL
    origins: frozenset[AccountOrigin] | None = None
    account_ids: frozenset[str] | None = None
    """A list made elsewhere, « 12 feuilles à ne pas distribuer »."""

    @property
    def in_use(self) -> bool:
        """Whether anything is left out."""
        return self != Criteria()


class AccountList:
    """The lines of a school and the orders in which they can be shown. Never changed once it is made."""

    def __init__(self, rows: Iterable[AccountRow]) -> None:
        self.rows: tuple[AccountRow, ...] = tuple(sorted(rows, key=_by_pupil))
        self._orders: dict[tuple[Column, bool], _Order] = {}
        self._account_ids = [row.account_id for row in self.rows]
        self._pupil_ids = [row.pupil_id for row in self.rows]
        self.everybody = frozenset(self._account_ids)
        self._pupil_total = len(set(self._pupil_ids))
        self.classrooms = _in_school_order({(row.classroom, row.level) for row in self.rows})
        """The classes that appear, in the order of the school."""
        self._order(Column.PUPIL, False)  # made where the list is read, not at the first keystroke

    def find(self, criteria: Criteria, *, column: Column = Column.PUPIL, descending: bool = False) -> list[int]:
        """The places in ``rows`` of the lines that match, in the order asked."""
        order = self._order(column, descending)
        text = fold(criteria.text)
        # No line of Python a row: the interpreter would take most of a keystroke among 250,000 rows.
        places = list(compress(order.places, map(contains, order.keys, repeat(text)))) if text else order.places
        for wanted in _conditions(criteria):
            rows = self.rows
            places = [place for place in places if wanted(rows[place])]
        return list(places) if places is order.places else places

    def accounts(self, places: Sequence[int]) -> frozenset[str]:
        """The accounts behind some lines, each line given once."""
        if len(places) == len(self.rows):
            return self.everybody
        return frozenset(map(self._account_ids.__getitem__, places))

    def pupil_count(self, places: Sequence[int]) -> int:
        """How many pupils some lines are about, each line given once."""
        if len(places) == len(self.rows):
            return self._pupil_total
        return len(set(map(self._pupil_ids.__getitem__, places)))

    def _order(self, column: Column, descending: bool) -> _Order:
        known = self._orders.get((column, descending))
        if known is None:
            known = self._orders[column, descending] = self._sort(column, descending)
        return known

    def _sort(self, column: Column, descending: bool) -> _Order:
        rows = self.rows
        places = list(range(len(rows)))
        key = _SORT_KEYS.get(column)
        if key is not None:
            keys = [key(row) for row in rows]
            filled = [place for place in places if keys[place] is not None]
            empty = [place for place in places if keys[place] is None]
            places = sorted(filled, key=keys.__getitem__, reverse=descending) + empty
        elif descending:
            places.reverse()
        return _Order(places, [rows[place].search_key for place in places])


@dataclass(frozen=True, slots=True)
class _Order:
    places: list[int]
    keys: list[str]


def _by_pupil(row: AccountRow) -> tuple[str, str, str]:
    return row.pupil_key, row.guardian_key, row.account_id


def _in_school_order(places: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
    """Classes by their youngest level, then by name; « Sans classe » last."""
    ranks: dict[str, int] = {}
    for classroom, level in places:
        rank = LEVELS.index(level) if level in LEVELS else len(LEVELS)
        ranks[classroom] = min(rank, ranks.get(classroom, rank))
    return tuple(sorted(ranks, key=lambda label: (label == NO_CLASS, ranks[label], fold(label))))


_MAIL_RANKS: dict[DeliveryState | None, int] = {
    DeliveryState.QUEUED: 1, DeliveryState.UNCERTAIN: 2, DeliveryState.BOUNCED: 3, DeliveryState.FAILED: 4,
}  # fmt: skip
"""Where an address stands among the others; what arrived and what was never written to come first."""
_SORT_KEYS: dict[Column, Callable[[AccountRow], Any]] = {
    Column.CLASSROOM: lambda row: fold(row.classroom),
    Column.GUARDIAN: lambda row: row.guardian_key,
    Column.LOGIN: lambda row: row.login,
    Column.EMAIL: lambda row: _MAIL_RANKS.get(row.delivery, 0) if row.email else len(_MAIL_RANKS),
    Column.ORIGIN: lambda row: fold(row.origin.label),
    Column.STATE: lambda row: list(AccountState).index(row.state),
    Column.NOTIFIED_ON: lambda row: row.notified_on,
    Column.LAST_ACCESS_ON: lambda row: row.last_access_on,
}
"""What a column sorts by; None goes last in both directions. « Élève » is the order of the list itself."""


def _conditions(criteria: Criteria) -> list[Callable[[AccountRow], bool]]:
    found: list[Callable[[AccountRow], bool]] = []
    classrooms, states, origins = criteria.classrooms, criteria.states, criteria.origins
    account_ids = criteria.account_ids
    if classrooms is not None:
        found.append(lambda row: row.classroom in classrooms)
    if states is not None:
        found.append(lambda row: row.state in states)
    if criteria.mail is Mail.FAILING:
        found.append(lambda row: row.delivery is not None and row.delivery.is_failing)
    elif criteria.mail is not Mail.ALL:
        wanted = criteria.mail is Mail.WITH
        found.append(lambda row: (row.email is not None) is wanted)
    if origins is not None:
        found.append(lambda row: row.origin in origins)
    if account_ids is not None:
        found.append(lambda row: row.account_id in account_ids)
    return found


def list_accounts(desk: Desk, *, school_id: str) -> AccountList:
    """Everybody who is responsible for a pupil of this year. Pupils who left and guardians who went are not there."""
    with desk.vault.read() as connection:
        if connection.execute(select(schools.c.id).where(schools.c.id == school_id)).first() is None:
            return AccountList(())
        return AccountList(_Reading(SchoolRows(connection, school_id)).rows())


class _Reading:
    """Reads each table once and joins them in memory."""

    def __init__(self, rows: SchoolRows) -> None:
        self._rooms = {row["id"]: row["label"] for row in rows.all("classrooms")}
        self._pupils = {row["id"]: row for row in rows.all("pupils") if row["left_on"] is None}
        self._guardians = {row["id"]: row for row in rows.all("guardians") if row["gone_on"] is None}
        self._accounts = {row["guardian_id"]: row for row in rows.all("accounts")}
        self._enrolments = present_enrolments(rows)
        self._links = [row for row in rows.all("responsibilities") if row["ended_on"] is None]
        self._names: dict[str, tuple[str, str]] = {}
        self._mails = latest_by_account(rows.all("deliveries"))

    def rows(self) -> Iterable[AccountRow]:
        for link in self._links:
            pupil, guardian = self._pupils.get(link["pupil_id"]), self._guardians.get(link["guardian_id"])
            account = self._accounts.get(link["guardian_id"])
            if pupil is not None and guardian is not None and account is not None:
                yield self._row(pupil, guardian, account)

    def _row(self, pupil: Row, guardian: Row, account: Row) -> AccountRow:
        enrolment = self._enrolments.get(pupil["id"], {})
        pupil_name, pupil_key = self._name(pupil)
        guardian_name, guardian_key = self._name(guardian)
        return AccountRow(
            pupil_id=pupil["id"],
            guardian_id=guardian["id"],
            account_id=account["id"],
            pupil=pupil_name,
            classroom=self._rooms.get(enrolment.get("classroom_id"), NO_CLASS),
            level=enrolment.get("level"),
            guardian=guardian_name,
            login=account["login"],
            email=account["email"] or effective(guardian, "email"),
            mobile=account["mobile"] or effective(guardian, "mobile"),
            origin=AccountOrigin(account["origin"]),
            state=AccountState(account["state"]),
            notified_on=account["notified_on"],
            last_access_on=account["last_access_on"],
            block=account["block"],
            pupil_key=pupil_key,
            guardian_key=guardian_key,
            delivery=self._delivery(account, guardian),
        )

    def _delivery(self, account: Row, guardian: Row) -> DeliveryState | None:
        """What became of his latest mail; nothing once the address is another."""
        mail = self._mails.get(account["id"])
        if mail is None or mail["address"] not in (account["email"], (effective(guardian, "email") or "").strip()):
            return None
        return DeliveryState(mail["state"])

    def _name(self, person: Row) -> tuple[str, str]:
        known = self._names.get(person["id"])
        if known is None:
            known = self._names[person["id"]] = listed_name(person), _search_text(person)
        return known


def listed_name(person: Row) -> str:
    """« AUBRAC Tristan », as lists name pupils and guardians."""
    last = effective(person, "usage_name") or effective(person, "last_name") or ""
    return f"{last} {effective(person, 'first_name') or ''}".strip()


def _search_text(person: Row) -> str:
    """Family name, first name, family name again, so that either order is found; then the other family name."""
    last, usage = effective(person, "last_name") or "", effective(person, "usage_name") or ""
    shown, first = fold(usage or last), fold(effective(person, "first_name") or "")
    other = f" {fold(last)}" if usage and fold(usage) != fold(last) else ""
    return f"{shown} {first} {shown}{other}"


def present_enrolments(rows: SchoolRows) -> dict[str, Row]:
    """The enrolment of each pupil in the latest school year."""
    years = [row for row in rows.all("school_years") if row["undone_at"] is None]
    if not years:
        return {}
    year = max(years, key=lambda row: str(row["starts_on"]))["id"]
    return {
        row["pupil_id"]: row for row in rows.all("enrolments") if row["year_id"] == year and row["ended_on"] is None
    }


def as_json(rows: Sequence[AccountRow]) -> list[dict[str, str | None]]:
    """The command line's rows."""
    names = ("pupil", "classroom", "guardian", "login", "email", "origin", "state", "notified_on", "last_access_on",
             "account_id")  # fmt: skip
    return [{name: getattr(row, name) for name in names} for row in rows]
