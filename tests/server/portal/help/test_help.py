"""« Demander de l’aide à l’école »: from a refusal or with the school's code, to the director's list."""

from __future__ import annotations

import random
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from app.models.help_codes import help_code, read_code, shown_code
from app.server.portal.help.steps import DAILY_SCHOOL, HOURLY_NETWORK
from app.server.tables import help_tickets, inbox
from app.services.demo.school import NAME
from app.services.requests import list_requests
from tests.server.portal.accounts import inside
from tests.server.portal.help.asking import MARC, by_code, detail, moment, reference, requests_of, send
from tests.server.portal.help.directing import settle
from tests.server.portal.household import Household, form


def test_with_the_schools_code_a_request_reaches_the_director_matched(home: Household) -> None:
    with home.parent() as parent:
        page = by_code(home, parent)
        assert page.url.path == "/aide/demande" and "École" in page.text
        done = send(home, parent, page)
        assert done.url.path == "/aide/recue"
        said = reference(done)
    [row] = requests_of(home)
    assert (row["kind"], row["status"], row["reference"]) == ("help", "open", said.replace("-", ""))
    assert row["account_id"] == home.account()["id"] and detail(row)["mobile"] == "06 39 98 02 02"
    [view] = list_requests(home.desk.desk, school_id=home.desk.school_id)
    assert (view.guardian, view.child) == ("DUPONT Marc", "DUPONT Zoé")
    assert home.events("portal_help_request")[0]["detail"] == {"reference": row["reference"]}


def test_the_step_that_failed_and_the_sheet_in_hand_are_kept_and_never_in_an_address(
    home: Household, tmp_path: Path
) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        refused = parent.post("/activation", data=form(date=("1", "1", "2019")))
        assert refused.status_code == 422 and 'value="birth_date"' in refused.text
        page = parent.post("/aide/demander", data={"etape": "birth_date"})
        assert page.url.path == "/aide/demande" and not page.url.query
        assert "donner la date de naissance" in page.text and "Marie" not in page.text
        done = send(home, parent, page, nom="Martin", prenom="Paul")
        assert done.url.path == "/aide/recue"
    [row] = requests_of(home)
    assert detail(row)["step"] == "birth_date"
    assert row["account_id"] == home.account()["id"], "an unknown name, and Marc’s own sheet in hand"


@pytest.mark.parametrize(
    ("path", "step"), [("/connexion", "login"), ("/activation", "sheet_over"), ("/confirmation", "mail")]
)
def test_every_refusal_leads_to_the_form_and_asks_the_code_of_a_stranger(home: Household, path: str, step: str) -> None:
    with home.parent() as parent:
        if path == "/connexion":
            refused = parent.post(path, data={"identifiant": "m.dupont", "mot_de_passe": "faux"})
        else:
            refused = parent.get(path)
        assert refused.status_code in (401, 410)
        assert f'name="etape" value="{step}"' in refused.text
        page = parent.post("/aide/demander", data={"etape": step})
        assert page.url.path == "/aide/ecole"
        page = by_code(home, parent)
        send(home, parent, page)
    [row] = requests_of(home)
    assert detail(row)["step"] == step


MISTAKES = {
    "/compte/mail": {"courriel": "marc@"}, "/compte/portable": {"portable": "12"},
    "/compte/mot-de-passe": {"ancien": "faux", "mot_de_passe": "bref"}, "/compte/corriger": {"email": "marc@"},
    "/enfants/ajouter": {"identifiant": "personne", "mot_de_passe": "faux"},
}  # fmt: skip


