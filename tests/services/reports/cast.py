"""The school of the tests of bilans: Zoé and her class on a real vault, a store, files of all sorts about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.models.tables import Row
from app.services.desk import Desk
from app.services.documents.vault_store import VaultStore
from app.services.records.journal import submit_in
from app.services.reports import imports
from app.services.reports.imports import Preview, ReportsImported
from app.services.reports.plan import Options
from app.services.reports.sources import ReportFile
from tests.services.sheet_cast import SCHOOL, Cast, casting, open_desk, read
from tests.support.class_pdfs import Printed
from tests.support.lsu_files import Child, LsuFile

ZOE = Printed("Châtelain", "Zoé", "04/03/2018", "123456789AB")
JEAN = Printed("Martin", "Jean", "05/03/2018", "123456780AB")
JEAN_PIERRE = Printed("Martin", "Jean-Pierre", "05/03/2018", "123456781AB", pages=3)
LEILA = Printed("N’Guessan-Œuvrard", "Leïla", "31/12/2017", "123456782AB")
CLASS = (ZOE, JEAN, JEAN_PIERRE)
STRANGER = Printed("Inconnu", "Paul", "01/02/2018", "123450000AB")


@dataclass
class Livret:
    """A desk, its store, and the way to import into them."""

    desk: Desk
    store: VaultStore

    def preview(
        self, *contents: bytes, options: Options | None = None, answers: dict[str, str] | None = None
    ) -> Preview:
        files = [ReportFile(f"fichier{number or ''}", content) for number, content in enumerate(contents)]
        return imports.preview(self.desk, school_id=SCHOOL, files=files, options=options, answers=answers)

    def bring(self, *contents: bytes, **more: Any) -> ReportsImported:
        preview = self.preview(*contents, **more)
        assert preview.plan.errors == [] and preview.plan.unmatched == []
        return imports.carry_out(self.desk, preview=preview)

    def rows(self) -> list[Row]:
        found = [row for row in read(self.desk, "reports") if row["removed_at"] is None]
        return sorted(
            found,
            key=lambda row: (len(row["pupil_id"]), row["pupil_id"], row["year"], row["period_index"] or 0, row["kind"]),
        )

    def change(self, table: str, row_id: str, **values: Any) -> None:
        with casting(self.desk) as cast:
            cast.rows.change(table, row_id, **values)

    def act(self, kind: str, fields: Any) -> str:
        with self.desk.vault.write() as connection:
            return submit_in(connection, self.desk, school_id=SCHOOL, kind=kind, fields=fields).act_id


@contextmanager
def livret(folder: Path) -> Iterator[Livret]:
    """Zoé, Jean, Jean-Pierre in CE2B, Leïla in CM1 A, each with a guardian who lives in another street."""
    with open_desk(folder) as desk:
        with casting(desk) as cast:
            cast.school()
            rooms = {"CE2B": cast.classroom("CE2B"), "CM1 A": cast.classroom("CM1 A")}
            for child, room in ((ZOE, "CE2B"), (JEAN, "CE2B"), (JEAN_PIERRE, "CE2B"), (LEILA, "CM1 A")):
                _enter(cast, child, rooms[room], room)
        yield Livret(desk, VaultStore(desk.vault, desk.clock))


def _enter(cast: Cast, child: Printed, classroom: str, room: str) -> None:
    born = "-".join(reversed(child.born.split("/")))
    pupil = cast.pupil(f"{child.first_name} {child.last_name.upper()}", classroom, born=born)
    cast.rows.change("pupils", pupil, ine=child.ine or None)
    [place] = cast.rows.where("enrolments", pupil_id=pupil)
    cast.rows.change("enrolments", place["id"], level=room[:3], cycle="2" if room < "CM" else "3")
    cast.guardian(f"Mme Ana {child.last_name.upper()}", pupil, home=f"{len(child.last_name)} impasse des Cerisiers")


def in_file(*children: Printed, room: int = 1) -> list[Child]:
    """The same children as LSU's XML names them."""
    return [Child(n, one.ine, one.last_name, one.first_name, room) for n, one in enumerate(children, 1)]


def xml(*children: Printed, changes: Iterable[tuple[str, str]] = (), **more: Any) -> bytes:
    return LsuFile(in_file(*(children or CLASS)), rooms=(("101", "CE2B"),), changes=list(changes), **more).bytes()


def pupil_id(desk: Desk, child: Printed) -> str:
    return next(str(row["id"]) for row in read(desk, "pupils") if row["ine"] == child.ine)
