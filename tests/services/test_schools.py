from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models.errors import InputError, NotFound, Refused
from app.models.secrets import SHEET_LIFE
from app.services import schools
from app.services.desk import Desk
from app.services.sync.status import status
from tests.services.sheet_cast import SCHOOL, casting, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def test_a_school_is_begun_offline_and_waits_to_be_sent(desk: Desk) -> None:
    card = schools.create_school(desk, uai=" 0310001 h", name=" École Marie Curie ", details={"town": "Toulouse"})
    assert (card.uai, card.name, card.town, card.phone) == ("0310001H", "École Marie Curie", "Toulouse", None)
    assert schools.list_schools(desk) == (card,)
    assert status(desk, school_id=card.school_id).pending_count == 1


@pytest.mark.parametrize(("uai", "reason"), [("0310001A", "devrait être H"), ("31", "7 chiffres"), ("", "7 chiffres")])
def test_a_wrong_uai_is_refused_with_its_reason(desk: Desk, uai: str, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        schools.create_school(desk, uai=uai, name="École")


def test_the_same_school_twice_and_a_school_without_a_name_are_refused(desk: Desk) -> None:
    schools.create_school(desk, uai="0310001H", name="École")
    with pytest.raises(Refused, match="déjà dans ce fichier"):
        schools.create_school(desk, uai="0310001h", name="Autre")
    with pytest.raises(Refused, match="nom de l’école"):
        schools.create_school(desk, uai="0752550P", name=" ")


def test_only_what_differs_is_written(desk: Desk) -> None:
    card = schools.create_school(desk, uai="0310001H", name="École")
    schools.edit_school(desk, school_id=card.school_id, values={"name": "École", "phone": " ", "email": ""})
    assert status(desk, school_id=card.school_id).pending_count == 1
    values = {"phone": "05 61 00 00 00", "signatory_name": "Mme Durand", "opening_hours": " 8 h 30 à 16 h 30"}
    after = schools.edit_school(desk, school_id=card.school_id, values=values)
    assert (card.lacks_for_sheets, after.lacks_for_sheets, after.phone) == (True, False, "05 61 00 00 00")
    assert after.opening_hours == "8 h 30 à 16 h 30"
    with pytest.raises(Refused, match="vide"):
        schools.edit_school(desk, school_id=card.school_id, values={"name": ""})


def test_the_life_of_the_sheets_is_a_setting(desk: Desk) -> None:
    card = schools.create_school(desk, uai="0310001H", name="École")
    assert schools.sheet_life_days(desk, school_id=card.school_id) == SHEET_LIFE.days
    assert schools.change_setting(desk, school_id=card.school_id, name="sheet_life_days", value=120)
    assert schools.sheet_life_days(desk, school_id=card.school_id) == 120
    assert schools.change_setting(desk, school_id=card.school_id, name="sheet_life_days", value=120) is None
    with pytest.raises(InputError):
        schools.change_setting(desk, school_id=card.school_id, name="sheet_life_days", value=3)


def test_the_pcs_of_the_school_revoked_ones_last(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        for name, revoked in (("ancien", "2026-09-01T00:00:00.000000Z"), ("bureau", None)):
            cast.rows.add("devices", name, person_id="p", person_name="Mme Durand", role="director", label=name,
                          public_key="k", created_at="2026-08-20T00:00:00.000000Z", revoked_at=revoked)  # fmt: skip
    lines = schools.list_devices(desk, school_id=SCHOOL)
    assert [(line.label, line.here, line.revoked_at is None) for line in lines] == [
        ("bureau", False, True),
        ("ancien", False, False),
    ]


def test_an_unknown_school_is_said(desk: Desk) -> None:
    with pytest.raises(NotFound):
        schools.one_school(desk, school_id="nowhere")
