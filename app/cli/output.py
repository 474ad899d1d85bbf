"""How a command ends: an object on stdout where ``--json`` asks for it, sentences on stderr, 0 / 1 / 2."""

from __future__ import annotations

import errno
import json
import logging
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer
from rich.markup import escape

from app.models.errors import PreauError
from app.models.typography import typeset

Json = Any
REFUSED = 1
NO_BREAK = "\u00a0\u202f"
"""Not « printable » to Python."""


def say(sentence: str) -> None:
    """One line for the person, on stderr, so that stdout stays the object's."""
    typer.echo(typeset(sentence), err=True)


def cell_text(text: str) -> str:
    """Text for a table of the terminal: a name is no markup, and moves no cursor; no-break spaces stay spaces."""
    return escape("".join(char for char in text if char.isprintable() or char in NO_BREAK))


def show(value: Json) -> None:
    """The object, on stdout."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def refusal(error: PreauError) -> Json:
    """The object of a refusal."""
    return {"error": {"code": error.code, "sentence": error.sentence}}


def carry_out(work: Callable[[], Json], *, as_json: bool, refused: Callable[[PreauError], Json] = refusal) -> None:
    """Run ``work``; show its object where asked. A refusal is a sentence and exit 1, whatever its kind; never a traceback."""
    try:
        value = work()
    except PreauError as error:
        end(error, as_json=as_json, refused=refused)
    except (OSError, ValueError) as error:
        logging.getLogger(__name__).debug("refused", exc_info=True)
        end(PreauError("system", _system(error)), as_json=as_json, refused=refused)
    if as_json:
        show(value)


def end(error: PreauError, *, as_json: bool, refused: Callable[[PreauError], Json] = refusal) -> NoReturn:
    """Say why and leave."""
    if as_json:
        show(refused(error))
    say(error.sentence)
    sys.exit(REFUSED)


def _system(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename:
        why = _REASONS.get(error.errno or 0) or error.strerror or type(error).__name__
        return f"« {error.filename} » : {why}. Rien n’a été changé."
    return f"Impossible de terminer ({type(error).__name__}) : {error}"


_REASONS = {
    errno.ENOENT: "ce fichier ou ce dossier n’existe pas", errno.EACCES: "vous n’en avez pas le droit",
    errno.EISDIR: "c’est un dossier", errno.ENOSPC: "il n’y a plus de place sur le disque",
    errno.EROFS: "ce disque ne peut pas être écrit",
}  # fmt: skip
