"""What an operator does: create schools, give codes, list and revoke devices, change the epoch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from app.models.clock import Clock, instant, later
from app.models.codes import clean_uai, uai_problem
from app.models.enrol_codes import hash_code, new_code
from app.models.errors import NotFound, Refused
from app.models.ids import RandomBytes, uuid7
from app.models.states import Role
from app.models.tables import devices, people, schools
from app.server import inbox
from app.server.database import Database
from app.server.outbox import runs
from app.server.outbox.runs import RunView
from app.server.sync import heads
from app.server.tables import device_tokens, enrol_codes, server_state
from app.services.records.rows import SchoolRows

CODE_LIFE = timedelta(hours=24)
ZONE = "Europe/Paris"

BANNER = "banner"
"""In ``server_state``: what the operator says on every page; empty for nothing."""


@dataclass(frozen=True, slots=True)
class DeviceView:
    """One PC of one school, as an operator sees it."""

    device_id: str
    uai: str | None
    person_name: str | None
    role: str
    label: str | None
    created_at: str
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class Admin:
    """The operator's commands over one server base."""

    database: Database
    clock: Clock
    random_bytes: RandomBytes

    def create_school(self, *, uai: str, name: str, portal_url: str) -> str:
        """A new school; returns its id. Raises Refused for a wrong or known UAI."""
        uai = clean_uai(uai)
        if (trouble := uai_problem(uai)) is not None:
            raise Refused("bad_uai", trouble)
        school_id = uuid7(self.clock(), self.random_bytes)
        with self.database.write() as connection:
            if connection.execute(select(schools.c.id).where(schools.c.uai == uai)).first() is not None:
                raise Refused("school_exists", f"L’école {uai} existe déjà sur ce serveur.")
            add_school(connection, school_id, uai=uai, name=name, timezone=ZONE, portal_url=portal_url)
        return school_id

    def follow_portal_address(self, *, portal_url: str) -> int:
        """Tell every school the portal's present address, which its next sheets carry; returns how many it changed."""
        wanted = portal_url.rstrip("/")
        with self.database.read() as connection:
            others = select(schools.c.id).where(schools.c.portal_url.is_distinct_from(wanted)).order_by(schools.c.id)
            school_ids = connection.execute(others).scalars().all()
        for school_id in school_ids:
            with self.database.write() as connection:
                head = heads.lock(connection, school_id)
                rows = SchoolRows(connection, school_id)
                rows.change("schools", school_id, portal_url=wanted)
                rows.flush(next_seq=head.next)
                heads.save(connection, head)
        return len(school_ids)

    def enrol_code(self, *, uai: str, role: Role, person_name: str) -> str:
        """A code for one PC of one person: 24 hours, one use. Raises NotFound for an unknown school."""
        if role is Role.SUPPORT:
            raise Refused(
                "officer_code", "L’assistance n’appartient à aucune école : voyez « preau admin create-officer »."
            )
        code = new_code(self.random_bytes)
        now = instant(self.clock())
        with self.database.write() as connection:
            school_id = school_id_of(connection, uai)
            connection.execute(
                insert(enrol_codes).values(
                    code_hash=hash_code(code), school_id=school_id, role=role.value, person_name=person_name,
                    person_id=_person_id(connection, school_id, person_name, role)
                    or uuid7(self.clock(), self.random_bytes),
                    created_at=now, expires_at=later(now, CODE_LIFE),
                )
            )  # fmt: skip
        return code

    def devices(self) -> tuple[DeviceView, ...]:
        """Every PC of every school, by school and date."""
        statement = (
            select(devices, schools.c.uai)
            .join(schools, schools.c.school_id == devices.c.school_id)
            .order_by(schools.c.uai, devices.c.created_at)
        )
        with self.database.read() as connection:
            return tuple(
                DeviceView(
                    row["id"],
                    row["uai"],
                    row["person_name"],
                    row["role"],
                    row["label"],
                    row["created_at"],
                    row["revoked_at"],
                )
                for row in connection.execute(statement).mappings()
            )

    def revoke(self, *, device_id: str) -> None:
        """End a PC's access at once. Raises NotFound."""
        now = instant(self.clock())
        with self.database.write() as connection:
            school_id = connection.execute(select(devices.c.school_id).where(devices.c.id == device_id)).scalar()
            if school_id is None and _end_officers_pc(connection, device_id, now):
                return
            if school_id is None:
                raise NotFound("device_unknown", "Aucun poste n’a cet identifiant : voyez « preau admin devices ».")
            head = heads.lock(connection, school_id)
            rows = SchoolRows(connection, school_id)
            rows.change("devices", device_id, revoked_at=now)
            rows.flush(next_seq=head.next)
            heads.save(connection, head)
            connection.execute(
                update(device_tokens).where(device_tokens.c.device_id == device_id).values(revoked_at=now)
            )

    def mail_runs(self) -> list[RunView]:
        """The latest runs of mails, the paused ones first."""
        with self.database.read() as connection:
            return runs.list_runs(connection)

    def resume_mails(self, *, run_id: str) -> None:
        """Let a paused run go on in the director's place; the school hears of it. Raises NotFound."""
        with self.database.write() as connection:
            school_id = runs.school_of(connection, run_id)
            if school_id is None or not runs.resume(connection, run_id=run_id, school_id=school_id):
                raise NotFound(
                    "run_not_paused", "Aucun envoi en pause n’a cet identifiant : voyez « preau admin mails »."
                )
            inbox.append(
                connection, school_id=school_id, account_id=None, kind="mails_resumed", payload={"run": run_id},
                at=instant(self.clock()), new_id=lambda: uuid7(self.clock(), self.random_bytes),
            )  # fmt: skip

    def announce(self, text: str) -> None:
        """A banner for every page of the portal; an empty text takes it away."""
        with self.database.write() as connection:
            heads.set_state(connection, BANNER, text.strip())

    def announced(self) -> str:
        """The banner, empty for none."""
        with self.database.read() as connection:
            return heads.state(connection, BANNER) or ""

    def new_epoch(self) -> str:
        """After a restore from a backup: every PC will rebuild and push again what the backup lacks."""
        epoch = self.random_bytes(8).hex()
        with self.database.write() as connection:
            connection.execute(update(server_state).where(server_state.c.key == "epoch").values(value=epoch))
        return epoch


