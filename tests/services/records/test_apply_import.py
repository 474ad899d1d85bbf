"""An import applied where others have worked: on the server, or on a PC that imported the same files (sync.md, protocol 9)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.models.acts_import import ImportFields, UndoImportFields
from app.models.errors import Refused
from app.models.tables import Row
from app.services.imports import Preview
from app.services.records.apply_import import apply_import, undo_import
from app.services.records.rows import SchoolRows, Stamp
from tests.services.onde.cast import ADULTS_HERE, ANNE, LUCE, PAUL, PUPILS_HERE, TOM, ZOE
from tests.services.onde.school import LEARNED, ImportSchool, counts, import_school
from tests.support.onde_files import Adult, Pupil, crowd, guardians_file, pupils_file


@pytest.fixture
def pcs(tmp_path: Path) -> Iterator[tuple[ImportSchool, ImportSchool]]:
    """Two PCs of one school, both offline."""
    with import_school(tmp_path, name="bureau", seed=1) as one, import_school(tmp_path, name="portable", seed=2) as two:
        two.school_id = one.school_id
        yield one, two


def _deliver(preview: Preview, school: ImportSchool, *, act_id: str = "act-of-the-other") -> None:
    """Apply somebody else's import, as it travels: through JSON."""
    fields = ImportFields.model_validate_json(preview.plan.fields.model_dump_json())
    stamp = Stamp(act_id=act_id, author="M. Kerbrat", device_id="device-2", at="2026-09-10T08:00:00.000000Z")
    with school.desk.vault.write() as connection:
        rows = SchoolRows(connection, school.school_id)
        apply_import(fields, rows, stamp)
        rows.flush()


def _sizes(school: ImportSchool) -> dict[str, int]:
    return {table: len(school.rows(table)) for table in LEARNED}


def _both_import(pcs: tuple[ImportSchool, ImportSchool], pupils: list[Pupil], adults: list[Adult]) -> ImportSchool:
    """One PC imports, then gets the other's import of the same files."""
    one, two = pcs
    one.load_people(pupils, adults)
    before = one.snapshot()
    _deliver(two.load_people(pupils, adults), one)
    assert one.snapshot() == before
    assert one.rows("reviews") == []
    return one


