"""A PC takes its place in a school: the code is presented, the school takes the server's id, the link is stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select, update

from app.models.errors import Refused
from app.models.tables import SCHOOL_TABLES, new_row, schools
from app.models.wire import EnrolReply, EnrolRequest
from app.services.desk import Desk
from app.services.sealing import device_public_key, renew_device_key
from app.services.sync.transport import Transport
from app.services.vault.secrets import SecretStore
from app.services.vault.tables import links, officer, pending_acts, school_keys

DEVICE_COPIED = "device_copied"
OFFICER_TOKEN = "token:officer"  # noqa: S105 - the name under which it is kept
"""Of a support officer's PC; it serves for each school that is open to her."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The place of this PC in a school; an empty school for that of a support officer."""

    school_id: str
    uai: str
    school_name: str
    person_name: str
    role: str


def enrol(
    desk: Desk,
    *,
    server_url: str,
    code: str,
    transport: Transport,
    secrets: SecretStore,
    school_id: str | None = None,
    label: str = "",
) -> Enrolled:
    """Present a code and store the link. ``school_id`` names the school begun here that the code is for.

    Raises TransportError or Refused; no record is changed here unless everything is. Again, or to a new address, is
    allowed: a server that does not know the school's acts gets them all again.
    """
    uai = _uai(desk, school_id)
    if _is_copy(desk):
        renew_device_key(desk, secrets=secrets)
    request = EnrolRequest(code=code, device_key=device_public_key(desk, secrets=secrets), label=label, uai=uai)
    reply = transport.enrol(server_url, request)
    if reply.school_id == "":
        return _enrol_officer(desk, server_url, reply, secrets)
    local_id = school_id or _local_school(desk, reply)
    secrets.store(token_name(reply.school_id), reply.token)
    with desk.vault.write() as connection:
        epoch = connection.execute(select(links.c.epoch).where(links.c.school_id == local_id)).scalar()
        if local_id is not None and local_id != reply.school_id:
            adopt_school_id(connection, old=local_id, new=reply.school_id)
        _store_link(connection, server_url, reply, epoch=epoch)
        _ensure_school(connection, reply)
    return Enrolled(reply.school_id, reply.uai, reply.school_name, reply.person_name, reply.role)


def _enrol_officer(desk: Desk, server_url: str, reply: EnrolReply, secrets: SecretStore) -> Enrolled:
    """The PC of a support officer: no school yet, until a director opens hers."""
    secrets.store(OFFICER_TOKEN, reply.token)
    with desk.vault.write() as connection:
        _store_officer(connection, desk, server_url, reply)
    return Enrolled("", "", "", reply.person_name, reply.role)


def _store_officer(connection: Connection, desk: Desk, server_url: str, reply: EnrolReply) -> None:
    connection.execute(delete(officer))
    connection.execute(
        insert(officer).values(
            id=reply.person_id, name=reply.person_name, server_url=server_url, device_id=reply.device_id,
            seen_at=desk.now(),
        )
    )  # fmt: skip


def _is_copy(desk: Desk) -> bool:
    """Whether a server has said that this vault is the copy of another: its device key then is the other's too."""
    with desk.vault.read() as connection:
        said = connection.execute(select(links.c.school_id).where(links.c.last_error_code == DEVICE_COPIED)).first()
    return said is not None


def token_name(school_id: str) -> str:
    """The name of a school's token in the secret store."""
    return f"token:{school_id}"


def _uai(desk: Desk, school_id: str | None) -> str | None:
    if school_id is None:
        return None
    with desk.vault.read() as connection:
        uai: str | None = connection.execute(select(schools.c.uai).where(schools.c.school_id == school_id)).scalar()
        return uai


def _local_school(desk: Desk, reply: EnrolReply) -> str | None:
    """The school of this vault that the code turned out to be for: by its UAI, else the one begun without a number."""
    with desk.vault.read() as connection:
        known = connection.execute(select(schools.c.school_id, schools.c.uai)).all()
        linked = set(connection.execute(select(links.c.school_id)).scalars())
    same = [school_id for school_id, uai in known if uai == reply.uai]
    if len(same) > 1:
        raise Refused(
            "school_twice", f"Deux écoles portent l’UAI {reply.uai} sur ce poste : choisissez laquelle relier."
        )
    unnumbered = [school_id for school_id, uai in known if not uai and school_id not in linked]
    return same[0] if same else unnumbered[0] if len(unnumbered) == 1 else None


def adopt_school_id(connection: Connection, *, old: str, new: str) -> None:
    """Give the school of this vault the server's id, everywhere, in the caller's transaction.

    Raises Refused where the vault already holds another school of that id.
    """
    there = connection.execute(select(schools.c.id).where(schools.c.school_id == new)).first()
    if there is not None:
        raise Refused("school_twice", "Cette école est déjà dans ce fichier, sous un autre nom.")
    for table in (*SCHOOL_TABLES, pending_acts, school_keys):
        connection.execute(update(table).where(table.c.school_id == old).values(school_id=new))
    connection.execute(update(schools).where(schools.c.id == old).values(id=new))
    _adopt_in_images(connection, old=old, new=new)
    connection.execute(delete(links).where(links.c.school_id == old))


def _adopt_in_images(connection: Connection, *, old: str, new: str) -> None:
    for act in connection.execute(select(pending_acts).where(pending_acts.c.school_id == new)).mappings().all():
        images = [
            (
                table,
                new if row_id == old else row_id,
                row and {**row, "school_id": new, "id": new if row["id"] == old else row["id"]},
            )
            for table, row_id, row in act["before_images"] or []
        ]
        connection.execute(
            update(pending_acts).where(pending_acts.c.act_id == act["act_id"]).values(before_images=images)
        )


def _store_link(connection: Connection, server_url: str, reply: EnrolReply, *, epoch: str | None) -> None:
    """``epoch`` is that of the server before: another server does not know it, and so asks for everything again."""
    values = {
        "server_url": server_url,
        "device_id": reply.device_id,
        "person_id": reply.person_id,
        "person_name": reply.person_name,
        "role": reply.role,
    }
    known = connection.execute(select(links.c.school_id).where(links.c.school_id == reply.school_id)).first()
    if known is not None:
        connection.execute(update(links).where(links.c.school_id == reply.school_id).values(**values))
    else:
        connection.execute(insert(links).values(school_id=reply.school_id, cursor=0, epoch=epoch, **values))


def _ensure_school(connection: Connection, reply: EnrolReply) -> None:
    """A school that comes from the server has a name and a number at once, before its first synchronisation."""
    named = {"uai": reply.uai, "name": reply.school_name}
    connection.execute(update(schools).where(schools.c.id == reply.school_id, schools.c.uai.is_(None)).values(**named))
    if connection.execute(select(schools.c.id).where(schools.c.school_id == reply.school_id)).first() is None:
        row = new_row("schools", school_id=reply.school_id, id=reply.school_id, uai=reply.uai, name=reply.school_name)
        connection.execute(insert(schools).values(row))
