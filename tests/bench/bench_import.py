"""How fast a large import is: reading, preview and writing, against a bare floor measured in the same run.

The floor reads the same files with ``csv``, runs the same validators on the same cells and inserts the same rows of
the same tables through the same engine. It matches nobody, shows nothing, and keeps nothing for the server or for
« Annuler l’import ».
"""

from __future__ import annotations

import csv
import gc
import io
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from app.models import contacts, names
from app.models.acts import CreateSchoolFields
from app.models.clock import system_clock
from app.models.codes import cycle_of, ine_problem, read_level
from app.models.contacts import is_mail, mail_suggestion, read_mobile
from app.models.names import fold
from app.models.tables import BY_NAME, Row, new_row
from app.services import imports
from app.services.desk import Desk
from app.services.onde import dates
from app.services.onde.dates import read_date
from app.services.onde.decode import SourceFile
from app.services.records.journal import submit
from app.services.vault.vault import create_vault
from tests.bench.ratio import Ratio
from tests.support.onde_files import crowd, guardians_file, pupils_file

PUPILS = 15_000
AT_MOST = 3.0
"""Times the floor (issue 2, « How fast »)."""


def measure(rounds: int = 3) -> list[Ratio]:
    """Every figure of this bench: the median of paired runs, each on a vault of its own."""
    pupils, adults = crowd(PUPILS)
    files = [
        SourceFile("CSVExtraction.csv", pupils_file(pupils, encoding="utf-8")),
        SourceFile("CSVExtraction.csv", guardians_file(adults, encoding="utf-8")),
    ]
    pairs = [(_seconds(_import, files), _seconds(_floor, files)) for _ in range(rounds)]
    ours, floor = sorted(pairs, key=lambda pair: pair[0] / pair[1])[rounds // 2]
    detail = f"{PUPILS} pupils, {len(adults)} guardians: {ours:.1f} s, floor {floor:.1f} s ({ours / floor:.2f} ×)"
    return [Ratio("import with preview", floor / ours, 1 / AT_MOST, detail), _again(files)]


def _again(files: list[SourceFile]) -> Ratio:
    """The same files a second time: compared whole, nothing written."""
    with _desk() as (desk, school_id):
        _import(desk, school_id, files)
        first = _timed(lambda: imports.preview(desk, school_id=school_id, files=files, allow_fictional=True))
    floor = _seconds(_floor, files)
    return Ratio("preview of the same files again", floor / first, 1 / AT_MOST, f"{first:.1f} s, floor {floor:.1f} s")


def _seconds(work: Callable[[Desk, str, list[SourceFile]], None], files: list[SourceFile]) -> float:
    for cache in (names.fold, contacts.read_mobile, contacts.is_mail, dates.read_date):
        cache.cache_clear()
    with _desk() as (desk, school_id):
        gc.collect()
        return _timed(lambda: work(desk, school_id, files))


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


@contextmanager
def _desk() -> Iterator[tuple[Desk, str]]:
    with TemporaryDirectory() as folder, create_vault(Path(folder) / "bench.preau", key=bytes(32)) as vault:
        desk = Desk(vault, system_clock, os.urandom)
        school_id = desk.new_id()
        fields = CreateSchoolFields(uai="0990001N", name="École du banc d’essai")
        submit(desk, school_id=school_id, kind="ecole.creer", fields=fields)
        yield desk, school_id


def _import(desk: Desk, school_id: str, files: list[SourceFile]) -> None:
    preview = imports.preview(desk, school_id=school_id, files=files, allow_fictional=True)
    assert not preview.plan.errors
    assert not preview.plan.questions
    imports.commit(desk, preview=preview)


def _floor(desk: Desk, school_id: str, files: list[SourceFile]) -> None:
    pupils, guardians = (_records(file) for file in files)
    floor = _Floor(desk, school_id)
    for record in pupils:
        floor.pupil(record)
    for record in guardians:
        floor.guardian(record)
    with desk.vault.write() as connection:
        for table, rows in floor.tables.items():
            connection.execute(BY_NAME[table].insert(), rows)


def _records(file: SourceFile) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.content.decode()), delimiter=";"))[1:]


class _Floor:
    """The rows of the two files, made without a question."""

    def __init__(self, desk: Desk, school_id: str) -> None:
        self._desk = desk
        self._school_id = school_id
        self.tables: dict[str, list[Row]] = {}
        self._year = self._add("school_years", label="2026-2027", starts_on="2026-08-01")
        self._rooms: dict[str, str] = {}
        self._pupils: dict[tuple[str, str], str] = {}

    def _add(self, table: str, **values: str | None) -> str:
        row = new_row(table, school_id=self._school_id, id=self._desk.new_id(), **values)
        self.tables.setdefault(table, []).append(row)
        return str(row["id"])

    def pupil(self, record: list[str]) -> None:
        last, usage, first, born, sex, ine, address, code, town = (cell or None for cell in record[:9])
        day = read_date(born or "")
        assert day is not None
        assert day < date.today()  # noqa: DTZ011
        assert ine_problem(ine or "") is None
        level, label = read_level(record[15]), record[16]
        if label not in self._rooms:
            self._rooms[label] = self._add("classrooms", year_id=self._year, label=label, onde_id=record[17])
        pupil = self._add(
            "pupils", last_name=last, usage_name=usage, first_name=first, birth_date=day.isoformat(), sex=sex, ine=ine,
            address=address, postal_code=code, town=town,
        )  # fmt: skip
        values = {"classroom_id": self._rooms[label], "level": level, "cycle": cycle_of(level)}
        self._add("enrolments", pupil_id=pupil, year_id=self._year, **values)
        self._pupils[fold(last or ""), fold(first or "")] = pupil

    def guardian(self, record: list[str]) -> None:
        cells = [cell or None for cell in record[:12]]
        values = dict(zip(_GUARDIAN, cells, strict=True))
        assert fold(values["last_name"] or "")
        assert fold(values["first_name"] or "")
        self._contacts(values)
        guardian = self._add("guardians", **values)
        for place in range(12, len(record), 4):
            if record[place + 1]:
                pupil = self._pupils[fold(record[place + 1]), fold(record[place + 2])]
                self._add("responsibilities", pupil_id=pupil, guardian_id=guardian, access="full")
        self._add("accounts", guardian_id=guardian, state="not_notified", origin="unknown")

    def _contacts(self, values: Mapping[str, str | None]) -> None:
        if mail := values["email"]:
            assert is_mail(mail)
            assert mail_suggestion(mail) is None
        read_mobile(values["mobile"], allow_fictional=True)


_GUARDIAN = (
    "civility", "usage_name", "last_name", "first_name", "address", "postal_code", "town", "country", "email", "phone_home",
    "phone_work", "mobile",
)  # fmt: skip


if __name__ == "__main__":
    for ratio in measure():
        print(f"{ratio.name}: {ratio.value:.2f} (at least {ratio.at_least:.2f}) — {ratio.detail}")
