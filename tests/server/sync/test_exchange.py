"""One request, judged: verdicts, refusals, who may do what, and what a base cannot hold."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from app.models.acts import CorrectFields
from app.models.clock import system_clock
from app.models.errors import Refused
from app.models.ids import uuid7
from app.models.states import Role
from app.models.tables import Row
from app.models.wire import Repushed, SyncReply, SyncRequest, WireAct, WirePart, WireVerdict
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.sync import heads
from app.server.sync.exchange import Caller, SyncService
from app.server.tables import act_parts, portal_accounts
from app.services.records.journal import payload_text
from app.services.records.kinds import KINDS
from app.services.records.rows import SchoolRows

TIME = "2026-09-03T08:00:00.000000Z"


def new_id() -> str:
    return uuid7(system_clock(), os.urandom)


class Server:
    """A service on a base with one school and one guardian."""

    def __init__(self, database: Database) -> None:
        self.database = database
        admin = Admin(database, system_clock, os.urandom)
        self.school_id = admin.create_school(uai="0990001N", name="École", portal_url="http://p")
        self.service = SyncService(database, system_clock, os.urandom, b"key")
        self.guardian = new_id()
        self.numbers = iter(range(1, 1000))
        with database.write() as connection:
            head = heads.lock(connection, self.school_id)
            rows = SchoolRows(connection, self.school_id)
            rows.add("guardians", self.guardian, last_name="DUMAY", first_name="Ève")
            rows.flush(next_seq=head.next)
            heads.save(connection, head)

    def caller(self, name: str = "Hélène", role: Role = Role.DIRECTOR) -> Caller:
        return Caller(f"device-of-{name}", self.school_id, name, role)

    def ask(self, *acts: WireAct, caller: Caller | None = None, parts: list[WirePart] | None = None) -> SyncReply:
        request = SyncRequest(request_id=new_id(), acts=list(acts), parts=parts or [])
        return self.service.exchange(caller=caller or self.caller(), school_id=self.school_id, request=request)

    def verdicts(self, *acts: WireAct, caller: Caller | None = None) -> list[tuple[str, str | None]]:
        return [(verdict.verdict, verdict.code) for verdict in self.ask(*acts, caller=caller).verdicts]

    def rows(self, table: str) -> list[Row]:
        with self.database.read() as connection:
            return SchoolRows(connection, self.school_id).all(table)

    def correction(self, town: str, **envelope: Any) -> WireAct:
        changes = {"town": (None, town)}
        fields = CorrectFields(record_id=self.guardian, changes=changes).model_dump(mode="json")
        return self.act("responsable.corriger", fields, **envelope)

    def act(self, kind: str, fields: dict[str, Any] | None, **envelope: Any) -> WireAct:
        known = {"act_id": new_id(), "device_seq": next(self.numbers), "kind_version": 1, "client_time": TIME}
        return WireAct(kind=kind, fields=fields, **{**known, **envelope})


@pytest.fixture
def server(database: Database) -> Server:
    return Server(database)


def test_an_act_is_applied_once_whatever_comes_twice(server: Server) -> None:
    act = server.correction("Lavilledieu")
    first, again = server.ask(act).verdicts[0], server.ask(act, act).verdicts
    assert (first.verdict, first.already) == ("accepted", False)
    assert [verdict.model_copy(update={"already": False}) for verdict in again] == [first, first]
    assert len(server.rows("events")) == 1


def test_a_token_serves_its_own_school_only(server: Server) -> None:
    stranger = Caller("device", new_id(), "Paul", Role.DIRECTOR)
    with pytest.raises(Refused, match="other_school"):
        server.ask(caller=stranger)


def test_the_role_decides(server: Server) -> None:
    deputy = server.caller("Paul", Role.DEPUTY)
    setting = {"name": "require_ine", "seen": None, "value": True}
    assert server.verdicts(server.act("ecole.regler", setting), caller=deputy) == [("refused", "role")]
    assert server.verdicts(server.correction("ici"), caller=deputy) == [("accepted", None)]
    assert server.verdicts(server.act("ecole.regler", setting)) == [("accepted", None)]


POISONS: dict[str, Callable[[Server], WireAct]] = {
    "NUL in a text": lambda server: server.correction("a\x00b"),
    "NUL in fields that no kind reads": lambda server: server.act("responsable.corriger", {"x\x00": "\x00"}),
    "an id that is too long": lambda server: server.act(
        "poste.admettre", {"grant_id": "g" * 200, "device_id": "d", "key_version": 1, "sealed": "s"}
    ),
    "a number that is too large": lambda server: server.act(
        "poste.admettre", {"grant_id": "g", "device_id": "d", "key_version": 2**70, "sealed": "s"}
    ),
    "an import of nobody's name": lambda server: server.act(
        "import.appliquer",
        {
            "import_id": "i",
            "year": {"id": "y" * 99, "label": "2026-2027", "starts_on": "2026-08-01"},
            "day": "2026-09-03",
        },
    ),
    "no object at all": lambda server: server.act("responsable.corriger", {}),
    "a record that is not here": lambda server: server.act(
        "responsable.corriger", {"record_id": new_id(), "changes": {"town": [None, "x"]}}
    ),
}


@pytest.mark.parametrize("poison", POISONS)
def test_what_a_base_cannot_hold_is_refused_alone(server: Server, poison: str) -> None:
    """SQLite holds some of it; then it is accepted. Never does it stop the others, nor come back as an error."""
    before, bad, behind = server.correction("avant"), POISONS[poison](server), server.correction("après")
    verdicts = server.ask(before, bad, behind).verdicts
    assert [verdict.verdict != "refused" for verdict in verdicts][::2] == [True, True]
    refused = verdicts[1].verdict == "refused"
    assert refused or server.database.is_sqlite
    assert [row["act_id"] for row in server.rows("reviews") if row["kind"] == "refused"] == [bad.act_id] * refused
    assert {row["id"] for row in server.rows("acts")} == {before.act_id, bad.act_id, behind.act_id}
    assert server.ask(bad).verdicts[0].already


def test_an_unknown_kind_is_stored(server: Server) -> None:
    assert server.verdicts(server.act("futur.agir", {"a": 1}), server.correction("x", kind_version=99)) == [
        ("stored", None), ("stored", None),
    ]  # fmt: skip
    assert server.rows("events") == []


def test_stored_acts_are_judged_once_the_server_knows_their_kind(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the order in which they came, with the rights of the device that brought them, once."""
    whose = {"device-of-Hélène": Role.DIRECTOR, "device-of-Paul": Role.DEPUTY}
    with server.database.write() as connection:
        rows = SchoolRows(connection, server.school_id)
        for one, role in whose.items():
            rows.add("devices", one, person_id=one, role=role.value, public_key="k", created_at=TIME)
        rows.flush()
    assert server.service.apply_stored() == 0
    kinds = dict(KINDS)
    for name in ("responsable.corriger", "ecole.regler"):
        monkeypatch.delitem(KINDS, name)
    setting = server.act("ecole.regler", {"name": "require_ine", "seen": None, "value": True})
    act = server.correction("plus tard")
    assert server.verdicts(act, server.act("futur.agir", {})) == [("stored", None), ("stored", None)]
    assert server.verdicts(setting, caller=server.caller("Paul", Role.DEPUTY)) == [("stored", None)]
    head = server.ask().next_cursor
    assert server.service.apply_stored() == 0, "asked for fewer kinds: nothing is known yet"
    for name, kind in kinds.items():
        monkeypatch.setitem(KINDS, name, kind)
    assert [server.service.apply_stored(), server.service.apply_stored()] == [2, 0]
    verdicts = {row["id"]: (row["verdict"], row["seq"] > head) for row in server.rows("acts")}
    assert (verdicts[act.act_id], verdicts[setting.act_id]) == (("accepted", True), ("refused", True))
    assert server.rows("guardians")[0]["corrections"]["town"]["by"] == "Hélène"
    assert server.ask(act).verdicts[0].verdict == "accepted"


