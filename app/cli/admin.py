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
    from app.server.operating.admin import Admin
    from app.server.sync.exchange import SyncService

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
    from app.server.database import Database
    from app.server.operating.admin import Admin

    base = Database(settings_for(database).database_url)
    try:
        if check:
            base.create_if_empty()
        yield Admin(base, system_clock, os.urandom)
    finally:
        base.close()


def run(database: str | None, as_json: bool, work: Callable[[Admin], Json], *, check: bool = True) -> None:
    def inside() -> Json:
        with _admin(database, check=check) as admin:
            return work(admin)

    carry_out(inside, as_json=as_json)


def judging(admin: Admin, database: str | None) -> SyncService:
    """What judges and signs an act of the operator's, on this base, with the server's own keys."""
    from datetime import timedelta

    from app.cli.serving import settings_for
    from app.server.accounts.guardian_index import GuardianIndex
    from app.server.documents.stores import Documents
    from app.server.sync.exchange import SyncService

    settings = settings_for(database)
    return SyncService(
        database=admin.database, clock=admin.clock, random_bytes=admin.random_bytes, mac_key=settings.key("acts"),
        former_mac_keys=settings.former_keys("acts"), sheet_life=timedelta(days=settings.sheet_life_days),
        index=GuardianIndex(settings.key("guardians")),
        documents=Documents(settings.documents_folder(), settings.key("documents")),
    )  # fmt: skip


@app.command("create-school")
def create_school(uai: str, name: str, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Crée une école."""
    from app.cli.serving import settings_for

    def work(admin: Admin) -> Json:
        school_id = admin.create_school(uai=uai, name=name, portal_url=settings_for(database).public_url)
        say(f"École {uai} créée.")
        return {"school_id": school_id, "uai": uai.strip().upper(), "name": name}

    run(database, json, work)


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
            say("Ce code vaut 24 heures, pour un seul poste.")
        return {"code": code}

    run(database, json, work)


@app.command()
def devices(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Liste les postes de toutes les écoles."""

    def work(admin: Admin) -> Json:
        found = admin.devices()
        if not json:
            for one in found:
                state = f"révoqué le {one.revoked_at[:10]}" if one.revoked_at else "actif"
                who = f"{one.person_name} ({Role(one.role).label})"
                typer.echo(f"{one.device_id}  {one.uai or 'fermée':<8}  {who}  {one.label or ''}  {state}")
        return [asdict(one) for one in found]

    run(database, json, work)


@app.command()
def revoke(
    device: Annotated[str, typer.Argument(metavar="ID")], database: DatabaseOption = None, json: JsonOption = False
) -> None:
    """Met fin à l’accès d’un poste."""

    def work(admin: Admin) -> Json:
        admin.revoke(device_id=device)
        say("Ce poste n’a plus accès au serveur.")
        return {"revoked": device}

    run(database, json, work)


@app.command()
def mails(
    resume: Annotated[str | None, typer.Option("--resume", metavar="ID", help="Reprendre un envoi en pause.")] = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Les derniers envois de courriels, par état ; ceux qui sont en pause d’abord."""

    def work(admin: Admin) -> Json:
        from app.services.deliveries import counted

        if resume is not None:
            admin.resume_mails(run_id=resume)
            say("L’envoi reprend.")
        runs = admin.mail_runs()
        if not json:
            for one in runs:
                counts = counted(dict(sorted(one.by_state.items())))
                paused = "  EN PAUSE" if one.paused_at else ""
                typer.echo(
                    f"{one.run_id}  {one.created_at[:16].replace('T', ' ')}  {one.total} courriels ({counts}){paused}"
                )
        return [asdict(one) for one in runs]

    run(database, json, work)


@app.command()
def purge(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compter seulement, sans rien effacer.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Efface ce qui a dépassé sa durée de conservation, comme le serveur le fait chaque jour."""

    def work(admin: Admin) -> Json:
        from app.server.operating.keeping import purge as carry_out_purge

        done = carry_out_purge(judging(admin, database), dry_run=dry_run)
        if not json:
            for one in done:
                unit = "jour " if one.rule.days == 1 else "jours"
                typer.echo(f"{one.count:>9}  {one.rule.days:>4} {unit}  {one.rule.label}")
        say("Rien n’a été effacé." if dry_run else "C’est fait.")
        return [
            {"code": one.rule.code, "label": one.rule.label, "days": one.rule.days, "source": one.rule.source,
             "count": one.count}
            for one in done
        ]  # fmt: skip

    run(database, json, work)


@app.command("new-epoch")
def new_epoch(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """À lancer après la restauration d’une sauvegarde : les postes rendront ce qui manque."""

    def work(admin: Admin) -> Json:
        epoch = admin.new_epoch()
        say("Nouvelle époque : chaque poste va comparer et renvoyer ce qui manque.")
        return {"epoch": epoch, "documents_lost": _find_lost(admin, database)}

    run(database, json, work)


def _find_lost(admin: Admin, database: str | None) -> int:
    """How many documents the restored folder lacks; their PCs are asked for them."""
    from app.cli.serving import settings_for
    from app.server.operating.livrets import find_lost

    if not settings_for(database).documents_folder().is_dir():
        return 0
    lost = find_lost(judging(admin, database))
    if lost:
        say(f"{lost} documents manquent au dossier : les postes qui les ont les renverront.")
    return lost


@app.command()
def reindex(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Refait ce qui dépend du secret : l’index des noms et des portables, la clé des bilans."""
    from app.cli.serving import settings_for

    def work(admin: Admin) -> Json:
        from app.server.accounts.guardian_index import GuardianIndex, reindex
        from app.server.documents.stores import Documents, carry_over

        settings = settings_for(database)
        count = reindex(admin.database, GuardianIndex(settings.key("guardians")))
        keys = settings.key("documents"), settings.former_keys("documents")
        documents = carry_over(admin.database, Documents(settings.documents_folder(), *keys))
        say(f"{count} comptes indexés, {documents} bilans sous le secret d’aujourd’hui.")
        return {"accounts": count, "documents": documents}

    run(database, json, work)


@app.command()
def migrate(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Met une base plus ancienne à la version de ce programme."""

    def work(admin: Admin) -> Json:
        version = admin.database.migrate()
        say(f"La base est en version {version}.")
        return {"version": version}

    run(database, json, work, check=False)
