from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.services.desk import Desk
from app.services.letters.recipients import Recipient, Recipients
from app.services.records.rows import SchoolRows
from tests.services.sheet_cast import SCHOOL, casting, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def _found(desk: Desk, *accounts: str, with_former: bool = False) -> list[Recipient]:
    with desk.vault.read() as connection:
        return Recipients(SchoolRows(connection, SCHOOL), with_former=with_former).find(accounts)


def _one_child(desk: Desk, **guardian: Any) -> Recipient:
    """A guardian of Zoé, who lives at 12 rue des Lilas, 31000; ``guardian`` overrides the guardian's columns."""
    with casting(desk) as cast:
        cast.school()
        account = cast.guardian("Mme Mireille CHÂTELAIN", cast.pupil("Zoé CHÂTELAIN", cast.classroom("CE2B")))
        (row,) = cast.rows.all("guardians")
        cast.rows.change("guardians", row["id"], **guardian)
    (found,) = _found(desk, account)
    return found


@pytest.mark.parametrize(
    ("guardian", "by_post"),
    [
        ({}, False),
        ({"address": "12, RUE DES LILAS"}, False),
        ({"address": "3 place du Marché"}, True),
        ({"postal_code": "31200"}, True),
        ({"address": None}, False),
        ({"postal_code": None}, False),
        ({"corrections": {"address": {"value": "3 place du Marché"}}}, True),
    ],
)
def test_only_an_address_that_is_known_to_differ_goes_by_post(
    desk: Desk, guardian: dict[str, Any], by_post: bool
) -> None:
    assert _one_child(desk, **guardian).by_post is by_post


def test_the_sheet_goes_with_a_child_of_the_same_home_even_if_another_is_younger(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("CE2B")
        older, younger = cast.pupil("Zoé A", room), cast.pupil("Louis A", room, born="2020-01-01", home="3 place Neuve")
        account = cast.guardian("M. Paul A", older, younger)
    (found,) = _found(desk, account)
    assert found.carrier is not None
    assert (found.carrier.first_name, found.by_post) == ("Zoé", False)
    assert [child.first_name for child in found.children] == ["Louis", "Zoé"]


def test_names_are_printed_as_people_use_them(desk: Desk) -> None:
    found = _one_child(desk, civility="MME", usage_name="DUPONT", corrections={"first_name": {"value": "Mirèio"}})
    assert found.name == "Mme\u00a0Mirèio DUPONT"
    assert found.salutation == "Madame"


def test_an_address_abroad_ends_with_its_country(desk: Desk) -> None:
    found = _one_child(desk, postal_code="1000", town="BRUXELLES", country="BELGIQUE")
    assert found.addressee[-2:] == ("1000 BRUXELLES", "BELGIQUE")


def test_this_year_s_class_counts(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        now, before = cast.classroom("CE2B"), cast.classroom("CE1")
        zoe = cast.pupil("Zoé A", now)
        cast.rows.add("enrolments", "old", pupil_id=zoe, year_id="year-2025", classroom_id=before)
        account = cast.guardian("M. Paul A", zoe)
    (found,) = _found(desk, account)
    assert found.children[0].classroom == "CE2B"


def test_a_year_whose_import_was_undone_is_not_the_present_one(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        room = cast.classroom("CE2B")
        zoe = cast.pupil("Zoé A", room)
        cast.rows.add("school_years", "year-2027", label="2027-2028", starts_on="2027-08-01", undone_at="2027-09-02")
        cast.rows.add("enrolments", "later", pupil_id=zoe, year_id="year-2027", classroom_id=None)
        account = cast.guardian("M. Paul A", zoe)
    (found,) = _found(desk, account)
    assert found.children[0].classroom == "CE2B"


def test_former_pupils_are_only_for_reprints(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        zoe = cast.pupil("Zoé A", cast.classroom("CE2B"))
        account = cast.guardian("M. Paul A", zoe)
        cast.rows.change("pupils", zoe, left_on="2026-10-01")
    assert _found(desk, account)[0].children == ()
    assert [child.first_name for child in _found(desk, account, with_former=True)[0].children] == ["Zoé"]


def test_unknown_accounts_are_passed_over(desk: Desk) -> None:
    assert _found(desk, "account-99") == []
