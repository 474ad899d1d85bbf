"""The hand movements of « Mon compte », for the tests of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.server.portal.household import PASSWORD, Household, form
from tests.support.live import body_of

SECOND_PUPILS = """Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau
DUPONT;;Léo;08/01/2017;M;223456789AB;CM1 Mme Roy;CM1
"""
SECOND_GUARDIANS = """Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève
M.;{last};{first};;;DUPONT;Léo
"""  # noqa: E501


@contextmanager
def inside(home: Household, folder: Path) -> Iterator[httpx.Client]:
    """Marc, who has activated his account by his sheet and is logged in."""
    secret = home.print_sheet(folder)
    assert secret is not None
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        assert parent.post("/activation", data=form()).url.path == "/enfants"
        yield parent


def log_in(parent: httpx.Client, login: str, password: str = PASSWORD) -> httpx.Response:
    return parent.post("/connexion", data={"identifiant": login, "mot_de_passe": password})


def link_in(home: Household, count: int = 1) -> str:
    """The path of the link in the last mail, once there are ``count``."""
    found = re.search(r"https?://[^/\s]+(/\S+)", body_of(home.server.caught.wait(count)[count - 1]))
    assert found is not None
    return found.group(1)


def change_mail(home: Household, parent: httpx.Client, email: str, *, mails: int) -> None:
    """Ask for a new address and confirm it; ``mails`` are those caught with this one."""
    assert parent.post("/compte/mail", data={"courriel": email}).url.query == b"fait=mail-envoye"
    parent.get(link_in(home, mails))
    assert "est confirmée" in parent.post("/adresse").text


def marks(page: str, name: str) -> list[str]:
    """What the hidden fields or buttons of that name hold."""
    return re.findall(rf'name="{name}" value="([^"]+)"', page)


def add(parent: httpx.Client, login: str, password: str) -> httpx.Response:
    return parent.post("/enfants/ajouter", data={"identifiant": login, "mot_de_passe": password})
