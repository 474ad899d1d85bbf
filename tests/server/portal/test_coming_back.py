"""Scenario C as browsers are really used: the arrow, two tabs, a link opened twice, no mail, no mobile, neither."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from app.services.sealing import SheetSecret
from tests.server.portal.household import PASSWORD, Household, form
from tests.server.portal.test_activation import CLOSED, link_of, log_in

OVER = "Ce lien n’est plus valable"


def sheet_of(home: Household, folder: Path) -> SheetSecret:
    secret = home.print_sheet(folder)
    home.desk.sync()
    assert secret is not None
    return secret


def test_the_arrow_after_the_end_leads_to_the_children(home: Household, tmp_path: Path) -> None:
    secret = sheet_of(home, tmp_path / "sheets")
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        assert parent.post("/activation", data=form()).url.path == "/enfants"
        assert parent.get("/activation").url.path == "/enfants"
        assert CLOSED in parent.get(f"/a/{secret.token}").text, "the sheet itself says that it has served"
        parent.post("/deconnexion")
        parent.cookies.delete("preau_a")
        assert CLOSED in parent.get("/activation").text


def test_of_two_tabs_the_second_leads_to_the_children_too(home: Household, tmp_path: Path) -> None:
    secret = sheet_of(home, tmp_path / "sheets")
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        assert "Zoé" in parent.get("/activation").text, "the second tab"
        parent.post("/activation", data=form())
        late = parent.post("/activation", data=form(password="un autre mot de passe"))
        assert late.url.path == "/enfants" and "Noé" in late.text
    with home.parent() as again:
        assert log_in(again, home.account()["login"], PASSWORD).url.path == "/enfants", "the first password stays"


def test_a_link_to_confirm_an_address_is_good_once(home: Household, tmp_path: Path) -> None:
    secret = sheet_of(home, tmp_path / "sheets")
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email="marc@example.org"))
    link = link_of(home)
    with home.parent() as scanner:
        assert "Cette adresse est bien la vôtre" in scanner.get(link).text
        assert scanner.head(link).status_code == 200
    with home.parent() as tab, home.parent() as other:
        assert all("Cette adresse" in one.get(link).text for one in (tab, other))
        assert "Compte activé" in tab.post("/confirmation").text
        late = other.post("/confirmation")
        assert late.status_code == 410 and OVER in late.text and "Demander de l’aide à l’école" in late.text
        assert OVER in tab.get(link).text
    home.desk.sync()
    assert home.account()["state"] == "active"


@pytest.mark.parametrize(("email", "mobile"), list(itertools.product(("", "marc@example.org"), ("", "06 39 98 01 01"))))
def test_with_a_mail_a_mobile_both_or_neither(home: Household, tmp_path: Path, email: str, mobile: str) -> None:
    secret = sheet_of(home, tmp_path / "sheets")
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form(email=email, mobile=mobile))
        if email:
            parent.get(link_of(home))
            parent.post("/confirmation")
        assert "Zoé" in parent.get("/enfants").text
        assert home.server.texts.texts == [], "a mobile given here costs no text"
    with home.parent() as again:
        assert log_in(again, home.account()["login"], PASSWORD).url.path == "/enfants"
