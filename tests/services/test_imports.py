"""Preview, then one act: both files, in any order, twice (DESIGN, « Re-import »)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.errors import InputError
from app.services import imports
from app.services.onde.decode import SourceFile
from app.services.records.people import pupil_name
from tests.services.onde.cast import (
    ADULTS_HERE,
    ANNE,
    LEA,
    LUCE,
    PAUL,
    PUPILS_HERE,
    TOM,
    ZOE,
)
from tests.services.onde.school import ImportSchool, counts, import_school, present
from tests.support.onde_files import PUPILS, PUPILS_UNTIL_2017, crowd, guardians_file, pupils_file


@pytest.fixture
def school(tmp_path: Path) -> Iterator[ImportSchool]:
    with import_school(tmp_path) as found:
        yield found


@pytest.fixture
def filled(school: ImportSchool) -> ImportSchool:
    school.load_people(PUPILS_HERE, ADULTS_HERE)
    return school


def test_the_preview_writes_nothing(school: ImportSchool) -> None:
    before, acts = school.snapshot(), school.acts()
    preview = school.preview_people(PUPILS_HERE, ADULTS_HERE)
    assert counts(preview) == {"pupils": (3, 0, 0, 0), "guardians": (3, 0, 0, 0), "classes": (2, 0, 0, 0)}
    assert (school.snapshot(), school.acts()) == (before, acts)


def test_both_files_in_one_act(filled: ImportSchool) -> None:
    assert filled.acts() == 2  # the school, then the import
    assert {row["label"]: row["levels"] for row in filled.rows("classrooms")} == {
        "CE2 Mme Aubrac": "CE2", "CP M. Le Goff": "CP",
    }  # fmt: skip
    assert [row["label"] for row in filled.rows("school_years")] == ["2026-2027"]
    assert len(filled.rows("enrolments")) == 3
    assert len(filled.rows("responsibilities")) == 5
    assert {(row["state"], row["origin"], row["login"]) for row in filled.rows("accounts")} == {
        ("not_notified", "unknown", None)
    }


def test_the_files_in_any_order_though_they_have_one_name(school: ImportSchool) -> None:
    preview = school.load(guardians_file(ADULTS_HERE), pupils_file(PUPILS_HERE))
    assert counts(preview)["guardians"] == (3, 0, 0, 0)
    assert len(school.rows("responsibilities")) == 5


def test_one_file_after_the_other(school: ImportSchool) -> None:
    assert counts(school.load(pupils_file(PUPILS_HERE)))["pupils"] == (3, 0, 0, 0)
    assert counts(school.load(guardians_file(ADULTS_HERE)))["guardians"] == (3, 0, 0, 0)
    assert counts(school.preview_people(PUPILS_HERE, ADULTS_HERE))["pupils"] == (0, 0, 0, 3)


def test_guardians_before_any_pupil_are_an_error(school: ImportSchool) -> None:
    preview = school.preview(guardians_file(ADULTS_HERE))
    assert [problem.level for problem in preview.plan.problems] == ["error"]
    assert "importez le fichier" in preview.plan.problems[0].message
    assert preview.plan.changes_nothing


def test_two_files_of_one_sort_are_refused(school: ImportSchool) -> None:
    with pytest.raises(InputError, match="same_kind_twice"):
        school.preview(pupils_file(PUPILS_HERE), pupils_file(PUPILS_HERE))
    with pytest.raises(InputError, match="no_file"):
        school.preview()


def test_a_pupil_without_ine_has_guardians_with_accounts(school: ImportSchool) -> None:
    preview = school.load(pupils_file([replace(ZOE, ine="")]), guardians_file([replace(ANNE, children=(ZOE,))]))
    assert [(problem.line, problem.column) for problem in preview.plan.warnings] == [(2, "INE")]
    assert len(school.rows("accounts")) == 1


def test_a_line_in_error_holds_back_nobody_else(school: ImportSchool) -> None:
    preview = school.load_people([replace(ZOE, born="31/02/2018"), TOM, LEA], ADULTS_HERE)
    assert [(problem.line, problem.column) for problem in preview.plan.errors] == [(2, "Date naissance")]
    assert present(school) == {"Tom", "Léa"}
    assert len(school.rows("guardians")) == 3


def test_the_report_of_the_command_line(school: ImportSchool) -> None:
    files = pupils_file([replace(ZOE, born="?"), TOM]), guardians_file([replace(ANNE, email="anne@gamil.com")])
    report = json.loads(json.dumps(school.preview(*files).as_json()))
    assert report.keys() == {"pupils", "guardians", "classes", "ambiguous", "errors", "warnings"}
    assert report["pupils"] == {"new": 1, "changed": 0, "gone": 0, "unchanged": 0}
    assert report["guardians"] == {"new": 1, "changed": 0, "gone": 0, "unchanged": 0}
    [error] = report["errors"]
    assert (error["file"], error["line"], error["column"]) == ("CSVExtraction.csv", 2, "Date naissance")
    assert error.keys() == {"file", "line", "column", "message"}
    assert {(w["line"], w["column"]) for w in report["warnings"]} == {(2, "Courriel"), (2, None)}


def test_importing_twice_changes_nothing(filled: ImportSchool) -> None:
    before, acts = filled.snapshot(), filled.acts()
    preview = filled.preview_people(PUPILS_HERE, ADULTS_HERE)
    assert preview.plan.changes_nothing
    assert counts(preview) == {"pupils": (0, 0, 0, 3), "guardians": (0, 0, 0, 3), "classes": (0, 0, 0, 2)}
    assert imports.commit(filled.desk, preview=preview).import_id is None
    assert (filled.snapshot(), filled.acts()) == (before, acts)


def test_a_whole_school_twice_in_another_order_and_form(school: ImportSchool) -> None:
    pupils, adults = crowd(120)
    school.load_people(pupils, adults)
    again = school.preview(
        guardians_file(adults[::-1], quoted=True), pupils_file(pupils[::-1], encoding="utf-8", delimiter=",")
    )
    assert again.plan.changes_nothing


def test_changes_are_shown_field_by_field(filled: ImportSchool) -> None:
    moved = replace(ZOE, address="7 quai Vert", level="CM1", room="CM1 M. Kerbrat")
    new_mail = replace(ANNE, email="menard@example.org", mobile="")
    preview = filled.preview_people([moved, TOM, LEA], [new_mail, PAUL, LUCE])
    [pupil], [guardian] = preview.plan.pupils.changed, preview.plan.guardians.changed
    assert pupil.name == "CHÂTELAIN Zoé"
    assert [(change.label, change.old, change.new) for change in pupil.changes] == [
        ("Adresse", "12 rue des Lilas", "7 quai Vert"), ("Classe", "CE2 Mme Aubrac", "CM1 M. Kerbrat"),
        ("Niveau", "CE2", "CM1"),
    ]  # fmt: skip
    assert [(change.label, change.old, change.new) for change in guardian.changes] == [
        ("Courriel", "anne@example.org", "menard@example.org"), ("Téléphone portable", "06 12 34 56 78", None),
    ]  # fmt: skip


def test_columns_that_a_file_lacks_take_nothing_away(filled: ImportSchool) -> None:
    before = filled.snapshot()
    short = pupils_file(PUPILS_HERE, titles=("Nom", "Prénom", "Date de naissance", "Classe"))
    assert filled.preview(short).plan.changes_nothing
    without_class = [title for title in PUPILS if "classe" not in title]
    assert filled.preview(pupils_file(PUPILS_HERE, titles=without_class)).plan.changes_nothing
    assert filled.preview(pupils_file(PUPILS_HERE, titles=PUPILS_UNTIL_2017)).plan.changes_nothing
    assert filled.snapshot() == before


def test_an_empty_cell_never_takes_an_ine_or_a_birth_date_away(filled: ImportSchool) -> None:
    assert filled.preview(pupils_file([replace(ZOE, ine=""), replace(TOM, born=""), LEA])).plan.changes_nothing


def test_pupils_of_a_file_without_classes_are_in_the_school(school: ImportSchool) -> None:
    school.load(pupils_file([ZOE], titles=("Nom", "Prénom", "Date de naissance")))
    assert [row["classroom_id"] for row in school.rows("enrolments")] == [None]
    assert counts(school.load(guardians_file([replace(ANNE, children=(ZOE,))])))["guardians"] == (1, 0, 0, 0)


@pytest.mark.needs_shared
def test_the_two_files_of_a_public_test_suite(school: ImportSchool, shared: Path) -> None:
    folder = shared / "reference" / "onde-samples"
    files = [SourceFile.read(folder / name) for name in ("be1d-responsables.csv", "be1d-eleves.csv")]
    preview = imports.preview(school.desk, school_id=school.school_id, files=files)
    assert counts(preview)["pupils"] == (247, 0, 0, 0)
    assert counts(preview)["guardians"] == (469, 0, 0, 0)
    assert preview.plan.errors == []
    assert preview.plan.questions == []
    names = Counter(pupil_name(guardian.values) for file in preview.files for guardian in file.guardians)
    assert sorted(names.values())[-9:] == [1] + [2] * 8
    imports.commit(school.desk, preview=preview)
    assert len(school.rows("accounts")) == 469
    again = imports.preview(school.desk, school_id=school.school_id, files=files)
    assert again.plan.changes_nothing
