"""Mails on the desktop alone: who gets which letter where, what the records say of it, before any server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.deliveries import DeliveryState, mail_address, mail_letter
from app.models.errors import Refused
from app.models.states import AccountState, Letter, Mail
from app.models.tables import Row, new_row
from app.services import notify_mail
from app.services.accounts import Criteria, list_accounts
from app.services.deliveries import list_runs, mail_words, reason_words, state_words
from app.services.desk import Desk
from app.services.records.rows import SchoolRows
from tests.ui.school import demo_desk

ZONE = "Europe/Paris"


@pytest.fixture
def school(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    with demo_desk(tmp_path, pupils=40) as found:
        yield found


@pytest.mark.parametrize(
    ("state", "reset", "letter"),
    [
        (AccountState.NOT_NOTIFIED, False, Letter.C02), (AccountState.NOT_NOTIFIED, True, Letter.C02),
        (AccountState.NOTIFIED, False, Letter.C02), (AccountState.NOTIFIED, True, Letter.C02),
        (AccountState.ACTIVATING, False, Letter.C04), (AccountState.ACTIVATING, True, Letter.C06),
        (AccountState.ACTIVE, False, Letter.C04), (AccountState.ACTIVE, True, Letter.C06),
    ],
)  # fmt: skip
def test_the_letter_follows_arenas_table(state: AccountState, reset: bool, letter: Letter) -> None:
    assert mail_letter(state, reset=reset) is letter


@pytest.mark.parametrize(
    ("state", "own", "onde", "letter", "address"),
    [
        ("active", "own@example.org", "onde@example.org", Letter.C04, "own@example.org"),
        ("active", None, "onde@example.org", Letter.C06, "onde@example.org"),
        ("activating", "typed@example.org", "onde@example.org", Letter.C06, "onde@example.org"),
        ("activating", "typed@example.org", None, Letter.C06, None),
        ("activating", "typed@example.org", None, Letter.C04, "typed@example.org"),
        ("notified", None, "pas une adresse", Letter.C02, None), ("notified", None, None, Letter.C02, None),
        ("notified", None, " onde@example.org ", Letter.C02, "onde@example.org"),
    ],
)  # fmt: skip
def test_an_address_that_nobody_confirmed_never_gets_a_new_password(
    state: str, own: str | None, onde: str | None, letter: Letter, address: str | None
) -> None:
    account = new_row("accounts", school_id="s", id="a", guardian_id="g", state=state, origin="school", email=own)
    guardian = new_row("guardians", school_id="s", id="g", last_name="D", first_name="M", email=onde)
    assert mail_address(account, guardian, letter) == address


def planned(school: tuple[Desk, str], *, reset: bool = False) -> notify_mail.MailPlan:
    desk, school_id = school
    accounts = list_accounts(desk, school_id=school_id).everybody
    return notify_mail.plan(desk, school_id=school_id, account_ids=sorted(accounts), reset=reset)


def rows_of(school: tuple[Desk, str], table: str) -> list[Row]:
    with school[0].vault.read() as connection:
        return SchoolRows(connection, school[1]).all(table)


def test_a_plan_changes_nothing_and_counts_everybody(school: tuple[Desk, str]) -> None:
    plan = planned(school)
    everybody = list_accounts(school[0], school_id=school[1]).everybody
    assert len(plan.mails) + len(plan.on_paper) == len(everybody) and plan.on_paper
    assert f"Notifier {len(plan.mails)}\u00a0responsables par courrier électronique\u202f?" in plan.sentence
    assert f"(total\u00a0: {len(plan.on_paper)}\u00a0compte(s))" in plan.missing_sentence
    assert all(one.name in plan.missing_sentence for one in plan.on_paper)
    assert rows_of(school, "deliveries") == []


def test_sending_notifies_and_waits_for_the_server(school: tuple[Desk, str]) -> None:
    before = {row["id"]: row for row in rows_of(school, "accounts")}
    plan = planned(school)
    done = notify_mail.send(school[0], plan=plan)
    assert done.sentence.startswith("La distribution a été effectuée avec succès")
    for row in rows_of(school, "accounts"):
        old = before[row["id"]]
        if row["id"] not in plan.account_ids:
            assert row == old
            continue
        assert row["notified_on"] == "2026-11-21"
        fresh = old["state"] == "not_notified"
        assert (row["state"], row["origin"]) == (("notified", "school") if fresh else (old["state"], old["origin"]))
        assert row["password_changed"] == old["password_changed"]
    mails = rows_of(school, "deliveries")
    assert {mail["state"] for mail in mails} == {"queued"} and {mail["known_at"] for mail in mails} == {None}
    assert state_words(mails[0], ZONE) == "partira à la prochaine synchronisation"
    [run] = list_runs(school[0], school_id=school[1])
    assert run.run_id == done.act_id and run.total == len(plan.mails) and not run.paused
    with pytest.raises(Refused, match="plan_stale"):
        notify_mail.send(school[0], plan=plan)


def test_a_reset_says_whose_password_ends(school: tuple[Desk, str]) -> None:
    plan = planned(school, reset=True)
    ended = sum(mail.letter is Letter.C06 for mail in plan.mails)
    assert ended and f"Le mot de passe actuel de {ended}\u00a0compte" in plan.warnings[0]
    assert any("première notification, sans réinitialisation" in warning for warning in plan.warnings)
    notify_mail.send(school[0], plan=plan)
    changed = {row["id"]: row["password_changed"] for row in rows_of(school, "accounts")}
    assert not any(changed[mail.account_id] for mail in plan.mails if mail.letter is Letter.C06)


def test_what_became_of_a_mail_is_found_and_forgotten_with_another_address(school: tuple[Desk, str]) -> None:
    plan = planned(school)
    notify_mail.send(school[0], plan=plan)
    mail = plan.mails[0]
    with school[0].vault.write() as connection:
        rows = SchoolRows(connection, school[1])
        [sent] = rows.where("deliveries", account_id=mail.account_id)
        rows.change("deliveries", sent["id"], state="bounced", reason="550 5.1.1 no such user", known_at="x")
        rows.flush()
    listed = list_accounts(school[0], school_id=school[1])
    assert listed.accounts(listed.find(Criteria(mail=Mail.FAILING))) == {mail.account_id}
    again = planned(school)
    assert mail.account_id in again.paper_ids and any("a déjà refusé un mail" in warning for warning in again.warnings)
    with school[0].vault.write() as connection:
        rows = SchoolRows(connection, school[1])
        rows.change("guardians", mail.guardian_id, email="autre@example.org")
        account = rows.need("accounts", mail.account_id)
        if account["email"]:
            rows.change("accounts", account["id"], email=None)
        rows.flush()
    listed = list_accounts(school[0], school_id=school[1])
    assert listed.find(Criteria(mail=Mail.FAILING)) == []


def test_a_paused_run_goes_on_or_is_given_up(school: tuple[Desk, str]) -> None:
    done = notify_mail.send(school[0], plan=planned(school))
    pause(school)
    [run] = list_runs(school[0], school_id=school[1])
    assert run.paused and "est en pause" in run.paused_sentence
    notify_mail.go_on(school[0], school_id=school[1], run_id=done.act_id, go_on=True)
    assert not list_runs(school[0], school_id=school[1])[0].paused
    pause(school)
    for _ in range(2):  # twice changes nothing more
        notify_mail.go_on(school[0], school_id=school[1], run_id=done.act_id, go_on=False)
    assert {mail["state"] for mail in rows_of(school, "deliveries")} == {"failed"}
    assert all(review["closed_at"] for review in rows_of(school, "reviews"))


def pause(school: tuple[Desk, str]) -> None:
    """What a synchronisation brings when too many addresses are refused."""
    with school[0].vault.write() as connection:
        rows = SchoolRows(connection, school[1])
        for mail in rows.all("deliveries"):
            rows.change("deliveries", mail["id"], reason="paused", known_at=mail["at"])
        rows.flush()


def test_words_never_say_delivered_unless_a_report_said_so() -> None:
    mail = new_row(
        "deliveries", school_id="s", id="d", account_id="a", letter="C02", address="m@example.org", state="accepted",
        at="2026-11-21T13:02:00.000000Z", asked_at="2026-11-21T13:00:00.000000Z", known_at="x",
    )  # fmt: skip
    assert mail_words(mail, ZONE) == (
        "Mail de notification à m@example.org\u00a0: accepté par sa messagerie le 21-11-2026 à 14\u00a0h\u00a002."
    )
    for state in DeliveryState:
        words = state_words({**mail, "state": state.value}, ZONE)
        assert ("remis" in words) is (state is DeliveryState.DELIVERED)
    assert reason_words("550 5.1.1 <m@x>: unknown") == "l’adresse n’existe pas (550 5.1.1 <m@x>: unknown)"
    assert reason_words("552 5.2.2 full").startswith("sa boîte est pleine") and reason_words("550 no") == "550 no"
