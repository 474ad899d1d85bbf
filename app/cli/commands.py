"""The list of commands. Each says what it needs; what it does is a service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli import (
    admin,
    admin_check,
    admin_officers,
    admin_passwords,
    admin_persons,
    admin_schools,
    duplicates,
    guide,
    reports,
    support,
)
from app.cli.filters import ClassOption, EmailOption, LevelOption, OriginOption, SearchOption, StateOption, TodoOption
from app.cli.notify_command import NotifyCommand
from app.models.acts_requests import Answer, RequestKind, RequestStatus
from app.models.flyers import FlyerKind
from app.models.states import Access, AccountOrigin, AccountState, Mail

if TYPE_CHECKING:
    from app.cli.choosing import Asked

app = typer.Typer(
    help="Préau : les comptes des parents d’une école, avec ou sans réseau.",
    no_args_is_help=False, add_completion=False, pretty_exceptions_enable=False,
)  # fmt: skip
for more in (admin_schools, admin_passwords, admin_persons, admin_officers, admin_check):
    admin.app.add_typer(more.app)
app.add_typer(admin.app, name="admin")
app.add_typer(reports.app, name="reports")
app.add_typer(support.app)
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(guide.app)

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


@app.command("todo")
def todo_command(school: SchoolOption = None, json: JsonOption = False) -> None:
    """Ce qui reste à faire : les lignes d’Accueil, chacune avec la clé que --todo attend."""
    from app.cli.todo import run

    run(uai=school, as_json=json)


@app.command()
def diagnose(
    query: Annotated[
        str | None,
        typer.Argument(metavar="QUI", help="Un nom, un téléphone, un mail ou un identifiant ; sans rien, l’école."),
    ] = None,
    school: SchoolOption = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FICHIER", help="Écrire le rapport pour le guichet d’assistance.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Pourquoi la connexion n’aboutit-elle pas ? Un responsable, ou toute l’école par cause."""
    from app.cli.diagnosing import run

    run(query=query, uai=school, pdf=pdf, as_json=json)


@app.command("worklist")
def worklist_command(
    school: SchoolOption = None,
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FICHIER", help="Écrire la liste à cocher.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FICHIER", help="Écrire un tableur.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FICHIER", help="Écrire un CSV.")] = None,
    done: Annotated[
        list[str] | None, typer.Option("--done", metavar="CODE", help="Cocher « fait dans ONDE » cette ligne.")
    ] = None,
    not_done: Annotated[list[str] | None, typer.Option("--not-done", metavar="CODE", help="La décocher.")] = None,
    json: JsonOption = False,
) -> None:
    """Ce qui est à corriger dans ONDE, dans ses mots et son ordre, et ce qu’un import a montré fait."""
    from app.cli.onde_worklist import run

    run(uai=school, pdf=pdf, xlsx=xlsx, csv=csv, done=done or (), not_done=not_done or (), as_json=json)


@app.command()
def guardians(
    school: SchoolOption = None,
    search: SearchOption = "",
    classrooms: ClassOption = None,
    states: StateOption = None,
    email: EmailOption = Mail.ALL,
    origins: OriginOption = None,
    todo: TodoOption = None,
    json: JsonOption = False,
) -> None:
    """Liste les responsables, une ligne par élève et responsable."""
    from app.cli.guardians import run

    run(uai=school, asked=_asked(search, classrooms, states, email, origins, todo), as_json=json)


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
    email: EmailOption = Mail.ALL,
    origins: OriginOption = None,
    todo: TodoOption = None,
    reset: Annotated[bool, typer.Option("--reset", help="Avec réinitialisation du mot de passe.")] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Notifie les responsables choisis par feuilles individuelles (--sheets) ou par courrier électronique (--email)."""
    asked = _asked(search, classrooms, states, email, origins, todo)
    if by_email is (sheets is not None):
        raise typer.BadParameter("Choisissez --sheets FICHIER ou --email, l’un des deux.")
    if sheets is None:
        from app.cli.mailing import run_notify

        return run_notify(uai=school, asked=asked, reset=reset, yes=yes, as_json=json)
    from app.cli.notifying import run

    return run(uai=school, asked=asked, file=sheets, reset=reset, yes=yes, as_json=json)


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
    email: EmailOption = Mail.ALL,
    origins: OriginOption = None,
    todo: TodoOption = None,
    json: JsonOption = False,
) -> None:
    """Écrit la liste des responsables choisis : un fichier, CSV, PDF ou XLSX."""
    from app.cli.listing import run

    asked = _asked(search, classrooms, states, email, origins, todo)
    run(uai=school, asked=asked, csv=csv, pdf=pdf, xlsx=xlsx, passwords=passwords, as_json=json)


@app.command("reset-passwords")
def reset_passwords(
    school: SchoolOption = None,
    search: SearchOption = "",
    classrooms: ClassOption = None,
    states: StateOption = None,
    email: EmailOption = Mail.ALL,
    origins: OriginOption = None,
    todo: TodoOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Réinitialise les mots de passe des responsables choisis, sans les notifier."""
    from app.cli.resetting import run

    run(uai=school, asked=_asked(search, classrooms, states, email, origins, todo), yes=yes, as_json=json)


