"""Enrolment codes on paper: one page a school, to be handed over the same day."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from app.models.codes import clean_uai
from app.models.errors import NotFound, Refused
from app.models.states import Role
from app.models.tables import Row, devices, schools
from app.server.operating.admin import CODE_LIFE, ZONE, Admin
from app.services.letters.enrolment_page import EnrolmentLetter, draw_enrolment_letters


def write_letters(
    admin: Admin, *, file: Path, uais: Sequence[str] | None, person_name: str, public_url: str
) -> tuple[EnrolmentLetter, ...]:
    """Give a director's code to these schools (all those without a PC where ``uais`` is empty) and write the pages.

    Raises NotFound for an unknown school, Refused ``no_school`` where there is none, both before any code is given.
    """
    with admin.database.read() as connection:
        found = _chosen(connection, uais)
    if not found:
        raise Refused("no_school", "Chaque école a déjà un poste\u00a0: nommez celles qui veulent un code (--uai).")
    with _mine_alone(file) as pages:  # before any code is given: a page that cannot be written costs none
        letters = tuple(_letter(admin, school, person_name, public_url) for school in found)
        pages.write(draw_enrolment_letters(letters))
    return letters


def _mine_alone(file: Path) -> IO[bytes]:
    """The file, open for writing, that nobody else may read at any moment."""
    opened = os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "wb")
    os.fchmod(opened.fileno(), 0o600)
    opened.truncate(0)
    return opened


def _letter(admin: Admin, school: Row, person_name: str, public_url: str) -> EnrolmentLetter:
    ends = (admin.clock() + CODE_LIFE).astimezone(ZoneInfo(school["timezone"] or ZONE))
    code = admin.enrol_code(uai=school["uai"], role=Role.DIRECTOR, person_name=person_name)
    until = f"{ends:%d/%m/%Y} à {ends.hour}\u00a0h\u00a0{ends.minute:02d}"
    return EnrolmentLetter(school["uai"], school["name"], person_name, public_url.rstrip("/"), code, until)


def _chosen(connection: Connection, uais: Sequence[str] | None) -> list[Row]:
    statement = select(schools.c.uai, schools.c.name, schools.c.timezone).where(schools.c.uai.is_not(None))
    if not uais:
        living = select(devices.c.school_id).where(devices.c.revoked_at.is_(None))
        statement = statement.where(schools.c.id.not_in(living))
    found = {row["uai"]: dict(row) for row in connection.execute(statement.order_by(schools.c.uai)).mappings()}
    if not uais:
        return list(found.values())
    wanted = list(dict.fromkeys(map(clean_uai, uais)))
    if unknown := [uai for uai in wanted if uai not in found]:
        raise NotFound("school_unknown", f"Ces écoles ne sont pas sur ce serveur\u00a0: {', '.join(unknown)}.")
    return [found[uai] for uai in wanted]
