"""The schools of a vault: which ones, begin one offline, edit what is printed on sheets (« Mon école »)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from app.models.acts import CreateSchoolFields, EditSchoolFields, SchoolSettingFields
from app.models.codes import clean_uai, uai_problem
from app.models.contacts import mail_problem, phone_problem
from app.models.errors import InputError, NotFound, Refused
from app.models.secrets import SHEET_LIFE
from app.models.states import Role
from app.models.tables import Row, devices, schools
from app.services.desk import Desk
from app.services.records.journal import SubmittedAct, submit
from app.services.vault.tables import links

SettingName = Literal[
    "sheet_life_days", "require_ine", "count_nursery", "help_digest", "report_openings", "report_notices"
]  # fmt: skip
DETAILS = (
    "town", "address", "postal_code", "phone", "email", "opening_hours", "signatory_name", "signatory_title",
)  # fmt: skip
"""What the director fills in, beside the name."""
SETTINGS: Mapping[SettingName, int | bool] = {
    "sheet_life_days": SHEET_LIFE.days, "require_ine": False, "count_nursery": False, "help_digest": True,
    "report_openings": False, "report_notices": True,
}  # fmt: skip
"""What each is unless the school says otherwise; « Mon école », « Statistiques » and « Livrets » say what each does."""
PRIVATE = "private"
CHECKS = {"email": mail_problem, "phone": phone_problem}


@dataclass(frozen=True, slots=True)
class SchoolView:
    """One school as screens show it."""

    school_id: str
    uai: str
    name: str
    town: str | None
    address: str | None
    postal_code: str | None
    phone: str | None
    email: str | None
    opening_hours: str | None
    """When somebody answers, in the school's own words."""
    signatory_name: str | None
    signatory_title: str | None
    timezone: str
    portal_url: str | None

    @property
    def line(self) -> str:
        """« 0990001N  École primaire des Tilleuls  Valbrune », Arena's line under the title."""
        return "   ".join(part for part in (self.uai, self.name, self.town) if part)

    @property
    def lacks_for_sheets(self) -> bool:
        """Whether sheets would be printed without a contact or without a signature."""
        return not all((self.phone or self.email, self.signatory_name))


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """A PC of the school. ``created_at`` and ``revoked_at`` are stored instants, ``last_seen_on`` a day."""

    device_id: str
    label: str
    person_name: str
    role: Role
    created_at: str
    last_seen_on: str | None
    revoked_at: str | None
    here: bool


def list_schools(desk: Desk) -> tuple[SchoolView, ...]:
    """The schools of this vault, by name."""
    with desk.vault.read() as connection:
        rows = connection.execute(select(schools).order_by(schools.c.name, schools.c.uai)).mappings().all()
    return tuple(_view(dict(row)) for row in rows)


def one_school(desk: Desk, *, school_id: str) -> SchoolView:
    """That school. Raises NotFound."""
    return _view(_stored(desk, school_id))


def _stored(desk: Desk, school_id: str) -> Row:
    with desk.vault.read() as connection:
        row = connection.execute(select(schools).where(schools.c.id == school_id)).mappings().first()
    if row is None:
        raise NotFound("school_unknown", "Cette école n’est pas dans ce fichier.")
    return dict(row)


def by_uai(desk: Desk, *, uai: str) -> SchoolView | None:
    """The school of that number, or None. Raises Refused where the number is not one."""
    wanted = checked_uai(uai)
    return next((school for school in list_schools(desk) if school.uai == wanted), None)


def checked_uai(text: str) -> str:
    """A UAI as typed, in its stored form. Raises Refused with the reason."""
    uai = clean_uai(text)
    if (trouble := uai_problem(uai)) is not None:
        raise Refused("bad_uai", trouble)
    return uai


def create_school(desk: Desk, *, uai: str, name: str, details: Mapping[str, str | None] | None = None) -> SchoolView:
    """Begin a school on this PC, before any server knows it. Raises Refused for a wrong or known UAI, or no name."""
    if by_uai(desk, uai=uai) is not None:
        raise Refused("school_exists", f"L’école {clean_uai(uai)} est déjà dans ce fichier.")
    if not name.strip():
        raise Refused("name_missing", "Donnez le nom de l’école, tel qu’il doit figurer sur les feuilles.")
    school_id = desk.new_id()
    kept = {field: value.strip() for field, value in (details or {}).items() if value and value.strip()}
    fields = CreateSchoolFields(uai=clean_uai(uai), name=name.strip(), details=dict(kept))
    submit(desk, school_id=school_id, kind="ecole.creer", fields=fields)
    return one_school(desk, school_id=school_id)


def begin_unnamed(desk: Desk, *, uai: str | None) -> SchoolView:
    """Begin a school whose name, and perhaps number, a server will say. Raises Refused for a wrong number."""
    school_id = desk.new_id()
    fields = CreateSchoolFields(uai=checked_uai(uai) if uai else "", name="")
    submit(desk, school_id=school_id, kind="ecole.creer", fields=fields)
    return one_school(desk, school_id=school_id)


