"""Confirmations on a terminal; a script says ``--yes``."""

from __future__ import annotations

import sys

import typer

from app.models.errors import Refused


def confirm(question: str, *, yes: bool) -> None:
    """Go on if the person says so. Raises Refused where she does not, or where nobody can answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise Refused("confirmation_needed", f"{question} Ajoutez --yes pour confirmer ; rien n’a été fait.")
    if not typer.confirm(question, err=True):
        raise Refused("not_confirmed", "Rien n’a été fait.")
