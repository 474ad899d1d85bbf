"""The list of commands. Each says what it needs; what it does is a service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import admin
from app.cli.filters import ClassOption, EmailChoice, EmailOption, LevelOption, OriginOption, SearchOption, StateOption
from app.cli.notify_command import NotifyCommand
from app.models.flyers import FlyerKind
from app.models.states import Access, AccountOrigin, AccountState

if TYPE_CHECKING:
    from app.services.accounts import Criteria

app = typer.Typer(
    help="Préau : les comptes des parents d’une école, avec ou sans réseau.",
    no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
app.add_typer(admin.app, name="admin")

SchoolOption = Annotated[
    str | None, typer.Option("--school", metavar="UAI", help="L’école, si le fichier en contient plusieurs.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON sur la sortie standard.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Répondre oui à chaque confirmation.")]


@app.callback(invoke_without_command=True)
def window(
    context: typer.Context,
    self_test: Annotated[
        bool, typer.Option("--self-test", hidden=True, help="Vérifier que cette copie est complète.")
    ] = False,
) -> None:
    """Ouvre la fenêtre de Préau si aucune commande n’est donnée."""
    if self_test:
        from app.cli.self_test import run as try_everything

        raise typer.Exit(try_everything())
    if context.invoked_subcommand is None:
        from app.ui.app import run

        raise typer.Exit(run())


@app.command()
def demo(
    output: Annotated[
        Path | None, typer.Option("--output", help="Dossier des images, des feuilles et du journal.")
    ] = None,
) -> None:
    """La démonstration : école inventée, fenêtre, portail et courriels, sur ce poste seulement."""
    from app.cli.demo import run

    raise typer.Exit(run(output=output))


@app.command("import")
def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FICHIER…", help="Les extractions d’ONDE, dans n’importe quel ordre.")
    ],
    school: SchoolOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montrer ce qui changerait, sans rien écrire.")] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Importe les fichiers d’ONDE : aperçu, confirmation, puis une seule écriture."""
    from app.cli.importing import run

    run(files=files, uai=school, dry_run=dry_run, yes=yes, as_json=json)


@app.command()
def guardians(
    school: SchoolOption = None,
    search: SearchOption = "",
    classrooms: ClassOption = None,
    states: StateOption = None,
    email: EmailOption = EmailChoice.ALL,
    origins: OriginOption = None,
    json: JsonOption = False,
) -> None:
    """Liste les responsables, une ligne par élève et responsable."""
    from app.cli.guardians import run

    run(uai=school, criteria=_criteria(search, classrooms, states, email, origins), as_json=json)


@app.command(cls=NotifyCommand)
def notify(
    sheets: Annotated[
        Path | None, typer.Option("--sheets", metavar="FICHIER", help="Le PDF à écrire, toutes les feuilles.")
    ] = None,
    by_email: Annotated[
        bool, typer.Option("--by-email", help="Par courrier électronique ; s’écrit aussi --email, sans valeur.")
    ] = False,
    school: SchoolOption = None,
    search: SearchOption = "",
    classrooms: ClassOption = None,
    states: StateOption = None,
    email: EmailOption = EmailChoice.ALL,
    origins: OriginOption = None,
    reset: Annotated[bool, typer.Option("--reset", help="Avec réinitialisation du mot de passe.")] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Notifie les responsables choisis par feuilles individuelles (--sheets) ou par courrier électronique (--email)."""
    criteria = _criteria(search, classrooms, states, email, origins)
    if by_email is (sheets is not None):
        raise typer.BadParameter("Choisissez --sheets FICHIER ou --email, l’un des deux.")
    if sheets is None:
        from app.cli.mailing import run_notify

        return run_notify(uai=school, criteria=criteria, reset=reset, yes=yes, as_json=json)
    from app.cli.notifying import run

    return run(uai=school, criteria=criteria, file=sheets, reset=reset, yes=yes, as_json=json)


@app.command("resend-activation")
def resend_activation(
    login: Annotated[str, typer.Argument(metavar="IDENTIFIANT", help="Le compte, en cours d’activation.")],
    to: Annotated[str | None, typer.Option("--to", metavar="ADRESSE", help="Une adresse corrigée.")] = None,
    school: SchoolOption = None,
    json: JsonOption = False,
) -> None:
    """Renvoie le courriel d’activation d’un compte."""
    from app.cli.mailing import run_resend

    run_resend(uai=school, login=login, to=to, as_json=json)


@app.command()
def mails(
    resume: Annotated[str | None, typer.Option("--resume", metavar="ID", help="Reprendre un envoi en pause.")] = None,
    abandon: Annotated[
        str | None, typer.Option("--abandon", metavar="ID", help="Abandonner ce qui reste d’un envoi en pause.")
    ] = None,
    school: SchoolOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Les envois de courriels et ce qu’ils sont devenus."""
    from app.cli.mailing import run_mails

    run_mails(uai=school, resume=resume, abandon=abandon, yes=yes, as_json=json)


@app.command()
def stats(school: SchoolOption = None, levels: LevelOption = None, json: JsonOption = False) -> None:
    """Les statistiques : comptes par état, par classe et par niveau, élèves ayant un responsable activé."""
    from app.cli.statistics import run

    run(uai=school, levels=levels, as_json=json)


@app.command("list")
def list_command(
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FICHIER", help="Écrire la liste en CSV.")] = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FICHIER", help="Écrire la liste en PDF.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FICHIER", help="Écrire la liste pour Excel.")] = None,
    passwords: Annotated[
        bool, typer.Option("--passwords", help="Avec les mots de passe provisoires ; noté au journal.")
    ] = False,
    school: SchoolOption = None,
    search: SearchOption = "",
    classrooms: ClassOption = None,
    states: StateOption = None,
    email: EmailOption = EmailChoice.ALL,
    origins: OriginOption = None,
    json: JsonOption = False,
) -> None:
    """Écrit la liste des responsables choisis : un fichier, CSV, PDF ou XLSX."""
    from app.cli.listing import run

    criteria = _criteria(search, classrooms, states, email, origins)
    run(uai=school, criteria=criteria, csv=csv, pdf=pdf, xlsx=xlsx, passwords=passwords, as_json=json)


