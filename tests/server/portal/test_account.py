"""« Mon compte »: contacts confirmed where they are, password, sessions, ways in, data; what the school learns of it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from app.models.states import Wish
from app.services.account_card import account_card
from app.services.rights import rights_of
from tests.server.portal.accounts import change_mail, inside, link_in, log_in, marks
from tests.server.portal.household import PASSWORD, Household
from tests.server.portal.test_rights import protect
from tests.support.live import body_of

NEW = "une autre phrase calme"
PAGES = (
    "/compte", "/compte/langue", "/compte/mail", "/compte/portable", "/compte/mot-de-passe", "/compte/acces",
    "/compte/appareils", "/compte/donnees", "/compte/corriger", "/compte/corrections", "/compte/droits",
    "/enfants/ajouter",
)  # fmt: skip


def card_words(home: Household) -> list[str]:
    home.desk.sync()
    card = account_card(home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"])
    return [line.words for line in card.events]


def code_in(home: Household, count: int) -> str:
    return home.server.texts.wait(count)[count - 1][1].split("est ")[1][:6]


def test_nobody_sees_it_without_being_logged_in(home: Household) -> None:
    with home.parent() as stranger:
        assert {stranger.get(path).url.path for path in PAGES} == {"/"}
        for path in ("/compte/papier", "/compte/mail", "/compte/appareils", "/compte/donnees", "/enfants/ajouter"):
            assert stranger.post(path).url.path == "/"


def test_a_new_address_counts_once_its_link_is_opened_and_the_old_one_is_told(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        change_mail(home, parent, "marc@example.org", mails=1)
        parent.post("/compte/mail", data={"courriel": "autre@example.org"})
        page = parent.get("/compte").text
        assert "marc@example.org" in page and "À confirmer" in page and "autre@example.org" in page
        home.desk.sync()
        assert home.account()["email"] == "marc@example.org", "the former one counts until then"
        link = link_in(home, 2)
    with home.parent() as elsewhere:
        assert "autre@example.org" in elsewhere.get(link).text
        assert "Adresse confirmée" in elsewhere.post("/adresse").text
        assert elsewhere.get(link).status_code == 410
    notice = home.server.caught.wait(3)[2]
    assert notice["To"] == "marc@example.org"
    assert "a changé son adresse mail" in card_words(home)
    assert home.account()["email"] == "autre@example.org"
    assert "example.org" not in str(home.events("portal_contact"))


def test_a_link_given_up_or_replaced_opens_nothing(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        for count, email in enumerate(("un@example.org", "deux@example.org"), start=1):
            parent.post("/compte/mail", data={"courriel": email})
            home.server.caught.wait(count)
        assert parent.get(link_in(home, 1)).status_code == 410
        assert parent.get(link_in(home, 2)).status_code == 200
        parent.post("/compte/mail/annuler")
        assert parent.post("/adresse").status_code == 410
        assert "À confirmer" not in parent.get("/compte").text
        token = link_in(home, 2).removeprefix("/e/")
        parent.get(f"/c/{token}")
        assert parent.post("/confirmation").status_code == 410, "it is no link of an activation"
        for _ in range(3):
            parent.post("/compte/mail", data={"courriel": "trois@example.org"})
        assert parent.post("/compte/mail", data={"courriel": "trois@example.org"}).status_code == 422


@pytest.mark.parametrize("wrong", ["", "sans arobase", "x@y", "a@example.org\r\nBcc: b@example.org"])
def test_what_is_no_address_is_said_at_the_field(home: Household, tmp_path: Path, wrong: str) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        page = parent.post("/compte/mail", data={"courriel": wrong})
        assert page.status_code == 422 and "<title>Erreur - " in page.text


def test_a_mobile_is_confirmed_by_the_code_sent_to_it(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        assert parent.post("/compte/portable", data={"portable": "05 61"}).status_code == 422
        parent.post("/compte/portable", data={"portable": "06 39 98 02 02"})
        code = code_in(home, 1)
        wrong = parent.post("/compte/portable/code", data={"code": "000000" if code != "000000" else "111111"})
        assert wrong.status_code == 422
        assert "06 39 98 02 02" in parent.post("/compte/portable/code", data={"code": code}).text
        assert parent.post("/compte/portable/code", data={"code": code}).url.path == "/compte/portable"
    assert "a changé son numéro de portable" in card_words(home)
    assert home.account()["mobile"] == "+33639980202" and home.account()["ways"] == ["password", "mobile"]


def test_a_new_password_asks_the_old_one_and_ends_the_other_sessions(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent, home.parent() as phone:
        login = home.account()["login"]
        log_in(phone, login)
        for old, new in (("faux", NEW), (PASSWORD, "court")):
            assert parent.post("/compte/mot-de-passe", data={"ancien": old, "mot_de_passe": new}).status_code == 422
        parent.post("/compte/mot-de-passe", data={"ancien": PASSWORD, "mot_de_passe": NEW})
        assert parent.get("/compte").url.path == "/compte" and phone.get("/compte").url.path == "/"
        assert log_in(phone, login).status_code == 401
        assert log_in(phone, login, NEW).url.path == "/enfants"
    assert "mot de passe changé" in card_words(home)


def test_guessing_the_old_password_meets_a_growing_wait(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        for _ in range(7):
            parent.post("/compte/mot-de-passe", data={"ancien": "faux", "mot_de_passe": NEW})
        form = {"ancien": PASSWORD, "mot_de_passe": NEW}
        assert parent.post("/compte/mot-de-passe", data=form).status_code == 422
        home.clock.advance(minutes=16)
        assert parent.post("/compte/mot-de-passe", data=form).url.path == "/compte"


def test_what_matters_asks_again_who_it_is_after_ten_minutes(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        home.clock.advance(minutes=11)
        page = parent.get("/compte/mail")
        assert page.url.path == "/compte/confirmer/mail"
        assert parent.post("/compte/mail", data={"courriel": "x@example.org"}).url.path == "/compte/confirmer/mail"
        assert parent.post("/compte/confirmer/mail", data={"mot_de_passe": "faux"}).status_code == 422
        assert parent.post("/compte/confirmer/mail", data={"mot_de_passe": PASSWORD}).url.path == "/compte/mail"
        change_mail(home, parent, "marc@example.org", mails=1)
        home.clock.advance(minutes=11)
        parent.post("/compte/confirmer/donnees/envoyer", data={"vers": "email"})
        code = body_of(home.server.caught.wait(2)[1]).split("Votre code\u00a0: ")[1][:6]
        asked = parent.post("/compte/confirmer/donnees/code", data={"code": code})
        assert asked.url.path == "/compte/donnees"
        assert parent.get("/compte/confirmer/https:").status_code == 200, "it leads nowhere else"


def test_a_session_is_listed_and_ended_and_nobody_elses(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent, home.parent() as phone, home.parent() as tablet:
        login = home.account()["login"]
        phone.headers["User-Agent"] = "Mozilla/5.0 (Android 14) Firefox/140.0"
        log_in(phone, login)
        log_in(tablet, login)
        page = parent.get("/compte/appareils").text
        assert "Firefox, Android" in page and page.count("Déconnecter\u00a0:") == 2
        mark = marks(page, "appareil")[0]
        assert parent.post("/compte/appareils", data={"appareil": "0" * 24}).status_code == 404
        parent.post("/compte/appareils", data={"appareil": mark})
        left = [browser.get("/compte").url.path for browser in (parent, phone, tablet)]
        assert left.count("/compte") == 2
        parent.post("/compte/appareils", data={"appareil": "autres"})
        assert parent.get("/compte").url.path == "/compte" and tablet.get("/compte").url.path == "/"


def test_the_last_way_in_stays_and_one_is_taken_away_for_good(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        assert marks(parent.get("/compte/acces").text, "acces") == []
        assert parent.post("/compte/acces/retirer", data={"acces": "password"}).status_code == 422
        assert parent.post("/compte/acces/retirer", data={"acces": "f" * 24}).status_code == 404
        change_mail(home, parent, "marc@example.org", mails=1)
        assert marks(parent.get("/compte/acces").text, "acces") == ["password", "email"]
        parent.post("/compte/acces/retirer", data={"acces": "password"})
        assert parent.post("/compte/acces/retirer", data={"acces": "email"}).status_code == 422
    with home.parent() as again:
        assert log_in(again, home.account()["login"]).status_code == 401
    assert "a retiré une façon de se connecter" in card_words(home)
    assert home.account()["ways"] == ["email"]


def test_who_prefers_paper_says_it_and_takes_it_back(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        parent.post("/compte/papier", data={"papier": "oui"})
        assert "préfère le papier, dit sur le portail" in card_words(home)
        rights = rights_of(home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"])
        assert rights.prefers_paper and rights.wish is not Wish.PAPER
        parent.post("/compte/papier", data={"papier": "non"})
        assert "ne préfère plus le papier" in card_words(home) and not home.account()["prefers_paper"]


def test_the_language_is_chosen_among_those_that_there_are(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        assert parent.post("/compte/langue", data={"langue": "../../x"}).url.path == "/compte/langue"
        assert "Türkçe" in parent.post("/compte/langue", data={"langue": "tr"}).text
        parent.post("/compte/mail", data={"courriel": "marc@example.org"})
        assert "Yeni e-posta adresinizi" in home.server.caught.wait()[0].get_payload(decode=True).decode()


def test_ones_data_are_ones_own(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        parent.post("/compte/papier", data={"papier": "oui"})
        home.desk.sync()
        got = parent.post("/compte/donnees")
        archive = ZipFile(BytesIO(got.content))
        assert sorted(archive.namelist()) == ["mes-donnees.html", "mes-donnees.json"]
        data = json.loads(archive.read("mes-donnees.json"))
        assert {child["first_name"] for child in data["enfants"]} == {"Zoé", "Noé"}
        assert data["ecoles"][0]["mine"]["last_name"] == "DUPONT" and data["compte"]["prefers_paper"] is True
        page = archive.read("mes-donnees.html").decode()
        assert "Zoé" in page and "Ana" not in page and "HOSTILE" not in page and "argon2" not in str(data)
        protect(home, "Zoé", "Noé")
        log_in(parent, home.account()["login"])
        hidden = ZipFile(BytesIO(parent.post("/compte/donnees").content)).read("mes-donnees.json").decode()
        assert not any(word in hidden for word in ("Tilleuls", "CE1 Mme Aubrac", "CM2 M. Petit"))