GuardianOption = Annotated[
    str | None, typer.Option("--guardian", metavar="ID", help="Un responsable (guardians --json : account_id).")
]
PupilOption = Annotated[
    str | None, typer.Option("--pupil", metavar="ID", help="Un élève (guardians --json : pupil_id).")
]
LoginOption = Annotated[str | None, typer.Option("--login", metavar="IDENTIFIANT", help="Un responsable.")]


@app.command()
def erase(
    guardian: GuardianOption = None,
    pupil: PupilOption = None,
    login: LoginOption = None,
    school: SchoolOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Dire ce qui serait effacé, sans rien effacer.")] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Efface une personne des dossiers de l’école, pour de bon (RGPD, article 17)."""
    from app.cli.erasing import run

    run(uai=school, named=(guardian, pupil, login), dry_run=dry_run, yes=yes, as_json=json)


@app.command()
def limit(
    guardian: GuardianOption = None,
    pupil: PupilOption = None,
    login: LoginOption = None,
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXTE", help="Le motif.")] = None,
    end: Annotated[bool, typer.Option("--end", help="Lever la limitation.")] = False,
    school: SchoolOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Limite une fiche : elle est gardée, et ne sert plus à rien (RGPD, article 18)."""
    from app.cli.erasing import run_limit

    run_limit(uai=school, named=(guardian, pupil, login), reason=reason, end=end, yes=yes, as_json=json)


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


@app.command("school")
def school_command(
    sets: Annotated[
        list[str] | None, typer.Option("--set", metavar="NOM=VALEUR", help="phone=…, private=oui, sheet_life_days=60…")
    ] = None,
    school: SchoolOption = None,
    json: JsonOption = False,
) -> None:
    """« Mon école » : ce qui est imprimé sur les feuilles et ce qui est réglé ; --set l’écrit."""
    from app.cli.school import run

    run(uai=school, sets=sets or (), as_json=json)


@app.command()
def journal(
    school: SchoolOption = None,
    search: SearchOption = "",
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FICHIER", help="Écrire le journal en CSV.")] = None,
    json: JsonOption = False,
) -> None:
    """Le journal : qui a fait quoi, quand, sur quel poste, et ce qui peut être annulé."""
    from app.cli.journal import run

    run(uai=school, search=search, csv=csv, json=json)


@app.command()
def undo(
    act: Annotated[
        str | None,
        typer.Argument(metavar="[ACTE]", help="Le N° de « preau journal » ; sinon la dernière action d’ici."),
    ] = None,
    school: SchoolOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Annule une action du journal, ou la rétablit, après avoir dit laquelle et ce qui change."""
    from app.cli.undo import run

    run(uai=school, act=act, yes=yes, as_json=json)


@app.command()
def requests(
    school: SchoolOption = None,
    kinds: Annotated[list[RequestKind] | None, typer.Option("--kind", help="Ces demandes seulement.")] = None,
    statuses: Annotated[list[RequestStatus] | None, typer.Option("--status", help="Dans cet état seulement.")] = None,
    json: JsonOption = False,
) -> None:
    """Ce que les parents demandent : aide, corrections, « pas le représentant légal », comptes regroupés."""
    from app.cli.requests import show

    show(uai=school, kinds=kinds or (), statuses=statuses or (), as_json=json)


@app.command("answer-request")
def answer_request(
    number: Annotated[str, typer.Argument(metavar="N°", help="Le N° de « preau requests », ou la référence.")],
    how: Annotated[Answer, typer.Option("--with", help="La réponse, parmi celles que « preau requests » propose.")],
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FICHIER", help="sheet : la feuille à écrire.")] = None,
    contact: Annotated[str, typer.Option("--contact", help="contact : le portable ou l’adresse mail.")] = "",
    verified_by: Annotated[str, typer.Option("--verified-by", help="contact : qui l’a vérifié de vive voix.")] = "",
    account: Annotated[str, typer.Option("--account", metavar="IDENTIFIANT", help="match : de qui il s’agit.")] = "",
    sentence: Annotated[str, typer.Option("--say", help="refuse : ce que le parent lira.")] = "",
    corrections: Annotated[
        list[str] | None, typer.Option("--set", metavar="CHAMP=VALEUR", help="correct, correct_child : quoi corriger.")
    ] = None,
    school: SchoolOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Répond à une demande d’un parent."""
    from app.cli.requests import Said, answer

    said = Said(pdf, contact, verified_by, account, sentence, tuple(corrections or ()))
    answer(uai=school, number=number, how=how, said=said, yes=yes, as_json=json)


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
    workers: Annotated[
        int, typer.Option("--workers", help="Processus ; plusieurs avec PostgreSQL.", min=1, max=64)
    ] = 1,
) -> None:
    """Le serveur : synchronisation des écoles et portail des parents."""
    from app.cli.serving import run

    run(database=database, host=host, port=port, workers=workers)


def _asked(
    search: str, classrooms: list[str] | None, states: list[AccountState] | None, email: Mail,
    origins: list[AccountOrigin] | None, todo: str | None,
) -> Asked:  # fmt: skip
    from app.cli.choosing import Asked
    from app.services.accounts import Criteria

    criteria = Criteria(
        text=search, classrooms=frozenset(classrooms) if classrooms else None, states=frozenset(states) if states else None,
        mail=email, origins=frozenset(origins) if origins else None,
    )  # fmt: skip
    return Asked(criteria, todo)
