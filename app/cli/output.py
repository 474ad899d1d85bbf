"""How a command ends: an object on stdout where ``--json`` asks for it, sentences on stderr, 0 / 1 / 2."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer

from app.models.errors import PreauError
from app.models.typography import typeset

Json = Any
REFUSED = 1


def say(sentence: str) -> None:
    """One line for the person, on stderr, so that stdout stays the object's."""
    typer.echo(typeset(sentence), err=True)


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
        return f"« {error.filename} » : {error.strerror or type(error).__name__}. Rien n’a été changé."
    return f"Impossible de terminer ({type(error).__name__}) : {error}"
