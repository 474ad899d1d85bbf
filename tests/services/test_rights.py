"""Who may see: decided on a PC, kept through imports, left out of notifications and of rates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.models.acts_rights import AccessFields, ProtectFields
from app.models.errors import NotFound, Refused
from app.models.states import Access, Wish
from app.services import notify, rights
from app.services.account_card import account_card
from app.services.desk import Desk
from app.services.records.apply_rights import protect, set_access
from app.services.records.rows import SchoolRows, Stamp
from app.services.reviews import list_reviews
from app.services.stats import compute
from tests.services.sheet_cast import SCHOOL, casting, open_desk, read

Family = SimpleNamespace
DAY = "2026-09-09"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


@pytest.fixture
def family(desk: Desk) -> Family:
    """Zoé and Noé, their mother and their father."""
    with casting(desk) as cast:
        cast.school()
        zoe = cast.pupil("Zoé DUPONT", cast.classroom("CE1"))
        noe = cast.pupil("Noé DUPONT", cast.classroom("CM2"), born="2016-09-02")
        mother = cast.guardian("Mme Anne DUPONT", zoe, noe)
        father = cast.guardian("M. Marc DUPONT", zoe, noe)
        who = {row["id"]: row["guardian_id"] for row in cast.rows.all("accounts")}
    return Family(zoe=zoe, noe=noe, mother=who[mother], father=who[father], of_mother=mother, of_father=father)


def close(desk: Desk, family: Family, access: Access, *pupils: str, reason: str | None = "Jugement du 3 mai") -> None:
    for pupil in pupils or (family.zoe, family.noe):
        rights.set_access(
            desk, school_id=SCHOOL, guardian_id=family.father, pupil_id=pupil, access=access, reason=reason
        )


def children(desk: Desk, account_id: str) -> dict[str, rights.ChildRights]:
    found = rights.rights_of(desk, school_id=SCHOOL, account_id=account_id)
    return {child.name: child for child in found.children}


def test_access_is_per_child_with_a_reason_and_a_date(desk: Desk, family: Family) -> None:
    close(desk, family, Access.NONE, family.zoe)
    father = children(desk, family.of_father)
    zoe, noe = father["DUPONT Zoé"], father["DUPONT Noé"]
    assert (zoe.access, zoe.reason, zoe.since) == (Access.NONE, "Jugement du 3 mai", DAY)
    assert zoe.words == "Aucun accès depuis le 09-09-2026\u00a0: Jugement du 3 mai"
    assert (noe.access, noe.words) == (Access.FULL, "")
    assert all(child.access is Access.FULL for child in children(desk, family.of_mother).values())
    close(desk, family, Access.FULL, family.zoe)
    assert children(desk, family.of_father)["DUPONT Zoé"].reason is None


def test_deciding_twice_the_same_is_one_act(desk: Desk, family: Family) -> None:
    asked = {"school_id": SCHOOL, "guardian_id": family.father, "pupil_id": family.zoe, "access": Access.NONE}
    assert rights.set_access(desk, **asked) is not None
    assert rights.set_access(desk, **asked) is None
    assert children(desk, family.of_father)["DUPONT Zoé"].reason == rights.NO_REASON
    with pytest.raises(Refused, match="motif"):
        rights.set_access(desk, **asked, reason="x" * 300)
    with pytest.raises(NotFound):
        rights.set_access(desk, **{**asked, "pupil_id": "nobody"})


def test_who_sees_nothing_on_line_gets_no_sheet(desk: Desk, family: Family) -> None:
    close(desk, family, Access.PAPER, family.zoe)
    both = [family.of_mother, family.of_father]
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=both, reset=False)
    father = next(sheet for sheet in plan.sheets if sheet.recipient.account_id == family.of_father)
    assert [child.first_name for child in father.recipient.children] == ["Noé"]
    close(desk, family, Access.NONE)
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=both, reset=False)
    assert plan.account_ids == (family.of_mother,) and len(plan.without_child) == 1


def test_a_wish_leaves_somebody_out_of_notifications_and_rates(desk: Desk, family: Family) -> None:
    assert compute(desk, school_id=SCHOOL).school.accounts == 2
    rights.set_wish(desk, school_id=SCHOOL, guardian_id=family.father, wish=Wish.NO_ACCOUNT)
    assert compute(desk, school_id=SCHOOL).school.accounts == 1
    both = [family.of_mother, family.of_father]
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=both, reset=False)
    assert plan.account_ids == (family.of_mother,)
    assert any("ne souhaitent pas de compte" in warning and "Marc" in warning for warning in plan.warnings)
    with pytest.raises(Refused, match="papier"):
        notify.plan(desk, school_id=SCHOOL, account_ids=[family.of_father], reset=False)
    assert rights.set_wish(desk, school_id=SCHOOL, guardian_id=family.father, wish=Wish.NO_ACCOUNT) is None
    rights.set_wish(desk, school_id=SCHOOL, guardian_id=family.father, wish=None)
    assert compute(desk, school_id=SCHOOL).school.accounts == 2
    words = [event.words for event in account_card(desk, school_id=SCHOOL, account_id=family.of_father).events]
    assert any("ne souhaite pas de compte" in said for said in words)


def test_a_closed_access_is_out_of_the_rates_too(desk: Desk, family: Family) -> None:
    close(desk, family, Access.NONE)
    assert compute(desk, school_id=SCHOOL).school.accounts == 1


def test_a_protected_pupil_is_on_no_sheet_of_who_must_not_know(desk: Desk, family: Family) -> None:
    rights.protect(desk, school_id=SCHOOL, pupil_id=family.zoe, knows=[family.mother])
    assert children(desk, family.of_father)["DUPONT Zoé"].hidden
    assert not children(desk, family.of_mother)["DUPONT Zoé"].hidden
    both = [family.of_mother, family.of_father]
    plan = notify.plan(desk, school_id=SCHOOL, account_ids=both, reset=False)
    seen = {
        sheet.recipient.account_id: {child.first_name for child in sheet.recipient.children} for sheet in plan.sheets
    }
    assert seen == {family.of_mother: {"Zoé", "Noé"}, family.of_father: {"Noé"}}
    rights.protect(desk, school_id=SCHOOL, pupil_id=family.zoe, knows=None)
    assert not children(desk, family.of_father)["DUPONT Zoé"].protected


def apply_access(desk: Desk, link_id: str, seen: Access, access: Access, act: str) -> None:
    with desk.vault.write() as connection:
        rows = SchoolRows(connection, SCHOOL)
        fields = AccessFields(responsibility_id=link_id, seen=seen, access=access, reason=None, since=DAY)
        set_access(fields, rows, Stamp(act, "Mme Durand", "d", f"{DAY}T10:00:00.000000Z"))
        rows.flush()


@pytest.mark.parametrize("order", [(Access.NONE, Access.PAPER), (Access.PAPER, Access.NONE)])
def test_of_two_decisions_the_stricter_stands_whatever_the_order(
    desk: Desk, family: Family, order: tuple[Access, Access]
) -> None:
    link = children(desk, family.of_father)["DUPONT Zoé"].responsibility_id
    for place, access in enumerate(order):
        apply_access(desk, link, Access.FULL, access, f"act-{place}")
    assert children(desk, family.of_father)["DUPONT Zoé"].access is Access.NONE
    [item] = list_reviews(desk, school_id=SCHOOL)
    assert (item.field, item.kept, item.lost) == ("Droit d’accès", "aucun accès", "papier seulement")


def test_of_two_protections_only_whom_both_name_may_know(desk: Desk, family: Family) -> None:
    for place, knows in enumerate(((family.mother, family.father), (family.mother,), None)):
        with desk.vault.write() as connection:
            rows = SchoolRows(connection, SCHOOL)
            fields = ProtectFields(pupil_id=family.zoe, seen=("x",) if knows is None else None, knows=knows, since=DAY)
            protect(fields, rows, Stamp(f"act-{place}", "Mme Durand", "d", f"{DAY}T10:00:00.000000Z"))
            rows.flush()
    [zoe] = [row for row in read(desk, "pupils") if row["id"] == family.zoe]
    assert zoe["protection"]["knows"] == [family.mother]
    assert {item.field for item in list_reviews(desk, school_id=SCHOOL)} == {"Situation protégée"}


def test_a_child_and_an_account_are_found_as_a_person_types_them(desk: Desk, family: Family) -> None:
    account = rights.account_by_login(desk, school_id=SCHOOL, login=" M.Dupont ")
    found = rights.rights_of(desk, school_id=SCHOOL, account_id=account)
    assert rights.child_named(found, "zoe").pupil_id == family.zoe
    assert rights.child_named(found, "dupont NOÉ").pupil_id == family.noe
    with pytest.raises(Refused):
        rights.child_named(found, "dupont")
    with pytest.raises(NotFound):
        rights.child_named(found, "Léa")
    with pytest.raises(NotFound):
        rights.account_by_login(replace(desk), school_id=SCHOOL, login="personne")
