"""Support officers on a real server, on both databases: what reaches them, what they may do, how a director meets them."""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON

from app.models.clock import instant
from app.models.errors import Refused
from app.models.ids import uuid7
from app.models.states import Role
from app.models.support import EndGrantFields, GrantFields, ProposeFields, ReadFields, Reading, Repair
from app.models.tables import BY_NAME, SCHOOL_TABLES, Row, new_row
from app.models.wire import EnrolRequest, SyncReply, SyncRequest, WireAct
from app.server.database import Database
from app.server.operating import officers
from app.server.operating.admin import Admin
from app.server.sync import heads
from app.server.sync.enrolment import EnrolService
from app.server.sync.exchange import Caller, SyncService
from app.server.sync.officer_view import ALWAYS, HINTS, SHOWN, officer_row
from app.server.sync.officers import OfficerService, Seat
from app.server.sync.routes import ApiError, identify
from app.services.records.rows import SchoolRows
from tests.conftest import FakeClock

UAI, OTHER_UAI = "0990001N", "0990002P"
DEVICE_KEY = base64.b64encode(bytes(32)).decode()


class Academy:
    """A server with two schools and an officer, reached without a network."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database, self.clock = database, clock
        self.admin = Admin(database, clock, os.urandom)
        self.sync = SyncService(database, clock, os.urandom, b"key of this server")
        self.support = OfficerService(database, clock, os.urandom, b"key of the codes")
        self.school = self.admin.create_school(uai=UAI, name="Les Tilleuls", portal_url="http://p")
        self.other = self.admin.create_school(uai=OTHER_UAI, name="Les Saules", portal_url="http://p")
        made = officers.create(self.admin, name="Mme Erun", uais=[UAI])
        self.officer_id, self._code = made.officer_id, made.code
        self._sent = 0

    @property
    def seat(self) -> Seat:
        return Seat(self.officer_id, "Mme Erun")

    def officer(self) -> Caller:
        return Caller("pc-erun", "", "Mme Erun", Role.SUPPORT, officer_id=self.officer_id)

    def director(self) -> Caller:
        return Caller("pc-direction", self.school, "Mme Rouvière", Role.DIRECTOR)

    def enrol(self) -> str:
        """The token of the officer's PC."""
        service = EnrolService(self.database, self.clock, os.urandom)
        reply = service.enrol(EnrolRequest(code=self._code, device_key=DEVICE_KEY))
        assert (reply.school_id, reply.role, reply.person_id) == ("", "support", self.officer_id)
        return reply.token

    def exchange(self, caller: Caller, *acts: WireAct, school: str | None = None, cursor: int = 0) -> SyncReply:
        request = SyncRequest(request_id="r", cursor=cursor, acts=list(acts))
        return self.sync.exchange(caller=caller, school_id=school or self.school, request=request)

    def act(self, kind: str, fields: dict[str, Any]) -> WireAct:
        self._sent += 1
        return WireAct(
            act_id=uuid7(self.clock(), os.urandom), device_seq=self._sent, kind=kind, kind_version=1, fields=fields,
            client_time=instant(self.clock()),
        )  # fmt: skip

    def grant(self, life: timedelta = timedelta(hours=72)) -> str:
        fields = GrantFields(
            grant_id=uuid7(self.clock(), os.urandom), officer_id=self.officer_id, until=instant(self.clock() + life)
        )
        verdict = self.exchange(self.director(), self.act("assistance.accorder", fields.model_dump(mode="json")))
        assert [one.verdict for one in verdict.verdicts] == ["accepted"], verdict.verdicts
        return fields.grant_id

    def write(self, work: Callable[[SchoolRows], object], school: str | None = None) -> None:
        with self.database.write() as connection:
            head = heads.lock(connection, school or self.school)
            rows = SchoolRows(connection, school or self.school)
            work(rows)
            rows.flush(next_seq=head.next)
            heads.save(connection, head)


@pytest.fixture
def academy(database: Database, clock: FakeClock) -> Academy:
    return Academy(database, clock)


def family(rows: SchoolRows) -> None:
    rows.add("guardians", "g1", last_name="DUPONT", first_name="Marc", mobile="0612345678", address="1 rue du Puits")
    rows.add("accounts", "a1", guardian_id="g1", state="notified", origin="school", block="birth_date_tries")
    rows.add("pupils", "p1", last_name="DUPONT", first_name="Zoé", birth_date="2018-03-14", ine="123456789AB")
    rows.add("responsibilities", "l1", pupil_id="p1", guardian_id="g1", access="full", access_reason="jugement")


