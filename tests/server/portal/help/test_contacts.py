"""A contact that the school did not have: checked by word of mouth, told to the former ones, good after two days."""

from __future__ import annotations

import base64
import random

import pytest
from cryptography.fernet import Fernet

from app.models.acts import SchoolSettingFields
from app.models.acts_requests import Answer, CloseRequestFields
from app.models.corrections import effective
from app.models.errors import InputError
from app.models.ids import id_maker
from app.models.tables import Row
from app.server.accounts.guardian_index import GuardianIndex
from app.server.operating.digest import Digest
from app.server.outbox.queue import Queue
from app.server.settings import ServerSettings
from app.services import answering
from app.services.demo.school import DETAILS
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.requests import RequestView, list_requests
from tests.server.portal.help.asking import by_code, requests_of, send
from tests.server.portal.household import Household
from tests.support.live import body_of

NEW = "marc.nouveau@example.org"


def ask_and_hold(home: Household, value: str = NEW) -> RequestView:
    with home.parent() as parent:
        send(home, parent, by_code(home, parent), contact=value)
    requests_of(home)
    desk, school_id = home.desk.desk, home.desk.school_id
    [found] = list_requests(desk, school_id=school_id)
    answering.hold_contact(
        desk, school_id=school_id, request_id=found.request_id, value=value, verified_by="Mme Aubrac"
    )  # fmt: skip
    home.desk.sync()
    return list_requests(desk, school_id=school_id)[0]


def marc(home: Household) -> Row:
    with home.desk.desk.vault.read() as connection:
        rows = SchoolRows(connection, home.desk.school_id)
        return next(row for row in rows.all("guardians") if row["first_name"] == "Marc")


def test_it_counts_two_days_after_the_server_knows_it(home: Household) -> None:
    waiting = ask_and_hold(home)
    assert waiting.answers == (Answer.SHEET, Answer.SETTLED) and "comptera le 11-09-2026" in waiting.answer
    [mail] = home.server.caught.wait()
    assert "m.dupont@example.org" in str(mail["To"]) and NEW not in body_of(mail)
    told = body_of(mail).replace("\u00a0", " ")
    assert "11 septembre 2026" in told and DETAILS["phone"] in told
    [(number, text)] = home.server.texts.wait()
    assert number.endswith("639980101") and "un nouveau contact comptera" in text
    home.clock.advance(hours=47)
    home.desk.sync()
    assert effective(marc(home), "email") == "m.dupont@example.org"
    home.clock.advance(hours=2)
    home.desk.sync()
    assert effective(marc(home), "email") == NEW
    [ready] = list_requests(home.desk.desk, school_id=home.desk.school_id)
    assert ready.answers[0] is Answer.LINK and ready.known_address == NEW
    assert answering.send_link(home.desk.desk, school_id=home.desk.school_id, request_id=ready.request_id) == NEW


def test_it_is_stopped_in_time(home: Household) -> None:
    waiting = ask_and_hold(home)
    fields = CloseRequestFields(request_id=waiting.request_id, why=Answer.SETTLED)
    submit(home.desk.desk, school_id=home.desk.school_id, kind="demande.clore", fields=fields)
    home.clock.advance(hours=72)  # said in time, on a PC without network
    home.desk.sync()
    home.clock.advance(hours=1)
    home.desk.sync()
    assert effective(marc(home), "email") == "m.dupont@example.org"


@pytest.mark.parametrize(("value", "who"), [("12", "Mme Aubrac"), ("a@b", "Mme Aubrac"), (NEW, " ")])
def test_what_is_no_contact_or_was_not_checked_is_refused(home: Household, value: str, who: str) -> None:
    with home.parent() as parent:
        send(home, parent, by_code(home, parent))
    requests_of(home)
    [found] = list_requests(home.desk.desk, school_id=home.desk.school_id)
    with pytest.raises(InputError):
        answering.hold_contact(
            home.desk.desk, school_id=home.desk.school_id, request_id=found.request_id, value=value, verified_by=who
        )  # fmt: skip


def test_the_school_hears_once_a_day_without_names(home: Household) -> None:
    settings = ServerSettings(secret="5e" * 32)  # the live server's own
    queue = Queue(Fernet(base64.urlsafe_b64encode(settings.key("outbox"))), home.clock)
    ids = id_maker(home.clock, random.Random(1).randbytes)
    made = Digest(home.server.database, home.clock, ids, queue, GuardianIndex(settings.key("guardians")))
    assert made.send_once_a_day() == 0, "nobody waits"
    with home.parent() as parent:
        send(home, parent, by_code(home, parent))
    assert made.send_once_a_day() == 0, "today’s look is over"
    home.clock.advance(days=1)
    assert made.send_once_a_day() == 1
    assert made.send_once_a_day() == 0
    [mail] = home.server.caught.wait()
    text = body_of(mail)
    assert DETAILS["email"] in str(mail["To"])
    assert "1\u00a0parent n’arrive pas à entrer" in text and "depuis 1\u00a0jour." in text
    assert "Dupont" not in text and "Zoé" not in text
    home.clock.advance(days=1)
    home.clock.now = home.clock.now.replace(hour=2)
    assert made.send_once_a_day() == 0, "not at night"
    home.clock.advance(hours=8)
    fields = SchoolSettingFields(name="help_digest", seen=None, value=False)
    submit(home.desk.desk, school_id=home.desk.school_id, kind="ecole.regler", fields=fields)
    home.desk.sync()
    assert made.send_once_a_day() == 0, "the school has said no"