def edit_school(desk: Desk, *, school_id: str, values: Mapping[str, str | None]) -> SchoolView:
    """Write what differs; nothing is journaled where nothing does.

    Raises Refused without a name, InputError for a mail address or a number that cannot be one.
    """
    present = _stored(desk, school_id)
    changes: dict[str, tuple[str | None, str | None]] = {}
    for name, value in values.items():
        seen, wanted = present[name], (value or "").strip() or None
        if wanted != seen:
            changes[name] = (seen, wanted)
    if changes.get("name", ("", "x"))[1] is None:
        raise Refused("name_missing", "Le nom de l’école ne peut pas être vide.")
    for name, problem in CHECKS.items():
        if name in changes and (trouble := problem(changes[name][1] or "")) is not None:
            raise InputError(f"{name}_wrong", trouble)
    if changes:
        submit(desk, school_id=school_id, kind="ecole.modifier", fields=EditSchoolFields(changes=changes))
    return one_school(desk, school_id=school_id)


def change_setting(desk: Desk, *, school_id: str, name: SettingName, value: int | bool) -> SubmittedAct | None:
    """Write one setting; None where it is so already. Raises InputError as ``checked_setting``."""
    checked_setting(name, value)
    seen = (_stored(desk, school_id)["settings"] or {}).get(name)
    if seen == value:
        return None
    fields = SchoolSettingFields(name=name, seen=seen, value=value)
    return submit(desk, school_id=school_id, kind="ecole.regler", fields=fields)


def checked_setting(name: SettingName, value: int | bool) -> None:
    """Raises InputError for a value that a setting cannot have: ``sheet_life_days`` is 7 to 365."""
    if name == "sheet_life_days" and not 7 <= value <= 365:
        raise InputError("sheet_life_wrong", "Les feuilles restent valables de 7 à 365 jours.")


def is_private(desk: Desk, *, school_id: str) -> bool:
    """Whether the school is a private one, whose software gives ONDE no mobiles."""
    return bool(_stored(desk, school_id)["sector"] == PRIVATE)


def set_private(desk: Desk, *, school_id: str, private: bool) -> None:
    """Say which it is; nothing is journaled where it is so already."""
    if private is not is_private(desk, school_id=school_id):
        edit_school(desk, school_id=school_id, values={"sector": PRIVATE if private else "public"})


def settings_of(desk: Desk, *, school_id: str) -> dict[str, int | bool]:
    """Every setting of a school, as it is or as it is usually."""
    with desk.vault.read() as connection:
        stored = connection.execute(select(schools.c.settings).where(schools.c.id == school_id)).scalar() or {}
    return {name: usual if stored.get(name) is None else stored[name] for name, usual in SETTINGS.items()}


def requires_ine(desk: Desk, *, school_id: str) -> bool:
    """Whether a guardian is notified first once a child has an INE."""
    return bool(settings_of(desk, school_id=school_id)["require_ine"])


def help_digest(desk: Desk, *, school_id: str) -> bool:
    """Whether the school's mailbox gets a mail a day while parents wait for an answer."""
    return bool(settings_of(desk, school_id=school_id)["help_digest"])


def report_notices(desk: Desk, *, school_id: str) -> bool:
    """Whether families are told of what is published."""
    return bool(settings_of(desk, school_id=school_id)["report_notices"])


def sheet_life_days(desk: Desk, *, school_id: str) -> int:
    """How long a sheet stays valid, in days from the server's acceptance."""
    return int(settings_of(desk, school_id=school_id)["sheet_life_days"])


def linked_schools(desk: Desk) -> tuple[str, ...]:
    """The ids of the schools that know a server."""
    with desk.vault.read() as connection:
        return tuple(connection.execute(select(links.c.school_id).order_by(links.c.school_id)).scalars())


def person_at_work(desk: Desk, *, school_id: str) -> str | None:
    """Who the server says sits here; before that, the school's signatory, or nobody."""
    with desk.vault.read() as connection:
        known = connection.execute(select(links.c.person_name).where(links.c.school_id == school_id)).scalar()
    return known or one_school(desk, school_id=school_id).signatory_name


def list_devices(desk: Desk, *, school_id: str) -> tuple[DeviceLine, ...]:
    """The school's PCs as the server last told them, this one first, revoked ones last."""
    with desk.vault.read() as connection:
        own = connection.execute(select(links.c.device_id).where(links.c.school_id == school_id)).scalar()
        found = connection.execute(select(devices).where(devices.c.school_id == school_id)).mappings().all()
    lines = [_device(dict(row), own) for row in found]
    return tuple(sorted(lines, key=lambda line: (line.revoked_at is not None, not line.here, line.created_at)))


def _device(row: Row, own: str | None) -> DeviceLine:
    return DeviceLine(
        device_id=row["id"], label=row["label"] or "", person_name=row["person_name"] or "", role=Role(row["role"]),
        created_at=row["created_at"], last_seen_on=row["last_seen_on"], revoked_at=row["revoked_at"],
        here=row["id"] == own,
    )  # fmt: skip


def _view(row: Row) -> SchoolView:
    return SchoolView(
        school_id=row["id"], uai=row["uai"] or "", name=row["name"] or f"École {row['uai'] or ''}".strip(),
        timezone=row["timezone"] or "Europe/Paris",
        portal_url=row["portal_url"], **{name: row[name] for name in DETAILS},
    )  # fmt: skip
