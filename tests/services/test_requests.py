"""What parents ask: read with its diagnosis, answered once, and never by a contact that only the asker gave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.models.acts import CorrectFields
from app.models.acts_requests import (
    Answer,
    AnswerRequestFields,
    CloseRequestFields,
    DecideCorrectionFields,
    MatchRequestFields,
    NewContact,
    RequestKind,
    RequestStatus,
)
from app.models.corrections import effective
from app.models.errors import Refused
from app.models.tables import Row
from app.services.account_card import account_card
from app.services.desk import Desk
from app.services.journal_view import read_journal
from app.services.records.journal import submit
from app.services.requests import list_requests, one_request
from app.services.todo import Page, list_todo
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read

ASKED = "2026-09-07T08:00:00.000000Z"
TYPED = {
    "last_name": "Dupond", "first_name": "Marc", "child_last_name": "Dupont", "child_first_name": "zoe",
    "mobile": "06 39 98 02 02", "email": "autre@example.org", "words": "La date est refusée", "step": "birth_date",
}  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def marc(desk: Desk) -> str:
    """The account of Zoé's father, whom the school can write to; five wrong dates have closed it."""
    with casting(desk) as cast:
        cast.school()
        zoe = cast.pupil("Zoé DUPONT", cast.classroom("CE1"))
        cast.guardian("Mme Anne DUPONT", zoe)
        account = cast.guardian("M. Marc DUPONT", zoe, state="notified", block="birth_date_tries")
        cast.rows.change("guardians", cast.rows.need("accounts", account)["guardian_id"], email="marc@example.org")
    return account


def put(desk: Desk, kind: RequestKind, request_id: str = "request", **values: Any) -> str:
    with casting(desk) as cast:
        cast.rows.add("requests", request_id, at=ASKED, kind=kind.value, status="open", **values)
    return request_id


def asks(desk: Desk, account_id: str | None, **detail: str) -> str:
    account = next((row for row in read(desk, "accounts") if row["id"] == account_id), None)
    pupil = read(desk, "pupils")[0]["id"]
    return put(
        desk, RequestKind.HELP, account_id=account_id, guardian_id=account["guardian_id"] if account else None,
        pupil_id=pupil, detail={**TYPED, **detail}, reference="K7R-3HN-PX2",
    )  # fmt: skip


def answer(desk: Desk, how: Answer, **values: Any) -> None:
    fields = AnswerRequestFields(request_id="request", how=how, **values)  # type: ignore[arg-type]
    submit(desk, school_id=SCHOOL, kind="demande.repondre", fields=fields)


def state(desk: Desk) -> Row:
    return read(desk, "requests")[0]


def test_a_request_is_shown_with_why_this_guardian_is_not_in(desk: Desk, marc: str) -> None:
    asks(desk, marc)
    [found] = list_requests(desk, school_id=SCHOOL)
    assert (found.who, found.guardian, found.child) == ("Dupond Marc", "DUPONT Marc", "DUPONT Zoé")
    assert (found.age, found.reference, found.words) == ("il y a 2\u00a0jours", "K7R-3HN-PX2", "La date est refusée")
    assert found.step == "donner la date de naissance de l’enfant"
    assert found.contact == "06 39 98 02 02 · autre@example.org"
    assert found.known_address == "marc@example.org"
    assert found.why == account_card(desk, school_id=SCHOOL, account_id=marc).why
    assert "Cinq dates de naissance fausses" in found.why[0]
    assert found.answers[:4] == (Answer.CORRECT_CHILD, Answer.REOPEN, Answer.LINK, Answer.SHEET)


def test_one_that_nobody_could_match_offers_who_it_may_be(desk: Desk, marc: str) -> None:
    asks(desk, None)
    found = one_request(desk, school_id=SCHOOL, request_id="request")
    assert found.answers[0] is Answer.MATCH and Answer.LINK not in found.answers
    assert [one.name for one in found.candidates] == ["DUPONT Anne", "DUPONT Marc"]
    chosen = found.candidates[1]
    fields = MatchRequestFields(request_id="request", guardian_id=chosen.guardian_id)
    submit(desk, school_id=SCHOOL, kind="demande.rattacher", fields=fields)
    again = one_request(desk, school_id=SCHOOL, request_id="request")
    assert (again.account_id, again.guardian) == (marc, "DUPONT Marc") and Answer.LINK in again.answers


