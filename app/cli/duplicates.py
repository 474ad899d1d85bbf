"""``preau duplicates``: the guardians who stand twice, those who are two people, and grouping two records."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Les responsables qui ont deux fiches : les voir, les écarter, les regrouper.")

SchoolOption = Annotated[
    str | None, typer.Option("--school", metavar="UAI", help="L’école ; sans elle, toutes celles du fichier.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON sur la sortie standard.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Répondre oui à chaque confirmation.")]
OneArgument = Annotated[str, typer.Argument(metavar="A", help="Un identifiant, ou un guardian_id de --json.")]
OtherArgument = Annotated[str, typer.Argument(metavar="B", help="L’autre fiche.")]


@app.callback(invoke_without_command=True)
def show(context: typer.Context, school: SchoolOption = None, json: JsonOption = False) -> None:
    """Liste les responsables qui ont peut-être deux fiches, dans une école ou dans deux, et dit pourquoi."""
    if context.invoked_subcommand is None:
        from app.cli.duplicates_running import run

        run(uai=school, as_json=json)


@app.command()
def dismiss(one: OneArgument, other: OtherArgument, json: JsonOption = False) -> None:
    """« Ce n’est pas la même personne » : ces deux fiches ne seront plus proposées."""
    from app.cli.duplicates_running import run_dismiss

    run_dismiss(one=one, other=other, as_json=json)


@app.command()
def merge(
    one: OneArgument,
    other: OtherArgument,
    take: Annotated[
        list[str] | None,
        typer.Option("--take", metavar="CHAMP", help="Garder la valeur de la fiche qui part (email, mobile…)."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montrer ce qui changerait, sans rien écrire.")] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Regroupe deux fiches d’une même personne, dans une même école, après un aperçu."""
    from app.cli.duplicates_running import run_merge

    run_merge(one=one, other=other, take=take, dry_run=dry_run, yes=yes, as_json=json)
