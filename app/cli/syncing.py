"""``preau enrol`` and ``preau sync``."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from contextlib import contextmanager

from app.cli.desks import Opened, opened, the_school
from app.cli.output import Json, carry_out, say
from app.models.errors import Refused
from app.services.devices import settle_keys
from app.services.schools import SchoolView, list_schools
from app.services.sync.engine import SyncEngine
from app.services.sync.enrolment import enrol, token_name
from app.services.sync.status import status
from app.services.sync.transport import HttpTransport


def run_enrol(*, server: str, code: str, uai: str | None, as_json: bool) -> None:
    """Present a code to a server."""
    carry_out(lambda: _enrol(server, code, uai), as_json=as_json)


def _enrol(server: str, code: str, uai: str | None) -> Json:
    with opened(write=True, create=True) as found, _transport() as transport:
        school_id = the_school(found.desk, uai).school_id if uai is not None else None
        done = enrol(
            found.desk, server_url=server.rstrip("/"), code=code, transport=transport, secrets=found.secrets,
            school_id=school_id, label=platform.node(),
        )  # fmt: skip
    say(f"Ce poste est relié à {done.school_name} ({done.uai}), au nom de {done.person_name}.")
    return {"school_id": done.school_id, "uai": done.uai, "school": done.school_name, "person": done.person_name,
            "role": done.role}  # fmt: skip


def run_sync(*, uai: str | None, as_json: bool) -> None:
    """Synchronise the school named, or every school that has a server."""
    carry_out(lambda: _sync(uai), as_json=as_json)


def _sync(uai: str | None) -> Json:
    with opened(write=True) as found, _transport() as transport:
        schools = [the_school(found.desk, uai)] if uai is not None else _linked(found)
        engine = SyncEngine(
            found.desk, transport, lambda school_id: found.secrets.fetch(token_name(school_id)) or "",
            settled=lambda school_id: settle_keys(found.desk, school_id=school_id, secrets=found.secrets),
        )  # fmt: skip
        return {"schools": [_one(found, engine, school) for school in schools]}


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
def _transport() -> Iterator[HttpTransport]:
    transport = HttpTransport()
    try:
        yield transport
    finally:
        transport.close()