def test_an_answer_ends_it_once(desk: Desk, marc: str) -> None:
    asks(desk, marc)
    answer(desk, Answer.LINK)
    answer(desk, Answer.LINK)
    with pytest.raises(Refused, match="déjà sa réponse"):
        answer(desk, Answer.SHEET)
    assert (state(desk)["status"], state(desk)["closed_by"]) == ("answered", "Mme Durand")
    [found] = list_requests(desk, school_id=SCHOOL)
    assert found.answers == () and found.answer.startswith("Lien envoyé par courriel le 09-09-2026")
    assert account_card(desk, school_id=SCHOOL, account_id=marc).events[0].words.startswith("demande traitée")
    assert read_journal(desk, school_id=SCHOOL).lines[0].detail.startswith("DUPONT Marc\u00a0: lien envoyé")


@pytest.mark.parametrize(("field", "value"), [("mobile", "+33 6 39 98 02 02"), ("email", "Autre@example.org")])
def test_a_contact_that_only_a_help_request_gives_cannot_be_written_into_the_record(
    desk: Desk, marc: str, field: str, value: str
) -> None:
    asks(desk, marc)
    guardian = next(row for row in read(desk, "guardians") if row["first_name"] == "Marc")
    fields = CorrectFields(record_id=guardian["id"], changes={field: (guardian[field], value)})
    with pytest.raises(Refused, match="de vive voix"):
        submit(desk, school_id=SCHOOL, kind="responsable.corriger", fields=fields)
    close = CloseRequestFields(request_id="request", why=Answer.UNKNOWN)
    submit(desk, school_id=SCHOOL, kind="demande.clore", fields=close)
    submit(desk, school_id=SCHOOL, kind="responsable.corriger", fields=fields)


def test_a_new_contact_waits_and_says_who_checked_it(desk: Desk, marc: str) -> None:
    asks(desk, marc)
    contact = NewContact(field="mobile", value="0639980202", verified_by="Mme Durand", verified_on="2026-09-09")
    answer(desk, Answer.CONTACT, contact=contact)
    [found] = list_requests(desk, school_id=SCHOOL)
    assert found.status is RequestStatus.WAITING
    assert found.answer.startswith("06 39 98 02 02, vérifié de vive voix le 09-09-2026 par Mme Durand")
    guardian = next(row for row in read(desk, "guardians") if row["first_name"] == "Marc")
    assert effective(guardian, "mobile") is None
    with pytest.raises(Refused, match="complet"):
        answer(desk, Answer.CONTACT, contact=contact.model_copy(update={"value": "12"}))


@pytest.mark.parametrize("accepted", [True, False])
def test_a_proposed_correction_enters_the_record_or_is_refused_with_a_sentence(
    desk: Desk, marc: str, accepted: bool
) -> None:
    guardian = next(row for row in read(desk, "guardians") if row["first_name"] == "Marc")
    detail = {"field": "mobile", "value": "06 39 98 03 03"}
    put(desk, RequestKind.CORRECTION, account_id=marc, guardian_id=guardian["id"], detail=detail)
    [found] = list_requests(desk, school_id=SCHOOL)
    assert found.proposal is not None and (found.proposal.present, found.proposal.proposed) == ("", "06 39 98 03 03")
    said = None if accepted else "Passez au bureau."
    fields = DecideCorrectionFields(request_id="request", accepted=accepted, said=said)
    submit(desk, school_id=SCHOOL, kind="correction.decider", fields=fields)
    after = next(row for row in read(desk, "guardians") if row["first_name"] == "Marc")
    assert effective(after, "mobile") == ("06 39 98 03 03" if accepted else None)
    assert state(desk)["status"] == ("answered" if accepted else "refused")
    assert (state(desk)["answer"] or {}).get("said") == said
    keys = {item.key for item in list_todo(desk, school_id=SCHOOL, allow_fictional=True)}
    assert "corrections" not in keys and ("onde" in keys) is accepted


def test_accueil_counts_what_waits_and_leads_to_the_page(desk: Desk, marc: str) -> None:
    asks(desk, marc)
    guardian = next(row for row in read(desk, "guardians") if row["first_name"] == "Marc")
    pupil = read(desk, "pupils")[0]["id"]
    put(desk, RequestKind.NOT_GUARDIAN, "other", account_id=marc, guardian_id=guardian["id"], pupil_id=pupil)
    items = {item.key: item for item in list_todo(desk, school_id=SCHOOL, allow_fictional=True)}
    assert (items["help"].count, items["help"].target.page) == (1, Page.REQUESTS)
    assert items["not_guardian"].urgent and "corrections" not in items
    answer(desk, Answer.LINK)
    assert "help" not in {item.key for item in list_todo(desk, school_id=SCHOOL, allow_fictional=True)}
    only = list_requests(desk, school_id=SCHOOL, kinds=[RequestKind.NOT_GUARDIAN], statuses=[RequestStatus.OPEN])
    assert [one.request_id for one in only] == ["other"]