def test_every_refusal_of_mon_compte_leads_to_the_form_of_ones_own_school(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        for path, mistake in MISTAKES.items():
            refused = parent.post(path, data=mistake)
            assert refused.status_code == 422 and 'name="etape" value="account"' in refused.text, path
        page = parent.post("/aide/demander", data={"etape": "account"})
        assert page.url.path == "/aide/demande" and "Mon compte" in page.text


def test_the_address_of_a_code_names_the_school_and_a_wrong_one_says_nothing(home: Household) -> None:
    code = help_code(home.desk.school_id)
    with home.parent() as parent:
        assert NAME in parent.get(f"/aide/{code}").text
        page = parent.post("/aide/ecole", data={"code": code})
        assert page.url.path == "/aide/demande"
        wrong = parent.get("/aide/AAAAAAAA")
        assert wrong.status_code == 404 and "pas celui d’une école" in wrong.text
        for _ in range(25):
            parent.post("/aide/ecole", data={"code": "BBBB BBBB"})
        assert parent.post("/aide/ecole", data={"code": code}).status_code == 422, "codes cannot be guessed one by one"
        home.clock.advance(hours=1)
        assert parent.post("/aide/ecole", data={"code": code}).status_code == 200


def test_the_answer_is_the_same_whoever_is_named(home: Household) -> None:
    pages = []
    for typed in ({}, {"nom": "Inconnu"}, {"prenom_enfant": "Personne", "nom_enfant": "Nulle-Part"}):
        with home.parent() as parent:
            done = send(home, parent, by_code(home, parent), **typed)
        pages.append((done.status_code, done.text.replace(reference(done), "")))
    assert len(set(pages)) == 1
    rows = requests_of(home)
    assert [row["account_id"] is None for row in rows] == [False, True, True]


@pytest.mark.parametrize(
    "typed",
    [
        {"nom": "DUPONT-Martin"}, {"nom": "dupont", "prenom": "MARC"}, {"prenom": "Marc Antoine"},
        {"prenom_enfant": "zoe", "nom_enfant": "Dupont "},
    ],
)  # fmt: skip
def test_names_are_compared_folded(home: Household, typed: dict[str, str]) -> None:
    with home.parent() as parent:
        send(home, parent, by_code(home, parent), **typed)
    [row] = requests_of(home)
    assert (row["account_id"] is None) == (typed.get("nom") == "DUPONT-Martin")


def test_what_is_missing_or_too_long_is_said_at_the_field(home: Household) -> None:
    with home.parent() as parent:
        page = by_code(home, parent)
        wrong = send(home, parent, page, nom="", contact="12", message="x" * 501)
        assert wrong.status_code == 422 and "<title>Erreur - " in wrong.text
        for field in ("last_name", "contact", "words"):
            assert f'href="#{field}"' in wrong.text and f'id="erreur-{field}"' in wrong.text
        assert requests_of(home) == []
        assert send(home, parent, wrong).url.path == "/aide/recue", "the same page goes on"


def test_a_program_is_answered_like_a_person_and_nothing_is_kept(home: Household) -> None:
    with home.parent() as parent:
        page = by_code(home, parent)
        trapped = send(home, parent, page, site="https://spam.example")
        assert trapped.url.path == "/aide/recue" and reference(trapped)
        page = by_code(home, parent)
        quick = parent.post("/aide/demande", data={"moment": moment(page), **MARC})
        assert quick.status_code == 422 and "Relisez" in quick.text
        forged = parent.post("/aide/demande", data={"moment": moment(page)[:-4] + "0000", **MARC})
        assert forged.status_code == 422
        home.clock.advance(hours=5)
        assert parent.post("/aide/demande", data={"moment": moment(page), **MARC}).status_code in (200, 422)
    assert requests_of(home) == []


def test_sent_twice_it_is_one_request_with_one_reference(home: Household) -> None:
    with home.parent() as parent:
        page = by_code(home, parent)
        cookies = dict(parent.cookies)
        first = reference(send(home, parent, page))
        parent.cookies.clear()
        parent.cookies.update(cookies)
        assert reference(send(home, parent, page)) == first
    assert len(requests_of(home)) == 1


def test_a_network_and_a_school_have_their_share(home: Household) -> None:
    with home.parent() as parent:
        sent = [send(home, parent, by_code(home, parent)).status_code for _ in range(HOURLY_NETWORK + 1)]
        assert sent == [200] * HOURLY_NETWORK + [429]
        home.clock.advance(hours=1)
        assert send(home, parent, by_code(home, parent)).status_code == 200
    assert HOURLY_NETWORK * 24 > DAILY_SCHOOL, "several networks reach the school’s limit, one alone does so slowly"


def test_the_follow_up_says_received_or_handled_and_nothing_else(home: Household) -> None:
    with home.parent() as parent:
        said = reference(send(home, parent, by_code(home, parent)))
        look = {"reference": said.lower().replace("-", " "), "nom": "DUPONT"}
        assert "<strong>reçue</strong>" in parent.post("/aide/suivi", data=look).text, "before the school has seen it"
        [row] = requests_of(home)
        assert "<strong>reçue</strong>" in parent.post("/aide/suivi", data=look).text
        for wrong in ({"nom": "Martin"}, {"reference": "AAA-AAA-AAA"}):
            none = parent.post("/aide/suivi", data={**look, **wrong})
            assert none.status_code == 404 and "Aucune demande" in none.text
        settle(home, row["id"])
        home.desk.sync()
        page = parent.post("/aide/suivi", data=look)
        assert "<strong>traitée</strong>" in page.text and "déjà réglé" not in page.text
        codes = [parent.post("/aide/suivi", data=look).status_code for _ in range(30)]
        assert codes[-1] == 429


def test_a_reference_is_kept_as_a_keyed_hash(home: Household) -> None:
    with home.parent() as parent:
        said = reference(send(home, parent, by_code(home, parent))).replace("-", "")
    with home.server.database.read() as connection:
        tickets = connection.execute(select(help_tickets)).mappings().all()
        items = connection.execute(select(inbox.c.payload).where(inbox.c.kind == "help_request")).scalars().all()
    assert said not in str(tickets) and items[0]["reference"] == said


@pytest.mark.parametrize("name", ['<script>alert("x")</script>', "\u202eDupont", "D" * 200, 'O\'Brien "& Cie"'])
def test_hostile_names_stay_text(home: Household, name: str) -> None:
    with home.parent() as parent:
        page = send(home, parent, by_code(home, parent), nom=name, contact="")
        assert "<script>" not in page.text and "\u202e" not in page.text
        done = send(home, parent, page, nom=name)
    assert done.status_code == (422 if len(name) > 80 else 200)


def test_a_form_of_another_site_is_refused(home: Household) -> None:
    with httpx.Client(base_url=home.server.url, headers={"Sec-Fetch-Site": "cross-site"}) as stranger:
        for path in ("/aide/demander", "/aide/ecole", "/aide/demande", "/aide/suivi"):
            assert stranger.post(path, data=MARC).status_code == 403


def test_codes_have_no_look_alikes_and_are_read_however_typed() -> None:
    rng = random.Random(7)
    ids = [str(rng.random()) for _ in range(2000)]
    assert len({help_code(one) for one in ids}) == 2000
    assert all(read_code(f" {shown_code(one).lower()} ") == help_code(one) for one in ids[:50])
    assert read_code("0000 0000") is None and read_code("ABC") is None
