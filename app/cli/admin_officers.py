"""``preau admin create-officer`` and the others: support officers (ERUN), who have no school of their own."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.admin import DatabaseOption, JsonOption, run
from app.cli.asking import confirm
from app.cli.output import Json, say

if TYPE_CHECKING:
    from app.server.operating.admin import Admin

app = typer.Typer()
SchoolsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--schools", metavar="UAI", help="Une école de sa circonscription ; à répéter, ou séparées de virgules."
    ),
]
OfficerArgument = Annotated[str, typer.Argument(metavar="PERSONNE", help="Son nom, ou le N° de « officers ».")]


@app.command("create-officer")
def create_officer(
    name: Annotated[str, typer.Option("--name", metavar="NOM", help="Son nom, que les directions liront.")],
    schools: SchoolsOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Inscrit une personne de l’assistance (ERUN), sans aucune donnée d’école ; donne le code de son poste."""

    def work(admin: Admin) -> Json:
        from app.server.operating import officers

        made = officers.create(admin, name=name, uais=_uais(schools))
        _tell(made.code, json)
        return asdict(made)

    run(database, json, work)


@app.command("officer-code")
def officer_code(officer: OfficerArgument, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Donne un code pour un autre poste d’une personne de l’assistance : 24 heures, un seul usage."""

    def work(admin: Admin) -> Json:
        from app.server.operating import officers

        made = officers.code_again(admin, officer_id=officers.officer_named(admin, officer))
        _tell(made.code, json)
        return asdict(made)

    run(database, json, work)


@app.command("officer-schools")
def officer_schools(
    officer: OfficerArgument, schools: SchoolsOption = None, database: DatabaseOption = None, json: JsonOption = False
) -> None:
    """Dit de quelles écoles une personne de l’assistance lit les nombres, à la place des précédentes."""

    def work(admin: Admin) -> Json:
        from app.server.operating import officers

        officer_id = officers.officer_named(admin, officer)
        count = officers.set_schools(admin, officer_id=officer_id, uais=_uais(schools))
        say(f"Sa circonscription compte {count} écoles.")
        return {"officer_id": officer_id, "schools": count}

    run(database, json, work)


@app.command("officers")
def list_officers(database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Liste les personnes de l’assistance, leurs écoles et leurs postes."""

    def work(admin: Admin) -> Json:
        from app.server.operating import officers

        found = officers.list_officers(admin)
        if not json:
            for one in found:
                state = f"fin le {one.ended_at[:10]}" if one.ended_at else f"postes : {len(one.devices)}"
                typer.echo(f"{one.officer_id}  {one.name}  {state}  {' '.join(one.uais)}")
        return [asdict(one) for one in found]

    run(database, json, work)


@app.command("end-officer")
def end_officer(
    officer: OfficerArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander confirmation.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Met fin au travail d’une personne de l’assistance : ses postes, et les accès que les écoles lui avaient donnés."""

    def work(admin: Admin) -> Json:
        from app.server.operating import officers

        officer_id = officers.officer_named(admin, officer)
        confirm("Mettre fin à son travail et à ses accès\u202f? Cela ne s’annule pas.", yes=yes)
        officers.end(admin, officer_id=officer_id)
        say("C’est fait : ses postes perdent leurs copies à leur prochain échange.")
        return {"officer_id": officer_id}

    run(database, json, work)


def _uais(schools: list[str] | None) -> list[str]:
    return [uai for text in schools or () for uai in text.replace(",", " ").split()]


def _tell(code: str, as_json: bool) -> None:
    if not as_json:
        typer.echo(code)
        say("Ce code vaut 24 heures, pour un seul poste.")
