"""A file that was extracted before one that is in the records already makes nobody leave."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.models.acts_import import ImportFields
from app.services import imports
from app.services.imports import Preview
from app.services.onde.dates import find_date
from app.services.onde.decode import SourceFile
from app.services.records.apply_import import apply_import
from app.services.records.extractions import is_older
from app.services.records.rows import SchoolRows, Stamp
from tests.services.onde.cast import PUPILS_HERE
from tests.services.onde.school import ImportSchool, counts, import_school, read
from tests.support.onde_files import pupils_file


@pytest.fixture
def pcs(tmp_path: Path) -> Iterator[tuple[ImportSchool, ImportSchool]]:
    """Two PCs of one school, both offline."""
    with import_school(tmp_path, name="bureau", seed=1) as one, import_school(tmp_path, name="portable", seed=2) as two:
        two.school_id = one.school_id
        yield one, two


def of(day: str, pupils: int = len(PUPILS_HERE), *, town: str = "Valbrune") -> bytes:
    """The first pupils of the school, in a file that says of which day it is."""
    people = [replace(pupil, town=town) for pupil in PUPILS_HERE[:pupils]]
    return f"Extraction du {day} à 8:05\r\n".encode("cp1252") + pupils_file(people)


def deliver(preview: Preview, school: ImportSchool) -> None:
    """Apply somebody else's import, as it travels: through JSON."""
    fields = ImportFields.model_validate_json(preview.plan.fields.model_dump_json())
    stamp = Stamp(act_id="late", author="M. Kerbrat", device_id="device-2", at="2026-09-10T08:00:00.000000Z")
    with school.desk.vault.write() as connection:
        rows = SchoolRows(connection, school.school_id)
        apply_import(fields, rows, stamp)
        rows.flush()


def here(school: ImportSchool) -> int:
    return sum(row["left_on"] is None for row in school.rows("pupils"))


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("2026-09-08", "2026-09-09", True), ("2026-09-09", "2026-09-09", False), ("2026-09-09", "2026-09-08", False),
        ("2026-09-09", "2026-09-09T08:00:00.000000Z", False), (None, "2026-09-09", False), ("2026-09-09", None, False),
        ("2026-09-09T07:00:00.000000Z", "2026-09-09T08:00:00.000000Z", True),
    ],
)  # fmt: skip
def test_days_and_instants_are_compared_as_far_as_both_tell(one: str | None, other: str | None, older: bool) -> None:
    assert is_older(one, other) is older


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Extraction du 12/09/2026 à 8 h", date(2026, 9, 12)), ("Édité le 2026-09-12", date(2026, 9, 12)),
        ("12 pages", None), ("31/02/2026", None), ("n° 1234/5678/9", None),
    ],
)  # fmt: skip
def test_a_date_is_found_in_a_text(text: str, day: date | None) -> None:
    assert find_date(text) == day


def test_a_file_says_its_day_above_or_below_its_table() -> None:
    assert read(of("07/09/2026")).as_of == "2026-09-07"
    assert read(pupils_file(PUPILS_HERE) + "Edité le 06/09/2026\r\n".encode("cp1252")).as_of == "2026-09-06"
    assert read(pupils_file(PUPILS_HERE)).as_of is None
    assert read(of("01/01/2031")).as_of is None


def test_else_it_is_as_old_as_its_last_writing(tmp_path: Path, pcs: tuple[ImportSchool, ImportSchool]) -> None:
    path = tmp_path / "CSVExtraction.csv"
    path.write_bytes(pupils_file(PUPILS_HERE))
    written = datetime(2026, 9, 8, 7, 30, tzinfo=UTC)
    os.utime(path, (written.timestamp(), written.timestamp()))
    assert SourceFile.read(path).written_at == "2026-09-08T07:30:00.000000Z"
    one, _ = pcs
    preview = imports.preview(one.desk, school_id=one.school_id, files=[path])
    assert preview.plan.fields.as_of == {"pupils": "2026-09-08T07:30:00.000000Z"}


def test_an_older_file_says_so_and_nobody_leaves_by_default(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, _ = pcs
    one.load(of("08/09/2026"))
    older = one.preview(of("07/09/2026", 2))
    assert older.plan.partial and counts(older)["pupils"][2] == 0
    warnings = [problem.message for problem in older.plan.warnings if "parti" in problem.message]
    assert warnings == [older.plan.older] and "08-09-2026" in older.plan.older
    asked = one.preview(of("07/09/2026", 2), complete=True)
    assert counts(asked)["pupils"][2] == len(PUPILS_HERE) - 2
    imports.commit(one.desk, preview=asked, confirm_gone=True)
    assert here(one) == 2  # the director knew, and said so
    assert not one.preview(of("09/09/2026")).plan.older


def test_an_import_of_an_older_file_that_arrives_late_makes_nobody_leave(
    pcs: tuple[ImportSchool, ImportSchool],
) -> None:
    one, two = pcs
    one.load(of("05/09/2026"))
    deliver(two.load(of("05/09/2026")), one)
    late = two.preview(of("07/09/2026", 2), complete=True)
    one.load(of("08/09/2026", town="Valclair"))
    deliver(late, one)
    assert here(one) == len(PUPILS_HERE)
    [review] = one.rows("reviews")
    assert review["kind"] == "import_overtaken" and "plus ancien" in review["sentence"]


def test_the_latest_file_stands_though_an_import_is_undone(pcs: tuple[ImportSchool, ImportSchool]) -> None:
    one, _ = pcs
    one.load(of("05/09/2026"))
    one.load(of("08/09/2026", 2), complete=True)
    one.undo_last()
    assert here(one) == len(PUPILS_HERE)
    assert one.row("schools", id=one.school_id)["settings"]["onde_extractions"] == {"pupils": "2026-09-08"}
