"""Families are told of documents: once, in one message, as they wish, never at night; and reminded when asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.models import report_content as rc
from app.models.acts import SchoolSettingFields
from app.models.acts_reports import RemindFields, RemindLine
from app.models.states import Access
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from tests.server.portal.household import PASSWORD, Household
from tests.server.portal.reports.shelf import bring, content, notices, published, show
from tests.server.portal.test_activation import link_of, log_in
from tests.server.portal.test_rights import activate, decide, protect
from tests.support.live import body_of

MAIL = "marc@example.org"


@pytest.fixture
def login(home: Household, tmp_path: Path) -> str:
    """Marc, in, with a confirmed address."""
    found = activate(home, tmp_path / "sheets")
    with home.parent() as parent:
        log_in(parent, found, PASSWORD)
        parent.post("/compte/mail", data={"courriel": MAIL})
        parent.get(link_of(home))
        parent.post("/adresse")
    return found


def remind(home: Household, *report_ids: str, first_name: str = "Marc") -> None:
    account = home.account(first_name)["id"]
    lines = tuple(RemindLine(report_id=one, account_id=account) for one in report_ids)
    submit(home.desk.desk, school_id=home.desk.school_id, kind="bilan.relancer", fields=RemindFields(reminders=lines))
    home.desk.sync()


def test_one_mail_for_all_that_is_new_and_never_twice(home: Household, login: str) -> None:
    before = len(home.server.caught.mails)
    published(home)
    published(home, first_name="Noé", level="CM2", cycle=3)
    assert notices(home).send_now() == 1
    mail = home.server.caught.wait(before + 1)[-1]
    words = body_of(mail)
    assert "2 documents" in words.replace("\u00a0", " ") and home.server.url in words and login in words
    assert mail["To"] == MAIL and "Un bon début" not in words and "Zoé" not in words and "Noé" not in words
    assert notices(home).send_now() == 0
    published(home, "Corrigé depuis.")
    assert notices(home).send_now() == 1


@pytest.mark.parametrize(
    "case", ["not yet published", "access closed", "school says no", "paper", "no notices", "read"]
)
def test_who_is_not_told(home: Household, login: str, case: str) -> None:
    desk, school_id = home.desk.desk, home.desk.school_id
    report_id = bring(home, rc.canonical(content()))
    show(home, report_id, on="2026-09-10" if case == "not yet published" else "2026-09-09")
    if case == "access closed":
        decide(home, Access.NONE, "Zoé")
    if case == "school says no":
        no = SchoolSettingFields(name="report_notices", seen=None, value=False)
        submit(desk, school_id=school_id, kind="ecole.regler", fields=no)
        home.desk.sync()
    with home.parent() as parent:
        log_in(parent, login, PASSWORD)
        if case == "paper":
            parent.post("/compte/papier", data={"papier": "oui"})
        if case == "no notices":
            assert "C’est noté" in parent.post("/compte/avis", data={"avis": "none"}).text
        if case == "read":
            parent.post(f"/livrets/{report_id}/lu", data={"document": rc.document_id(rc.canonical(content()))})
    assert notices(home).send_now() == 0


def test_at_night_nobody_is_woken_and_the_morning_tells(home: Household, login: str) -> None:
    published(home)
    home.clock.now = datetime(2026, 9, 9, 20, 30, tzinfo=UTC)  # 22 h 30 in Paris
    assert notices(home).send_now() == 0
    home.clock.now = datetime(2026, 9, 10, 5, 30, tzinfo=UTC)
    assert notices(home).send_now() == 1


def test_where_the_school_is_secret_the_message_does_not_name_it(home: Household, login: str) -> None:
    before = len(home.server.caught.mails)
    published(home)
    protect(home, "Zoé", "Noé")
    assert notices(home).send_now() == 1
    assert "Tilleuls" not in body_of(home.server.caught.wait(before + 1)[-1])


def test_several_processes_look_once_a_minute(home: Household, login: str) -> None:
    published(home)
    assert notices(home).send_due() == 1
    published(home, "Corrigé depuis.")
    assert notices(home).send_due() == 0
    home.clock.advance(minutes=1)
    assert notices(home).send_due() == 1


def test_a_server_that_ends_leaves_the_others_to_the_next_one(home: Household, login: str) -> None:
    published(home)
    assert replace(notices(home), go_on=lambda: False).send_now() == 0
    assert notices(home).send_now() == 1 and notices(home).send_now() == 0


def test_a_reminder_leaves_by_day_and_one_that_cannot_is_told(home: Household, login: str) -> None:
    before = len(home.server.caught.mails)
    report_id = published(home)
    remind(home, report_id)
    assert "rappel" in str(home.server.caught.wait(before + 1)[-1]["Subject"])
    ana = bring(home, rc.canonical(content("<b>Ana</b>")), "<b>Ana</b>")
    show(home, ana)
    remind(home, ana, first_name="Ida")
    with home.desk.desk.vault.read() as connection:
        (review,) = SchoolRows(connection, home.desk.school_id).all("reviews")
    assert "sur papier" in review["sentence"] and review["kind"] == "mail_skipped"


def test_no_reminder_of_a_child_who_was_closed_to_the_guardian(home: Household, login: str) -> None:
    before = len(home.server.caught.mails)
    report_id = published(home)
    decide(home, Access.PAPER, "Zoé")
    remind(home, report_id)
    published(home, first_name="Noé", level="CM2", cycle=3)
    assert notices(home).send_now() == 1
    (only,) = home.server.caught.wait(before + 1)[before:]
    assert "rappel" not in str(only["Subject"])
