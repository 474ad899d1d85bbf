"""The rows of one school copied into another: which of them are the same, and what the one that stands takes over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection

from app.models.names import fold
from app.models.states import Access, AccountState
from app.models.tables import Row
from app.server.accounts.portal_accounts import portal_of
from app.services.records.erased import Erased
from app.services.records.people import PeopleIndex, pupil_name
from app.services.records.rows import SchoolRows

POINTERS = {
    "classrooms": ("year_id",), "enrolments": ("pupil_id", "year_id", "classroom_id"),
    "accounts": ("guardian_id", "merged_into"), "responsibilities": ("pupil_id", "guardian_id"),
    "sheets": ("account_id", "guardian_id", "classroom_id"), "deliveries": ("account_id", "guardian_id"),
    "events": ("account_id", "guardian_id"), "requests": ("account_id", "guardian_id", "pupil_id"),
    "reviews": ("record_id",), "aliases": ("target_id",), "batches": (),
    "reports": ("pupil_id",), "receipts": ("report_id", "pupil_id", "guardian_id", "account_id"), "erasures": (),
}  # fmt: skip
"""The columns that name a row of another table, by table."""
FOLLOWING = (
    "batches", "sheets", "deliveries", "events", "requests", "reviews", "reports", "receipts", "aliases", "erasures",
)  # fmt: skip
"""What hangs on people, copied as it is. Journal, imports, PCs and people of the closing school stay there."""
OF_PUPILS = ("usage_name", "birth_date", "sex", "ine", "address", "postal_code", "town")
OF_GUARDIANS = (
    "civility", "usage_name", "address", "postal_code", "town", "country", "email", "phone_home", "phone_work", "mobile",
    "language", "wish",
)  # fmt: skip
SERVERS = (
    "login", "state", "origin", "notified_on", "last_access_on", "email", "mobile", "block", "password_changed",
    "to_reactivate", "ways", "prefers_paper",
)  # fmt: skip
"""What a school's account says of the portal account behind it."""
UNREADABLE = {"sealed": None, "key_version": None}
"""The passwords on paper were sealed for the PCs of the closing school: they go on opening, nobody prints them again."""


