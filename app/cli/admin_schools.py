"""``preau admin``: schools by the dozen, their letters, their end; what every page says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.admin import DatabaseOption, JsonOption, run
from app.cli.asking import confirm
from app.cli.output import Json, say

if TYPE_CHECKING:
    from app.server.operating.admin import Admin
    from app.server.operating.uniting import United

app = typer.Typer()


@app.command("create-schools")
def create_schools(
    csv: Annotated[Path, typer.Option("--csv", metavar="FICHIER", help="Colonnes UAI, Nom et, s’il le faut, Fuseau.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Vérifier seulement, sans rien créer.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Crée toutes les écoles d’une liste, ou aucune si une ligne est fausse."""
    from app.cli.serving import settings_for

    def work(admin: Admin) -> Json:
        from app.server.operating.school_list import create_schools
        from app.services.onde.decode import SourceFile

        portal_url = settings_for(database).public_url
        made = create_schools(admin, source=SourceFile.read(csv), portal_url=portal_url, dry_run=dry_run)
        say(
            f"{len(made)} écoles : la liste est juste, rien n’a été créé." if dry_run else f"{len(made)} écoles créées."
        )
        return [asdict(one) for one in made]

    run(database, json, work)


@app.command("enrol-letters")
def enrol_letters(
    pdf: Annotated[Path, typer.Option("--pdf", metavar="FICHIER", help="Le PDF à écrire, une page par école.")],
    uai: Annotated[
        list[str] | None, typer.Option("--uai", metavar="UAI", help="Une école ; sans cette option, celles sans poste.")
    ] = None,
    person: Annotated[str, typer.Option("--person", metavar="NOM", help="À qui la page s’adresse.")] = "Direction",
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Donne un code à des écoles, chacun sur une page à remettre à sa direction : 24 heures, un seul usage."""
    from app.cli.serving import settings_for

    def work(admin: Admin) -> Json:
        from app.server.operating.enrol_letters import write_letters

        public_url = settings_for(database).public_url
        letters = write_letters(admin, file=pdf, uais=uai, person_name=person, public_url=public_url)
        say(f"{len(letters)} pages dans {pdf}. Les codes valent 24 heures : remettez-les aujourd’hui, en main propre.")
        return [{"uai": one.uai, "school": one.school, "until": one.until} for one in letters]

    run(database, json, work)


@app.command("close-school")
def close_school(
    uai: str,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compter seulement, sans rien fermer.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander confirmation.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Ferme une école : ses élèves la quittent, ses postes et ses feuilles n’ouvrent plus rien."""

    def work(admin: Admin) -> Json:
        from app.server.operating import closing

        would = closing.close_school(admin.database, uai=uai, clock=admin.clock, dry_run=True)
        say(f"{would.name} ({would.uai}). Élèves qui partent : {would.pupils}.")
        say(
            f"Ce qui s’arrête : postes, {would.devices} ; feuilles, {would.sheets} ; courriels en attente, {would.mails}."
        )
        say(f"Comptes qui n’ont plus d’école : {would.parents_alone}.")
        if dry_run:
            say("Rien n’a été changé.")
            return {**asdict(would), "dry_run": True}
        confirm("Fermer cette école pour de bon\u202f? Ce que ses postes n’ont pas envoyé sera perdu.", yes=yes)
        closed = closing.close_school(admin.database, uai=uai, clock=admin.clock, dry_run=False)
        say("L’école est fermée.")
        return {**asdict(closed), "dry_run": False}

    run(database, json, work)


@app.command("merge-schools")
def merge_schools(
    uai_from: Annotated[str, typer.Argument(metavar="UAI_QUI_FERME")],
    uai_into: Annotated[str, typer.Argument(metavar="UAI_QUI_ACCUEILLE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compter seulement, sans rien changer.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander confirmation.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Réunit deux écoles : élèves, responsables et comptes de la première vont dans la seconde, la première ferme."""
    from app.cli.serving import settings_for

    def work(admin: Admin) -> Json:
        from app.server.accounts.guardian_index import GuardianIndex
        from app.server.documents.stores import Documents
        from app.server.operating.uniting import unite_schools

        settings = settings_for(database)
        unite = partial(
            unite_schools, admin.database, uai_from=uai_from, uai_into=uai_into, clock=admin.clock,
            index=GuardianIndex(settings.key("guardians")),
            documents=Documents(
                settings.documents_folder(), settings.key("documents"), settings.former_keys("documents")
            ),
        )  # fmt: skip
        would = unite(dry_run=True)
        for sentence in _told(would):
            say(sentence)
        if dry_run:
            say("Rien n’a été changé.")
            return {**asdict(would), "dry_run": True}
        confirm("Réunir ces deux écoles pour de bon\u202f?", yes=yes)
        united = unite(dry_run=False)
        say(f"C’est fait. Donnez un code de l’école {united.uai_into} à qui y travaille désormais.")
        return {**asdict(united), "dry_run": False}

    run(database, json, work)


def _told(united: United) -> Iterator[str]:
    """What goes where, in sentences."""
    yield f"{united.name_from} ({united.uai_from}) rejoint {united.name_into} ({united.uai_into})."
    yield f"Élèves : {united.pupils}, dont déjà connus dans la seconde : {united.pupils_known}."
    yield f"Responsables : {united.guardians}, dont déjà connus : {united.guardians_known}."
    yield f"Feuilles : {united.sheets} ; demandes de parents : {united.requests}."
    if united.twice:
        yield f"Responsables qui gardent deux comptes, tous deux utilisés : {united.twice}. La direction les voit en double."
    if united.devices:
        yield f"Postes qui perdent leur accès : {united.devices}, dont pas synchronisés aujourd’hui : {united.devices_behind}."
        yield "Ce qu’un poste n’a pas envoyé serait perdu."


@app.command()
def banner(
    text: Annotated[str, typer.Argument(metavar="TEXTE", help="En français, une phrase ou deux.")] = "",
    clear: Annotated[bool, typer.Option("--clear", help="Ne plus rien afficher.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Affiche une phrase sur toutes les pages des parents ; sans texte, dit celle qui y est."""
    if text and clear:
        raise typer.BadParameter("Donnez un texte ou --clear, l’un des deux.")

    def work(admin: Admin) -> Json:
        if text or clear:
            admin.announce(text)
        shown = admin.announced()
        say(f"Sur toutes les pages : « {shown} »" if shown else "Aucun bandeau.")
        return {"banner": shown}

    run(database, json, work)
