"""Another password asked of many parents: whom it concerns, what ends, what their schools hear."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, select

from app.models.clock import instant
from app.models.errors import NotFound, Refused
from app.models.ids import id_maker
from app.models.states import AccountOrigin, AccountState
from app.server.accounts.portal_accounts import must_change
from app.server.database import Database
from app.server.operating import forced_reset
from app.server.operating.admin import Admin
from app.server.operating.forced_reset import ForcedReset, Scope, Spared
from app.server.tables import bindings, inbox, mail_tokens, portal_accounts, portal_links, sessions
from app.services.account_card import account_card, event_words
from tests.conftest import FakeClock
from tests.server.portal.household import Household, form
from tests.server.portal.household import household as one_household
from tests.server.portal.test_login import activate, log_in

EVERYBODY = Scope(everybody=True)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    base = Database(database_url)
    base.create_if_empty()
    yield base
    base.close()


def command(database: Database, clock: FakeClock) -> ForcedReset:
    return ForcedReset(database, clock, id_maker(clock, os.urandom))


def put(database: Database, login: str, *, schools: tuple[str, ...] = (), **values: Any) -> None:
    """An active account with a password of long ago, unless ``values`` say otherwise."""
    row = {
        "id": login, "login": login, "folded_name": login, "state": AccountState.ACTIVE.value,
        "origin": AccountOrigin.SCHOOL.value, "password_hash": "$", "password_changed_at": "2020-01-01T00:00:00.000000Z",
        "created_at": "2020-01-01T00:00:00.000000Z", **values,
    }  # fmt: skip
    with database.write() as connection:
        connection.execute(insert(portal_accounts).values(**row))
        for school_id in schools:
            link = {"school_id": school_id, "account_id": f"{login}-{school_id[-12:]}", "portal_account_id": login}
            connection.execute(insert(portal_links).values(**link))
        connection.execute(
            insert(sessions).values(id_hash=login, portal_account_id=login, created_at="2020", seen_at="2020")
        )


def forced(database: Database) -> set[str]:
    with database.read() as connection:
        return {row["id"] for row in connection.execute(select(portal_accounts)).mappings() if must_change(dict(row))}


def test_who_is_left_in_peace(database: Database, clock: FakeClock) -> None:
    put(database, "plain")
    put(database, "waiting", state=AccountState.NOTIFIED.value, password_hash=None, password_changed_at=None)
    put(database, "midway", state=AccountState.ACTIVATING.value)
    put(database, "by-the-school", password_hash=None)
    put(database, "before", forced_reset_at=instant(clock()))
    put(database, "provider", password_hash=None, password_changed_at=None)
    put(database, "grouped", merged_into="plain", password_hash=None)
    with database.write() as connection:
        bound = {"provider": "fc", "subject": "s", "portal_account_id": "provider", "created_at": "2020"}
        connection.execute(insert(bindings).values(**bound))
    clock.advance(days=1)
    outcome = command(database, clock).run(EVERYBODY, dry_run=False)
    assert (outcome.seen, outcome.forced, outcome.sessions) == (6, 1, 1)
    assert outcome.spared == {
        Spared.NEVER_ACTIVATED: 2, Spared.CHANGED_SINCE: 0, Spared.ALREADY_RESET: 2, Spared.FEDERATED_ONLY: 1,
    }  # fmt: skip
    assert forced(database) == {"plain", "before"}
    again = command(database, clock).run(EVERYBODY, dry_run=False)
    assert again.forced == 0 and again.spared[Spared.ALREADY_RESET] == 3


def test_a_password_changed_since_the_day_in_paris_stays(database: Database, clock: FakeClock) -> None:
    put(database, "last-evening", password_changed_at="2024-03-25T22:59:59.000000Z")
    put(database, "at-midnight", password_changed_at="2024-03-25T23:00:00.000000Z")
    outcome = command(database, clock).run(Scope(everybody=True, changed_before=date(2024, 3, 26)), dry_run=False)
    assert outcome.spared[Spared.CHANGED_SINCE] == 1 and forced(database) == {"last-evening"}


def test_the_scope_is_schools_or_everybody(database: Database, clock: FakeClock) -> None:
    admin = Admin(database, clock, os.urandom)
    lindens, oaks = (admin.create_school(uai=uai, name=uai, portal_url="http://p") for uai in ("0990001N", "0990002P"))
    put(database, "lindens", schools=(lindens,))
    put(database, "both", schools=(lindens, oaks))
    put(database, "oaks", schools=(oaks,))
    run = command(database, clock).run
    for wrong in (Scope(), Scope(("0990001N",), everybody=True)):
        with pytest.raises(Refused):
            run(wrong, dry_run=False)
    with pytest.raises(NotFound, match="0990009X"):
        run(Scope(("0990001N", "0990009X")), dry_run=False)
    assert run(Scope((" 0990001n",)), dry_run=True).forced == 2 and forced(database) == set()
    run(Scope(("0990001N",)), dry_run=False)
    assert forced(database) == {"lindens", "both"}
    with database.read() as connection:
        told = connection.execute(select(inbox.c.school_id, inbox.c.account_id, inbox.c.kind)).all()
    expected = [(lindens, f"both-{lindens[-12:]}"), (lindens, f"lindens-{lindens[-12:]}"), (oaks, f"both-{oaks[-12:]}")]
    assert sorted(told) == sorted((*one, "forced_reset") for one in expected)


def test_an_address_asked_for_with_the_old_password_is_not_confirmed(database: Database, clock: FakeClock) -> None:
    put(database, "plain")
    with database.write() as connection:
        for purpose in ("address", "recovery"):
            connection.execute(
                insert(mail_tokens).values(token_hash=purpose, portal_account_id="plain", email="x@e.fr", purpose=purpose,
                                           created_at="2020", expires_at="2099")
            )  # fmt: skip
    command(database, clock).run(EVERYBODY, dry_run=False)
    with database.read() as connection:
        voided = connection.execute(select(mail_tokens.c.purpose).where(mail_tokens.c.voided_at.is_not(None)))
        assert voided.scalars().all() == ["address"]


def test_many_accounts_go_a_few_at_a_time(
    database: Database, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forced_reset, "AT_ONCE", 2)
    for number in range(5):
        put(database, f"a{number}")
    outcome = command(database, clock).run(EVERYBODY, dry_run=False)
    assert (outcome.forced, outcome.sessions) == (5, 5) and len(forced(database)) == 5


MOMENTS = st.none() | st.integers(0, 9).map(lambda hour: f"2026-01-01T0{hour}:00:00.000000Z")


@given(forced_at=MOMENTS, chosen_at=MOMENTS)
def test_a_password_opens_again_only_once_it_is_newer(forced_at: str | None, chosen_at: str | None) -> None:
    closed = must_change({"forced_reset_at": forced_at, "password_changed_at": chosen_at})
    assert closed == (forced_at is not None and not (chosen_at is not None and chosen_at > forced_at))


@pytest.fixture
def home(tmp_path: Path, clock: FakeClock, database_url: str) -> Iterator[Household]:
    with one_household(tmp_path, clock, database_url=database_url) as made:
        yield made


def test_the_parent_is_out_and_the_director_knows_why(home: Household, tmp_path: Path) -> None:
    with home.parent() as parent, home.parent() as elsewhere:
        login = activate(home, tmp_path / "sheets", parent)
        home.clock.advance(hours=1)
        outcome = command(home.server.database, home.clock).run(EVERYBODY, dry_run=False)
        assert (outcome.forced, outcome.sessions) == (1, 1)
        assert parent.get("/enfants").url.path == "/"
        assert "est à changer" in log_in(elsewhere, login).text
        (event,) = home.events("portal_forced_reset")
        assert event_words(event) == "nouveau mot de passe demandé par l’exploitant du serveur"
        assert "nouveau mot de passe est demandé depuis le" in why(home)[0]
        home.clock.advance(hours=1)
        sheet = home.print_sheet(tmp_path / "reset", reset=True)
        home.desk.sync()
        assert sheet is not None
        elsewhere.get(f"/a/{sheet.token}")
        assert elsewhere.post("/activation", data=form()).url.path == "/enfants"
        assert log_in(parent, login).url.path == "/enfants"
        home.desk.sync()
        assert why(home) == ()


def why(home: Household) -> tuple[str, ...]:
    return account_card(home.desk.desk, school_id=home.desk.school_id, account_id=home.account()["id"]).why
