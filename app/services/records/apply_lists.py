"""``liste.exporter``: passwords that left the vault are told on each account and in the journal (arena.md, Lists)."""

from __future__ import annotations

from app.models.acts_lists import ListFields
from app.services.records.conflicts import add_event
from app.services.records.rows import SchoolRows, Stamp


def note_list(fields: ListFields, rows: SchoolRows, stamp: Stamp) -> None:
    """Write one line in the story of each account whose password was listed. Accounts that are gone are passed over."""
    rows.expect(len(fields.account_ids), "accounts")
    for account_id in fields.account_ids:
        account = rows.get("accounts", account_id)
        if account is not None:
            add_event(
                rows, stamp, kind="listed", account_id=account["id"], guardian_id=account["guardian_id"],
                format=fields.format,
            )  # fmt: skip
