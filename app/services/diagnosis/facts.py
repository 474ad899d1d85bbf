"""What is known of one guardian, laid out once from the school's rows: the only thing that causes look at.

Of a whole school every table is read once and indexed; of one account only what concerns it, so that a panel opens at
once. Both give the same ``Facts``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, func, select

from app.models.clock import local_date
from app.models.contacts import Mobile, read_mobile
from app.models.corrections import effective
from app.models.states import Access, AccountState
from app.models.tables import Row, imports
from app.services.accounts import NO_CLASS, listed_name
from app.services.desk import Desk
from app.services.diagnosis.finding import national_digits
from app.services.diagnosis.twins import OF_GUARDIANS, Twins, names_of
from app.services.records.grouped import Grouped, stricter_link
from app.services.records.protection import hides
from app.services.records.rows import SchoolRows
from app.services.roll import present_year
from app.services.vault.tables import links, pending_acts

TRIED = "portal_failed_try"
CAME_IN = frozenset({"portal_active", "portal_activating", "portal_entered", "portal_recovered", "portal_password"})
"""What ends the story of the refusals before it."""
_TABLES = (
    "schools", "guardians", "pupils", "classrooms", "enrolments", "school_years", "responsibilities", "accounts", "sheets",
    "deliveries", "events", "requests", "reports", "aliases",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Child:
    """A pupil whom the guardian follows, or followed. ``access`` is the strictest that stands."""

    pupil: Row
    access: Access
    classroom: str
    level: str | None
    hidden: bool
    """« Situation protégée »: this guardian must not learn where the child is."""
    reports: tuple[Row, ...] = ()

    @property
    def name(self) -> str:
        return effective(self.pupil, "first_name") or ""

    @property
    def birth_date(self) -> str | None:
        """The one that is asked for."""
        known = effective(self.pupil, "birth_date")
        return known or (self.pupil["extra"] or {}).get("birth_year")  # all that a support officer gets of it

    @property
    def offered(self) -> bool:
        """Whether the portal may name this child to who proves to be the guardian."""
        limited = self.pupil["limited"] is not None
        return self.access is Access.FULL and not self.hidden and not limited and bool(self.birth_date)


@dataclass(frozen=True, slots=True)
class Line:
    """The PC's line to the server. Instants are stored instants."""

    linked: bool = False
    last_success_at: str | None = None
    last_import_at: str | None = None
    """ONDE's last file that was not undone."""
    unsent: frozenset[tuple[str, str]] = frozenset()
    """(table, id) of the records that acts not yet sent have written."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One guardian of one school at one moment. Rows are never written to; events and mails stand the latest first."""

    school: Row
    line: Line
    now: str
    today: date
    zone: str
    guardian: Row
    account: Row
    children: tuple[Child, ...]
    former: tuple[Child, ...]
    """Those who have left the school."""
    sheets: tuple[Row, ...]
    mails: tuple[Row, ...]
    events: tuple[Row, ...]
    requests: tuple[Row, ...]
    mobile: Mobile
    shares_with: tuple[str, ...]
    """Names of guardians of another name who have the same mobile."""
    twins: tuple[Row, ...]
    """Other records of the very same name, or that are probably his, whose accounts stand on their own."""
    twin_children: tuple[str, ...]
    """First names of children who hang on a twin and not on this account."""

    @property
    def state(self) -> AccountState:
        return AccountState(self.account["state"])

    @property
    def name(self) -> str:
        return listed_name(self.guardian)

    @property
    def email(self) -> str | None:
        return self.account["email"] or effective(self.guardian, "email")

    @property
    def written_mobile(self) -> str | None:
        return self.account["mobile"] or effective(self.guardian, "mobile")

    @property
    def open_children(self) -> tuple[Child, ...]:
        return tuple(child for child in self.children if child.offered)

    @property
    def tries(self) -> tuple[Row, ...]:
        """The refusals since he last came in, the latest first."""
        found = []
        for event in self.events:
            if event["kind"] in CAME_IN or (self.account["last_access_on"] or "") > str(event["at"])[:10]:
                break
            if event["kind"] == TRIED:
                found.append(event)
        return tuple(found)

    def tried(self, *reasons: str) -> Row | None:
        """The latest refusal for one of these reasons since he last came in."""
        return next((event for event in self.tries if (event["detail"] or {}).get("reason") in reasons), None)

    def tried_on(self, *reasons: str) -> str | None:
        """The day of that refusal, as it is written."""
        event = self.tried(*reasons)
        return self.day(event["at"]) if event else None

    def since(self, kind: str, *ends: str) -> Row | None:
        """The latest event of a kind, where none of ``ends`` came after it."""
        for event in self.events:
            if event["kind"] in ends:
                return None
            if event["kind"] == kind:
                return event
        return None

    def day(self, at: str) -> str:
        """An instant as a day where the school is, « 21-11-2026 »."""
        return f"{local_date(at, self.zone):%d-%m-%Y}"

    def is_unsent(self, *tables: str) -> bool:
        """Whether an act of this PC about the guardian, the account or a child waits to be sent."""
        mine = {("guardians", self.guardian["id"]), ("accounts", self.account["id"])}
        mine |= {("pupils", child.pupil["id"]) for child in self.children}
        mine |= {("sheets", sheet["id"]) for sheet in self.sheets}
        return any(known[0] in tables for known in mine & self.line.unsent)


