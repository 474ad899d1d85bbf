"""The school itself: its beginning, its contact, its settings, and the keys given to its PCs."""

from __future__ import annotations

from app.models.acts import AdmitDeviceFields, CreateSchoolFields, EditSchoolFields, SchoolSettingFields
from app.models.errors import Refused
from app.services.records.conflicts import Clash, put_clash
from app.services.records.rows import SchoolRows, Stamp

EDITABLE = frozenset(
    {
        "name",
        "town",
        "address",
        "postal_code",
        "phone",
        "email",
        "opening_hours",
        "signatory_name",
        "signatory_title",
        "timezone",
        "sector",
    }
)


def create(fields: CreateSchoolFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``ecole.creer``. On a server that already has the school, what it says is completed, and never lost.

    An empty number or name means: not known here, the server will say it.
    """
    if fields.details.keys() - EDITABLE:
        raise Refused("field_not_editable", "Cette donnée de l’école ne peut pas être saisie ici.")
    wanted = {"name": fields.name, **fields.details}
    existing = rows.get("schools", rows.school_id)
    if existing is None:
        rows.add("schools", rows.school_id, uai=fields.uai or None, **{"timezone": "Europe/Paris", **wanted})
        return
    if fields.uai and existing["uai"] not in (None, fields.uai):
        raise Refused("other_school", f"L’UAI {fields.uai} n’est pas celui de cette école ({existing['uai']}).")
    _write(wanted, existing, rows, stamp)


def edit(fields: EditSchoolFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``ecole.modifier``. The later arrival wins, the value that loses is kept to be reviewed."""
    if not fields.changes or fields.changes.keys() - EDITABLE:
        raise Refused("field_not_editable", "Cette donnée de l’école ne peut pas être modifiée ici.")
    school = rows.need("schools", rows.school_id)
    for name, (seen, new) in fields.changes.items():
        if school[name] not in (seen, new):
            put_clash(rows, stamp, Clash("schools", school["id"], name, new, school[name], stamp.author))
    rows.change("schools", school["id"], **{name: new for name, (_, new) in fields.changes.items()})


def set_option(fields: SchoolSettingFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``ecole.regler``: one setting; the same rule as for a field."""
    school = rows.need("schools", rows.school_id)
    settings = dict(school["settings"] or {})
    current = settings.get(fields.name)
    if current not in (fields.seen, fields.value):
        put_clash(rows, stamp, Clash("schools", school["id"], fields.name, fields.value, current, stamp.author))
    rows.change("schools", school["id"], settings={**settings, fields.name: fields.value})


def admit_device(fields: AdmitDeviceFields, rows: SchoolRows, stamp: Stamp) -> None:
    """``poste.admettre``: keep a school key sealed to a device of this school."""
    device = rows.get("devices", fields.device_id)
    if device is not None and device["revoked_at"] is not None:
        raise Refused("device_revoked", "Ce poste a été révoqué : il ne peut plus recevoir la clé de l’école.")
    if rows.get("key_grants", fields.grant_id) is None:
        rows.add(
            "key_grants", fields.grant_id, device_id=fields.device_id, key_version=fields.key_version,
            sealed=fields.sealed, granted_by=stamp.author,
        )  # fmt: skip


def _write(wanted: dict[str, str | None], school: dict[str, object], rows: SchoolRows, stamp: Stamp) -> None:
    values: dict[str, str] = {}
    for name, new in wanted.items():
        if new is None or new == "" or school[name] == new:
            continue
        if school[name]:
            put_clash(rows, stamp, Clash("schools", rows.school_id, name, new, school[name], stamp.author))
        values[name] = new
    rows.change("schools", rows.school_id, **values)
