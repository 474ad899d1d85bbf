"""« Ajouter des enfants depuis un autre compte »: two accounts become one, and a director parts them again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.acts_requests import UndoMergeFields
from app.services import notify
from app.services.accounts import list_accounts
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sheets import provisional_password
from tests.server.portal.accounts import SECOND_GUARDIANS, SECOND_PUPILS, add, inside, log_in
from tests.server.portal.creating import another_school, import_files, reasons
from tests.server.portal.household import GUARDIANS, PASSWORD, PUPILS, Household, form

REFUSED = "ne permettent pas d’ajouter"


@pytest.fixture
def other(home: Household, tmp_path: Path) -> Iterator[Household]:
    """Marc's account of another school, where he has Léo."""
    guardians = SECOND_GUARDIANS.format(last="DUPONT", first="Marc")
    with another_school(home, tmp_path / "other", SECOND_PUPILS, guardians) as school:
        yield school


def merge_request(home: Household) -> str:
    home.desk.sync()
    with home.desk.desk.vault.read() as connection:
        [row] = SchoolRows(connection, home.desk.school_id).where("requests", kind="merge")
    return str(row["id"])


def test_a_sheet_of_the_other_school_brings_its_children(home: Household, other: Household, tmp_path: Path) -> None:
    secret = other.print_sheet(tmp_path / "other-sheets")
    assert secret is not None
    other.desk.sync()
    former = other.account()["login"]
    with inside(home, tmp_path / "sheets") as parent:
        page = add(parent, former, secret.password)
        assert page.url.path == "/enfants/ajouter/confirmer" and "Léo" in page.text
        assert "Léo" not in parent.get("/enfants").text, "nothing before the button"
        page = parent.post("/enfants/ajouter/confirmer")
        assert all(name in page.text for name in ("Zoé", "Noé", "Léo", "École des Acacias"))
        assert parent.post("/enfants/ajouter/confirmer").status_code == 422
    for school in (home, other):
        assert [event["detail"]["former"] for event in school.events("portal_merged")] == [former]
        merge_request(school)
    assert other.account()["login"] == home.account()["login"] and other.account()["state"] == "active"
    with home.parent() as again:
        assert log_in(again, former, secret.password).status_code == 401
        assert log_in(again, home.account()["login"]).url.path == "/enfants"
    assert ("merged", 1) in reasons(other) and ("merged", 1) not in reasons(home)
    assert "Tilleuls" not in str(other.events("portal_merged")), "no school learns of the other"


def test_a_director_parts_them_again(home: Household, other: Household, tmp_path: Path) -> None:
    secret = other.print_sheet(tmp_path / "other-sheets")
    assert secret is not None
    other.desk.sync()
    former = other.account()["login"]
    with inside(home, tmp_path / "sheets") as parent:
        add(parent, former, secret.password)
        parent.post("/enfants/ajouter/confirmer")
        fields = UndoMergeFields(request_id=merge_request(home))
        submit(home.desk.desk, school_id=home.desk.school_id, kind="regroupement.annuler", fields=fields)
        home.desk.sync()
        assert "Léo" not in parent.get("/enfants").text and "Zoé" in parent.get("/enfants").text
    other.desk.sync()
    assert (other.account()["login"], other.account()["state"]) == (former, "not_notified")
    again = other.print_sheet(tmp_path / "again")
    assert again is not None
    other.desk.sync()
    with home.parent() as parent:
        parent.get(f"/a/{again.token}")
        done = parent.post("/activation", data=form(date=("8", "1", "2017")))
        assert done.url.path == "/enfants" and "Léo" in done.text and "Zoé" not in done.text


