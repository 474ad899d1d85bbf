"""A chosen password is typed once: who wants to read it again asks the server, which changes nothing meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.server.portal.accounts import inside, log_in
from tests.server.portal.creating import NOE, ZOE, proven
from tests.server.portal.household import PASSWORD, Household, form
from tests.server.portal.test_recovery import activate, code_in

SPECIAL = 'l’âne & <b>"rouge"</b> 12'
WRITTEN = "l’âne &amp; &lt;b&gt;&#34;rouge&#34;&lt;/b&gt; 12"


def by_a_sheet(home: Household, parent: httpx.Client, folder: Path) -> tuple[str, dict[str, str]]:
    secret = home.print_sheet(folder)
    home.desk.sync()
    assert secret is not None
    parent.get(f"/a/{secret.token}")
    return "/activation", form(password=SPECIAL)


def by_a_mobile(home: Household, parent: httpx.Client, _folder: Path) -> tuple[str, dict[str, str]]:
    proven(home, parent, ZOE, NOE)
    return "/creer/mot-de-passe", {"mot_de_passe": SPECIAL}


def by_a_code(home: Household, parent: httpx.Client, folder: Path) -> tuple[str, dict[str, str]]:
    activate(home, folder)
    parent.post("/acces-perdu", data={"contact": "marc@example.org"})
    parent.post("/acces-perdu/code", data={"code": code_in(home, 2)})
    return "/nouveau-mot-de-passe", {"mot_de_passe": SPECIAL}


@pytest.mark.parametrize("way", [by_a_sheet, by_a_mobile, by_a_code])
def test_it_is_shown_to_who_asks_and_not_used(
    home: Household, tmp_path: Path, way: Callable[[Household, httpx.Client, Path], tuple[str, dict[str, str]]]
) -> None:
    with home.parent() as parent:
        action, filled = way(home, parent, tmp_path / "sheets")
        page = parent.post(action, data={**filled, "voir": "oui"})
        assert page.status_code == 200 and page.url.path == action
        assert f'value="{WRITTEN}"' in page.text and page.headers["cache-control"] == "no-store"
        assert parent.post(action, data=filled).url.path == "/enfants"
        parent.post("/deconnexion")
        assert log_in(parent, home.account()["login"], SPECIAL).url.path == "/enfants"


def test_in_mon_compte_too(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        filled = {"ancien": PASSWORD, "mot_de_passe": SPECIAL}
        page = parent.post("/compte/mot-de-passe", data={**filled, "voir": "oui"}).text
        assert f'value="{WRITTEN}"' in page and f'value="{PASSWORD}"' in page
        assert "est changé" in parent.post("/compte/mot-de-passe", data=filled).text


def test_enter_sends_the_form_and_shows_nothing(home: Household, tmp_path: Path) -> None:
    """A browser takes the first button of a form for the Enter key: it is the one of the next step."""
    with home.parent() as parent:
        by_a_sheet(home, parent, tmp_path / "sheets")
        page = parent.get("/activation").text
        assert page.index("Activer mon compte</button>") < page.index('name="voir"')
