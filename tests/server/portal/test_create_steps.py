"""Steps of scenario B that an identity provider begins: what was proven of one number is worth nothing for another."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet

from app.models.ids import id_maker
from app.server.accounts.codes import Codes
from app.server.accounts.guardian_index import GuardianIndex
from app.server.accounts.passwords import POLICIES
from app.server.database import Database
from app.server.inbox import Teller
from app.server.outbox.queue import Queue
from app.server.portal.create.steps import KIND, Creation
from app.server.portal.gathering import Gathering
from app.server.portal.journeys import Journeys
from tests.conftest import FakeClock

MINE, OTHER = "+33639980101", "06 39 98 02 02"


@pytest.fixture
def creation(clock: FakeClock) -> Creation:
    new_id, cipher = id_maker(clock, os.urandom), Fernet(Fernet.generate_key())
    teller = Teller(clock, new_id)
    codes = Codes(
        clock=clock, random_bytes=os.urandom, new_id=new_id, key=b"k" * 32, queue=Queue(cipher, clock),
        life=timedelta(minutes=30), host="localhost",
    )  # fmt: skip
    journeys = Journeys(clock, os.urandom, cipher)
    gathering = Gathering(teller, clock, new_id)
    return Creation(GuardianIndex(b"k" * 32), journeys, codes, teller, POLICIES["renforcée"], gathering, clock)


@pytest.mark.parametrize(("typed", "keeps"), [(OTHER, False), ("06 39 98 01 01", True)])
def test_another_number_is_to_be_proven_anew(creation: Creation, database_url: str, typed: str, keeps: bool) -> None:
    database = Database(database_url)
    database.create_if_empty()
    proven = {
        "last_name": "Dupont", "first_name": "Marc", "mobile": MINE, "shown": MINE, "codes": ["one"], "wrong": 0,
        "proven": True, "confirmed": [["s", "a", "p"]], "settled": [["s", "a", "p"]], "identity": {"label": "x"},
    }  # fmt: skip
    with database.write() as connection:
        value = creation.journeys.begin(connection, kind=KIND, data=proven)
        journey = creation.journeys.find(connection, kind=KIND, value=value)
        assert journey is not None
        after = creation.go_on_with(connection, journey, typed).data
    database.close()
    assert (after["proven"], bool(after["confirmed"]), "one" in after["codes"]) == (keeps, keeps, keeps)
    assert len(after["codes"]) == 1 + keeps
