"""Correcting a guardian's or a pupil's record beside ONDE's value (DESIGN, « ONDE against people »)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from app.models.acts import CorrectFields
from app.models.contacts import LANDLINE, is_mail, read_mobile
from app.models.corrections import effective
from app.models.errors import InputError
from app.models.tables import Row
from app.services.accounts import listed_name
from app.services.desk import Desk
from app.services.onde.dates import read_date, shown_date
from app.services.onde.plan import FIELD_LABELS
from app.services.records.journal import SubmittedAct, submit
from app.services.records.rows import SchoolRows

Table = Literal["guardians", "pupils"]
FIELDS: dict[Table, tuple[str, ...]] = {
    "guardians": ("last_name", "usage_name", "first_name", "email", "mobile", "phone_home", "phone_work", "address",
                  "postal_code", "town"),
    "pupils": ("last_name", "usage_name", "first_name", "birth_date", "ine"),
}  # fmt: skip
KINDS: dict[Table, str] = {"guardians": "responsable.corriger", "pupils": "eleve.corriger"}
MUST = {"last_name": "Le nom ne peut pas être vide.", "first_name": "Le prénom ne peut pas être vide."}


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field of a record: what counts here, and what ONDE says. Dates are ``JJ-MM-AAAA``, empty texts ``""``."""

    name: str
    label: str
    value: str
    onde: str

    @property
    def corrected(self) -> bool:
        """Whether somebody wrote another value than ONDE's."""
        return self.value != self.onde


@dataclass(frozen=True, slots=True)
class Person:
    """A record that can be corrected."""

    table: Table
    record_id: str
    name: str
    fields: tuple[FieldValue, ...]


def read_person(desk: Desk, *, school_id: str, table: Table, record_id: str) -> Person:
    """The record with both values of each field. Raises NotFound."""
    row = _row(desk, school_id, table, record_id)
    fields = tuple(
        FieldValue(name, FIELD_LABELS[name], _shown(name, effective(row, name)), _shown(name, row[name]))
        for name in FIELDS[table]
    )
    return Person(table, row["id"], listed_name(row), fields)


def field_problem(name: str, text: str) -> str | None:
    """What is wrong with a value as typed, or None. An empty one means: none."""
    if not text.strip():
        return MUST.get(name)
    if name == "email" and not is_mail(text):
        return "Une adresse mail s’écrit nom@domaine.fr."
    if name == "mobile" and (flag := read_mobile(text, allow_fictional=True).flag):
        return "C’est le numéro d’une ligne fixe." if flag == LANDLINE else "Un numéro s’écrit 06 12 34 56 78."
    if name == "birth_date" and read_date(text) is None:
        return "Une date s’écrit 14-03-2018."
    return None


def correct(
    desk: Desk, *, school_id: str, table: Table, record_id: str, values: Mapping[str, str]
) -> SubmittedAct | None:
    """Write what differs from what counts here; a value that is ONDE's again ends the correction.

    None where nothing differs. Raises NotFound, InputError for a value that cannot be.
    """
    row = _row(desk, school_id, table, record_id)
    changes: dict[str, tuple[str | None, str | None]] = {}
    for name, text in values.items():
        present = effective(row, name)
        if " ".join(text.split()) == _shown(name, present):
            continue
        if (problem := field_problem(name, text)) is not None:
            raise InputError("correction_wrong", f"{FIELD_LABELS[name]}\u00a0: {problem}", field=name)
        changes[name] = (present, _stored(name, text))
    if not changes:
        return None
    fields = CorrectFields(record_id=row["id"], changes=changes)
    return submit(desk, school_id=school_id, kind=KINDS[table], fields=fields)


def _row(desk: Desk, school_id: str, table: Table, record_id: str) -> Row:
    with desk.vault.read() as connection:
        return SchoolRows(connection, school_id).need(table, record_id)


def _shown(name: str, value: str | None) -> str:
    return (shown_date(value) if name == "birth_date" else value) or ""


def _stored(name: str, text: str) -> str | None:
    plain = " ".join(text.split())
    if name == "birth_date" and plain:
        day = read_date(plain)
        return day.isoformat() if day else None
    return plain or None
