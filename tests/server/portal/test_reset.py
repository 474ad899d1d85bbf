"""« Réinitialiser » alone, seen from the parent's side over real HTTP (arena.md, Rules)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.models.errors import Refused
from app.services import resets
from app.services.account_card import account_card, event_words
from app.services.desk import Desk
from app.services.imports import commit, preview
from app.services.onde.decode import SourceFile
from app.services.schools import create_school
from app.services.sheets import distribution_notice, list_batches, provisional_password, reprint
from app.services.vault.vault import create_vault
from tests.server.portal.household import GUARDIANS, PASSWORD, PUPILS, Household, form
from tests.support.live import LiveDesk

CLOSED = "n’est pas encore active ou n’est plus valable"
NEW = "encore une autre phrase"


def reset(home: Household) -> str:
    """Reset the guardian's password on the PC; returns the new provisional one."""
    account_id = home.account()["id"]
    plan = resets.plan(home.desk.desk, school_id=home.desk.school_id, account_ids=[account_id])
    resets.carry_out(home.desk.desk, plan=plan)
    password = provisional_password(home.desk.desk, school_id=home.desk.school_id, account_id=account_id)
    assert password is not None
    return password


def log_in(parent: httpx.Client, login: str, password: str) -> httpx.Response:
    return parent.post("/connexion", data={"identifiant": login, "mot_de_passe": password})


def activate(home: Household, folder: Path, parent: httpx.Client) -> str:
    """Marc activates his account with a sheet; returns his log-in."""
    secret = home.print_sheet(folder)
    home.desk.sync()
    assert secret is not None
    parent.get(f"/a/{secret.token}")
    assert parent.post("/activation", data=form()).url.path == "/enfants"
    home.desk.sync()
    return str(home.account()["login"])


def notice(home: Household) -> str:
    return distribution_notice(home.desk.desk, school_id=home.desk.school_id).sentence


def test_the_old_password_ends_at_the_sync_and_the_new_one_must_be_changed(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent, home.parent() as other:
        login = activate(home, tmp_path / "sheets", parent)
        before = home.account()
        password = reset(home)
        assert "L’ancien mot de passe fonctionne encore\u00a0: 1\u00a0réinitialisation" in notice(home)
        assert parent.get("/enfants").url.path == "/enfants"  # as the screen says
        assert log_in(other, login, PASSWORD).url.path == "/enfants"
        home.desk.sync()
        assert notice(home) == ""
        assert parent.get("/enfants").url.path == "/" and other.get("/enfants").url.path == "/"
        assert "ne convient pas" in log_in(parent, login, PASSWORD).text
        page = log_in(parent, login, password)
        assert page.url.path == "/activation" and "Choisir un nouveau mot de passe" in page.text
        assert parent.get("/enfants").url.path != "/enfants"
        assert parent.post("/activation", data=form(password=NEW)).url.path == "/enfants"
    home.desk.sync()
    after = home.account()
    kept = ("state", "origin", "notified_on")
    assert [after[name] for name in kept] == [before[name] for name in kept] and after["password_changed"]
    with home.parent() as again:
        assert "ne convient pas" in log_in(again, login, password).text
        assert log_in(again, login, NEW).url.path == "/enfants"


def test_of_an_account_that_is_only_notified_the_lost_sheet_ends(home: Household, tmp_path: Path) -> None:
    lost = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert lost is not None
    reset(home)
    home.desk.sync()
    with home.parent() as stranger:
        assert CLOSED in stranger.get(f"/a/{lost.token}").text
    batches = list_batches(home.desk.desk, school_id=home.desk.school_id)
    printed = next(batch for batch in batches if batch.paper)
    with pytest.raises(Refused):
        reprint(
            home.desk.desk, school_id=home.desk.school_id, batch_id=printed.batch_id, folder=tmp_path, processes=1
        )  # fmt: skip
    assert home.account()["state"] == "notified"
    with home.parent() as parent:
        password = provisional_password(
            home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"]
        )  # fmt: skip
        assert log_in(parent, home.account()["login"], password or "").url.path == "/activation"


def test_an_account_activated_meanwhile_keeps_its_password_and_the_screen_says_so(
    home: Household, tmp_path: Path
) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    assert secret is not None
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form())
        reset(home)  # this PC believes that the account is only notified
        home.desk.sync()
        assert parent.get("/enfants").url.path == "/enfants"
    login = home.account()["login"]
    assert f"Mot de passe non réinitialisé, compte activé entre-temps\u00a0: {login}" in notice(home)
    assert home.account()["password_changed"]


