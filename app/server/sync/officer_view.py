"""What of a school's rows a support officer gets: a list of columns, and nothing that is not on it (docs/adr/0022).

Never passwords, sealed secrets, tokens, keys, other PCs, contents of reports, whole birth dates, postal addresses, reasons
of decisions, what parents typed, who has read which bilan, or children in other schools. A column that must not be empty
and is not on the list comes as « nothing ».
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Column

from app.models.tables import BY_NAME, Row

ALWAYS = ("school_id", "id", "seq")
_CONTACTS = ("email", "phone_home", "phone_work", "mobile")
SHOWN: Mapping[str, tuple[str, ...]] = {
    "schools": ("uai", "uai_history", "name", "town", "phone", "email", "opening_hours", "timezone", "sector", "portal_url",
                "settings"),
    "school_years": ("label", "starts_on", "undone_at"),
    "classrooms": ("year_id", "label", "levels", "gone_on"),
    "pupils": ("last_name", "usage_name", "first_name", "ine", "corrections", "protection", "limited", "left_on"),
    "enrolments": ("pupil_id", "year_id", "classroom_id", "level", "cycle", "ended_on"),
    "guardians": ("civility", "last_name", "usage_name", "first_name", *_CONTACTS, "language", "wish", "corrections",
                  "limited", "apart", "gone_on"),
    "responsibilities": ("pupil_id", "guardian_id", "access", "access_since", "ended_on"),
    "accounts": ("guardian_id", "login", "state", "origin", "notified_on", "last_access_on", "email", "mobile", "block",
                 "password_changed", "to_reactivate", "ways", "prefers_paper", "merged_into"),
    "batches": ("created_at", "number", "sheet_count", "reset", "paper", "accepted_at"),
    "sheets": ("batch_id", "account_id", "guardian_id", "classroom_id", "classroom_label", "number", "total", "letter",
               "login", "with_secret", "by_post", "printed_at", "status", "accepted_at", "expires_at", "handed_on"),
    "deliveries": ("account_id", "guardian_id", "letter", "address", "state", "at", "reason", "asked_at", "known_at"),
    "imports": ("act_id", "at", "summary", "undone_at"),
    "events": ("account_id", "guardian_id", "at", "kind", "detail"),
    "requests": ("at", "kind", "reference", "account_id", "guardian_id", "pupil_id", "detail", "status", "closed_at"),
    "reports": ("pupil_id", "kind", "certificate", "year", "cycle", "period_index", "period_count", "format", "version",
                "imported_at", "locked_at", "published_on", "removed_at"),
    "aliases": ("target_id", "record_table"),
    "support_grants": ("officer_id", "officer_name", "granted_at", "granted_by", "until", "ended_at", "openings",
                       "diagnoses", "read_at", "read_what"),
    "proposals": ("grant_id", "officer_id", "officer_name", "at", "kind", "fields", "reason", "account_id", "guardian_id",
                  "status", "closed_at", "closed_by", "said"),
}  # fmt: skip
"""The columns that an officer gets, by table."""
OWN = ("support_grants", "proposals")
"""Tables of which she gets her own rows alone."""
UNTOLD = frozenset({"report_reminder"})
"""Events that say who has not read."""
HINTS = frozenset({
    "letter", "batch", "reason", "tries", "state", "access", "wish", "again", "act", "origin", "what", "on", "how", "about",
    "step", "field", "email",
})  # fmt: skip
"""What of the detail of an event or of a request helps to tell why somebody cannot get in."""


def officer_row(table: str, row: Row, officer_id: str) -> Row | None:
    """The row as that officer gets it; None for one that is not for her."""
    if table in OWN and row.get("officer_id") != officer_id:
        return None
    if table == "events" and row["kind"] in UNTOLD:
        return None
    shown = {name: row[name] for name in (*ALWAYS, *SHOWN[table]) if row.get(name) is not None}
    for name, keep in _PARTS.items():
        if name in shown:
            shown[name] = keep(table, shown[name])
    if table == "pupils" and (year := _birth_year(row)):
        shown["extra"] = {"birth_year": year}
    return {**_blank(table, shown), **shown}


def _blank(table: str, shown: Row) -> Row:
    """« Nothing », in the columns that hold something in every row."""
    return {
        column.name: _nothing(column)
        for column in BY_NAME[table].columns
        if not column.nullable and column.name not in shown
    }


def _nothing(column: Column[Any]) -> Any:
    return column.type.python_type()


def _birth_year(row: Row) -> str | None:
    corrected = (row.get("corrections") or {}).get("birth_date") or {}
    born = corrected.get("value") or row.get("birth_date")
    return str(born)[:4] if born else None


def _corrections(table: str, value: Any) -> Any:
    """Of the fields that she gets, what was corrected and when."""
    return {name: {**entry, "by": ""} for name, entry in value.items() if name in SHOWN[table]} or None


def _hints(table: str, value: Any) -> Any:
    kept = {name: said for name, said in value.items() if name in HINTS and isinstance(said, str | int)}
    return kept or None


def _counts(table: str, value: Any) -> Any:
    """The summary of an import: numbers by kind of change."""
    return {
        name: {key: count for key, count in part.items() if isinstance(count, int)}
        for name, part in value.items()
        if isinstance(part, dict)
    }


def _told_apart(table: str, value: Any) -> Any:
    """Who is not the same person, and since when; not who said so."""
    return {other: {"at": said.get("at"), "by": ""} for other, said in value.items() if isinstance(said, dict)}


_PARTS: Mapping[str, Callable[[str, Any], Any]] = {
    "corrections": _corrections, "detail": _hints, "summary": _counts,
    "apart": _told_apart,
    "protection": lambda _table, value: {"knows": value.get("knows") or [], "since": value.get("since"), "by": ""},
    "limited": lambda _table, value: {"since": value.get("since"), "by": "", "reason": None},
}  # fmt: skip
"""Columns that hold several values, of which some are kept."""
