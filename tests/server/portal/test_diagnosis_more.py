"""More of what stops a parent, from a real attempt or a real act to its cause: messages that do not arrive, accounts that
other services keep, what the school has decided, what ONDE lacks. Each is silent beside its nearest neighbour first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.models.states import Access, Wish
from app.services import corrections, limiting, rights
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock
from tests.server.operating.test_forced_reset import EVERYBODY, command
from tests.server.outbox.peers import Peer, peer_server
from tests.server.portal.accounts import SECOND_GUARDIANS, SECOND_PUPILS, add, inside, log_in
from tests.server.portal.creating import MOBILE, another_school, ask, import_files
from tests.server.portal.diagnosing import codes, codes_of, fires, found, known, works
from tests.server.portal.federation.test_scenario_a import first_visit, house
from tests.server.portal.household import GUARDIANS, PUPILS, Household, household
from tests.server.portal.test_mails import send, wait_for
from tests.support.texts import until

Decide = Callable[[Household], None]


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock) -> Iterator[Household]:
    with household(tmp_path, clock) as made:
        yield made


@fires("sms_failed")
def test_a_text_that_the_gateway_refuses(home: Household) -> None:
    with home.parent() as parent:
        ask(parent)
        home.server.texts.wait(1)
        assert "sms_failed" not in codes(home)
        home.server.texts.answer = (400, "Number(s) has/have been denied by white- and/or black-lists.")
        ask(parent)
        until(lambda: "sms_failed" in codes(home))
    assert works(found(home)) == ""


@fires("mail_waiting", "mail_bounced")
def test_a_mail_that_waits_then_an_address_that_is_refused(tmp_path: Path, clock: FakeClock) -> None:
    peer = Peer()
    with (
        peer_server(peer) as port, household(tmp_path, clock, settings={"smtp_port": port}) as home, home.parent() as parent,
    ):  # fmt: skip
        send(home, "Marc")
        wait_for(home, "accepted")
        assert log_in(parent, home.account()["login"], "dans le mail").status_code == 401
        assert "mail_waiting" in codes(home) and "mail_bounced" not in codes(home)
        peer.answers = {"m.dupont": "550 5.1.1 no such user"}
        clock.advance(hours=1)
        send(home, "Marc")
        wait_for(home, "accepted", "bounced")
        assert "mail_bounced" in codes(home) and "mail_waiting" not in codes(home)


@fires("forced_reset")
def test_another_password_is_asked_for_by_the_operator(home: Household, tmp_path: Path) -> None:
    with inside(home, tmp_path / "sheets"), home.parent() as again:
        assert "forced_reset" not in codes(home)
        home.clock.advance(hours=1)
        command(home.server.database, home.clock).run(EVERYBODY, dry_run=False)
        assert "est à changer" in log_in(again, home.account()["login"]).text
        assert "forced_reset" in codes(home)


@fires("merged_login")
def test_the_log_in_of_an_account_that_was_grouped(home: Household, tmp_path: Path) -> None:
    theirs = SECOND_GUARDIANS.format(last="DUPONT", first="Marc")
    with another_school(home, tmp_path / "other", SECOND_PUPILS, theirs) as other:
        secret = other.print_sheet(tmp_path / "other-sheets")
        assert secret is not None
        other.desk.sync()
        former = other.account()["login"]
        with inside(home, tmp_path / "sheets") as parent, home.parent() as again:
            add(parent, former, secret.password)
            parent.post("/enfants/ajouter/confirmer")
            assert "merged_login" not in codes(other)
            assert log_in(again, former, secret.password).status_code == 401
            assert "merged_login" in codes(other)


@fires("federated_only")
def test_who_comes_in_by_franceconnect_alone_has_no_password(tmp_path: Path) -> None:
    with house(tmp_path) as made:
        assert "federated_only" not in codes(made.home)
        with made.home.parent() as parent:
            first_visit(made, parent)
        assert "federated_only" in codes(made.home)
        with made.home.parent() as other:
            assert log_in(other, made.home.account()["login"]).status_code == 401


ZOE_LINE = "DUPONT;;Zoé;14/03/2019;F;123456789AB;CE1 Mme Aubrac;CE1"
LEO_LINE = "DUPONT;;Léo;08/01/2017;M;;CM1 Mme Roy;CM1"


@pytest.mark.parametrize(
    ("pupils", "guardians", "code"),
    [
        ((ZOE_LINE, f"{ZOE_LINE}\n{LEO_LINE}"), ("DUPONT;Zoé;DUPONT;Noé", "DUPONT;Zoé;DUPONT;Léo"), "no_ine"),
        ((ZOE_LINE, ZOE_LINE.replace("CE1 Mme Aubrac", "")), ("", ""), "no_class"),
        (("", ""), ("m.dupont@example.org", ""), "no_email"),
        (("", ""), ("m.dupont@example.org", "m.dupont@gamil.com"), "mail_doubtful"),
        (("", ""), (f"m.dupont@example.org;{MOBILE}", ";"), "no_contact"),
    ],
)
@fires("no_ine", "no_class", "no_email", "mail_doubtful", "no_contact")
def test_what_onde_has(home: Household, pupils: tuple[str, str], guardians: tuple[str, str], code: str) -> None:
    with home.parent() as parent:
        ask(parent)
        assert code not in codes(home)
        home.clock.advance(hours=1)
        import_files(home.desk, PUPILS.replace(*pupils), GUARDIANS.replace(*guardians))
        home.desk.sync()
        ask(parent)
    assert code in codes(home)


def ids(home: Household) -> tuple[str, list[str]]:
    """(Marc's record, those of his children)."""
    guardian_id = str(home.account()["guardian_id"])
    with home.desk.desk.vault.read() as connection:
        links = SchoolRows(connection, home.desk.school_id).where("responsibilities", guardian_id=guardian_id)
    return guardian_id, sorted(str(link["pupil_id"]) for link in links)


def close_one(home: Household) -> None:
    guardian_id, [first, *_] = ids(home)
    rights.set_access(
        home.desk.desk, school_id=home.desk.school_id, guardian_id=guardian_id, pupil_id=first, access=Access.NONE
    )


def hide_one(home: Household) -> None:
    rights.protect(home.desk.desk, school_id=home.desk.school_id, pupil_id=ids(home)[1][0], knows=())


def want_none(home: Household) -> None:
    rights.set_wish(home.desk.desk, school_id=home.desk.school_id, guardian_id=ids(home)[0], wish=Wish.NO_ACCOUNT)


def hold_back(home: Household) -> None:
    limiting.limit(
        home.desk.desk, school_id=home.desk.school_id, table="guardians", record_id=ids(home)[0], limited=True
    )


def correct_date(home: Household) -> None:
    corrections.correct(
        home.desk.desk, school_id=home.desk.school_id, table="pupils", record_id=ids(home)[1][0],
        values={"birth_date": "15-03-2019"},
    )  # fmt: skip


def correct_mail(home: Household) -> None:
    home.clock.advance(hours=1)
    corrections.correct(
        home.desk.desk, school_id=home.desk.school_id, table="guardians", record_id=ids(home)[0],
        values={"email": "marc@example.org"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("decide", "code"),
    [
        (close_one, "some_closed"), (hide_one, "protected"), (want_none, "wish"), (hold_back, "limited"),
        (correct_date, "birth_date_differs"), (correct_mail, "newer_than_onde"),
    ],
)  # fmt: skip
@fires("some_closed", "protected", "wish", "limited", "birth_date_differs", "newer_than_onde")
def test_what_the_school_has_done(home: Household, decide: Decide, code: str) -> None:
    assert code not in codes(home)
    decide(home)
    assert codes_of(known(home)) & {code, "unsent"}
    with home.parent() as parent:
        home.desk.sync()
        ask(parent)
    assert code in codes(home)
