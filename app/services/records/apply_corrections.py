"""Corrections made by people beside ONDE's values, field by field, with conflicts kept."""

from __future__ import annotations

from typing import Any

from app.models.acts import CorrectFields
from app.models.acts_requests import LIVING, RequestKind
from app.models.contacts import read_mobile
from app.models.errors import Refused
from app.models.tables import Row
from app.services.records.conflicts import NEVER_ALONE, Clash, add_event, put_clash
from app.services.records.rows import SchoolRows, Stamp

GUARDIAN_FIELDS = frozenset(
    {"civility", "last_name", "usage_name", "first_name", "address", "postal_code", "town", "country", "email",
     "phone_home", "phone_work", "mobile", "language"}
)  # fmt: skip
PUPIL_FIELDS = frozenset({"last_name", "usage_name", "first_name", "birth_date", "sex", "ine"})


HELD = (
    "Ce contact vient d’une demande d’aide\u00a0: n’importe qui a pu l’écrire. Vérifiez-le de vive voix, puis enregistrez-le "
    "avec «\u00a0Nouveau contact\u00a0» dans «\u00a0Demandes\u00a0»\u00a0: il compte deux jours plus tard."
)


def correct_guardian(fields: CorrectFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``responsable.corriger``. Raises Refused for a field that cannot be corrected, or for a number or an address that
    only a help request gives; NotFound for an unknown record.
    """
    for field in ("email", "mobile"):
        if field in fields.changes and _only_asked(rows, field, fields.changes[field][1]):
            raise Refused("contact_of_request", HELD)
    guardian = _correct("guardians", GUARDIAN_FIELDS, fields, rows, stamp)
    add_event(rows, stamp, kind="corrected", guardian_id=guardian["id"], fields=sorted(fields.changes))


def correct_pupil(fields: CorrectFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``eleve.corriger``. Raises like ``correct_guardian``."""
    _correct("pupils", PUPIL_FIELDS, fields, rows, stamp)


def _correct(table: str, allowed: frozenset[str], fields: CorrectFields, rows: SchoolRows, stamp: Stamp) -> Row:
    if not fields.changes or fields.changes.keys() - allowed:
        raise Refused("field_not_correctable", "Cette donnée ne se corrige pas ici : corrigez-la dans ONDE.")
    row = rows.need(table, fields.record_id)
    corrections = dict(row["corrections"] or {})
    for field, (seen, new) in fields.changes.items():
        _correct_field(corrections, row, field, seen, new, rows, stamp, table)
    return rows.change(table, row["id"], corrections=corrections or None)


def _correct_field(
    corrections: dict[str, Any], row: Row, field: str, seen: str | None, new: str | None,
    rows: SchoolRows, stamp: Stamp, table: str,
) -> None:  # fmt: skip
    entry = corrections.get(field)
    current = entry["value"] if entry else row[field]
    if current == new:
        return
    author = entry["by"] if entry else "ONDE"
    if current != seen:
        alone = field in NEVER_ALONE
        kept, lost = (current, new) if alone else (new, current)
        whose = (author, stamp.author) if alone else (stamp.author, author)
        clash = Clash(table, row["id"], field, kept, lost, *whose)
        put_clash(rows, stamp, clash, kind="never_alone" if alone else "field_conflict")
        if alone:
            return
    if new == row[field]:
        corrections.pop(field, None)
    else:
        corrections[field] = {"value": new, "onde": row[field], "by": stamp.author, "at": stamp.at}


def _only_asked(rows: SchoolRows, field: str, value: str | None) -> bool:
    """Whether a contact stands in a help request that still waits, its own two days not over (identity.md, help form)."""
    if not value:
        return False
    wanted = contact_key(field, value)
    waiting = [row for row in rows.where("requests", kind=RequestKind.HELP.value) if row["status"] in LIVING]
    return any(
        contact_key(field, (row["detail"] or {}).get(field) or "") == wanted and not (row["answer"] or {}).get("counts")
        for row in waiting
    )


def contact_key(field: str, value: str) -> str:
    """A number or an address as it is compared."""
    return (read_mobile(value, allow_fictional=True).e164 or value) if field == "mobile" else value.strip().casefold()
