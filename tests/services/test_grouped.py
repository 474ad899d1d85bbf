"""One guardian under two records of a school, once he has grouped the accounts: one line a child, whatever is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.errors import Refused
from app.models.states import Access, AccountState
from app.services import notify, notify_mail, rights
from app.services.account_card import account_card
from app.services.accounts import list_accounts
from app.services.desk import Desk
from app.services.letters.recipients import Recipients
from app.services.records.rows import SchoolRows
from app.services.roll import read_roll
from app.services.todo import list_todo
from tests.services.sheet_cast import SCHOOL, casting, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as made:
        yield made


@pytest.fixture
def pair(desk: Desk) -> tuple[str, str]:
    """Marc Dupont's two accounts: of Zoé and Noé, and of Noé and Ana; the second was grouped into the first."""
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("CE2B")
        zoe, noe, ana = (cast.pupil(f"{name} DUPONT", room) for name in ("Zoé", "Noé", "Ana"))
        own = {"login": "m.dupont", "state": "active", "email": "marc@example.org"}
        first = cast.guardian("M. Marc DUPONT", zoe, noe, **own)
        return first, cast.guardian("M. Marc DUPONT", noe, ana, merged_into=first, **own)


def change(desk: Desk, table: str, row_id: str, **values: object) -> None:
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        rows.change(table, row_id, **values)
        rows.flush()


def lines(desk: Desk) -> list[tuple[str, str]]:
    return [(row.pupil, row.account_id) for row in list_accounts(desk, school_id=SCHOOL).rows]


def test_the_account_that_stands_has_every_child_once(desk: Desk, pair: tuple[str, str]) -> None:
    first, second = pair
    assert lines(desk) == [(f"DUPONT {name}", first) for name in ("Ana", "Noé", "Zoé")]
    with desk.vault.read() as connection:
        roll = read_roll(connection, school_id=SCHOOL)
        found = Recipients(SchoolRows(connection, SCHOOL)).find([second, first])
    assert roll.states == {first: AccountState.ACTIVE} and len(roll.members) == 3 and roll.left_out == 0
    assert [(one.account_id, len(one.children)) for one in found] == [(first, 3)]
    for account_id in pair:
        card = account_card(desk, school_id=SCHOOL, account_id=account_id)
        assert (card.account_id, [child.first_name for child in card.children]) == (first, ["Ana", "Noé", "Zoé"])
    assert rights.account_by_login(desk, school_id=SCHOOL, login="m.dupont") == first
    assert "duplicates" not in {item.key for item in list_todo(desk, school_id=SCHOOL)}


def test_where_the_record_that_stands_goes_from_onde_the_other_shows_again(desk: Desk, pair: tuple[str, str]) -> None:
    change(desk, "guardians", "guardian-8", gone_on="2026-09-01")
    assert lines(desk) == [(f"DUPONT {name}", pair[1]) for name in ("Ana", "Noé")]


def test_the_strictest_access_stands_and_any_child_can_be_decided_on(desk: Desk, pair: tuple[str, str]) -> None:
    found = rights.rights_of(desk, school_id=SCHOOL, account_id=pair[0])
    for name in ("Ana", "Noé"):
        child = rights.child_named(found, name)
        rights.set_access(
            desk, school_id=SCHOOL, guardian_id=found.guardian_id, pupil_id=child.pupil_id, access=Access.NONE
        )
    found = rights.rights_of(desk, school_id=SCHOOL, account_id=pair[1])
    assert [child.access for child in found.children] == [Access.NONE, Access.NONE, Access.FULL]
    with desk.vault.read() as connection:
        roll = read_roll(connection, school_id=SCHOOL)
        [one] = Recipients(SchoolRows(connection, SCHOOL)).find(pair)
    assert len(roll.members) == len(one.children) == 1


def test_who_prefers_paper_gets_no_reminder_but_a_new_password(desk: Desk, pair: tuple[str, str]) -> None:
    change(desk, "accounts", pair[0], prefers_paper=True)
    asked = {"school_id": SCHOOL, "account_ids": [pair[0]]}
    with pytest.raises(Refused) as refused:
        notify.plan(desk, **asked, reset=False)  # type: ignore[arg-type]
    assert refused.value.code == "nobody_willing"
    with pytest.raises(Refused):
        notify_mail.plan(desk, **asked, reset=False)  # type: ignore[arg-type]
    assert len(notify.plan(desk, **asked, reset=True).sheets) == 1  # type: ignore[arg-type]
    assert rights.rights_of(desk, school_id=SCHOOL, account_id=pair[0]).prefers_paper
    change(desk, "accounts", pair[0], password_changed=False)
    assert len(notify.plan(desk, **asked, reset=False).sheets) == 1  # type: ignore[arg-type]
