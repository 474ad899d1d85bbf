"""What an operator does about support officers (ERUN): enrol one, say of which schools, end one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from app.models.clock import instant, later
from app.models.codes import clean_uai
from app.models.enrol_codes import hash_code, new_code
from app.models.errors import NotFound, Refused
from app.models.ids import uuid7
from app.models.states import Role
from app.models.support import Way
from app.models.tables import schools
from app.server.operating.admin import CODE_LIFE, Admin, school_id_of
from app.server.sync import heads
from app.server.sync.officers import end_officer, introduce, living_officer
from app.server.tables import device_tokens, enrol_codes, officer_schools, officers
from app.services.records.rows import SchoolRows


@dataclass(frozen=True, slots=True)
class OfficerView:
    """An officer as the operator sees her. ``devices``: the ids of the PCs that she may use now."""

    officer_id: str
    name: str
    uais: tuple[str, ...]
    devices: tuple[str, ...]
    created_at: str
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class NewCode:
    """The code of one PC of an officer: 24 hours, one use."""

    officer_id: str
    code: str


def create(admin: Admin, *, name: str, uais: Iterable[str] = ()) -> NewCode:
    """An officer with no school's rows, and the code of her PC. Raises Refused for no name, NotFound for a school."""
    plain, officer_id = " ".join(name.split()), uuid7(admin.clock(), admin.random_bytes)
    if not plain:
        raise Refused(
            "name_missing", "Donnez le nom de la personne : les directions le liront avant d’ouvrir un accès."
        )
    with admin.database.write() as connection:
        connection.execute(insert(officers).values(id=officer_id, name=plain, created_at=instant(admin.clock())))
        _set_schools(admin, connection, officer_id, uais)
        return NewCode(officer_id, _code(admin, connection, officer_id))


def code_again(admin: Admin, *, officer_id: str) -> NewCode:
    """A code for another PC of an officer. Raises Refused ``officer_ended``."""
    with admin.database.write() as connection:
        living_officer(connection, officer_id)
        return NewCode(officer_id, _code(admin, connection, officer_id))


def set_schools(admin: Admin, *, officer_id: str, uais: Iterable[str]) -> int:
    """Say of which schools she reads the counts, in place of those before; returns how many. Raises NotFound, Refused."""
    with admin.database.write() as connection:
        living_officer(connection, officer_id)
        return _set_schools(admin, connection, officer_id, uais)


def end(admin: Admin, *, officer_id: str) -> None:
    """End an officer's work: her PCs, and what schools had opened to her. Raises Refused ``officer_ended``."""
    now = instant(admin.clock())
    with admin.database.write() as connection:
        living_officer(connection, officer_id)
        for school_id in end_officer(connection, officer_id, now):
            head = heads.lock(connection, school_id)
            rows = SchoolRows(connection, school_id)
            rows.change("support_officers", officer_id, ended_at=now)
            for grant in rows.where("support_grants", officer_id=officer_id, ended_at=None):
                rows.change("support_grants", grant["id"], ended_at=now)
            rows.flush(next_seq=head.next)
            heads.save(connection, head)


def list_officers(admin: Admin) -> tuple[OfficerView, ...]:
    """Every officer, by name."""
    with admin.database.read() as connection:
        found = connection.execute(select(officers).order_by(officers.c.name, officers.c.id)).mappings().all()
        return tuple(
            OfficerView(
                row["id"], row["name"], _uais(connection, row["id"]), _devices(connection, row["id"]), row["created_at"],
                row["ended_at"],
            )
            for row in found
        )  # fmt: skip


def _set_schools(admin: Admin, connection: Connection, officer_id: str, uais: Iterable[str]) -> int:
    """Schools in sorted order, as everything that locks several."""
    officer = living_officer(connection, officer_id)
    wanted = sorted({school_id_of(connection, uai) for uai in map(clean_uai, uais)})
    mine = officer_schools.c.officer_id == officer_id
    before = set(connection.execute(select(officer_schools.c.school_id).where(mine)).scalars())
    connection.execute(delete(officer_schools).where(mine))
    if wanted:
        connection.execute(
            insert(officer_schools), [{"officer_id": officer_id, "school_id": school_id} for school_id in wanted]
        )
    now = instant(admin.clock())
    for school_id in sorted({*wanted, *before}):
        head = heads.lock(connection, school_id)
        rows = SchoolRows(connection, school_id)
        if school_id in wanted:
            introduce(rows, officer, way=Way.CIRCONSCRIPTION, now=now)
        else:
            _leave(rows, officer_id, now)
        rows.flush(next_seq=head.next)
        heads.save(connection, head)
    return len(wanted)


def _leave(rows: SchoolRows, officer_id: str, now: str) -> None:
    """A school that is not hers any more: what its director had opened ends with its own date, nothing new opens."""
    if rows.get("support_officers", officer_id) is not None:
        rows.change("support_officers", officer_id, ended_at=now)


def _code(admin: Admin, connection: Connection, officer_id: str) -> str:
    code, now = new_code(admin.random_bytes), instant(admin.clock())
    name = living_officer(connection, officer_id)["name"]
    connection.execute(
        insert(enrol_codes).values(
            code_hash=hash_code(code), school_id="", role=Role.SUPPORT.value, person_id=officer_id, person_name=name,
            created_at=now, expires_at=later(now, CODE_LIFE),
        )
    )  # fmt: skip
    return code


def _uais(connection: Connection, officer_id: str) -> tuple[str, ...]:
    mine = (
        select(schools.c.uai)
        .join(officer_schools, officer_schools.c.school_id == schools.c.school_id)
        .where(officer_schools.c.officer_id == officer_id)
        .order_by(schools.c.uai)
    )
    return tuple(uai or "" for uai in connection.execute(mine).scalars())


def _devices(connection: Connection, officer_id: str) -> tuple[str, ...]:
    mine = (device_tokens.c.person_id == officer_id, device_tokens.c.revoked_at.is_(None))
    return tuple(connection.execute(select(device_tokens.c.device_id).where(*mine).distinct()).scalars())


def officer_named(admin: Admin, text: str) -> str:
    """The id of an officer, by id or by name. Raises NotFound."""
    found = [one for one in list_officers(admin) if text in (one.officer_id, one.name) and one.ended_at is None]
    if len(found) != 1:
        raise NotFound(
            "officer_unknown", f"Aucune personne de l’assistance ne s’appelle « {text} » : voyez « officers »."
        )
    return found[0].officer_id