def proposal(grant_id: str, **more: Any) -> dict[str, Any]:
    fields = ProposeFields(
        proposal_id="prop", grant_id=grant_id, kind=Repair.REOPEN, guardian_id="g1", fields={"account_ids": ["a1"]},
        reason="La date était bien la sienne.",
    )  # fmt: skip
    return fields.model_dump(mode="json") | more


_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=12)
_FORBIDDEN = "SECRET-"


def _filled(table: str) -> st.SearchStrategy[Row]:
    """A row whose every column holds something that is told from all the rest."""

    def value(name: str) -> Any:
        column, secret = BY_NAME[table].c[name], f"{_FORBIDDEN}{table}.{name}"
        if isinstance(column.type, JSON):
            return {"birth_date": {"value": secret, "onde": secret}, "who": {"knows": 1}, "since": "2026-09-01"}
        return {int: 7, bool: True}.get(column.type.python_type, secret)

    def build(said: str) -> Row:
        row = new_row(table)
        row |= {name: value(name) for name in row if name not in ALWAYS}
        return row | {"school_id": "s", "id": said, "seq": 1, "officer_id": "me"} if "officer_id" in row else row | {
            "school_id": "s", "id": said, "seq": 1,
        }  # fmt: skip

    return _TEXTS.map(build)


@pytest.mark.parametrize("table", sorted(SHOWN))
@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_column_outside_the_list_ever_reaches_an_officer(table: str, data: st.DataObject) -> None:
    row = data.draw(_filled(table))
    shown = officer_row(table, row, "me")
    assert shown is not None
    hidden = set(row) - set(SHOWN[table]) - set(ALWAYS) - {"extra"}
    text = repr(shown)
    for name in hidden:
        assert f"{_FORBIDDEN}{table}.{name}'" not in text, name
        assert not shown.get(name), name
    assert "birth_date" not in repr(shown.get("corrections"))
    missing = {column.name for column in BY_NAME[table].columns if not column.nullable} - {"extra"}
    assert missing <= shown.keys()


@pytest.mark.parametrize("name", ["sealed", "key_version", "password_hash", "birth_date", "document", "address",
                                  "access_reason", "elsewhere", "public_key", "answer", "before"])  # fmt: skip
def test_what_is_secret_is_on_no_list(name: str) -> None:
    tables = {table for table, columns in SHOWN.items() if name in columns}
    assert tables <= ({"deliveries"} if name == "address" else set())  # a mail address that refused a mail
    assert not {"key_grants", "devices", "people", "acts", "traces", "erasures", "reviews", "receipts"} & SHOWN.keys()
    assert "mobile" not in HINTS and "birth_date" not in HINTS


def test_another_officers_grants_and_proposals_are_not_hers() -> None:
    row = new_row("proposals", school_id="s", id="x", officer_id="other", seq=1)
    assert officer_row("proposals", row, "me") is None


def test_nobody_tells_an_officer_who_has_not_read() -> None:
    told = new_row("events", school_id="s", id="x", seq=1, account_id="a", at="2026-11-21", kind="report_reminder")
    assert officer_row("events", told, "me") is None and officer_row("events", {**told, "kind": "notified"}, "me")


def test_a_school_is_closed_until_its_director_opens_it(academy: Academy) -> None:
    with pytest.raises(Refused, match="n’ouvre pas"):
        academy.exchange(academy.officer())
    academy.write(family)
    academy.write(lambda rows: rows.add("guardians", "else", last_name="AILLEURS", first_name="Ève"), academy.other)
    academy.grant()
    reply = academy.exchange(academy.officer())
    found = {(table, row["id"]): row for table, row in reply.rows}
    assert {row["school_id"] for row in found.values()} == {academy.school}
    pupil = found["pupils", "p1"]
    assert pupil["extra"] == {"birth_year": "2018"} and "birth_date" not in pupil
    assert "address" not in found["guardians", "g1"] and "access_reason" not in found["responsibilities", "l1"]
    assert not {"acts", "devices", "people", "key_grants", "traces"} & {table for table, _ in found}
    with pytest.raises(Refused, match="n’ouvre pas"):
        academy.exchange(academy.officer(), school=academy.other)


