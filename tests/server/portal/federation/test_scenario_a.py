"""Scenario A over real HTTP, against a certified provider: the first visit, the later ones, what opens nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from app.server.portal.federation.provider import Provider
from app.server.portal.federation.routes import NOT_IN
from tests.conftest import FakeClock
from tests.server.portal.creating import MOBILE, NOE, ZOE, code_of, enter_code, say
from tests.server.portal.household import Household, household
from tests.server.portal.test_new_child import LOU, PROPOSED, answer, lou_arrives
from tests.support.identity import IdentityPeer, identity_peer
from tests.support.live import free_port


@dataclass
class House:
    """A household whose portal knows one or two providers."""

    home: Household
    peers: list[IdentityPeer]

    def leave(self, parent: httpx.Client, person: str, *, provider: str = "franceconnect") -> httpx.Response:
        """Push the button, say there who one is, and come back."""
        page = parent.post(f"/identite/{provider}")
        if page.url.host == "127.0.0.1" and page.url.path.startswith("/personne/"):
            page = parent.post(page.url, data={"personne": person}, headers={"Sec-Fetch-Site": "same-origin"})
        return page


@contextmanager
def house(folder: Path, *, database_url: str | None = None, ent: bool = False, **provider: str) -> Iterator[House]:
    """The portal's own address is needed by the provider first: its port is chosen before both."""
    port, clock = free_port(), FakeClock()
    clock.now = datetime.now(UTC)  # the provider's tokens live in our time
    url = f"http://127.0.0.1:{port}"
    folder.mkdir(exist_ok=True)
    with ExitStack() as stack:
        ids = ["franceconnect", "ent-demo"] if ent else ["franceconnect"]
        peers = [
            stack.enter_context(
                identity_peer(
                    folder, callback=f"{url}/identite/{one}/retour", back=f"{url}/", provider_id=one,
                    origin="ent" if one.startswith("ent") else "franceconnect", **provider,
                )
            )
            for one in ids
        ]  # fmt: skip
        providers: tuple[Provider, ...] = tuple(peer.provider for peer in peers)
        home = stack.enter_context(
            household(folder, clock, database_url=database_url, port=port, settings={"federations": providers})
        )
        yield House(home, peers)


def first_visit(house: House, parent: httpx.Client) -> httpx.Response:
    """Marc proves his mobile and the dates of both children; returns « Mes enfants »."""
    page = house.leave(parent, "marc")
    assert page.url.path == "/creer" and "Marc Olivier DUPONT" in page.text
    page = parent.post("/creer", data={"portable": MOBILE, "nom": "HOSTILE", "prenom": "Ida"})
    assert page.url.path == "/creer/code"
    page = enter_code(parent, code_of(house.home))
    while page.url.path == "/creer/enfants":
        page = say(parent, ZOE if "Zoé" in page.text else NOE)
    assert page.url.path == "/creer/mot-de-passe" and "Aucun mot de passe" in page.text
    return parent.post("/creer/mot-de-passe")


def test_a_provider_is_named_by_its_name_and_not_by_its_button(tmp_path: Path) -> None:
    with house(tmp_path, label="S’identifier avec Untel", name="Untel") as made, made.home.parent() as parent:
        page = made.leave(parent, "marc").text
        assert "d’après «\u00a0Untel\u00a0»" in page, "the marks stay with the name"
        assert "S’identifier" not in page


def test_names_mobile_and_dates_bind_an_identity_for_good(tmp_path: Path, database_url: str) -> None:
    with house(tmp_path, database_url=database_url) as made, made.home.parent() as parent:
        page = first_visit(made, parent)
        assert page.url.path == "/enfants" and "Zoé" in page.text and "Noé" in page.text
        made.home.desk.sync()
        account = made.home.account()
        assert (account["state"], account["origin"], account["mobile"]) == ("active", "franceconnect", "+33639980101")
        out = parent.post("/deconnexion")
        assert any("/session/end" in str(one.url) for one in (*out.history, out)), "the provider is left too"
        assert parent.get("/enfants").url.path == "/", "our session ended first"
        with made.home.parent() as later:
            assert made.leave(later, "marc").url.path == "/enfants", "later visits need the provider alone"
            assert "Zoé" in later.get("/enfants").text


def test_a_later_visit_by_the_provider_looks_for_new_children(tmp_path: Path) -> None:
    with house(tmp_path) as made:
        with made.home.parent() as parent:
            first_visit(made, parent)
        lou_arrives(made.home)
        with made.home.parent() as later:
            page = made.leave(later, "marc")
            assert page.url.path == "/enfants" and PROPOSED in page.text and "Lou" not in page.text
            assert "Lou" in answer(later, LOU).text


