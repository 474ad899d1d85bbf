"""Opening the vault for one command: where it is, with which key, and which of its schools is meant."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from app.cli.output import say
from app.models.clock import system_clock
from app.models.errors import NotFound, Refused
from app.models.support import Reading
from app.services.desk import Desk
from app.services.schools import SchoolView, by_uai, list_schools
from app.services.support.copies import is_officer, sweep
from app.services.support.readings import note_reading
from app.services.vault.keys import open_from_environment
from app.services.vault.secrets import SecretStore
from app.services.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened vault and where its device's secrets are."""

    desk: Desk
    secrets: SecretStore


@contextmanager
def opened(*, write: bool, create: bool = False) -> Iterator[Opened]:
    """The vault of ``PREAU_VAULT``, or the usual one. Reads work while the window is open, writes are refused then."""
    opening = open_from_environment(os.environ, write=write, create=create, ask=_ask)
    if opening.vault.read_only and is_officer(_desk(opening.vault)):  # what she reads is noted, and may have ended
        opening.vault.close()
        opening = open_from_environment(os.environ, write=True, ask=_ask)
    try:
        if opening.recovery_code is not None:
            say(f"Code de récupération, à imprimer et à ranger : {opening.recovery_code}")
        desk = _desk(opening.vault)
        if not desk.vault.read_only:
            sweep(desk)
        yield Opened(desk, opening.secrets)
    finally:
        opening.vault.close()


def _desk(vault: Vault) -> Desk:
    return Desk(vault, system_clock, os.urandom, person_name=os.environ.get("PREAU_PERSON", "Direction"))


def _ask() -> str | None:
    """The passphrase, asked on the terminal; None where nobody can answer."""
    return getpass.getpass("Phrase de passe : ") if sys.stdin.isatty() else None


def the_school(desk: Desk, uai: str | None) -> SchoolView:
    """The school of that number, or the only one. Raises Refused where several are there and none was named.

    An officer who reads her copy of it is told to its director.
    """
    found = _named(desk, uai)
    note_reading(desk, school_id=found.school_id, what=Reading.OPENING)
    return found


def _named(desk: Desk, uai: str | None) -> SchoolView:
    if uai is not None:
        found = by_uai(desk, uai=uai)
        if found is None:
            raise NotFound("school_unknown", f"L’école {uai} n’est pas dans ce fichier.")
        return found
    schools = list_schools(desk)
    if not schools:
        raise NotFound(
            "no_school", "Ce fichier ne contient encore aucune école : importez d’abord des fichiers d’ONDE."
        )
    if len(schools) > 1:
        known = ", ".join(school.uai for school in schools)
        raise Refused("several_schools", f"Ce fichier contient plusieurs écoles ({known}) : précisez --school UAI.")
    return schools[0]
