"""Who is absent is marked, never erased, and only where the files are complete (DESIGN, « Re-import »)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.models.errors import Refused
from app.models.tables import Row
from app.services import imports
from app.services.demo.school import make_school
from tests.services.onde.cast import (
    ADULTS_HERE,
    ANNE,
    LEA,
    LUCE,
    NOA,
    NOA_S_FATHER,
    PAUL,
    PUPILS_HERE,
    TOM,
    ZOE,
)
from tests.services.onde.school import ImportSchool, counts, present, whole_school
from tests.support.onde_files import crowd, guardians_file, pupils_file


def test_who_is_absent_from_a_complete_file_is_marked_not_erased(school: ImportSchool) -> None:
    school.load(*whole_school())
    pupils = make_school().pupils_csv().split(b"\r\n")
    gone = pupils.pop(40).decode("cp1252").split(";")
    preview = school.load(b"\r\n".join(pupils))
    assert counts(preview)["pupils"] == (0, 0, 1, 235)
    row = school.row("pupils", ine=gone[5])
    assert row["left_on"] == "2026-09-09"
    assert len(school.rows("pupils")) == 236


def test_who_comes_back_is_the_same_person(filled: ImportSchool) -> None:
    filled.load_people([ZOE, TOM], [ANNE, PAUL], complete=True)
    assert present(filled) == {"Zoé", "Tom"}
    preview = filled.load_people(PUPILS_HERE, ADULTS_HERE)
    assert counts(preview)["pupils"] == (0, 1, 0, 2)
    assert [change.label for change in preview.plan.pupils.changed[0].changes] == ["Retour"]
    assert len(filled.rows("pupils")) == 3
    assert present(filled) == {"Zoé", "Tom", "Léa"}


def test_an_extraction_of_a_class_makes_nobody_leave(filled: ImportSchool) -> None:
    preview = filled.preview_people([ZOE, LEA], [LUCE])
    assert preview.plan.partial
    assert counts(preview) == {"pupils": (0, 0, 0, 2), "guardians": (0, 0, 0, 1), "classes": (0, 0, 0, 1)}
    assert any("1 classe(s)" in problem.message for problem in preview.plan.warnings)
    whole = imports.answered(filled.desk, preview=preview, answers={}, complete=True)
    assert counts(whole)["pupils"] == (0, 0, 1, 2)
    assert counts(whole)["classes"] == (0, 0, 1, 1)


def test_guardians_of_one_class_make_no_others_leave(filled: ImportSchool) -> None:
    school = filled
    school.load_people([*PUPILS_HERE, NOA], [*ADULTS_HERE, NOA_S_FATHER])
    preview = school.preview_people([*PUPILS_HERE, NOA], [NOA_S_FATHER])
    assert preview.plan.partial
    assert preview.plan.guardians.gone == []
    assert any("CE2 Mme Aubrac, CP M. Le Goff" in problem.message for problem in preview.plan.warnings)
    whole = imports.answered(school.desk, preview=preview, answers={}, complete=True)
    assert len(whole.plan.guardians.gone) == 3


def test_a_guardian_who_is_no_longer_named_is_gone_and_comes_back(filled: ImportSchool) -> None:
    preview = filled.load_people(PUPILS_HERE, [ANNE, LUCE])
    assert preview.plan.guardians.gone == ["CHÂTELAIN Paul"]
    assert filled.row("guardians", first_name="Paul")["gone_on"] == "2026-09-09"
    assert len(filled.rows("accounts")) == 3
    back = filled.load_people(PUPILS_HERE, ADULTS_HERE)
    assert counts(back)["guardians"] == (0, 1, 0, 2)
    assert filled.row("guardians", first_name="Paul")["gone_on"] is None


def test_a_child_that_a_guardian_no_longer_names_ends_that_link_only(filled: ImportSchool) -> None:
    filled.load_people(PUPILS_HERE, [ANNE, replace(PAUL, children=(TOM,)), LUCE])
    paul = filled.row("guardians", first_name="Paul")
    links = {
        row["pupil_id"]: row["ended_on"] for row in filled.rows("responsibilities") if row["guardian_id"] == paul["id"]
    }
    zoe, tom = (filled.row("pupils", first_name=name)["id"] for name in ("Zoé", "Tom"))
    assert links == {zoe: "2026-09-09", tom: None}


@pytest.mark.parametrize("damage", [{"born": "31/02/2018"}, {"last": ""}, {"first": ""}])
def test_a_line_in_error_makes_nobody_leave(filled: ImportSchool, damage: dict[str, str]) -> None:
    preview = filled.preview_people([replace(ZOE, **damage), TOM, LEA], ADULTS_HERE, complete=True)  # type: ignore[arg-type]
    assert len(preview.plan.errors) == 1
    assert preview.plan.pupils.gone == []
    assert preview.plan.guardians.gone == []


def test_a_guardian_s_line_in_error_makes_nobody_leave(filled: ImportSchool) -> None:
    preview = filled.preview_people(PUPILS_HERE, [ANNE, replace(PAUL, first=""), LUCE])
    assert len(preview.plan.errors) == 1
    assert preview.plan.guardians.gone == []


def test_past_a_tenth_of_the_school_a_second_confirmation(school: ImportSchool) -> None:
    pupils, adults = crowd(100)
    rooms = {pupil.room for pupil in pupils}
    school.load_people(pupils, adults)
    few = [pupil for place, pupil in enumerate(pupils) if place % 9]
    assert {pupil.room for pupil in few} == rooms
    preview = school.preview(pupils_file(few))
    assert preview.plan.gone_words == "12\u00a0élèves sur 100"
    with pytest.raises(Refused) as refused:
        imports.commit(school.desk, preview=preview)
    assert refused.value.sentence == "12\u00a0élèves sur 100 seraient marqués comme partis\u00a0: confirmez d’abord."
    assert len(_gone(school)) == 0
    imports.commit(school.desk, preview=preview, confirm_gone=True)
    assert len(_gone(school)) == 12
    some = [adult for place, adult in enumerate(adults) if place % 5]
    assert "responsables sur" in str(school.preview(guardians_file(some), complete=True).plan.gone_words)


def _gone(school: ImportSchool) -> list[Row]:
    return [row for row in school.rows("pupils") if row["left_on"] is not None]


def test_up_to_a_tenth_no_second_confirmation(school: ImportSchool) -> None:
    pupils, _ = crowd(100)
    school.load(pupils_file(pupils))
    preview = school.preview(pupils_file(pupils[:24] + pupils[25:]))
    assert counts(preview)["pupils"] == (0, 0, 1, 99)
    assert imports.commit(school.desk, preview=preview).import_id is not None