@app.command("reset-passwords")
def reset_passwords(
    school: SchoolOption = None,
    search: SearchOption = "",
    classrooms: ClassOption = None,
    states: StateOption = None,
    email: EmailOption = EmailChoice.ALL,
    origins: OriginOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Réinitialise les mots de passe des responsables choisis, sans les notifier."""
    from app.cli.resetting import run

    run(uai=school, criteria=_criteria(search, classrooms, states, email, origins), yes=yes, as_json=json)


@app.command()
def access(
    login: Annotated[str, typer.Argument(metavar="IDENTIFIANT", help="Le compte du responsable.")],
    pupil: Annotated[str, typer.Option("--pupil", metavar="NOM", help="L’élève, par son nom ou son prénom.")],
    access: Annotated[Access, typer.Option("--access", help="Complet, papier seulement, ou aucun.")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXTE", help="Le motif.")] = None,
    school: SchoolOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Décide de ce qu’un responsable voit d’un élève."""
    from app.cli.access import run

    run(uai=school, login=login, pupil=pupil, access=access, reason=reason, yes=yes, as_json=json)


@app.command()
def language(
    login: Annotated[str | None, typer.Argument(metavar="IDENTIFIANT", help="Le compte du responsable.")] = None,
    code: Annotated[str | None, typer.Argument(metavar="LANGUE", help="fr, en, ar, tr…")] = None,
    school: SchoolOption = None,
    json: JsonOption = False,
) -> None:
    """La langue d’une famille, à côté du français ; sans rien, la liste des langues."""
    from app.cli.family_language import run

    run(uai=school, login=login, code=code, as_json=json)


@app.command()
def journal(
    school: SchoolOption = None,
    search: SearchOption = "",
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FICHIER", help="Écrire le journal en CSV.")] = None,
    json: JsonOption = False,
) -> None:
    """Le journal : qui a fait quoi, quand, sur quel poste."""
    from app.cli.journal import run

    run(uai=school, search=search, csv=csv, json=json)


@app.command()
def flyers(
    kind: Annotated[FlyerKind, typer.Option("--kind", help="Pour qui : parents avec portable, sans, ou direction.")],
    pdf: Annotated[Path, typer.Option("--pdf", metavar="FICHIER", help="Le PDF à écrire, une page par classe.")],
    school: SchoolOption = None,
    classrooms: ClassOption = None,
    language: Annotated[str, typer.Option("--language", metavar="CODE", help="Traduit au dos : ar, en, tr…")] = "fr",
    half: Annotated[bool, typer.Option("--a5", help="Deux flyers A5 sur chaque page A4.")] = False,
    json: JsonOption = False,
) -> None:
    """Écrit les flyers à distribuer aux familles, comptés par classe, ou celui de la direction."""
    from app.cli.flyers import run

    run(uai=school, kind=kind, pdf=pdf, classrooms=classrooms, language=language, half=half, as_json=json)


@app.command()
def enrol(
    server: Annotated[str, typer.Option("--server", metavar="URL", help="L’adresse du serveur.")],
    code: Annotated[str, typer.Option("--code", metavar="CODE", help="Le code reçu de l’académie ou de la mairie.")],
    school: SchoolOption = None,
    json: JsonOption = False,
) -> None:
    """Relie ce poste à un serveur, de nouveau au besoin."""
    from app.cli.syncing import run_enrol

    run_enrol(server=server, code=code, uai=school, as_json=json)


@app.command()
def sync(school: SchoolOption = None, json: JsonOption = False) -> None:
    """Synchronise jusqu’à ce que plus rien ne soit à envoyer ni à recevoir."""
    from app.cli.syncing import run_sync

    run_sync(uai=school, as_json=json)


@app.command()
def serve(
    database: admin.DatabaseOption = None,
    host: Annotated[str, typer.Option("--host", help="Adresse d’écoute.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port d’écoute.", min=0, max=65535)] = 8000,
) -> None:
    """Le serveur : synchronisation des écoles et portail des parents."""
    from app.cli.serving import run

    run(database=database, host=host, port=port)


def _criteria(
    search: str, classrooms: list[str] | None, states: list[AccountState] | None, email: EmailChoice,
    origins: list[AccountOrigin] | None,
) -> Criteria:  # fmt: skip
    from app.services.accounts import Criteria, Mail

    return Criteria(
        text=search, classrooms=frozenset(classrooms) if classrooms else None, states=frozenset(states) if states else None,
        mail=Mail(email.value), origins=frozenset(origins) if origins else None,
    )  # fmt: skip
