"""« Passation »: the successor's arrival ends the predecessor's work, in one transaction of the server."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.models.acts_people import HandoverFields
from app.models.enrol_codes import hash_code, new_code
from app.models.errors import Refused
from app.services.desk import Desk
from app.services.records.journal import submit
from app.services.vault.tables import links


@dataclass(frozen=True, slots=True)
class Handover:
    """What the predecessor gives to the successor. The code is known to nobody else, and shown once."""

    name: str
    code: str
    server_url: str


def begin(desk: Desk, *, school_id: str, name: str) -> Handover:
    """Make a successor's code. It works once the server knows the act, for 24 hours, on any PC or on this one.

    Raises Refused before this PC is linked to a server, and for an empty name.
    """
    successor = " ".join(name.split())
    if not successor:
        raise Refused("name_missing", "Donnez le nom de la personne qui prend la direction de l’école.")
    with desk.vault.read() as connection:
        link = connection.execute(select(links).where(links.c.school_id == school_id)).mappings().first()
    if link is None:
        raise Refused(
            "not_enrolled",
            "Ce poste n’est pas relié au serveur\u00a0: il n’y a pas de passation à faire. Donnez une sauvegarde "
            "et le code de récupération.",
        )
    code = new_code(desk.random_bytes)
    fields = HandoverFields(
        person_id=desk.new_id(), name=successor, code_hash=hash_code(code), ends_person_id=link["person_id"]
    )
    submit(desk, school_id=school_id, kind="ecole.passation", fields=fields)
    return Handover(successor, code, link["server_url"])
