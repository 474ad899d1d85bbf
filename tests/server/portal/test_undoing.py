"""What an undoing does on the portal: it opens no door that a decision closed, and closes those that one had opened."""

from __future__ import annotations

from pathlib import Path

import httpx

from app.models.states import Access
from app.services import undoing
from app.services.sheet_groups import hand_over, list_groups, prolong
from tests.server.portal.household import PASSWORD, Household, form
from tests.server.portal.test_activation import CLOSED, log_in
from tests.server.portal.test_rights import activate, decide, protect, sheet_status


def latest(home: Household) -> undoing.Offer:
    found = undoing.latest(home.desk.desk, school_id=home.desk.school_id)
    assert found is not None
    return found


def undo(home: Household, act_id: str) -> str:
    done = undoing.undo(home.desk.desk, school_id=home.desk.school_id, act_id=act_id)
    home.desk.sync()
    return done.act_id


def children(parent: httpx.Client) -> str:
    return parent.get("/enfants").text


def test_an_access_given_back_opens_neither_the_session_nor_the_sheet(home: Household, tmp_path: Path) -> None:
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    decide(home, Access.NONE, "Zoé")
    decide(home, Access.NONE, "Noé")
    assert sheet_status(home) == ["withdrawn"]
    undo(home, latest(home).act_id)
    assert sheet_status(home) == ["withdrawn"]
    with home.parent() as parent:
        assert CLOSED in parent.get(f"/a/{secret.token}").text
        assert log_in(parent, home.account()["login"], secret.password).status_code == 401
    fresh = home.print_sheet(tmp_path / "fresh")
    assert fresh is not None
    home.desk.sync()
    with home.parent() as parent:
        page = parent.get(f"/a/{fresh.token}").text
    assert "Noé" in page and "Zoé" not in page


def test_undoing_a_withdrawal_leaves_the_session_ended_and_undoing_that_ends_the_next(
    home: Household, tmp_path: Path
) -> None:
    login = activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        assert "Zoé" in log_in(parent, login, PASSWORD).text
        decide(home, Access.NONE, "Zoé")
        back = undo(home, latest(home).act_id)
        assert parent.get("/enfants").url.path == "/"
        assert "Zoé" in log_in(parent, login, PASSWORD).text
        undo(home, back)  # « Rétablir » withdraws it again
        assert parent.get("/enfants").url.path == "/"
        page = log_in(parent, login, PASSWORD).text
    assert "Zoé" not in page and "Noé" in page


def test_undoing_the_end_of_a_protection_ends_the_session(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    protect(home, "Zoé")
    back = undo(home, latest(home).act_id)
    with home.parent() as parent:
        assert "Tilleuls" in log_in(parent, login, PASSWORD).text
        undo(home, back)
        assert parent.get("/enfants").url.path == "/"


def test_a_prolongation_is_undone_on_the_server_and_put_back(home: Household, tmp_path: Path) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    home.clock.advance(days=80)
    first = list_groups(desk, school_id=school_id)[0].expires_on
    prolong(desk, school_id=school_id, groups=list_groups(desk, school_id=school_id))
    offer = latest(home)
    assert offer.possible and undoing.DATES_BACK in offer.question  # not sent yet
    home.desk.sync()
    later = list_groups(desk, school_id=school_id)[0].expires_on
    assert first is not None and later is not None and later > first
    undone = undo(home, offer.act_id)
    assert list_groups(desk, school_id=school_id)[0].expires_on == first
    home.clock.advance(days=20)  # beyond the former end
    with home.parent() as parent:
        assert CLOSED in parent.get(f"/a/{secret.token}").text
        undo(home, undone)
        assert list_groups(desk, school_id=school_id)[0].expires_on == later
        assert "Zoé" in parent.get(f"/a/{secret.token}").text


def test_a_prolongation_undone_before_it_was_sent_changes_nothing(home: Household, tmp_path: Path) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    home.clock.advance(days=80)
    [before] = list_groups(desk, school_id=school_id)
    prolong(desk, school_id=school_id, groups=[before])
    prolonged = latest(home).act_id
    undo(home, prolonged)
    [after] = list_groups(desk, school_id=school_id)
    assert after.expires_on == before.expires_on
    assert "Déjà annulé" in undoing.offer(desk, school_id=school_id, act_id=prolonged).blocked


def test_a_sheet_used_since_its_prolongation_stays_used(home: Household, tmp_path: Path) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    secret = home.print_sheet(tmp_path / "sheets")
    assert secret is not None
    home.desk.sync()
    home.clock.advance(days=80)
    prolong(desk, school_id=school_id, groups=list_groups(desk, school_id=school_id))
    act_id = latest(home).act_id
    home.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{secret.token}")
        parent.post("/activation", data=form())
    undo(home, act_id)  # this PC does not know it yet
    assert sheet_status(home) == ["used"]


def test_ticks_are_undone_by_their_number(home: Household, tmp_path: Path) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    home.print_sheet(tmp_path / "sheets")
    home.desk.sync()
    hand_over(desk, school_id=school_id, groups=list_groups(desk, school_id=school_id))
    offer = latest(home)
    assert offer.label == "Annuler «\u00a0remise\u00a0» d’une feuille"
    assert "1\u00a0feuille de nouveau\u00a0: pas remise" in offer.question
    undo(home, offer.act_id)
    assert list_groups(desk, school_id=school_id)[0].handed == 0
