"""One test for each line of « Bugs that others shipped » (sync.md), by hand and small; the histories mix them.

Two lines live elsewhere: rows skipped by a sequence (tests/server/sync/test_writers.py), and the copied vault with its
codes and keys (tests/services/sync/test_enrolment.py); the power cut is also tests/sim/test_kill.py.
"""

from __future__ import annotations

import math

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from app.models.errors import Refused, TransportError
from app.models.tables import accounts, new_row
from app.models.wire import MAX_ACTS, SyncReply, SyncRequest
from app.server.tables import act_parts
from app.services.demo.school import DemoSchool, make_school
from app.services.sync.loop import FIRST_RETRY_S, LONGEST_RETRY_S, next_wait
from app.services.sync.status import status
from app.services.sync.transport import Address
from app.services.vault.tables import links
from tests.sim.cast import PEOPLE, Cast
from tests.sim.deeds import queue
from tests.sim.history import PowerCut, cut_at
from tests.sim.oracle import Watch
from tests.sim.world import Line, Pc


@pytest.mark.parametrize("point", ["received", "verdicts_taken", "rows_taken", "taking"])
def test_the_cursor_is_never_ahead_of_the_rows(cast: Cast, point: str) -> None:
    """PouchDB #1240, AnkiDroid #4366."""
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one)
    cast.sync(one)
    two.engine.probe = cut_at(point)
    with pytest.raises(PowerCut):
        cast.sync(two)
    cast.world.crash(two)
    with two.desk.vault.read() as connection:
        assert connection.execute(select(links.c.cursor)).scalar() == 0
    cast.at_rest(one, two)
    assert len(two.rows("pupils")) == 4


@pytest.mark.parametrize("new_epoch", [True, False])
def test_a_restored_server_gets_back_what_it_lost(cast: Cast, new_epoch: bool) -> None:
    """cht-core #8093: by its epoch, and without one by a cursor that is beyond its head."""
    one, two = cast.pc(), cast.pc()
    cast.sync(one, two)
    backup = cast.world.backup()
    cast.bring_in(one)
    cast.correct(one, "corrigee@example.org")
    cast.sync(one, two)
    cast.world.restore(backup, new_epoch=new_epoch)
    assert cast.server("pupils") == []
    one.desk.vault.close()
    cast.world.pcs.remove(one)
    cast.at_rest(two)
    assert cast.mail(two) == "corrigee@example.org"
    assert {row["author"] for row in cast.server("acts")} == {one.name}, "the act is still its author's"


def test_an_account_opened_since_the_backup_is_to_be_opened_again(cast: Cast) -> None:
    """What the portal knew is gone: the door is closed, and the director is told."""
    one = cast.pc()
    cast.bring_in(one)
    cast.sync(one)
    backup = cast.world.backup()
    account_id = one.rows("accounts")[0]["id"]
    with one.desk.vault.write() as connection:
        connection.execute(accounts.update().where(accounts.c.id == account_id).values(state="active"))
    cast.world.restore(backup, new_epoch=True)
    cast.at_rest(one)
    account = next(row for row in one.rows("accounts") if row["id"] == account_id)
    assert (account["state"], account["to_reactivate"]) == ("not_notified", True)


def test_absence_deletes_nobody(cast: Cast) -> None:
    """Nextcloud desktop #1433, Joplin #883: a file without them, and a complete file without them."""
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one)
    cast.at_rest(one, two)
    smaller = DemoSchool(PEOPLE.pupils[:1], tuple(g for g in PEOPLE.guardians if PEOPLE.pupils[0] in g.children))
    cast.bring_in(two, smaller, complete=False)
    cast.at_rest(one, two)
    assert [row["left_on"] for row in one.rows("pupils")] == [None] * 4
    cast.bring_in(two, smaller, complete=True)
    cast.at_rest(one, two)
    assert len(one.rows("pupils")) == 4
    assert sum(row["left_on"] is not None for row in one.rows("pupils")) == 3


def test_a_row_that_collides_is_never_replaced_in_silence(cast: Cast) -> None:
    """morango #306."""
    one = cast.pc()
    cast.bring_in(one)
    row = one.rows("pupils")[0]
    with pytest.raises(IntegrityError), cast.world.database.write() as connection:
        twin = new_row(
            "accounts", school_id=cast.school_id, id="a", guardian_id=row["id"], state="active", origin="ent"
        )
        connection.execute(insert(accounts), [twin])
        connection.execute(insert(accounts), [twin])


def test_two_guardians_of_one_name_have_two_log_ins(cast: Cast) -> None:
    """The unique column of the field: nobody takes another's log-in."""
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one)
    cast.bring_in(two, make_school(pupils=4, seed=8))
    cast.at_rest(one, two)
    logins = [row["login"] for row in cast.server("accounts")]
    assert all(logins) and len(logins) == len(set(logins))


