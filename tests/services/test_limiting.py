"""A record that is only kept: closed everywhere, left out of what is printed, sent, listed and counted (article 18)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.models.errors import Refused
from app.models.states import Access
from app.services import limiting, notify, rights, undoing
from app.services.accounts import list_accounts
from app.services.desk import Desk
from app.services.journal_view import read_journal
from app.services.lists import ListFormat, write_list
from app.services.roll import read_roll
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read

Family = SimpleNamespace


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def family(desk: Desk) -> Family:
    with casting(desk) as cast:
        cast.school()
        zoe = cast.pupil("Zoé DUPONT", cast.classroom("CE1"))
        mother, father = cast.guardian("Mme Anne DUPONT", zoe), cast.guardian("M. Marc DUPONT", zoe)
        who = {row["id"]: row["guardian_id"] for row in cast.rows.all("accounts")}
    return Family(zoe=zoe, mother=who[mother], father=who[father], of_father=father, of_mother=mother)


def limit(desk: Desk, record_id: str, table: str = "guardians", *, limited: bool = True) -> None:
    done = limiting.limit(
        desk, school_id=SCHOOL, table=table, record_id=record_id, limited=limited, reason="il conteste",  # type: ignore[arg-type]
    )  # fmt: skip
    assert done is not None


def accesses(desk: Desk) -> dict[str, str]:
    return {row["guardian_id"]: row["access"] for row in read(desk, "responsibilities")}


def test_a_limited_guardian_is_left_out_of_everything(desk: Desk, family: Family, tmp_path: Path) -> None:
    limit(desk, family.father)
    assert accesses(desk) == {family.mother: "full", family.father: "none"}
    with desk.vault.read() as connection:
        assert {one.guardian_id for one in read_roll(connection, school_id=SCHOOL).members} == {family.mother}
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=[family.of_father, family.of_mother], reset=False)
    assert [sheet.recipient.account_id for sheet in plan.sheets] == [family.of_mother]
    listed = list_accounts(desk, school_id=SCHOOL)
    done = write_list(desk, school_id=SCHOOL, rows=listed.rows, wanted=ListFormat.CSV, folder=tmp_path)
    assert done.line_count == 1 and "Marc" not in done.files[0].read_text("utf-8-sig")
    line = read_journal(desk, school_id=SCHOOL).lines[0]
    assert (line.title, line.author) == ("Limitation d’un traitement", "Mme Durand")
    assert "DUPONT Marc" in line.detail and "il conteste" in line.detail


def test_the_end_opens_what_the_limit_closed_and_nothing_else(desk: Desk, family: Family) -> None:
    rights.set_access(
        desk,
        school_id=SCHOOL,
        guardian_id=family.mother,
        pupil_id=family.zoe,
        access=Access.PAPER,
        reason="à sa demande",
    )
    limit(desk, family.zoe, "pupils")
    assert set(accesses(desk).values()) == {"none"}
    with pytest.raises(Refused, match="limité"):
        rights.set_access(desk, school_id=SCHOOL, guardian_id=family.father, pupil_id=family.zoe, access=Access.FULL)
    limit(desk, family.father)
    limit(desk, family.zoe, "pupils", limited=False)
    assert accesses(desk) == {family.mother: "paper", family.father: "none"}, "he is still limited"
    limit(desk, family.father, limited=False)
    assert accesses(desk) == {family.mother: "paper", family.father: "full"}
    assert limiting.limit(desk, school_id=SCHOOL, table="guardians", record_id=family.father, limited=False) is None


def test_it_is_undone_like_any_decision(desk: Desk, family: Family) -> None:
    limit(desk, family.father)
    offer = undoing.last_undoable(desk, school_id=SCHOOL)
    assert offer is not None and offer.label == "Annuler la limitation de DUPONT Marc"
    undoing.undo(desk, school_id=SCHOOL, act_id=offer.act_id)
    assert accesses(desk)[family.father] == "full"
    assert [row["limited"] for row in read(desk, "guardians")] == [None, None]
