"""The hand movements of « auto-inscription », for the tests of it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from app.services.desk import Desk
from app.services.imports import commit, preview
from app.services.onde.decode import SourceFile
from app.services.schools import create_school
from app.services.vault.vault import create_vault
from tests.server.portal.household import PASSWORD, Household
from tests.support.live import LiveDesk

MOBILE, E164 = "06 39 98 01 01", "+33639980101"
ZOE, NOE = ("14", "3", "2019"), ("2", "9", "2016")
WRONG = ("1", "1", "2019")
OTHER_UAI, OTHER_NAME = "0310001H", "École des Acacias"
CODE_SENT = "Un code a été envoyé"


def ask(parent: httpx.Client, last: str = "Dupont", first: str = "Marc", mobile: str = MOBILE) -> httpx.Response:
    """The first page, filled in."""
    return parent.post("/creer", data={"nom": last, "prenom": first, "portable": mobile})


def code_of(home: Household, count: int = 1) -> str:
    """The code in the last text, once there are ``count``."""
    found = re.search(r"\b\d{6}\b", home.server.texts.wait(count)[count - 1][1])
    assert found is not None
    return found.group()


def enter_code(parent: httpx.Client, code: str) -> httpx.Response:
    return parent.post("/creer/code", data={"code": code})


def say(parent: httpx.Client, date: Sequence[str] = ("", "", ""), choice: str = "") -> httpx.Response:
    """Answer about the child that the page asks for."""
    page = parent.get("/creer/enfants").text
    mark = re.search(r'name="enfant" value="(\w+)"', page)
    assert mark is not None, page
    day, month, year = date
    filled = {"enfant": mark.group(1), "jour": day, "mois": month, "annee": year, "choix": choice}
    return parent.post("/creer/enfants", data=filled)


def choose(parent: httpx.Client, password: str = PASSWORD) -> httpx.Response:
    return parent.post("/creer/mot-de-passe", data={"mot_de_passe": password})


def proven(home: Household, parent: httpx.Client, *dates: Sequence[str], texts: int = 1) -> httpx.Response:
    """Marc up to the last child."""
    ask(parent)
    page = enter_code(parent, code_of(home, texts))
    for date in dates:
        page = say(parent, date)
    return page


def import_files(desk: LiveDesk, pupils: str, guardians: str) -> None:
    files = [SourceFile("CSVExtraction.csv", text.encode()) for text in (pupils, guardians)]
    commit(desk.desk, preview=preview(desk.desk, school_id=desk.school_id, files=files, allow_fictional=True))


@contextmanager
def another_school(
    home: Household, folder: Path, pupils: str, guardians: str, *, name: str = OTHER_NAME
) -> Iterator[Household]:
    """A second school of the same server, with its own director."""
    folder.mkdir()
    with create_vault(folder / "poste.preau", key=os.urandom(32)) as vault:
        director = Desk(vault, home.clock, os.urandom, person_name="Paul Petit")
        desk = LiveDesk(director, create_school(director, uai=OTHER_UAI, name=name).school_id)
        import_files(desk, pupils, guardians)
        home.server.add_school(OTHER_UAI, name)
        desk.enrol(home.server, home.server.code(OTHER_UAI))
        desk.sync()
        yield Household(home.server, desk, home.clock, home.knocks)


def reasons(home: Household, first_name: str = "Marc") -> list[tuple[str, Any]]:
    """(reason, tries) of every refusal that the director sees."""
    events = home.events("portal_failed_try", first_name)
    return [(event["detail"]["reason"], event["detail"].get("tries")) for event in events]
