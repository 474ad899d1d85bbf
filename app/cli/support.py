"""``preau grant`` and the others: what a director opens to the assistance, what it proposes, her schools’ counts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.models.states import Access
from app.models.support import By, Repair

app = typer.Typer()
SchoolOption = Annotated[
    str | None, typer.Option("--school", metavar="UAI", help="L’école, si le fichier en contient plusieurs.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON sur la sortie standard.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Répondre oui à chaque confirmation.")]
WhyOption = Annotated[str, typer.Option("--why", metavar="TEXTE", help="Pourquoi : la direction le lira.")]


@app.command("grant")
def grant_command(
    officer: Annotated[
        str | None, typer.Argument(metavar="[PERSONNE]", help="Son nom, d’après « preau grants ».")
    ] = None,
    code: Annotated[
        str | None, typer.Option("--code", metavar="CODE", help="Les 6 chiffres dits au téléphone.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="JJ-MM-AAAA", help="Jusqu’à la fin de ce jour ; 72 heures sinon.")
    ] = None,
    school: SchoolOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Ouvre les dossiers de l’école à une personne de l’assistance (ERUN), pour un temps."""
    from app.cli.supporting import run_grant

    run_grant(officer=officer, code=code, until=until, school=school, yes=yes, as_json=json)


@app.command("grants")
def grants_command(school: SchoolOption = None, json: JsonOption = False) -> None:
    """Les accès de l’assistance : qui, jusqu’à quand, ce qui a été regardé ; et à qui en donner."""
    from app.cli.supporting import run_grants

    run_grants(school=school, as_json=json)


@app.command("end-grant")
def end_grant(
    number: Annotated[str, typer.Argument(metavar="N°", help="Le N° de « preau grants ».")],
    school: SchoolOption = None,
    json: JsonOption = False,
) -> None:
    """Met fin à un accès de l’assistance, au plus tard au prochain échange de son poste."""
    from app.cli.supporting import run_end_grant

    run_end_grant(number=number, school=school, as_json=json)


@app.command("officer-code")
def officer_code(json: JsonOption = False) -> None:
    """Sur le poste de l’assistance : les 6 chiffres à dire à une direction au téléphone, valables dix minutes."""
    from app.cli.supporting import run_officer_code

    run_officer_code(as_json=json)


@app.command("propose")
def propose_command(
    kind: Annotated[Repair, typer.Argument(metavar="ACTION", help="L’action que la direction ferait.")],
    login: Annotated[str, typer.Argument(metavar="IDENTIFIANT", help="Le compte du responsable.")],
    why: WhyOption,
    corrections: Annotated[
        list[str] | None, typer.Option("--set", metavar="CHAMP=VALEUR", help="responsable.corriger : email=…, mobile=…")
    ] = None,
    to: Annotated[str, typer.Option("--to", metavar="ADRESSE", help="compte.renvoyer : l’adresse corrigée.")] = "",
    pupil: Annotated[str, typer.Option("--pupil", metavar="NOM", help="acces.regler : l’élève.")] = "",
    access: Annotated[Access, typer.Option("--access", help="acces.regler : l’accès voulu.")] = Access.FULL,
    school: SchoolOption = None,
    json: JsonOption = False,
) -> None:
    """Sur le poste de l’assistance : propose une réparation, que la direction accepte ou refuse."""
    from app.cli.supporting import run_propose

    run_propose(
        kind=kind,
        login=login,
        why=why,
        corrections=corrections or (),
        to=to,
        pupil=pupil,
        access=access,
        school=school,
        as_json=json,
    )


@app.command("proposals")
def proposals_command(school: SchoolOption = None, json: JsonOption = False) -> None:
    """Les réparations proposées par l’assistance, celles qui attendent d’abord."""
    from app.cli.supporting import run_proposals

    run_proposals(school=school, as_json=json)


@app.command("decide-proposal")
def decide_proposal(
    number: Annotated[str, typer.Argument(metavar="N°", help="Le N° de « preau proposals ».")],
    accept: Annotated[bool, typer.Option("--accept/--refuse", help="Faire ce qui est proposé, ou non.")],
    sentence: Annotated[str, typer.Option("--say", metavar="TEXTE", help="--refuse : ce que l’assistance lira.")] = "",
    school: SchoolOption = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Accepte ou refuse une réparation proposée par l’assistance."""
    from app.cli.supporting import run_decide

    run_decide(number=number, accept=accept, sentence=sentence, school=school, yes=yes, as_json=json)


@app.command("circonscription")
def circonscription(
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FICHIER", help="Écrire la liste en PDF.")] = None,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", metavar="FICHIER", help="Écrire la liste pour Excel.")] = None,
    by: Annotated[By, typer.Option("--sort", help="Trier par.")] = By.NAME,
    descending: Annotated[bool, typer.Option("--descending", help="Du plus grand au plus petit.")] = False,
    json: JsonOption = False,
) -> None:
    """Sur le poste de l’assistance : les nombres de chaque école, sans aucun nom de famille."""
    from app.cli.supporting import run_circonscription

    run_circonscription(pdf=pdf, xlsx=xlsx, by=by, descending=descending, as_json=json)