def test_a_lost_reply_does_not_double_the_act(cast: Cast) -> None:
    """Odoo #40567 and later."""
    one = cast.pc()
    cast.bring_in(one)
    cast.half_way(one)
    cast.half_way(one)
    reply = cast.half_way(one)[1]
    assert [verdict.already for verdict in reply.verdicts] == [True]
    one.engine.receive(cast.school_id, reply)
    assert len(cast.server("imports")) == 1
    cast.at_rest(one)


def test_the_echo_of_the_server_does_not_override_what_is_pending(cast: Cast) -> None:
    """Odoo #288974: a second correction is made while the first is on its way."""
    one = cast.pc()
    cast.bring_in(one)
    cast.sync(one)
    cast.correct(one, "premiere@example.org")
    _, reply = cast.half_way(one)
    cast.correct(one, "seconde@example.org")
    one.engine.receive(cast.school_id, reply)
    assert cast.mail(one) == "seconde@example.org"
    cast.at_rest(one)
    assert cast.mail(one) == "seconde@example.org"
    assert cast.server("reviews") == []


def test_a_late_reply_changes_nothing(cast: Cast) -> None:
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one)
    cast.sync(one, two)
    _, late = cast.half_way(one)
    cast.correct(two, "nouvelle@example.org")
    cast.sync(two, one)
    one.engine.prepare(cast.school_id)
    assert one.engine.receive(cast.school_id, late).ignored
    assert cast.mail(one) == "nouvelle@example.org"
    cast.at_rest(one, two)


class DeadLine(Line):
    """A line that carries nothing."""

    def exchange(self, address: Address, request: SyncRequest) -> SyncReply:
        raise TransportError("offline", "Le serveur est injoignable.")


def test_a_queue_that_cannot_leave_says_so_and_then_empties(cast: Cast) -> None:
    """PowerSync's Jepsen runs: 450 acts through a partition, then ceil(450 / 200) + 2 rounds at most."""
    one = cast.pc()
    cast.bring_in(one)
    for number in range(449):
        cast.correct(one, f"adresse{number}@example.org")
    one.engine.transport = DeadLine(cast.world)
    with pytest.raises(TransportError):
        cast.sync(one)
    shown = status(one.desk, school_id=cast.school_id)
    assert (shown.pending_count, shown.last_error) == (450, "Le serveur est injoignable.")
    assert shown.oldest_pending_at is not None
    one.engine.transport = Line(cast.world)
    assert one.engine.run_once(cast.school_id).rounds <= math.ceil(450 / MAX_ACTS) + 2
    assert status(one.desk, school_id=cast.school_id).last_error is None
    cast.at_rest(one)


def test_the_waits_grow_and_stay_bounded() -> None:
    waits = [next_wait(failures) for failures in range(1, 20)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (FIRST_RETRY_S, LONGEST_RETRY_S)


def test_a_poisonous_act_blocks_nobody(cast: Cast) -> None:
    """SecureDrop's migration of 2026: it is refused with a sentence, those before and behind it are applied."""
    one = cast.pc()
    cast.bring_in(one)
    poison = queue(one, kind="responsable.corriger", fields={"sens": "aucun"})
    cast.correct(one, "derriere@example.org")
    report = one.engine.run_once(cast.school_id)
    assert (report.accepted, report.refused) == (2, 1)
    assert [(row["act_id"], bool(row["sentence"])) for row in one.rows("reviews")] == [(poison, True)]
    assert cast.mail(one) == "derriere@example.org"
    assert one.pending() == []


def test_an_act_that_fails_here_when_done_again_blocks_nobody(cast: Cast) -> None:
    """The same on the PC: the rows come in, and what can be done again is."""
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one)
    cast.sync(one, two)
    queue(two, kind="import.appliquer", fields=broken_import(two))
    cast.correct(two, "tient@example.org")
    cast.correct(one, "autre@example.org")
    cast.sync(one)
    request = two.engine.prepare(cast.school_id)
    bare = request.model_copy(update={"acts": [], "parts": []})
    two.engine.receive(cast.school_id, cast.world.serve(two.device_id, cast.school_id, bare))
    assert cast.mail(two) == "tient@example.org"
    assert len(two.pending()) == 2


def broken_import(pc: Pc) -> dict[str, object]:
    """An import whose apply function fails: its number is that of a guardian's column that is not one."""
    entry = {
        "id": pc.rows("guardians")[0]["id"], "changes": {"aucune_colonne": [None, "x"]}, "account_id": "a", "children": [],
    }  # fmt: skip
    year = {"id": "y", "label": "2026-2027", "starts_on": "2026-08-01"}
    return {"import_id": "i", "year": year, "guardians": [entry], "day": "2026-09-03"}


