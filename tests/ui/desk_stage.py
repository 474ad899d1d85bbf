"""A desk with the demonstration school, and a window's stand-in that remembers what pages asked of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.models.clock import instant
from app.models.states import AccountOrigin, AccountState
from app.services import imports, schools
from app.services.demo.school import DETAILS, NAME, UAI, make_school
from app.services.desk import Desk
from app.services.onde.decode import SourceFile
from app.services.records.rows import SchoolRows
from app.services.todo import Target
from app.services.vault.vault import create_vault
from app.ui.shell.page import Page

NOW = datetime(2026, 11, 21, 13, 2, 31, tzinfo=UTC)


class Answers:
    """A person before a question: what is answered, and what was asked."""

    def __init__(self) -> None:
        self.yes, self.asked = False, list[str]()

    def __call__(self, parent: QWidget, question: str, do_it: str) -> bool:
        self.asked.append(question)
        return self.yes


@dataclass
class StandIn:
    """A Shell without a window: it notes what was asked of it; ``page`` is refreshed when records change."""

    desk: Desk
    school_id: str
    asked: list[object] = field(default_factory=list)
    page: Page | None = None

    @property
    def went(self) -> list[Target]:
        """Where pages led."""
        return [one for one in self.asked if isinstance(one, Target)]

    @property
    def synchronised(self) -> int:
        return self.asked.count("synchronise")

    @property
    def changed(self) -> int:
        return self.asked.count("changed")

    def go(self, target: Target) -> None:
        self.asked.append(target)

    def synchronise(self) -> None:
        self.asked.append("synchronise")

    def records_changed(self) -> None:
        self.asked.append("changed")
        if self.page is not None:
            self.page.refresh()

    def choose_school(self, school_id: str) -> None:
        self.school_id = school_id


@contextmanager
def demo_stage(folder: Path, *, pupils: int = 60, imported: bool = True) -> Iterator[StandIn]:
    """The demonstration school on a fresh vault, begun offline, its files imported ten weeks before NOW."""
    with create_vault(folder / "poste.preau", key=bytes(32)) as vault:
        desk = Desk(vault, lambda: NOW, random.Random(7).randbytes, "Hélène Rouvière")
        early = replace(desk, clock=lambda: NOW - timedelta(weeks=10))
        school = schools.create_school(early, uai=UAI, name=NAME, details=dict(DETAILS))
        if imported:
            import_files(early, school.school_id, pupils=pupils)
        yield StandIn(desk, school.school_id)


def demo_files(pupils: int = 60) -> list[SourceFile]:
    """ONDE's two files of the demonstration school."""
    school = make_school(pupils=pupils)
    return [SourceFile("CSVExtraction.csv", content) for content in (school.pupils_csv(), school.guardians_csv())]


def import_files(desk: Desk, school_id: str, *, pupils: int = 60) -> None:
    """Import them."""
    preview = imports.preview(desk, school_id=school_id, files=demo_files(pupils), allow_fictional=True)
    imports.commit(desk, preview=preview)


def live_a_little(stage: StandIn) -> None:
    """Log-ins, states and dates as ten weeks of use leave them."""
    dice = random.Random(3)
    with stage.desk.vault.write() as connection:
        rows = SchoolRows(connection, stage.school_id)
        for place, account in enumerate(rows.all("accounts")):
            state = dice.choices(list(AccountState), (21, 18, 4, 57))[0]
            known = state is not AccountState.NOT_NOTIFIED
            day = instant(NOW - timedelta(days=dice.randint(1, 70)))[:10]
            origin = AccountOrigin.SCHOOL if known else AccountOrigin.UNKNOWN
            rows.change("accounts", account["id"], login=f"p.parent{place}", state=state.value, origin=origin.value,
                        notified_on=day if known else None)  # fmt: skip
        rows.flush()