@dataclass
class SchoolFacts:
    """The facts of a school's guardians. ``whole`` reads everything at once; without it each is asked for by itself."""

    rows: SchoolRows
    now: str
    line: Line = Line()
    whole: bool = True
    allow_fictional: bool = True
    _indexes: dict[tuple[str, str], dict[Any, list[Row]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for table in _TABLES if self.whole else ():
            self.rows.all(table)

    @cached_property
    def school(self) -> Row:
        return self.rows.need("schools", self.rows.school_id)

    @cached_property
    def zone(self) -> str:
        return str(self.school["timezone"] or "Europe/Paris")

    @cached_property
    def today(self) -> date:
        return local_date(self.now, self.zone)

    @cached_property
    def guardians(self) -> dict[str, Row]:
        """Names and numbers of those who have not gone; whole rows where everything was read."""
        found = self.rows.slim("guardians", *OF_GUARDIANS)
        return {row["id"]: row for row in found if row["gone_on"] is None}

    @cached_property
    def accounts(self) -> tuple[Row, ...]:
        """Those that stand on their own; whole rows where everything was read."""
        found = self.rows.slim("accounts", "id", "guardian_id", "mobile", "merged_into")
        gone = frozenset(row["guardian_id"] for row in found if row["guardian_id"] not in self.guardians)
        grouped = Grouped(found, gone)
        return tuple(row for row in found if grouped.account(row) is row)

    @cached_property
    def _year_id(self) -> str:
        year = present_year(self.rows)
        return year["id"] if year else ""

    @cached_property
    def by_number(self) -> dict[str, list[Row]]:
        """Accounts by the digits of a number that stands for them; those that are no mobile are sorted out when asked."""
        found: dict[str, list[Row]] = defaultdict(list)
        for account in self.accounts:
            guardian = self.guardians.get(account["guardian_id"])
            if guardian and (digits := national_digits(account["mobile"] or effective(guardian, "mobile"))):
                found[digits].append(account)
        return found

    @cached_property
    def twins(self) -> Twins:
        """Who stands twice."""
        return Twins(self.rows, self.rows_of, self.accounts, self.guardians)

    def lay_out(self) -> SchoolFacts:
        """Do now what the first diagnosis would do: afterwards one takes no time, and no connection."""
        next(self.every(), None)
        return self

    def every(self) -> Iterator[Facts]:
        """The facts of everybody who follows a child of this school."""
        for account in self.accounts:
            found = self.of(account)
            if found.children and found.guardian["gone_on"] is None:
                yield found

    def of(self, account: Row) -> Facts:
        """The facts of the owner of a standing account. Raises NotFound."""
        rows = self.rows
        guardian = rows.need("guardians", account["guardian_id"])
        mine = (*self.rows_of("accounts", "merged_into", account["id"]), account)
        children, former = self._children(guardian, mine)
        number = account["mobile"] or effective(guardian, "mobile")
        twins = self.twins.of(account, guardian)
        return Facts(
            school=self.school, line=self.line, now=self.now, today=self.today, zone=self.zone,
            guardian=guardian, account=account, children=children, former=former,
            sheets=_latest(self.rows_of("sheets", "account_id", account["id"]), "printed_at"),
            mails=_latest(self.rows_of("deliveries", "account_id", account["id"]), "asked_at"),
            events=_latest(self.rows_of("events", "account_id", account["id"]), "at"),
            requests=_latest(self.rows_of("requests", "account_id", account["id"]), "at"),
            mobile=read_mobile(number, allow_fictional=self.allow_fictional),
            shares_with=self._sharing(account, guardian, number), twins=twins,
            twin_children=self._hanging_on(twins, children),
        )  # fmt: skip

    def rows_of(self, table: str, column: str, value: str) -> list[Row]:
        """The rows of a table that have this value: by its index, or asked for alone."""
        if not self.whole:
            return self.rows.where(table, **{column: value})
        key = (table, column)
        if key not in self._indexes:
            index = self._indexes[key] = defaultdict(list)
            for row in self.rows.all(table):
                index[row[column]].append(row)
        return self._indexes[key].get(value, [])

    def _children(self, guardian: Row, accounts: Iterable[Row]) -> tuple[tuple[Child, ...], tuple[Child, ...]]:
        """(children of this year, those who left), under every record of the account's owner."""
        ties: dict[str, Row] = {}
        for account in accounts:
            for link in self.rows_of("responsibilities", "guardian_id", account["guardian_id"]):
                known = ties.get(link["pupil_id"])
                ties[link["pupil_id"]] = link if known is None else stricter_link(known, link)
        present, former = [], []
        for link in ties.values():
            pupil = self.rows.get("pupils", link["pupil_id"])
            if pupil is None:
                continue
            if link["ended_on"] is None and pupil["left_on"] is None:
                present.append(self._child(guardian, pupil, link))
            else:
                former.append(Child(pupil, Access(link["access"]), NO_CLASS, None, False))
        in_order = sorted(present, key=lambda child: (child.birth_date or "", child.pupil["id"]), reverse=True)
        return tuple(in_order), tuple(former)

    def _child(self, guardian: Row, pupil: Row, link: Row) -> Child:
        enrolment: Row = next(
            (
                row for row in self.rows_of("enrolments", "pupil_id", pupil["id"])
                if row["year_id"] == self._year_id and row["ended_on"] is None
            ),
            {},
        )  # fmt: skip
        room = self.rows.get("classrooms", enrolment["classroom_id"]) if enrolment.get("classroom_id") else None
        reports = tuple(row for row in self.rows_of("reports", "pupil_id", pupil["id"]) if row["removed_at"] is None)
        return Child(
            pupil, Access(link["access"]), room["label"] if room else NO_CLASS, enrolment.get("level"),
            hides(self.rows, pupil, guardian["id"]), reports,
        )  # fmt: skip

    def _sharing(self, account: Row, guardian: Row, number: str | None) -> tuple[str, ...]:
        found = read_mobile(number, allow_fictional=self.allow_fictional).e164
        if found is None:
            return ()
        names = set()
        for other in self.by_number.get(national_digits(number), ()):
            person = self.guardians[other["guardian_id"]]
            theirs = read_mobile(other["mobile"] or effective(person, "mobile"), allow_fictional=self.allow_fictional)
            if other["id"] != account["id"] and theirs.e164 == found and not names_of(person) & names_of(guardian):
                names.add(listed_name(person))
        return tuple(sorted(names))

    def _hanging_on(self, twins: Iterable[Row], children: tuple[Child, ...]) -> tuple[str, ...]:
        known = {child.pupil["id"] for child in children}
        found = []
        for twin in twins:
            for link in self.rows_of("responsibilities", "guardian_id", twin["guardian_id"]):
                pupil = self.rows.get("pupils", link["pupil_id"])
                living = link["ended_on"] is None and pupil is not None and pupil["left_on"] is None
                if pupil is not None and living and pupil["id"] not in known:
                    found.append(effective(pupil, "first_name") or "")
        return tuple(sorted(found))


def read_line(connection: Connection, school_id: str, *, unsent: bool = False) -> Line:
    """How this PC stands with the server; with ``unsent`` also what it has not sent, which takes reading every image."""
    link = connection.execute(select(links.c.last_success_at).where(links.c.school_id == school_id)).first()
    read = select(func.max(imports.c.at)).where(imports.c.school_id == school_id, imports.c.undone_at.is_(None))
    line = Line(link is not None, link[0] if link else None, connection.execute(read).scalar())
    if not unsent:
        return line
    images = connection.execute(select(pending_acts.c.before_images).where(pending_acts.c.school_id == school_id))
    return replace(line, unsent=frozenset((image[0], image[1]) for (act,) in images for image in act))


def school_facts(connection: Connection, desk: Desk, *, school_id: str) -> SchoolFacts:
    """The facts of a whole school as they stand now; the connection is not needed afterwards."""
    line = read_line(connection, school_id, unsent=True)
    return SchoolFacts(SchoolRows(connection, school_id), desk.now(), line)


def _latest(rows: Iterable[Row], column: str) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (str(row[column]), str(row["id"])), reverse=True))
