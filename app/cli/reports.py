"""``preau reports``: the livret's documents, imported, listed, locked, published."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.reports_options import (
    Chosen,
    JsonOption,
    PeriodOption,
    SchoolOption,
    YearOption,
    YesOption,
    choosing,
    read_period,
)
from app.models.report_content import CertificateKind

app = typer.Typer(help="Les livrets : importer, lister, verrouiller, publier.", no_args_is_help=True)


@app.command("import")
def import_files(
    files: Annotated[
        list[Path], typer.Argument(metavar="FICHIER…", help="XML de LSU, PDF d’une classe ou d’un élève, ZIP de PDF.")
    ],
    school: SchoolOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montrer ce qui changerait, sans rien écrire.")] = False,
    certificate: Annotated[
        CertificateKind | None, typer.Option("--certificate", help="Ces PDF sont des attestations, de cette sorte.")
    ] = None,
    year: YearOption = None,
    period: PeriodOption = None,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--answer", metavar="[FICHIER:]PAGE=INE",
            help="À qui sont ces pages (ou cette ligne d’un XML) que rien ne dit ; « =non » les laisse de côté ; peut se "
            "répéter. Sur un terminal, ce qui reste est demandé.",
        ),
    ] = None,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Importe des bilans ou des attestations : aperçu, confirmation, puis une seule écriture."""
    from app.cli.reports_answers import read_answers
    from app.cli.reports_import import run
    from app.services.reports.plan import Options

    index, count = read_period(period)
    options = Options(certificate=certificate, year=year, period_index=index, period_count=count)
    said = read_answers(answers or ())
    run(files=files, uai=school, options=options, answers=said, dry_run=dry_run, yes=yes, as_json=json)


@app.command("list")
@choosing
def list_reports(*, chosen: Chosen, json: JsonOption = False) -> None:
    """Liste les bilans : par classe et par période à l’écran, un par un en JSON."""
    from app.cli.reports_deciding import show

    show(uai=chosen.uai, wanted=chosen.wanted, as_json=json)


@app.command()
@choosing
def lock(*, chosen: Chosen, yes: YesOption = False, json: JsonOption = False) -> None:
    """Verrouille les bilans choisis : les familles pourront les voir une fois publiés."""
    from app.cli.reports_deciding import lock

    lock(uai=chosen.uai, wanted=chosen.wanted, locked=True, yes=yes, as_json=json)


@app.command()
@choosing
def unlock(*, chosen: Chosen, yes: YesOption = False, json: JsonOption = False) -> None:
    """Déverrouille les bilans choisis : ils sont cachés aux familles."""
    from app.cli.reports_deciding import lock

    lock(uai=chosen.uai, wanted=chosen.wanted, locked=False, yes=yes, as_json=json)


@app.command()
@choosing
def publish(
    *,
    chosen: Chosen,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="À partir de ce jour (2026-12-18) ; sinon aujourd’hui.")
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Ne plus publier.")] = False,
    all_classes: Annotated[
        bool,
        typer.Option("--all-classes", help="Une période pour toute l’école : ce qui est complet et verrouillé, d’un geste."),
    ] = False,
    with_flagged: Annotated[
        bool, typer.Option("--with-flagged", help="Avec --all-classes : aussi ceux où se lit une adresse postale.")
    ] = False,
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Publie les bilans choisis : les familles voient ceux qui sont verrouillés, dès ce jour-là."""
    from app.cli.reports_deciding import publish, publish_school

    if withdraw and (on is not None or all_classes):
        raise typer.BadParameter("Choisissez --withdraw, ou un jour de publication.")
    if with_flagged and not all_classes:
        raise typer.BadParameter("--with-flagged va avec --all-classes.")
    if not all_classes:
        publish(uai=chosen.uai, wanted=chosen.wanted, on=on, withdraw=withdraw, yes=yes, as_json=json)
    elif chosen.classrooms or chosen.states or chosen.report_ids:
        raise typer.BadParameter("--all-classes vaut pour toute l’école : sans --class, --state ni --id.")
    else:
        publish_school(uai=chosen.uai, wanted=chosen.wanted, on=on, with_flagged=with_flagged, yes=yes, as_json=json)
