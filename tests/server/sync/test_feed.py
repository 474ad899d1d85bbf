"""The rows since a cursor: each once, in order, whatever the size of the page; the head that numbers them."""

from __future__ import annotations

import os

import pytest

from app.models.clock import system_clock
from app.models.errors import Refused
from app.models.ids import uuid7
from app.server.database import Database
from app.server.operating.admin import Admin
from app.server.sync import feed, heads
from app.services.records.rows import SchoolRows


def make_school(database: Database, uai: str) -> str:
    return Admin(database, system_clock, os.urandom).create_school(uai=uai, name="École", portal_url="http://p")


def write(database: Database, school_id: str, *names: str) -> None:
    """Add or touch guardians and a classroom, in one transaction."""
    with database.write() as connection:
        head = heads.lock(connection, school_id)
        rows = SchoolRows(connection, school_id)
        for name in names:
            if rows.get("guardians", name) is None:
                rows.add("guardians", name, last_name=name, first_name="Ève")
            else:
                rows.change("guardians", name, town=uuid7(system_clock(), os.urandom))
        rows.add("classrooms", uuid7(system_clock(), os.urandom), year_id="y", label=names[0])
        rows.flush(next_seq=head.next)
        heads.save(connection, head)


def read(database: Database, school_id: str, *, cursor: int = 0) -> tuple[list[tuple[int, str]], int, int]:
    """Every page after a cursor: (numbers and ids, the last cursor, how many pages)."""
    found: list[tuple[int, str]] = []
    pages, more = 0, True
    while more:
        with database.write() as connection:
            head = heads.lock(connection, school_id)
            page = feed.page(connection, school_id, cursor=cursor, head=head.seq)
        found += [(row["seq"], row["id"]) for _, row in page.rows]
        cursor, more, pages = page.next_cursor, page.more, pages + 1
    return found, cursor, pages


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_pages_join_without_gap_nor_overlap(database: Database, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(feed, "PAGE_ROWS", size)
    school_id = make_school(database, "0990001N")
    write(database, school_id, "a", "b", "c")
    write(database, school_id, "b", "d")
    found, cursor, pages = read(database, school_id)
    numbers = [number for number, _ in found]
    assert numbers == sorted(set(numbers))
    assert len({row_id for _, row_id in found}) == len(found) == 7  # school, four guardians, two classes
    assert cursor == numbers[-1]
    assert pages == -(-7 // size)
    assert read(database, school_id, cursor=cursor) == ([], cursor, 1)


def test_a_page_is_bounded_by_its_bytes_and_never_empty(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PAGE_BYTES", 10)
    school_id = make_school(database, "0990001N")
    write(database, school_id, "a", "b")
    found, _, pages = read(database, school_id)
    assert len(found) == pages == 4


def test_a_feed_holds_its_own_school_only(database: Database) -> None:
    mine, other = make_school(database, "0990001N"), make_school(database, "0990002P")
    write(database, mine, "a")
    write(database, other, "z")
    assert "z" not in {row_id for _, row_id in read(database, mine)[0]}


def test_a_head_is_needed(database: Database) -> None:
    with database.write() as connection, pytest.raises(Refused, match="school_unknown"):
        heads.lock(connection, "nowhere")


def test_numbers_of_a_transaction_that_failed_come_back(database: Database) -> None:
    """The number comes from the locked row, not from a sequence: what was not committed was never handed out."""
    school_id = make_school(database, "0990001N")
    with pytest.raises(RuntimeError), database.write() as connection:
        head = heads.lock(connection, school_id)
        assert [head.next(), head.next()] == [2, 3]
        heads.save(connection, head)
        raise RuntimeError
    with database.write() as connection:
        assert heads.lock(connection, school_id).next() == 2
