"""The server's secret is changed: with the former one nothing is lost, without it nothing fails (operator's guide)."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from sqlalchemy import select

from app.server.documents.stores import Documents
from app.server.sync.signature import sign_act, verify_act
from app.server.tables import outbox
from tests.conftest import FakeClock
from tests.server.portal.accounts import log_in
from tests.server.portal.creating import ask as ask_account
from tests.server.portal.creating import enter_code
from tests.server.portal.household import Household, form, household
from tests.support.live import free_port, live_server

OLD, NEW = "5e" * 32, "a7" * 32


def begun(home: Household, folder: Path) -> tuple[dict[str, str], str]:
    """A parent on the way to an account, another one's log-in, and a text that has not left: (cookies, log-in)."""
    secret = home.print_sheet(folder, "Ida")
    home.desk.sync()
    assert secret is not None
    with home.parent() as ida:
        ida.get(f"/a/{secret.token}")
        ida.post("/activation", data=form(date=("5", "5", "2019")))
        ida.post("/compte/portable", data={"portable": "06 39 98 02 02"})
        session = ida.cookies["preau_s"]
    with home.parent() as marc:
        ask_account(marc)
        return {"preau_s": session, "preau_j": marc.cookies["preau_j"]}, home.account("Ida")["login"]


def states(home: Household) -> list[str]:
    with home.server.database.read() as connection:
        return sorted(connection.execute(select(outbox.c.state).where(outbox.c.channel == "sms")).scalars())


@pytest.mark.parametrize("former", [OLD, ""], ids=["with the former one", "without"])
def test_parents_under_way_and_messages_that_wait(
    tmp_path: Path, clock: FakeClock, caplog: pytest.LogCaptureFixture, former: str
) -> None:
    port, base = free_port(), f"sqlite:///{tmp_path / 'server.db'}"
    with household(tmp_path, clock, database_url=base, settings={"sms_url": ""}, port=port) as home:
        cookies, login = begun(home, tmp_path / "sheets")
    changed = {"secret": NEW, "secret_former": former}
    with (
        caplog.at_level(logging.CRITICAL if former else logging.ERROR, logger="app.server.outbox"),
        live_server(tmp_path, database_url=base, clock=clock, settings=changed, port=port) as server,
    ):
        again = Household(server, home.desk, clock)
        with again.parent() as marc:
            marc.cookies.set("preau_j", cookies["preau_j"])  # alone: who is logged in is led to the children
            there = marc.get("/creer/code").url.path
            assert there == ("/creer/code" if former else "/creer"), "he goes on, or begins again"
            marc.cookies.update(cookies)
            assert marc.post("/deconnexion").status_code == 200
            if former:
                texts = {text for _, text in server.texts.wait(2)}
                assert len(texts) == 2 and enter_code(marc, "000000").status_code == 422
            assert log_in(marc, login).url.path == "/enfants", "passwords do not depend on it"
            marc.post("/compte/portable", data={"portable": "06 39 98 03 03"})
            server.texts.wait(3 if former else 1)
        assert states(again).count("failed") == (0 if former else 2), "the school sees them; the others leave"
    if not former:
        assert "another secret" in caplog.text
        caplog.clear()


def test_acts_signed_with_the_former_key_are_still_ours(tmp_path: Path) -> None:
    from app.models.wire import Repushed, WireAct

    act = WireAct(act_id="a", device_seq=1, kind="k", kind_version=1, fields={}, client_time="t")
    told = {"device_id": "d", "author": "Mme Durand", "received_at": "r", "verdict": "accepted", "code": None,
            "sentence": None, "outcome": None}  # fmt: skip
    row = {"id": "a", "device_seq": 1, "kind": "k", "kind_version": 1, "fields": {}, "client_time": "t", **told}
    pushed = act.model_copy(update={"repushed": Repushed(**told, mac=sign_act(b"old", row))})
    keys = (b"new", b"old")
    assert any(verify_act(key, pushed, {}) for key in keys) and not verify_act(b"new", pushed, {})


def test_documents_are_closed_again_with_the_new_key(tmp_path: Path) -> None:
    """Asked for, or all at once by the operator's command; without the former key they are not there."""
    old, new = bytes(32), bytes([7] * 32)
    one, other = (Documents(tmp_path, old).of("school").put(content) for content in (b"{}", b'{"bilan":1}'))
    assert not Documents(tmp_path, new).of("school").has(one)
    between = Documents(tmp_path, new, (old,)).of("school")
    assert between.get(one) == b"{}" and between.has(other) and not between.has("0" * 64)
    after = Documents(tmp_path, new).of("school")
    assert after.get(one) == b"{}" and after.get(other) == b'{"bilan":1}'
    assert len(list(after.files())) == 2, "nothing is left under the former key"
