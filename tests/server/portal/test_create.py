"""Scenario B over real HTTP: name and mobile, the code, each child's date, the password."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.records.rows import SchoolRows
from app.services.sheets import distribution_notice
from tests.server.portal.creating import (
    CODE_SENT,
    E164,
    MOBILE,
    NOE,
    WRONG,
    ZOE,
    ask,
    choose,
    code_of,
    enter_code,
    proven,
    say,
)
from tests.server.portal.household import PASSWORD, Household, form
from tests.server.portal.test_activation import CLOSED, link_of, log_in

DATE_REFUSED = "Cette date ne convient pas"


def test_from_nothing_to_an_account(home: Household) -> None:
    with home.parent() as parent:
        assert "Créer mon compte" in parent.get("/").text
        assert "Je crée mon compte" in parent.get("/creer").text
        page = ask(parent)
        assert page.url.path == "/creer/code" and CODE_SENT in page.text
        assert "Zoé" not in page.text
        code = code_of(home)
        page = enter_code(parent, f"{code[:3]} {code[3:]}")
        assert "Je suis bien Marc Dupont" in page.text and "Zoé" in page.text and "Noé" not in page.text
        assert "Noé" in say(parent, ZOE).text
        assert say(parent, NOE).url.path == "/creer/mot-de-passe"
        children = choose(parent)
        assert children.url.path == "/enfants" and "Zoé" in children.text and "Noé" in children.text
    home.desk.sync()
    account = home.account()
    assert (account["state"], account["origin"], account["mobile"]) == ("active", "guardian", E164)
    with home.parent() as again:
        assert log_in(again, account["login"], PASSWORD).url.path == "/enfants"


def test_the_text_names_the_school_fits_one_sms_and_lets_phones_fill_it_in(home: Household) -> None:
    with home.parent() as parent:
        ask(parent)
    code = code_of(home)
    [(number, text)] = home.server.texts.texts
    assert number == E164 and "Tilleuls" in text and "http" not in text
    assert text.splitlines()[-1] == f"@127.0.0.1 #{code}" and len(text) <= 160


@pytest.mark.parametrize(
    "typed",
    ["0639980101", "06.39.98.01.01", "06-39-98-01-01", "+33 6 39 98 01 01", "+33639980101", "0033639980101",
     "00 33 6 39 98 01 01", " 06 39 98 0101 ", "+33 (0)6 39 98 01 01", "06/39/98/01/01"],
)  # fmt: skip
def test_numbers_typed_in_ten_ways(home: Household, typed: str) -> None:
    with home.parent() as parent:
        assert CODE_SENT in ask(parent, mobile=typed).text
    assert home.server.texts.wait()[0][0] == E164


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        (("", "Marc", MOBILE), "Indiquez votre nom"),
        (("Dupont", "", MOBILE), "Indiquez votre prénom"),
        (("Dupont", "Marc", ""), "n’est pas complet"),
        (("Dupont", "Marc", "06 39"), "n’est pas complet"),
        (("Dupont", "Marc", "01 45 67 00 00"), "téléphone fixe"),
    ],
)
def test_a_page_filled_in_wrongly_says_where(home: Household, filled: tuple[str, str, str], words: str) -> None:
    with home.parent() as parent:
        page = ask(parent, *filled)
        assert page.status_code == 422 and words in page.text and "<title>Erreur" in page.text
        assert CODE_SENT in ask(parent).text


def test_who_corrects_the_number_finds_what_was_typed(home: Household) -> None:
    with home.parent() as parent:
        ask(parent, mobile="06 39 98 01 02")
        page = parent.get("/creer").text
        assert 'value="Dupont"' in page and 'value="06 39 98 01 02"' in page
        ask(parent)
        assert "Zoé" in enter_code(parent, code_of(home)).text


def test_one_wrong_date_attaches_the_others(home: Household) -> None:
    with home.parent() as parent:
        page = proven(home, parent, WRONG)
        assert page.status_code == 422 and DATE_REFUSED in page.text and "<title>Erreur" in page.text
        assert "Noé" in say(parent, choice="passer").text
        say(parent, NOE)
        children = choose(parent)
        assert "Noé" in children.text and "Zoé" not in children.text
    assert home.events("portal_failed_try")[0]["detail"] == {"reason": "birth_date", "tries": 1}


def test_no_child_at_all_makes_no_account(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent)
        for _ in range(2):
            say(parent, WRONG)
            page = say(parent, choice="passer")
        assert page.url.path == "/creer/aucun-enfant" and "Aucun enfant" in page.text
        assert choose(parent).url.path == "/creer/aucun-enfant"
    home.desk.sync()
    assert home.account()["state"] == "not_notified"


def test_not_the_guardian_of_a_child_tells_the_director(home: Household) -> None:
    with home.parent() as parent:
        page = proven(home, parent)
        assert "Je ne suis pas le représentant légal de cet élève" in page.text
        assert "Noé" in say(parent, choice="pas-le-mien").text
        say(parent, NOE)
        children = choose(parent)
        assert "Zoé" not in children.text and "/nouvel-enfant" not in children.text
    home.desk.sync()
    with home.desk.desk.vault.read() as connection:
        [request] = SchoolRows(connection, home.desk.school_id).all("requests")
        pupil = SchoolRows(connection, home.desk.school_id).need("pupils", request["pupil_id"])
    assert (request["kind"], request["status"], pupil["first_name"]) == ("not_guardian", "open", "Zoé")
    assert request["account_id"] == home.account()["id"]


def test_a_page_of_another_child_changes_nothing(home: Household) -> None:
    """The back button: Zoé's page sent again when Noé is asked for."""
    with home.parent() as parent:
        page = proven(home, parent).text
        mark = page.split('name="enfant" value="')[1].split('"')[0]
        say(parent, ZOE)
        again = parent.post("/creer/enfants", data={"enfant": mark, "jour": "14", "mois": "3", "annee": "2019"})
        assert again.status_code == 200 and "Noé" in again.text
        assert parent.post("/creer/enfants", data={"enfant": mark, "choix": "pas-le-mien"}).status_code == 200
        say(parent, NOE)
        assert "Zoé" in choose(parent).text
    assert home.events("portal_failed_try") == [] and home.events("portal_not_guardian") == []


