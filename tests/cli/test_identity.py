"""The demonstration's identities: the portal's own client believes them, and nothing opens twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.cli.demo.identity import LABEL, some_people
from app.cli.demo.mailbox import Mailbox
from app.models.clock import system_clock
from app.server.portal.federation.client import OpenIdClient
from app.server.portal.federation.provider import Provider
from app.server.portal.federation.tokens import FederationRefused
from app.services.demo.school import make_school

CALLBACK = "http://127.0.0.1:9/identite/demo/retour"
SECRETS = {"state": "s" * 32, "nonce": "n" * 32, "verifier": "v" * 64}
PEOPLE = some_people(make_school().guardians)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox("http://127.0.0.1:9", PEOPLE)
    made.start()
    yield made
    made.stop()


def client_of(mailbox: Mailbox) -> OpenIdClient:
    return OpenIdClient(Provider.model_validate(mailbox.identity.setting()), system_clock, CALLBACK)


def choose(client: OpenIdClient, person: str) -> dict[str, str]:
    """What the browser comes back with."""
    with httpx.Client() as browser:
        page = browser.get(client.authorization_url(**SECRETS))
        assert LABEL in page.text
        visit = re.search(r'name="visite" value="(\w+)"', page.text)
        assert visit is not None
        url = page.url.join("/identite/choix")
        back = browser.post(url, data={"visite": visit[1], "personne": person}).headers["location"]
    return {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}


def test_a_person_is_vouched_for_once(mailbox: Mailbox) -> None:
    client = client_of(mailbox)
    back = choose(client, "1")
    assert back["state"] == SECRETS["state"]
    found = client.identity(code=back["code"], nonce=SECRETS["nonce"], verifier=SECRETS["verifier"])
    assert (found.last_name, found.first_names) == (PEOPLE[1].last_name, PEOPLE[1].first_name)
    with pytest.raises(FederationRefused):
        client.identity(code=back["code"], nonce=SECRETS["nonce"], verifier=SECRETS["verifier"])


def test_who_refuses_comes_back_without_a_code(mailbox: Mailbox) -> None:
    assert choose(client_of(mailbox), "")["error"] == "access_denied"


def test_people_have_a_mobile_of_their_own() -> None:
    assert len(PEOPLE) == 5 and len({one.mobile for one in PEOPLE}) == 5
