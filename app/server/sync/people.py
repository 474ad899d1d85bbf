"""What the server does about a school's PCs and directors: tokens, passwords that were stolen, a successor's code."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, update

from app.models.acts_people import HandoverFields, RevokeFields
from app.models.clock import Clock, instant, later
from app.models.states import Role, SheetStatus
from app.models.tables import Row
from app.server.accounts.doors import LIVING
from app.server.tables import device_tokens, enrol_codes, provisional_secrets
from app.services.devices import readable_sheets
from app.services.records.rows import SchoolRows

Patch = tuple[str, str, Row]
STOLEN = "stolen"
CODE_LIFE = timedelta(hours=24)


def revoke(connection: Connection, rows: SchoolRows, fields: RevokeFields, *, clock: Clock) -> list[Patch]:
    """End a PC's token; where it was stolen, the provisional passwords that it could read as well."""
    now = instant(clock())
    device_id = rows.resolve(fields.device_id)
    _end_tokens(connection, now, device_tokens.c.school_id == rows.school_id, device_tokens.c.device_id == device_id)
    if not fields.stolen:
        return []
    secrets = provisional_secrets
    patches: list[Patch] = []
    for sheet in readable_sheets(rows, device_id):
        mine = (secrets.c.id == sheet["id"], secrets.c.school_id == rows.school_id)
        waits = (secrets.c.used_at.is_(None), secrets.c.voided_at.is_(None))
        connection.execute(update(secrets).where(*mine, *waits).values(voided_at=now, void_reason=STOLEN))
        if sheet["status"] in LIVING:
            patches.append(("sheets", sheet["id"], {"status": SheetStatus.WITHDRAWN.value}))
    return patches


def expect_successor(connection: Connection, rows: SchoolRows, fields: HandoverFields, *, clock: Clock) -> None:
    """Keep the successor's code; a code that was made before for the same handover is of no use any more."""
    now = instant(clock())
    ends = rows.resolve(fields.ends_person_id)
    connection.execute(
        delete(enrol_codes).where(
            enrol_codes.c.school_id == rows.school_id,
            enrol_codes.c.ends_person_id == ends,
            enrol_codes.c.used_at.is_(None),
        )
    )
    connection.execute(
        insert(enrol_codes).values(
            code_hash=fields.code_hash, school_id=rows.school_id, role=Role.DIRECTOR.value, person_id=fields.person_id,
            person_name=fields.name, created_at=now, expires_at=later(now, CODE_LIFE), ends_person_id=ends,
        )
    )  # fmt: skip


def end_person(connection: Connection, rows: SchoolRows, *, person_id: str, now: str, but_device: str) -> None:
    """A predecessor's work ends: person, PCs, tokens. ``but_device`` is the PC that stays and changes hands."""
    person = rows.get("people", person_id)
    if person is None or person["ended_at"] is not None:
        return
    rows.change("people", person["id"], ended_at=now)
    for device in rows.where("devices", person_id=person["id"]):
        if device["id"] != but_device and device["revoked_at"] is None:
            rows.change("devices", device["id"], revoked_at=now)
    _end_tokens(connection, now, device_tokens.c.school_id == rows.school_id, device_tokens.c.person_id == person["id"])


def _end_tokens(connection: Connection, now: str, *which: ColumnElement[bool]) -> None:
    living = device_tokens.c.revoked_at.is_(None)
    connection.execute(update(device_tokens).where(*which, living).values(revoked_at=now))
