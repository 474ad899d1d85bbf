"""Scenario C over real HTTP: the sheet, the form, the mail, the account (arena.md, C path; identity.md, Secrets)."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.server.portal.household import PASSWORD, Household, form
from tests.support.live import body_of

CLOSED = "Cette feuille n’est pas encore active ou n’est plus valable"
WRONG_DATE = "Cette date ne convient pas"


def link_of(home: Household, count: int = 1) -> str:
    found = re.search(r"https?://\S+", body_of(home.server.caught.wait(count)[count - 1]))
    assert found is not None
    return found.group()


def log_in(parent: httpx.Client, login: str, password: str) -> httpx.Response:
    return parent.post("/connexion", data={"identifiant": login, "mot_de_passe": password})


def test_from_the_qr_code_to_the_children(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    with home.parent() as parent:
        page = parent.get(f"/a/{secret.token}")
        assert page.url.path == "/activation"
        assert "Zoé" in page.text and "Noé" not in page.text  # the date of one child is asked, the others are not told
        waiting = parent.post("/activation", data=form(email="marc@example.org"))
        assert "ouvrez le courriel" in waiting.text and "marc@example.org" in waiting.text
        home.desk.sync()
        assert home.account()["state"] == "activating"
        parent.get(link_of(home))
        assert "Compte activé" in parent.post("/confirmation").text
        children = parent.get("/enfants")
    assert "Zoé" in children.text and "Noé" in children.text
    home.desk.sync()
    account = home.account()
    assert (account["state"], account["origin"], account["email"]) == ("active", "school", "marc@example.org")
    assert account["last_access_on"] == "2026-09-09"


def test_with_the_printed_words_and_no_mail_at_all(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    login = home.account()["login"]
    with home.parent() as parent:
        typed = f" {secret.password[:4]} {secret.password[4:8].lower()} {secret.password[8:]} "
        assert log_in(parent, login.upper(), typed).url.path == "/activation"
        children = parent.post("/activation", data=form(mobile="06 39 98 01 01"))
        assert children.url.path == "/enfants" and "Noé" in children.text
    with home.parent() as again:
        assert log_in(again, login, PASSWORD).url.path == "/enfants"
        assert again.post("/deconnexion").url.path == "/"
        assert again.get("/enfants").url.path == "/"
    assert home.server.caught.mails == []
    home.desk.sync()
    assert home.account()["state"] == "active"


def test_a_sheet_that_the_server_does_not_know_yet_opens_nothing(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    with home.parent() as parent:
        page = parent.get(f"/a/{secret.token}")
        assert page.status_code == 410 and CLOSED in page.text
        home.desk.sync()
        assert "Zoé" in parent.get(f"/a/{secret.token}").text


def test_looking_uses_nothing_up(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    for _ in range(3):  # a mail scanner, a camera's preview, a curious child
        with home.parent() as stranger:
            stranger.get(f"/a/{secret.token}")
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email="marc@example.org"))
        link = link_of(home)
        for _ in range(3):
            with home.parent() as scanner:
                scanner.get(link)
        parent.get(link)
        assert "Compte activé" in parent.post("/confirmation").text


def test_a_sheet_opens_once(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form())
    with home.parent() as second:
        assert CLOSED in second.get(f"/a/{secret.token}").text
        assert "ne convient pas" in log_in(second, home.account()["login"], secret.password).text
    reasons = [event["detail"]["reason"] for event in home.events("portal_failed_try")]
    assert reasons == ["sheet_used", "password"]


def test_of_two_browsers_on_one_sheet_the_second_finds_it_used(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    with home.parent() as one, home.parent() as two:
        for parent in (one, two):
            parent.get(f"/a/{secret.token}")
        assert one.post("/activation", data=form()).url.path == "/enfants"
        assert CLOSED in two.post("/activation", data=form(password="une autre phrase entière")).text
    with home.parent() as parent:
        assert log_in(parent, home.account()["login"], PASSWORD).url.path == "/enfants"


def test_two_sheets_work_until_one_is_used(home: Household, tmp_path: Path) -> None:
    first, second = home.print_sheet(tmp_path / "one"), home.print_sheet(tmp_path / "two")
    home.desk.sync()
    with home.parent() as parent:
        assert "Zoé" in parent.get(f"/a/{first.token}").text
        assert "Zoé" in parent.get(f"/a/{second.token}").text
        parent.post("/activation", data=form())
    with home.parent() as late:
        assert CLOSED in late.get(f"/a/{first.token}").text


def test_a_sheet_ends_after_its_life(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    home.clock.advance(days=91)
    with home.parent() as parent:
        assert "Zoé" in parent.get(f"/a/{secret.token}").text
    home.clock.advance(days=2)
    with home.parent() as parent:
        assert CLOSED in parent.get(f"/a/{secret.token}").text
    assert [event["detail"]["reason"] for event in home.events("portal_failed_try")] == ["sheet_expired"]


def test_five_wrong_dates_close_the_way_and_the_director_sees_why_and_reopens(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        for day in range(1, 6):
            assert WRONG_DATE in parent.post("/activation", data=form(date=(str(day), "1", "2019"))).text
        assert WRONG_DATE in parent.post("/activation", data=form()).text  # the right one, too late: the same words
        home.desk.sync()
        assert home.account()["block"] == "birth_date_tries"
        assert [event["detail"]["tries"] for event in home.events("portal_failed_try")] == [1, 2, 3, 4, 5]
        from app.models.acts import AccountsFields
        from app.services.records.journal import submit

        fields = AccountsFields(account_ids=[home.account()["id"]])
        submit(home.desk.desk, school_id=home.desk.school_id, kind="compte.rouvrir", fields=fields)
        home.desk.sync()
        assert parent.post("/activation", data=form()).url.path == "/enfants"
    home.desk.sync()
    assert home.account()["block"] is None


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        (form(date=("31", "2", "2019")), "Indiquez le jour"),
        (form(date=("", "", "")), "Indiquez le jour"),
        (form(email="marc@"), "n’est pas complète"),
        (form(mobile="12"), "n’est pas complet"),
        (form(password="bref"), "Au moins 12 caractères"),
        (form(password="m.dupont1234"), "ressemble trop"),
        (form(password="motdepasse"), "Au moins 12 caractères"),
        (form(password="azertyazerty"), "trop courant"),
        (form(password="a" * 129), "Au moins 12 caractères"),
    ],
)
def test_a_form_filled_in_wrongly_says_where(
    home: Household, tmp_path: Path, filled: dict[str, str], words: str
) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        page = parent.post("/activation", data=filled)
        assert page.status_code == 422 and words in page.text
        kept = re.search(rf'<input id="password"[^>]* type="password"[^>]* value="{PASSWORD}"', page.text)
        wrong = filled["mot_de_passe"] != PASSWORD
        assert (filled["mot_de_passe"] in page.text) != wrong, "one that will not do is to be typed again, no other is"
        assert (kept is None) == wrong, "and nobody beside reads it"
        assert parent.post("/activation", data=form()).url.path == "/enfants"


def test_a_corrected_address_voids_the_first_link(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email="faute@example.org"))
        first = link_of(home)
        parent.post("/courriel", data={"courriel": "marc@example.org"})
        second = link_of(home, 2)
        assert [mail["To"] for mail in home.server.caught.mails] == ["faute@example.org", "marc@example.org"]
        assert "n’est plus valable" in parent.get(first).text
        parent.get(second)
        assert "Compte activé" in parent.post("/confirmation").text
    home.desk.sync()
    assert home.account()["email"] == "marc@example.org"


def test_a_link_ends_after_three_days(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email="marc@example.org"))
    home.clock.advance(hours=73)
    with home.parent() as parent:
        assert "n’est plus valable" in parent.get(link_of(home)).text


def test_a_reset_ends_the_password_and_the_sessions_and_asks_only_for_a_new_one(
    home: Household, tmp_path: Path
) -> None:
    secret = home.print_sheet(tmp_path / "one")
    home.desk.sync()
    login = home.account()["login"]
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form())
        home.desk.sync()
        fresh = home.print_sheet(tmp_path / "two", reset=True)
        home.desk.sync()
        assert parent.get("/enfants").url.path == "/"
        assert "ne convient pas" in log_in(parent, login, PASSWORD).text
        page = log_in(parent, login, fresh.password)
        assert "Choisir un nouveau mot de passe" in page.text and "Adresse mail" not in page.text
        assert parent.post("/activation", data=form(password="encore une autre phrase")).url.path == "/enfants"
    home.desk.sync()
    assert home.account()["state"] == "active"


def test_a_sheet_printed_before_the_activation_was_known_is_not_to_be_handed_out(
    home: Household, tmp_path: Path
) -> None:
    first = home.print_sheet(tmp_path / "one")
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{first.token}")
        parent.post("/activation", data=form())
    second = home.print_sheet(tmp_path / "two", reset=True)  # this PC believes that the account is only notified
    home.desk.sync()
    from app.services.sheets import distribution_notice

    notice = distribution_notice(home.desk.desk, school_id=home.desk.school_id)
    assert notice.withheld == (home.account()["id"],)
    with home.parent() as parent:
        assert CLOSED in parent.get(f"/a/{second.token}").text
        assert log_in(parent, home.account()["login"], PASSWORD).url.path == "/enfants"


def test_hostile_names_are_text(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets", "Ida")
    home.desk.sync()
    with home.parent() as parent:
        page = parent.get(f"/a/{secret.token}").text
        assert "&lt;b&gt;Ana&lt;/b&gt;" in page and "<b>Ana" not in page
        parent.post("/activation", data=form(date=("5", "5", "2019")))
        assert "<b>Ana" not in parent.get("/enfants").text
