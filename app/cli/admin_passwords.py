"""``preau admin force-reset``: another password asked of many parents."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.admin import DatabaseOption, JsonOption, run
from app.cli.asking import confirm
from app.cli.output import Json, say

if TYPE_CHECKING:
    from app.server.operating.admin import Admin
    from app.server.operating.forced_reset import Outcome


app = typer.Typer()


@app.command("force-reset")
def force_reset(
    uai: Annotated[
        list[str] | None, typer.Option("--uai", metavar="UAI", help="Une école ; l’option se répète.")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Toutes les écoles du serveur.")] = False,
    changed_before: Annotated[
        datetime | None,
        typer.Option(
            "--changed-before", metavar="AAAA-MM-JJ", formats=["%Y-%m-%d"],
            help="Seulement les mots de passe choisis avant ce jour (heure de Paris).",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Compter seulement, sans rien changer.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ne pas demander confirmation.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:  # fmt: skip
    """Demande un nouveau mot de passe aux parents, et met fin à leurs connexions."""

    def work(admin: Admin) -> Json:
        from app.models.ids import id_maker
        from app.server.operating.forced_reset import ForcedReset, Scope

        day = changed_before.date() if changed_before else None
        scope = Scope(tuple(uai or ()), everybody, day)
        command = ForcedReset(admin.database, admin.clock, id_maker(admin.clock, admin.random_bytes))
        outcome = command.run(scope, dry_run=True)
        if not dry_run:
            confirm(f"Demander un nouveau mot de passe à {outcome.forced} parents\u202f?", yes=yes)
            outcome = command.run(scope, dry_run=False)
        if not json:
            _show(outcome)
        say(
            "Rien n’a été changé."
            if dry_run
            else "C’est fait : les écoles l’apprennent à leur prochaine synchronisation."
        )
        return {
            "seen": outcome.seen, "forced": outcome.forced, "sessions": outcome.sessions,
            "spared": {why.value: count for why, count in outcome.spared.items()}, "dry_run": dry_run,
        }  # fmt: skip

    run(database, json, work)


def _show(outcome: Outcome) -> None:
    lines = [(outcome.forced, "à changer"), *((count, why.label) for why, count in outcome.spared.items())]
    for count, words in [*lines, (outcome.sessions, "connexions terminées")]:
        typer.echo(f"{count:>9}  {words}")
