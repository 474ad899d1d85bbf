"""Acts on accounts that are not notifications, and the end of a review."""

from __future__ import annotations

from app.models.acts import AccountsFields, CloseReviewFields
from app.services.records.conflicts import add_event
from app.services.records.rows import SchoolRows, Stamp


def reopen(fields: AccountsFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``compte.rouvrir``: ways in that were closed by refused birth dates open again (identity.md, birth date)."""
    for account_id in fields.account_ids:
        account = rows.need("accounts", account_id)
        rows.change("accounts", account["id"], block=None)
        add_event(rows, stamp, kind="reopened", account_id=account["id"], guardian_id=account["guardian_id"])


def mark_to_reactivate(fields: AccountsFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``compte.reactiver``: accounts that a PC knew as activated before the server was restored (sync.md, protocol 7)."""
    for account_id in fields.account_ids:
        account = rows.get("accounts", account_id)
        if account is not None and account["state"] != "active":
            rows.change("accounts", account["id"], to_reactivate=True)
            add_event(rows, stamp, kind="to_reactivate", account_id=account["id"], guardian_id=account["guardian_id"])


def close_review(fields: CloseReviewFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``revue.clore``: seen by a person; the item stays in the journal. Items born of undone acts may be gone."""
    review = rows.get("reviews", fields.review_id)
    if review is not None and review["closed_at"] is None:
        rows.change("reviews", review["id"], closed_at=stamp.at, closed_by=stamp.author)