class Union:
    """One copying. ``moved`` gives, for a row of the closing school, the id of the row that stands for it."""

    def __init__(self, connection: Connection, source: SchoolRows, target: SchoolRows, now: str) -> None:
        self.source, self.target, self.now = source, target, now
        self.moved: dict[str, str] = {}
        self.retired: list[str] = []
        """Portal accounts that nobody has ever used, in whose place another one stands."""
        self.relinked: dict[str, str] = {}
        """Accounts of the receiving school whose portal account is from now on this one."""
        self.twice = 0
        self._connection = connection
        self._known = {"pupils": 0, "guardians": 0}
        self._copied = {"sheets": 0, "requests": 0}
        self._index = PeopleIndex.of(target)
        self._erased = Erased(source), Erased(target)
        self._accounts = {row["guardian_id"]: row for row in target.all("accounts")}

    def counts(self) -> dict[str, int]:
        """By the fields of United."""
        return {
            "pupils": len(self.source.all("pupils")), "pupils_known": self._known["pupils"],
            "guardians": len(self.source.all("guardians")), "guardians_known": self._known["guardians"],
            "twice": self.twice, **self._copied,
        }  # fmt: skip

    def copy(self) -> None:
        """Everything, so that what a row names is there before it."""
        self._years()
        self._classrooms()
        for row in self.source.all("pupils"):
            self._pupil(row)
        self._enrolments()
        self._guardians()
        self._responsibilities()
        for table in FOLLOWING:
            for row in self.source.all(table):
                self._follow(table, row)

    def _years(self) -> None:
        known = {row["label"]: row["id"] for row in self.target.all("school_years")}
        for row in self.source.all("school_years"):
            if row["label"] in known:
                self._same("school_years", row, known[row["label"]])
            else:
                self._add("school_years", row)

    def _classrooms(self) -> None:
        """A class whose name is taken says where it comes from: two classes never become one."""
        taken = {(row["year_id"], row["label"]) for row in self.target.all("classrooms")}
        uai = self.source.need("schools", self.source.school_id)["uai"]
        for row in self.source.all("classrooms"):
            clash = (self.now_of(row["year_id"]), row["label"]) in taken
            self._add("classrooms", row, **({"label": f"{row['label']} ({uai})"} if clash else {}))

    def _pupil(self, row: Row) -> None:
        found = [] if self._erased[0].record(row["id"]) else self._living(self._index.pupils_like(row))
        if len(found) != 1:
            self._index.add_pupil(self._add("pupils", row))
            return
        stands = self.target.need("pupils", found[0]["id"])
        self._same("pupils", row, stands["id"])
        self._known["pupils"] += 1
        left = stands["left_on"] if row["left_on"] is not None else None
        protection = _stricter_protection(stands["protection"], row["protection"])
        limited = stands["limited"] or row["limited"]
        values = {**_filled(stands, row, OF_PUPILS), "left_on": left, "protection": protection, "limited": limited}
        self._index.add_pupil(self.target.change("pupils", stands["id"], **values))

    def _living(self, found: list[Row]) -> list[Row]:
        """Without the records that say nothing any more: whoever has no name is not the same for that."""
        return [row for row in found if not self._erased[1].record(row["id"])]

    def _enrolments(self) -> None:
        """Where a pupil has a class of the year in both, that of the receiving school counts."""
        placed = {(row["pupil_id"], row["year_id"]) for row in self.target.all("enrolments") if row["ended_on"] is None}
        for row in self.source.all("enrolments"):
            twice = (self.now_of(row["pupil_id"]), self.now_of(row["year_id"])) in placed
            self._add("enrolments", row, **({"ended_on": row["ended_on"] or self.now[:10]} if twice else {}))

    def _guardians(self) -> None:
        accounts = {row["guardian_id"]: row for row in self.source.all("accounts")}
        for row in self.source.all("guardians"):
            account, stands = accounts.get(row["id"]), self._same_guardian(row)
            if stands is not None and not self._one_account(account, stands):
                self.twice += 1
                stands = None
            if stands is None:
                self._add("guardians", row)
                if account is not None:
                    self._add("accounts", account)
            else:
                self._join(row, account, stands)
        self._point_again(row for row in self.source.all("accounts") if row["merged_into"])

    def _same_guardian(self, row: Row) -> Row | None:
        """The one of that folded name who has one of his children; an account is shared on no less (DESIGN)."""
        children = {
            self.now_of(link["pupil_id"]) for link in self.source.where("responsibilities", guardian_id=row["id"])
        }
        like = [] if self._erased[0].record(row["id"]) else self._living(self._index.guardians.get(pupil_name(row), []))
        found = [one for one in like if self._index.children[one["id"]] & children]
        return found[0] if len(found) == 1 else None

    def _one_account(self, account: Row | None, stands: Row) -> bool:
        """Whether both records can have one account: the same already, or one that nobody has used."""
        own = self._accounts.get(stands["id"])
        if account is None or own is None:
            return True
        mine, theirs = self._portal(self.source, account), self._portal(self.target, own)
        return mine is None or theirs is None or mine["id"] == theirs["id"] or _unused(mine) or _unused(theirs)

    def _join(self, row: Row, account: Row | None, stands: Row) -> None:
        self._same("guardians", row, stands["id"])
        self._known["guardians"] += 1
        gone = stands["gone_on"] if row["gone_on"] is not None else None
        limited = stands["limited"] or row["limited"]
        self.target.change(
            "guardians", stands["id"], **_filled(stands, row, OF_GUARDIANS), gone_on=gone, limited=limited
        )
        own = self._accounts.get(stands["id"])
        if account is None:
            return
        if own is None:
            self._accounts[stands["id"]] = self._add("accounts", account)
            return
        self._same("accounts", account, own["id"])
        self._one_portal(account, own)

    def _one_portal(self, account: Row, own: Row) -> None:
        """Of two portal accounts the one that is used stands, with its log-in."""
        mine, theirs = self._portal(self.source, account), self._portal(self.target, own)
        if mine is None or (theirs is not None and mine["id"] == theirs["id"]):
            return
        if theirs is not None and _unused(mine):
            self.retired.append(mine["id"])
            return
        if theirs is not None:
            self.retired.append(theirs["id"])
        self.relinked[own["id"]] = mine["id"]
        self.target.change("accounts", own["id"], **{name: account[name] for name in SERVERS})

    def _point_again(self, grouped: Iterable[Row]) -> None:
        """Accounts grouped within the closing school, once each has its place."""
        for row in grouped:
            into = self.now_of(row["merged_into"])
            mine = self.target.need("accounts", row["id"])
            self.target.change("accounts", mine["id"], merged_into=into if into != mine["id"] else None)

    def _responsibilities(self) -> None:
        known = {(row["pupil_id"], row["guardian_id"]): row for row in self.target.all("responsibilities")}
        for row in self.source.all("responsibilities"):
            pair = self.now_of(row["pupil_id"]), self.now_of(row["guardian_id"])
            stands = known.get(pair)
            if stands is None:
                known[pair] = self._add("responsibilities", row)
                continue
            self._same("responsibilities", row, stands["id"])
            strict = row if _is_stricter(row, stands) else stands
            access = {name: strict[name] for name in ("access", "access_reason", "access_since")}
            ended = stands["ended_on"] if row["ended_on"] is not None else None
            known[pair] = self.target.change("responsibilities", stands["id"], **access, ended_on=ended)

    def _follow(self, table: str, row: Row) -> None:
        self._add(table, row, **(UNREADABLE if table == "sheets" else {}))
        if table in self._copied:
            self._copied[table] += 1

    def _add(self, table: str, row: Row, **changed: Any) -> Row:
        named = {column: self.now_of(row[column]) for column in POINTERS.get(table, ()) if row[column]}
        kept = {name: value for name, value in row.items() if name not in ("id", "school_id", "seq")}
        return self.target.add(table, row["id"], **{**kept, **named, **changed})

    def _same(self, table: str, row: Row, stands: str) -> None:
        self.moved[row["id"]] = stands
        self.target.alias(table, row["id"], stands)

    def now_of(self, row_id: str) -> str:
        """The id under which a row of the closing school is known from now on."""
        old = self.source.resolve(row_id)
        return self.moved.get(old, old)

    def _portal(self, rows: SchoolRows, account: Row) -> Row | None:
        return portal_of(self._connection, school_id=rows.school_id, account_id=account["id"])

    def accounts(self) -> Iterator[tuple[str, str]]:
        """Each account of the closing school, and the one that stands for it."""
        for row in self.source.all("accounts"):
            yield row["id"], self.now_of(row["id"])


