"""« Nouvel enfant »: a sibling who appears later is proposed at log-in, and shown once her date is confirmed."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.models.acts_requests import Answer
from app.models.states import Access
from app.services.answering import close
from app.services.records.rows import SchoolRows
from tests.server.portal.creating import NOE, WRONG, ZOE, another_school, choose, import_files, proven, reasons, say
from tests.server.portal.household import GUARDIANS, PASSWORD, PUPILS, Household
from tests.server.portal.test_activation import log_in
from tests.server.portal.test_rights import activate, decide, protect

LOU = ("7", "1", "2022")
PROPOSED = "Un enfant peut être ajouté"


def lou_arrives(home: Household) -> None:
    """The next import brings Marc's third child."""
    pupils = PUPILS + "DUPONT;;Lou;07/01/2022;F;123456789AE;CE1 Mme Aubrac;CE1\n"
    guardians = GUARDIANS.replace("DUPONT;Zoé;DUPONT;Noé", "DUPONT;Zoé;DUPONT;Noé;DUPONT;Lou").replace(";;\n", ";;;;\n")
    head, _, body = guardians.partition("\n")
    import_files(home.desk, pupils, f"{head};Nom de famille élève;Prénom élève\n{body}")
    home.desk.sync()


def answer(parent: httpx.Client, date: tuple[str, str, str] = ("", "", ""), choice: str = "") -> httpx.Response:
    mark = parent.get("/nouvel-enfant").text.split('name="enfant" value="')[1].split('"')[0]
    filled = {"enfant": mark, "jour": date[0], "mois": date[1], "annee": date[2], "choix": choice}
    return parent.post("/nouvel-enfant", data=filled)


def test_a_sibling_is_shown_once_its_date_is_confirmed(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    lou_arrives(home)
    with home.parent() as parent:
        page = log_in(parent, login, PASSWORD).text
        assert PROPOSED in page and "Lou" not in page and "Zoé" in page
        assert "Lou" in parent.get("/nouvel-enfant").text
        assert answer(parent, WRONG).status_code == 422
        children = answer(parent, LOU)
        assert children.url.path == "/enfants" and "Lou" in children.text and PROPOSED not in children.text
        assert parent.get("/nouvel-enfant").url.path == "/enfants"
    assert reasons(home) == [("birth_date", 1)]


def test_a_child_left_out_at_the_creation_can_be_added_later(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent, ZOE)
        say(parent, choice="passer")
        assert PROPOSED in choose(parent).text
        assert "Noé" in answer(parent, NOE).text


def test_later_changes_nothing(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    lou_arrives(home)
    with home.parent() as parent:
        log_in(parent, login, PASSWORD)
        assert PROPOSED in answer(parent, choice="passer").text
    assert reasons(home) == []


def test_five_wrong_dates_over_both_paths_close_the_child(home: Household) -> None:
    with home.parent() as parent:
        proven(home, parent, ZOE)
        for _ in range(3):
            say(parent, WRONG)
        say(parent, choice="passer")
        choose(parent)
        for _ in range(2):
            assert "Cette date ne convient pas" in answer(parent, WRONG).text
        closed = answer(parent, NOE)
        assert closed.status_code == 422 and "Cette date ne convient pas" in closed.text
    assert reasons(home) == [("birth_date", count) for count in range(1, 6)]
    assert home.account()["block"] == "birth_date_tries"


@pytest.mark.parametrize("close", [lambda home: decide(home, Access.PAPER, "Lou"), lambda home: protect(home, "Lou")])
def test_a_child_who_may_not_be_seen_is_never_proposed(home: Household, tmp_path: Path, close: object) -> None:
    login = activate(home, tmp_path / "sheets")
    lou_arrives(home)
    close(home)  # type: ignore[operator]
    with home.parent() as parent:
        page = log_in(parent, login, PASSWORD).text
        assert PROPOSED not in page and "Lou" not in page
        assert parent.get("/nouvel-enfant").url.path == "/enfants"


def test_not_mine_waits_for_the_school_which_may_say_that_he_is(home: Household, tmp_path: Path) -> None:
    login = activate(home, tmp_path / "sheets")
    lou_arrives(home)
    with home.parent() as parent:
        log_in(parent, login, PASSWORD)
        assert PROPOSED not in answer(parent, choice="pas-le-mien").text
        home.desk.sync()
        with home.desk.desk.vault.read() as connection:
            [request] = SchoolRows(connection, home.desk.school_id).all("requests")
        assert PROPOSED not in parent.get("/enfants").text
        close(home.desk.desk, school_id=home.desk.school_id, request_id=request["id"], why=Answer.IS_GUARDIAN)
        home.desk.sync()
        assert PROPOSED in parent.get("/enfants").text
        assert "Lou" in answer(parent, LOU).text


PUPILS_ELSEWHERE = """Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Libellé classe;Niveau
DUPONT;;Lou;07/01/2022;F;123456789AE;PS;PS
"""
GUARDIANS_ELSEWHERE = """Civilité Responsable;Nom responsable;Prénom responsable;Courriel;Téléphone portable;Nom de famille élève;Prénom élève
M.;Dupont;Marc;;0639980101;DUPONT;Lou
"""  # noqa: E501


def test_a_sibling_in_another_school_is_proposed_to_who_verified_the_same_mobile(
    home: Household, tmp_path: Path
) -> None:
    with home.parent() as parent:
        proven(home, parent, ZOE, NOE)
        assert PROPOSED not in choose(parent).text
        with another_school(home, tmp_path / "other", PUPILS_ELSEWHERE, GUARDIANS_ELSEWHERE) as other:
            assert PROPOSED in parent.get("/enfants").text
            assert "École des Acacias" in parent.get("/nouvel-enfant").text
            together = answer(parent, LOU).text
            assert "Lou" in together and "Zoé" in together
            other.desk.sync()
            home.desk.sync()
            assert other.account()["state"] == "active"
            assert other.account()["login"] == home.account()["login"]


def test_nobody_else_sees_the_page(home: Household) -> None:
    with home.parent() as stranger:
        assert stranger.get("/nouvel-enfant").url.path == "/"
        assert stranger.post("/nouvel-enfant", data={"enfant": "x", "choix": "pas-le-mien"}).url.path == "/"
