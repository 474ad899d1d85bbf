"""An invented school on a real vault, whose director imports files; and what its records then hold."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.models.acts import CorrectFields, CreateSchoolFields
from app.models.tables import Row
from app.services import imports
from app.services.demo.school import make_school
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.onde.parsed import ParsedFile
from app.services.onde.reader import read_file
from app.services.records.journal import submit
from app.services.records.rows import SchoolRows
from app.services.vault.tables import pending_acts
from app.services.vault.vault import create_vault
from tests.conftest import FakeClock
from tests.support.onde_files import Adult, Pupil, guardians_file, pupils_file

TODAY = date(2026, 9, 9)
NAME = "CSVExtraction.csv"
LEARNED = ("pupils", "guardians", "responsibilities", "enrolments", "classrooms", "accounts", "school_years")


def read(content: bytes, *, allow_fictional: bool = False) -> ParsedFile:
    """One file as the reader gives it."""
    return read_file(SourceFile(NAME, content), today=TODAY, allow_fictional=allow_fictional)


def said(file: ParsedFile) -> list[tuple[str, int | None, str | None]]:
    """(level, line, column) of every problem."""
    return [(problem.level, problem.line, problem.column) for problem in file.problems]


@dataclass
class ImportSchool:
    """The director's desk and her school."""

    desk: Desk
    school_id: str
    clock: FakeClock

    def preview(self, *contents: bytes, **words: Any) -> imports.Preview:
        """The preview of files that all have ONDE's one name."""
        files = [SourceFile(NAME, content) for content in contents]
        return imports.preview(self.desk, school_id=self.school_id, files=files, **words)

    def load(self, *contents: bytes, **words: Any) -> imports.Preview:
        """Preview and commit, whatever is gone."""
        preview = self.preview(*contents, **words)
        imports.commit(self.desk, preview=preview, confirm_gone=True)
        return preview

    def load_people(self, pupils: list[Pupil], adults: list[Adult], **words: Any) -> imports.Preview:
        """Both files of these people."""
        return self.load(pupils_file(pupils), guardians_file(adults), **words)

    def preview_people(self, pupils: list[Pupil], adults: list[Adult], **words: Any) -> imports.Preview:
        """The preview of both files of these people."""
        return self.preview(pupils_file(pupils), guardians_file(adults), **words)

    def undo_last(self) -> None:
        """« Annuler l’import »."""
        last = next(past for past in imports.history(self.desk, school_id=self.school_id) if past.undone_at is None)
        imports.undo(self.desk, school_id=self.school_id, import_id=last.import_id)

    def rows(self, table: str) -> list[Row]:
        """All rows of a table."""
        with self.desk.vault.read() as connection:
            return SchoolRows(connection, self.school_id).all(table)

    def row(self, table: str, **equal: Any) -> Row:
        """The one row with these values."""
        [found] = [row for row in self.rows(table) if all(row[name] == value for name, value in equal.items())]
        return found

    def snapshot(self) -> dict[str, dict[str, Row]]:
        """Everything that an import may touch."""
        return {table: {row["id"]: row for row in self.rows(table)} for table in LEARNED}

    def acts(self) -> int:
        """How many acts wait to be sent."""
        with self.desk.vault.read() as connection:
            return connection.execute(select(func.count()).select_from(pending_acts)).scalar_one()

    def do(self, kind: str, fields: Any) -> None:
        """One act of the director."""
        submit(self.desk, school_id=self.school_id, kind=kind, fields=fields)

    def correct(self, kind: str, row: Row, field: str, value: str) -> None:
        """A correction beside ONDE's value."""
        self.do(kind, CorrectFields(record_id=row["id"], changes={field: (row[field], value)}))

    def write(self, table: str, row_id: str, **values: Any) -> None:
        """What a server's row would bring."""
        with self.desk.vault.write() as connection:
            rows = SchoolRows(connection, self.school_id)
            rows.change(table, row_id, **values)
            rows.flush()


@contextmanager
def import_school(folder: Path, *, name: str = "poste", seed: int = 1) -> Iterator[ImportSchool]:
    """A school begun offline on 9 September 2026, without a pupil."""
    clock = FakeClock()
    clock.now = datetime(2026, 9, 9, 14, 0, tzinfo=UTC)
    with create_vault(folder / f"{name}.preau", key=bytes(32)) as vault:
        desk = Desk(vault, clock, random.Random(seed).randbytes, "Mme Rouvière")
        school = ImportSchool(desk, desk.new_id(), clock)
        school.do("ecole.creer", CreateSchoolFields(uai="0990001N", name="École des Tilleuls"))
        yield school


def present(school: ImportSchool) -> set[str]:
    """The first names of the pupils who have not left."""
    return {row["first_name"] for row in school.rows("pupils") if row["left_on"] is None}


def whole_school() -> tuple[bytes, bytes]:
    """Both files of the demonstration school."""
    demo = make_school()
    return demo.pupils_csv(), demo.guardians_csv()


def counts(preview: imports.Preview) -> Mapping[str, Any]:
    """The figures of a preview: {"pupils": (new, changed, gone, unchanged), "guardians": …}."""
    report = preview.as_json()
    return {name: tuple(report[name].values()) for name in ("pupils", "guardians", "classes")}