def _unused(portal: Row) -> bool:
    """Nobody has been told its log-in, nobody has come by it."""
    return bool(portal["state"] == AccountState.NOT_NOTIFIED and portal["password_hash"] is None)


def _filled(stands: Row, other: Row, names: Iterable[str]) -> Row:
    """What the one that stands lacks and the other has; a correction made on the value that both have from ONDE."""
    values = {name: other[name] for name in names if stands[name] in (None, "") and other[name]}
    ours = stands["corrections"] or {}
    more = {
        name: entry
        for name, entry in (other["corrections"] or {}).items()
        if name not in ours and _alike(stands, other, name)
    }
    return {**values, "corrections": {**ours, **more} or None}


def _alike(stands: Row, other: Row, name: str) -> bool:
    return fold(stands[name] or "") in ("", fold(other[name] or ""))


def _is_stricter(row: Row, stands: Row) -> bool:
    """Of two decisions on one child and guardian; one that has ended decides nothing."""
    if row["ended_on"] is not None or stands["ended_on"] is not None:
        return row["ended_on"] is None
    mine, theirs = Access(row["access"]), Access(stands["access"])
    return mine is not theirs and mine.stricter(theirs) is mine


def _stricter_protection(ours: Row | None, theirs: Row | None) -> Row | None:
    """Protected in one is protected; who may know must be named wherever somebody was."""
    if ours is None or theirs is None:
        return ours or theirs
    return {**ours, "knows": [one for one in ours["knows"] if one in theirs["knows"]]}
