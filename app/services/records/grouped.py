"""Two records of one guardian in one school, once their owner has grouped the accounts: one stands for the other.

The records stay as ONDE has them. Whoever lists people shows the account that stands, with the children of both; where its
record has gone from ONDE, the other one shows again by itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.models.states import Access
from app.models.tables import Row
from app.services.records.rows import SchoolRows


class Grouped:
    """Who stands for whom, read once from the accounts of a school."""

    def __init__(self, accounts: Iterable[Row], gone: frozenset[str] = frozenset()) -> None:
        """``gone`` are the guardians whose record ended."""
        by_id = {row["id"]: row for row in accounts}
        self._standing = {
            row["id"]: target
            for row in by_id.values()
            if row["merged_into"] and (target := by_id.get(row["merged_into"])) and target["guardian_id"] not in gone
        }
        self._guardians = {by_id[one]["guardian_id"]: target for one, target in self._standing.items()}

    @classmethod
    def read(cls, rows: SchoolRows) -> Grouped:
        accounts = rows.all("accounts")
        if not any(row["merged_into"] for row in accounts):
            return cls(())
        return cls(accounts, frozenset(row["id"] for row in rows.all("guardians") if row["gone_on"]))

    def __bool__(self) -> bool:
        """Whether anybody here has grouped two accounts."""
        return bool(self._standing)

    def account(self, account: Row) -> Row:
        """The account that stands for this one, or itself."""
        return self._standing.get(account["id"], account)

    def standing(self, guardian_id: str) -> Row | None:
        """The account of another record of this guardian that stands for his own, if any."""
        return self._guardians.get(guardian_id)

    def guardian(self, guardian_id: str) -> str:
        """The record of this guardian whose account stands."""
        account = self._guardians.get(guardian_id)
        return guardian_id if account is None else str(account["guardian_id"])


def standing_account(rows: SchoolRows, account: Row) -> Row:
    """Like ``Grouped.account``, for one account."""
    target = rows.get("accounts", account["merged_into"]) if account["merged_into"] else None
    guardian = rows.get("guardians", target["guardian_id"]) if target else None
    return account if target is None or (guardian is not None and guardian["gone_on"]) else target


def links_of(rows: SchoolRows, account: Row) -> list[Row]:
    """The responsibilities of an account's owner under every one of his records, one a pupil: the strictest that stands."""
    found: dict[str, Row] = {}
    for guardian_id in _records(rows, account):
        for link in rows.where("responsibilities", guardian_id=guardian_id):
            known = found.get(link["pupil_id"])
            found[link["pupil_id"]] = link if known is None else stricter_link(known, link)
    return list(found.values())


def _records(rows: SchoolRows, account: Row) -> list[str]:
    others = rows.where("accounts", merged_into=account["id"])
    return [account["guardian_id"], *sorted(other["guardian_id"] for other in others)]


def stricter_link(one: Row, other: Row) -> Row:
    """Of two ties to one pupil the one that has not ended, else the one that shows less."""
    if (one["ended_on"] is None) != (other["ended_on"] is None):
        return one if one["ended_on"] is None else other
    present, wanted = Access(one["access"]), Access(other["access"])
    return one if present.stricter(wanted) is present else other
