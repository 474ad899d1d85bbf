"""A parent proposes a correction, the director accepts or refuses, and both see where it stands."""

from __future__ import annotations

from pathlib import Path

from app.models.acts_requests import DecideCorrectionFields
from app.services.onde_worklist.worklist import known
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from tests.server.portal.accounts import inside
from tests.server.portal.household import Household
from tests.server.portal.test_corrections import child

OWN = {
    "first_name": "Marc", "last_name": "DUPONT", "usage_name": "", "address": "", "postal_code": "", "town": "",
    "email": "m.dupont@example.org", "mobile": "06 39 98 01 01",
}  # fmt: skip


def waiting(home: Household) -> list[dict[str, object]]:
    home.desk.sync()
    with home.desk.desk.vault.read() as connection:
        found = SchoolRows(connection, home.desk.school_id).where("requests", kind="correction")
    return sorted(found, key=lambda row: str(row["detail"]["field"]))


def decide(home: Household, request: dict[str, object], *, accepted: bool, seen: str | None, said: str | None) -> None:
    fields = DecideCorrectionFields(request_id=str(request["id"]), accepted=accepted, seen=seen, said=said)
    submit(home.desk.desk, school_id=home.desk.school_id, kind="correction.decider", fields=fields)
    home.desk.sync()


def test_what_is_changed_reaches_the_school_and_its_answer_comes_back(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        page = parent.post("/compte/corriger", data={**OWN, "mobile": "06 39 98 03 03", "town": "Lyon"})
        assert page.url.path == "/compte/corrections" and page.text.count("En attente de l’école") == 2
        mobile, town = waiting(home)
        assert parent.get("/compte/corrections").text.count("En attente de l’école") == 2
        decide(home, mobile, accepted=True, seen="06 39 98 01 01", said=None)
        decide(home, town, accepted=False, seen=None, said="Apportez un justificatif, merci.")
        page = parent.get("/compte/corrections")
        assert "Acceptée" in page.text and "Refusée" in page.text and "Apportez un justificatif" in page.text
    [line] = known(home.desk.desk, school_id=home.desk.school_id)
    assert line.right == "06 39 98 03 03"


def test_a_childs_birth_date_is_proposed_and_nobody_elses(home: Household, tmp_path: Path) -> None:
    zoe = child(home)
    with home.desk.desk.vault.read() as connection:
        ana = next(
            row["id"] for row in SchoolRows(connection, home.desk.school_id).all("pupils") if "Ana" in row["first_name"]
        )
    with inside(home, tmp_path / "sheets") as parent:
        assert parent.get(f"/compte/corriger?enfant={ana}").status_code == 404
        assert parent.post("/compte/corriger", data={"enfant": ana, "first_name": "X"}).status_code == 404
        form = {"enfant": zoe, "first_name": "Zoé", "last_name": "DUPONT", "jour": "15", "mois": "3", "annee": "2019"}
        assert parent.post("/compte/corriger", data={**form, "jour": "31", "mois": "2"}).status_code == 422
        assert "15\u00a0mars\u00a02019" in parent.post("/compte/corriger", data=form).text
        [request] = waiting(home)
        assert request["pupil_id"] == zoe
        decide(home, request, accepted=True, seen="2019-03-14", said=None)
        assert "né(e) le 15\u00a0mars\u00a02019" in parent.get("/enfants").text


def test_nothing_changed_wrong_or_too_much_is_said(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        for wrong in (OWN, {**OWN, "email": "x"}, {**OWN, "mobile": "12"}, {**OWN, "last_name": ""}):
            assert parent.post("/compte/corriger", data=wrong).status_code == 422
        towns = [f"Ville {number}" for number in range(11)]
        answers = [parent.post("/compte/corriger", data={**OWN, "town": town}).status_code for town in towns]
        assert answers == [200] * 10 + [422]
