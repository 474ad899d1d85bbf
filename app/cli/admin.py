"""``preau admin``: what an operator does on a server's base."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import Json, carry_out, say
from app.cli.parts import need_server
from app.models.states import Role

if TYPE_CHECKING:
    from app.server.admin import Admin

app = typer.Typer(help="Administration du serveur.", no_args_is_help=True)
DatabaseOption = Annotated[
    str | None,
    typer.Option("--database", metavar="URL", help="sqlite:///fichier ou postgresql://… (PREAU_DATABASE_URL)."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON sur la sortie standard.")]


@contextmanager
def _admin(database: str | None, *, check: bool = True) -> Iterator[Admin]:
    need_server()
    from app.cli.serving import settings_for
    from app.models.clock import system_clock
    from app.server.admin import Admin
    from app.server.database import Database

    base = Database(settings_for(database).database_url)
    try:
        if check:
            base.create_if_empty()
        yield Admin(base, system_clock, os.urandom)
    finally:
        base.close()


def _run(database: str | None, as_json: bool, work: Callable[[Admin], Json], *, check: bool = True) -> None:
    def inside() -> Json:
        with _admin(database, check=check) as admin:
            return work(admin)

    carry_out(inside, as_json=as_json)


@app.command("create-school")
def create_school(uai: str, name: str, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Crée une école."""
    from app.cli.serving import settings_for

    def work(admin: Admin) -> Json:
        school_id = admin.create_school(uai=uai, name=name, portal_url=settings_for(database).public_url)
        say(f"École {uai} créée.")
        return {"school_id": school_id, "uai": uai.strip().upper(), "name": name}

    _run(database, json, work)


@app.command("enrol-code")
def enrol_code(
    uai: str,
    role: Annotated[Role, typer.Option("--role", help="Direction, adjoint ou assistance.")] = Role.DIRECTOR,
    person: Annotated[str, typer.Option("--person", metavar="NOM", help="Le nom de la personne.")] = "Direction",
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Donne un code pour un poste : 24 heures, un seul usage."""

    def work(admin: Admin) -> Json:
        code = admin.enrol_code(uai=uai, role=role, person_name=person)
        if not json:
            typer.echo(code)
        return {"code": code}

    _run(database, json, work)


@app.command()
def devices(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Liste les postes de toutes les écoles."""

    def work(admin: Admin) -> Json:
        found = admin.devices()
        if not json:
            for one in found:
                state = f"révoqué le {one.revoked_at[:10]}" if one.revoked_at else "actif"
                who = f"{one.person_name} ({Role(one.role).label})"
                typer.echo(f"{one.device_id}  {one.uai}  {who}  {one.label or ''}  {state}")
        return [asdict(one) for one in found]

    _run(database, json, work)


@app.command()
def revoke(
    device: Annotated[str, typer.Argument(metavar="ID")], database: DatabaseOption = None, json: JsonOption = False
) -> None:
    """Met fin à l’accès d’un poste."""

    def work(admin: Admin) -> Json:
        admin.revoke(device_id=device)
        say("Ce poste n’a plus accès au serveur.")
        return {"revoked": device}

    _run(database, json, work)


@app.command()
def mails(
    resume: Annotated[str | None, typer.Option("--resume", metavar="ID", help="Reprendre un envoi en pause.")] = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Les derniers envois de courriels, par état ; ceux qui sont en pause d’abord."""

    def work(admin: Admin) -> Json:
        if resume is not None:
            admin.resume_mails(run_id=resume)
            say("L’envoi reprend.")
        runs = admin.mail_runs()
        if not json:
            for one in runs:
                counts = ", ".join(f"{count} {state}" for state, count in sorted(one.by_state.items()))
                paused = "  EN PAUSE" if one.paused_at else ""
                typer.echo(f"{one.run_id}  {one.created_at[:16]}  {one.total} courriels ({counts}){paused}")
        return [asdict(one) for one in runs]

    _run(database, json, work)


@app.command("new-epoch")
def new_epoch(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """À lancer après la restauration d’une sauvegarde : les postes rendront ce qui manque."""

    def work(admin: Admin) -> Json:
        epoch = admin.new_epoch()
        say("Nouvelle époque : chaque poste va comparer et renvoyer ce qui manque.")
        return {"epoch": epoch}

    _run(database, json, work)


@app.command()
def migrate(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Met une base plus ancienne à la version de ce programme."""

    def work(admin: Admin) -> Json:
        version = admin.database.migrate()
        say(f"La base est en version {version}.")
        return {"version": version}

    _run(database, json, work, check=False)
