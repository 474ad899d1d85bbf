"""The PCs of a school and the key that they share (DESIGN, « Sealing »).

A new PC is let in by a person who compares a short fingerprint on both screens, so that the server cannot invent a PC.
When a PC is revoked, the school gets a new key, sealed to the PCs that are still trusted; older sheets keep theirs.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.models.acts import AdmitDeviceFields
from app.models.acts_people import RevokeFields
from app.models.errors import Refused
from app.models.states import Role, SheetStatus
from app.models.tables import Row
from app.services.desk import Desk
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sealing import (
    SchoolKey,
    SecretUnreadable,
    fingerprint,
    keep_school_key,
    new_school_key,
    open_school_key,
    school_keyring,
    seal_school_key,
)
from app.services.vault.secrets import SecretStore
from app.services.vault.tables import links


@dataclass(frozen=True, slots=True)
class DeviceToAdmit:
    """A PC that cannot read the school's passwords yet. ``fingerprint`` is what its own screen shows too."""

    device_id: str
    person_name: str
    label: str
    fingerprint: str


def own_fingerprint(desk: Desk, *, school_id: str) -> str | None:
    """What this PC shows for the other one to compare; None before it is enrolled."""
    with desk.vault.read() as connection:
        own = SchoolRows(connection, school_id).get("devices", _own_id(desk, school_id) or "")
    return fingerprint(own["public_key"]) if own is not None else None


def lacks_key(desk: Desk, *, school_id: str) -> bool:
    """Whether sheets of this school are sealed with a key that this PC has not been given."""
    with desk.vault.read() as connection:
        held = school_keyring(connection, school_id).keys()
        versions = {row["key_version"] for row in SchoolRows(connection, school_id).all("sheets") if row["sealed"]}
    return bool(versions - held)


def to_admit(desk: Desk, *, school_id: str) -> tuple[DeviceToAdmit, ...]:
    """The PCs that a person may let in from here: they lack a key that this one holds."""
    own = _own_id(desk, school_id)
    with desk.vault.read() as connection:
        rows, held = SchoolRows(connection, school_id), school_keyring(connection, school_id)
        found = [row for row in rows.all("devices") if row["id"] != own and _trusted(row) and _missing(rows, row, held)]
    return tuple(
        DeviceToAdmit(row["id"], row["person_name"] or "", row["label"] or "", fingerprint(row["public_key"]))
        for row in sorted(found, key=lambda row: str(row["created_at"]))
    )


def admit(desk: Desk, *, school_id: str, device_id: str, compared: str) -> None:
    """Seal the school's keys to a PC. ``compared`` is the fingerprint that the person read on its screen.

    Raises Refused where it is not that PC's, or where there is nothing to give.
    """
    with desk.vault.read() as connection:
        rows, held = SchoolRows(connection, school_id), school_keyring(connection, school_id)
        device = rows.need("devices", device_id)
        missing = _missing(rows, device, held)
    if "".join(compared.split()) != "".join(fingerprint(device["public_key"]).split()):
        raise Refused(
            "fingerprint_differs",
            "Les deux nombres ne sont pas les mêmes\u00a0: ce poste n’a pas été admis. Prévenez l’assistance.",
        )
    if not missing or not _trusted(device):
        raise Refused("nothing_to_admit", "Ce poste n’attend rien de celui-ci.")
    for key in missing:
        _grant(desk, school_id, device, key)


def settle_keys(desk: Desk, *, school_id: str, secrets: SecretStore) -> None:
    """After a synchronisation: take the keys given to this PC, say which it has, and replace one that a revoked PC had."""
    _take(desk, school_id, secrets)
    own = _own_id(desk, school_id)
    with desk.vault.read() as connection:
        rows, held = SchoolRows(connection, school_id), school_keyring(connection, school_id)
        here = rows.get("devices", own or "")
        mine = _missing(rows, here, held) if here is not None and _trusted(here) else []
        holders = _holders(rows, max(held, default=None))
    for key in mine:
        _grant(desk, school_id, here or {}, key)
    if held and any(not _trusted(device) for device in holders):
        fresh = new_school_key(desk.clock, desk.random_bytes, after=max(held))
        with desk.vault.write() as connection:
            keep_school_key(connection, school_id=school_id, key=fresh)
        for device in holders:
            if _trusted(device):
                _grant(desk, school_id, device, fresh)


def _holders(rows: SchoolRows, version: int | None) -> list[Row]:
    """The PCs that a key was sealed to."""
    ids = {grant["device_id"] for grant in rows.all("key_grants") if grant["key_version"] == version}
    return [device for device in rows.all("devices") if device["id"] in ids]


def _take(desk: Desk, school_id: str, secrets: SecretStore) -> None:
    own = _own_id(desk, school_id)
    with desk.vault.read() as connection:
        held = school_keyring(connection, school_id)
        grants = SchoolRows(connection, school_id).where("key_grants", device_id=own or "")
    for grant in grants:
        if grant["key_version"] in held:
            continue
        try:
            key = open_school_key(
                grant["sealed"], version=grant["key_version"], device_id=grant["device_id"], secrets=secrets
            )
        except SecretUnreadable:
            continue  # a grant that the server has invented, or made to a key that this PC no longer has
        with desk.vault.write() as connection:
            keep_school_key(connection, school_id=school_id, key=key)


def _grant(desk: Desk, school_id: str, device: Row, key: SchoolKey) -> None:
    sealed = seal_school_key(key, public_key=device["public_key"], device_id=device["id"])
    fields = AdmitDeviceFields(grant_id=desk.new_id(), device_id=device["id"], key_version=key.version, sealed=sealed)
    submit(desk, school_id=school_id, kind="poste.admettre", fields=fields)


def _missing(rows: SchoolRows, device: Row, held: dict[int, SchoolKey]) -> list[SchoolKey]:
    """The keys of this PC that were never sealed to that one, oldest first."""
    given = {grant["key_version"] for grant in rows.where("key_grants", device_id=device["id"])}
    return [key for version, key in sorted(held.items()) if version not in given]


def _trusted(device: Row) -> bool:
    return device["revoked_at"] is None and device["role"] in (Role.DIRECTOR, Role.DEPUTY)


def _own_id(desk: Desk, school_id: str) -> str | None:
    with desk.vault.read() as connection:
        own: str | None = connection.execute(select(links.c.device_id).where(links.c.school_id == school_id)).scalar()
    return own


def readable_sheets(rows: SchoolRows, device_id: str) -> list[Row]:
    """The sheets whose password a PC can read and that still wait for their guardian."""
    versions = {grant["key_version"] for grant in rows.where("key_grants", device_id=device_id)}
    waiting = (SheetStatus.PRINTED, SheetStatus.KNOWN, SheetStatus.EXPIRED)
    return [row for row in rows.all("sheets") if row["key_version"] in versions and row["status"] in waiting]


def count_readable(desk: Desk, *, school_id: str, device_id: str) -> int:
    """How many provisional passwords would end with a stolen PC."""
    with desk.vault.read() as connection:
        return len(readable_sheets(SchoolRows(connection, school_id), device_id))


def revoke(desk: Desk, *, school_id: str, device_id: str, stolen: bool) -> None:
    """End a PC's access, and with ``stolen`` the passwords that it could read, in one act. Raises Refused, NotFound."""
    if device_id == _own_id(desk, school_id):
        raise Refused("own_device", "C’est le poste que vous utilisez\u00a0: révoquez-le depuis un autre poste.")
    submit(
        desk, school_id=school_id, kind="poste.revoquer", fields=RevokeFields(device_id=device_id, stolen=stolen)
    )  # fmt: skip
