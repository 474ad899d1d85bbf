"""Erasing on a desk that no server keeps: the preview says all of it, the acts that wait forget her too."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.acts import CreateSchoolFields
from app.models.errors import NotFound, Refused
from app.models.names import fold
from app.models.tables import SCHOOL_TABLES, Row
from app.services import corrections, erasing, imports, undoing
from app.services.demo.school import NAME, UAI, DemoSchool, make_school
from app.services.desk import Desk
from app.services.former import list_former
from app.services.journal_view import read_journal
from app.services.onde.decode import SourceFile
from app.services.records.journal import redo_pending, submit, undo_pending
from app.services.records.rows import SchoolRows
from app.services.vault.tables import metadata as desk_metadata
from app.services.vault.vault import create_vault

SCHOOL = "school-1"
PEOPLE = make_school(pupils=4, seed=7)


class Now:
    """A clock that the tests move."""

    def __init__(self) -> None:
        self.at = datetime(2026, 9, 9, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@pytest.fixture
def clock() -> Now:
    return Now()


@pytest.fixture
def desk(tmp_path: Path, clock: Now) -> Iterator[Desk]:
    """A school begun here, with its people as ONDE has them."""
    with create_vault(tmp_path / "v.preau", key=bytes(32)) as vault:
        made = Desk(vault, clock, random.Random(1).randbytes, "Mme Durand")
        submit(made, school_id=SCHOOL, kind="ecole.creer", fields=CreateSchoolFields(uai=UAI, name=NAME))
        bring_in(made, PEOPLE)
        yield made


def bring_in(desk: Desk, school: DemoSchool) -> None:
    files = [SourceFile("e.csv", school.pupils_csv()), SourceFile("r.csv", school.guardians_csv())]
    seen = imports.preview(desk, school_id=SCHOOL, files=files, complete=True, allow_fictional=True)
    imports.commit(desk, preview=seen, confirm_gone=True)


def rows(desk: Desk, table: str) -> list[Row]:
    with desk.vault.read() as connection:
        return SchoolRows(connection, SCHOOL).all(table)


def whole(desk: Desk) -> str:
    with desk.vault.read() as connection:
        tables = (*SCHOOL_TABLES, *desk_metadata.sorted_tables)
        return fold(str([dict(row) for table in tables for row in connection.execute(select(table)).mappings()]))


def with_mail(desk: Desk) -> Row:
    return next(row for row in rows(desk, "guardians") if row["email"])


def test_the_preview_counts_what_the_act_empties(desk: Desk) -> None:
    her = with_mail(desk)
    corrections.correct(desk, school_id=SCHOOL, table="guardians", record_id=her["id"], values={"town": "Zzyrville"})
    seen = erasing.preview(desk, school_id=SCHOOL, table="guardians", record_id=her["id"])
    assert dict(seen.counts)["guardians"] == 1 and dict(seen.counts)["events"] == 1
    assert "1\u00a0fiche de responsable" in seen.lines
    assert any("prochain import" in warning for warning in seen.warnings)
    assert seen.is_named_by(f"  {seen.name.lower()} ") and not seen.is_named_by(seen.name[:-2])
    with pytest.raises(Refused, match="écrivez le nom"):
        erasing.check_named(seen, "quelqu’un d’autre")
    assert with_mail(desk)["id"] == her["id"], "a preview writes nothing"


def test_nothing_that_waits_for_a_server_says_it(desk: Desk) -> None:
    her = with_mail(desk)
    corrections.correct(desk, school_id=SCHOOL, table="guardians", record_id=her["id"], values={"town": "Zzyrville"})
    erasing.erase(desk, preview=erasing.preview(desk, school_id=SCHOOL, table="guardians", record_id=her["id"]))
    text = whole(desk)
    assert fold(her["email"]) not in text and "zzyrville" not in text
    assert [row["id"] for row in rows(desk, "erasures")] == [her["id"]]
    line = read_journal(desk, school_id=SCHOOL).lines[0]
    assert (line.title, line.detail) == ("Effacement d’une personne", "1\u00a0responsable (à sa demande)")
    assert undoing.offer(desk, school_id=SCHOOL, act_id=line.act_id).blocked.startswith("Ce qui est effacé")
    with pytest.raises(NotFound, match="déjà effacée"):
        erasing.preview(desk, school_id=SCHOOL, table="guardians", record_id=her["id"])


def test_what_waits_makes_the_same_records_again(desk: Desk) -> None:
    """As at the first synchronisation: everything is taken back, and done again from the acts."""
    her, count = with_mail(desk), len(rows(desk, "guardians"))
    erasing.erase(desk, preview=erasing.preview(desk, school_id=SCHOOL, table="guardians", record_id=her["id"]))
    before = {table: sorted(map(str, rows(desk, table))) for table in ("guardians", "pupils", "accounts", "erasures")}
    with desk.vault.write() as connection:
        undo_pending(connection, SCHOOL)
        assert SchoolRows(connection, SCHOOL).all("guardians") == []
        assert redo_pending(connection, SCHOOL, device_id="local") == []
    assert len(rows(desk, "guardians")) == count and [row["id"] for row in rows(desk, "erasures")] == [her["id"]]
    for table in ("pupils",):
        assert sorted(map(str, rows(desk, table))) == before[table]


def test_who_left_four_years_ago_goes_by_itself(desk: Desk, clock: Now) -> None:
    gone = PEOPLE.pupils[0]
    stay = tuple(g for g in PEOPLE.guardians if [c for c in g.children if c is not gone])
    bring_in(desk, DemoSchool(PEOPLE.pupils[1:], stay))
    assert len(list_former(desk, school_id=SCHOOL)) == 1
    clock.at += timedelta(days=4 * 365 - 1)
    erasing.keep_all_in_time(desk)
    assert len(list_former(desk, school_id=SCHOOL)) == 1
    clock.at += timedelta(days=2)
    count = erasing.keep_in_time(desk, school_id=SCHOOL)
    assert count == 1 + len(PEOPLE.guardians) - len(stay)
    assert list_former(desk, school_id=SCHOOL) == () and fold(gone.ine) not in whole(desk)
    assert read_journal(desk, school_id=SCHOOL).lines[0].author == erasing.KEEPER
    assert {row["before"] is None for row in rows(desk, "imports")} == {True}
    assert erasing.keep_in_time(desk, school_id=SCHOOL) == 0
