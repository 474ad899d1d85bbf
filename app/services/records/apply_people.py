"""The school's PCs and its directors. Tokens and passwords are the server's to end."""

from __future__ import annotations

from app.models.acts_people import HandoverFields, RevokeFields
from app.models.errors import Refused
from app.models.states import Role
from app.services.records.rows import SchoolRows, Stamp


def revoke(fields: RevokeFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``poste.revoquer``. Raises Refused for the PC that it comes from, NotFound for an unknown one."""
    device = rows.need("devices", fields.device_id)
    if device["id"] == stamp.device_id:
        raise Refused("own_device", "Un poste ne peut pas se révoquer lui-même\u00a0: faites-le depuis un autre poste.")
    if device["revoked_at"] is None:
        rows.change("devices", device["id"], revoked_at=stamp.at)


def hand_over(fields: HandoverFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``ecole.passation``: the successor is expected. Raises Refused where the predecessor's work has ended already."""
    predecessor = rows.get("people", fields.ends_person_id)
    if predecessor is not None and predecessor["ended_at"] is not None:
        raise Refused("already_handed_over", "La passation a déjà eu lieu\u00a0: cette direction a pris fin.")
    if rows.get("people", fields.person_id) is None:
        rows.add("people", fields.person_id, name=fields.name, role=Role.DIRECTOR.value)
