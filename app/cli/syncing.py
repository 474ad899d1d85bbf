"""``preau enrol`` and ``preau sync``."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.desks import Opened, opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.errors import Refused
from app.services.schools import SchoolView, list_schools
from app.services.support.circonscription import read_circonscription
from app.services.support.copies import is_officer
from app.services.support.officers import bring_copies, refresh
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import enrol
from app.services.sync.seat import officer_token, seated_engine
from app.services.sync.status import status
from app.services.sync.transport import HttpTransport


def run_enrol(*, server: str, code: str, uai: str | None, as_json: bool) -> None:
    """Present a code to a server."""
    carry_out(lambda: _enrol(server, code, uai), as_json=as_json)


def _enrol(server: str, code: str, uai: str | None) -> Json:
    with opened(write=True, create=True) as found, transported() as transport:
        school_id = the_school(found.desk, uai).school_id if uai is not None else None
        done = enrol(
            found.desk, server_url=server.rstrip("/"), code=code, transport=transport, secrets=found.secrets,
            school_id=school_id, label=platform.node(),
        )  # fmt: skip
    if not done.school_id:
        say(f"Ce poste est celui de {done.person_name}, de l’assistance : lancez « preau sync ».")
        return {"officer": done.person_name, "role": done.role}
    say(f"Ce poste est relié à {done.school_name} ({done.uai}), au nom de {done.person_name}.")
    return {"school_id": done.school_id, "uai": done.uai, "school": done.school_name, "person": done.person_name,
            "role": done.role}  # fmt: skip


def run_sync(*, uai: str | None, as_json: bool) -> None:
    """Synchronise the school named, or every school that has a server."""
    carry_out(lambda: _sync(uai), as_json=as_json)


def _sync(uai: str | None) -> Json:
    with opened(write=True) as found, transported() as transport:
        if is_officer(found.desk):
            return _officer(found, transport)
        schools = [the_school(found.desk, uai)] if uai is not None else _linked(found)
        engine = seated_engine(found.desk, transport=transport, secrets=found.secrets)
        return {"schools": [_one(found, engine, school) for school in schools]}


def _officer(found: Opened, transport: HttpTransport) -> Json:
    """An officer's PC: the counts of her schools, and the copies that are open to her."""
    refresh(found.desk, line=transport, token=officer_token(found.secrets))
    failed = bring_copies(found.desk, seated_engine(found.desk, transport=transport, secrets=found.secrets))
    lines = read_circonscription(found.desk).lines
    opened_to_her = [line.uai for line in lines if line.granted_until]
    say(f"{len(lines)} écoles suivies, {len(opened_to_her)} ouvertes, {len(failed)} pas atteintes.")
    return {"schools": [], "officer": {"schools": len(lines), "open": opened_to_her, "failed": len(failed)}}


def _linked(found: Opened) -> list[SchoolView]:
    schools = [s for s in list_schools(found.desk) if status(found.desk, school_id=s.school_id).linked]
    if not schools:
        raise Refused("not_enrolled", "Ce poste n’est relié à aucun serveur : lancez d’abord « preau enrol ».")
    return schools


def _one(found: Opened, engine: SyncEngine, school: SchoolView) -> Json:
    report = engine.run_once(school.school_id)
    left = status(found.desk, school_id=school.school_id)
    say(f"{school.name} : {report.accepted} envoyées, {report.rows} lignes reçues, {left.review_count} à revoir.")
    return {
        "uai": school.uai, "rounds": report.rounds, "accepted": report.accepted, "refused": report.refused,
        "rows": report.rows, "pending": left.pending_count, "to_review": left.review_count,
    }  # fmt: skip


@contextmanager
def transported() -> Iterator[HttpTransport]:
    """The line to a server, closed at the end."""
    transport = HttpTransport()
    try:
        yield transport
    finally:
        transport.close()