def test_the_same_files_on_two_pcs_make_one_school(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one = _both_import(pcs, PUPILS_HERE, ADULTS_HERE)
    aliases = one.rows("aliases")
    assert {row["record_table"] for row in aliases} == set(LEARNED)
    known = {row["id"] for table in LEARNED for row in one.rows(table)}
    assert {row["target_id"] for row in aliases} <= known


def test_a_large_school_on_two_pcs(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    _both_import(pcs, *crowd(150))


def test_homonyms_on_two_pcs_are_told_by_class(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, two = pcs
    titles = ("Nom", "Prénom", "Classe")
    content = pupils_file([ZOE, replace(ZOE, room="CM2 M. Kerbrat")], titles=titles)
    one.load(content)
    before = one.snapshot()
    _deliver(two.load(content), one)
    assert one.snapshot() == before


def test_guardians_of_one_name_at_two_addresses_on_two_pcs(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    _both_import(pcs, PUPILS_HERE, [ANNE, replace(ANNE, address="7 quai Vert", email="")])


def test_an_older_file_delivered_late_changes_nothing_newer(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, two = pcs
    _both_import(pcs, PUPILS_HERE, ADULTS_HERE)
    late = two.load_people(PUPILS_HERE, [replace(ANNE, email="ancienne@example.org"), PAUL, LUCE])
    one.load_people(PUPILS_HERE, [replace(ANNE, email="nouvelle@example.org"), PAUL, LUCE])
    _deliver(late, one, act_id="late")
    assert one.row("guardians", first_name="Anne")["email"] == "nouvelle@example.org"
    [review] = one.rows("reviews")
    assert (review["kind"], review["field"], review["act_id"]) == ("import_stale", "email", "late")
    assert (review["kept"], review["lost"]) == ({"value": "nouvelle@example.org"}, {"value": "ancienne@example.org"})


def test_a_change_of_a_record_that_is_not_here_is_said_and_the_rest_enters(
    pcs: tuple[ImportSchool, ImportSchool],
) -> None:
    """The import that had made her was refused, or is lost: the change alone makes no guardian."""
    one, two = pcs
    two.load_people(PUPILS_HERE, ADULTS_HERE)
    changed = two.load_people(
        PUPILS_HERE, [replace(ANNE, email="nouvelle@example.org"), replace(PAUL, email="p@e.org")]
    )
    one.load_people(PUPILS_HERE, [PAUL, LUCE])
    _deliver(changed, one, act_id="late")
    lost = [review for review in one.rows("reviews") if review["kind"] == "import_unknown"]
    anne = two.row("guardians", first_name="Anne")
    assert {(review["record_table"], review["record_id"]) for review in lost} >= {("guardians", anne["id"])}
    assert all(review["sentence"] and review["lost_author"] == "M. Kerbrat" for review in lost)
    [told] = [review["lost"] for review in lost if review["record_id"] == anne["id"]]
    assert told == {"value": {"email": "nouvelle@example.org"}}
    assert "Anne" not in {row["first_name"] for row in one.rows("guardians")}


def test_a_class_that_moved_meanwhile_is_kept_and_said(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, two = pcs
    _both_import(pcs, PUPILS_HERE, ADULTS_HERE)
    late = two.load(pupils_file([replace(ZOE, room="CE2 B"), *PUPILS_HERE[1:]]))
    one.load(pupils_file([replace(ZOE, room="CE2 C"), *PUPILS_HERE[1:]]))
    _deliver(late, one, act_id="late")
    zoe = one.row("pupils", first_name="Zoé")
    enrolment = one.row("enrolments", pupil_id=zoe["id"])
    assert one.row("classrooms", id=enrolment["classroom_id"])["label"] == "CE2 C"
    assert [review["field"] for review in one.rows("reviews")] == ["classroom_id"]


def test_different_fields_of_one_guardian_merge(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, two = pcs
    _both_import(pcs, PUPILS_HERE, ADULTS_HERE)
    late = two.load_people(PUPILS_HERE, [replace(ANNE, address="7 quai Vert"), PAUL, LUCE])
    one.load_people(PUPILS_HERE, [replace(ANNE, email="nouvelle@example.org"), PAUL, LUCE])
    _deliver(late, one)
    anne = one.row("guardians", first_name="Anne")
    assert (anne["address"], anne["email"]) == ("7 quai Vert", "nouvelle@example.org")
    assert one.rows("reviews") == []


def test_a_guardian_whom_the_preview_told_apart_is_never_merged(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, two = pcs
    _both_import(pcs, PUPILS_HERE, ADULTS_HERE)
    people = [ANNE, replace(ANNE, address="7 quai Vert", email=""), PAUL, LUCE]
    preview = two.preview_people(PUPILS_HERE, people)
    [entry] = preview.plan.fields.guardians
    assert entry.apart == (two.row("guardians", first_name="Anne")["id"],)
    _deliver(preview, one)
    assert sorted(row["address"] for row in one.rows("guardians") if row["first_name"] == "Anne") == [
        "12 rue des Lilas", "7 quai Vert",
    ]  # fmt: skip


def test_the_same_departure_twice_keeps_the_first_day(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, two = pcs
    _both_import(pcs, PUPILS_HERE, ADULTS_HERE)
    two.clock.advance(days=5)
    late = two.load_people([ZOE, TOM], [ANNE, PAUL], complete=True)
    one.load_people([ZOE, TOM], [ANNE, PAUL], complete=True)
    _deliver(late, one)
    assert one.row("pupils", first_name="Léa")["left_on"] == "2026-09-09"


def test_a_child_link_to_nobody_is_left_out(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, two = pcs
    two.load(pupils_file(PUPILS_HERE))
    _deliver(two.preview(guardians_file([ANNE])), one)
    assert (len(one.rows("guardians")), one.rows("responsibilities")) == (1, [])


def _undo(school: ImportSchool, import_id: str) -> None:
    stamp = Stamp(act_id="undo", author="M. Kerbrat", device_id="device-2", at="2026-09-11T08:00:00.000000Z")
    with school.desk.vault.write() as connection:
        rows = SchoolRows(connection, school.school_id)
        undo_import(UndoImportFields(import_id=import_id), rows, stamp)
        rows.flush()


def test_what_changed_since_stays_and_is_said(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    """A value that only another way than an import can have changed: it is not put back over somebody's work."""
    one, _ = pcs
    one.load_people(PUPILS_HERE, ADULTS_HERE)
    done = one.load_people(PUPILS_HERE, [replace(ANNE, email="autre@example.org", mobile=""), PAUL, LUCE])
    anne = one.row("guardians", first_name="Anne")
    one.write("guardians", anne["id"], email="troisieme@example.org")
    _undo(one, done.plan.fields.import_id)
    after = one.row("guardians", first_name="Anne")
    assert (after["email"], after["mobile"]) == ("troisieme@example.org", ANNE.mobile)
    assert [(review["kind"], review["field"]) for review in one.rows("reviews")] == [("undo_blocked", "email")]


def test_two_pcs_undo_the_same_import_once(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, _ = pcs
    done = one.load_people(PUPILS_HERE, ADULTS_HERE)
    _undo(one, done.plan.fields.import_id)
    before = one.snapshot()
    with pytest.raises(Refused):
        _undo(one, done.plan.fields.import_id)
    assert one.snapshot() == before


def test_an_import_says_what_it_did(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, _ = pcs
    done = one.load_people(PUPILS_HERE, ADULTS_HERE)
    [row] = one.rows("imports")
    assert row["summary"]["pupils"] == {"new": 3, "changed": 0, "gone": 0, "unchanged": 0}
    assert len(row["before"]) == sum(_sizes(one).values())
    assert counts(done)["pupils"] == (3, 0, 0, 0)
    made: list[Row] = [row for row in row["before"] if row[2] is not None]
    assert made == []
