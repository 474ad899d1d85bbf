"""« Mes droits »: a parent asks the school, the director answers in « Demandes », and an erasure ends it all."""

from __future__ import annotations

from pathlib import Path

from app.services import answering, erasing
from app.services.requests import RequestView, list_requests
from tests.server.portal.accounts import inside
from tests.server.portal.household import Household

PAGE = "/compte/droits"


def waiting(home: Household) -> list[RequestView]:
    home.desk.sync()
    return [one for one in list_requests(home.desk.desk, school_id=home.desk.school_id) if one.answers]


def test_what_is_asked_reaches_the_school_and_its_answer_comes_back(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        assert "Mes droits" in parent.get("/compte").text
        assert parent.post(PAGE, data={"message": "Bonjour"}).status_code == 422
        page = parent.post(PAGE, data={"demande": "limit", "message": "L’adresse n’est pas la bonne"})
        assert page.url.path == PAGE and "En attente de l’école" in page.text
        [asked] = waiting(home)
        assert asked.title == "Droit sur ses données" and "traitement soit limité" in asked.words
        assert "L’adresse n’est pas la bonne" in asked.words
        said = "Nous vérifions avec vous lundi"
        answering.decide(
            home.desk.desk, school_id=home.desk.school_id, request_id=asked.request_id, accepted=False, said=said
        )
        home.desk.sync()
        page = parent.get(PAGE)
        assert "Refusée" in page.text and said in page.text and waiting(home) == []
        for _ in range(2):
            parent.post(PAGE, data={"demande": "other"})
        assert "déjà envoyé plusieurs demandes" in parent.post(PAGE, data={"demande": "other"}).text


def test_an_erasure_closes_the_request_and_the_account(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets") as parent:
        parent.post(PAGE, data={"demande": "erase"})
        [asked] = waiting(home)
        found = erasing.preview(
            home.desk.desk, school_id=home.desk.school_id, table="guardians", record_id=asked.guardian_id or ""
        )
        erasing.erase(home.desk.desk, preview=found)
        home.desk.sync()
        assert waiting(home) == [] and parent.get("/compte").url.path == "/"