def test_the_chosen_password_of_the_other_account_does_too(home: Household, other: Household, tmp_path: Path) -> None:
    secret = other.print_sheet(tmp_path / "other-sheets")
    assert secret is not None
    other.desk.sync()
    with home.parent() as before:
        before.get(f"/a/{secret.token}")
        before.post("/activation", data=form(date=("8", "1", "2017"), password="encore une phrase"))
        with inside(home, tmp_path / "sheets") as parent:
            add(parent, other.account()["login"], "encore une phrase")
            assert "Léo" in parent.post("/enfants/ajouter/confirmer").text
        assert before.get("/enfants").url.path == "/", "the sessions of the account that is gone end"


def test_whatever_is_wrong_the_answer_is_the_same_and_tries_are_counted(home: Household, tmp_path: Path) -> None:
    guardians = SECOND_GUARDIANS.format(last="DUPONT", first="Paula")
    with (
        another_school(home, tmp_path / "other", SECOND_PUPILS, guardians) as school,
        inside(home, tmp_path / "sheets") as parent,
    ):
        secret = school.print_sheet(tmp_path / "other-sheets", "Paula")
        assert secret is not None
        school.desk.sync()
        login, own = school.account("Paula")["login"], home.account()["login"]
        answers = [
            add(parent, *typed)
            for typed in ((login, secret.password), (login, "faux"), ("x.personne", "faux"), (own, PASSWORD))
        ]
        assert {page.status_code for page in answers} == {422}
        said = [page.text.replace(f'value="{name}"', "") for page, name in
                zip(answers, (login, login, "x.personne", own), strict=True)]  # fmt: skip
        assert len(set(said)) == 1 and REFUSED in said[0]
        assert parent.get("/enfants/ajouter/confirmer").url.path == "/enfants/ajouter"
        assert ("gather", 1) in reasons(school, "Paula")
        for _ in range(4):
            add(parent, "x.personne", "faux")
        assert "Léo" not in add(parent, login, secret.password).text
        home.clock.advance(minutes=16)
        assert log_in(parent, own).url.path == "/enfants", "nobody is kept out by it"


def tie_again(home: Household, account_id: str, *, access: str) -> None:
    """The school ties Noé to a second record of his father, too."""
    with home.server.database.write() as connection:
        rows = SchoolRows(connection, home.desk.school_id)
        noe = next(row["id"] for row in rows.all("pupils") if row["first_name"] == "Noé")
        guardian = rows.need("accounts", account_id)["guardian_id"]
        rows.add("responsibilities", "tied-again", pupil_id=noe, guardian_id=guardian, access=access)
        rows.flush()


def test_two_records_of_one_school_become_one_line_a_child(home: Household, tmp_path: Path) -> None:
    leo = SECOND_PUPILS.splitlines()[1]
    twice = "M.;DUPONT;Marc;autre@example.org;;DUPONT;Léo;;"
    import_files(home.desk, f"{PUPILS}{leo}\n", f"{GUARDIANS}{twice}\n")
    home.desk.sync()
    accounts = list_accounts(home.desk.desk, school_id=home.desk.school_id)
    second = next(row.account_id for row in accounts.rows if row.pupil == "DUPONT Léo")
    plan = notify.plan(home.desk.desk, school_id=home.desk.school_id, account_ids=[second], reset=False)
    notify.print_sheets(home.desk.desk, plan=plan, folder=tmp_path, processes=1)
    home.desk.sync()
    password = provisional_password(home.desk.desk, school_id=home.desk.school_id, account_id=second)
    login = plan.sheets[0].recipient.login
    assert login is not None and password is not None
    with inside(home, tmp_path / "sheets") as parent:
        add(parent, login, password)
        assert "Léo" in parent.post("/enfants/ajouter/confirmer").text
        tie_again(home, second, access="none")
        assert "Noé" not in parent.get("/enfants").text, "what was decided on one record holds for both"
    home.desk.sync()
    rows = list_accounts(home.desk.desk, school_id=home.desk.school_id).rows
    mine = {row.account_id for row in rows if row.pupil.startswith("DUPONT")}
    assert len(mine) == 1 and second not in mine
