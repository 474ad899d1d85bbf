"""Somebody is erased: gone from every replica, whatever was lost, late, restored or imported again (docs/adr/0017)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.acts_notify import BatchFields, NotifyFields, SheetFields
from app.models.errors import NotFound
from app.models.states import Letter
from app.models.tables import Row
from app.services import erasing
from app.services.demo.school import DemoSchool
from app.services.records.erased import mark_of
from app.services.records.journal import submit
from tests.sim.cast import PEOPLE, Cast
from tests.sim.deeds import cheap_hash
from tests.sim.leftovers import places
from tests.sim.world import Pc

HER = replace(PEOPLE.guardians[0], first_name="Quitterie", last_name="Zzyrdale", usage_name="", email="qz@example.org")
SCHOOL = DemoSchool(PEOPLE.pupils, (HER, *PEOPLE.guardians[1:]))
WORDS = ("quitterie", "zzyrdale", "qz@example.org")


def her(pc: Pc) -> Row:
    return next(row for row in pc.rows("guardians") if row["first_name"] == "Quitterie")


def erase(cast: Cast, pc: Pc, row: Row | None = None, table: str = "guardians") -> str:
    wanted = row or her(pc)
    found = erasing.preview(pc.desk, school_id=cast.school_id, table=table, record_id=wanted["id"])  # type: ignore[arg-type]
    done: list[str] = []
    cast.noting(pc, lambda: done.append(erasing.erase(pc.desk, preview=found).act_id))
    return done[0]


def nowhere(cast: Cast, *pcs: Pc) -> None:
    for word in WORDS:
        assert places(cast.world, list(pcs), word) == []


def notify(cast: Cast, pc: Pc) -> None:
    """A sheet for each guardian, its secrets sealed and hashed."""
    sheets = tuple(
        SheetFields(
            sheet_id=pc.desk.new_id(), account_id=account["id"], guardian_id=account["guardian_id"], classroom_id=None,
            classroom_label="CP", number=place, total=9, letter=Letter.C01, login=account["login"], with_secret=True,
            by_post=False, sealed="quitterie zzyrdale" if account["guardian_id"] == her(pc)["id"] else "x", key_version=1,
            password_hash=cheap_hash(cast.world.rng), token_hash=pc.desk.random_bytes(32).hex(),
        )
        for place, account in enumerate(pc.rows("accounts"), start=1)
    )  # fmt: skip
    batch = BatchFields(id=pc.desk.new_id(), number="L-0903-AA", created_at=pc.desk.now())
    fields = NotifyFields(batch=batch, reset=False, notified_on=pc.desk.now()[:10], sheets=sheets)
    cast.noting(pc, lambda: submit(pc.desk, school_id=cast.school_id, kind="compte.notifier", fields=fields))


def begun(cast: Cast) -> tuple[Pc, Pc]:
    """Two PCs with the school, both told that she is notified, corrected, and asked for by a review."""
    one, two = cast.pc(), cast.pc()
    cast.bring_in(one, SCHOOL)
    cast.at_rest(one, two)
    notify(cast, one)
    cast.correct(one, "zzyrdale@example.org", row=her(one))
    cast.at_rest(one, two)
    return one, two


def test_she_is_nowhere_and_the_acts_stay(cast: Cast) -> None:
    one, two = begun(cast)
    before = {act["id"]: act["verdict"] for act in cast.server("acts")}
    person = her(one)["id"]
    erase(cast, one)
    cast.at_rest(one, two)
    nowhere(cast, one, two)
    after = {act["id"]: act["verdict"] for act in cast.server("acts")}
    assert before.items() <= after.items(), "ids and verdicts stay"
    assert [row["id"] for row in two.rows("erasures")] == [person]
    assert [row["gone_on"] is not None for row in two.rows("guardians") if row["id"] == person] == [True]


def test_a_pc_that_was_away_brings_nothing_back(cast: Cast) -> None:
    """Its pending acts about her are refused, its import of the same old file makes nobody."""
    one, two = begun(cast)
    away = cast.pc()
    cast.correct(two, "quitterie@example.org", row=her(two))
    cast.bring_in(away, SCHOOL)
    erase(cast, one)
    cast.sync(one)
    cast.at_rest(one, two, away)
    nowhere(cast, one, two, away)
    assert len(cast.server("guardians")) == len(SCHOOL.guardians)
    assert "person_erased" in {act["code"] for act in cast.server("acts")}


@pytest.mark.parametrize("first", ["knows", "knows not"])
def test_a_restore_from_before_brings_nothing_back(cast: Cast, first: str) -> None:
    """A backup in which she stands, a new epoch; first comes a PC that knows of the erasure, or one that was away."""
    one, two = begun(cast)
    backup = cast.world.backup()
    erase(cast, one)
    cast.sync(one)
    cast.world.restore(backup, new_epoch=True)
    assert places(cast.world, [], "zzyrdale")
    cast.sync(*((one, two) if first == "knows" else (two, one)))
    cast.at_rest(one, two)
    nowhere(cast, one, two)


@pytest.mark.parametrize("first", ["knows", "knows not"])
def test_an_empty_server_is_filled_without_her(cast: Cast, first: str) -> None:
    """Everything is pushed again, the emptied acts too: the same records, and nothing to review."""
    empty = cast.world.backup()
    one, two = begun(cast)
    person = her(one)["id"]
    erase(cast, one)
    cast.sync(one)
    cast.world.restore(empty, new_epoch=True)
    cast.sync(*((one, two) if first == "knows" else (two, one)))
    cast.at_rest(one, two)
    nowhere(cast, one, two)
    assert person in {row["id"] for row in cast.server("guardians")}
    assert len(cast.server("guardians")) == len(SCHOOL.guardians)
    assert {act["verdict"] for act in cast.server("acts")} <= {"accepted", "conflict"}
    assert [row for row in cast.server("reviews") if row["closed_at"] is None] == []


def test_a_pupil_too(cast: Cast) -> None:
    one, two = cast.pc(), cast.pc()
    child = replace(PEOPLE.pupils[0], first_name="Quitterie", last_name="Zzyrdale", ine="998877665ZZ")
    guardians = tuple(replace(g, children=[child if c is PEOPLE.pupils[0] else c for c in g.children])
                      for g in PEOPLE.guardians)  # fmt: skip
    cast.bring_in(one, DemoSchool((child, *PEOPLE.pupils[1:]), guardians))
    cast.at_rest(one, two)
    row = next(row for row in one.rows("pupils") if row["first_name"] == "Quitterie")
    erase(cast, one, row, "pupils")
    cast.at_rest(one, two)
    for word in ("quitterie", "zzyrdale", "998877665ZZ"):
        assert places(cast.world, [one, two], word) == []
    assert len(one.rows("guardians")) == len(PEOPLE.guardians)


def test_a_newer_file_may_bring_her_back(cast: Cast) -> None:
    """There her data was collected again: a new record, nothing of the old one."""
    one, two = begun(cast)
    old = her(one)["id"]
    erase(cast, one)
    cast.at_rest(one, two)
    cast.world.time.now = cast.world.time.now.replace(month=11)
    cast.bring_in(two, SCHOOL)
    cast.at_rest(one, two)
    assert her(one)["id"] != old


def test_what_moved_since_the_preview_is_never_decided_alone(cast: Cast) -> None:
    """The other PC corrected her name meanwhile: the erasure is refused, seen on « À revoir », and may be done again."""
    one, two = begun(cast)
    cast.correct(two, "nouvelle@example.org", row=her(two))
    cast.sync(two)
    erase(cast, one)
    cast.at_rest(one, two)
    assert her(one)["corrections"]["email"]["value"] == "nouvelle@example.org"
    assert [row["field"] for row in one.rows("reviews") if row["kind"] == "refused"] == ["erasure_moved"]
    erase(cast, one)
    cast.at_rest(one, two)
    nowhere(cast, one, two)


def test_both_erase_her(cast: Cast) -> None:
    one, two = begun(cast)
    erase(cast, one)
    erase(cast, two)
    cast.at_rest(one, two)
    nowhere(cast, one, two)
    assert {act["verdict"] for act in cast.server("acts")} <= {"accepted", "conflict"}


def test_the_preview_is_refused_once_she_is_gone(cast: Cast) -> None:
    one, _ = begun(cast)
    person = her(one)["id"]
    erase(cast, one)
    with pytest.raises(NotFound, match="déjà effacée"):
        erasing.preview(one.desk, school_id=cast.school_id, table="guardians", record_id=person)


def test_a_mark_tells_nobody_but_knows_her_again() -> None:
    assert mark_of("guardians", {"last_name": "ZZYRDALE", "first_name": "Quitterie Anne"}) == mark_of(
        "guardians", {"last_name": "Zzyrdale", "first_name": "quitterie"}
    )
    assert len(mark_of("pupils", {"last_name": "A", "first_name": "B", "birth_date": "2018-01-01"})) == 5