def test_who_has_no_password_here_is_told_where_hers_lives(tmp_path: Path) -> None:
    """« Mot de passe perdu » of an account that opens by a provider alone: the code lets in, and says whose password."""
    with house(tmp_path) as made:
        with made.home.parent() as parent:
            first_visit(made, parent)
        with made.home.parent() as lost:
            lost.post("/acces-perdu", data={"contact": MOBILE})
            page = lost.post("/acces-perdu/code", data={"code": code_of(made.home, 2)})
            assert page.url.path == "/nouveau-mot-de-passe"
            assert "« identité de démonstration »" in page.text.replace("\u00a0", " ")
            assert "se retrouve sur ce service" in page.text
        assert [one["detail"] for one in made.home.events("portal_recovered")] == [{"by": "sms"}]


def test_it_stands_first_and_explains_itself(tmp_path: Path) -> None:
    with house(tmp_path) as made, made.home.parent() as parent:
        page = parent.get("/").text
        assert page.index("identité de démonstration") < page.index("J’ai un compte")
        assert "Qu’est-ce que FranceConnect" not in page
    told = {"name": "FranceConnect", "about_url": "https://franceconnect.gouv.fr/"}
    with house(tmp_path / "named", **told) as made, made.home.parent() as parent:
        page = parent.get("/").text
        assert "Qu’est-ce que FranceConnect\u202f?" in page and 'href="https://franceconnect.gouv.fr/"' in page


def test_another_name_there_opens_nobodys_children(tmp_path: Path) -> None:
    """Ida has her own name at the provider; Marc's mobile is not hers."""
    with house(tmp_path) as made, made.home.parent() as parent:
        page = made.leave(parent, "ida")
        assert page.url.path == "/creer"
        page = parent.post("/creer", data={"portable": MOBILE})
        assert page.url.path == "/creer/code" and made.home.server.texts.texts == []
        assert parent.post("/creer/mot-de-passe").url.path == "/creer/code"


def test_an_identity_without_first_name_gets_no_further_and_no_error(tmp_path: Path) -> None:
    with house(tmp_path) as made, made.home.parent() as parent:
        made.leave(parent, "sans-prenom")
        assert parent.post("/creer", data={"portable": MOBILE}).status_code in (200, 422)
        assert made.home.server.texts.texts == []


def test_who_refuses_there_is_back_with_the_other_ways(tmp_path: Path) -> None:
    with house(tmp_path) as made, made.home.parent() as parent:
        page = made.leave(parent, "")
        assert page.status_code == 400 and NOT_IN in page.text and "Identifiant" in page.text


@pytest.mark.parametrize("query", ["code=x&state=forged", "state=only", "error=server_error", ""])
def test_an_answer_that_nobody_asked_for_opens_nothing(tmp_path: Path, query: str) -> None:
    with house(tmp_path) as made, made.home.parent() as parent:
        assert NOT_IN in parent.get(f"/identite/franceconnect/retour?{query}").text
        parent.post("/identite/franceconnect")
        assert NOT_IN in parent.get(f"/identite/franceconnect/retour?{query}").text
        assert parent.get("/enfants").url.path == "/"


def test_an_answer_is_good_once(tmp_path: Path) -> None:
    with house(tmp_path) as made, made.home.parent() as parent:
        page = made.leave(parent, "marc")
        back = next(str(one.url) for one in page.history if "/retour?" in str(one.url))
        assert NOT_IN in parent.get(back).text


def test_a_second_provider_is_another_section_and_another_way_in(tmp_path: Path) -> None:
    with house(tmp_path, ent=True) as made, made.home.parent() as parent:
        first_visit(made, parent)
        assert made.leave(parent, "marc", provider="ent-demo").url.path == "/compte"
        with made.home.parent() as later:
            assert made.leave(later, "marc", provider="ent-demo").url.path == "/enfants"
        with made.home.parent() as stranger:
            assert made.leave(stranger, "long", provider="ent-demo").url.path == "/creer"


def test_without_a_provider_there_is_no_such_address(home: Household) -> None:
    with home.parent() as parent:
        assert parent.post("/identite/franceconnect").status_code == 404
        assert "identite" not in parent.get("/").text


def test_the_forms_may_lead_to_the_provider_alone(tmp_path: Path) -> None:
    with house(tmp_path) as made, made.home.parent() as parent:
        policy = parent.get("/").headers["content-security-policy"]
        issuer = urlsplit(made.peers[0].provider.issuer)
        assert f"form-action 'self' {issuer.scheme}://{issuer.netloc};" in policy