def test_two_numbers_alike_are_two_pcs(server: Server) -> None:
    server.ask(server.correction("un", device_seq=7))
    with pytest.raises(Refused, match="device_copied"):
        server.ask(server.correction("deux", device_seq=7))
    server.ask(server.correction("trois", device_seq=7), caller=server.caller("Paul"))
    assert len(server.rows("acts")) == 2


def pushed_again(act: WireAct, verdict: WireVerdict, row: Row) -> WireAct:
    """An act as a PC pushes it again."""
    names = ("device_id", "author", "received_at", "verdict", "code", "sentence", "outcome", "mac")
    again = Repushed(**{name: row[name] for name in names})
    assert again.mac == verdict.mac
    return act.model_copy(update={"repushed": again})


def test_an_act_that_this_server_signed_is_its_authors_again(server: Server) -> None:
    act = server.correction("signé")
    verdict = server.ask(act).verdicts[0]
    again = pushed_again(act, verdict, server.rows("acts")[0])
    with server.database.write() as connection:
        for table in ("acts", "events"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    assert server.verdicts(again, caller=server.caller("Paul", Role.DEPUTY)) == [("accepted", None)]
    row = server.rows("acts")[0]
    assert (row["author"], row["device_id"], row["mac"]) == ("Hélène", "device-of-Hélène", verdict.mac)


def test_a_forged_signature_gives_nobody_anothers_name_nor_rights(server: Server) -> None:
    again = Repushed(device_id="device-of-Hélène", author="Hélène", received_at=TIME, verdict="accepted", mac="0" * 64)
    deputy = server.caller("Paul", Role.DEPUTY)
    setting = {"name": "require_ine", "seen": None, "value": True}
    forged = server.act("ecole.regler", setting, repushed=again, device_seq=3)
    assert server.verdicts(forged, caller=deputy) == [("refused", "role")]
    mine = server.correction("ici", repushed=again, device_seq=3)
    assert server.verdicts(mine, caller=deputy) == [("accepted", None)]
    assert {(row["author"], row["device_seq"]) for row in server.rows("acts")} == {("Paul", 0)}
    assert server.verdicts(server.correction("là", device_seq=3), caller=deputy) == [("conflict", None)], "no copy"


def test_an_act_in_parts_waits_for_the_last(server: Server) -> None:
    whole = server.correction("x" * 50)
    assert whole.fields is not None
    text = payload_text(whole.fields)
    envelope = whole.model_copy(update={"fields": None, "parts": 2})
    halves = [
        WirePart(act_id=whole.act_id, part=place, total=2, data=text[place * 60 : 60 if place == 0 else None])
        for place in range(2)
    ]
    assert server.ask(envelope, parts=halves[1:]).verdicts[0].verdict == "parts_missing"
    assert server.ask(parts=[halves[0], halves[0]]).verdicts == []
    assert server.ask(envelope).verdicts[0].verdict == "accepted"
    with server.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(act_parts)).scalar() == 0
    assert server.rows("acts")[0]["fields"] == whole.fields


