"""« Responsables »: one line for each pupil and guardian, found and sorted in memory (arena.md, Responsables).

Names are folded once, when the list is read; a keystroke is one pass over a list of strings. The list is a picture of
the vault at one moment: it never waits for the disk, and is read anew when something has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from itertools import compress, repeat
from operator import contains
from typing import Any

from sqlalchemy import select

from app.models.codes import LEVELS
from app.models.corrections import effective
from app.models.deliveries import DeliveryState
from app.models.names import fold
from app.models.states import AccountOrigin, AccountState, Mail
from app.models.tables import Row, schools
from app.services.deliveries import latest_by_account, standing_delivery
from app.services.desk import Desk
from app.services.records.grouped import Grouped
from app.services.records.rows import SchoolRows
from app.services.roll import present_year

NO_CLASS = "Sans classe"


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
    MOBILE = "mobile"
    """Has no heading, as the next: puts those who share a number one under the other."""
    FAMILY_NAME = "family_name"
    """Puts those who may be one person under two names in use one under the other."""


Names = tuple[str, str]
"""The family name in use, and the first name."""


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
    pupil_names: Names = ("", "")
    guardian_names: Names = ("", "")
    family_name: str = ""
    """The guardian's, whatever the name in use."""

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
    pupil_ids: frozenset[str] | None = None
    """Another, « 3 élèves sans INE »: their brothers and sisters are left out."""

    @property
    def in_use(self) -> bool:
        """Whether anything is left out."""
        return self != Criteria()


class AccountList:
    """The lines of a school and the orders in which they can be shown. Never changed once it is made.

    What is searched and sorted is laid out in columns where the list is read: a keystroke or a click then runs no line
    of Python a row, which would take most of its time.
    """

    def __init__(self, rows: Iterable[AccountRow]) -> None:
        self.rows: tuple[AccountRow, ...] = tuple(sorted(rows, key=_by_pupil))
        self._columns = {name: [read(row) for row in self.rows] for name, read in _SEARCHED.items()}
        self._keys = {column: [read(row) for row in self.rows] for column, read in _SORT_KEYS.items()}
        self._natural = _Order(list(range(len(self.rows))), dict(self._columns))
        self._orders: dict[tuple[Column, bool], _Order] = {(Column.PUPIL, False): self._natural}
        self._account_ids = self._columns["account"]
        self._pupil_ids = self._columns["pupil"]
        self.everybody = frozenset(self._account_ids)
        self._pupil_total = len(set(self._pupil_ids))
        self.classrooms = in_school_order({(row.classroom, row.level) for row in self.rows})
        """The classes that appear, in the order of the school."""

    def find(self, criteria: Criteria, *, column: Column = Column.PUPIL, descending: bool = False) -> list[int]:
        """The places in ``rows`` of the lines that match, in the order asked."""
        order = self._order(column, descending)
        places = order.places
        for name, chosen in _conditions(criteria):
            whole = places is order.places
            values = self._in_order(order, name) if whole else map(self._columns[name].__getitem__, places)
            places = list(compress(places, chosen(values)))
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
            known = self._orders[column, descending] = _Order(self._sort(column, descending), {})
        return known

    def _sort(self, column: Column, descending: bool) -> list[int]:
        if column in _GATHERED and column not in self._keys:
            self._keys[column] = [_GATHERED[column](row) for row in self.rows]
        keys = self._keys.get(column)
        if keys is None:
            return self._natural.places[::-1]
        places = sorted(self._natural.places, key=keys.__getitem__, reverse=descending)
        empty = keys.count(LAST) if descending else 0
        return places[empty:] + places[:empty] if empty else places

    def _in_order(self, order: _Order, name: str) -> list[Any]:
        """A column in the order of the lines, laid out at its first use."""
        values = order.columns.get(name)
        if values is None:
            values = order.columns[name] = list(map(self._columns[name].__getitem__, order.places))
        return values


@dataclass(frozen=True, slots=True)
class _Order:
    places: list[int]
    columns: dict[str, list[Any]]


def _by_pupil(row: AccountRow) -> tuple[str, str, str]:
    return row.pupil_key, row.guardian_key, row.account_id


def in_school_order(places: Iterable[tuple[str, str | None]]) -> tuple[str, ...]:
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
_STATE_RANKS = {state: rank for rank, state in enumerate(AccountState)}
ERASED_NAME = "personne effacée"
"""Whose record says nothing any more."""
LAST = "\U0010ffff"
"""Sorts after every text: a line without a date is last in both directions."""
_NUMBER = 9
"""The digits that tell a French number apart, however it is written."""
_SORT_KEYS: dict[Column, Callable[[AccountRow], Any]] = {
    Column.CLASSROOM: lambda row: fold(row.classroom),
    Column.GUARDIAN: lambda row: row.guardian_key,
    Column.LOGIN: lambda row: row.login or LAST,
    Column.EMAIL: lambda row: _MAIL_RANKS.get(row.delivery, 0) if row.email else len(_MAIL_RANKS),
    Column.ORIGIN: lambda row: fold(row.origin.label),
    Column.STATE: lambda row: _STATE_RANKS[row.state],
    Column.NOTIFIED_ON: lambda row: row.notified_on or LAST,
    Column.LAST_ACCESS_ON: lambda row: row.last_access_on or LAST,
}
_GATHERED: dict[Column, Callable[[AccountRow], Any]] = {
    Column.MOBILE: lambda row: "".join(filter(str.isdigit, row.mobile or ""))[-_NUMBER:] or LAST,
    Column.FAMILY_NAME: lambda row: fold(f"{row.family_name} {row.guardian_names[1]}"),
}
"""What a list of a few is sorted by; laid out only when asked."""
"""What a column sorts by. « Élève » is the order of the list itself."""