def test_a_grant_lives_until_its_end_and_takes_late_proposals(academy: Academy, clock: FakeClock) -> None:
    academy.write(family)
    grant_id = academy.grant(timedelta(hours=2))
    clock.advance(hours=3)
    late = academy.exchange(academy.officer(), academy.act("assistance.proposer", proposal(grant_id)))
    assert [one.verdict for one in late.verdicts] == ["accepted"] and late.rows == []
    clock.advance(hours=73)
    with pytest.raises(Refused) as over:
        academy.exchange(academy.officer())
    assert over.value.code == "grant_ended"


def test_a_director_ends_it_and_an_officer_who_is_revoked_has_nothing(academy: Academy) -> None:
    token = academy.enrol()
    caller = identify(academy.database, academy.clock, token)
    grant_id = academy.grant()
    academy.exchange(caller)
    academy.exchange(
        academy.director(),
        academy.act("assistance.terminer", EndGrantFields(grant_id=grant_id).model_dump(mode="json")),
    )
    with pytest.raises(Refused, match="n’ouvre pas"):
        academy.exchange(caller)
    academy.grant()
    academy.exchange(caller)
    officers.end(academy.admin, officer_id=academy.officer_id)
    with pytest.raises(ApiError):
        identify(academy.database, academy.clock, token)
    with pytest.raises(Refused):
        academy.exchange(caller)


def test_a_grant_goes_no_further_than_the_school_year(academy: Academy) -> None:
    fields = GrantFields(
        grant_id="g", officer_id=academy.officer_id, until=instant(academy.clock() + timedelta(days=400))
    )
    reply = academy.exchange(academy.director(), academy.act("assistance.accorder", fields.model_dump(mode="json")))
    assert [one.code for one in reply.verdicts] == ["grant_until"]


@pytest.mark.parametrize("kind", ["responsable.corriger", "compte.rouvrir", "acces.regler", "assistance.decider",
                                  "assistance.accorder", "acte.annuler", "personne.effacer", "from.tomorrow"])  # fmt: skip
def test_an_officer_changes_nothing_herself(academy: Academy, kind: str) -> None:
    academy.write(family)
    grant_id = academy.grant()
    fields = {"grant_id": grant_id, "account_ids": ["a1"]}
    reply = academy.exchange(academy.officer(), academy.act(kind, fields))
    assert [(one.verdict, one.code) for one in reply.verdicts] == [("refused", "role")]


def test_she_proposes_under_her_own_grant_alone(academy: Academy) -> None:
    academy.write(family)
    grant_id = academy.grant()
    academy.write(lambda rows: rows.add(
        "support_grants", "theirs", officer_id="other", officer_name="M. Autre", granted_at="", until="9999",
    ))  # fmt: skip
    acts = [academy.act("assistance.proposer", proposal(grant_id, proposal_id="mine")),
            academy.act("assistance.proposer", proposal("theirs", proposal_id="no"))]  # fmt: skip
    reply = academy.exchange(academy.officer(), *acts)
    assert [one.verdict for one in reply.verdicts] == ["accepted", "refused"]
    director = academy.exchange(academy.director())
    assert [row["id"] for table, row in director.rows if table == "proposals"] == ["mine"]


@pytest.mark.parametrize(("kind", "fields"), [
    ("responsable.corriger", {"record_id": "p1", "changes": {"email": [None, "a@exemple.fr"]}}),
    ("responsable.corriger", {"record_id": "g1", "changes": {"address": [None, "2 rue du Puits"]}}),
    ("compte.rouvrir", {"account_ids": ["a2"]}),
    ("compte.rouvrir", {"account_ids": []}),
    ("feuille.prolonger", {"sheet_ids": ["unknown"]}),
    ("acces.regler", {"responsibility_id": "unknown", "seen": "none", "access": "full", "since": "2026-09-01"}),
    ("compte.rouvrir", {"anything": 1}),
])  # fmt: skip
def test_what_may_not_be_proposed_is_refused(academy: Academy, kind: str, fields: dict[str, Any]) -> None:
    academy.write(family)
    said = proposal(academy.grant(), kind=kind, fields=fields)
    reply = academy.exchange(academy.officer(), academy.act("assistance.proposer", said))
    assert [one.verdict for one in reply.verdicts] == ["refused"]


