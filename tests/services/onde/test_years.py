"""School years, and what people or parents said against ONDE (DESIGN, « School year », « ONDE against people »)."""

from __future__ import annotations

from dataclasses import replace

from app.services import imports
from tests.services.onde.cast import (
    ADULTS_HERE,
    ANNE,
    LEA,
    LUCE,
    NEXT_YEAR,
    PAUL,
    PUPILS_HERE,
    TOM,
    ZOE,
)
from tests.services.onde.school import ImportSchool, counts, present, whole_school
from tests.support.onde_files import Pupil, crowd, pupils_file


def test_the_first_import_after_the_summer_opens_a_year(filled: ImportSchool) -> None:
    filled.clock.advance(days=360)
    new = Pupil("LABROUSSE", "Malo", "01/02/2021", "CP M. Le Goff", "CP", "523456789AB", sex="M")
    preview = filled.preview(pupils_file([*NEXT_YEAR[:2], new]))
    assert (preview.plan.new_year, preview.plan.year_label) == (True, "2027-2028")
    assert counts(preview)["pupils"] == (1, 2, 1, 0)
    assert preview.plan.promoted == 2
    imports.commit(filled.desk, preview=preview, confirm_gone=True)
    assert [row["label"] for row in filled.rows("school_years")] == ["2026-2027", "2027-2028"]
    assert present(filled) == {"Zoé", "Tom", "Malo"}
    assert len(filled.rows("enrolments")) == 6
    zoe = filled.row("pupils", first_name="Zoé")["id"]
    levels = [row["level"] for row in filled.rows("enrolments") if row["pupil_id"] == zoe]
    assert sorted(levels) == ["CE2", "CM1"]


def test_july_is_still_the_old_year(filled: ImportSchool) -> None:
    filled.clock.advance(days=320)
    assert filled.preview_people(PUPILS_HERE, ADULTS_HERE).plan.changes_nothing


def test_a_year_that_begins_with_one_class_makes_nobody_leave(school: ImportSchool) -> None:
    pupils, _ = crowd(100)
    school.load(pupils_file(pupils))
    school.clock.advance(days=360)
    assert counts(school.load(pupils_file(pupils[:25])))["pupils"] == (0, 25, 0, 0)
    assert counts(school.preview(pupils_file(pupils[:99]), complete=True))["pupils"] == (0, 74, 1, 25)


def test_last_year_s_file_is_noticed_in_a_new_year(school: ImportSchool) -> None:
    files = whole_school()
    school.load(*files)
    school.clock.advance(days=360)
    preview = school.preview(*files)
    assert any("année dernière" in problem.message for problem in preview.plan.warnings)


def test_last_year_s_file_is_noticed_within_a_year(school: ImportSchool) -> None:
    last, this = _crowd_of_two_years()
    school.load(pupils_file(last))
    school.clock.advance(days=360)
    assert not _mentions_last_year(school.load(pupils_file(this)))
    school.clock.advance(days=60)
    assert not _mentions_last_year(school.preview(pupils_file(this)))
    assert _mentions_last_year(school.preview(pupils_file(last)))


def _crowd_of_two_years() -> tuple[list[Pupil], list[Pupil]]:
    after = {"CP": "CE1", "CE1": "CE2", "CE2": "CM1", "CM1": "CM2"}
    last = [pupil for pupil in crowd(125)[0] if pupil.level in after]
    this = [replace(p, level=after[p.level], room=p.room.replace(p.level, after[p.level])) for p in last]
    return last, this


def _mentions_last_year(preview: imports.Preview) -> bool:
    return any("année dernière" in problem.message for problem in preview.plan.warnings)


def test_a_correction_stands_until_onde_changes(filled: ImportSchool) -> None:
    anne = filled.row("guardians", first_name="Anne")
    filled.correct("responsable.corriger", anne, "mobile", "06 98 76 54 32")
    assert filled.preview_people(PUPILS_HERE, ADULTS_HERE).plan.changes_nothing
    assert filled.row("guardians", first_name="Anne")["corrections"]["mobile"]["value"] == "06 98 76 54 32"
    filled.load_people(PUPILS_HERE, [replace(ANNE, email="autre@example.org"), PAUL, LUCE])
    assert filled.row("guardians", first_name="Anne")["corrections"].keys() == {"mobile"}
    filled.load_people(PUPILS_HERE, [replace(ANNE, mobile="06 11 11 11 11"), PAUL, LUCE])
    after = filled.row("guardians", first_name="Anne")
    assert (after["mobile"], after["corrections"]) == ("06 11 11 11 11", None)


def test_a_correction_that_onde_agrees_with_is_over(filled: ImportSchool) -> None:
    zoe = filled.row("pupils", first_name="Zoé")
    filled.correct("eleve.corriger", zoe, "birth_date", "2018-03-15")
    filled.load_people([replace(ZOE, born="15/03/2018"), TOM, LEA], ADULTS_HERE)
    after = filled.row("pupils", first_name="Zoé")
    assert (after["birth_date"], after["corrections"]) == ("2018-03-15", None)


def test_what_a_parent_verified_is_never_overwritten(filled: ImportSchool) -> None:
    anne = filled.row("guardians", first_name="Anne")
    account = filled.row("accounts", guardian_id=anne["id"])
    filled.write(
        "accounts", account["id"], state="active", email="verifie@example.org", mobile="+33698765432", login="a.menard"
    )
    before = filled.row("accounts", id=account["id"])
    filled.load_people(PUPILS_HERE, [replace(ANNE, email="autre@example.org", mobile=""), PAUL, LUCE])
    assert filled.row("accounts", id=account["id"]) == before


def test_no_import_undoes_a_closed_access(filled: ImportSchool) -> None:
    paul = filled.row("guardians", first_name="Paul")
    link = next(row for row in filled.rows("responsibilities") if row["guardian_id"] == paul["id"])
    filled.write("responsibilities", link["id"], access="none", access_reason="jugement")
    filled.load_people(PUPILS_HERE, [ANNE, LUCE])
    filled.load_people(PUPILS_HERE, ADULTS_HERE)
    assert filled.row("responsibilities", id=link["id"])["access"] == "none"
