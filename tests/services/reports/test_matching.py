"""A child of a file among the pupils: sure, or asked."""

from __future__ import annotations

from typing import Any

import pytest

from app.models.names import fold
from app.services.reports.found import PupilRef
from app.services.reports.matching import match
from app.services.reports.roster import Roster, RosterPupil, Seat


def pupil(
    name: str, first: str, *, ine: str | None = None, room: str = "CE2 A", born: str = "2018-03-04", **more: Any
) -> RosterPupil:
    known = {"here": True, "seats": {2026: Seat(room, "CE2", "101")}, **more}
    return RosterPupil(
        f"{name}-{first}-{room}", ine, name, first, born, frozenset({fold(name)}), frozenset({fold(first)}), **known
    )  # fmt: skip


def found(roster: list[RosterPupil], **values: Any) -> tuple[str | None, int]:
    result = match(PupilRef(key="k", **values), Roster.of(roster), year=2026)
    assert result.pupil or result.why
    return (result.pupil.pupil_id if result.pupil else None), len(result.candidates)


ZOE, OTHER = pupil("LE GOFF", "Zoé Anne", ine="1A"), pupil("LE GOFF", "Zoé", room="CM1", born="2017-01-01")


@pytest.mark.parametrize(("values", "expected"), [
    ({"ine": "1A"}, (ZOE.pupil_id, 0)), ({"ine": "1A", "last_name": "Legoff", "first_name": "Zoé"}, (ZOE.pupil_id, 0)),
    ({"ine": "1A", "last_name": "Martin", "first_name": "Zoé"}, (ZOE.pupil_id, 0)),
    ({"ine": "1A", "last_name": "Martin", "first_name": "Paul"}, (None, 1)),
    ({"last_name": "LE-GOFF", "first_name": "ZOE", "classroom": "ce2 a"}, (ZOE.pupil_id, 0)),
    ({"last_name": "Le Goff", "first_name": "Zoé", "classroom_onde_id": "101", "birth_date": "2018-03-04"}, (ZOE.pupil_id, 0)),
    ({"last_name": "Le Goff", "first_name": "Zoé", "birth_date": "2017-01-01"}, (OTHER.pupil_id, 0)),
    ({"last_name": "Le Goff", "first_name": "Zoé"}, (None, 2)),
    ({"ine": "9Z", "last_name": "Le Goff", "first_name": "Zoé", "classroom": "CE2 A"}, (None, 2)),
    ({"ine": "9Z", "last_name": "Le Goff", "first_name": "Zoé", "classroom": "CM1"}, (OTHER.pupil_id, 0)),
    ({"last_name": "Inconnu", "first_name": "Paul"}, (None, 0)), ({}, (None, 0)),
])  # fmt: skip
def test_by_ine_else_birth_else_class_else_asked(values: dict[str, str], expected: tuple[str | None, int]) -> None:
    assert found([ZOE, OTHER], **values) == expected


def test_two_of_one_name_in_one_class_are_asked() -> None:
    twins = [pupil("MARTIN", "Léa"), pupil("MARTIN", "Léa", born="2018-05-05", room="CE2 A ")]
    assert found(twins, last_name="Martin", first_name="Léa", classroom="CE2 A") == (None, 2)