def test_what_she_looked_at_is_counted_for_the_director(academy: Academy) -> None:
    grant_id = academy.grant()
    acts = [
        academy.act(
            "assistance.consulter",
            ReadFields(grant_id=grant_id, what=what, at=instant(academy.clock())).model_dump(mode="json"),
        )
        for what in (Reading.OPENING, Reading.DIAGNOSIS, Reading.DIAGNOSIS)
    ]
    academy.exchange(academy.officer(), *acts)
    found = [row for table, row in academy.exchange(academy.director()).rows if table == "support_grants"]
    assert [(row["openings"], row["diagnoses"], row["read_what"]) for row in found] == [(1, 2, "diagnosis")]


def test_six_digits_introduce_an_officer_once(academy: Academy, clock: FakeClock) -> None:
    code = academy.support.code(academy.seat).code
    assert len(code) == 6 and code.isdigit()
    met = academy.support.meet(school_id=academy.other, code=f"{code[:3]} {code[3:]}")
    assert (met.officer_id, met.name) == (academy.officer_id, "Mme Erun")
    with pytest.raises(Refused, match="n’est pas celui"):
        academy.support.meet(school_id=academy.other, code=code)
    old = academy.support.code(academy.seat).code
    clock.advance(minutes=11)
    with pytest.raises(Refused, match="n’est pas celui"):
        academy.support.meet(school_id=academy.other, code=old)


def test_guessing_six_digits_is_stopped_after_a_few_tries(academy: Academy, clock: FakeClock) -> None:
    """A million codes; a school that guesses gets four tries, then waits that double up to a quarter of an hour."""
    code = academy.support.code(academy.seat).code
    judged = 0
    for guess in range(600):  # one a second, for the whole life of a code
        digits = f"{(int(code) + 1 + guess) % 1_000_000:06d}"
        try:
            academy.support.meet(school_id=academy.other, code=digits)
        except Refused as error:
            judged += error.code == "support_code"
        clock.advance(seconds=1)
    assert 4 <= judged <= 16
    with pytest.raises(Refused) as waits:
        academy.support.meet(school_id=academy.other, code=code)
    assert waits.value.code in ("code_wait", "support_code")


def test_an_officer_has_no_code_for_a_school(academy: Academy) -> None:
    with pytest.raises(Refused, match="create-officer"):
        academy.admin.enrol_code(uai=UAI, role=Role.SUPPORT, person_name="Mme Erun")


def test_counts_without_names_need_no_grant(academy: Academy) -> None:
    academy.write(family)
    academy.write(lambda rows: rows.add("school_years", "y", label="2026-2027", starts_on="2026-08-01"))
    academy.write(lambda rows: rows.add("enrolments", "e", pupil_id="p1", year_id="y", level="CP"))
    academy.write(lambda rows: rows.add("requests", "r", at=instant(academy.clock()), kind="help", status="open"))
    reply = academy.support.overview(academy.seat)
    assert [one.uai for one in reply.schools] == [UAI]
    [school] = reply.schools
    assert school.counts is not None and school.granted_until is None
    assert (school.counts.guardians, school.counts.notified, school.counts.activated) == (1, 1, 0)
    assert (school.counts.no_mobile, school.counts.duplicates, school.counts.requests) == (0, 0, 1)
    assert "DUPONT" not in reply.model_dump_json()
    academy.write(lambda rows: rows.change("accounts", "a1", state="active"))
    [again] = academy.support.overview(academy.seat).schools
    assert again.counts is not None and again.counts.activated == 1


def test_the_pages_of_an_officer_join_whatever_is_left_out(academy: Academy, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.server.sync import feed

    academy.write(family)
    academy.grant()
    whole = academy.exchange(academy.officer())
    monkeypatch.setattr(feed, "PAGE_ROWS", 2)
    rows, cursor, more = [], 0, True
    while more:
        reply = academy.exchange(academy.officer(), cursor=cursor)
        rows += [(table, row["id"]) for table, row in reply.rows]
        cursor, more = reply.next_cursor, reply.more
    assert rows == [(table, row["id"]) for table, row in whole.rows]
    assert set(SHOWN) < {table.name for table in SCHOOL_TABLES}