def test_parts_that_nobody_finishes_make_room(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PC that was lost in the middle of its import stops nobody; an act that is too large by itself is told so."""
    monkeypatch.setattr("app.server.sync.parts.MAX_PARTS_WAITING", 3)
    left = [WirePart(act_id="left", part=place, total=9, data="x") for place in range(3)]
    server.ask(parts=left)
    act = server.correction("ici")
    assert act.fields is not None
    whole = [WirePart(act_id=act.act_id, part=0, total=1, data=payload_text(act.fields))]
    envelope = act.model_copy(update={"fields": None, "parts": 1})
    assert server.ask(envelope, parts=whole).verdicts[0].verdict == "accepted"
    with pytest.raises(Refused, match="too_many_parts"):
        server.ask(parts=[part.model_copy(update={"part": place}) for place, part in enumerate(left * 2)])


def test_parts_that_do_not_read_are_refused(server: Server) -> None:
    act = server.act("responsable.corriger", None, parts=1)
    broken = [WirePart(act_id=act.act_id, part=0, total=1, data="{")]
    assert [verdict.code for verdict in server.ask(act, parts=broken).verdicts] == ["bad_fields"]


def test_an_act_refused_half_way_leaves_no_log_in(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server decides is written beside the school's rows: it goes with them."""

    def late_refusal(*_: object, **__: object) -> None:
        raise Refused("late", "Refusé après coup.")

    year = {"id": new_id(), "label": "2026-2027", "starts_on": "2026-08-01"}
    names = {"last_name": [None, "MARCHAND"], "first_name": [None, "Luc"]}
    entry = {"id": new_id(), "changes": names, "account_id": new_id(), "children": []}
    fields = {"import_id": new_id(), "year": year, "guardians": [entry], "day": "2026-09-03"}
    monkeypatch.setattr("app.server.accounts.portal_accounts._link", late_refusal)
    assert server.verdicts(server.act("import.appliquer", fields)) == [("refused", "late")]
    assert server.rows("accounts") == []
    with server.database.read() as connection:
        assert connection.execute(select(portal_accounts)).all() == []


def test_a_cursor_that_means_nothing_here_is_told_so(server: Server) -> None:
    for request in (
        SyncRequest(request_id=new_id(), cursor=10**6),
        SyncRequest(request_id=new_id(), epoch="another", acts=[server.correction("non")]),
    ):
        reply = server.service.exchange(caller=server.caller(), school_id=server.school_id, request=request)
        assert (reply.reset, reply.next_cursor, reply.verdicts) == (True, 0, [])
    assert server.rows("acts") == []
