"""One account in full, and why its owner is not in: in words for a phone call."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.models.acts import AccountsFields
from app.models.errors import NotFound
from app.services import notify
from app.services.account_card import CHOSEN_PASSWORD, EMPTY, AccountCard, account_card
from app.services.desk import Desk
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.sheets import provisional_password
from tests.services.sheet_cast import SCHOOL, casting, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


def one_account(desk: Desk, **account: Any) -> str:
    with casting(desk) as cast:
        cast.school()
        pupil = cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B"), born="2018-03-14")
        return cast.guardian("Mme Mireille CHÂTELAIN", pupil, login="m.chatelain", **account)


def card(desk: Desk, account_id: str) -> AccountCard:
    return account_card(desk, school_id=SCHOOL, account_id=account_id)


def change(desk: Desk, table: str, row_id: str, **values: Any) -> None:
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        rows.change(table, row_id, **values)
        rows.flush()


def event(desk: Desk, account_id: str, kind: str, at: str, **detail: Any) -> None:
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        rows.add("events", f"event-{at}", account_id=account_id, at=at, kind=kind, detail=detail or None)
        rows.flush()


def print_sheet(desk: Desk, account_id: str, folder: Path) -> None:
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=[account_id], reset=False)
    notify.print_sheets(desk, plan=plan, folder=folder, processes=1)


def test_what_is_not_known_says_so(desk: Desk) -> None:
    found = card(desk, one_account(desk))
    assert (found.name, found.login, found.password) == ("CHÂTELAIN Mireille", "m.chatelain", "")
    assert found.email == found.mobile == found.notified_on == found.last_access_on == EMPTY == found.origin
    [child] = found.children
    assert (child.first_name, child.last_name, child.birth_date) == ("Zoé", "CHÂTELAIN", "14-03-2018")
    assert child.place == "CE2B" and found.elsewhere == ()
    assert [sentence.split(".")[0] for sentence in found.why] == [
        "ONDE n’a pas de portable pour ce responsable", "Ce responsable n’a jamais été notifié",
    ]  # fmt: skip


def test_a_provisional_password_is_shown_and_a_chosen_one_is_not(desk: Desk, tmp_path: Path) -> None:
    account = one_account(desk)
    print_sheet(desk, account, tmp_path / "feuilles")
    found = card(desk, account)
    assert found.password.replace(" ", "") == provisional_password(desk, school_id=SCHOOL, account_id=account)
    assert found.notified_on == "09-09-2026" and found.origin == "Établissement"
    [why] = found.why
    assert why.startswith("Sa feuille n’est pas encore connue du serveur. Synchronisez avant de la remettre")
    assert [line.words for line in found.events] == [found.events[0].words] and "feuille imprimée" in found.events[
        0
    ].words
    change(desk, "accounts", account, password_changed=True, state="active")
    assert card(desk, account).password == CHOSEN_PASSWORD and card(desk, account).why == ()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "known", "expires_at": "2026-12-09T10:00:00.000000Z"}, "valable jusqu’au 09-12-2026"),
        ({"status": "known", "expires_at": "2026-09-01T10:00:00.000000Z"}, "n’est plus valable"),
        ({"status": "expired"}, "n’est plus valable"),
    ],
)
def test_a_notified_parent_is_told_by_the_sheet(desk: Desk, tmp_path: Path, values: dict[str, Any], words: str) -> None:
    account = one_account(desk)
    print_sheet(desk, account, tmp_path / "feuilles")
    with desk.vault.read() as connection:
        [sheet] = SchoolRows(connection, SCHOOL).all("sheets")
    change(desk, "sheets", sheet["id"], **values)
    [why] = card(desk, account).why
    assert words in why


@pytest.mark.parametrize(
    ("sent", "email", "words"),
    [
        ("2026-09-08T08:00:00.000000Z", "m@example.org", "n’a pas encore été ouvert."),
        ("2026-09-01T08:00:00.000000Z", "m@example.org", "n’est plus valable."),
        ("2026-09-08T08:00:00.000000Z", "m@gamil.com", "est-ce m@gmail.com\u202f?"),
    ],
)
def test_a_mail_that_was_not_opened(desk: Desk, sent: str, email: str, words: str) -> None:
    account = one_account(desk, state="activating", password_changed=True)
    event(desk, account, "portal_activating", sent, email=email)
    why = card(desk, account).why
    assert email in why[0] and words in " ".join(why) and len(why) == 1 + ("gamil" in email)


def test_a_closed_way_in_says_why_and_can_be_opened_again(desk: Desk) -> None:
    account = one_account(desk, state="notified", block="birth_date_tries")
    event(desk, account, "portal_failed_try", "2026-09-08T08:00:00.000000Z", reason="birth_date", tries=5)
    found = card(desk, account)
    assert found.can_reopen and found.why[0].startswith("Cinq dates de naissance fausses")
    assert "date de naissance refusée (5 essais)" in [line.words for line in found.events]
    submit(desk, school_id=SCHOOL, kind="compte.rouvrir", fields=AccountsFields(account_ids=[account]))
    assert not card(desk, account).can_reopen


def test_children_elsewhere_are_those_that_the_guardian_has_proven(desk: Desk) -> None:
    elsewhere = [
        {"first_name": "Hugo", "last_name": "CHÂTELAIN", "birth_date": "2012-05-02", "school": "Collège Ravel"}
    ]
    [child] = card(desk, one_account(desk, elsewhere=elsewhere)).elsewhere
    assert (child.birth_date, child.place) == ("02-05-2012", "Collège Ravel")


def test_an_unknown_account_is_refused(desk: Desk) -> None:
    one_account(desk)
    with pytest.raises(NotFound):
        card(desk, "nobody")