def test_a_sheet_that_is_out_is_ended_and_the_school_sees_it(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    with home.parent() as parent:
        proven(home, parent, ZOE, NOE)
        choose(parent)
    with home.parent() as late:
        assert secret is not None and CLOSED in late.get(f"/a/{secret.token}").text
    home.desk.sync()
    assert distribution_notice(home.desk.desk, school_id=home.desk.school_id).withheld == (home.account()["id"],)


def test_a_first_log_in_under_way_ends_where_the_account_is_made_by_mobile(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as first:
        first.get(f"/a/{secret.token}")
        first.post("/activation", data=form(email="marc@example.org", password="le premier mot de passe"))
        with home.parent() as parent:
            proven(home, parent, ZOE, NOE)
            assert choose(parent).url.path == "/enfants"
        assert first.get("/enfants").url.path == "/"
        assert "n’est plus valable" in first.get(link_of(home)).text
        assert "ne convient pas" in log_in(first, home.account()["login"], "le premier mot de passe").text
    home.desk.sync()
    assert (home.account()["state"], home.account()["origin"]) == ("active", "guardian")


@pytest.mark.parametrize(
    ("password", "words"), [("bref", "Au moins 12 caractères"), ("marc-dupont-1", "ressemble trop")]
)
def test_a_password_that_does_not_do(home: Household, password: str, words: str) -> None:
    with home.parent() as parent:
        proven(home, parent, ZOE, NOE)
        page = choose(parent, password)
        assert page.status_code == 422 and words in page.text and password not in page.text
        assert choose(parent).url.path == "/enfants"


def test_pages_out_of_turn_lead_to_the_one_that_is_due(home: Household) -> None:
    pages = ("/creer/code", "/creer/enfants", "/creer/mot-de-passe", "/creer/deja-un-compte")
    with home.parent() as parent:
        assert {parent.get(page).url.path for page in pages} == {"/creer"}
        ask(parent)
        assert {parent.get(page).url.path for page in pages[1:]} == {"/creer/code"}
        assert choose(parent).url.path == "/creer/code"
        enter_code(parent, code_of(home))
        assert {parent.get(page).url.path for page in pages[1:]} == {"/creer/enfants"}
        for date in (ZOE, NOE):
            say(parent, date)
        assert {parent.get(page).url.path for page in pages[1:]} == {"/creer/mot-de-passe"}
        choose(parent)
        assert {parent.get(page).url.path for page in pages} == {"/enfants"}, "back by the arrow of the browser"
        assert parent.get("/creer").url.path == "/creer", "somebody else of the house may begin"
        parent.post("/deconnexion")
        assert {parent.get(page).url.path for page in pages} == {"/creer"}, "a journey ends"


def test_a_journey_ends_after_an_hour(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent)
        home.clock.advance(minutes=61)
        assert parent.get("/creer/enfants").url.path == "/creer"
