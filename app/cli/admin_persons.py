"""``preau admin export-person`` and ``erase``: a parent's rights over all the schools of the server."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.admin import DatabaseOption, JsonOption, judging, run
from app.cli.asking import confirm
from app.cli.output import Json, say

if TYPE_CHECKING:
    from app.server.operating.admin import Admin

app = typer.Typer()
LoginOption = Annotated[str, typer.Option("--login", metavar="IDENTIFIANT", help="L’identifiant du parent.")]


@app.command("export-person")
def export_person(
    login: LoginOption,
    file: Annotated[Path, typer.Option("--zip", metavar="FICHIER", help="Où écrire ce qu’il y a de lui.")],
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Écrit tout ce que le serveur a d’un parent, comme « Télécharger mes données » (droit d’accès)."""

    def work(admin: Admin) -> Json:
        from app.server.operating.persons import export
        from app.services.writing import write_whole

        written = write_whole(file, export(judging(admin, database), login=login))
        say(f"{written} est écrit : remettez-le à la personne, puis supprimez-le.")
        return {"file": str(written), "login": login}

    run(database, json, work)


@app.command("erase")
def erase(
    login: LoginOption,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Dire ce qui serait effacé, sans rien effacer.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander confirmation.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Efface un parent de toutes les écoles du serveur et du portail, pour de bon."""

    def work(admin: Admin) -> Json:
        from app.server.operating import persons

        found = persons.find(admin.database, login=login)
        schools = ", ".join(found.schools) or "aucune école"
        told = f"{schools} ; connexions : {found.sessions}, messages : {found.messages}"
        if not dry_run:
            confirm(f"Effacer {found.login} pour de bon ({told})\u202f? Cela ne s’annule pas.", yes=yes)
            persons.erase(judging(admin, database), login=login)
        say(
            f"Serait effacé : {told}. Rien n’a été changé."
            if dry_run
            else "C’est fait : les postes l’apprennent seuls."
        )
        return {
            "login": found.login, "schools": list(found.schools), "sessions": found.sessions, "messages": found.messages,
            "dry_run": dry_run,
        }  # fmt: skip

    run(database, json, work)