def _became(state: DeliveryState, row: AccountRow) -> bool:
    return row.delivery is state


_SEARCHED: dict[str, Callable[[AccountRow], Any]] = {
    "text": lambda row: row.search_key,
    "classroom": lambda row: row.classroom,
    "state": lambda row: row.state,
    "origin": lambda row: row.origin,
    "account": lambda row: row.account_id,
    "pupil": lambda row: row.pupil_id,
    Mail.WITH: lambda row: row.email is not None,
    Mail.WITHOUT: lambda row: row.email is None,
    Mail.FAILING: lambda row: row.delivery is not None and row.delivery.is_failing,
    **{Mail(state.value): partial(_became, state) for state in DeliveryState},
}
"""What the criteria look at."""
_Chosen = Callable[[Iterable[Any]], Iterable[bool]]


def _conditions(criteria: Criteria) -> Iterator[tuple[str, _Chosen]]:
    """The columns to look at, and what makes of their values a yes or a no each; what leaves the fewest lines first."""
    sets: tuple[tuple[str, frozenset[Any] | None], ...] = (
        ("account", criteria.account_ids), ("pupil", criteria.pupil_ids), ("classroom", criteria.classrooms),
        ("state", criteria.states), ("origin", criteria.origins),
    )  # fmt: skip
    for name, wanted in sets:
        if wanted is not None:
            yield name, partial(map, wanted.__contains__)
    if criteria.mail is not Mail.ALL:
        yield criteria.mail, iter
    text = fold(criteria.text)
    if text:
        yield "text", lambda keys: map(contains, keys, repeat(text))


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
        self._grouped = Grouped.read(rows)
        self._links = [row for row in rows.all("responsibilities") if row["ended_on"] is None]
        self._names: dict[str, tuple[Names, str]] = {}
        self._mails = latest_by_account(rows.all("deliveries"))

    def rows(self) -> Iterable[AccountRow]:
        for pupil_id, guardian_id in self._pairs():
            pupil, guardian = self._pupils.get(pupil_id), self._guardians.get(guardian_id)
            account = self._accounts.get(guardian_id)
            if pupil is not None and guardian is not None and account is not None:
                yield self._row(pupil, guardian, account)

    def _pairs(self) -> Iterable[tuple[str, str]]:
        """Pupil and guardian of each line; a guardian who stands twice and has grouped his accounts is one."""
        pairs = ((link["pupil_id"], self._grouped.guardian(link["guardian_id"])) for link in self._links)
        return dict.fromkeys(pairs) if self._grouped else pairs

    def _row(self, pupil: Row, guardian: Row, account: Row) -> AccountRow:
        enrolment = self._enrolments.get(pupil["id"], {})
        pupil_names, pupil_key = self._name(pupil)
        guardian_names, guardian_key = self._name(guardian)
        return AccountRow(
            pupil_id=pupil["id"],
            guardian_id=guardian["id"],
            account_id=account["id"],
            pupil=_listed(pupil_names),
            classroom=self._rooms.get(enrolment.get("classroom_id"), NO_CLASS),
            level=enrolment.get("level"),
            guardian=_listed(guardian_names),
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
            delivery=standing_delivery(self._mails.get(account["id"]), account, guardian),
            pupil_names=pupil_names,
            guardian_names=guardian_names,
            family_name=effective(guardian, "last_name") or "",
        )

    def _name(self, person: Row) -> tuple[Names, str]:
        known = self._names.get(person["id"])
        if known is None:
            known = self._names[person["id"]] = _both_names(person), _search_text(person)
        return known


def listed_name(person: Row) -> str:
    """« AUBRAC Tristan », as lists name pupils and guardians."""
    return _listed(_both_names(person)) or ERASED_NAME


def _both_names(person: Row) -> Names:
    last = effective(person, "usage_name") or effective(person, "last_name") or ""
    return last, effective(person, "first_name") or ""


def _listed(names: Names) -> str:
    return " ".join(names).strip()


def _search_text(person: Row) -> str:
    """Family name, first name, family name again, so that either order is found; then the other family name."""
    last, usage = effective(person, "last_name") or "", effective(person, "usage_name") or ""
    shown, first = fold(usage or last), fold(effective(person, "first_name") or "")
    other = f" {fold(last)}" if usage and fold(usage) != fold(last) else ""
    return f"{shown} {first} {shown}{other}"


def present_enrolments(rows: SchoolRows) -> dict[str, Row]:
    """The enrolment of each pupil in the latest school year."""
    year = present_year(rows)
    if year is None:
        return {}
    return {row["pupil_id"]: row for row in rows.where("enrolments", year_id=year["id"], ended_on=None)}


def as_json(rows: Sequence[AccountRow]) -> list[dict[str, str | None]]:
    """The command line's rows."""
    names = ("pupil", "classroom", "level", "guardian", "login", "email", "delivery", "mobile", "origin", "state",
             "notified_on", "last_access_on", "account_id", "guardian_id", "pupil_id")  # fmt: skip
    return [{name: getattr(row, name) for name in names} for row in rows]
