"""``preau guide``: a guide as text on the terminal, or as PDF."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.output import Json, carry_out, say
from app.services.guides import catalogue
from app.services.guides.catalogue import Guide

app = typer.Typer()


@app.command("guide")
def guide_command(
    guide: Annotated[Guide, typer.Argument(metavar="GUIDE", help="directeur, erun, parent ou operateur.")],
    pdf: Annotated[Path | None, typer.Option("--pdf", metavar="FICHIER", help="L’écrire en PDF.")] = None,
) -> None:
    """Un guide de Préau, en texte ou en PDF : direction, ERUN, parents, exploitant."""

    def work() -> Json:
        if pdf is None:
            typer.echo(catalogue.markdown(guide))
        else:
            from app.services.guides.pdf import write_guide

            write_guide(guide, path=pdf)
            say(f"« {catalogue.title(guide)} » est écrit : {pdf}")
        return None

    carry_out(work, as_json=False)
