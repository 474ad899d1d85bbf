"""``preau admin check``: whether all is well around the server."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from app.cli.admin import DatabaseOption, JsonOption
from app.cli.output import REFUSED, Json, carry_out, say

app = typer.Typer()


@app.command()
def check(
    strict: Annotated[bool, typer.Option("--strict", help="Finir en échec dès la première « attention ».")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Vérifie la base, TLS, SPF, DKIM, DMARC, les SMS, l’horloge, le disque et la dernière sauvegarde."""
    bad: list[str] = []

    def work() -> Json:
        from app.cli.parts import need_server
        from app.cli.serving import settings_for

        need_server()
        from app.models.clock import system_clock
        from app.server.database import Database
        from app.server.watch.checking import Level, World
        from app.server.watch.checking import check as look

        settings = settings_for(database)
        base = Database(settings.database_url)
        try:
            found = list(look(settings, base, World(system_clock)))
        finally:
            base.close()
        bad.extend(one.name for one in found if one.level is Level.ERROR or (strict and one.level is Level.WARNING))
        if not json:
            for one in found:
                typer.echo(f"{one.level.value:<9}  {one.name:<12}  {one.words}")
        say("À corriger : " + ", ".join(bad) + "." if bad else "Rien d’urgent.")
        return [asdict(one) for one in found]

    carry_out(work, as_json=json)
    if bad:
        sys.exit(REFUSED)
