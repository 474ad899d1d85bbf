"""Lost identifiant, lost password: a code to a confirmed contact, and the same pages for everybody else."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from app.server.portal.recovery.routes import TOO_MANY, WRONG_CODE
from app.server.portal.recovery.steps import Contact, read_contact
from tests.server.portal.household import Household, form
from tests.support.live import body_of

NEW = "un tout autre secret"


def activate(home: Household, folder: Path, *, email: str = "Marc@Example.org") -> None:
    """Marc has an account, with a mail address that he has confirmed."""
    secret = home.print_sheet(folder)
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email=email))
        link = re.search(r"https?://\S+", body_of(home.server.caught.wait(1)[0]))
        assert link is not None
        parent.get(link.group())
        assert "Compte activé" in parent.post("/confirmation").text


def ask(parent: httpx.Client, contact: str) -> httpx.Response:
    return parent.post("/acces-perdu", data={"contact": contact})


def code_in(home: Household, count: int) -> str:
    found = re.search(r"\b\d{6}\b", body_of(home.server.caught.wait(count)[count - 1]))
    assert found is not None
    return found.group()


@pytest.mark.parametrize(
    ("typed", "contact"),
    [
        ("06 39 98 01 01", Contact("sms", "+33639980101")), ("+33639980101", Contact("sms", "+33639980101")),
        ("0033 6.39.98.01.01", Contact("sms", "+33639980101")), (" Marc@Example.org ", Contact("mail", "marc@example.org")),
        ("05 61 00 00 00", None), ("marc@", None), ("", None), ("m.dupont", None),
    ],
)  # fmt: skip
def test_a_contact_is_read_however_typed(typed: str, contact: Contact | None) -> None:
    assert read_contact(typed) == contact


def test_a_code_by_mail_opens_the_account_and_a_password_is_offered(home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        page = ask(parent, " MARC@example.org ")
        assert page.url.path == "/acces-perdu/code"
        inside = parent.post("/acces-perdu/code", data={"code": code_in(home, 2)})
        assert inside.url.path == "/nouveau-mot-de-passe" and home.account()["login"] in inside.text
        assert "Zoé" in parent.get("/enfants").text, "the new password is offered, not forced"
        assert parent.post("/nouveau-mot-de-passe", data={"mot_de_passe": NEW}).url.path == "/enfants"
    with home.parent() as again:
        login = {"identifiant": home.account()["login"], "mot_de_passe": NEW}
        assert again.post("/connexion", data=login).url.path == "/enfants"
    assert [event["detail"] for event in home.events("portal_recovered")] == [{"by": "mail"}]


def test_an_unknown_contact_sees_the_very_same_pages_and_nothing_leaves(home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with home.parent() as known, home.parent() as unknown:
        pages = [ask(known, "marc@example.org"), ask(unknown, "m.dupont@example.org")]  # ONDE's, never confirmed
        assert pages[0].text == pages[1].text and pages[0].status_code == pages[1].status_code
        wrong = [one.post("/acces-perdu/code", data={"code": "000000"}) for one in (known, unknown)]
        assert wrong[0].text == wrong[1].text and WRONG_CODE in wrong[0].text
    assert len(home.server.caught.wait(2)) == 2, "the activation mail and one code"


def test_five_wrong_digits_end_the_code(home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        ask(parent, "marc@example.org")
        right = code_in(home, 2)
        for _ in range(5):
            home.clock.advance(minutes=2)
            parent.post("/acces-perdu/code", data={"code": "1" + right[1:] if right[0] != "1" else "2" + right[1:]})
        assert WRONG_CODE in parent.post("/acces-perdu/code", data={"code": right}).text
        home.clock.advance(minutes=60)
        ask(parent, "marc@example.org")
        assert parent.post("/acces-perdu/code", data={"code": code_in(home, 3)}).url.path == "/nouveau-mot-de-passe"


def test_a_contact_gets_three_codes_an_hour_known_or_not(home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        for contact in ("marc@example.org", "inconnu@example.org"):
            assert [TOO_MANY in ask(parent, contact).text for _ in range(4)] == [False, False, False, True]


def test_a_code_is_over_after_half_an_hour_and_good_once(home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with home.parent() as parent, home.parent() as thief:
        ask(parent, "marc@example.org")
        late = code_in(home, 2)
        home.clock.advance(minutes=31)
        assert WRONG_CODE in parent.post("/acces-perdu/code", data={"code": late}).text
        ask(parent, "marc@example.org")
        good = code_in(home, 3)
        thief.cookies.update(parent.cookies)
        assert parent.post("/acces-perdu/code", data={"code": good}).url.path == "/nouveau-mot-de-passe"
        assert thief.post("/acces-perdu/code", data={"code": good}).url.path == "/acces-perdu"


def test_the_chosen_account_must_be_one_of_the_contact(home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        ask(parent, "marc@example.org")
        assert parent.post("/acces-perdu/compte", data={"compte": "not proven"}).url.path == "/acces-perdu"


def test_without_a_code_nobody_sets_a_password(home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with home.parent() as stranger:
        assert stranger.post("/nouveau-mot-de-passe", data={"mot_de_passe": NEW}).url.path == "/"
    with home.parent() as parent:
        ask(parent, "marc@example.org")
        parent.post("/acces-perdu/code", data={"code": code_in(home, 2)})
        home.clock.advance(minutes=11)
        assert parent.get("/nouveau-mot-de-passe").url.path == "/enfants"
        assert "trop courant" not in parent.post("/nouveau-mot-de-passe", data={"mot_de_passe": "court"}).text
