"""Scenario B where there is more than one record, or an account in use already: all end on one, nothing is taken."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from app.models.clock import instant
from app.server.tables import portal_accounts
from tests.server.portal.creating import (
    CODE_SENT,
    E164,
    NOE,
    WRONG,
    ZOE,
    another_school,
    ask,
    choose,
    code_of,
    enter_code,
    proven,
    reasons,
    say,
)
from tests.server.portal.household import PASSWORD, Household
from tests.server.portal.test_activation import log_in
from tests.server.portal.test_rights import activate

LOU = ("7", "1", "2018")
OWNED = "Vous avez déjà un compte"
HEAD = "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau\n"
GUARDIAN_HEAD = "Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève\n"  # noqa: E501
LOU_PUPIL = HEAD + "DUPONT;;Lou;07/01/2018;F;123456789AE;CE2;CE2\n"
ZOE_PUPIL = HEAD + "DUPONT;;Zoé;14/03/2019;F;;CE1;CE1\n"
LOU_GUARDIAN = GUARDIAN_HEAD + "M.;Dupont;Marc;;+33639980101;DUPONT;Lou\n"
ZOE_GUARDIAN = GUARDIAN_HEAD + "M.;Dupont;Marc;;+33639980101;DUPONT;Zoé\n"


def verify(home: Household, **contacts: str) -> None:
    """As « Mon compte » does once a contact is confirmed."""
    values = dict(contacts) | {f"{name}_verified_at": instant(home.clock()) for name in contacts}
    with home.server.database.write() as connection:
        mine = portal_accounts.c.login == home.account()["login"]
        connection.execute(portal_accounts.update().where(mine).values(**values))


def enter(parent: httpx.Client) -> httpx.Response:
    return parent.post("/creer/deja-un-compte")


def test_the_records_of_two_schools_end_on_one_account(home: Household, tmp_path: Path) -> None:
    with another_school(home, tmp_path / "other", LOU_PUPIL, LOU_GUARDIAN) as other, home.parent() as parent:
        assert other.account()["login"] != home.account()["login"]
        page = proven(home, parent, ZOE, LOU, NOE)
        assert page.url.path == "/creer/mot-de-passe"
        children = choose(parent).text
        assert all(name in children for name in ("Zoé", "Noé", "Lou", "Tilleuls", "Acacias"))
        for house in (home, other):
            house.desk.sync()
            account = house.account()
            assert (account["state"], account["origin"], account["mobile"]) == ("active", "guardian", E164)
        assert other.account()["login"] == home.account()["login"]
        with home.parent() as again:
            assert "Lou" in log_in(again, home.account()["login"], PASSWORD).text


def test_a_school_whose_child_was_not_confirmed_keeps_its_account(home: Household, tmp_path: Path) -> None:
    with another_school(home, tmp_path / "other", LOU_PUPIL, LOU_GUARDIAN) as other, home.parent() as parent:
        proven(home, parent, ZOE, WRONG)
        say(parent, choice="passer")
        say(parent, NOE)
        children = choose(parent).text
        assert "Zoé" in children and "Lou" not in children
        other.desk.sync()
        assert other.account()["state"] == "not_notified" and reasons(other) == [("birth_date", 1)]
        assert reasons(home) == []


def test_a_child_in_two_schools_is_asked_for_once_and_shown_in_both(home: Household, tmp_path: Path) -> None:
    with another_school(home, tmp_path / "other", ZOE_PUPIL, ZOE_GUARDIAN) as other, home.parent() as parent:
        ask(parent)
        page = enter_code(parent, code_of(home)).text
        assert page.count("Tilleuls") == 1 and "Acacias" in page
        assert "Noé" in say(parent, ZOE).text
        say(parent, NOE)
        children = choose(parent).text
        assert children.count("<strong>Zoé") == 2 and "Acacias" in children
        other.desk.sync()
        assert other.account()["state"] == "active"


def test_the_sheets_of_both_schools_are_ended(home: Household, tmp_path: Path) -> None:
    with another_school(home, tmp_path / "other", LOU_PUPIL, LOU_GUARDIAN) as other:
        secrets = [house.print_sheet(tmp_path / name) for house, name in ((home, "one"), (other, "two"))]
        for house in (home, other):
            house.desk.sync()
        with home.parent() as parent:
            proven(home, parent, ZOE, LOU, NOE)
            choose(parent)
        for secret in secrets:
            with home.parent() as late:
                assert secret is not None and late.get(f"/a/{secret.token}").status_code == 410


def test_an_account_in_use_is_entered_by_the_code_and_a_date(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        ask(parent)
        page = enter_code(parent, code_of(home))
        assert OWNED not in page.text and login not in page.text, "nothing before a date"
        say(parent, ZOE)
        page = say(parent, NOE)
        assert OWNED in page.text and login in page.text
        page = enter(parent)
        assert page.url.path == "/nouveau-mot-de-passe" and login in page.text
        assert "Zoé" in parent.get("/enfants").text
        fresh = parent.post("/nouveau-mot-de-passe", data={"mot_de_passe": "un tout autre secret"})
        assert fresh.status_code == 200
    with home.parent() as again:
        assert log_in(again, login, "un tout autre secret").url.path == "/enfants"
    assert len(home.events("portal_entered")) == 1
    assert home.account()["mobile"] == E164 and home.account()["origin"] == "school"


@pytest.mark.parametrize(
    "contacts", [{"mobile": "+33639980999"}, {"email": "marc@example.org"}], ids=["another mobile", "a mail"]
)
def test_an_account_that_its_owner_protects_is_not_entered(
    home: Household, tmp_path: Path, contacts: dict[str, str]
) -> None:
    login = activate(home, tmp_path / "sheets")
    verify(home, **contacts)
    with home.parent() as parent:
        page = proven(home, parent, ZOE, NOE)
        assert OWNED in page.text and login not in page.text and "Mot de passe perdu" in page.text
        assert enter(parent).url.path == "/creer/deja-un-compte"
        assert choose(parent).url.path == "/creer/deja-un-compte"
        assert parent.get("/enfants").url.path == "/"
    assert reasons(home) == [("other_contact", None)]
    with home.parent() as owner:
        assert log_in(owner, login, PASSWORD).url.path == "/enfants"


def test_the_same_verified_mobile_enters_whatever_mail_there_is(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    verify(home, mobile=E164, email="marc@example.org")
    with home.parent() as parent:
        assert login in proven(home, parent, ZOE, NOE).text
        assert enter(parent).url.path == "/nouveau-mot-de-passe"


def test_a_new_record_joins_the_account_in_use(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    with another_school(home, tmp_path / "other", LOU_PUPIL, LOU_GUARDIAN) as other, home.parent() as parent:
        page = proven(home, parent, ZOE, LOU, NOE)
        assert OWNED in page.text and login in page.text
        enter(parent)
        children = parent.get("/enfants").text
        assert "Lou" in children and "Zoé" in children
        other.desk.sync()
        assert (other.account()["login"], other.account()["state"]) == (login, "active")


def test_beside_a_protected_account_the_other_child_gets_one(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    verify(home, email="marc@example.org")
    with another_school(home, tmp_path / "other", LOU_PUPIL, LOU_GUARDIAN) as other, home.parent() as parent:
        page = proven(home, parent, ZOE, LOU, NOE)
        assert page.url.path == "/creer/mot-de-passe"
        children = choose(parent).text
        assert "Lou" in children and "Zoé" not in children
        other.desk.sync()
        assert other.account()["state"] == "active" and other.account()["login"] != login
    assert reasons(home) == [("other_contact", None)]


def test_two_records_of_one_guardian_in_one_school_end_on_one_account(home: Household) -> None:
    from app.services.records.rows import SchoolRows
    from tests.server.portal.creating import import_files
    from tests.server.portal.household import GUARDIANS, PUPILS

    head, _, body = GUARDIANS.partition("\n")
    rows = (
        body.replace("DUPONT;Zoé;DUPONT;Noé", "DUPONT;Zoé;;")
        + "M.;DUPONT;Marc;autre@example.org;0639980101;DUPONT;Lou;;\n"
    )
    import_files(home.desk, PUPILS + "DUPONT;;Lou;07/01/2018;M;123456789AE;CE2;CE2\n", f"{head}\n{rows}")
    home.desk.sync()
    with home.desk.desk.vault.read() as connection:
        guardians = [
            row for row in SchoolRows(connection, home.desk.school_id).all("guardians") if row["first_name"] == "Marc"
        ]
    assert len(guardians) == 2
    with home.parent() as parent:
        ask(parent)
        page = enter_code(parent, code_of(home))
        while page.url.path == "/creer/enfants":
            name = re.search(r'class="name">(\w+)<', page.text)
            assert name is not None
            page = say(parent, {"Zoé": ZOE, "Noé": NOE, "Lou": LOU}[name.group(1)])
        children = choose(parent).text
        assert "Zoé" in children and "Lou" in children


def test_nothing_is_said_of_an_account_before_the_code(home: Household, tmp_path: Path) -> None:
    activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        page = ask(parent)
        assert CODE_SENT in page.text and OWNED not in page.text
        assert OWNED not in enter_code(parent, "000000").text