def _end_officers_pc(connection: Connection, device_id: str, now: str) -> bool:
    """End the PC of a support officer, which no school has; whether it was one."""
    hers = (device_tokens.c.device_id == device_id, device_tokens.c.school_id == "")
    return connection.execute(update(device_tokens).where(*hers).values(revoked_at=now)).rowcount > 0


def add_school(
    connection: Connection, school_id: str, *, uai: str, name: str, timezone: str, portal_url: str
) -> None:  # fmt: skip
    """The rows of a new school whose UAI is right and free."""
    head = heads.create(connection, school_id)
    rows = SchoolRows(connection, school_id)
    rows.add("schools", school_id, uai=uai, name=name, timezone=timezone, portal_url=portal_url.rstrip("/"))
    rows.flush(next_seq=head.next)
    heads.save(connection, head)


def school_id_of(connection: Connection, uai: str) -> str:
    """Raises NotFound."""
    found = connection.execute(select(schools.c.id).where(schools.c.uai == clean_uai(uai))).scalar()
    if found is None:
        raise NotFound("school_unknown", f"L’école {clean_uai(uai)} n’existe pas sur ce serveur : créez-la d’abord.")
    return str(found)


def _person_id(connection: Connection, school_id: str, name: str, role: Role) -> str | None:
    statement = select(people.c.id).where(
        people.c.school_id == school_id, people.c.name == name, people.c.role == role.value
    )
    return connection.execute(statement).scalar()