def test_the_later_of_two_resets_counts(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        login = activate(home, tmp_path / "sheets", parent)
        first, second = reset(home), reset(home)
        home.desk.sync()
        assert "ne convient pas" in log_in(parent, login, first).text
        assert log_in(parent, login, second).url.path == "/activation"
    shown = provisional_password(home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"])
    assert shown == second


def test_notified_plainly_after_a_reset_the_sheet_opens_with_the_password_of_the_reset(
    home: Household, tmp_path: Path
) -> None:
    with home.parent() as parent:
        login = activate(home, tmp_path / "sheets", parent)
        password = reset(home)
        home.desk.sync()
        sheet = home.print_sheet(tmp_path / "again")
        assert sheet is not None and sheet.password == password
        assert "L’ancien mot de passe fonctionne encore" not in notice(home), "it ended at the synchronisation"
        home.desk.sync()
        assert log_in(parent, login, password).url.path == "/activation"
        with home.parent() as scanner:
            assert "Choisir un nouveau mot de passe" in scanner.get(f"/a/{sheet.token}").text
            assert scanner.post("/activation", data=form(password=NEW)).url.path == "/enfants"
    home.desk.sync()
    assert home.account()["password_changed"]
    assert home.print_sheet(tmp_path / "reminder") is None, "his own password again: a reminder"


def test_a_password_chosen_meanwhile_is_not_ended_by_the_sheet_of_a_plain_notification(
    home: Household, tmp_path: Path
) -> None:
    with home.parent() as parent:
        login = activate(home, tmp_path / "sheets", parent)
        password = reset(home)
        home.desk.sync()
        log_in(parent, login, password)
        assert parent.post("/activation", data=form(password=NEW)).url.path == "/enfants"
        sheet = home.print_sheet(tmp_path / "late")  # this PC has not heard of it
        home.desk.sync()
        assert sheet is not None and CLOSED in parent.get(f"/a/{sheet.token}").text
        assert "Ne pas remettre, compte activé entre-temps" in notice(home)
    with home.parent() as again:
        assert log_in(again, login, NEW).url.path == "/enfants"
    assert home.account()["password_changed"]


def test_after_a_reset_in_another_school_the_sheet_is_no_reminder_either(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent, other_school(home, tmp_path / "other") as elsewhere:
        login = activate(home, tmp_path / "sheets", parent)
        reset(home)
        home.desk.sync()
        elsewhere.desk.sync()
        sheet = elsewhere.print_sheet(tmp_path / "elsewhere")
        elsewhere.desk.sync()
        assert sheet is not None
        assert log_in(parent, login, sheet.password).url.path == "/activation"


def test_the_guardians_other_school_learns_that_its_sheet_is_of_no_use(home: Household, tmp_path: Path) -> None:
    with other_school(home, tmp_path / "other") as elsewhere:
        sheet = elsewhere.print_sheet(tmp_path / "sheets")
        elsewhere.desk.sync()
        assert sheet is not None
        home.print_sheet(tmp_path / "own")
        home.desk.sync()
        reset(home)
        home.desk.sync()
        elsewhere.desk.sync()
        (event,) = elsewhere.events("portal_reset")
        assert event_words(event) == "mot de passe réinitialisé par une autre école"
        desk, account_id = elsewhere.desk, elsewhere.account()["id"]
        assert provisional_password(desk.desk, school_id=desk.school_id, account_id=account_id) is None
        with home.parent() as parent:
            assert CLOSED in parent.get(f"/a/{sheet.token}").text


def test_an_account_that_another_school_notified_or_brought_to_life_is_known_as_such(
    home: Household, tmp_path: Path
) -> None:
    with other_school(home, tmp_path / "other") as elsewhere:
        sheet = home.print_sheet(tmp_path / "sheets")
        home.desk.sync()
        elsewhere.desk.sync()
        account = elsewhere.account()
        assert (account["state"], account["origin"], account["notified_on"]) == ("notified", "school", None)
        (event,) = elsewhere.events("portal_notified")
        assert event_words(event) == "compte notifié par une autre école"
        card = account_card(elsewhere.desk.desk, school_id=elsewhere.desk.school_id, account_id=account["id"])
        [why] = card.why
        assert why.startswith("Une autre école de la famille l’a notifié")
        with home.parent() as parent:
            assert sheet is not None
            parent.get(f"/a/{sheet.token}")
            parent.post("/activation", data=form())
        elsewhere.desk.sync()
        assert elsewhere.account()["state"] == "active"


def test_on_a_change_of_school_the_account_comes_with_its_state(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent:
        login = activate(home, tmp_path / "sheets", parent)
        before = home.account()
        with other_school(home, tmp_path / "other") as elsewhere:
            account = elsewhere.account()
            kept = ("login", "state", "origin", "password_changed")
            assert [account[name] for name in kept] == [before[name] for name in kept]
            assert elsewhere.print_sheet(tmp_path / "reminder") is None, "a reminder: the password is kept"
            assert log_in(parent, login, PASSWORD).url.path == "/enfants"


@contextmanager
def other_school(home: Household, folder: Path) -> Iterator[Household]:
    """The same family in another school of the same server: one portal account."""
    folder.mkdir()
    with create_vault(folder / "poste.preau", key=os.urandom(32)) as vault:
        desk = Desk(vault, home.clock, os.urandom, person_name="Paul Petit")
        school = create_school(desk, uai="0310001H", name="École Marie Curie")
        files = [SourceFile("CSVExtraction.csv", text.encode()) for text in (PUPILS, GUARDIANS)]
        commit(desk, preview=preview(desk, school_id=school.school_id, files=files, allow_fictional=True))
        live = LiveDesk(desk, school.school_id)
        home.server.add_school("0310001H", "École Marie Curie")
        live.enrol(home.server, home.server.code("0310001H"))
        live.sync()
        found = Household(home.server, live, home.clock)
        assert found.account()["login"] == home.account()["login"]
        yield found
