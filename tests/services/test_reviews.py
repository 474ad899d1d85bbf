from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from app.models.acts import EditSchoolFields
from app.services import reviews
from app.services.desk import Desk
from app.services.records.conflicts import Clash, put_clash, put_refusal
from app.services.records.journal import submit
from app.services.records.rows import Stamp
from app.services.sync.status import status
from tests.services.sheet_cast import NOON, SCHOOL, casting, open_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path) as opened:
        yield opened


def test_both_values_and_both_authors_are_shown_then_closed(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school(phone="05 61 00 00 00")
    fields = EditSchoolFields(changes={"phone": ("05 61 99 99 99", "05 61 11 11 11")})
    submit(desk, school_id=SCHOOL, kind="ecole.modifier", fields=fields)
    (item,) = reviews.list_reviews(desk, school_id=SCHOOL)
    assert (item.who, item.field, item.kept, item.lost) == ("L’école", "Téléphone", "05 61 11 11 11", "05 61 00 00 00")
    assert (item.kept_author, item.day) == ("Mme Durand", NOON.date())
    reviews.close_review(desk, school_id=SCHOOL, review_id=item.review_id)
    assert reviews.list_reviews(desk, school_id=SCHOOL) == ()
    assert status(desk, school_id=SCHOOL).review_count == 0


def test_records_are_named_classes_and_dates_are_in_words(desk: Desk) -> None:
    with casting(desk) as cast:
        cast.school()
        cp, ce1 = cast.classroom("CP A"), cast.classroom("CE1")
        pupil = cast.pupil("Zoé Châtelain", cp)
        enrolment = cast.rows.where("enrolments", pupil_id=pupil)[0]["id"]
        stamp = Stamp("act-1", "Mme Durand", "pc", "2026-09-09T22:30:00.000000Z")
        put_clash(cast.rows, stamp, Clash("enrolments", enrolment, "classroom_id", cp, ce1, "ONDE", "Mme Durand"))
        put_clash(cast.rows, stamp, Clash("pupils", pupil, "birth_date", "2018-03-04", None), kind="never_alone")
        put_refusal(cast.rows, stamp, code="nobody", sentence="Refusé parce que…")
    found = {item.kind: item for item in reviews.list_reviews(desk, school_id=SCHOOL)}
    conflict, alone, refused = (found[kind] for kind in ("field_conflict", "never_alone", "refused"))
    assert (conflict.who, conflict.field, conflict.kept, conflict.lost) == ("Châtelain Zoé", "Classe", "CP A", "CE1")
    assert (alone.kept, alone.lost, alone.day) == ("04-03-2018", reviews.EMPTY, date(2026, 9, 10))
    assert (refused.who, refused.sentence, refused.field) == ("Action", "Refusé parce que…", "")
