"""A school, its PCs, and the few gestures that hand-written histories are made of."""

from __future__ import annotations

from collections.abc import Callable

from app.models.acts import CorrectFields
from app.models.corrections import effective
from app.models.tables import Row
from app.models.wire import SyncReply, SyncRequest
from app.services import imports
from app.services.demo.school import DemoSchool, make_school
from app.services.onde.decode import SourceFile
from app.services.records.journal import submit
from tests.sim.oracle import check_rest
from tests.sim.world import Pc, World

PEOPLE = make_school(pupils=4, seed=7)


class Cast:
    """A school, its PCs, and the few gestures that the tests are made of."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.school_id = world.add_school("0990001N")

    def pc(self) -> Pc:
        return self.world.add_pc(self.school_id)

    def bring_in(self, pc: Pc, school: DemoSchool = PEOPLE, *, complete: bool | None = None) -> None:
        """Import the two files of a school."""
        files = [SourceFile("e.csv", school.pupils_csv()), SourceFile("r.csv", school.guardians_csv())]
        seen = imports.preview(pc.desk, school_id=self.school_id, files=files, complete=complete, allow_fictional=True)
        self.noting(pc, lambda: imports.commit(pc.desk, preview=seen, confirm_gone=True))

    def correct(self, pc: Pc, new: str, *, seen: str | None = None, row: Row | None = None) -> None:
        """Correct the mail of the first guardian, or of another one."""
        row = row or self.first(pc)
        changes = {"email": (effective(row, "email") if seen is None else seen, new)}
        fields = CorrectFields(record_id=row["id"], changes=changes)
        self.noting(pc, lambda: submit(pc.desk, school_id=self.school_id, kind="responsable.corriger", fields=fields))

    def noting(self, pc: Pc, deed: Callable[[], object]) -> None:
        """Do something that the PC then shows as saved."""
        before = set(pc.pending())
        deed()
        pc.saved += [act_id for act_id in pc.pending() if act_id not in before]

    def first(self, pc: Pc) -> Row:
        return min(pc.rows("guardians"), key=lambda row: (row["last_name"], row["first_name"]))

    def mail(self, pc: Pc) -> str | None:
        return effective(self.first(pc), "email")

    def sync(self, *pcs: Pc) -> None:
        for pc in pcs:
            pc.engine.run_once(self.school_id)

    def half_way(self, pc: Pc) -> tuple[SyncRequest, SyncReply]:
        """A request that the server has answered; the reply is still on its way."""
        request = pc.engine.prepare(self.school_id)
        return request, self.world.serve(pc.device_id, self.school_id, request)

    def at_rest(self, *pcs: Pc) -> None:
        """Everybody synchronises, and the oracle finds nothing."""
        self.sync(*pcs, *pcs)
        check_rest(self.world, self.school_id, pcs, frozenset())

    def server(self, table: str) -> list[Row]:
        return self.world.server_rows(table, self.school_id)