def test_an_import_does_not_beat_a_persons_edit_in_silence(cast: Cast) -> None:
    """kolibri #8438: an import that had not seen the correction ends it, and its author is told; an older file does not."""
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one)
    cast.sync(one, two)
    cast.correct(two, "personne@example.org")
    cast.bring_in(one)
    cast.sync(two, one)
    assert cast.mail(one) == "personne@example.org", "ONDE had not moved"
    moved = make_school(pupils=4, seed=7)
    first = cast.first(one)
    guardian = next(
        g for g in moved.guardians if g.last_name.upper() == first["last_name"] and g.first_name == first["first_name"]
    )
    guardian.email = "onde@example.org"
    cast.bring_in(one, moved)
    cast.at_rest(one, two)
    assert cast.mail(two) == "onde@example.org"
    told = [row for row in two.rows("reviews") if row["field"] == "email"]
    assert [(row["lost"], row["lost_author"]) for row in told] == [({"value": "personne@example.org"}, two.name)]


def test_an_older_file_that_comes_late_changes_nothing_newer(cast: Cast) -> None:
    """protocol 9: the import of last week, made offline, arrives after the one of today."""
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one)
    cast.sync(one, two)
    first = cast.first(one)
    for pc, mail in ((two, "ancien@example.org"), (one, "nouveau@example.org")):
        school = make_school(pupils=4, seed=7)
        guardian = next(
            g
            for g in school.guardians
            if g.last_name.upper() == first["last_name"] and g.first_name == first["first_name"]
        )
        guardian.email = mail
        cast.bring_in(pc, school)
    cast.sync(one)
    cast.at_rest(one, two)
    assert cast.mail(two) == "nouveau@example.org"
    assert [row["lost"] for row in two.rows("reviews")] == [{"value": "ancien@example.org"}]


def test_a_copied_vault_is_told_and_nothing_of_it_is_lost(cast: Cast) -> None:
    """morango: two PCs with one identity."""
    one = cast.pc()
    cast.bring_in(one)
    cast.sync(one)
    twin = cast.world.copy_vault(one)
    cast.correct(one, "original@example.org")
    cast.correct(twin, "copie@example.org")
    cast.sync(one)
    with pytest.raises(Refused, match="device_copied"):
        cast.sync(twin)
    cast.world.new_device(twin)
    cast.at_rest(one, twin)
    assert cast.mail(one) == "copie@example.org"
    assert [row["lost"] for row in one.rows("reviews")] == [{"value": "original@example.org"}]


def test_the_same_file_on_two_offline_pcs_is_one_school(cast: Cast) -> None:
    """To be expected every September."""
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one)
    cast.bring_in(two)
    cast.correct(two, "apres@example.org")
    lost = {row["id"] for row in two.rows("pupils")}
    cast.at_rest(one, two)
    assert len(cast.server("pupils")) == 4
    assert len(cast.server("accounts")) == len(PEOPLE.guardians)
    assert lost <= {row["id"] for row in cast.server("aliases")}
    assert cast.mail(one) == "apres@example.org", "what was said of an id that lost is said of the one that won"


def test_both_bases_flush_before_they_say_saved(cast: Cast) -> None:
    """Odoo #125037: WAL with synchronous=FULL (2) on the PC and on the server."""
    one = cast.pc()
    with one.desk.vault.read() as here, cast.world.database.read() as there:
        for connection in (here, there):
            assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_parts_that_the_server_has_lost_are_sent_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.services.sync.outgoing.PART_BYTES", 1500)
    monkeypatch.setattr("app.services.sync.outgoing.MAX_REQUEST_BYTES", 3000)
    one = cast.pc()
    cast.bring_in(one)
    request, reply = cast.half_way(one)
    one.engine.receive(cast.school_id, reply)
    assert len(request.parts) == 2
    with cast.world.database.write() as connection:
        connection.execute(act_parts.delete())
    report = one.engine.run_once(cast.school_id)
    assert report.accepted == 1
    cast.at_rest(one)


def test_an_answer_of_several_pages_is_taken_whole(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found here: an import left the queue with the first page of its rows, and the school was half empty until the last."""
    monkeypatch.setattr("app.server.sync.feed.PAGE_ROWS", 5)
    one = cast.pc()
    cast.bring_in(one)
    watch = Watch(one)
    for _ in range(3):
        one.engine.receive(cast.school_id, cast.half_way(one)[1])
        watch.look()
        assert len(one.rows("pupils")) == 4
        assert len(one.pending()) == 1, "not judged before its rows are here"
    cast.world.crash(one)
    assert len(one.rows("pupils")) == 4
    cast.at_rest(one)
